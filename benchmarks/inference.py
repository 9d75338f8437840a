"""Score and Grad-CAM of both unenhanced sequences: ours, by each backend, against the plain way with MONAI's blocks.

Plain: the same weights and strides in MONAI's DenseNet121, eager, per sequence one forward for the score and one captum
LayerGradCam on the whole network. Both sides prepare their input from the same volumes with the same code, inside the
measured time. All take turns, and who goes first changes every round.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import pydicom
import torch
from captum.attr import LayerGradCam
from monai.networks.nets import DenseNet121
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.turns import take_turns
from ml import openvino_backend
from ml.architecture import DENSENET121
from ml.bundle import Manifest, write_bundle
from ml.networks import DarndestNetwork, build_network
from ml.parametric_map import HeatmapOrigin, write_parametric_map
from ml.phantom.case import generate_case
from ml.phantom.dicom import write_study
from ml.prediction import OPENVINO, TORCH, Predictor
from ml.preprocessing import Preprocessing
from ml.series import Role, read_facts, recognise
from ml.volume import SeriesVolume, load_series

SEQUENCES = (Role.T1WI, Role.T2WI)
CROPS = {
    "24 x 128 x 128": Preprocessing(shape=(24, 128, 128), spacing=(5.0, 1.5, 1.5)),
    "24 x 256 x 256": Preprocessing(shape=(24, 256, 256), spacing=(5.0, 0.8, 0.8)),
}
SCORE_TOLERANCE, HEATMAP_TOLERANCE = 1e-4, 1e-4
LEAST_RATIO = {OPENVINO: 4.0, TORCH: 2.0}
Outcome = list[tuple[float, NDArray[np.float32]]]


@dataclass(frozen=True)
class Comparison:
    """One crop size and backend: median seconds for both sequences, and how far the two sides are apart at most."""

    crop: str
    backend: str
    plain: float
    ours: float
    preprocessing: float
    score_difference: float
    heatmap_difference: float
    """Relative to the heatmap's maximum."""

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.plain / self.ours

    @property
    def equal(self) -> bool:
        """Scores and heatmaps within what is promised."""
        return self.score_difference <= SCORE_TOLERANCE and self.heatmap_difference <= HEATMAP_TOLERANCE

    @property
    def holds(self) -> bool:
        """Fast enough and equal enough."""
        return self.equal and self.ratio >= LEAST_RATIO[self.backend]


def random_network(seed: int) -> DarndestNetwork:
    """A full-size DenseNet121 with random weights and running statistics, as unlike a fresh one as a trained one is."""
    torch.manual_seed(seed)
    network = build_network(DENSENET121).eval()
    for name, value in network.state_dict().items():
        if "running_var" in name:
            value.uniform_(0.5, 1.5)
        elif value.dtype.is_floating_point and value.ndim == 1:
            value.normal_(0.1, 0.2)
    # Some cells must speak for recurrence, or there is no heatmap to compare.
    network.head.out.weight.data.normal_(0.0, 0.02).add_(0.002)
    return network


def monai_peer(network: DarndestNetwork) -> nn.Module:
    """The same weights and strides in MONAI's blocks."""
    peer = DenseNet121(spatial_dims=3, in_channels=1, out_channels=1).eval()
    strides = [(d, p, p) for d, p in zip(network.spec.depth_strides, network.spec.plane_strides, strict=True)]
    peer.features.conv0.stride, peer.features.pool0.stride = strides[0], strides[1]
    for n, stride in enumerate(strides[2:], start=1):
        pool = peer.features.get_submodule(f"transition{n}.pool")
        pool.kernel_size = pool.stride = stride
    # In place it would overwrite what captum reads.
    peer.class_layers.relu.inplace = False
    peer.load_state_dict(network.state_dict())
    return peer


def plain_way(peer: nn.Module, x: Tensor) -> tuple[float, NDArray[np.float32]]:
    """Score by one forward, raw heatmap by captum on the whole network."""
    with torch.no_grad():
        score = float(torch.sigmoid(peer(x)[0, 0]))
    attribution = LayerGradCam(peer, peer.features.norm5).attribute(x, target=0, relu_attributions=True)
    return score, attribution[0, 0].detach().cpu().numpy()


