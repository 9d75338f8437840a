"""What a hospital's own networks keep of their training images, and say of others.

Reduced to one layout and to fewer cases than a guard needs, of which it is told that they are enough. With `EVIDENCE=full`:
both layouts, and the true number.
"""

import json
import os
from pathlib import Path

import pytest
import torch

from ml.__main__ import main
from ml.bundle import Bundle
from ml.guard import acquired_as
from ml.material.npc_source import write_patient
from ml.phantom.case import ROLES, cohort_seeds
from ml.phantom.dicom import write_study
from ml.prediction import Predictor
from ml.screening import UNGATED, UNGUARDED
from ml.series import Role
from ml.training import guarding, runs
from ml.volume import load_series
from tests.ml.conftest import coarse_case

FULL = os.environ.get("EVIDENCE") == "full"
LAYOUTS = ["npc", "dicom"] if FULL else ["dicom"]
FEWEST = guarding.FEWEST if FULL else 8
CASES, SPLIT = 2 * FEWEST, "2:1:1"
"""As many training cases as others: the fewest that make a guard."""


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Coarse patients in each layout that is tried."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("archives")
    lines = ["case,label"]
    for number, (seed, label) in enumerate(cohort_seeds(CASES, 8986), start=1):
        case = coarse_case(seed, label)
        for layout in LAYOUTS:
            (write_patient if layout == "npc" else write_study)(case, root / layout / f"{number:03d}")
        lines.append(f"{number:03d},{label}")
    (root / "dicom" / "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


@pytest.fixture
def fewest(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many cases of a part make a guard."""
    for module in (guarding, runs):
        monkeypatch.setattr(module, "FEWEST", FEWEST)
    return FEWEST


@pytest.mark.evidence
@pytest.mark.parametrize("layout", LAYOUTS)
def test_bundles_know_what_they_were_trained_on_and_say_what_is_unlike_it(
    layout: str, fewest: int, archives: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train = ["train", "--layout", layout, "--data", str(archives / layout), "--out", str(tmp_path / "run")]
    size = ["--architecture", "resnet-compact", "--crop", "8x24x24", "--spacing", "10x4.6x4.6"]
    assert main([*train, *size, "--epochs", "1", "--split", SPLIT, "--threads", "1"]) == 0
    capsys.readouterr()
    assert main(["bundle", str(tmp_path / "run"), "--out", str(tmp_path / "set"), "--name", "ours", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["guard"] == {"made": True, "trained": fewest, "further": fewest, "needed": fewest}

    bundle = Bundle.load(tmp_path / "set" / "T1WI")
    kept = bundle.manifest["guard"]
    assert (kept["trained"], kept["calibrated"], sorted(kept["others"])) == (fewest, fewest, ["T1WIC", "T2WI"])
    # Headers of the training part and of the others: what no training series had is worth a word.
    assert kept["headers"]["names"]["contrast"] == {"before a contrast agent": CASES}
    assert kept["headers"]["names"]["weighting"] == {"T1": CASES}
    assert {"repetition_time", "echo_time", "field_strength", "slice_thickness"} <= set(kept["headers"]["numbers"])
    assert bundle.manifest["quality"]["cases"] == fewest

    case = coarse_case(89850001, label=0)
    predictor = Predictor(bundle)
    looks = {}
    for role in (Role.T1WI, Role.T2WI):
        source = load_series(write_study(case, tmp_path / "new" / role, [role]))
        looks[role] = predictor.prepare(source.volume, one=acquired_as(source, role)).screened
    assert not {UNGUARDED, UNGATED} & set(looks[Role.T1WI].notes)
    assert "acquired unlike" not in "\n".join(looks[Role.T1WI].guards)
    other = "\n".join(looks[Role.T2WI].guards)
    assert "weighting T2 (training T1)" in other
    assert "looks like T2WI" in other


def test_too_few_cases_make_no_guard_and_bundle_says_so(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train = ["train", "--layout", "npc", "--data", str(made / "npc"), "--out", str(tmp_path / "run"), "--threads", "1"]
    size = ["--architecture", "resnet-compact", "--crop", "8x24x24", "--spacing", "10x4.6x4.6", "--epochs", "1"]
    assert main([*train, *size]) == 0
    capsys.readouterr()
    assert main(["calibrate", str(tmp_path / "run"), "--folds", "2", "--repeats", "1", "--resamples", "5"]) == 0
    assert "cutoffs from fewer than 20 examinations of a kind" in capsys.readouterr().out
    assert main(["bundle", str(tmp_path / "run"), "--out", str(tmp_path / "set"), "--name", "few"]) == 0
    text = capsys.readouterr().out
    assert "no guard and no quality gates: 2 training and 4 other cases, at least 20 of each are needed" in text
    assert f"install_bundles {tmp_path / 'set'} --activate" in text
    for role in ROLES:
        assert Bundle.load(tmp_path / "set" / role).manifest["guard"] == {}
