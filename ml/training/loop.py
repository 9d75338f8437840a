"""The paper's recipe: Adam, cross-entropy, batches of 12, 1e-3 halved on a plateau, random affine, best validation model."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from ml.architecture import NetworkSpec
from ml.evaluation.roc import auc
from ml.networks import DarndestNetwork, build_network


@dataclass(frozen=True)
class Recipe:
    """Settings of a training run. The defaults are the paper's, but for `epochs`, which it does not give.

    `rotation` in degrees, `scaling` relative, `translation` in voxels of the network's input: half-ranges of the affine
    (the paper names TorchIO's RandomAffine without its ranges). `mirror` flips left and right in half the cases.
    """

    epochs: int = 20
    batch: int = 12
    learning_rate: float = 1e-3
    patience: int = 5
    threshold: float = 1e-4
    rotation: float = 8.0
    scaling: float = 0.08
    translation: float = 3.0
    mirror: bool = True
    seed: int = 2025


@dataclass(frozen=True)
class Labelled:
    """Inputs (N, D, H, W) float16 and labels (N,) 0 or 1."""

    voxels: NDArray[np.float16]
    labels: NDArray[np.uint8]


def train(
    spec: NetworkSpec,
    training: Labelled,
    validation: Labelled,
    recipe: Recipe,
    folder: Path,
    report: Callable[[str], None],
    device: str = "cpu",
) -> DarndestNetwork:
    """Train until `recipe.epochs`, keep the weights of the lowest validation loss, and return that network in eval mode.

    State lies in `folder` after every epoch: a run that was killed goes on from its last full epoch.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    # Channels last: a quarter faster on a CPU, the same figures.
    network = build_network(spec).to(device)
    network.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]  # torch's stubs lack it
    optimiser = torch.optim.Adam(network.parameters(), lr=recipe.learning_rate)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimiser, factor=0.5, patience=recipe.patience, threshold=recipe.threshold, threshold_mode="abs"
    )
    history = _resume(folder, network, optimiser, plateau)
    for epoch in range(len(history), recipe.epochs):
        started = time.monotonic()
        loss = _epoch(network, optimiser, training, recipe, epoch, device)
        row = {"epoch": epoch + 1, "training_loss": loss, **_validate(network, validation, device)}
        plateau.step(row["validation_loss"])
        row["learning_rate"] = optimiser.param_groups[0]["lr"]
        if not history or row["validation_loss"] < min(h["validation_loss"] for h in history):
            best = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
            save_file(best, folder / "best.safetensors")
        history.append(row)
        _save(folder, network, optimiser, plateau, history)
        left = (recipe.epochs - epoch - 1) * (time.monotonic() - started)
        report(f"epoch {epoch + 1}/{recipe.epochs} training {loss:.4f} validation {row['validation_loss']:.4f} "
               f"AUC {row['validation_auc']:.3f} about {left / 60:.0f} min left")  # fmt: skip
    network.load_state_dict(load_file(folder / "best.safetensors"))
    return network.eval()


@torch.inference_mode()
def predict(
    network: DarndestNetwork, voxels: NDArray[np.float16], device: str = "cpu", batch: int = 16
) -> NDArray[np.float64]:
    """Scores (N,) of inputs (N, D, H, W), in eval mode."""
    network.eval()
    parts = []
    for start in range(0, len(voxels), batch):
        x = torch.from_numpy(voxels[start : start + batch].astype(np.float32))[:, None].to(device)
        parts.append(torch.sigmoid(network(x)[:, 0]).double().cpu().numpy())
    return np.concatenate(parts)


