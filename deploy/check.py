"""`make test`: every check, with a table of what passed at the end. Names on the command line select, one after another.

Without names, what only computes runs beside the tests in the browser, which wait a good deal, and gives way to them; what
it prints comes when it has ended. A missing part fails; nothing is skipped in silence.
"""

import filecmp
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
FRONTEND = ROOT / "frontend"
SCHEMA = FRONTEND / "openapi.json"
TYPES = FRONTEND / "src" / "api" / "schema.d.ts"
# Four for two cores: tests also wait, for disks, databases and processes.
BY_FILE = ("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder", "--durations=15")
GIVES_WAY = ("nice", "-n", "10")
"""Before what runs beside tests that a person's patience is measured in: they have nine tenths of a core that both want."""
SCRATCH = Path(tempfile.mkdtemp(prefix="darndest-check-"))
OUT: ContextVar[TextIO] = ContextVar("OUT", default=sys.stdout)
"""Where the steps of this thread print."""
BEFORE: ContextVar[tuple[str, ...]] = ContextVar("BEFORE", default=())
"""What stands before this thread's commands."""

Result = tuple[str, bool, float]


def say(line: str) -> None:
    print(line, file=OUT.get(), flush=True)


def run(*command: str, folder: Path = ROOT, **environment: str) -> bool:
    """Run one command; True when it ended well."""
    path = f"{BIN}:{os.environ.get('PATH', '')}"
    surroundings = os.environ | {"PATH": path, "VAR_DIR": str(SCRATCH / "var")} | environment
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)  # else each of hundreds of processes compiles everything again
    out = OUT.get()
    words = (*BEFORE.get(), *command)
    return subprocess.run(words, cwd=folder, env=surroundings, stdout=out, stderr=out, check=False).returncode == 0


def python(*words: str, **environment: str) -> bool:
    return run(str(BIN / "python"), *words, **environment)


def generate_api_types(schema: Path, types: Path) -> bool:
    """The OpenAPI schema, without a warning, and the TypeScript types made from it."""
    spectacular = (
        "manage.py",
        "spectacular",
        "--fail-on-warn",
        "--validate",
        "--format",
        "openapi-json",
        "--file",
        str(schema),
    )
    return python(*spectacular) and run("npx", "openapi-typescript", str(schema), "-o", str(types), folder=FRONTEND)


def lint() -> bool:
    good = run("ruff", "check", ".")
    good &= run("ruff", "format", "--check", ".")
    good &= run("npm", "run", "lint", folder=FRONTEND)
    return good


def types() -> bool:
    good = run("mypy")
    good &= run("npm", "run", "typecheck", folder=FRONTEND)
    return good


def contracts() -> bool:
    """Imports point one way; migrations are complete; Django's own checks."""
    good = run("lint-imports")
    good &= python("manage.py", "makemigrations", "--check", "--dry-run")
    good &= python("manage.py", "check")
    return good


def openapi() -> bool:
    """The schema is without warnings and the committed types are current."""
    schema, types = SCRATCH / "openapi.json", SCRATCH / "schema.d.ts"
    if not generate_api_types(schema, types):
        return False
    current = filecmp.cmp(types, TYPES, shallow=False)
    if not current:
        say(f"{TYPES.relative_to(ROOT)} is not what the schema gives: run `make api-types` and commit it")
    return current


def unit() -> bool:
    chosen = ("-m", "not e2e", "tests", "--ignore", "tests/ml")
    return python("-m", "pytest", *BY_FILE, *chosen, TEST_DATABASE="sqlite")


def unit_ml() -> bool:
    """What knows no application, and no clock: it can wait for others."""
    return python("-m", "pytest", *BY_FILE, "tests/ml", TEST_DATABASE="sqlite")


def unit_postgresql() -> bool:
    """What depends on the database, once more on PostgreSQL."""
    chosen = ("-m", "not e2e and not once", "tests/radapp", "tests/worker")
    return python("-m", "pytest", *BY_FILE, *chosen, TEST_DATABASE="postgresql")


def vitest() -> bool:
    report = SCRATCH / "vitest.json"
    good = run(
        "npx", "vitest", "run", "--reporter=default", "--reporter=json", f"--outputFile.json={report}", folder=FRONTEND
    )
    counts = json.loads(report.read_text()) if report.is_file() else {"numPassedTests": 0, "numFailedTests": 1}
    say(f"Vitest: {counts['numPassedTests']} passed, {counts['numFailedTests']} failed")
    return good and counts["numPassedTests"] > 0


def e2e() -> bool:
    report = SCRATCH / "e2e.xml"
    good = python("-m", "pytest", "-m", "e2e", "tests/e2e", "--durations=15", f"--junit-xml={report}")
    passed = failed = 0
    if report.is_file():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            failed += bad
            passed += int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
    say(f"Playwright: {passed} passed, {failed} failed")
    return good and passed > 0


STEPS: dict[str, tuple[Callable[[], bool], ...]] = {
    "lint": (lint,),
    "types": (types,),
    "contracts": (contracts, openapi),
    "unit": (unit,),
    "unit-ml": (unit_ml,),
    "unit-postgresql": (unit_postgresql,),
    "vitest": (vitest,),
    "e2e": (e2e,),
}
BESIDE, WAITING = ("lint", "types", "contracts", "vitest", "unit-postgresql", "unit-ml"), ("e2e",)


def results_of(names: Sequence[str]) -> list[Result]:
    """What came of each step of these parts, and in how many seconds."""
    results = []
    for name in names:
        for step in STEPS[name]:
            title = step.__name__.replace("_", "-")
            say(f"\n== {title} ==")
            start = time.monotonic()
            good = step()
            results.append((title, good, time.monotonic() - start))
    return results


def all_results() -> list[Result]:
    """Every part; some of them at once."""
    beside: list[Result] = []

    def run_beside(out: TextIO) -> None:
        OUT.set(out)
        BEFORE.set(GIVES_WAY)
        beside.extend(results_of(BESIDE))

    first = results_of([name for name in STEPS if name not in BESIDE + WAITING])
    with (SCRATCH / "beside.txt").open("w+") as out:
        thread = threading.Thread(target=run_beside, args=(out,))
        thread.start()
        waiting = results_of(WAITING)
        thread.join()
        out.seek(0)
        print(out.read(), flush=True)
    if not beside:
        waiting.append(("beside", False, 0.0))  # it ended with an error of its own
    return first + beside + waiting


def main() -> None:
    if sys.argv[1:] == ["--write-api-types"]:
        raise SystemExit(0 if generate_api_types(SCHEMA, TYPES) else 1)
    unknown = [name for name in sys.argv[1:] if name not in STEPS]
    if unknown:
        raise SystemExit(f"check: no part named {', '.join(unknown)}; there are {', '.join(STEPS)}")
    results = results_of(sys.argv[1:]) if sys.argv[1:] else all_results()
    print(
        "\n" + "\n".join(f"{'ok    ' if good else 'FAILED'} {name:<18} {seconds:6.0f} s" for name, good, seconds in results)
    )
    raise SystemExit(0 if all(good for _, good, _ in results) else 1)


if __name__ == "__main__":
    main()
