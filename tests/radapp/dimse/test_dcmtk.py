"""Round trips with DCMTK: what is sent is found, and comes back with the same pixels, in every syntax it was sent in."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from radapp.archive import storage
from radapp.archive.models import Instance
from tests import shared
from tests.radapp.dicomweb.objects import encode, float_map, image, report, segmentation
from tests.radapp.dimse.house import AE, PATH, SCU, add_peer, dcmtk, listening, receiving, store

pytestmark = [pytest.mark.services, pytest.mark.once]

STUDY = "1.2.826.0.1.3680043.10.77.1"
SERIES = f"{STUDY}.1"
WHOLE_STUDY = ["-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={STUDY}"]
PROPOSED = {
    ExplicitVRLittleEndian: "-xe",
    ExplicitVRBigEndian: "-xb",
    ImplicitVRLittleEndian: "-xi",
    DeflatedExplicitVRLittleEndian: "-xd",
    RLELossless: "-xr",
    JPEG2000Lossless: "-xv",
}


def written(folder: Path, *contents: bytes) -> list[Path]:
    """Files with these contents."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number}.dcm" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


def data_set(path: Path) -> bytes:
    """The bytes behind the file meta information."""
    content = path.read_bytes()
    return content[144 + int.from_bytes(content[140:144], "little") :]


def sent(folder: Path) -> dict[str, pydicom.Dataset]:
    """What lies in a folder, by SOP Instance UID."""
    found = [pydicom.dcmread(path) for path in folder.iterdir()]
    return {str(one.SOPInstanceUID): one for one in found}


def test_echo(port: int) -> None:
    done = dcmtk("echoscu", port)
    assert done.returncode == 0, done.stdout
    assert "Received Echo Response (Success)" in done.stdout


@pytest.mark.parametrize("syntax", PROPOSED, ids=lambda one: one.keyword)
def test_every_syntax_is_stored_byte_for_byte(port: int, tmp_path: Path, syntax: pydicom.uid.UID) -> None:
    (path,) = written(tmp_path / "in", encode(image(STUDY, SERIES, 1), syntax))
    done = store(port, [path], PROPOSED[syntax])
    assert done.stdout.count("Response (Success)") == 1, done.stdout
    row = Instance.objects.get()
    assert row.transfer_syntax_uid == syntax
    kept = storage.path_of(row.sha256)
    assert pydicom.dcmread(kept).file_meta.TransferSyntaxUID == syntax
    if syntax != DeflatedExplicitVRLittleEndian:  # DCMTK deflates anew
        assert data_set(kept) == data_set(path)
    assert np.array_equal(pydicom.dcmread(kept).pixel_array, pydicom.dcmread(path).pixel_array)


def test_results_and_reports_travel_both_ways(port: int, tmp_path: Path) -> None:
    masks = np.random.default_rng(3).integers(0, 2, (3, 8, 8))
    heat = np.linspace(0, 1, 4 * 6 * 5, dtype=np.float32).reshape(4, 6, 5)
    files = written(
        tmp_path / "in",
        encode(image(STUDY, f"{STUDY}.2", 1, np.arange(3 * 8 * 8, dtype=np.uint16).reshape(3, 8, 8))),
        encode(float_map(STUDY, f"{STUDY}.3", heat)),
        encode(segmentation(STUDY, f"{STUDY}.4", masks)),
        encode(report(STUDY, f"{STUDY}.5")),
    )
    done = store(port, files)
    assert done.stdout.count("Response (Success)") == 4, done.stdout
    with receiving(tmp_path / "got", "TEST_DST", "-pm") as there:  # getscu proposes no Parametric Map
        add_peer("TEST_DST", port=there, services="echo")
        done = dcmtk("movescu", port, "-S", "-aem", "TEST_DST", *WHOLE_STUDY)
        assert done.returncode == 0, done.stdout
    before, after = sent(tmp_path / "in"), sent(tmp_path / "got")
    assert before.keys() == after.keys()
    for uid, dataset in before.items():
        for keyword in ("PixelData", "FloatPixelData", "SOPClassUID", "PatientName"):
            assert after[uid].get(keyword) == dataset.get(keyword)


