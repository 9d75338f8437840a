"""The training loop: it learns, is killed and goes on with the same weights, and keeps its best model."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ml.architecture import DenseNetSpec
from ml.training.checkpoint import BEST, STATE, RunRefused, read_curves
from ml.training.loop import Labelled, predict, train
from ml.training.recipe import RECIPES, Recipe

TINY = DenseNetSpec(init_features=4, growth_rate=4, block_config=(1, 1), depth_strides=(1, 2, 1), plane_strides=(2, 2, 1))
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def bright_spots(cases: int, seed: int) -> Labelled:
    """Noise, with a bright blob in every other case."""
    rng = np.random.default_rng(seed)
    voxels = rng.normal(0.5, 0.1, (cases, 8, 24, 24)).astype(np.float16)
    labels = (np.arange(cases) % 2).astype(np.uint8)
    voxels[labels == 1, 3:6, 9:15, 9:15] += np.float16(0.8)
    return Labelled(voxels, labels)


def nowhere(_: str) -> None:
    """No report."""


def test_the_papers_recipe_is_the_papers() -> None:
    paper = RECIPES["paper"]
    assert paper == Recipe()
    assert (paper.batch, paper.learning_rate, paper.factor, paper.patience, paper.threshold) == (12, 1e-3, 0.5, 5, 1e-4)
    assert (paper.schedule, paper.augmentation, paper.mirror) == ("plateau", "torchio", False)


@pytest.mark.parametrize("name", RECIPES)
def test_it_learns_and_its_curves_say_so(name: str, tmp_path: Path) -> None:
    said: list[str] = []
    recipe = replace(RECIPES[name], epochs=12)
    network = train(TINY, bright_spots(48, 1), bright_spots(16, 2), recipe, tmp_path, said.append)
    curves = read_curves(tmp_path)
    assert len(curves) == len(said) == 12
    assert [row["epoch"] for row in curves] == list(range(1, 13))
    assert curves[-1]["training_loss"] < curves[0]["training_loss"]
    assert curves[0]["learning_rate"] == pytest.approx(1e-3)
    scores = predict(network, bright_spots(16, 3).voxels)
    assert scores[1::2].min() > scores[::2].max() + 0.05


def test_the_rate_is_halved_on_a_plateau(tmp_path: Path) -> None:
    """At a rate too small to learn anything nothing falls by the threshold: after five more epochs the rate is half."""
    recipe = replace(RECIPES["paper"], epochs=8, learning_rate=1e-7, threshold=0.5)
    train(TINY, bright_spots(4, 1), bright_spots(4, 2), recipe, tmp_path, nowhere)
    rates = [row["learning_rate"] for row in read_curves(tmp_path)]
    assert rates == pytest.approx([1e-7] * 7 + [0.5e-7])


KILLED = """
import os, signal, sys
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook
from ml.training.loop import train
from tests.ml.training.test_loop import LONG, TINY, bright_spots

def train_and_die(folder, name):
    torch.set_num_threads(1)
    epochs, steps = [], []
    def die(*_):
        steps.extend([1] * (len(epochs) == 2))
        if len(steps) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
    register_optimizer_step_pre_hook(die)
    train(TINY, bright_spots(36, 1), bright_spots(8, 2), LONG[name], folder, epochs.append)

for name in LONG:
    child = get_context("fork").Process(target=train_and_die, args=(Path(sys.argv[1], name), name))
    child.start()
    child.join()
    print(child.exitcode)
"""
LONG = {name: replace(recipe, epochs=4) for name, recipe in RECIPES.items()}


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of each recipe, ended by a real `kill -9` in the middle of the third epoch."""
    folder = tmp_path_factory.mktemp("killed")
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [int(code) for code in done.stdout.split()] == [-signal.SIGKILL] * len(RECIPES)
    return folder


