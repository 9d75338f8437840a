"""Hostile files through every door: each refused with a reason or kept byte for byte, and nothing else is harmed.

Reduced by default to one file of each kind; the heaviest of all (a million elements, 20 GB deflated) go through a door for
files and one for senders. `EVIDENCE=full` sends ten thousand through each and writes docs/evidence/hostile.md.
"""

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from radapp.environment import ROOT
from tests.hostile import trial
from tests.hostile.doors import DOORS
from tests.hostile.generator import SOUND
from tests.hostile.kinds import KINDS
from tests.hostile.page import page
from tests.installation import Installation

pytestmark = [pytest.mark.services, pytest.mark.evidence]

FULL = os.environ.get("EVIDENCE") == "full"
HOSTILE = 10_000 if FULL else len(KINDS)
SEED = int(os.environ.get("HOSTILE_SEED", "5"))
LIGHT = {} if FULL or "HOSTILE_SEED" in os.environ else {"zip": 1, "STOW-RS": 2}
"""Other seeds, by which the same kinds are smaller."""
MOST_S = 60.0
"""For one file or one reading of it, on a busy machine."""
MOST_MB = 1500
MOST_LOG_BYTES = 400
"""For each file, on average."""
RECORDS = ROOT / "var" / "evidence"
TABLE = ROOT / "docs" / "evidence" / "hostile.md"


@pytest.mark.parametrize("name", list(DOORS))
def test_no_hostile_file_harms_the_archive(name: str, tmp_path: Path) -> None:
    installation = Installation.make(tmp_path / "var")
    door = DOORS[name](installation, tmp_path / "door.log")
    found = trial.run(name, door, LIGHT.get(name, SEED), HOSTILE)
    if FULL:
        _record(found)
    log = door.log.read_text(errors="replace") if door.log.exists() else ""
    assert found.faults == [], log[-3000:]
    assert (found.hostile, set(found.outcomes)) == (HOSTILE, {SOUND, *KINDS})
    assert "Traceback" not in log, log[-5000:]
    assert found.longest[0][0] < MOST_S, found.longest
    assert found.longest_reading < MOST_S
    assert max(megabytes for _, megabytes in found.memory) < MOST_MB
    assert found.log_bytes / (found.hostile + found.sound + found.readings) < MOST_LOG_BYTES, log[-3000:]


def _record(found: trial.Found) -> None:
    """Keep this door's figures, and write the page from those of all doors so far."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    curve = found.memory[:: max(1, len(found.memory) // 200)]
    outcomes = {kind: dict(counts) for kind, counts in found.outcomes.items()}
    record = {
        **asdict(replace(found, outcomes={})),
        "outcomes": outcomes,
        "memory": curve,
        "peak": max(megabytes for _, megabytes in found.memory),
        "seed": SEED,
    }
    (RECORDS / f"hostile-{found.door}.json").write_text(json.dumps(record))
    paths = [RECORDS / f"hostile-{door}.json" for door in DOORS]
    TABLE.write_text(page([json.loads(path.read_text()) for path in paths if path.exists()]))
