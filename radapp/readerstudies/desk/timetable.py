"""Who reads how much when: from the stored rows; while a study is drafted, from an example that is drawn and forgotten."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from radapp.readerstudies.desk import orders, readings
from radapp.readerstudies.models import Assignment, Membership, ReaderStudy
from radapp.readerstudies.ordering import Subject, draw
from radapp.readerstudies.protocol import Targets
from radapp.readerstudies.terms import protocol_in_force

SUPPOSED_READERS = 2


@dataclass(frozen=True)
class Row:
    """One assignment, stored or drawn, without its case."""

    reader: str
    session: int
    arm: str
    practice: bool
    repeat: bool


def of(study: ReaderStudy) -> dict[str, Any]:
    """TimetableSerializer."""
    if not study.is_drafted:
        readers = list(study.members.filter(part=Membership.Part.READER).order_by("pk"))
        rows = [
            Row(*one)
            for one in Assignment.objects.filter(session__reader__study=study)
            .order_by("session__reader_id", "session__number", "position")
            .values_list("session__reader__key", "session__number", "arm", "practice", "repeat")
        ]
        return _shape(study, [(one.key, one.name) for one in readers], rows) | {"stored": True}
    return _example(study)


def _example(study: ReaderStudy) -> dict[str, Any]:
    protocol = protocol_in_force(study)
    cases = orders.subjects(study)
    supposed = not any(not one.practice for one in cases)
    if supposed:
        cases = [*cases, *_supposed(protocol.targets)]
    names = [(one.key, one.name) for one in readings.active_readers(study)]
    if not names:
        names = [(f"supposed {number}", f"Reader {number}") for number in range(1, SUPPOSED_READERS + 1)]
    try:
        drawn = draw(protocol.design, protocol.order, [key for key, _ in names], cases, orders.EXAMPLE_SEED)
    except ValueError as error:
        return {"stored": False, "supposed_cases": supposed, "readers": [], "problem": str(error)}
    rows = [Row(one.reader, one.session, one.arm, one.practice, one.repeat) for one in drawn]
    return _shape(study, names, rows) | {"supposed_cases": supposed}


def _supposed(targets: Targets) -> list[Subject]:
    """As many cases as the targets want."""
    wanted = [(True, number) for number in range(targets.positive)] + [(False, number) for number in range(targets.negative)]
    return [Subject(f"supposed {truth} {number}", truth, practice=False, has_enhanced=True) for truth, number in wanted]


def _shape(study: ReaderStudy, readers: Sequence[tuple[str, str]], rows: Iterable[Row]) -> dict[str, Any]:
    days = protocol_in_force(study).design.washout_days
    found: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row.reader][row.session].append(row)
    return {
        "stored": False,
        "supposed_cases": False,
        "problem": "",
        "readers": [
            {
                "key": "" if key.startswith("supposed ") else key,
                "name": name,
                "sessions": [
                    {"number": number, "earliest_day": days * (number - 1), "blocks": _blocks(some)}
                    for number, some in sorted(found[key].items())
                ],
            }
            for key, name in readers
        ],
    }


def _blocks(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """By arm, in the order in which they are first read."""
    arms = dict.fromkeys(row.arm for row in rows)
    counted = Counter((row.arm, "practice" if row.practice else "repeats" if row.repeat else "cases") for row in rows)
    kinds = ("cases", "practice", "repeats")
    return [{"arm": arm, **{kind: counted[arm, kind] for kind in kinds}} for arm in arms]
