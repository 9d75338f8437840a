"""WADO-RS: whole instances byte for byte, metadata, bulk data, who may see and what is noted."""

import gzip
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from django.test import Client

from radapp.accounts.models import AuditEntry
from radapp.archive import storage
from radapp.archive.errors import StorageUnreachable
from radapp.archive.models import Instance
from tests.radapp.dicomweb.bodies import content_of, parts_of
from tests.radapp.dicomweb.conftest import HEAT, OTHER_STUDY, STUDY, take_in
from tests.radapp.dicomweb.objects import encode, image, pixels_of

DICOM = 'multipart/related; type="application/dicom"'
DEFLATED, EXPLICIT, IMPLICIT, RLE = (
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.5",
)
ROOT = f"/dicom-web/studies/{STUDY}"
MAP = f"{ROOT}/series/{STUDY}.3/instances/{STUDY}.3.1"
FIRST = f"{ROOT}/series/{STUDY}.1/instances/{STUDY}.1.1"


def stored_bytes(instance: Instance) -> bytes:
    return Path(storage.path_of(instance.sha256)).read_bytes()


def test_a_series_comes_byte_for_byte_and_in_order(archive: dict[str, Instance], client: Client) -> None:
    parts = parts_of(client.get(f"{ROOT}/series/{STUDY}.1", headers={"Accept": DICOM}))
    assert [body for _, body in parts] == [stored_bytes(archive[f"{STUDY}.1.{number}"]) for number in (1, 2, 3)]
    assert {kind for kind, _ in parts} == {f"application/dicom; transfer-syntax={EXPLICIT}"}


@pytest.mark.parametrize("accept", [DICOM, "*/*", "multipart/related; type=application/dicom; transfer-syntax=*"])
def test_a_study_comes_whole(archive: dict[str, Instance], client: Client, accept: str) -> None:
    parts = parts_of(client.get(ROOT, headers={"Accept": accept}))
    assert len(parts) == 8
    assert all(pydicom.dcmread(BytesIO(body)).StudyInstanceUID == STUDY for _, body in parts)


def test_the_next_best_range_is_sent_where_the_best_cannot_be(archive: object, client: Client) -> None:
    """A client that would rather have HTJ2K, and takes anything else too."""
    wishes = f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.4.201"
    assert client.get(FIRST, headers={"Accept": wishes}).status_code == 406
    [(kind, _)] = parts_of(client.get(FIRST, headers={"Accept": f"{wishes}, {DICOM}; transfer-syntax={IMPLICIT}; q=0.5"}))
    assert kind == f"application/dicom; transfer-syntax={IMPLICIT}"
    series = client.get(f"{ROOT}/series/{STUDY}.1", headers={"Accept": "application/dicom, */*; q=0.1"})
    assert len(parts_of(series)) == 3


def test_one_instance_alone(archive: dict[str, Instance], client: Client) -> None:
    response = client.get(FIRST, headers={"Accept": "application/dicom"})
    assert response["Content-Type"] == f"application/dicom; transfer-syntax={EXPLICIT}"
    assert content_of(response) == stored_bytes(archive[f"{STUDY}.1.1"])
    assert client.get(f"{ROOT}/series/{STUDY}.1", headers={"Accept": "application/dicom"}).status_code == 406


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("", EXPLICIT),
        ("; transfer-syntax=*", DEFLATED),
        (f"; transfer-syntax={DEFLATED}", DEFLATED),
        (f'; transfer-syntax="{EXPLICIT}"', EXPLICIT),
    ],
)
def test_a_deflated_object_is_inflated_unless_deflation_is_accepted(
    archive: dict[str, Instance], client: Client, asked: str, sent: str
) -> None:
    ((kind, body),) = parts_of(client.get(MAP, headers={"Accept": DICOM + asked}))
    assert kind == f"application/dicom; transfer-syntax={sent}"
    received = pydicom.dcmread(BytesIO(body))
    assert received.file_meta.TransferSyntaxUID == sent
    assert received.FloatPixelData == HEAT.tobytes()


