"""The shipped sets of bundles: complete, small, as good as they say, and read by the command line from DICOM."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest
import torch

from ml.__main__ import main
from ml.appraisal.assessment import ROLES
from ml.appraisal.heldout import assess_heldout
from ml.appraisal.layers import best_place
from ml.appraisal.leak import LIMIT
from ml.appraisal.report import as_text
from ml.bundle import Bundle
from ml.cli_train_demo import BUNDLES as SETS_FOLDER
from ml.material.code import phantom_fingerprint
from ml.material.cohort import CohortPlan
from ml.prediction import Predictor, load_network
from ml.series import Role
from ml.tactic import second_cutoff, youden_cutoff
from ml.training.demonstration import NAME, SETS, ShippedSet
from tests.ml.conftest import make_coarse

FULL = os.environ.get("EVIDENCE") == "full"
BUNDLES = SETS_FOLDER / NAME
MODELS = ("T1WI", "T2WI", "T1_T2", "T1WIC")
DOCS = Path(__file__).resolve().parents[3] / "docs" / "evidence"


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module", params=list(SETS))
def shipped(request: pytest.FixtureRequest) -> ShippedSet:
    """Each of the four sets."""
    return SETS[request.param]


@pytest.fixture
def protocol(shipped: ShippedSet) -> dict:  # type: ignore[type-arg]
    """protocol.json as shipped."""
    return json.loads((SETS_FOLDER / shipped.name / "protocol.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("role", ROLES)
def test_every_bundle_is_whole_and_says_what_it_is(shipped: ShippedSet, role: Role) -> None:
    bundle = Bundle.load(SETS_FOLDER / shipped.name / role)
    assert bundle.role == role
    assert bundle.synthetic
    assert bundle.label == "demonstration, synthetic data"
    assert bundle.fat_saturated is (shipped.cohort == "external" and role != Role.T1WI)
    assert bundle.network == shipped.network
    assert bundle.screening.guard is not None
    assert bundle.screening.gates is not None
    heldout = bundle.manifest["metrics"]["heldout"]
    assert heldout["cases"] >= 200
    assert heldout["ci95"][0] > 0.7
    assert bundle.manifest["provenance"]["data"]["training"]["sha256"]
    assert bundle.manifest["provenance"]["code"]["phantom"] == phantom_fingerprint(), "the phantom has changed since"


def test_the_layer_of_each_heatmap_is_the_one_that_was_measured_best(shipped: ShippedSet) -> None:
    for role in ROLES:
        bundle = Bundle.load(SETS_FOLDER / shipped.name / role)
        layers = bundle.manifest["provenance"]["layers"]
        assert layers["recurrences"] >= 100
        assert set(layers["places"]) == set(bundle.network.places)
        found = {place: layers["places"][place]["within_10_mm"] for place in bundle.network.places}
        rows = [{"place": place, "within_10_mm": {"value": share}} for place, share in found.items()]
        assert best_place(rows) == bundle.heatmap_layer


def test_together_they_are_a_few_megabytes() -> None:
    assert {path.name for path in SETS_FOLDER.iterdir()} == {shipped.name for shipped in SETS.values()}
    assert sum(path.stat().st_size for path in SETS_FOLDER.rglob("*") if path.is_file()) < 16_000_000


def test_recorded_figures_meet_what_was_asked(protocol: dict) -> None:  # type: ignore[type-arg]
    proof = protocol["calibration"]["heldout"]
    assert proof["n"] >= 200
    for model in ("T1WI", "T2WI", "T1_T2"):
        assert 0.80 <= proof["auc"][model] <= 0.97, f"{model}: neither useless nor solved perfectly"
    for model in MODELS:
        assert proof["ci"][model][0] > 0.7, model
        assert proof["auc"][model] < 0.99, model
    for role in ROLES:
        near = proof["heatmaps"][role]["localisation"]["within_10_mm"]
        chance = proof["heatmaps"][role]["localisation"]["chance"]["within_10_mm"]
        assert near["low"] > chance, f"{role}: no better than a cell picked at random"
    assert max(proof["histogram_auc"].values()) < LIMIT


def test_cutoffs_follow_from_the_calibration_that_is_kept(protocol: dict, shipped: ShippedSet) -> None:  # type: ignore[type-arg]
    cases = protocol["calibration"]["cases"]
    scores, labels = [score for score, _ in cases], [label for _, label in cases]
    assert protocol["name"] == shipped.name
    assert protocol["cutoffs"]["first"] == pytest.approx(youden_cutoff(scores, labels), abs=1e-6)
    assert protocol["cutoffs"]["second"] <= protocol["cutoffs"]["first"]
    # Were T1WIC right about every recurrence, the second cutoff could only be higher; where the target is out of reach, the
    # bundle says so instead.
    second, right = protocol["calibration"]["second"], [float(y) for y in labels]
    best = second_cutoff(scores, labels, right, protocol["cutoffs"]["first"], 0.5, second["target_sensitivity"]).value
    if second["attainment"] == "unattainable":
        assert second["sensitivity"] < second["target_sensitivity"]
        assert "out of reach" in second["note"]
    else:
        assert best is not None
        assert best >= protocol["cutoffs"]["second"] - 1e-6


def test_evaluate_reads_dicom_and_prints_json(coarse: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert main(["phantom", "--cases", "4", "--seed", "12", "--out", str(data)]) == 0
    (data / "003" / "notes.txt").write_text("not DICOM", encoding="utf-8")
    for path in (data / "004").rglob("*.dcm"):
        path.unlink()
    capsys.readouterr()
    assert main(["evaluate", "--bundles", str(BUNDLES), "--data", str(data), "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out.splitlines()[-1])["evaluations"]
    assert result["n"] == 3
    assert set(result["auc"]) == set(result["ci"]) == set(MODELS)
    assert sum(tier["cases"] for tier in result["tiers"].values()) == 3
    assert set(result["heatmaps"]) == set(map(str, ROLES))
    assert result["heatmaps"]["T2WI"]["cases"] == result["positives"]
    assert [row["case"] for row in result["left_out"]] == ["004"]


def test_evaluate_leaves_out_a_case_that_no_network_can_read(
    coarse: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert main(["phantom", "--cases", "2", "--seed", "12", "--out", str(data)]) == 0
    for path in (data / "002").rglob("*.dcm"):
        image = pydicom.dcmread(path)
        image.PixelData = np.full(image.Rows * image.Columns, 500, np.uint16).tobytes()
        image.save_as(path)
    capsys.readouterr()
    assert main(["evaluate", "--bundles", str(BUNDLES), "--data", str(data), "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out.splitlines()[-1])["evaluations"]
    assert result["n"] == 1
    assert [row["case"] for row in result["left_out"]] == ["002"]
    assert "no air around or within a head" in result["left_out"][0]["reason"]


def _swap(bundles: Path) -> None:
    (bundles / "T1WI").rename(bundles / "aside")
    (bundles / "T2WI").rename(bundles / "T1WI")
    (bundles / "aside").rename(bundles / "T2WI")


SPOILT = {
    "bundles swapped": (_swap, "were not calibrated together with protocol"),
    "no protocol": (lambda bundles: (bundles / "protocol.json").unlink(), "protocol.json cannot be read"),
    "no cutoffs": (lambda bundles: (bundles / "protocol.json").write_text("{}"), "protocol.json cannot be read"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_evaluate_refuses_a_spoilt_set_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    spoil, words = SPOILT[name]
    shutil.copytree(BUNDLES, tmp_path / "bundles")
    spoil(tmp_path / "bundles")
    assert main(["evaluate", "--bundles", str(tmp_path / "bundles"), "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_training_never_replaces_a_folder_of_something_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert main(["train-demo", "--work", str(tmp_path / "work"), "--out", str(tmp_path)]) == 1
    assert "thesis.txt" in capsys.readouterr().err
    assert (tmp_path / NAME / "thesis.txt").is_file()
    assert not (tmp_path / "work").exists(), "hours of work begun"


@pytest.mark.parametrize(
    ("option", "words"),
    [("--target=9/0", "target is '9/0'"), ("--target=90", "target is '90'"), ("--lesions=0", "0 recurrences")],
)
def test_senseless_settings_are_refused_before_hours_of_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, words: str
) -> None:
    assert main(["train-demo", "--work", str(tmp_path / "work"), "--out", str(tmp_path / "out"), option]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def test_a_network_that_explains_an_earlier_block_counts_all_its_weights() -> None:
    """What a worker's memory bound adds up: cut early or late, a bundle takes about what its weights take in float32."""
    for shipped in SETS.values():
        for role in ROLES:
            bundle = Bundle.load(SETS_FOLDER / shipped.name / role)
            whole = sum(value.nbytes for value in load_network(bundle).state_dict().values()) / 2**20
            assert Predictor(bundle).mebibytes == pytest.approx(whole, rel=0.05), (shipped.name, role)


