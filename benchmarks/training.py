"""One training step on the CPU: our network against the same weights in MONAI's blocks; the paper's optimiser and loss."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import torch
from torch import nn

from benchmarks.inference import monai_peer, random_network
from benchmarks.turns import take_turns

BATCH, SHAPE = 2, (24, 128, 128)
LEAST_RATIO = 0.97
"""No slower, within what two medians of the same thing differ by."""
TOLERANCE = 1e-4


@dataclass(frozen=True)
class StepComparison:
    """Median seconds of a step, and how far the two losses of the first step are apart."""

    peer: float
    ours: float
    difference: float

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.peer / self.ours

    @property
    def holds(self) -> bool:
        """No slower, and the same step."""
        return self.ratio >= LEAST_RATIO and self.difference <= TOLERANCE


def compare(rounds: int) -> StepComparison:
    """Full-size DenseNet121, `BATCH` cases of 24 x 128 x 128: forward, BCE, backward, Adam."""
    ours = random_network(0)
    peer = monai_peer(ours).train()
    generator = torch.Generator().manual_seed(0)
    x = torch.rand((BATCH, 1, *SHAPE), generator=generator)
    labels = (torch.arange(BATCH) % 2).float()[:, None]
    steps = {"ours": _step(ours.train(), x, labels), "peer": _step(peer, x, labels)}
    difference = abs(steps["ours"]() - steps["peer"]())
    seconds = take_turns(dict(steps), rounds)
    return StepComparison(median(seconds["peer"]), median(seconds["ours"]), difference)


def _step(network: nn.Module, x: torch.Tensor, labels: torch.Tensor) -> Callable[[], float]:
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    loss_of = nn.BCEWithLogitsLoss()

    def step() -> float:
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of(network(x), labels)
        loss.backward()
        optimiser.step()
        return float(loss.detach())

    return step