@pytest.mark.parametrize(("stored", "asked"), [(IMPLICIT, EXPLICIT), (RLE, EXPLICIT), (EXPLICIT, IMPLICIT)])
def test_conversion_keeps_pixels_and_attributes(db: None, client: Client, stored: str, asked: str) -> None:
    take_in(encode(image(OTHER_STUDY, f"{OTHER_STUDY}.9", 1), stored))
    url = f"/dicom-web/studies/{OTHER_STUDY}/series/{OTHER_STUDY}.9/instances/{OTHER_STUDY}.9.1"
    ((_, body),) = parts_of(client.get(url, headers={"Accept": f"{DICOM}; transfer-syntax={asked}"}))
    received = pydicom.dcmread(BytesIO(body))
    assert received.file_meta.TransferSyntaxUID == asked
    assert np.array_equal(received.pixel_array, pixels_of(1))
    assert received.SOPInstanceUID == f"{OTHER_STUDY}.9.1"


@pytest.mark.parametrize(
    "accept", ["image/jpeg", "application/zip", f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.4.50", "text/html;q=0.9"]
)
def test_what_cannot_be_sent_is_refused(archive: object, client: Client, accept: str) -> None:
    response = client.get(FIRST, headers={"Accept": accept})
    assert response.status_code == 406
    assert set(response.json()) == {"code", "detail", "reference"}


@pytest.mark.parametrize(
    ("level", "count"), [("", 8), (f"/series/{STUDY}.1", 3), (f"/series/{STUDY}.1/instances/{STUDY}.1.2", 1)]
)
def test_metadata_at_each_level(archive: object, client: Client, level: str, count: int) -> None:
    plain = client.get(f"{ROOT}{level}/metadata", headers={"Accept": "application/dicom+json"})
    assert plain["Content-Type"] == "application/dicom+json"
    zipped = client.get(f"{ROOT}{level}/metadata", headers={"Accept-Encoding": "gzip"})
    assert zipped["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(zipped.content)) == plain.json()
    assert len(plain.json()) == count


def test_metadata_says_what_the_file_says(archive: dict[str, Instance], client: Client) -> None:
    (found,) = client.get(f"{FIRST}/metadata").json()
    address = f"http://127.0.0.1:8000{FIRST}/bulkdata"
    assert found["7FE00010"] == {"vr": "OW", "BulkDataURI": f"{address}/7FE00010"}
    assert found["00091001"] == {"vr": "OB", "BulkDataURI": f"{address}/00091001"}
    assert found["00100010"]["Value"] == [{"Alphabetic": "Li^Wei", "Ideographic": "李^伟"}]
    assert found["00083002"]["Value"] == [EXPLICIT]
    again = pydicom.Dataset.from_json(found, bulk_data_uri_handler=lambda *_: None)
    original = pydicom.dcmread(storage.path_of(archive[f"{STUDY}.1.1"].sha256))
    for keyword in ("ImageOrientationPatient", "PixelSpacing", "Rows", "EchoTime", "StudyDescription", "ImageType"):
        assert again[keyword].value == original[keyword].value, keyword
    (heat,) = client.get(f"{MAP}/metadata").json()
    assert heat["7FE00008"]["vr"] == "OF"
    (text,) = client.get(f"{ROOT}/series/{STUDY}.5/instances/{STUDY}.5.1/metadata").json()
    assert not {"7FE00010", "7FE00008"} & set(text)


def test_metadata_of_odd_values_leaves_them_out(db: None, client: Client) -> None:
    odd = image(OTHER_STUDY, f"{OTHER_STUDY}.8", 1)
    odd.add_new("RecommendedDisplayFrameRateInFloat", "FL", float("nan"))
    take_in(encode(odd).replace(b"4000", b"4,00"))
    response = client.get(f"/dicom-web/studies/{OTHER_STUDY}/metadata")
    (found,) = json.loads(response.content, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert "00180081" in found
    assert "00180080" not in found, "TR is no number, so it is left out"


def test_metadata_tells_chinese_names_without_escapes(db: None, client: Client) -> None:
    name = b"Wang^XiaoDong=\x1b$)A\xcd\xf5^\x1b$)A\xd0\xa1\xb6\xab "
    named = image(STUDY, f"{STUDY}.1", 1)
    named.SpecificCharacterSet = ["", "ISO 2022 IR 58"]
    named.PatientName = "X" * len(name)
    take_in(encode(named).replace(b"X" * len(name), name))
    told = client.get(f"/dicom-web/studies/{STUDY}/metadata").json()[0]["00100010"]["Value"]
    assert told == [{"Alphabetic": "Wang^XiaoDong", "Ideographic": "王^小东"}]
    found = client.get("/dicom-web/studies", {"PatientName": "王*"}).json()
    assert found[0]["00100010"]["Value"] == told


def test_metadata_follows_what_is_stored(archive: object, client: Client) -> None:
    url = f"{ROOT}/series/{STUDY}.2/metadata"
    first = client.get(url)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    take_in(encode(image(STUDY, f"{STUDY}.2", 3)))
    later = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert later.status_code == 200
    assert len(later.json()) == 3


def test_bulk_data(archive: object, client: Client) -> None:
    (found,) = client.get(f"{FIRST}/metadata").json()
    private, pixels = (found[tag]["BulkDataURI"].removeprefix("http://127.0.0.1:8000") for tag in ("00091001", "7FE00010"))
    assert content_of(client.get(private)) == bytes(range(256)) * 8
    ((kind, body),) = parts_of(client.get(pixels, headers={"Accept": 'multipart/related; type="application/octet-stream"'}))
    assert (kind, body) == (f"application/octet-stream; transfer-syntax={EXPLICIT}", pixels_of(1).tobytes())
    assert client.get(private.replace("00091001", "00091002")).status_code == 404


@pytest.mark.parametrize(
    "tail", ["", "/metadata", f"/series/{STUDY}.1", f"/series/{STUDY}.1/metadata", "/series", "/instances"]
)
def test_each_way_into_a_study_is_noted_once(
    archive: object, signed_in: Callable[[str], Client], bearer: Callable[[str], dict[str, str]], tail: str
) -> None:
    for _ in range(3):
        assert Client().get(ROOT + tail, headers=bearer("radiologist")).status_code == 200
    noted = AuditEntry.objects.filter(action=AuditEntry.Action.EXAMINATION_OPENED, study_instance_uid=STUDY)
    assert noted.count() == 1


def test_nobody_else_sees_a_study(archive: object, signed_in: Callable[[str], Client]) -> None:
    for tail in ("", "/metadata", "/series", f"/series/{STUDY}.1/instances/{STUDY}.1.1/frames/1"):
        for name, status in (("anonymous", 401), ("reader", 403), ("investigator", 403), ("newcomer", 403)):
            response = signed_in(name).get(ROOT + tail)
            assert response.status_code == status, (name, tail)
            assert b"Li" not in response.content
    assert AuditEntry.objects.filter(action=AuditEntry.Action.EXAMINATION_OPENED).count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/dicom-web/studies/1.2.3",
        "/dicom-web/studies/1.2.3/metadata",
        f"{ROOT}/series/1.2.3",
        f"{ROOT}/series/1.2.3/instances",
    ],
)
def test_unknown_uids(archive: object, client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("tail", ["", "/frames/1", "/metadata", "/rendered", "/bulkdata/00091001"])
def test_a_store_of_bytes_that_does_not_answer(
    archive: object, client: Client, monkeypatch: pytest.MonkeyPatch, tail: str
) -> None:
    def unreachable(sha256: str) -> Path:
        raise StorageUnreachable

    monkeypatch.setattr(storage, "path_of", unreachable)
    response = client.get(FIRST + tail)
    assert (response.status_code, response.json()["code"]) == (503, "storage_unreachable")
