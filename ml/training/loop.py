"""One network's training on Lightning Fabric: one or several devices, mixed precision, resumable after every epoch.

Order and variation of the cases are drawn from seed, epoch and case, so that on a CPU a run that was killed and resumed
reaches the uninterrupted one's weights bit for bit. On a GPU some of torch's own kernels are not deterministic.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, Dataset

from ml.architecture import NetworkSpec
from ml.evaluation.roc import auc
from ml.fingerprints import arrays_fingerprint
from ml.networks import DarndestNetwork, build_network
from ml.training.augmentation import draw_batch, vary_batch, vary_case
from ml.training.checkpoint import BEST, STATE, Row, claim, save_best, write_curves
from ml.training.recipe import Recipe

Report = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Inputs (N, D, H, W) float16 of voxels of `spacing` mm, and labels (N,) 0 or 1."""

    voxels: NDArray[np.float16]
    labels: NDArray[np.uint8]
    spacing: tuple[float, float, float] = (5.0, 2.3, 2.3)


class _Cases(Dataset[tuple[Tensor, Tensor, int]]):
    """Volume (1, D, H, W), label and number of each case, varied as one epoch wants it."""

    def __init__(self, data: Labelled, recipe: Recipe, epoch: int) -> None:
        self.data, self.recipe, self.epoch = data, recipe, epoch

    def __len__(self) -> int:
        return len(self.data.labels)

    def __getitem__(self, case: int) -> tuple[Tensor, Tensor, int]:
        voxels = self.data.voxels[case].astype(np.float32)
        if self.recipe.augmentation == "torchio":
            voxels = vary_case(voxels, self.recipe, self.epoch, case, self.data.spacing)
        return torch.from_numpy(voxels)[None], torch.tensor(float(self.data.labels[case])), case


@dataclass(frozen=True)
class Machine:
    """Where a run computes: Fabric as it is launched, and how many processes vary cases beforehand (0: this one)."""

    fabric: Fabric
    workers: int = 0


def train(
    spec: NetworkSpec,
    training: Labelled,
    validation: Labelled,
    recipe: Recipe,
    folder: Path,
    report: Report,
    machine: Machine | None = None,
) -> DarndestNetwork:
    """Train until `recipe.epochs`, keep the weights that `recipe.kept` says, and return that network in eval mode.

    On `machine`, or this process's CPU. RunRefused where `folder` holds a run with other settings.
    """
    machine = machine or Machine(Fabric(accelerator="cpu", devices=1))
    fabric = machine.fabric
    if fabric.is_global_zero:
        claim(folder, _settings(spec, training, validation, recipe))
    fabric.barrier()
    run = _Run(fabric, spec, recipe, folder)
    times: list[float] = []
    for epoch in range(len(run.history), recipe.epochs):
        started = time.monotonic()
        loss = run.learn(training, epoch, machine.workers)
        row: Row = fabric.broadcast(run.judge(validation) if fabric.is_global_zero else {})
        run.finish({"epoch": epoch + 1, "training_loss": loss, **row}, started)
        times.append(time.monotonic() - started)
        left = (recipe.epochs - epoch - 1) * float(np.mean(times))
        report(
            f"epoch {epoch + 1}/{recipe.epochs} training {loss:.4f} validation {row['validation_loss']:.4f} "
            f"AUC {row['validation_auc']:.3f}, {times[-1]:.0f} s, about {left / 60:.0f} min left"
        )
    network = build_network(spec)
    network.load_state_dict(load_file(folder / BEST))
    return network.eval()


def _settings(spec: NetworkSpec, training: Labelled, validation: Labelled, recipe: Recipe) -> dict[str, Any]:
    """What may not change while a run goes on; more epochs may, where the rate does not depend on their number."""
    wanted = recipe.to_json()
    if recipe.schedule == "plateau":
        del wanted["epochs"]
    data = arrays_fingerprint(training.voxels, training.labels, validation.voxels, validation.labels)
    return {"network": spec.to_json(), "recipe": wanted, "data": data}


