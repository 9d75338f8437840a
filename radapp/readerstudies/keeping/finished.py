"""A study that was read elsewhere, taken in whole: cases without images, readers without accounts, final calls.

It is unblinded from the start, marked as imported, and signed over as it stands. Orders and times of reading are not known:
positions follow the table's lines, and every answer bears the time of the import.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from ml.tactic import youden_cutoff
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.form_questions import PAPER_FORM
from radapp.readerstudies.keeping.finished_table import FinishedTable, Line, Reader
from radapp.readerstudies.keeping.heads import sign_head
from radapp.readerstudies.models import (
    Answer,
    Assignment,
    Case,
    Membership,
    NetworkCall,
    ProtocolVersion,
    ReaderStudy,
    Reading,
    ReferenceStep,
    Session,
)
from radapp.readerstudies.protocol import Arm, Design, Protocol, Rules, Targets, Told

ACTOR = "manage.py import_finished_reader_study"
ARM = "complete"
BATCH = 500
Network = NetworkCall.Network


@dataclass(frozen=True)
class _Import:
    """One import, as its steps hand it on."""

    study: ReaderStudy
    table: FinishedTable
    actor: User | None
    at: datetime

    def tell(self, action: chain.Action, rows: Any, *, target: str = "", after: Any = None) -> None:
        """One entry for a batch of rows."""
        name = "" if self.actor else ACTOR
        chain.record(self.study, actor=self.actor, actor_name=name, action=action, target=target, after=after, rows=rows)


def import_finished(
    table: FinishedTable, title: str, *, investigator: User | None = None, synthetic: bool = False
) -> ReaderStudy:
    """Take the table in, all or nothing. `investigator`: whose study it is here; without one administrators see it.

    Networks' cutoffs are Youden's, cohort by cohort, as the paper sets them (DIGEST, The tactic).
    """
    synthetic = synthetic or table.synthetic
    with transaction.atomic():
        made = _Import(_study(table, title, investigator, synthetic=synthetic), table, investigator, timezone.now())
        _begin(made, investigator)
        cases = _cases(made)
        for reader in table.readers:
            _read(made, reader, cases)
        _truths(made, cases)
        _calls(made, cases)
        sign_head(made.study, "import", actor=investigator)
    return made.study


def _study(table: FinishedTable, title: str, investigator: User | None, *, synthetic: bool) -> ReaderStudy:
    now = timezone.now()
    return ReaderStudy.objects.create(
        title=title,
        state=ReaderStudy.State.UNBLINDED,
        draft=_protocol(table).content(),
        seed=0,
        synthetic=synthetic,
        imported=True,
        created_by=investigator,
        opened_at=now,
        closed_at=now,
        locked_at=now,
        unblinded_at=now,
    )


def _protocol(table: FinishedTable) -> Protocol:
    positive = sum(line.truth for line in table.lines)
    return Protocol(
        told=Told(instructions="Read elsewhere; what the readers were told is not in the table."),
        targets=Targets(positive=positive, negative=len(table.lines) - positive),
        design=Design(arms=(Arm(key=ARM, name={"en": "Complete", "zh": "完整检查"}, images="complete"),)),
        form=PAPER_FORM[:2],
        rules=Rules(withdrawn_case="keep_submitted", replaced_reader="keep_submitted"),
    )


def _begin(made: _Import, investigator: User | None) -> None:
    """The study, its protocol, and who investigates it."""
    content = made.study.draft
    protocol = ProtocolVersion.objects.create(
        study=made.study, version=1, content=content, sha256=digest_of(content), made_by=investigator
    )
    made.tell(
        chain.Action.STUDY_IMPORTED,
        [made.study, protocol],
        target=f"file {made.table.sha256}",
        after={"title": made.study.title, "cases": len(made.table.lines), "protocol": content},
    )
    if investigator is not None:
        part = Membership.Part.INVESTIGATOR
        member = Membership.objects.create(study=made.study, user=investigator, part=part, name=investigator.display_name)
        made.tell(chain.Action.MEMBER_ADDED, [member], target=f"member {member.key}", after={"part": part.value})


def _cases(made: _Import) -> dict[str, Case]:
    """{name in the table: case}"""
    rows = [
        Case(
            study=made.study,
            number=number,
            external_id=line.case,
            patient=line.patient,
            cohort=line.cohort,
            synthetic=made.study.synthetic,
        )
        for number, line in enumerate(made.table.lines, start=1)
    ]
    Case.objects.bulk_create(rows, batch_size=BATCH)
    made.tell(chain.Action.CASES_ADDED, rows, target="cases", after={"cases": len(rows)})
    return {case.external_id: case for case in rows}


def _read(made: _Import, reader: Reader, cases: Mapping[str, Case]) -> None:
    """A reader without an account, their one session, its places and final answers."""
    member = Membership.objects.create(
        study=made.study,
        name=reader.name,
        part=Membership.Part.READER,
        seniority=reader.seniority,
        simulated=made.study.synthetic,
    )
    said = {"name": member.name, "seniority": member.seniority, "column": reader.column}
    made.tell(chain.Action.MEMBER_ADDED, [member], target=f"member {member.key}", after=said)
    session = Session.objects.create(reader=member, number=1)
    lines = enumerate(made.table.lines, start=1)
    places = [Assignment(session=session, position=at, case=cases[line.case], arm=ARM) for at, line in lines]
    Assignment.objects.bulk_create(places, batch_size=BATCH)
    made.tell(chain.Action.ORDER_MADE, [session], target=f"member {member.key}", after={"assignments": len(places)})
    answers = [_answer(place, line, reader, made.at) for place, line in zip(places, made.table.lines, strict=True)]
    Answer.objects.bulk_create(answers, batch_size=BATCH)
    Reading.objects.bulk_create(
        (
            Reading(assignment=place, state=Reading.State.LOCKED, stage="only", opened_at=made.at, locked_at=made.at)
            for place in places
        ),
        batch_size=BATCH,
    )
    made.tell(chain.Action.ANSWERED, answers, target=f"member {member.key}", after={"answers": len(answers)})


def _answer(place: Assignment, line: Line, reader: Reader, at: datetime) -> Answer:
    """What the table says of it; nothing where the reader could not assess the case."""
    call = line.calls[reader.column]
    said = {} if call is None else {PAPER_FORM[0].key: call}
    return Answer(assignment=place, stage="only", answers=said, submission=uuid.uuid4(), submitted_at=at)


def _truths(made: _Import, cases: Mapping[str, Case]) -> None:
    steps = [
        ReferenceStep(
            case=cases[line.case],
            step=ReferenceStep.Step.REPORT,
            recurrence=line.truth,
            basis=ReferenceStep.Basis.UNSTATED,
            origin=f"file {made.table.sha256}",
        )
        for line in made.table.lines
    ]
    ReferenceStep.objects.bulk_create(steps, batch_size=BATCH)
    said = {"added": len(steps)}
    made.tell(chain.Action.REFERENCE_IMPORTED, steps, target=f"file {made.table.sha256}", after=said)


def _calls(made: _Import, cases: Mapping[str, Case]) -> None:
    """Every network's score against its cohort's cutoff, and the tactic's final call where tiers are given."""
    calls: list[NetworkCall] = []
    cutoffs: dict[str, dict[str, float]] = {}
    for cohort, lines in made.table.cohorts.items():
        found = cutoffs[cohort] = {network.value: cutoff for network, cutoff in _cutoffs(lines).items()}
        for line in lines:
            calls += _calls_of(line, cases[line.case], found, synthetic=made.study.synthetic)
    NetworkCall.objects.bulk_create(calls, batch_size=BATCH)
    if calls:
        after = {"calls": len(calls), "cutoffs": cutoffs, "rule": "Youden, by cohort"}
        made.tell(chain.Action.NETWORKS_TAKEN, calls, target="networks", after=after)


