"""An ordinary client unchanged: dicomweb-client against the real server (granian, our ASGI application) over TCP."""

import json
import urllib.request
import warnings
from collections.abc import Iterator
from io import BytesIO

import jpeg_ls
import numpy as np
import pydicom
import pytest
from requests import HTTPError

from tests.radapp.dicomweb.conftest import HEAT, STUDY
from tests.radapp.dicomweb.objects import SYNTAXES, encode, float_map, image, pixels_of
from tests.radapp.dicomweb.pictured import palette, picture_in
from tests.radapp.live.server import Server
from tests.shared import ohif_requests

with warnings.catch_warnings():
    # The client imports a name that pydicom 3 deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from dicomweb_client.api import DICOMwebClient

pytestmark = [
    pytest.mark.services,
    # The client warns of every JSON element that pydicom finds unusual; what it returns is what is tested.
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.once,
]


def client_of(server: Server, role: str, **headers: str) -> DICOMwebClient:
    """The ordinary client. Longer requests than `chunk_size` are sent chunked, without a Content-Length."""
    return DICOMwebClient(f"{server.url}/dicom-web", headers={**server.bearer(role), **headers}, chunk_size=20_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a database and storage of its own."""
    with Server.running(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="module")
def client(server: Server) -> DICOMwebClient:
    """A radiologist's client."""
    return client_of(server, "radiologist")


@pytest.fixture(scope="module")
def stored(client: DICOMwebClient) -> dict[str, pydicom.Dataset]:
    """Six instances, sent by the client's own STOW requests: four native slices, a compressed stack, a deflated map."""
    stack = np.stack([pixels_of(number, 48, 64) for number in range(3)])
    files = [encode(image(STUDY, f"{STUDY}.1", number)) for number in (1, 2, 3, 4)]
    files.append(encode(image(STUDY, f"{STUDY}.2", 1, stack), "1.2.840.10008.1.2.4.90"))
    files.append(encode(float_map(STUDY, f"{STUDY}.3", HEAT), "1.2.840.10008.1.2.1.99"))
    datasets = [pydicom.dcmread(BytesIO(file)) for file in files]
    for some in (datasets[:1], datasets[1:]):  # one short request, one long and chunked
        answer = client.store_instances(some)
        assert len(answer.ReferencedSOPSequence) == len(some)
        assert "FailedSOPSequence" not in answer
    return {dataset.SOPInstanceUID: dataset for dataset in datasets}


def test_search(client: DICOMwebClient, stored: dict[str, pydicom.Dataset]) -> None:
    (study,) = client.search_for_studies(
        search_filters={"PatientName": "Li*"}, fields=["StudyDescription", "00081030"], limit=5
    )
    assert study["0020000D"]["Value"] == [STUDY]
    assert [one["00200011"]["Value"] for one in client.search_for_series(STUDY)] == [[1], [2], [3]]
    assert len(client.search_for_instances(STUDY, f"{STUDY}.1")) == 4
    assert client.search_for_studies(search_filters={"PatientID": "nobody"}) == []


def test_metadata(client: DICOMwebClient, stored: dict[str, pydicom.Dataset]) -> None:
    found = [pydicom.Dataset.from_json(one) for one in client.retrieve_series_metadata(STUDY, f"{STUDY}.1")]
    assert [one.InstanceNumber for one in found] == [1, 2, 3, 4]
    assert found[0].PatientName == "Li^Wei=李^伟"
    assert len(client.retrieve_study_metadata(STUDY)) == 6
    heat = client.retrieve_instance_metadata(STUDY, f"{STUDY}.3", f"{STUDY}.3.1")
    assert heat["7FE00008"]["vr"] == "OF"


def test_instances_come_back_equal(client: DICOMwebClient, stored: dict[str, pydicom.Dataset]) -> None:
    for dataset in client.retrieve_series(STUDY, f"{STUDY}.1"):
        assert dataset == stored[dataset.SOPInstanceUID]
    assert len(client.retrieve_study(STUDY)) == 6
    compressed = client.retrieve_instance(STUDY, f"{STUDY}.2", f"{STUDY}.2.1", media_types=(("application/dicom", "*"),))
    assert compressed.PixelData == stored[f"{STUDY}.2.1"].PixelData
    heat = client.retrieve_instance(STUDY, f"{STUDY}.3", f"{STUDY}.3.1")
    assert heat.FloatPixelData == HEAT.tobytes()


def test_frames(client: DICOMwebClient, stored: dict[str, pydicom.Dataset]) -> None:
    """Without media types the client sends `multipart/related; type="*/*"` and expects uncompressed octets."""
    assert client.retrieve_instance_frames(STUDY, f"{STUDY}.1", f"{STUDY}.1.2", [1]) == [pixels_of(2).tobytes()]
    frames = client.retrieve_instance_frames(STUDY, f"{STUDY}.2", f"{STUDY}.2.1", [3, 1])
    assert frames == [pixels_of(2, 48, 64).tobytes(), pixels_of(0, 48, 64).tobytes()]
    jp2 = (("image/jp2", "1.2.840.10008.1.2.4.90"),)
    (coded,) = client.retrieve_instance_frames(STUDY, f"{STUDY}.2", f"{STUDY}.2.1", [2], media_types=jp2)
    assert coded.startswith(b"\xff\x4f\xff\x51")
    heat = client.retrieve_instance_frames(STUDY, f"{STUDY}.3", f"{STUDY}.3.1", [1, 2, 3, 4])
    assert b"".join(heat) == HEAT.tobytes()


def test_bulk_data(client: DICOMwebClient, stored: dict[str, pydicom.Dataset]) -> None:
    metadata = client.retrieve_instance_metadata(STUDY, f"{STUDY}.1", f"{STUDY}.1.1")
    (pixels,) = client.retrieve_bulkdata(metadata["7FE00010"]["BulkDataURI"])
    assert pixels == pixels_of(1).tobytes()
    (piece,) = client.retrieve_bulkdata(metadata["7FE00010"]["BulkDataURI"], byte_range=(100, 199))
    assert piece == pixels_of(1).tobytes()[100:200]
    (private,) = client.retrieve_bulkdata(metadata["00091001"]["BulkDataURI"], (("application/octet-stream", "*"),))
    assert private == bytes(range(256)) * 8


def test_frames_compressed_on_request(client: DICOMwebClient, stored: dict[str, pydicom.Dataset]) -> None:
    """As OHIF asks where it is told so: JPEG-LS of what is stored uncompressed, bit for bit."""
    jls = (("image/jls", "1.2.840.10008.1.2.4.80"),)
    (coded,) = client.retrieve_instance_frames(STUDY, f"{STUDY}.1", f"{STUDY}.1.2", [1], media_types=jls)
    assert np.array_equal(jpeg_ls.decode(np.frombuffer(coded, np.uint8)), pixels_of(2))


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "image/gif"])
def test_rendered(client: DICOMwebClient, stored: dict[str, pydicom.Dataset], kind: str) -> None:
    place = (STUDY, f"{STUDY}.1", f"{STUDY}.1.1")
    window = {"window": "20000,30000", "quality": "90", "viewport": "50,64"}
    for octets in (
        client.retrieve_instance_rendered(*place, media_types=(kind,), params=window),
        client.retrieve_instance_frames_rendered(*place, [1], media_types=(kind,), params=window),
    ):
        assert picture_in(octets).shape[:2] == (64, 50)
    alone = {"window": "20000,30000"}
    exact = picture_in(client.retrieve_instance_rendered(*place, media_types=("image/png",), params=alone))
    expected = np.clip((pixels_of(1) - 19999.5) / 29999 + 0.5, 0, 1) * 255
    assert np.array_equal(exact, np.rint(expected))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_encoding_comes_back_equal(server: Server, stored: object, syntax: str) -> None:
    """Stored and retrieved by the client as it is; its pixels by frames, as bulk data and decoded, octet for octet."""
    client, series = client_of(server, "radiologist"), f"{STUDY}.9.{SYNTAXES.index(syntax) + 1}"
    stack = np.stack([pixels_of(number, 48, 64) for number in range(3)])
    file = encode(image(f"{STUDY}.9", series, 1, stack), syntax)
    client.store_instances([pydicom.dcmread(BytesIO(file))])
    place = (f"{STUDY}.9", series, f"{series}.1")
    whole = client.retrieve_instance(*place, media_types=(("application/dicom", "*"),))
    assert whole.file_meta.TransferSyntaxUID == syntax
    assert whole.PixelData == pydicom.dcmread(BytesIO(file)).PixelData
    assert np.array_equal(whole.pixel_array, stack)
    assert client.retrieve_instance_frames(*place, [1, 2, 3]) == [frame.tobytes() for frame in stack]
    pixels = client.retrieve_instance_metadata(*place)["7FE00010"]["BulkDataURI"]
    assert b"".join(client.retrieve_bulkdata(pixels)) == stack.tobytes()


