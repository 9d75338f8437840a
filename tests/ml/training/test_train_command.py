"""`train`, `calibrate` and `bundle`: from a data set to a set of bundles that belong together, and what is refused."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric

from ml.__main__ import main
from ml.architecture import DenseNetSpec, NetworkSpec, ResNetSpec
from ml.bundle import Bundle
from ml.material.npc_source import NpcSource
from ml.material.preparation import Handling, prepare
from ml.phantom.case import cohort_seeds
from ml.phantom.words import SYNTHETIC_LABEL
from ml.preprocessing import Preprocessing
from ml.protocol import FILE, ProtocolFile, bundle_hashes
from ml.series import Role
from ml.training.bundling import ROLES
from ml.training.checkpoint import RunRefused
from ml.training.loop import Machine
from ml.training.recipe import Recipe
from ml.training.runs import RunPlan, load_runs, train_roles
from tests.ml.conftest import CASES

SMALL = ["--crop", "8x24x24", "--spacing", "10x4.6x4.6"]
QUICK = ["--folds", "2", "--repeats", "1", "--resamples", "5"]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def train(data: Path, out: Path, *words: str) -> int:
    """The command at a toy size, in the public data set's layout."""
    command = ["train", "--layout", "npc", "--data", str(data), "--architecture", "resnet-compact", "--threads", "1"]
    return main([*command, "--epochs", "1", "--out", str(out), *SMALL, *words])


@pytest.fixture(scope="module")
def data(made: Path) -> Path:
    """Six patients."""
    return made / "npc"


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One finished run."""
    out = tmp_path_factory.mktemp("train") / "run"
    assert train(data, out) == 0
    return out


@pytest.fixture(scope="module")
def bundled(run: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The set of bundles of that run, and what was printed as it was written."""
    out, printed = tmp_path_factory.mktemp("bundled") / "set", StringIO()
    with redirect_stdout(printed):
        assert main(["bundle", str(run), "--out", str(out), "--name", "trial", "--json"]) == 0
    return out, printed.getvalue()