def _cutoffs(lines: list[Line]) -> dict[Network, float]:
    """Of every network that has scores on both kinds of cases."""
    found = {}
    for network in Network:
        scored = [(line.scores[network], line.truth) for line in lines if network in line.scores]
        if len({truth for _, truth in scored}) == 2:
            found[network] = youden_cutoff([score for score, _ in scored], [truth for _, truth in scored])
    return found


def _calls_of(line: Line, case: Case, cutoffs: Mapping[str, float], *, synthetic: bool) -> list[NetworkCall]:
    calls = [
        NetworkCall(
            case=case,
            network=network,
            score=score,
            cutoff=cutoffs.get(network),
            positive=score >= cutoffs[network] if network in cutoffs else None,
            tier=line.tier if network == Network.T1_T2 else "",
            synthetic=synthetic,
        )
        for network, score in line.scores.items()
    ]
    if line.tier:
        enhanced = {call.network: call.positive for call in calls}.get(Network.T1WIC)
        # T1WIC decides suspicious cases alone; where it is missing, it did not call them (as when cutoffs are chosen).
        positive = line.tier == "positive" or (line.tier == "suspicious" and bool(enhanced))
        calls.append(
            NetworkCall(case=case, network=Network.DARNDEST, positive=positive, tier=line.tier, synthetic=synthetic)
        )
    return calls