def test_deleting(server: Server, stored: object) -> None:
    study, series = f"{STUDY}.7", f"{STUDY}.7.1"
    client = client_of(server, "radiologist")
    client.store_instances([pydicom.dcmread(BytesIO(encode(image(study, series, number)))) for number in (1, 2, 3)])
    with pytest.raises(HTTPError, match="403"):
        client.delete_study(study)
    boss = client_of(server, "administrator", **{"X-Deletion-Reason": "sent by mistake"})
    boss.delete_instance(study, series, f"{series}.1")
    assert len(client.search_for_instances(study)) == 2
    boss.delete_series(study, series)
    assert client.search_for_studies(search_filters={"StudyInstanceUID": study}) == []
    with pytest.raises(HTTPError, match="404"):
        boss.delete_study(study)
    with pytest.raises(HTTPError, match="400"):
        client_of(server, "administrator").delete_study(STUDY)
    assert len(client.retrieve_study_metadata(STUDY)) == 6


def test_the_requests_of_ohif_over_tcp(server: Server, stored: object) -> None:
    """The project's recording of what OHIF sends, each request against the running server, of an image with a palette."""
    study, series = f"{STUDY}.8", f"{STUDY}.8.1"
    client_of(server, "radiologist").store_instances([pydicom.dcmread(BytesIO(encode(palette(study, series))))])
    names = {"study": study, "series": series, "instance": f"{series}.1", "patient_id": "P-0007"}
    recorded = ohif_requests()
    assert len(recorded) == 21
    for one in recorded:
        address = (one["path"] + one["query"].replace("*REA*", "*WEI*")).format(**names)
        headers = {"Accept": one["accept"], **server.bearer("radiologist")}
        request = urllib.request.Request(server.url + address, headers=headers, method=one["method"])
        with urllib.request.urlopen(request, timeout=60) as response:
            body = response.read()
            assert response.status == 200, address
            kind = response.headers["Content-Type"]
        if "json" in one["accept"]:
            assert json.loads(body), address
        elif "multipart" in one["accept"]:
            wanted = "image/jls" if "image/jls" in one["accept"] else "application/"
            assert kind.startswith(f'multipart/related; type="{wanted}'), address
        elif "image" in one["query"]:
            assert picture_in(body).ndim in {2, 3}
        else:
            assert len(body) == 2048, "a palette's table, the octets alone"
