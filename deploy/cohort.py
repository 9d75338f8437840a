"""Makes the demo's synthetic cohort, a few patients at a time, and takes each batch in through `manage.py import_dicom`.

Then two finished reader studies for the reports: the paper's counts, and one of this cohort with simulated readers.

Progress lies in `var/demo-progress.json`, where the page finds it. A batch that was taken in is not made again.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
COHORT = VAR / "demo-cohort"
SEED = 2025
BATCH = 4
ENOUGH_FOR_STUDIES = 8
"""Synthetic patients; fewer make no reader study worth looking at."""
READ_WITHIN_S = 600
PAPER = "Readings with the paper's counts (synthetic)"


def note(message: str, *, preparing: bool, expected: int) -> None:
    """Replace the progress file in one step, so that no reader sees half of it."""
    temporary = VAR / "demo-progress.json.new"
    temporary.write_text(json.dumps({"preparing": preparing, "expected": expected, "message": message}))
    temporary.replace(VAR / "demo-progress.json")


def run(*command: str) -> None:
    """Run one command of this project; its failure ends this process, which the supervisor starts again."""
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=28)
    cases = parser.parse_args().cases
    COHORT.mkdir(parents=True, exist_ok=True)
    for first in range(0, cases, BATCH):
        count = min(BATCH, cases - first)
        done = COHORT / f"{first:03d}-{count}.taken-in"
        if done.is_file():
            continue
        folder = COHORT / f"{first:03d}"
        shutil.rmtree(folder, ignore_errors=True)
        note(f"making synthetic patients {first + 1} to {first + count} of {cases}", preparing=True, expected=cases)
        # Every third batch is an examination without contrast, so that some suspicious patients wait for T1WIC.
        roles = "T1WI,T2WI" if first // BATCH % 3 == 1 else "T1WI,T2WI,T1WIC"
        size = ("--cases", str(count), "--first", str(first), "--seed", str(SEED))
        run("-m", "ml", "phantom", *size, "--roles", roles, "--out", str(folder))
        note(f"taking in synthetic patients {first + 1} to {first + count} of {cases}", preparing=True, expected=cases)
        run("manage.py", "import_dicom", str(folder))
        # What is known because it was made: reader studies take it as the archive's truth (manage.py demo_reader_study).
        run("manage.py", "import_truth", str(folder / "truth.csv"))
        shutil.rmtree(folder)
        done.touch()
    note("every synthetic patient is taken in", preparing=False, expected=cases)
    if cases >= ENOUGH_FOR_STUDIES:
        finish_studies()


def finish_studies() -> None:
    """Two finished reader studies, so that reports have something to tell: the paper's counts, and one of this cohort."""
    done = COHORT / "studies.made"
    if done.is_file():
        return
    table = ROOT / "radapp" / "readerstudies" / "data" / "synthetic_cases.csv"
    marker = COHORT / "paper.imported"
    if not marker.is_file():
        run("manage.py", "import_finished_reader_study", str(table), "--title", PAPER, "--synthetic")
        marker.touch()
    run("manage.py", "demo_reader_study", "--wait", str(READ_WITHIN_S))
    done.touch()


if __name__ == "__main__":
    main()