class _Run:
    """Network, optimiser and schedule on their devices, with the state of the last full epoch where there is one."""

    def __init__(self, fabric: Fabric, spec: NetworkSpec, recipe: Recipe, folder: Path) -> None:
        self.fabric, self.recipe, self.folder = fabric, recipe, folder
        torch.manual_seed(recipe.seed)
        network: nn.Module = build_network(spec)
        # Channels last: a quarter faster on a CPU, the same figures. Devices exchange gradients in torch's own order.
        if fabric.world_size == 1:
            network.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]  # torch's stubs lack it
        if fabric.world_size > 1 and fabric.device.type == "cuda":
            # The batch's own statistics, however many devices share it.
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
        if fabric.device.type == "cuda":
            torch.backends.cudnn.deterministic = True
        self.raw = network
        self.averaged = _averaged(network, recipe.averaging).to(fabric.device) if recipe.averaging else None
        self.network, self.optimiser = fabric.setup(network, torch.optim.Adam(network.parameters(), lr=recipe.learning_rate))
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            self.optimiser, factor=recipe.factor, patience=recipe.patience, threshold=recipe.threshold
        )
        self.history: list[Row] = []
        if (folder / STATE).exists():
            rest = self.fabric.load(folder / STATE, self._state())
            self.history = rest["history"]
            fabric.strategy.precision.load_state_dict(rest["precision"])

    def _state(self) -> dict[str, Any]:
        state = {"network": self.network, "optimiser": self.optimiser, "plateau": self.plateau}
        return state if self.averaged is None else {**state, "averaged": self.averaged}

    @property
    def judged(self) -> nn.Module:
        """The network that is judged and kept: the averaged one where the recipe averages."""
        return self.raw if self.averaged is None else self.averaged.module

    def learn(self, data: Labelled, epoch: int, workers: int) -> float:
        """One pass over the cases in an order drawn from seed and epoch; the mean loss."""
        recipe, fabric = self.recipe, self.fabric
        if recipe.schedule == "cosine":
            rate = recipe.learning_rate * (1 + math.cos(math.pi * epoch / recipe.epochs)) / 2
            for group in self.optimiser.param_groups:
                group["lr"] = rate
        self.network.train()
        batches = [
            batch[fabric.global_rank :: fabric.world_size] for batch in _batches(len(data.labels), recipe, epoch, fabric)
        ]
        total = torch.zeros(2, dtype=torch.float64)
        for x, y, cases in DataLoader(_Cases(data, recipe, epoch), batch_sampler=batches, num_workers=workers):
            x, y = fabric.to_device((x, y))
            if recipe.augmentation == "batched":
                x = vary_batch(x, draw_batch(recipe, epoch, cases.tolist()), recipe, data.spacing)
            self.optimiser.zero_grad(set_to_none=True)
            logits = self.network(x.contiguous(memory_format=torch.channels_last_3d))[:, 0]
            loss = functional.binary_cross_entropy_with_logits(logits.float(), y)
            fabric.backward(loss)
            self.optimiser.step()
            if self.averaged is not None:
                self.averaged.update_parameters(self.raw)
            total += torch.tensor([float(loss.detach()) * len(y), len(y)], dtype=torch.float64)
        summed = fabric.all_reduce(total, reduce_op="sum")
        return float(summed[0] / summed[1])

    def judge(self, data: Labelled) -> Row:
        """Mean cross-entropy and AUC on the validation cases."""
        scores = predict(self.judged, data.voxels, str(self.fabric.device))
        p = np.clip(scores, 1e-7, 1 - 1e-7)
        loss = float(-np.mean(np.where(data.labels == 1, np.log(p), np.log(1 - p))))
        area = auc(scores, data.labels).value
        return {"validation_loss": loss, "validation_auc": math.nan if area is None else area}

    def finish(self, row: Row, started: float) -> None:
        """Set the next epoch's rate and leave everything on disk."""
        row["learning_rate"] = self.optimiser.param_groups[0]["lr"]
        if self.recipe.schedule == "plateau":
            self.plateau.step(row["validation_loss"])
        best = min((earlier["validation_loss"] for earlier in self.history), default=math.inf)
        self.history.append({**row, "seconds": round(time.monotonic() - started, 1)})
        if self.fabric.is_global_zero and (self.recipe.kept == "last" or row["validation_loss"] < best):
            save_best(self.folder, self.judged)
        unfinished = self.folder / f"{STATE}.part"
        state = {**self._state(), "history": self.history, "precision": self.fabric.strategy.precision.state_dict()}
        self.fabric.save(unfinished, state)
        if self.fabric.is_global_zero:
            unfinished.replace(self.folder / STATE)
            write_curves(self.folder, self.history)
        self.fabric.barrier()


def _averaged(network: nn.Module, share: float) -> AveragedModel:
    """A moving average of weights and norms; it begins at the first step's and forgets the early ones faster."""

    @torch.no_grad()
    def update(averaged: Any, current: Any, steps: Tensor | int) -> None:
        kept = min(share, (1 + int(steps)) / (10 + int(steps)))
        get_ema_multi_avg_fn(kept)(averaged, current, steps)

    return AveragedModel(network, multi_avg_fn=update, use_buffers=True)


def _batches(cases: int, recipe: Recipe, epoch: int, fabric: Fabric) -> list[list[int]]:
    """The order of an epoch in batches; a remainder too small for a norm, or for every device, is left out."""
    draw = torch.Generator().manual_seed(recipe.seed * 1000 + epoch)
    order = torch.randperm(cases, generator=draw).tolist()
    batches = [order[start : start + recipe.batch] for start in range(0, cases, recipe.batch)]
    return [batch for batch in batches if len(batch) >= max(2, fabric.world_size)]


@torch.inference_mode()
def predict(network: nn.Module, voxels: NDArray[np.float16], device: str = "cpu", batch: int = 16) -> NDArray[np.float64]:
    """Scores (N,) of inputs (N, D, H, W), in eval mode and full precision."""
    network.eval()
    parts: Sequence[NDArray[np.float64]] = [
        torch.sigmoid(network(_as_input(voxels[start : start + batch]).to(device))[:, 0]).double().cpu().numpy()
        for start in range(0, len(voxels), batch)
    ]
    return np.concatenate(parts)


def _as_input(voxels: NDArray[np.float16]) -> Tensor:
    # A copy in torch's own memory: where numpy's happens to lie decides over the last bits of what comes out.
    return torch.from_numpy(voxels.astype(np.float32))[:, None].clone(memory_format=torch.channels_last_3d)