def test_evaluate_refuses_a_folder_without_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--bundles", str(BUNDLES), "--data", str(tmp_path), "--json"]) == 1
    assert "truth.csv" in capsys.readouterr().err


def test_bundle_command_shows_the_hash(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bundle", str(BUNDLES / "T2WI"), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["sha256"] == Bundle.load(BUNDLES / "T2WI").sha256
    assert main(["bundle", str(BUNDLES)]) == 1


@pytest.mark.evidence
def test_on_cases_never_seen_tiers_follow_the_truth(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fresh cases, of seeds that no training, calibration or recorded figure has used.

    Ten of 128 pixels a side in `make test`; 200 as they were drawn with EVIDENCE=full.
    """
    if not FULL:
        make_coarse(monkeypatch, 128, thick=False)
    plan = CohortPlan("evidence", 200 if FULL else 10, 9104)
    proof = assess_heldout(BUNDLES, plan, tmp_path, "evidence", 2 if FULL else 1, lambda _: None)
    positive, negative = proof["tiers"]["positive"], proof["tiers"]["negative"]
    share = {name: tier["recurrences"] / max(tier["cases"], 1) for name, tier in proof["tiers"].items()}
    assert positive["cases"] == 0 or negative["cases"] == 0 or share["positive"] > share["negative"]
    assert proof["auc"]["T1_T2"] > 0.65
    if FULL:
        assert all(proof["ci"][model][0] > 0.7 for model in MODELS)
        assert all(proof["heatmaps"][role]["ratio"] >= 3 for role in ROLES)
        assert max(proof["histogram_auc"].values()) < LIMIT
        text = f"# Shipped networks on {plan.cases} fresh synthetic cases\n\nSeed {plan.seed}, made by `make evidence`.\n\n"
        (DOCS / "networks.md").write_text(f"{text}```text\n{as_text(proof)}```\n", encoding="utf-8")
