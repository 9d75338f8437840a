"""docs/evidence/hostile.md, from the records of each door's trial."""

from typing import Any

from tests.hostile.generator import SOUND
from tests.hostile.kinds import KINDS

OUTCOMES = ("refused", "stored", "set aside", "already in")
SHARES = (0, 20, 40, 60, 80, 100)
INTRODUCTION = """\
# Hostile files through every door

Written by `make evidence` (tests/hostile): {hostile} hostile files by seed {seed}, a sound one between every four, through
each door as a process of its own. A fault would be a crash, a hang, a file that is neither refused with a reason nor stored
byte for byte, bytes of a refused file left behind, a study without an instance, a sound file that is not stored, or an
answer of 500 when what is stored is read back.
"""
READ_BACK = """
Of what STOW-RS stored each third was read back in {readings} requests (metadata, frames, bulk data, files in other transfer
syntaxes, pictures, search): the longest took {longest_reading:.1f} s. Answers by status: {told}.
"""
PREPARED = """
## Behind the doors

What the worker does was done with every series that was stored: its metadata made ready, its volume read or refused in
words. The memory is that of the process which did all of a door's.
"""
MEMORY = """
## Memory

MB of the door's largest process when so much was through; folder and zip begin a new process every 500 files.
"""
KIND = """
## Each kind

Refused / stored / set aside / already in, by door.
"""

Record = dict[str, Any]


def page(records: list[Record]) -> str:
    """The whole page."""
    text = INTRODUCTION.format(**records[0]) + "\n" + _doors(records)
    for one in records:
        if one["readings"]:
            told = ", ".join(f"{number} × {status}" for status, number in one["statuses"].items())
            text += READ_BACK.format(**one, told=told)
    text += PREPARED + "\n" + _prepared(records)
    return text + MEMORY + "\n" + _memory(records) + KIND + "\n" + _kinds(records)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _doors(records: list[Record]) -> str:
    head = ["door", "hostile", *OUTCOMES, "faults", "longest, s", "of", "peak memory, MB", "log bytes a file"]
    return _table(head, [_door(one) for one in records])


def _door(one: Record) -> list[str]:
    hostile = [counts for kind, counts in one["outcomes"].items() if kind != SOUND]
    totals = [str(sum(counts.get(name, 0) for counts in hostile)) for name in OUTCOMES]
    seconds, kind, _ = one["longest"][0]
    log = one["log_bytes"] / (one["hostile"] + one["sound"] + one["readings"])
    rest = [str(len(one["faults"])), f"{seconds:.1f}", kind, f"{one['peak']:.0f}", f"{log:.0f}"]
    return [one["door"], str(one["hostile"]), *totals, *rest]


def _prepared(records: list[Record]) -> str:
    head = ["door", "series", "volumes", "failures", "longest, s", "peak memory, MB"]
    rows = []
    for one in records:
        made = one["prepared"]
        numbers = [
            str(made["series"]),
            str(made["volumes"]),
            str(made["failures"]),
            f"{made['longest']:.1f}",
            f"{made['megabytes']:.0f}",
        ]
        rows.append([one["door"], *numbers])
    return _table(head, rows)


def _memory(records: list[Record]) -> str:
    rows = []
    for one in records:
        samples = one["memory"]
        picked = [samples[min(len(samples) - 1, len(samples) * share // 100)][1] for share in SHARES]
        rows.append([one["door"], *(f"{megabytes:.0f}" for megabytes in picked)])
    return _table(["door", *(f"{share} %" for share in SHARES)], rows)


def _kinds(records: list[Record]) -> str:
    rows = []
    for kind in (*KINDS, SOUND):
        counts = [one["outcomes"].get(kind, {}) for one in records]
        rows.append([kind, *(" / ".join(str(one.get(name, 0)) for name in OUTCOMES) for one in counts)])
    return _table(["kind", *(one["door"] for one in records)], rows)
