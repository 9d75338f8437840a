"""The reference standard as a table and in numbers, for investigators."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.models import Case, Membership, ReaderStudy, ReferenceStep
from radapp.readerstudies.reference import csv_words, turns
from radapp.readerstudies.reference.status import Rule, Status, newest, statuses
from radapp.readerstudies.reference.table import LISTS, written

COLUMNS = tuple(name for name in csv_words.COLUMNS if name not in {"accession_number"})
STANDINGS = ("positive", "negative", "open", "unusable")
"""Of a case: recurrence, no local recurrence, not settled yet, and what the paper leaves out as unconfirmed."""


def export_table(study: ReaderStudy, actor: User) -> bytes:
    """The newest version of every step, one a line, with its case's status; noted in the audit chain with its SHA-256."""
    content = written((*COLUMNS, *csv_words.TOLD), list(_rows(study)))
    with transaction.atomic():
        chain.record(
            study,
            actor=actor,
            action=chain.Action.REFERENCE_EXPORTED,
            target=f"file {hashlib.sha256(content).hexdigest()}",
        )
    return content


def _rows(study: ReaderStudy) -> Iterator[Sequence[Any]]:
    found = statuses(study)
    for case in study.cases.exclude(state=Case.State.EXCLUDED).prefetch_related("reference_steps"):
        steps = sorted(case.reference_steps.all(), key=lambda step: step.pk)
        for step in newest(steps):
            yield _row(case, step, found[case.pk])


def _row(case: Case, step: ReferenceStep, status: Status) -> Sequence[Any]:
    marks = [[*mark["point"], mark["radius"]] for mark in step.marks]
    cells: dict[str, Any] = {
        "case": case.number,
        "external_id": case.external_id,
        "step": step.step,
        "version": step.version,
        "recurrence": {True: "yes", False: "no", None: "undetermined"}[step.recurrence],
        "basis": step.basis,
        "basis_date": step.basis_date.isoformat() if step.basis_date else "",
        "rt_stage": step.rt_stage,
        "sites": LISTS[0].join(step.sites),
        "kinds": LISTS[0].join(step.kinds),
        "nodal_only": "yes" if step.nodal_only else "no",
        "debatable": "yes" if step.debatable else "no",
        "remark": step.remark,
        "marks": json.dumps(marks) if marks else "",
        "segmentation": step.segmentation,
        "reason": "",
        "origin": step.origin,
        "made_at": step.made_at.isoformat(timespec="seconds"),
        "status": standing_of(status),
        "settled": "yes" if status.settled else "no",
        "why": status.why,
    }
    return [cells[name] for name in (*COLUMNS, *csv_words.TOLD)]


def standing_of(status: Status) -> str:
    """One of STANDINGS."""
    if status.recurrence is not None:
        return "positive" if status.recurrence else "negative"
    return "unusable" if status.rule in {Rule.UNDETERMINED, Rule.UNCONFIRMED} else "open"


def overview(study: ReaderStudy) -> dict[str, Any]:
    """OverviewSerializer: the included cases by standing, by basis and by whom they wait for; each with its why."""
    found = statuses(study)
    cases = list(study.cases.filter(state=Case.State.INCLUDED))
    mine = [found[case.pk] for case in cases]
    bases = Counter((one.basis, bool(one.recurrence)) for one in mine if one.recurrence is not None)
    waiting = Counter(one.waits_for for one in mine if one.waits_for)
    standings = Counter(map(standing_of, mine))
    staffed = set(
        Membership.objects.filter(study=study, part=Membership.Part.TAGGER, ended_at=None).values_list("chair", flat=True)
    )
    return {
        "open": turns.is_open(study),
        "standings": [{"standing": name, "cases": standings[name]} for name in STANDINGS],
        "bases": [
            {"basis": basis.value, "positive": bases[basis, True], "negative": bases[basis, False]}
            for basis in ReferenceStep.Basis
            if bases[basis, True] or bases[basis, False]
        ],
        "chairs": [
            {"chair": chair.value, "waiting": waiting[chair], "staffed": chair in staffed} for chair in Membership.Chair
        ],
        "cases": [_case(case, found[case.pk]) for case in cases],
    }


def _case(case: Case, status: Status) -> dict[str, Any]:
    return {
        "key": case.key,
        "number": case.number,
        "standing": standing_of(status),
        "rule": status.rule,
        "basis": status.basis,
        "waits_for": status.waits_for,
        "debatable": status.debatable,
        "disputed": status.disputed,
        "nodal_only": status.nodal_only,
        "rt_stage": status.rt_stage,
        "sites": status.sites,
        "why": status.why,
    }
