"""How near a training from nothing came to the sets that ship: figures beside figures, and whether weights are the same."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.bundle import WEIGHTS
from ml.protocol import FILE
from ml.series.role import Role
from ml.training.bundling import ROLES


@dataclass(frozen=True)
class Figures:
    """What a set says of itself: `heldout` as `assess` gives it, and the SHA-256 of each network's weights."""

    heldout: Mapping[str, Any]
    weights: Mapping[Role, str]

    @classmethod
    def read(cls, folder: Path) -> "Figures | None":
        """Of a set's folder; None where there is no set, or one without held-out figures."""
        try:
            heldout = json.loads((folder / FILE).read_text(encoding="utf-8"))["calibration"]["heldout"]
            weights = {role: hashlib.sha256((folder / role / WEIGHTS).read_bytes()).hexdigest() for role in ROLES}
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return cls(heldout, weights) if heldout else None


def read_all(folders: Mapping[str, Path]) -> dict[str, Figures | None]:
    """The figures of several sets by name; to be taken before any of the folders is replaced."""
    return {name: Figures.read(folder) for name, folder in folders.items()}


def as_text(shipped: Mapping[str, Figures | None], made: Mapping[str, Figures | None]) -> str:
    """A table: AUC of each model and the tactic's figures, as shipped, now, and the difference."""
    lines = ["set                    figure                   shipped     now   difference"]
    for name, now in made.items():
        before = shipped.get(name)
        if before is None or now is None:
            lines.append(f"{name:22} no shipped set with held-out figures to compare with")
            continue
        if (before.heldout["n"], before.heldout["positives"]) != (now.heldout["n"], now.heldout["positives"]):
            lines.append(
                f"{name:22} held-out cohorts differ: {before.heldout['n']} cases as shipped, {now.heldout['n']} now; "
                "make them of the same size to compare"
            )
            continue
        lines += [f"{name:22} {words:22} {_row(*values)}" for words, values in _figures(before, now)]
        same = [str(role) for role in ROLES if before.weights[role] == now.weights[role]]
        lines.append(f"{name:22} weights bit for bit as shipped: {', '.join(same) or 'none'}")
    return "\n".join(lines) + "\n"


def _figures(before: Figures, now: Figures) -> Iterable[tuple[str, tuple[float | None, float | None]]]:
    for model in before.heldout["auc"]:
        yield f"AUC {model}", (before.heldout["auc"][model], now.heldout["auc"].get(model))
    for name in ("sensitivity", "specificity"):
        yield f"DARNDEST {name}", (before.heldout["tactic"][name]["value"], now.heldout["tactic"][name]["value"])
    yield "spared contrast", (before.heldout["tactic"]["spared_contrast"], now.heldout["tactic"]["spared_contrast"])


def _row(before: float | None, now: float | None) -> str:
    if before is None or now is None:
        return "not estimable"
    return f"{before:9.3f} {now:7.3f} {now - before:+12.3f}"
