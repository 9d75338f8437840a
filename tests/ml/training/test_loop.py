"""The training loop: it learns, stops and goes on with the same weights, and keeps its best model."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.architecture import DenseNetSpec
from ml.training.loop import Labelled, Recipe, augment, predict, train

TINY = DenseNetSpec(init_features=4, growth_rate=4, block_config=(1, 1), depth_strides=(1, 2, 1), plane_strides=(2, 2, 1))


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


def test_it_learns_and_its_history_says_so(tmp_path: Path) -> None:
    said: list[str] = []
    network = train(TINY, bright_spots(48, 1), bright_spots(16, 2), Recipe(epochs=12), tmp_path, said.append)
    history = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))
    assert len(history) == len(said) == 12
    assert history[-1]["training_loss"] < history[0]["training_loss"]
    scores = predict(network, bright_spots(16, 3).voxels)
    assert scores[1::2].mean() > scores[::2].mean() + 0.2


def test_stopped_and_gone_on_it_reaches_the_same_weights(tmp_path: Path) -> None:
    recipe, data = Recipe(epochs=3), (bright_spots(24, 1), bright_spots(8, 2))
    through = train(TINY, *data, recipe, tmp_path / "through", lambda _: None)
    train(TINY, *data, replace(recipe, epochs=1), tmp_path / "stopped", lambda _: None)
    resumed = train(TINY, *data, recipe, tmp_path / "stopped", lambda _: None)
    for name, tensor in through.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


def test_the_best_epoch_is_kept(tmp_path: Path) -> None:
    validation = bright_spots(8, 2)
    network = train(TINY, bright_spots(24, 1), validation, Recipe(epochs=3), tmp_path, lambda _: None)
    history = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))
    p = np.clip(predict(network, validation.voxels), 1e-7, 1 - 1e-7)
    loss = -np.mean(np.where(validation.labels == 1, np.log(p), np.log(1 - p)))
    assert loss == pytest.approx(min(row["validation_loss"] for row in history), rel=1e-4)


def test_without_ranges_the_affine_changes_nothing() -> None:
    still = Recipe(rotation=0.0, scaling=0.0, translation=0.0, mirror=False)
    x = torch.rand(2, 1, 4, 8, 8)
    assert torch.allclose(augment(x, still, torch.Generator().manual_seed(1)), x, atol=1e-5)


def test_the_mirror_flips_left_and_right() -> None:
    only = Recipe(rotation=0.0, scaling=0.0, translation=0.0, mirror=True)
    x = torch.rand(8, 1, 4, 8, 8)
    varied = augment(x, only, torch.Generator().manual_seed(1))
    flipped = [torch.allclose(v, original.flip(-1), atol=1e-5) for v, original in zip(varied, x, strict=True)]
    same = [torch.allclose(v, original, atol=1e-5) for v, original in zip(varied, x, strict=True)]
    assert all(f != s for f, s in zip(flipped, same, strict=True))
    assert any(flipped)
    assert any(same)
