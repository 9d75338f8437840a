"""An ordinary client unchanged: dicomweb-client against the real server (granian, our ASGI application) over TCP."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest

from radapp.environment import ROOT
from tests.radapp.dicomweb.conftest import HEAT, STUDY
from tests.radapp.dicomweb.objects import encode, float_map, image, pixels_of

with warnings.catch_warnings():
    # The client imports a name that pydicom 3 deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from dicomweb_client.api import DICOMwebClient

pytestmark = [
    pytest.mark.services,
    # The client warns of every JSON element that pydicom finds unusual; what it returns is what is tested.
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


_PREPARE = """
import django
django.setup()
from django.core.management import call_command
from radapp.accounts.authentication import issue_token
from radapp.accounts.models import User
call_command("migrate", verbosity=0)
print(issue_token(User.objects.create(username="radiologist", password="!", is_radiologist=True)))
"""


def _prepared(environment: dict[str, str]) -> str:
    """A migrated database with one radiologist; returns a token. One process: each costs seconds on a busy machine."""
    command = [sys.executable, "-c", _PREPARE]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()[-1]


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1800):
        assert process.poll() is None, f"granian ended with {process.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DICOMwebClient]:
    """A client with a radiologist's token, at a server with a database and storage of its own."""
    folder, port = tmp_path_factory.mktemp("server"), _free_port()
    public = f"http://127.0.0.1:{port}"
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "STORAGE_URL"}}
    environment |= {"VAR_DIR": str(folder), "PORT": str(port), "PUBLIC_URL": public, "REDIS_URL": "redis://127.0.0.1:1/0"}
    environment["DJANGO_SETTINGS_MODULE"] = "radapp.settings"
    token = _prepared(environment)
    granian = [
        str(Path(sys.executable).with_name("granian")),
        "--interface",
        "asginl",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    process = subprocess.Popen([*granian, "radapp.asgi:application"], env=environment, cwd=ROOT)
    try:
        _wait_for(f"{public}/health/live/", process)
        # Longer requests than `chunk_size` are sent with Transfer-Encoding: chunked, without a Content-Length.
        yield DICOMwebClient(f"{public}/dicom-web", headers={"Authorization": f"Bearer {token}"}, chunk_size=20_000)
    finally:
        process.terminate()
        process.wait(timeout=120)


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
