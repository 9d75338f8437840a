"""Peak memory of a CPU worker's process with three full-size networks, each having read a study: in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.inference import CROPS, random_manifest, random_network
from ml.bundle import write_bundle
from ml.series import Role

MOST_MB = 1500.0
ROLES = (Role.T1WI, Role.T2WI, Role.T1WIC)
CROP = "24 x 128 x 128"

CHILD = """
import json, os, resource, sys
from pathlib import Path
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "radapp.settings")
os.environ["VAR_DIR"] = sys.argv[1] + "/var"
import django; django.setup()
from worker import assessment, devices, report  # what a worker's child imports
from ml.bundle import Bundle
devices.device()
for role in sys.argv[3:]:
    folder = Path(sys.argv[1]) / role
    predictor = devices.networks().get(Bundle.load(folder).sha256, folder)
    predictor.warm()
status = Path("/proc/self/status").read_text().splitlines()
print(json.dumps({
    "backend": predictor.backend,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "now": next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS")),
}))
"""


@dataclass(frozen=True)
class Memory:
    """MiB of a worker's process: at its peak (loading included), and after it has read."""

    backend: str
    compiled_before: bool
    peak: float
    settled: float

    @property
    def holds(self) -> bool:
        """Within what is promised."""
        return self.peak < MOST_MB


def measure(backend: str) -> list[Memory]:
    """First start (OpenVINO compiles) and second (it reads what it compiled); torch has no second."""
    with tempfile.TemporaryDirectory() as folder:
        for n, role in enumerate(ROLES):
            write_bundle(Path(folder, role), random_network(n), random_manifest(role, CROPS[CROP]))
        starts = (False, True) if backend == "openvino" else (False,)
        return [_start(folder, backend, before) for before in starts]


def _start(folder: str, backend: str, before: bool) -> Memory:
    command = [sys.executable, "-c", CHILD, folder, backend, *map(str, ROLES)]
    environment = os.environ | {"INFERENCE_BACKEND": backend, "OMP_NUM_THREADS": str(torch.get_num_threads())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The process whose memory was to be measured failed:\n{done.stderr}")
    found = json.loads(done.stdout)
    return Memory(found["backend"], before, found["peak"], found["now"])
