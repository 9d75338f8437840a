"""From the last unenhanced slice to the decision, with a simulated scanner and the demo's own worker.

Reduced by default; `EVIDENCE=full` examines fifty patients and writes docs/evidence/on-the-table.md.
"""

import json
import os
import platform
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.application import ROOT, Application, running_application

pytestmark = pytest.mark.evidence

FULL = os.environ.get("EVIDENCE") == "full"
EXAMINATIONS = 50 if FULL else 2
SECONDS = 15
SEED = 8123
WITHIN_S = 10.0
TABLE = ROOT / "docs" / "evidence" / "on-the-table.md"


def test_the_decision_is_there_within_ten_seconds(tmp_path: Path) -> None:
    with running_application(tmp_path / "var", cases=1) as application:
        application.wait_until_ready()
        token = application.token()
        _wait_for_cohort(application, token)
        words = ("--examinations", str(EXAMINATIONS), "--seed", str(SEED), "--seconds", str(SECONDS), "--json")
        done = application.manage("simulate_scanner", *words)
        assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["examinations"], found["undecided"]) == (EXAMINATIONS, 0), done.stderr
    if FULL:
        TABLE.write_text(table(found))
        assert found["p95"] < WITHIN_S


def _wait_for_cohort(application: Application, token: str) -> None:
    """The demo's own patient is in: nothing else uses the processor."""
    for row in application.get("/api/worklist/", token)[1]["results"]:
        application.wait_for_state(row["uid"], "done", token)


def table(found: dict[str, object]) -> str:
    """The evidence as a page."""
    each = [dict(one) for one in found["each"]]  # type: ignore[attr-defined]
    lines = [
        "# On the table: from the last slice to the decision",
        "",
        f"`EVIDENCE=full pytest tests/e2e/test_console_times.py`: {len(each)} phantom examinations of {SECONDS} s, sent "
        f"slice by slice by {found['by']} to the demo (one worker on a CPU, demonstration networks, SQLite), on "
        f"{os.cpu_count()} cores of {platform.machine()}. Seconds from the acknowledgement of the last unenhanced slice "
        "to the tier and its advice; and after the last slice of T1WIC, where contrast followed.",
        "",
        f"All: p50 {found['p50']:.2f} s, p95 {found['p95']:.2f} s, largest {found['max']:.2f} s; "
        f"{found['undecided']} without a decision.",
        "",
        "| complete by | examinations | p50 | largest | after T1WIC: p50 |",
        "|---|---|---|---|---|",
    ]
    for evidence in ("headers", "mpps", "released", "quiet"):
        mine = [one for one in each if one["evidence"] == evidence]
        times, calls = (sorted(float(one[name]) for one in mine if one[name]) for name in ("decision_s", "call_s"))
        middle = f"{calls[len(calls) // 2]:.2f} s" if calls else "–"
        lines.append(f"| {evidence} | {len(mine)} | {times[len(times) // 2]:.2f} s | {times[-1]:.2f} s | {middle} |")
    tiers = Counter("no advice" if str(one["advice"]).startswith("No advice") else str(one["tier"]) for one in each)
    lines += ["", "Advised: " + ", ".join(f"{count} {tier}" for tier, count in sorted(tiers.items())) + "."]
    return "\n".join(lines) + "\n"
