"""The synthetic cohort: studies a minute on one core, three series and their DICOM files included, SEG apart."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import torch

from ml.phantom.case import generate_case
from ml.phantom.dicom import write_study

LEAST_A_MINUTE = 30.0
FIRST_SEED = 900_000


@dataclass(frozen=True)
class Generation:
    """Studies a minute and core: CPU seconds of this process, so that what else runs here does not count."""

    studies: int
    a_minute: float
    by_the_clock: float

    @property
    def holds(self) -> bool:
        """Fast enough."""
        return self.a_minute >= LEAST_A_MINUTE


def measure(studies: int) -> Generation:
    """Generate and write `studies` cases, each another seed, with one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    used, passed = [], []
    for seed in range(FIRST_SEED, FIRST_SEED + studies):
        with tempfile.TemporaryDirectory() as folder:
            cpu, clock = time.process_time(), time.perf_counter()
            write_study(generate_case(seed), Path(folder))
            used.append(time.process_time() - cpu)
            passed.append(time.perf_counter() - clock)
    torch.set_num_threads(threads)
    return Generation(studies, 60 / median(used), 60 / median(passed))
