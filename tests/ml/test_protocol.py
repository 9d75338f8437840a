"""protocol.json: written with what it was calibrated on, and read back with suspicion; the paper's presets."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import ml
from ml.presets import preset, presets
from ml.protocol import FILE, ProtocolFile, ProtocolRefused, bundle_hashes, load_cutoffs, name_bundles, write_protocol
from ml.tactic_calibration import TacticCalibration, calibrate_tactic
from ml.tactic_cases import ROLES, Resampling
from tests.ml.test_tactic_calibration import draw
from tests.shared import SHARED, not_here

DEMONSTRATION = Path(ml.__file__).parent / "bundles" / "demonstration"


@pytest.fixture(scope="module")
def calibration() -> TacticCalibration:
    """Made-up scores: what is tested is the file."""
    return calibrate_tactic(*draw(np.random.default_rng(1), 120), resampling=Resampling(3, 1, 20))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped bundles, without a protocol."""
    for role in ROLES:
        shutil.copytree(DEMONSTRATION / role, tmp_path / role)
    return tmp_path


def test_what_is_written_belongs_to_its_bundles(folder: Path, calibration: TacticCalibration) -> None:
    path = write_protocol(folder, calibration, name="ours", label="synthetic", synthetic=True, notes={"heldout": {"n": 3}})
    read = ProtocolFile.load(path)
    assert read.cutoffs == calibration.cutoffs == load_cutoffs(folder), "not one bit is lost"
    assert read.check(bundle_hashes(folder))
    assert read.calibration["heldout"] == {"n": 3}
    assert set(read.calibration["fingerprints"]) == {"scores", "code"}
    assert read.calibration["tactic"]["cross_validated"]["sensitivity"]["value"] > 0.5


def test_another_bundle_is_refused_by_name(folder: Path, calibration: TacticCalibration) -> None:
    path = write_protocol(folder, calibration, name="ours", label="synthetic", synthetic=True)
    described = folder / "T2WI" / "bundle.json"
    described.write_text(described.read_text() + "\n")
    with pytest.raises(ProtocolRefused, match=r"not calibrated together.*T2WI.*python -m ml calibrate"):
        ProtocolFile.load(path).check(bundle_hashes(folder))


@pytest.mark.parametrize("cutoff", ["first", "second", "T1WIC"])
def test_a_cutoff_that_was_edited_by_one_bit_is_found(folder: Path, calibration: TacticCalibration, cutoff: str) -> None:
    path = write_protocol(folder, calibration, name="ours", label="synthetic", synthetic=True)
    values = json.loads(path.read_text())
    values["cutoffs"][cutoff] = float(np.nextafter(values["cutoffs"][cutoff], 1 if cutoff != "second" else 0))
    path.write_text(json.dumps(values))
    with pytest.raises(ProtocolRefused, match="not edited by hand"):
        ProtocolFile.load(path).check(bundle_hashes(folder))


def test_older_files_say_nothing_until_bundles_are_named(folder: Path) -> None:
    values = json.loads((DEMONSTRATION / FILE).read_text())
    del values["bundles"]
    (folder / FILE).write_text(json.dumps(values))
    assert not ProtocolFile.load(folder / FILE).check(bundle_hashes(folder))
    assert ProtocolFile.load(name_bundles(folder)).check(bundle_hashes(folder))
    named = json.loads((folder / FILE).read_text())
    assert named == {**values, "bundles": bundle_hashes(folder)}


@pytest.mark.parametrize("cohort", ["internal", "external"])
def test_presets_are_the_papers_published_figures(cohort: str) -> None:
    if SHARED is None:
        not_here("shared/paper is not beside this checkout")
    published = json.loads((SHARED / "paper" / "published.json").read_text())
    counts = published["implied_counts"][cohort]
    found = preset(f"paper-{cohort}")
    assert [found.first, found.second] == counts["cutoffs"]
    for tier, row in counts["tiers"].items():
        assert found.table[tier] == {"cases": row["n"], "recurrences": row["diseased"]}
    figures = {value["id"]: value["published"] for value in published["values"]}
    for name in ("sensitivity", "specificity"):
        assert found.table[name]["percent"] == figures[f"t2.{cohort}.DARNDEST.{name}"]
        assert found.table[name]["interval"] == figures[f"t2.{cohort}.DARNDEST.{name}.ci95"]


def test_a_preset_belongs_to_no_bundles() -> None:
    for name, found in presets().items():
        protocol = found.on(0.5)
        assert protocol.name == name
        assert not protocol.check(dict.fromkeys(ROLES, "any"))
        assert "need" in protocol.calibration["warning"]
        assert "doi:" in protocol.calibration["source"]
    with pytest.raises(ProtocolRefused, match="paper-internal"):
        preset("paper")
