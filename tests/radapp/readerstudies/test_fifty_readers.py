"""Many readers at once against the real server: how quickly an answer is saved and the next case shows its first frame; and
that nothing is lost or doubled while the server is killed and started and requests are cut, repeated and sent twice.

Reduced by default; `EVIDENCE=full` lets fifty read and writes docs/evidence/fifty-readers.md.
"""

import datetime as dt
import itertools
import os
import platform
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radapp.environment import ROOT
from tests.installation import Installation
from tests.radapp.readerstudies.fifty.hall import Hall
from tests.radapp.readerstudies.fifty.reading import (
    CUT_ANSWER,
    CUT_REQUEST,
    STAGES,
    TWICE,
    Faults,
    Line,
    Reader,
    together,
)

FULL = os.environ.get("EVIDENCE") == "full"
READERS, QUIET, STORM = (50, 4, 4) if FULL else (6, 1, 2)
SLICES, SIZE, FRAMES = (24, 256, 72) if FULL else (4, 64, 4)
THINKS_S = 12.0 if FULL else 0.1
PROCESSES = min(4, 2 * (os.cpu_count() or 1)) if FULL else 1
SHARES = {CUT_REQUEST: 0.03, CUT_ANSWER: 0.05, TWICE: 0.03}
PAUSES_S = (4.0, 10.0)
LEAST = 20 if FULL else 1
PAGE = ROOT / "docs" / "evidence" / "fifty-readers.md"
DATABASE = "postgresql" if os.environ.get("TEST_CLUSTER_URL") else "sqlite"
SHOWN = {
    "draft": "saving a draft after a change",
    "submission": "submitting an answer",
    "next case": "opening the next case: all there is to wait for where its images came ahead",
    "first frame": "first frame of the next case, from the click on, where nothing came ahead",
    "frame": "any frame",
}


@pytest.mark.evidence
@pytest.mark.services
@pytest.mark.once
def test_many_readers_lose_nothing(tmp_path: Path) -> None:
    hall = Hall(Installation.make(tmp_path / "hall"), PROCESSES)
    study = hall.prepare(READERS, QUIET + STORM, SLICES, SIZE)
    assert study["readings"] == QUIET + STORM
    faults = Faults()
    readers = [_reader(hall, study["key"], token, faults, number) for number, token in enumerate(study["tokens"])]
    began = time.monotonic()
    try:
        hall.start()
        together([lambda one=one: one.read(QUIET, begins_within=2 * THINKS_S) for one in readers])  # type: ignore[misc]
        quiet, pace = _times(readers), (time.monotonic() - began, os.getloadavg()[0])
        faults.shares.update(SHARES)
        with hall.killed_again_and_again(_pauses(), lambda: len(_acknowledged(readers)), LEAST):
            together([lambda one=one: one.read(STORM) for one in readers])  # type: ignore[misc]
        for one in readers:
            one.line.end()
    finally:
        hall.stop()
    _check(hall, readers, faults)
    if FULL:
        PAGE.write_text(_page(hall, readers, faults, quiet, pace))


def _reader(hall: Hall, key: str, token: str, faults: Faults, number: int) -> Reader:
    return Reader(Line(hall.port, token, faults, random.Random(number)), key, THINKS_S, FRAMES)


def _pauses() -> Iterator[float]:
    if not FULL:
        return iter([0.3])
    chance = random.Random(1)
    return (chance.uniform(*PAUSES_S) for _ in itertools.count())


