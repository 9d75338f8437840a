"""Where networks run: the device, its threads, and the networks kept ready in this process."""

import logging
import os
from functools import cache, lru_cache
from pathlib import Path

import torch
from django.db import Error as DatabaseError

from ml.bundle import Bundle, BundleRefused
from ml.prediction import Predictor, set_threads
from radapp.environment import ROOT
from radapp.triage.models import InstalledBundle
from radapp.triage.protocols import active_protocol

logger = logging.getLogger(__name__)

KEPT_READY = 6


@cache
def device() -> str:
    """The accelerator where there is one, else the CPU with as many threads as this process may use cores."""
    if torch.cuda.is_available():
        return "cuda"
    set_threads(len(os.sched_getaffinity(0)))
    return "cpu"


@lru_cache(maxsize=KEPT_READY)
def _predictor(sha256: str, folder: Path) -> Predictor:
    bundle = Bundle.load(folder)
    if bundle.sha256 != sha256:
        raise BundleRefused(f"{folder} has hash {bundle.sha256}; {sha256} was installed. Put the installed bundle back.")
    return Predictor(bundle, device=device())


def predictor(installed: InstalledBundle) -> Predictor:
    """The network of an installed bundle, loaded once per process; BundleRefused when its folder holds another."""
    return _predictor(installed.sha256, ROOT / installed.path)


def warm() -> None:
    """Load the active protocol's networks, if there is one. What fails here is told by the first run that needs it."""
    try:
        protocol = active_protocol()
        for installed in (protocol.t1wi, protocol.t2wi, protocol.t1wic) if protocol else ():
            predictor(installed)
    except (BundleRefused, DatabaseError) as error:
        logger.warning("no network was loaded beforehand: %s", error)