def _epoch(
    network: DarndestNetwork, optimiser: torch.optim.Optimizer, data: Labelled, recipe: Recipe, epoch: int, device: str
) -> float:
    """One pass over the cases in an order drawn from seed and epoch; the mean loss."""
    network.train()
    draw = torch.Generator().manual_seed(recipe.seed * 1000 + epoch)
    order = torch.randperm(len(data.labels), generator=draw).numpy()
    total, seen = 0.0, 0
    for start in range(0, len(order) - 1, recipe.batch):
        chosen = order[start : start + recipe.batch]
        if len(chosen) < 2:
            continue
        x = torch.from_numpy(data.voxels[chosen].astype(np.float32))[:, None].to(device)
        y = torch.from_numpy(data.labels[chosen].astype(np.float32)).to(device)
        optimiser.zero_grad(set_to_none=True)
        varied = augment(x, recipe, draw).contiguous(memory_format=torch.channels_last_3d)
        loss = functional.binary_cross_entropy_with_logits(network(varied)[:, 0], y)
        loss.backward()
        optimiser.step()
        total, seen = total + float(loss.detach()) * len(chosen), seen + len(chosen)
    return total / seen


def augment(x: Tensor, recipe: Recipe, draw: torch.Generator) -> Tensor:
    """A random affine of each volume of a batch (N, 1, D, H, W), trilinear, zero outside.

    Written for a whole batch in torch, in the place of TorchIO's RandomAffine, which takes one volume at a time.
    Rotation only in the axial plane, where voxels are square.
    """
    count, _, depth, height, width = x.shape

    def uniform(extent: float) -> Tensor:
        return (torch.rand(count, generator=draw) * 2 - 1) * extent

    angle, scale = torch.deg2rad(uniform(recipe.rotation)), 1 + uniform(recipe.scaling)
    flip = torch.where(torch.rand(count, generator=draw) < (0.5 if recipe.mirror else 0.0), -1.0, 1.0)
    theta = torch.zeros(count, 3, 4)
    theta[:, 0, 0], theta[:, 0, 1] = torch.cos(angle) * scale * flip, -torch.sin(angle) * scale
    theta[:, 1, 0], theta[:, 1, 1] = torch.sin(angle) * scale * flip, torch.cos(angle) * scale
    theta[:, 2, 2] = 1 + uniform(recipe.scaling)
    theta[:, 0, 3] = uniform(2 * recipe.translation / width)
    theta[:, 1, 3] = uniform(2 * recipe.translation / height)
    theta[:, 2, 3] = uniform(recipe.translation / depth)
    grid = functional.affine_grid(theta.to(x.device), list(x.shape), align_corners=False)
    return functional.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _validate(network: DarndestNetwork, data: Labelled, device: str) -> dict[str, float]:
    """Mean cross-entropy and AUC on the validation cases."""
    scores = predict(network, data.voxels, device)
    p = np.clip(scores, 1e-7, 1 - 1e-7)
    loss = float(-np.mean(np.where(data.labels == 1, np.log(p), np.log(1 - p))))
    return {"validation_loss": loss, "validation_auc": auc(scores, data.labels).value}


def _save(
    folder: Path,
    network: DarndestNetwork,
    optimiser: torch.optim.Optimizer,
    plateau: torch.optim.lr_scheduler.ReduceLROnPlateau,
    history: list[dict[str, float]],
) -> None:
    state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "plateau": plateau.state_dict()}
    unfinished = folder / "state.part"
    torch.save({**state, "history": history}, unfinished)
    unfinished.replace(folder / "state.pt")
    (folder / "history.json").write_text(json.dumps(history, indent=1) + "\n", encoding="utf-8")


def _resume(
    folder: Path,
    network: DarndestNetwork,
    optimiser: torch.optim.Optimizer,
    plateau: torch.optim.lr_scheduler.ReduceLROnPlateau,
) -> list[dict[str, float]]:
    """Put the last full epoch's state back; the history so far, empty without one."""
    if not (folder / "state.pt").exists():
        return []
    state = torch.load(folder / "state.pt", weights_only=True)
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    plateau.load_state_dict(state["plateau"])
    history: list[dict[str, float]] = state["history"]
    return history
