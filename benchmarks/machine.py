"""What the machine could do while it was measured: absolute times mean nothing without it."""

import os
import time
from dataclasses import dataclass
from statistics import median

import torch


@dataclass(frozen=True)
class Machine:
    """Cores that may be used, torch's threads, matrix multiplication rate, load average over one minute."""

    cores: int
    threads: int
    gflops: float
    load: float

    def __str__(self) -> str:
        return (
            f"{self.cores} cores, {self.threads} torch threads, sgemm {self.gflops:.0f} GFLOP/s, "
            f"load {self.load:.1f} at the start"
        )


def look(size: int = 1024, rounds: int = 5) -> Machine:
    """Measure float32 matrix multiplication (size x size), the median of `rounds`, and read the load."""
    load = os.getloadavg()[0]
    a, b = torch.rand(size, size), torch.rand(size, size)
    torch.mm(a, b)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        torch.mm(a, b)
        seconds.append(time.perf_counter() - start)
    gflops = 2 * size**3 / median(seconds) / 1e9
    return Machine(len(os.sched_getaffinity(0)), torch.get_num_threads(), gflops, load)
