"""What reports might say, each kind once; and the DICOM verifier."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import highdicom as hd
import pydicom

from ml.results.named import Named
from ml.results.statement import Cutoff, Network, Score, Statement
from tests.shared import not_here

LIMITS = ("For research. A radiologist reads every examination.", "Nodes and brain are not assessed.")
NETWORKS = tuple(Network(role, f"test {role}", character * 64) for role, character in
                 (("T1WI", "a"), ("T2WI", "b"), ("T1WIC", "c")))  # fmt: skip
NEGATIVE = Statement(
    number=1,
    tier="negative",
    final="negative",
    given=True,
    advice="Below both cutoffs: contrast not advised by this tactic. Does not exclude recurrence; nodes and brain are not "
    "assessed.",
    reason="",
    synthetic=True,
    protocol="test 4",
    weights=(0.5, 0.5),
    scores=(
        Score("T1_T2", 0.2, (Cutoff("first", 0.6), Cutoff("second", 0.3))),
        Score("T1WI", 0.1),
        Score("T2WI", 0.3),
        Score("T1WIC", 0.4, (Cutoff("T1WIC", 0.5),)),
    ),
    networks=NETWORKS,
    neighbours="Of the 100 calibration patients nearest to the T1_T2 score, 4 had recurrence.",
    notes=("T1WI: resampled to axial.",),
    limits=LIMITS,
)
POSITIVE = replace(
    NEGATIVE, tier="positive", final="positive", synthetic=False,
    advice="Recurrence suspected on unenhanced images. Enhanced examination advised.",
)  # fmt: skip
PENDING = replace(
    NEGATIVE, tier="suspicious", final="pending", advice="Undetermined on unenhanced images. Enhanced examination advised."
)
SUSPICIOUS = replace(
    PENDING, final="negative",
    advice="Undetermined on unenhanced images. Enhanced network below its cutoff: a radiologist must read.",
)  # fmt: skip
WITHHELD = replace(
    NEGATIVE, given=False, advice="No advice: routine protocol.", reason="T2WI: the head moved.", number=2, replaces=1
)
WITHDRAWN = Statement(
    number=3, tier="", final="", given=False, advice="No advice: routine protocol.", limits=LIMITS, synthetic=True,
    reason="T2WI has not arrived.", replaces=2,
)  # fmt: skip
ALL = {
    "positive": POSITIVE,
    "suspicious, before T1WIC": PENDING,
    "suspicious, after T1WIC": SUSPICIOUS,
    "negative": NEGATIVE,
    "withheld": WITHHELD,
    "withdrawn": WITHDRAWN,
}


def named(number: int = 9041) -> Named:
    """New UIDs."""
    return Named(hd.UID(), hd.UID(), number)


def complaints(dataset: pydicom.Dataset, folder: Path, iod: str) -> list[str]:
    """dciodvfy's Error lines about an object of this kind, and dsrdump's of a report; a missing program fails in CI."""
    for program, package in (("dciodvfy", "dicom3tools"), ("dsrdump", "dcmtk")):
        if shutil.which(program) is None:
            not_here(f"{program} is not installed: apt-get install {package}")
    path = folder / f"{dataset.SOPInstanceUID}.dcm"
    dataset.save_as(path, enforce_file_format=True)
    said = subprocess.run(["dciodvfy", "-new", str(path)], capture_output=True, text=True, check=False).stderr
    assert said.splitlines()[0] == iod, said
    found = [line for line in said.splitlines() if line.startswith("Error")]
    return [*found, *_unread(path)] if iod.endswith("SR") else found


def _unread(path: Path) -> list[str]:
    """What dsrdump, which checks the content tree against the IOD, could not read."""
    said = subprocess.run(["dsrdump", str(path)], capture_output=True, text=True, check=False)
    wrong = [line for line in said.stderr.splitlines() if line.startswith(("E:", "F:"))]
    read = said.returncode == 0 and "<contains " in said.stdout
    return wrong if read else [*wrong, f"dsrdump read nothing (status {said.returncode})"]
