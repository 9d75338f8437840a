"""What a training run leaves in its folder: state after every epoch, best weights, curves, and what it was started with.

Every file appears whole or not at all, so a run that is killed at any moment goes on from its last full epoch.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import nn

from ml.files import write_whole
from ml.training.recipe import Recipe

STATE = "state.pt"
BEST = "best.safetensors"
CURVES = "curves.csv"
SETTINGS = "settings.json"
Row = dict[str, float]


class RunRefused(ValueError):  # noqa: N818 - a refusal, named like the others in ml
    """A run folder that cannot be gone on with: what was found, what to do."""


def claim(folder: Path, settings: Mapping[str, Any]) -> None:
    """Note in a fresh folder what is trained there; RunRefused where something else was begun in it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SETTINGS
    wanted = json.loads(json.dumps(settings))
    if path.exists():
        stored = json.loads(path.read_text(encoding="utf-8"))
        changed = sorted(key for key in {*stored, *wanted} if stored.get(key) != wanted.get(key))
        if changed:
            listed = "; ".join(f"{key}: {stored.get(key)} there, {wanted.get(key)} asked for" for key in changed)
            raise RunRefused(
                f"{folder} holds another training run ({listed}). "
                "Repeat its settings to go on with it, or choose another folder."
            )
        return
    write_whole(path, json.dumps(wanted, indent=1, sort_keys=True) + "\n")


def save_best(folder: Path, network: nn.Module) -> None:
    """The weights to keep, as of this epoch."""
    unfinished = folder / f"{BEST}.part"
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}, unfinished)
    unfinished.replace(folder / BEST)


def write_curves(folder: Path, history: Sequence[Row]) -> None:
    """One line an epoch: losses, AUC, learning rate, seconds."""
    unfinished = folder / f"{CURVES}.part"
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, fieldnames=list(history[0]))
        table.writeheader()
        table.writerows(history)
    unfinished.replace(folder / CURVES)


def read_curves(folder: Path) -> list[Row]:
    """The lines of curves.csv, in the order of epochs."""
    with (folder / CURVES).open(newline="", encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def kept_row(rows: Sequence[Row], recipe: Recipe) -> Row:
    """The line of the epoch whose weights were kept."""
    return rows[-1] if recipe.kept == "last" else min(rows, key=lambda row: row["validation_loss"])
