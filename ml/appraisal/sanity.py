"""The two sanity checks for explanations: what must change a map when it explains the network, and not the image alone.

Adebayo et al., NeurIPS 2018, "Sanity Checks for Saliency Maps". Cascading randomisation: weights are drawn anew from the
head down, block by block; the map of the whole random network must no longer be the trained one's. Randomised labels: a
network that learned permuted labels by heart must not give the maps of one that learned the true ones.

Similarity is Spearman's rank correlation over the cells, of maps as they are shown (evidence for recurrence, else zero).
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import rankdata
from torch import Tensor, nn
from torch.nn import functional

from ml.architecture import LAST, NetworkSpec
from ml.attribution import attribute
from ml.explanation import Method
from ml.heatmap import grad_cam
from ml.networks import DarndestNetwork, build_network

Spacing = tuple[float, float, float]
SPACING: Spacing = (5.0, 2.3, 2.3)
PASSES_BELOW = 0.5
"""A method passes where the fully randomised network's maps are less similar than this, on average over draws and cases."""


def shown_map(
    network: DarndestNetwork, x: Tensor, method: Method, spacing: Spacing = SPACING, place: str = LAST
) -> NDArray[np.float32]:
    """The map (d, h, w) of one input (1, 1, D, H, W) as shown, before its scale: evidence for recurrence, else zero.

    `place` is where Grad-CAM reads (`NetworkSpec.places`); the other methods read the whole network.
    """
    if method is Method.GRAD_CAM:
        return grad_cam(network, x, place)[1][0].cpu().numpy()
    shown: NDArray[np.float32] = np.maximum(attribute(network, x, method, spacing), 0)
    return shown


def similarity(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Spearman's rank correlation of two maps of one shape; 0 where one of them is the same everywhere."""
    if first.shape != second.shape:
        raise ValueError(f"Maps of shape {first.shape} and {second.shape} cannot be compared; expected the same network's.")
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(first), rankdata(second))[0, 1])


def cascade(network: DarndestNetwork, seed: int) -> Iterator[tuple[str, DarndestNetwork]]:
    """The network with more and more of it drawn anew: the head, then the backbone's parts from the last to the first."""
    torch.manual_seed(seed)
    other = build_network(network.spec)
    changed = copy.deepcopy(network).eval()
    changed.class_layers.load_state_dict(other.class_layers.state_dict())
    yield "head", changed
    for name, part in reversed(list(changed.features.named_children())):
        if any(True for _ in part.parameters()):
            part.load_state_dict(other.features.get_submodule(name).state_dict())
            yield name, changed


@dataclass(frozen=True)
class CascadeStep:
    """How similar maps still are when everything from the head down to `part` is random: mean over draws and cases."""

    part: str
    similarity: float


def cascade_similarity(
    network: DarndestNetwork,
    inputs: Sequence[Tensor],
    method: Method,
    *,
    draws: int = 3,
    spacing: Spacing = SPACING,
    place: str = LAST,
    only: Sequence[str] | None = None,
) -> list[CascadeStep]:
    """Similarity of maps to the trained network's along the cascade; `only` names the parts at which maps are made."""
    trained = [shown_map(network, x, method, spacing, place) for x in inputs]
    found: dict[str, list[float]] = {}
    for draw in range(draws):
        for part, changed in cascade(network, draw):
            if only is None or part in only:
                maps = (shown_map(changed, x, method, spacing, place) for x in inputs)
                found.setdefault(part, []).extend(similarity(a, b) for a, b in zip(trained, maps, strict=True))
    return [CascadeStep(part, float(np.mean(values))) for part, values in found.items()]


def first_part(network: DarndestNetwork) -> str:
    """The part that the cascade reaches last: when it is random, all is."""
    return next(name for name, part in network.features.named_children() if any(True for _ in part.parameters()))


@dataclass(frozen=True, eq=False)
class Fitted:
    """A network in eval mode that learned its training labels, and how many of them it knows by heart (0 to 1)."""

    network: DarndestNetwork
    accuracy: float


def fit_by_heart(
    spec: NetworkSpec,
    voxels: NDArray[np.float16],
    labels: NDArray[np.uint8],
    *,
    seed: int,
    most_epochs: int = 60,
    enough: float = 0.95,
    report: Callable[[str], None] = lambda _: None,
) -> Fitted:
    """Train on (N, D, H, W) until `enough` of the labels (N,) are known by heart: no validation, no variation of the cases.

    So random labels can be learned too, which is what the check asks for (their section 3.2).
    """
    torch.manual_seed(seed)
    network = build_network(spec)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    x, y = torch.from_numpy(voxels.astype(np.float32))[:, None], torch.from_numpy(labels.astype(np.float32))
    draw, accuracy = torch.Generator().manual_seed(seed), 0.0
    for epoch in range(most_epochs):
        network.train()
        for batch in torch.randperm(len(y), generator=draw).split(12):
            if len(batch) > 1:
                optimiser.zero_grad()
                functional.binary_cross_entropy_with_logits(network(x[batch])[:, 0], y[batch]).backward()
                optimiser.step()
        accuracy = _known(network.eval(), x, y)
        report(f"epoch {epoch + 1}: {accuracy:.0%} of the labels are known")
        if accuracy >= enough:
            break
    return Fitted(network, accuracy)


@torch.inference_mode()
def _known(network: nn.Module, x: Tensor, y: Tensor) -> float:
    logits = torch.cat([network(part)[:, 0] for part in x.split(12)])
    return float(((logits > 0) == (y > 0.5)).float().mean())


@dataclass(frozen=True)
class LabelCheck:
    """Mean similarity of one true-label network's maps to those of a second one, and of one with permuted labels."""

    method: str
    to_true_labels: float
    to_permuted_labels: float

    @property
    def passed(self) -> bool:
        """Permuted labels change the maps more than another start of the same training does, and not only a little."""
        return self.to_permuted_labels < min(PASSES_BELOW, self.to_true_labels)


def compare_labels(
    networks: tuple[DarndestNetwork, DarndestNetwork, DarndestNetwork],
    inputs: Sequence[Tensor],
    method: Method,
    spacing: Spacing = SPACING,
    place: str = LAST,
) -> LabelCheck:
    """`networks`: trained on true labels, on the same from another start, on permuted ones; `inputs` are of recurrences."""
    first, second, third = ([shown_map(network, x, method, spacing, place) for x in inputs] for network in networks)
    return LabelCheck(
        str(method),
        float(np.mean([similarity(a, b) for a, b in zip(first, second, strict=True)])),
        float(np.mean([similarity(a, b) for a, b in zip(first, third, strict=True)])),
    )


def permuted(labels: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """The same labels in a random order."""
    return np.random.default_rng(seed).permutation(labels)
