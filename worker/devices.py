"""Where networks run: one device a process, its threads, and the networks kept ready in it within a bound of memory."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from django.conf import settings
from django.db import Error as DatabaseError

from ml.bundle import Bundle, BundleRefused
from ml.cores import threads_of_process
from ml.prediction import Predictor, set_threads
from radapp.environment import ROOT
from radapp.triage.models import InstalledBundle
from radapp.triage.protocols import active_protocol
from worker.place import place

logger = logging.getLogger(__name__)

GPU_BATCH, GPU_WAIT_MS = 8, 50
CPU_BATCH, CPU_WAIT_MS = 1, 0
"""On a CPU a batch takes as long as its studies one by one (docs/performance.md)."""
CPU_CACHE_MB = 2048
GPU_CACHE_SHARE = 0.5
"""Of the accelerator's memory; the rest is for activations."""


@dataclass(frozen=True)
class Device:
    """What this process computes on, and the bounds that go with it."""

    name: str
    """cpu, or cuda:N."""
    title: str
    threads: int
    batch: int
    """Studies in one forward pass at most."""
    wait_s: float
    """How long a first study may wait for company."""
    cache_mb: float

    @property
    def is_gpu(self) -> bool:
        """Whether an accelerator does the work."""
        return self.name != "cpu"


@cache
def device() -> Device:
    """This process's: an accelerator of its own where there are any, else the CPU with its share of the cores."""
    here, wished = place(), settings.INFERENCE
    threads = threads_of_process(here.processes)
    set_threads(threads)
    if not torch.cuda.is_available():
        title, name = _processor(), "cpu"
        batch, wait_ms, cache_mb = CPU_BATCH, CPU_WAIT_MS, float(CPU_CACHE_MB)
    else:
        count = torch.cuda.device_count()
        index = here.slot % count
        torch.cuda.set_device(index)
        title, name = torch.cuda.get_device_name(index), f"cuda:{index}"
        if here.processes > count:
            title += f" (shared: {here.processes} processes, {count} devices)"
            logger.warning("%d processes share %d devices; start as many as there are", here.processes, count)
        batch, wait_ms = GPU_BATCH, GPU_WAIT_MS
        cache_mb = GPU_CACHE_SHARE * torch.cuda.get_device_properties(index).total_memory / 2**20
    return Device(
        name,
        title,
        threads,
        batch=wished.batch or batch,
        wait_s=(wait_ms if wished.wait_ms is None else wished.wait_ms) / 1000,
        cache_mb=wished.cache_mb or cache_mb,
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "CPU"


class NetworkCache:
    """Predictors by bundle hash, the least recently used given up first when their weights exceed `bound_mb`."""

    def __init__(self, bound_mb: float) -> None:
        """With nothing in it."""
        self.bound_mb = bound_mb
        self._kept: dict[tuple[str, Path], Predictor] = {}

    def get(self, sha256: str, folder: Path) -> Predictor:
        """The network of a bundle, loaded now if it is not there; BundleRefused when its folder holds another."""
        key = (sha256, folder)
        known = self._kept.pop(key, None)
        self._kept[key] = known or _load(sha256, folder)  # the end of the order: used last
        self._make_room()
        return self._kept[key]

    def _make_room(self) -> None:
        """The newest stays whatever it takes: there is a study for it."""
        while len(self._kept) > 1 and sum(one.mebibytes for one in self) > self.bound_mb:
            given_up = self._kept.pop(next(iter(self._kept)))
            logger.info("%s is given up: networks kept ready may take %.0f MB", given_up.bundle.name, self.bound_mb)

    def __iter__(self) -> Iterator[Predictor]:
        """The networks, the least recently used first. A copy: another thread may look while one is loaded."""
        return iter(list(self._kept.values()))


@cache
def networks() -> NetworkCache:
    """This process's."""
    return NetworkCache(device().cache_mb)


def _load(sha256: str, folder: Path) -> Predictor:
    bundle = Bundle.load(folder)
    if bundle.sha256 != sha256:
        raise BundleRefused(f"{folder} has hash {bundle.sha256}; {sha256} was installed. Put the installed bundle back.")
    here, wished = device(), settings.INFERENCE
    predictor = Predictor(
        bundle,
        device=here.name,
        backend=wished.backend,
        cache=Path(settings.VAR_DIR) / "openvino",
        half=here.is_gpu and wished.half == "auto",
    )
    predictor.batch_limit = here.batch
    logger.info(
        "%s %s is ready: %s, %s, %.0f MB",
        bundle.name,
        sha256[:8],
        predictor.backend,
        predictor.precision,
        predictor.mebibytes,
    )
    return predictor


def predictor(installed: InstalledBundle) -> Predictor:
    """The network of an installed bundle, loaded once per process; BundleRefused when its folder holds another."""
    return networks().get(installed.sha256, ROOT / installed.path)


def warm() -> None:
    """Load the active protocol's networks, if there is one, and let each read nothing once: first passes are slow.

    What fails here is told by the first run that needs it.
    """
    try:
        protocol = active_protocol()
        for installed in (protocol.t1wi, protocol.t2wi, protocol.t1wic) if protocol else ():
            predictor(installed).warm(device().batch)
    except (BundleRefused, DatabaseError) as error:
        logger.warning("no network was loaded beforehand: %s", error)