def test_from_data_to_bundles(run: Path, bundled: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", str(run), "--json", *QUICK]) == 0
    cutoffs = json.loads(capsys.readouterr().out)["cutoffs"]
    out, printed = bundled
    assert json.loads(printed)["bundles"] == bundle_hashes(out)
    protocol = ProtocolFile.load(out / FILE)
    assert protocol.check(bundle_hashes(out))
    assert (protocol.cutoffs.first, protocol.cutoffs.t1wic) == (cutoffs["first"], cutoffs["T1WIC"])
    bundle = Bundle.load(out / "T1WIC")
    provenance = bundle.manifest["provenance"]
    assert (bundle.label, bundle.synthetic) == (SYNTHETIC_LABEL, True), "whatever label was asked for"
    assert provenance["source"] == "layout of the public NPC data set"
    assert provenance["split"]["ratio"] == [8, 1, 1]
    assert sum(part["cases"] for part in provenance["data"].values()) == CASES
    assert provenance["recipe"]["name"] == "paper"
    assert main(["bundle", str(run), "--out", str(out), "--name", "again"]) == 1
    assert "never written over" in capsys.readouterr().err


def test_the_same_command_finds_everything_done(data: Path, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    best = {path: path.stat().st_mtime_ns for path in run.rglob("best.safetensors")}
    assert len(best) == 3
    assert train(data, run, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert {role: found["epochs"] for role, found in said["networks"].items()} == {"T1WI": 1, "T2WI": 1, "T1WIC": 1}
    assert best == {path: path.stat().st_mtime_ns for path in run.rglob("best.safetensors")}


def test_sequences_of_several_folders_make_a_set_and_other_splits_do_not(
    data: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(data, tmp_path / "t2", "--sequence", "T2WI") == 0
    assert json.loads((tmp_path / "t2" / "split.json").read_text()) == json.loads((run / "split.json").read_text())
    assert main(["calibrate", str(tmp_path / "t2")]) == 1
    assert "No finished network for T1WI, T1WIC" in capsys.readouterr().err
    for role in ("T1WI", "T1WIC"):
        (tmp_path / "rest").mkdir(exist_ok=True)
        (tmp_path / "rest" / role).symlink_to(run / role)
    assert main(["calibrate", str(tmp_path / "rest"), str(tmp_path / "t2"), *QUICK]) == 0
    assert train(data, tmp_path / "other", "--sequence", "T2WI", "--seed", "7") == 0
    assert main(["calibrate", str(tmp_path / "rest"), str(tmp_path / "other")]) == 1
    assert "trained on different splits" in capsys.readouterr().err
    assert main(["calibrate", str(run), str(tmp_path / "t2")]) == 1
    assert "are both networks for T2WI" in capsys.readouterr().err


def test_another_split_or_recipe_in_the_same_folder_is_refused(
    data: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(data, run, "--split", "1.4:1:1") == 1
    assert "is the split of other patients" in capsys.readouterr().err
    assert train(data, run, "--recipe", "fast") == 1
    assert "holds another training run (recipe" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--data", "nowhere", "--layout", "dicom"], 1, "is no folder"),
        (["--data", "somewhere:9", "--layout", "phantom"], 1, "Expected COHORT:CASES:SEED"),
        (["--split", "8:1"], 2, "expected three numbers such as 8:1:1"),
        (["--crop", "24x64"], 2, "expected three numbers such as 24x128x128"),
        (["--crop", "16x48x48.5"], 2, "expected three numbers such as 24x128x128"),
        (
            ["--split-file", "nowhere.json", "--data", "internal:9:8988", "--layout", "phantom"],
            1,
            "cannot be read as a split",
        ),
        (["--epochs", "0"], 2, "at least one epoch"),
        (["--data", "internal:3:8988", "--layout", "phantom"], 1, "each part needs at least one of both"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    words: list[str], status: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(tmp_path, tmp_path / "run", *words) == status
    assert said in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_folder_in_the_other_layout_is_told(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--data", str(data), "--out", str(tmp_path / "run")]) == 1
    assert "is laid out as the public NPC data set and holds no truth.csv. Add --layout npc" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        train(data, tmp_path / "run", "--processes", "0")
    assert "'0' is no number from 1 on" in capsys.readouterr().err


def test_a_run_or_a_set_is_not_taken_for_a_bundle(
    run: Path, bundled: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bundle", str(run)]) == 1
    assert "is a training run. Write its set of bundles with --out SET and --name NAME" in capsys.readouterr().err
    out, _ = bundled
    assert main(["bundle", str(out)]) == 1
    assert f"is a set of bundles. Name one of them: {out / 'T1WI'}" in capsys.readouterr().err


def test_the_public_layout_is_written_by_a_command(coarse: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Labelled by their masks alone."""
    command = ["phantom", "--layout", "npc", "--cases", "3", "--seed", "77", "--out", str(tmp_path)]
    assert main(command) == 0
    assert "3 synthetic patients" in capsys.readouterr().out
    labels = [case.label for case in NpcSource(tmp_path).cases()]
    assert labels == [label for _, label in cohort_seeds(3, 77)]
    assert set(labels) == {0, 1}
    assert sorted(path.name for path in (tmp_path / "001").iterdir()) == [
        "CE-T1WI", "ROI-CE-T1.nii", "ROI-T1.nii", "ROI-T2.nii", "T1WI", "T2WI",
    ]  # fmt: skip
    assert main([*command, "--seg"]) == 2
    assert "leave out --roles, --seg, --sagittal and --defect" in capsys.readouterr().err


def test_both_architectures_read_the_same_split(data: Path, tmp_path: Path) -> None:
    """Width and depth are free; the split depends on patients, labels, ratio and seed alone."""
    source = NpcSource(data)
    preprocessing = Preprocessing(shape=(8, 24, 24), spacing=(10.0, 4.6, 4.6))
    prepared = prepare(source, ROLES, preprocessing, ((8, 1, 1), 1), Handling(tmp_path / "inputs"), lambda _: None)
    shape = {"block_config": (1, 1), "depth_strides": (1, 2, 1), "plane_strides": (2, 2, 1)}
    specs: dict[str, NetworkSpec] = {
        "dense": DenseNetSpec(init_features=4, growth_rate=4, **shape),
        "residual": ResNetSpec(widths=(4, 6), **shape),
    }
    machine = Machine(Fabric(accelerator="cpu", devices=1))
    for name, spec in specs.items():
        plan = RunPlan(name, spec, Recipe(epochs=1), preprocessing)
        train_roles(plan, prepared, source.description, tmp_path / name, lambda _: None, machine)
    assert (tmp_path / "dense" / "split.json").read_bytes() == (tmp_path / "residual" / "split.json").read_bytes()
    dense, residual = (load_runs([tmp_path / name]) for name in specs)
    assert dense.names == residual.names
    assert type(residual.networks[Role.T1WI].spec) is ResNetSpec
    with pytest.raises(RunRefused, match="No finished network"):
        load_runs([tmp_path / "nothing"])
