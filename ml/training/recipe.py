"""Recipes: the paper's by name, and what is better beside it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Recipe:
    """Settings of a training run; the defaults are the paper's (Deng et al. 2025, Methods), where it names them.

    Adam, binary cross-entropy, batches of 12, 1e-3, halved when the validation loss has not fallen for `patience` epochs.
    The paper trained in PyTorch and gives "threshold 1e-4": read as PyTorch's own scheduler does, relative to the best loss.
    It names TorchIO's RandomAffine without ranges: TorchIO's defaults. It gives no number of `epochs`.
    `rotation` in degrees, `scaling` relative, `translation` in mm: half-ranges of the affine. `mirror` flips left and right
    in half the cases. `averaging`: of weights and norms, a moving average is judged and kept, of which this share stays at
    every step (Polyak and Juditsky 1992); 0 is none. `kept`: the epoch of the lowest validation loss, or the last one.
    """

    name: str = "paper"
    epochs: int = 60
    batch: int = 12
    learning_rate: float = 1e-3
    schedule: Literal["plateau", "cosine"] = "plateau"
    factor: float = 0.5
    patience: int = 5
    threshold: float = 1e-4
    augmentation: Literal["torchio", "batched"] = "torchio"
    rotation: float = 10.0
    scaling: float = 0.1
    translation: float = 0.0
    mirror: bool = False
    averaging: float = 0.0
    kept: Literal["best", "last"] = "best"
    seed: int = 2025

    def __post_init__(self) -> None:
        """Refuse settings that train nothing."""
        if self.epochs < 1 or self.batch < 2 or not self.learning_rate > 0:
            raise ValueError(
                f"{self.epochs} epochs of batches of {self.batch} at {self.learning_rate}; expected at least one epoch, two "
                "cases a batch and a rate above 0."
            )
        if not 0 <= self.averaging < 1:
            raise ValueError(f"Averaging keeps {self.averaging} of the earlier weights; expected 0 (none) to below 1.")

    def to_json(self) -> dict[str, Any]:
        """Plain values for bundle.json; what the paper's recipe lacks is not mentioned, so that earlier runs go on."""
        usual = {"averaging": 0.0, "kept": "best"}
        return {name: value for name, value in asdict(self).items() if name not in usual or value != usual[name]}


AVERAGING = 0.995
"""About 200 steps count: two epochs of 1100 cases, enough to even out the last batches' chance."""

RECIPES: Mapping[str, Recipe] = {
    "paper": Recipe(),
    "fast": Recipe(
        name="fast",
        schedule="cosine",
        augmentation="batched",
        rotation=8.0,
        scaling=0.08,
        translation=7.0,
        mirror=True,
        averaging=AVERAGING,
        kept="last",
    ),
}
"""`paper` to the letter; `fast` varies a whole batch at once, in the axial plane, mirrors it, lets the rate run out, and
keeps the averaged weights of its end: the lowest of many validation losses is often an early epoch's chance."""
