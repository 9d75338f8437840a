"""The same on a GPU: batches of studies against a loop over studies, both with the plain network as the loop's way.

Not measured where there is no device; the table then says so.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch

from benchmarks.inference import CROPS, SEQUENCES, monai_peer, plain_way, random_manifest, random_network
from benchmarks.turns import take_turns
from ml.bundle import write_bundle
from ml.prediction import Predictor
from ml.preprocessing import NetworkInput

STUDIES, LEAST_RATIO, SCORE_TOLERANCE = 16, 8.0, 1e-3


@dataclass(frozen=True)
class GpuComparison:
    """One crop size on one device: median seconds for all studies' two sequences, scores apart, precision chosen."""

    device: str
    crop: str
    loop: float
    batches: float
    precision: str
    score_difference: float

    @property
    def ratio(self) -> float:
        """How many times faster batches are."""
        return self.loop / self.batches

    @property
    def holds(self) -> bool:
        """Fast enough and equal enough."""
        return self.ratio >= LEAST_RATIO and self.score_difference <= SCORE_TOLERANCE


def compare(crop: str, rounds: int) -> GpuComparison | None:
    """Prepared inputs of `STUDIES` studies through both networks; None without a device."""
    if not torch.cuda.is_available():
        return None
    shape = CROPS[crop].shape
    generator = np.random.default_rng(0)
    inputs = [NetworkInput(generator.random(shape, np.float32), np.eye(4), resampled=False) for _ in range(STUDIES)]
    networks = [random_network(n) for n in range(len(SEQUENCES))]
    peers = [monai_peer(network).to("cuda") for network in networks]
    with tempfile.TemporaryDirectory() as folder:
        predictors = [
            Predictor(write_bundle(Path(folder, role), network, random_manifest(role, CROPS[crop])), "cuda:0", half=True)
            for role, network in zip(SEQUENCES, networks, strict=True)
        ]

    def loop() -> list[float]:
        tensors = [torch.from_numpy(one.voxels)[None, None] for one in inputs]
        return [plain_way(peer, x.to("cuda"))[0] for peer in peers for x in tensors]

    def batches() -> list[float]:
        return [said.score for predictor in predictors for said in predictor.read_all(inputs)]

    apart = max(abs(a - b) for a, b in zip(loop(), batches(), strict=True))
    seconds = take_turns({"loop": loop, "batches": batches}, rounds)
    loop_s, batches_s = (median(seconds[name]) for name in ("loop", "batches"))
    return GpuComparison(torch.cuda.get_device_name(0), crop, loop_s, batches_s, predictors[0].precision, apart)
