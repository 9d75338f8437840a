"""The whole report of a 635-case study, by the command: every analysis, in two languages.

Timed as it is read and sent: JSON, CSV, raw data, PDFs and workbooks; and with every figure as SVG and PNG files, too.
"""

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
READ = ("json", "csv", "data", "pdf", "xlsx")


@dataclass(frozen=True)
class WholeReport:
    """Median seconds of the whole command, its start included, without and with single figures; its files, their bytes."""

    seconds: float
    with_figures: float
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
        seconds: dict[str, list[float]] = {"read": [], "all": []}
        contents: list[dict[str, bytes]] = []
        for number in range(rounds):
            for way, formats in {"read": ("--format", *READ), "all": ()}.items():
                out = Path(folder, f"{way}-{number}")
                start = time.perf_counter()
                manage("report", "all", "--study", key, "--out", out, *formats)
                seconds[way].append(time.perf_counter() - start)
            contents.append({one.name: one.read_bytes() for one in out.iterdir()})
    if any(one != contents[0] for one in contents):
        raise RuntimeError("two reports by the same recipe of the same inputs differ in their bytes")
    files = contents[0]
    return WholeReport(
        seconds=median(seconds["read"]),
        with_figures=median(seconds["all"]),
        files=len(files),
        megabytes=sum(map(len, files.values())) / 1e6,
        pdfs=sum(name.endswith(".pdf") for name in files),
    )


def _key(told: str) -> str:
    found = re.search(r" as (\S+): \d+ cases", told)
    if found is None:
        raise RuntimeError(f"no study's key in what the import said: {told[:200]!r}")
    return found[1]
