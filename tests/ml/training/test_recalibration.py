"""`python -m ml calibrate`: new cutoffs for the same networks, written as a set that belongs together."""

import csv
import json
from pathlib import Path

import pytest

import ml
from ml.__main__ import main
from ml.appraisal.table import OperatingPoints
from ml.protocol import FILE, ProtocolFile, bundle_hashes
from tests.ml.conftest import make_coarse

DEMONSTRATION = Path(ml.__file__).parent / "bundles" / "demonstration"
QUICK = ["--folds", "2", "--repeats", "1", "--resamples", "5"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six DICOM studies; the first two are one patient's."""
    folder = tmp_path_factory.mktemp("cases")
    with pytest.MonkeyPatch.context() as patch:
        make_coarse(patch)
        assert main(["phantom", "--cases", "6", "--seed", "31", "--out", str(folder)]) == 0
    with (folder / "truth.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    rows = [{"patient": row.pop("patient_id"), **row} for row in rows]
    rows[1]["patient"] = rows[0]["patient"]
    # With the byte order mark that a spreadsheet leaves.
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8-sig") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return folder


def test_a_folder_of_cases_gives_the_same_networks_new_cutoffs(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ours"
    command = ["calibrate", "--bundles", str(DEMONSTRATION), "--data", str(data), "--out", str(out), *QUICK]
    assert main([*command, "--name", "ours", "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["examinations"], said["patients"]) == (6, 5)
    protocol = ProtocolFile.load(out / FILE)
    assert protocol.name == "ours"
    assert bundle_hashes(out) == bundle_hashes(DEMONSTRATION) == dict(protocol.bundles)
    assert protocol.check(bundle_hashes(out))
    assert protocol.cutoffs.first == said["models"]["T1_T2"]["cutoff"]["value"]
    assert said["fingerprints"]["bundle T2WI"] == bundle_hashes(out)["T2WI"]
    assert OperatingPoints.load(out).own == {name: row["cutoff"]["value"] for name, row in said["models"].items()}
    assert main(command) == 1
    assert "is there already" in capsys.readouterr().err


def test_it_says_what_the_cutoffs_are_worth(coarse: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    command = ["calibrate", "--bundles", str(DEMONSTRATION), "--phantom", "internal:6:41", "--out", str(out), *QUICK]
    assert main([*command, "--work", str(tmp_path / "work")]) == 0
    text = capsys.readouterr().out
    assert "6 examinations" in text
    for words in ("cross-validated", "optimism", "Brier score", f"install_bundles {out}"):
        assert words in text


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--target", "1.5"], "share above 0"), (["--folds", "1"], "at least 2"), ([], "truth.csv is missing")],
)
def test_what_cannot_be_calibrated_leaves_nothing(
    words: list[str], said: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = data if words else tmp_path
    out = tmp_path / "out"
    assert main(["calibrate", "--bundles", str(DEMONSTRATION), "--data", str(place), "--out", str(out), *words]) == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
