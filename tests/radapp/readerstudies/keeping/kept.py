"""A finished study with one row of every kind at least, each with its entry in the chain; and the hand of somebody who owns
the database.
"""

import secrets
import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.frozen import triggers
from radapp.readerstudies.keeping.heads import sign_head
from radapp.readerstudies.models import (
    Adjudication,
    Answer,
    Assignment,
    BlindingCertificate,
    Case,
    ChainEntry,
    Code,
    CodingItem,
    Invitation,
    Membership,
    NetworkCall,
    Proposal,
    ProtocolVersion,
    ReaderStudy,
    ReadingEvent,
    ReferenceStep,
    Reminder,
    Session,
    SessionLock,
    StudySignature,
    Waiver,
)
from tests.radapp.readerstudies import scene

NOW = datetime(2026, 11, 27, 12, 0, 0, 123456, tzinfo=UTC)


def tell(study: ReaderStudy, action: chain.Action, *rows: Model, actor: User | None = None, **said: Any) -> None:
    """One fact in a transaction of its own."""
    with transaction.atomic():
        chain.record(study, actor=actor, actor_name="" if actor else "test", action=action, rows=rows, **said)


def finished(title: str = "Kept", *, cases: int = 3, examined: bool = False) -> ReaderStudy:
    """An unblinded study of two readers. Without images unless `examined`: then each case has an examination."""
    ada = scene.person("ada", is_investigator=True)
    rea = scene.person("rea", is_reader=True)
    study = scene.study(title, created_by=ada, imported=not examined)
    tell(study, chain.Action.STUDY_IMPORTED if study.imported else chain.Action.STUDY_CREATED, study, actor=ada)
    made = [
        scene.case(study, number, examined=scene.examination(number) if examined else None) for number in range(1, cases + 1)
    ]
    tell(study, chain.Action.CASES_ADDED, *made)
    members = _people(study, ada, rea)
    _open(study, ada)
    answers = [answer for reader in members[:2] for answer in _read(reader, made, rea if reader.user else None)]
    for case in made:
        truth = case.number % 2 == 1
        step = ReferenceStep.objects.create(
            case=case, step="report", recurrence=truth, basis="histopathology" if truth else "one_year_free", made_by=ada
        )
        tell(study, chain.Action.REFERENCE_STEP, step, actor=ada)
    calls = [
        NetworkCall.objects.create(case=case, network=name, score=0.25 * case.number, cutoff=0.5, positive=case.number > 1)
        for case in made
        for name in ("T1WI", "T1_T2")
    ]
    tell(study, chain.Action.NETWORKS_TAKEN, *calls)
    _move(study, ReaderStudy.State.LOCKED, "lock", ada)
    _move(study, ReaderStudy.State.UNBLINDED, "unblind", ada)
    _code(study, answers[0], calls[0], members[2:5])
    return study


def _people(study: ReaderStudy, ada: User, rea: User) -> list[Membership]:
    """Two readers, two coders, an adjudicator; a waiver, an invitation and a reminder."""
    senior = scene.member(study, rea, "reader")
    junior = Membership.objects.create(
        study=study, name="Junior", part="reader", seniority="junior", years=5, simulated=True
    )
    others = [
        Membership.objects.create(study=study, name=name, part=part, user=scene.person(name))
        for name, part in (("cody", "coder"), ("cora", "coder"), ("adam", "adjudicator"))
    ]
    waiver = Waiver.objects.create(study=study, user=rea, ground="opened", reason="Saw it once.", given_by=ada)
    invitation = Invitation.objects.create(
        study=study, email="new@example.org", part="reader", digest=secrets.token_hex(32), invited_by=ada, expires_at=NOW
    )
    reminder = Reminder.objects.create(membership=senior, sent_by=ada)
    tell(study, chain.Action.MEMBER_ADDED, senior, junior, *others, waiver, invitation, reminder, actor=ada)
    return [senior, junior, *others]


