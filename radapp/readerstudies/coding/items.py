"""The errors of a study as items to be coded: `begin_coding`.

An item is one final answer (of each stage: unaided and aided are answers of their own) or one network's call that differs
from an established reference status. The tactic has none of its own: where it erred, the network that decided erred, and
that error is coded (T1_T2 in the positive and negative tiers, T1WIC in the suspicious one).
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.coding.calls import take_calls
from radapp.readerstudies.coding.counted import counted_cases, final_answers, key_meaning
from radapp.readerstudies.models import CodingItem, NetworkCall, ReaderStudy
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.reference.status import Status, statuses
from radapp.readerstudies.terms import protocol_in_force

Error = CodingItem.Error
CODED_NETWORKS = (
    NetworkCall.Network.T1WI,
    NetworkCall.Network.T2WI,
    NetworkCall.Network.T1_T2,
    NetworkCall.Network.T1WIC,
)


def begin_coding(study: ReaderStudy, actor: User | None, *, actor_name: str = "") -> list[CodingItem]:
    """Make an item of every false positive and false negative that has none, against established statuses.

    Idempotent. Debatable cases are kept. Calls that waited for a run when the study was locked are taken first. Belongs in
    a transaction; a fixed number of queries, whatever the number of cases.
    """
    protocol = protocol_in_force(study)
    if not study.imported:
        take_calls(study, actor, actor_name=actor_name, final=True)
    truths = {pk: status for pk, status in statuses(study).items() if status.settled and status.recurrence is not None}
    items = [*_of_readers(study, protocol, truths), *_of_networks(study, protocol, truths)]
    # Rows are numbered in the order in which they are made: let that order tell nothing.
    secrets.SystemRandom().shuffle(items)
    made = CodingItem.objects.bulk_create(items, batch_size=500)
    chain.record(
        study,
        actor=actor,
        actor_name=actor_name,
        action=chain.Action.CODING_BEGUN,
        after={"items": [fact_of(item) for item in made]},
        rows=made,
    )
    return made


def fact_of(item: CodingItem) -> dict[str, Any]:
    """What the chain says of an item."""
    erred = {"answer": str(item.answer.submission)} if item.answer else {"network": item.call.network if item.call else ""}
    return {"item": item.key, "case": item.case.key, "error": item.error, "marker": item.marker, **erred}


def error_of(positive: bool, recurrence: bool) -> CodingItem.Error | None:
    """What kind of error a call is; None for none."""
    if positive == recurrence:
        return None
    return Error.FALSE_POSITIVE if positive else Error.FALSE_NEGATIVE


def _of_readers(study: ReaderStudy, protocol: Protocol, truths: Mapping[int, Status]) -> Iterator[CodingItem]:
    recurrence, location = key_meaning(protocol, "recurrence"), key_meaning(protocol, "location")
    cases = {case.pk: case for case in counted_cases(study, protocol)}
    coded = set(CodingItem.objects.filter(case__study=study).values_list("answer_id", flat=True))
    for answer in final_answers(study, protocol):
        said, case = answer.answers.get(recurrence), cases[answer.assignment.case_id]
        truth = truths.get(case.pk)
        if answer.pk in coded or truth is None or not isinstance(said, bool):
            continue
        error = error_of(said, bool(truth.recurrence))
        if error is not None:
            point = answer.answers.get(location) if location else None
            yield CodingItem(case=case, error=error, answer=answer, marker=point["point"] if point else None)


def _of_networks(study: ReaderStudy, protocol: Protocol, truths: Mapping[int, Status]) -> Iterator[CodingItem]:
    calls = NetworkCall.objects.filter(
        case__in=counted_cases(study, protocol),
        network__in=CODED_NETWORKS,
        positive__isnull=False,
        coding_item__isnull=True,
    )
    for call in calls.select_related("case").order_by("pk"):
        truth = truths.get(call.case_id)
        error = error_of(bool(call.positive), bool(truth.recurrence)) if truth else None
        if error is not None:
            yield CodingItem(case=call.case, error=error, call=call, marker=call.peak)
