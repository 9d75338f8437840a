"""Predictor: one bundle loaded once, volumes in, score and heatmap out, one forward pass each.

Make it in the process that uses it (after a fork): a torch that ran before the fork makes its children hang.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from ml.bundle import REMEDY, WEIGHTS, Bundle, BundleRefused
from ml.fused import FusedBackbone
from ml.guard import Acquired
from ml.heatmap import Heatmap, explain_features
from ml.networks import DarndestNetwork, build_network
from ml.preprocessing import NetworkInput
from ml.volume import Volume


@dataclass(frozen=True)
class SequencePrediction:
    """What one network says about one series: `score` from 0 to 1, where its evidence lies, how the input was made."""

    score: float
    heatmap: Heatmap
    resampled: bool
    notes: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    """Sentences why no advice may stand on this score: the images are unlike the training images, or of poor quality."""


def set_threads(count: int) -> None:
    """How many CPU threads torch may use in this process; call once, before the first prediction."""
    if count < 1:
        raise ValueError(f"Asked for {count} threads; at least 1 is needed.")
    torch.set_num_threads(count)


def load_network(bundle: Bundle, device: str = "cpu") -> DarndestNetwork:
    """The bundle's network with its weights, in eval mode; BundleRefused where weights and description disagree."""
    network = build_network(bundle.network)
    try:
        network.load_state_dict(load_file(bundle.folder / WEIGHTS))
    except RuntimeError as error:
        raise BundleRefused(f"{bundle.folder / WEIGHTS} does not fit its description: {error}. {REMEDY}") from error
    return network.eval().to(device)


class Predictor:
    """Keeps one bundle's network ready on one device; may serve any number of volumes in turn."""

    def __init__(self, bundle: Bundle, device: str = "cpu") -> None:
        """Load the weights; BundleRefused where they do not fit."""
        self.bundle = bundle
        self.device = device
        self.screening = bundle.screening
        self.network = load_network(bundle, device)
        self.backbone = FusedBackbone(self.network)

    def predict(
        self, volume: Volume, centre: NDArray[np.float64] | None = None, one: Acquired | None = None
    ) -> SequencePrediction:
        """Score and heatmap of one series, and what its bundle's guard and quality gates say of it.

        `centre`, (3,) LPS mm, is the nasopharynx as found in another series of the same frame of reference; `one` is how the
        series was acquired (`ml.guard.acquired_as`). VolumeRefused where the series cannot be assessed.
        """
        prepared = self.bundle.preprocessing.apply(volume, centre)
        screened = self.screening.look(volume, prepared, one)
        read = self.read(prepared)
        return replace(read, notes=(*read.notes, *screened.notes), guards=screened.guards)

    def read(self, prepared: NetworkInput) -> SequencePrediction:
        """Score and heatmap from a network input made beforehand, which is not screened here."""
        x = torch.from_numpy(prepared.voxels)[None, None].to(self.device)
        with torch.inference_mode():
            features = self.backbone(x)
        logits, maps = explain_features(self.network, features)
        score = float(torch.sigmoid(logits[0]))
        if not np.isfinite(score):
            raise ValueError(f"Bundle {self.bundle.name} returned the score {score}; its weights are not usable. {REMEDY}")
        heatmap = Heatmap.from_activation(
            maps[0].float().cpu().numpy(), self.bundle.heatmap_reference, prepared.affine, prepared.voxels.shape
        )
        return SequencePrediction(score=score, heatmap=heatmap, resampled=prepared.resampled, notes=prepared.notes)
