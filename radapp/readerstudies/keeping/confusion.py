"""The fourfold table of every reader and network of a study, cohort by cohort, against the reference standard."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from radapp.readerstudies.coding.counted import counted_cases, final_answers, key_meaning
from radapp.readerstudies.models import NetworkCall, ReaderStudy
from radapp.readerstudies.reference.status import statuses
from radapp.readerstudies.terms import protocol_in_force


@dataclass(frozen=True)
class Fourfold:
    """Who called how many cases of a cohort rightly and wrongly; cases that were not assessable are not in it."""

    cohort: str
    who: str
    true_positive: int
    false_negative: int
    false_positive: int
    true_negative: int


def fourfold_tables(study: ReaderStudy) -> list[Fourfold]:
    """By cohort in the order of cases, readers first, then networks."""
    counts: Counter[tuple[str, str, bool, bool]] = Counter()
    names: dict[tuple[str, str], None] = {}
    for cohort, who, call, truth in _calls(study):
        names[cohort, who] = None
        counts[cohort, who, call, truth] += 1
    return [
        Fourfold(cohort, who, *(counts[cohort, who, call, truth] for truth in (True, False) for call in (True, False)))
        for cohort, who in names
    ]


def _calls(study: ReaderStudy) -> Iterator[tuple[str, str, bool, bool]]:
    """(cohort, who, positive, recurrence) of every call on a case whose truth is established."""
    protocol, truths = protocol_in_force(study), statuses(study)
    cases = {case.pk: case for case in counted_cases(study, protocol) if truths[case.pk].settled}
    key = key_meaning(protocol, "recurrence") or ""
    for answer in sorted(final_answers(study, protocol), key=lambda one: (one.assignment.session.reader_id, one.pk)):
        case = cases.get(answer.assignment.case_id)
        call = answer.answers.get(key)
        if case is not None and isinstance(call, bool):
            who = answer.assignment.session.reader.name + (f", {answer.stage}" if answer.stage != "only" else "")
            yield case.cohort, who, call, bool(truths[case.pk].recurrence)
    for found in NetworkCall.objects.filter(case__in=cases, positive__isnull=False).order_by("pk"):
        case = cases[found.case_id]
        yield case.cohort, found.network, bool(found.positive), bool(truths[case.pk].recurrence)