@pytest.mark.parametrize("name", RECIPES)
def test_killed_and_gone_on_it_reaches_the_same_weights_bit_for_bit(name: str, killed: Path, tmp_path: Path) -> None:
    data, said = (bright_spots(36, 1), bright_spots(8, 2)), list[str]()
    assert len(read_curves(killed / name)) == 2
    train(TINY, *data, LONG[name], killed / name, said.append)
    assert said[0].startswith("epoch 3/4"), "only the epoch under way was lost"
    train(TINY, *data, LONG[name], tmp_path, nowhere)
    assert (tmp_path / BEST).read_bytes() == (killed / name / BEST).read_bytes()
    ours, theirs = (torch.load(folder / STATE, weights_only=True)["network"] for folder in (tmp_path, killed / name))
    for part, tensor in ours.items():
        assert torch.equal(tensor, theirs[part]), part
    assert [row["validation_loss"] for row in read_curves(tmp_path)] == [
        row["validation_loss"] for row in read_curves(killed / name)
    ]


def test_the_average_is_what_is_judged_and_kept(tmp_path: Path) -> None:
    """After one step it is that step's weights; after two it is neither's alone."""
    recipe, validation = replace(RECIPES["fast"], epochs=1, batch=2, averaging=0.5), bright_spots(4, 2)
    plain = train(TINY, bright_spots(2, 1), validation, replace(recipe, averaging=0.0), tmp_path / "plain", nowhere)
    one = train(TINY, bright_spots(2, 1), validation, recipe, tmp_path / "one", nowhere)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), plain.parameters(), strict=True))
    two = train(TINY, bright_spots(4, 1), validation, recipe, tmp_path / "two", nowhere)
    state = torch.load(tmp_path / "two" / STATE, weights_only=True)
    assert any(not torch.equal(a, state["network"][name]) for name, a in two.named_parameters())
    assert all(torch.equal(a, state["averaged"][f"module.{name}"]) for name, a in two.named_parameters())


def test_a_recipe_without_averaging_is_written_as_before() -> None:
    assert not {"averaging", "kept"} & set(RECIPES["paper"].to_json())
    assert RECIPES["fast"].to_json()["averaging"] == RECIPES["fast"].averaging > 0.9
    assert RECIPES["fast"].to_json()["kept"] == "last"
    with pytest.raises(ValueError, match="Averaging keeps 1"):
        Recipe(averaging=1.0)


def test_a_half_written_state_is_not_taken_for_one(tmp_path: Path) -> None:
    recipe, data = replace(RECIPES["fast"], epochs=1), (bright_spots(8, 1), bright_spots(4, 2))
    (tmp_path / f"{STATE}.part").write_bytes(b"killed while writing")
    train(TINY, *data, recipe, tmp_path, nowhere)
    assert len(read_curves(tmp_path)) == 1
    assert not (tmp_path / f"{STATE}.part").exists()


def test_more_epochs_go_on_and_other_settings_are_refused(tmp_path: Path) -> None:
    recipe, data = replace(RECIPES["paper"], epochs=1), (bright_spots(8, 1), bright_spots(4, 2))
    train(TINY, *data, recipe, tmp_path, nowhere)
    train(TINY, *data, replace(recipe, epochs=2), tmp_path, nowhere)
    assert len(read_curves(tmp_path)) == 2
    with pytest.raises(RunRefused, match=r"another training run.*recipe.*choose another folder"):
        train(TINY, *data, replace(recipe, batch=6), tmp_path, nowhere)
    with pytest.raises(RunRefused, match="data"):
        train(TINY, bright_spots(8, 7), data[1], recipe, tmp_path, nowhere)


@pytest.mark.parametrize("name", RECIPES)
def test_what_the_recipe_says_is_kept(name: str, tmp_path: Path) -> None:
    """The paper's: the epoch of the lowest validation loss; fast: the last."""
    validation, recipe = bright_spots(8, 2), replace(RECIPES[name], epochs=3, learning_rate=0.05)
    network = train(TINY, bright_spots(24, 1), validation, recipe, tmp_path, nowhere)
    p = np.clip(predict(network, validation.voxels), 1e-7, 1 - 1e-7)
    loss = -np.mean(np.where(validation.labels == 1, np.log(p), np.log(1 - p)))
    losses = [row["validation_loss"] for row in read_curves(tmp_path)]
    assert loss == pytest.approx({"paper": min(losses), "fast": losses[-1]}[name], rel=1e-4)
    stored = load_file(tmp_path / BEST)
    assert all(torch.equal(tensor, stored[name]) for name, tensor in network.state_dict().items())