def _times(readers: list[Reader]) -> dict[str, list[float]]:
    """All readers' together; each begins anew."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in readers:
        for what, times in one.ledger.times.items():
            found[what] += times
        one.ledger.times = defaultdict(list)
    return found


def _check(hall: Hall, readers: list[Reader], faults: Faults) -> None:
    """Every acknowledged answer is there, once, as it was sent; there is no other; the chain is whole."""
    assert [wrong for one in readers for wrong in one.ledger.wrong] == []
    wanted = _acknowledged(readers)
    assert len(wanted) == READERS * (QUIET + STORM) * len(STAGES), "every reader was told that everything is kept"
    found = hall.found()
    stored = {(key, stage): (name, said) for key, stage, _, name, said in found["answers"]}
    assert len(found["answers"]) == len(stored), "nothing twice"
    assert stored == wanted
    entries = Counter(action for action, _ in found["entries"])
    readings = READERS * (QUIET + STORM)
    assert entries == {"answered": readings * len(STAGES), "reading_opened": readings}
    assert (found["locked"], found["drafts"], found["seats"]) == (readings, 0, 0)
    assert hall.kills > 0
    assert faults.happened["sent again"] > 0


def _acknowledged(readers: list[Reader]) -> dict[tuple[str, str], tuple[str, dict[str, Any]]]:
    """By assignment and stage: the act's UUID and the answers."""
    return {place: told for one in readers for place, told in list(one.ledger.acknowledged.items())}


def _page(
    hall: Hall, readers: list[Reader], faults: Faults, quiet: dict[str, list[float]], pace: tuple[float, float]
) -> str:
    storm, happened, (seconds, load) = _times(readers), faults.happened, pace
    cores, day = os.cpu_count(), dt.datetime.now(tz=dt.UTC).date()
    lines = [
        "# Fifty readers at once",
        "",
        f"Written by `make evidence` (tests/radapp/readerstudies/test_fifty_readers.py), {day}, {cores} cores "
        f"({platform.machine()}, shared with the readers' own programs and other work), {DATABASE}: the web server as "
        f"`make demo` starts it, {PROCESSES} processes, on loopback. {READERS} readers, {QUIET + STORM} cases each (three "
        f"series of {SLICES} slices of {SIZE} × {SIZE}), answered unaided and then aided, about {THINKS_S:.0f} s for a "
        "stage with a draft saved after each of five changes, and every frame fetched. The study was made, checked and "
        "opened by the desk's own services.",
        "",
        f"## While nothing fails: {QUIET} cases each, {seconds:.0f} s",
        "",
        f"They begin within {2 * THINKS_S:.0f} s of each other. Load average at the end, of {cores} cores: {load:.0f}.",
        "",
        *_table(quiet),
        "",
        f"## While the server is killed and requests are lost: {STORM} cases each",
        "",
        f"The server was killed by `kill -9`, all its processes, {hall.kills} times, after {PAUSES_S[0]:.0f} to "
        f"{PAUSES_S[1]:.0f} s and at least {LEAST} answers, and started again. Meanwhile {happened[CUT_REQUEST]} requests "
        f"were cut in the middle, {happened[CUT_ANSWER]} answers were not waited for, {happened[TWICE]} requests were sent "
        f"twice at the same time. What was not answered was sent again, {happened['sent again']} times in all. Times are "
        "until the answer came at last, with all repeats.",
        "",
        *_table(storm),
        "",
        "| afterwards | |",
        "|---|---|",
        f"| answers acknowledged | {len(_acknowledged(readers))} |",
        "| of these missing, or stored with other words | 0 |",
        "| answers stored twice, or that nobody was told of | 0 |",
        "| readings opened twice | 0 |",
        f"| drafts acknowledged | {sum(one.ledger.drafts for one in readers)} |",
        f"| reloads before a submission | {sum(one.ledger.reloads for one in readers)} |",
        "| of these that found an older draft than was acknowledged | 0 |",
        "| requests refused that should not have been | 0 |",
        "| audit chain by `manage.py verify_audit` | whole |",
        "",
        "The test fails, and writes nothing, where a zero is another number.",
    ]
    return "\n".join(lines) + "\n"


def _table(times: dict[str, list[float]]) -> list[str]:
    rows = ["| ms | requests | median | p95 | p99 | longest |", "|---|---|---|---|---|---|"]
    for what, words in SHOWN.items():
        ms = np.array(times[what]) * 1000
        values = [*np.percentile(ms, [50, 95, 99]), ms.max()]
        rows.append(f"| {words} | {len(ms)} | " + " | ".join(f"{value:.0f}" for value in values) + " |")
    return rows
