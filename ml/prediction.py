"""Predictor: one bundle loaded once, volumes in, score and heatmap out, one forward pass each, or one for a batch.

Make it in the process that uses it (after a fork): a torch that ran before the fork makes its children hang.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from ml import openvino_backend
from ml.bundle import REMEDY, WEIGHTS, Bundle, BundleRefused
from ml.fused import FusedBackbone
from ml.guard import Acquired
from ml.heatmap import Heatmap, explain_features
from ml.memory import give_back, is_out_of_memory
from ml.networks import DarndestNetwork, build_network
from ml.openvino_backend import OpenVinoBackbone, OpenVinoRefused
from ml.precision import FULL, Backbone, choose_precision, halved, probe_inputs
from ml.preprocessing import NetworkInput
from ml.screening import Screened
from ml.volume import Volume

logger = logging.getLogger(__name__)

TORCH = "torch"
OPENVINO = "openvino"
AUTO = "auto"
"""OpenVINO on a CPU where it is installed, else torch."""
BACKENDS = (AUTO, OPENVINO, TORCH)


@dataclass(frozen=True)
class SequencePrediction:
    """What one network says about one series: `score` from 0 to 1, where its evidence lies, how the input was made."""

    score: float
    heatmap: Heatmap
    resampled: bool
    notes: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    """Sentences why no advice may stand on this score: the images are unlike the training images, or of poor quality."""


@dataclass(frozen=True)
class PreparedSeries:
    """One series ready for its network, and what the bundle's guard and quality gates say of it."""

    given: NetworkInput
    screened: Screened


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
    unusable = [name for name, value in network.state_dict().items() if not torch.isfinite(value).all()]
    if unusable:
        raise BundleRefused(f"{bundle.folder / WEIGHTS} has values that are no finite numbers, in {unusable[0]}. {REMEDY}")
    return network.eval().to(device)