def test_get_and_move_bring_every_pixel_back(port: int, tmp_path: Path) -> None:
    files = written(tmp_path / "in", *(encode(image(STUDY, SERIES, number)) for number in range(1, 8)))
    assert store(port, files).stdout.count("Response (Success)") == 7
    series = [
        "-k",
        "QueryRetrieveLevel=SERIES",
        "-k",
        f"StudyInstanceUID={STUDY}",
        "-k",
        f"SeriesInstanceUID={SERIES}",
    ]
    (tmp_path / "got").mkdir()
    done = dcmtk("getscu", port, "-S", "-od", tmp_path / "got", *series)
    assert done.returncode == 0, done.stdout
    with receiving(tmp_path / "moved", "TEST_DST") as there:
        add_peer("TEST_DST", port=there, services="echo")
        done = dcmtk("movescu", port, "-S", "-aem", "TEST_DST", *series)
        assert done.returncode == 0, done.stdout
    originals = {pydicom.dcmread(path).SOPInstanceUID: data_set(path) for path in files}
    for folder in ("got", "moved"):
        paths = list((tmp_path / folder).iterdir())
        assert len(paths) == 7
        for path in paths:
            assert data_set(path) == originals[pydicom.dcmread(path).SOPInstanceUID]


def test_a_peer_that_takes_no_compressed_images_gets_them_decoded(port: int, tmp_path: Path) -> None:
    files = written(tmp_path / "in", encode(image(STUDY, SERIES, 1), JPEG2000Lossless))
    assert "Response (Success)" in store(port, files, "-xv").stdout
    with receiving(tmp_path / "moved", "TEST_DST", "+xi") as there:
        add_peer("TEST_DST", port=there, services="echo")
        done = dcmtk(
            "movescu", port, "-S", "-aem", "TEST_DST", "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={STUDY}"
        )
        assert done.returncode == 0, done.stdout
    (path,) = (tmp_path / "moved").iterdir()
    found = pydicom.dcmread(path)
    assert found.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian
    assert np.array_equal(found.pixel_array, pydicom.dcmread(files[0]).pixel_array)


def test_find_at_every_level(port: int, tmp_path: Path) -> None:
    files = written(tmp_path / "in", *(encode(image(STUDY, f"{STUDY}.{number % 2 + 1}", number)) for number in range(1, 6)))
    store(port, files)
    for model, level, keys, number in (
        ("-P", "PATIENT", ["PatientID=P-0007", "PatientName"], 1),
        ("-S", "STUDY", ["PatientName=Li*", "StudyDate=20261101-20261130", "NumberOfStudyRelatedInstances"], 1),
        ("-S", "STUDY", ["PatientID=nobody", "StudyInstanceUID"], 0),
        ("-S", "SERIES", [f"StudyInstanceUID={STUDY}", "SeriesInstanceUID", "Modality"], 2),
        ("-P", "IMAGE", ["PatientID=P-0007", f"SeriesInstanceUID={STUDY}.2", "SOPInstanceUID"], 3),
    ):
        words = [word for key in (f"QueryRetrieveLevel={level}", *keys) for word in ("-k", key)]
        done = dcmtk("findscu", port, model, *words)
        assert done.returncode == 0, done.stdout
        assert done.stdout.count("(Pending)") == number, done.stdout


def test_the_check_script_finds_no_fault(transactional_db: None, tmp_path: Path) -> None:
    """shared/tools/pacs/dimse_checks.sh, as it is run against other archives."""
    archive = shared.real_head_mr()
    assert shared.SHARED is not None
    script = shared.SHARED / "tools" / "pacs" / "dimse_checks.sh"
    add_peer("CHECK_SCU")
    with listening() as port:
        from tests.services import free_port

        there = free_port()
        add_peer("CHECK_DST", port=there, services="echo")
        done = subprocess.run(
            ["bash", str(script), "127.0.0.1", str(port), AE, "CHECK_SCU", "CHECK_DST", str(there)],
            env=os.environ | {"ZIP": str(archive), "PYTHON": os.sys.executable, "UNKNOWN_REFUSED": "1", "PATH": PATH},  # type: ignore[attr-defined]
            capture_output=True,
            text=True,
            check=False,
            timeout=1800,
        )
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "20 ok, 0 failed"


def test_a_title_is_known_by_its_case(port: int) -> None:
    assert dcmtk("echoscu", port, calling=SCU.lower()).returncode != 0
