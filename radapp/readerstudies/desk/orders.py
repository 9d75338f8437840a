"""Orders into rows: drawn by radapp.readerstudies.ordering when a study is opened, stored, never computed again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from radapp.archive.models import SequenceRole
from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.desk import readings
from radapp.readerstudies.desk.sequences import sequences
from radapp.readerstudies.models import Assignment, Case, Membership, ReaderStudy, Session
from radapp.readerstudies.ordering import Planned, Subject, draw
from radapp.readerstudies.protocol import Design, Protocol
from radapp.readerstudies.reference.status import statuses

EXAMPLE_SEED = 0


def subjects(study: ReaderStudy) -> list[Subject]:
    """The included cases by number, as orders are drawn from them."""
    cases = list(study.cases.filter(state=Case.State.INCLUDED).order_by("number"))
    truths = statuses(study)
    found = sequences(case.examination_id for case in cases if case.examination_id is not None)
    return [
        Subject(
            key=case.key,
            positive=truths[case.pk].recurrence,
            practice=case.practice,
            has_enhanced=SequenceRole.T1WIC.value in found.get(case.examination_id or 0, []),
            patient=case.patient,
        )
        for case in cases
    ]


def problem(study: ReaderStudy, protocol: Protocol) -> str:
    """Why no order can be drawn from the study as it stands; empty where one can, or where that is found elsewhere."""
    cases, readers = subjects(study), [one.key for one in readings.active_readers(study)]
    if not readers or not protocol.design.arms or all(one.practice for one in cases):
        return ""
    try:
        draw(protocol.design, protocol.order, readers, cases, EXAMPLE_SEED)
    except ValueError as error:
        return str(error).rstrip(".")
    return ""


def make(study: ReaderStudy, protocol: Protocol, seed: int) -> tuple[int, str]:
    """Draw and store every reader's order; (rows, digest over all of them)."""
    readers = readings.active_readers(study)
    planned = draw(protocol.design, protocol.order, [one.key for one in readers], subjects(study), seed)
    return store(study, readers, planned, protocol.design)


def store(study: ReaderStudy, readers: Sequence[Membership], planned: Sequence[Planned], design: Design) -> tuple[int, str]:
    """Sessions and assignments of these readers; (assignments, digest over all that was stored)."""
    sessions = _sessions(readers, planned, design)
    cases = {case.key: case for case in study.cases.all()}
    rows = [
        Assignment(
            session=sessions[one.reader, one.session],
            position=one.position,
            case=cases[one.case],
            arm=one.arm,
            practice=one.practice,
            repeat=one.repeat,
        )
        for one in planned
    ]
    Assignment.objects.bulk_create(rows, batch_size=500)
    return len(rows), digest_of([told(one) for one in rows])


def _sessions(
    readers: Sequence[Membership], planned: Iterable[Planned], design: Design
) -> Mapping[tuple[str, int], Session]:
    by_key = {one.key: one for one in readers}
    numbers = sorted({(one.reader, one.session) for one in planned}, key=lambda one: (by_key[one[0]].pk, one[1]))
    rows = [
        Session(reader=by_key[reader], number=number, washout_days=design.washout_days if number > 1 else 0)
        for reader, number in numbers
    ]
    Session.objects.bulk_create(rows)
    return {(row.reader.key, row.number): row for row in rows}


def told(one: Assignment) -> dict[str, Any]:
    """An assignment as the digest of an order is made over it."""
    return {
        "key": one.key,
        "reader": one.session.reader.key,
        "session": one.session.number,
        "position": one.position,
        "case": one.case.key,
        "arm": one.arm,
        "practice": one.practice,
        "repeat": one.repeat,
    }