class Predictor:
    """Keeps one bundle's network ready on one device; may serve any number of volumes in turn.

    The backbone is kept once, in the form that computes fastest. `backend`, `precision` and `remarks` say which, and why not
    another; `batch_limit` is how many inputs one forward pass takes, and falls when memory runs out.
    """

    def __init__(
        self, bundle: Bundle, device: str = "cpu", *, backend: str = TORCH, cache: Path | None = None, half: bool = False
    ) -> None:
        """Load the weights; BundleRefused where they do not fit.

        `cache`: a folder in which OpenVINO keeps what it compiled. `half`: half precision, where it leaves the scores.
        """
        self.bundle = bundle
        self.device = device
        self.screening = bundle.screening
        self.remarks: list[str] = []
        self.precision = FULL
        self.batch_limit = 2**30
        network = load_network(bundle, device)
        self.backend, self.backbone, self.mebibytes = self._choose_backbone(network, backend, cache)
        if half:
            self._halve(network.cut(bundle.heatmap_layer)[1])
        # Only the end is kept: the original weights beside their folded copies would double what a network takes.
        self._tail = network.cut(bundle.heatmap_layer)[1]
        self.mebibytes += sum(value.nbytes for value in self._tail.state_dict().values()) / 2**20

    @property
    def network(self) -> DarndestNetwork:
        """The whole network, loaded anew at every call: for explanations that need gradients of all of it."""
        return load_network(self.bundle, self.device)

    def warm(self, count: int = 1) -> None:
        """Let it read `count` empty inputs, so that the first study does not wait for what every first pass sets up."""
        voxels = np.zeros(self.bundle.preprocessing.shape, np.float32)
        self.read_all([NetworkInput(voxels, np.eye(4), resampled=False)] * count)

    def _choose_backbone(self, network: DarndestNetwork, backend: str, cache: Path | None) -> tuple[str, Backbone, float]:
        if backend not in BACKENDS:
            raise ValueError(f"Backend {backend!r} is unknown; expected one of {', '.join(BACKENDS)}.")
        wanted = backend == OPENVINO or (backend == AUTO and openvino_backend.installed())
        if wanted and self.device == "cpu":
            try:
                compiled = OpenVinoBackbone(network, self.bundle.preprocessing.shape, cache, self.bundle.heatmap_layer)
            except OpenVinoRefused as refused:
                self._remark(f"{self.bundle.name} is computed by torch: {refused}")
            else:
                return OPENVINO, compiled, compiled.mebibytes
        fused = FusedBackbone(network, self.bundle.heatmap_layer)
        return TORCH, fused, fused.mebibytes

    def _halve(self, tail: nn.Module) -> None:
        probes = probe_inputs(self.bundle.preprocessing.shape, self.device)
        chosen = choose_precision(self.backbone, halved(self.backbone, self.device), tail, probes)
        self.backbone, self.precision = chosen.backbone, chosen.precision
        if chosen.reason:
            self._remark(f"{self.bundle.name}: {chosen.reason}")

    def _remark(self, words: str) -> None:
        self.remarks.append(words)
        logger.warning("%s", words)

    def prepare(
        self, volume: Volume, centre: NDArray[np.float64] | None = None, one: Acquired | None = None
    ) -> PreparedSeries:
        """Crop, resample, scale and screen one series.

        `centre`, (3,) LPS mm, is the nasopharynx as found in another series of the same frame of reference; `one` is how the
        series was acquired (`ml.guard.acquired_as`). VolumeRefused where the series cannot be assessed.
        """
        given = self.bundle.preprocessing.apply(volume, centre)
        return PreparedSeries(given, self.screening.look(volume, given, one))

    def predict(
        self, volume: Volume, centre: NDArray[np.float64] | None = None, one: Acquired | None = None
    ) -> SequencePrediction:
        """Score and heatmap of one series, and what its bundle's guard and quality gates say of it; as `prepare`."""
        return self.predict_all([self.prepare(volume, centre, one)])[0]

    def predict_all(self, series: Sequence[PreparedSeries]) -> list[SequencePrediction]:
        """The same for several series in one forward pass, or in several where memory does not hold them."""
        read = self.read_all([one.given for one in series])
        return [
            replace(said, notes=(*said.notes, *one.screened.notes), guards=one.screened.guards)
            for said, one in zip(read, series, strict=True)
        ]

    def read(self, prepared: NetworkInput) -> SequencePrediction:
        """Score and heatmap from a network input made beforehand, which is not screened here."""
        return self.read_all([prepared])[0]

    def read_all(self, prepared: Sequence[NetworkInput]) -> list[SequencePrediction]:
        """Scores and heatmaps of several inputs. Out of memory: half as many at once from then on, and a remark."""
        found: list[SequencePrediction] = []
        while len(found) < len(prepared):
            batch = prepared[len(found) : len(found) + self.batch_limit]
            try:
                found += self._read(batch)
            except (RuntimeError, MemoryError) as error:
                if len(batch) == 1 or not is_out_of_memory(error):
                    raise
                self.batch_limit = len(batch) // 2
                self._remark(f"{self.bundle.name}: memory ran out with {len(batch)} at once; now {self.batch_limit}")
            else:
                continue
            # After the error is forgotten: its traceback holds on to the memory that is wanted back.
            give_back(self.device)
        return found

    def _read(self, batch: Sequence[NetworkInput]) -> list[SequencePrediction]:
        voxels = np.stack([one.voxels for one in batch])[:, None]
        if not np.isfinite(voxels).all():
            # Said here, because OpenVINO's ReLU would make 0 of what is no number, and a score of it.
            raise ValueError("The network's input has values that are no finite numbers; the images cannot be read so.")
        x = torch.from_numpy(voxels).to(self.device)
        with torch.inference_mode():
            features = self.backbone(x)
        logits, maps = explain_features(self._tail, features)
        scores = torch.sigmoid(logits.float()).cpu()
        return [
            self._prediction(float(score), raw, one)
            for score, raw, one in zip(scores, maps.float().cpu(), batch, strict=True)
        ]

    def _prediction(self, score: float, raw: Tensor, prepared: NetworkInput) -> SequencePrediction:
        if not np.isfinite(score):
            raise ValueError(f"Bundle {self.bundle.name} returned the score {score}; its weights are not usable. {REMEDY}")
        heatmap = Heatmap.from_activation(raw.numpy(), self.bundle.heatmap_reference, prepared.affine, prepared.voxels.shape)
        return SequencePrediction(score=score, heatmap=heatmap, resampled=prepared.resampled, notes=prepared.notes)
