"""The whole report of a 635-case study, by the command: every analysis, figures, PDF and workbook in two languages."""

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "radapp" / "readerstudies" / "data" / "synthetic_cases.csv"
MOST_S = 20.0


@dataclass(frozen=True)
class WholeReport:
    """Median seconds of the whole command, its start included; its files and their bytes."""

    seconds: float
    files: int
    megabytes: float
    pdfs: int

    @property
    def holds(self) -> bool:
        """Within what is promised, and with a PDF."""
        return self.seconds <= MOST_S and self.pdfs > 0


def measure(rounds: int) -> WholeReport:
    """On a database of its own, into a new folder each round; every round's files must be the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "VAR_DIR": str(Path(folder, "var")), "DJANGO_SETTINGS_MODULE": "radapp.settings"}
        for name in ("DATABASE_URL", "STORAGE_URL", "SECRET_KEY"):
            environment.pop(name, None)

        def manage(*words: str | Path) -> str:
            command = [sys.executable, "manage.py", *map(str, words)]
            return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

        manage("migrate", "--verbosity", "0")
        told = manage("import_finished_reader_study", CASES, "--title", "Benchmark", "--synthetic")
        key = _key(told)
        seconds, contents = [], []
        for number in range(rounds):
            out = Path(folder, f"report-{number}")
            start = time.perf_counter()
            manage("report", "all", "--study", key, "--out", out)
            seconds.append(time.perf_counter() - start)
            contents.append({one.name: one.read_bytes() for one in out.iterdir()})
    if any(one != contents[0] for one in contents):
        raise RuntimeError("two reports by the same recipe of the same inputs differ in their bytes")
    files = contents[0]
    return WholeReport(
        median(seconds), len(files), sum(map(len, files.values())) / 1e6, sum(name.endswith(".pdf") for name in files)
    )


def _key(told: str) -> str:
    found = re.search(r"/studies/([A-Za-z0-9_-]+)/|\(([A-Za-z0-9_-]+)\)", told)
    if found is None:
        raise RuntimeError(f"no study's key in what the import said: {told[:200]!r}")
    return next(filter(None, found.groups()))