def _open(study: ReaderStudy, ada: User) -> None:
    protocol = ProtocolVersion.objects.create(
        study=study, version=1, content=study.draft, sha256=digest_of(study.draft), made_by=ada
    )
    certificate = BlindingCertificate.objects.create(study=study, ok=True, content={"cases": 3}, made_by=ada)
    tell(study, chain.Action.PROTOCOL_FROZEN, protocol, certificate, actor=ada)
    scene.opened(study)
    _sign(study, "open", ada)


def _move(study: ReaderStudy, state: ReaderStudy.State, act: str, ada: User) -> None:
    study.state = state
    if study.locked_at is None:
        study.locked_at = NOW
    if state is ReaderStudy.State.UNBLINDED:
        study.unblinded_at = NOW
    study.save()
    _sign(study, act, ada)


def _sign(study: ReaderStudy, act: str, ada: User) -> None:
    signature = StudySignature.objects.create(
        study=study, act=act, statement="I sign.", signed_by=ada, signed_name="Ada Lovelace"
    )
    with transaction.atomic():
        chain.record(study, actor=ada, action=chain.Action.SIGNED, rows=[study, signature])
        sign_head(study, act, actor=ada)


def _read(reader: Membership, cases: list[Case], user: User | None) -> list[Answer]:
    session = Session.objects.create(reader=reader, number=1)
    answers = []
    places = [
        Assignment.objects.create(session=session, position=position, case=case, arm="complete")
        for position, case in enumerate(cases, start=1)
    ]
    tell(reader.study, chain.Action.ORDER_MADE, session)
    for place in places:
        event = ReadingEvent.objects.create(assignment=place, kind="opened", stage="only", at=NOW)
        answer = Answer.objects.create(
            assignment=place,
            stage="only",
            answers={"recurrence": place.position == 2, "likelihood": 30 + place.position, "remark": "näher"},
            submission=uuid.uuid4(),
            timing={"total": 1000.0},
            submitted_by=user,
            submitted_at=NOW,
        )
        tell(reader.study, chain.Action.ANSWERED, event, answer, actor=user, target=place.key)
        answers.append(answer)
    lock = SessionLock.objects.create(session=session, locked_by=user, locked_at=NOW)
    tell(reader.study, chain.Action.SESSION_LOCKED, lock, actor=user)
    return answers


def _code(study: ReaderStudy, answer: Answer, call: NetworkCall, people: list[Membership]) -> None:
    wrong = CodingItem.objects.create(
        case=answer.assignment.case, error="false_negative", answer=answer, marker=[1.5, 2, -3]
    )
    other = CodingItem.objects.create(case=call.case, error="false_negative", call=call)
    tell(study, chain.Action.CODING_BEGUN, wrong, other)
    for place, coder in enumerate(people[:2], start=1):
        code = Code.objects.create(item=wrong, coder=coder, place=place, primary=f"category_{place}")
        tell(study, chain.Action.CODED, code, actor=coder.user)
    decided = Adjudication.objects.create(item=wrong, adjudicator=people[2], primary="category_1", reason="Seen again.")
    proposal = Proposal.objects.create(item=wrong, category="focal", evidence=["rT1"])
    tell(study, chain.Action.ADJUDICATED, decided, proposal, actor=people[2].user)


def as_owner(sql: str, *values: Any) -> int:
    """What somebody who owns the database does to it: triggers away, and any statement. Returns how many rows it met."""
    triggers().before_migrate(using="default")
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def rehash(study: ReaderStudy) -> None:
    """Write every digest and link of a chain anew, so that it agrees with itself."""
    previous = chain.FIRST
    for entry in ChainEntry.objects.filter(study=study).order_by("sequence"):
        entry.previous = previous
        previous = digest_of(chain.content_of(entry))
        as_owner(
            "UPDATE readerstudies_chainentry SET previous = %s, digest = %s WHERE id = %s",
            entry.previous,
            previous,
            entry.pk,
        )
