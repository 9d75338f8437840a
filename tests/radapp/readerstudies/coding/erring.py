"""A study that was read and unblinded, by rows alone: readings, calls, and a reference standard that contradicts some."""

import uuid
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import User
from radapp.readerstudies.coding.items import begin_coding
from radapp.readerstudies.models import (
    Answer,
    Assignment,
    Case,
    CodingItem,
    Membership,
    NetworkCall,
    ReaderStudy,
    ReferenceStep,
    Session,
)
from tests.radapp.readerstudies import scene

LESION = [{"point": [0, 0, 0], "radius": 5}]


def truth(of: Case, recurrence: bool, **facts: Any) -> ReferenceStep:
    """The case's reference standard, established by histopathology."""
    return ReferenceStep.objects.create(case=of, step="report", recurrence=recurrence, basis="histopathology", **facts)


def reading(reader: Membership, of: Case, recurrence: bool, **facts: Any) -> Answer:
    """One answer. `point`, `likelihood`, and of the assignment or the answer: arm, practice, repeat, stage, version, at."""
    session = Session.objects.get_or_create(reader=reader, number=1)[0]
    answers: dict[str, Any] = {"recurrence": recurrence, "likelihood": facts.pop("likelihood", 80 if recurrence else 20)}
    if "point" in facts:
        answers["location"] = {"point": facts.pop("point"), "sequence": "T1WI"}
    assignment = facts.pop("at", None) or Assignment.objects.create(
        session=session,
        position=session.assignments.count() + 1,
        case=of,
        arm=facts.pop("arm", "complete"),
        practice=facts.pop("practice", False),
        repeat=facts.pop("repeat", False),
    )
    values = {"stage": "only", "version": 1, "reason": "typing" if facts.get("version", 1) > 1 else "", **facts}
    return Answer.objects.create(
        assignment=assignment,
        answers=answers,
        submission=uuid.uuid4(),
        submitted_by=reader.user,
        submitted_at=timezone.now(),
        **values,
    )


def call(of: Case, network: str, positive: bool | None, **facts: Any) -> NetworkCall:
    """What a network says."""
    score = None if positive is None or network == "DARNDEST" else (0.8 if positive else 0.2)
    values = {"score": score, "cutoff": None if score is None else 0.5, **facts}
    return NetworkCall.objects.create(case=of, network=network, positive=positive, **values)


def unblinded(study: ReaderStudy) -> ReaderStudy:
    """The study as if it had been read, locked and unblinded, by rows alone."""
    if study.state == ReaderStudy.State.UNBLINDED:
        return study
    scene.opened(study)
    study.state = ReaderStudy.State.UNBLINDED
    study.closed_at = study.locked_at = study.unblinded_at = study.opened_at
    study.save()
    return study


def begun(study: ReaderStudy) -> dict[tuple[int, str], CodingItem]:
    """Coding begun, without any result of a network to take: items by case number and who erred (a name, a network)."""
    study.imported = True
    unblinded(study)
    with transaction.atomic():
        begin_coding(study, None, actor_name="test")
    return {
        (item.case.number, item.call.network if item.call else item.answer.assignment.session.reader.name): item  # type: ignore[union-attr]
        for item in CodingItem.objects.filter(case__study=study)
    }


def coder(study: ReaderStudy, name: str, part: str = "coder") -> Membership:
    """Somebody who codes (or adjudicates) in a study."""
    return scene.member(study, scene.person(name), part)


def client_of(user: User | None) -> Client:
    """Signed in."""
    client = Client()
    assert user is not None
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