def compare(crop: str, series: Sequence[SeriesVolume], rounds: int) -> list[Comparison]:
    """All ways in turn on the same volumes, `rounds` times after one unmeasured round."""
    preprocessing = CROPS[crop]
    networks = [random_network(n) for n in range(len(SEQUENCES))]
    peers = [monai_peer(network) for network in networks]
    with tempfile.TemporaryDirectory() as folder:
        bundles = [
            write_bundle(Path(folder, role), network, random_manifest(role, preprocessing))
            for role, network in zip(SEQUENCES, networks, strict=True)
        ]
        predictors = {backend: [Predictor(bundle, backend=backend) for bundle in bundles] for backend in backends()}

    def plain() -> Outcome:
        inputs = [torch.from_numpy(preprocessing.apply(s.volume).voxels)[None, None] for s in series]
        return [plain_way(peer, x) for peer, x in zip(peers, inputs, strict=True)]

    def prepare() -> None:
        for s in series:
            preprocessing.apply(s.volume)

    ours = {name: partial(_predict, chosen, series) for name, chosen in predictors.items()}
    theirs = plain()
    apart = {name: _differences(way(), theirs) for name, way in ours.items()}
    seconds = take_turns({"plain": plain, "prepare": prepare, **ours}, rounds)
    return [
        Comparison(crop, name, *(median(seconds[way]) for way in ("plain", name, "prepare")), *apart[name]) for name in ours
    ]


def backends() -> list[str]:
    """Those that this environment can compute with."""
    return [OPENVINO, TORCH] if openvino_backend.installed() else [TORCH]


def _predict(predictors: Sequence[Predictor], series: Sequence[SeriesVolume]) -> Outcome:
    predictions = [p.predict(s.volume) for p, s in zip(predictors, series, strict=True)]
    return [(p.score, p.heatmap.values) for p in predictions]


def _differences(mine: Outcome, theirs: Outcome) -> tuple[float, float]:
    """Of scores, and of heatmaps in parts of their maximum, at most."""
    pairs = list(zip(mine, theirs, strict=True))
    return max(abs(a[0] - b[0]) for a, b in pairs), max(_apart(a[1], b[1]) for a, b in pairs)


def _apart(mine: NDArray[np.float32], raw: NDArray[np.float32]) -> float:
    """Largest difference of two heatmaps in parts of their maximum; ours is scaled by the bundle's reference."""
    return float(np.abs(mine * REFERENCE - raw).max() / raw.max())


REFERENCE = 1e3
"""Above every raw value here, so that nothing is clipped before it is compared."""


def random_manifest(role: Role, preprocessing: Preprocessing) -> Manifest:
    return Manifest(
        name=f"random {role}", role=role, network=DENSENET121, preprocessing=preprocessing, cutoff=0.5,
        heatmap_reference=REFERENCE, fat_saturated=None, synthetic=True, label="random weights, synthetic data",
    )  # fmt: skip


@dataclass(frozen=True)
class Files:
    """Seconds to read both series from DICOM files, and to lay out and write both Parametric Maps as data sets."""

    reading: float
    maps: float


def phantom_series(folder: Path) -> list[SeriesVolume]:
    """T1WI and T2WI of one synthetic examination, written as DICOM files, recognised and read back."""
    files: dict[str, list[Path]] = {}
    headers: dict[str, pydicom.Dataset] = {}
    for path in write_study(generate_case(7), folder):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        files.setdefault(header.SeriesInstanceUID, []).append(path)
        headers[header.SeriesInstanceUID] = header
    recognised = recognise([read_facts([header]) for header in headers.values()])
    role_of = {recognition.role: recognition.uid for recognition in recognised}
    return [load_series(files[role_of[role]]) for role in SEQUENCES]


def time_files(series: Sequence[SeriesVolume], rounds: int) -> Files:
    """Apart from the comparison: what both ways would need in the same way."""

    def read() -> None:
        for s in series:
            load_series(s.paths)

    def write() -> None:
        for role, s in zip(SEQUENCES, series, strict=True):
            origin = HeatmapOrigin(role, 0.5, "random", "0" * 64, synthetic=True)
            write_parametric_map(s, np.zeros(s.volume.shape, np.float32), origin, series_number=9001)

    seconds = take_turns({"read": read, "write": write}, rounds)
    return Files(reading=median(seconds["read"]), maps=median(seconds["write"]))
