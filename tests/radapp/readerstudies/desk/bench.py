"""A desk to test at: people, examinations as rows alone or with images, and a study brought into any state by services."""

import datetime as dt
import json
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import User
from radapp.archive.models import Instance, Series, Study
from radapp.readerstudies.desk import acts, candidates, cases, checking, drafting, members
from radapp.readerstudies.desk.members import Facts
from radapp.readerstudies.models import Answer, Assignment, Case, Membership, ReaderStudy, Reading, StudySignature
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.reference.archive_truths import take_from_archive
from radapp.triage.models import Truth
from tests.radapp.readerstudies import scene

PASSWORD = "a quiet room with two chairs"
ROOT = "1.2.826.0.1.3680043.10.626262"
Act = StudySignature.Act
Part = Membership.Part
JUNIOR, SENIOR = Facts(seniority="junior", years=5), Facts(seniority="senior", years=12, site="Site A")


def person(username: str, *roles: str, email: str = "") -> User:
    """Somebody with an account, a password and an address."""
    flags = {f"is_{role}": True for role in roles}
    password = make_password(PASSWORD, hasher="md5")
    return User.objects.get_or_create(username=username, defaults={"password": password, "email": email, **flags})[0]


def investigator() -> User:
    """Who founds the studies here."""
    return person("ines", "investigator")


def client(user: User) -> Client:
    """Their session."""
    found = Client()
    found.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return found


def examination(
    number: int,
    *,
    patient: int | None = None,
    roles: tuple[str, ...] = ("T1WI", "T2WI", "T1WIC"),
    truth: bool | None = None,
    **facts: Any,
) -> Study:
    """An examination as rows of the archive, without bytes: what the desk asks about needs no more."""
    uid = f"{ROOT}.{number}"
    study = Study.objects.create(
        **{
            "study_instance_uid": uid,
            "patient_id": f"P{number if patient is None else patient:04d}",
            "accession_number": f"ACC{number}",
            "study_date": dt.date(2026, 1, 1) + dt.timedelta(days=number),
            "source": "import",
            **facts,
        }
    )
    for place, role in enumerate(roles, start=1):
        series = Series.objects.create(
            study=study, series_instance_uid=f"{uid}.{place}", modality="MR", recognised_role=role, plane="axial"
        )
        Instance.objects.create(
            series=series,
            sop_instance_uid=f"{uid}.{place}.1",
            sop_class_uid="1.2.840.10008.5.1.4.1.1.4",
            transfer_syntax_uid="1.2.840.10008.1.2.1",
            sha256=uuid4().hex * 2,
            size=1,
            dataset_digest=uuid4().hex * 2,
            source="import",
        )
    if truth is not None:
        tell(study, truth)
    return study


def tell(study: Study, truth: bool) -> None:
    """The archive's truth of an examination."""
    basis, day = ("histopathology", None) if truth else ("follow_up", (study.study_date or dt.date(2026, 1, 1)))
    established = day.replace(year=day.year + 2) if day else None
    Truth.objects.create(study=study, label=truth, basis=basis, established_on=established, origin="test")


def draft(content: dict[str, Any] | None = None, *, title: str = "A study") -> ReaderStudy:
    """A study that the investigator founded, with the paper's design or another's."""
    return drafting.found(title, actor=investigator(), protocol=Protocol.of(scene.PAPER if content is None else content))


def add(study: ReaderStudy, *examinations: Study, **wish: Any) -> cases.Added:
    """Add examinations as cases."""
    found = candidates.find(study, candidates.Query(listed=tuple(one.study_instance_uid for one in examinations)))
    return cases.add(study, found, cases.Wish(**wish), actor=investigator())


def reader(study: ReaderStudy, username: str, facts: Facts = SENIOR) -> Membership:
    """Somebody with the role reader who reads in the study."""
    user = person(username, "reader", email=f"{username}@example.org")
    return members.add(study, user, Part.READER, facts, actor=investigator())


def ready(content: dict[str, Any] | None = None, *, number: int = 4, first: int = 1) -> ReaderStudy:
    """A draft with that many cases (half of them recurrences, with images) and two readers."""
    study = draft(content)
    images = [_with_images(first + place) for place in range(number)]
    for place, one in enumerate(images):
        if not Truth.objects.filter(study=one).exists():
            tell(one, place % 2 == 0)
    add(study, *images)
    take_from_archive(study, investigator())
    reader(study, "rana")
    reader(study, "rolf", JUNIOR)
    return ReaderStudy.objects.get(pk=study.pk)


def _with_images(number: int) -> Study:
    """With bytes, as few as show; taken in once."""
    stored = Study.objects.filter(study_instance_uid=f"{scene.ROOT}.{number}").first()
    return stored or scene.examination(number, slices=2)


def checked(study: ReaderStudy) -> ReaderStudy:
    """Checked and found fit."""
    found, report = checking.check(study, actor=investigator())
    assert report["fit"], [one["detail"] for one in report["findings"] if one["level"] == "stop"]
    return found


def sign(study: ReaderStudy, act: str, *, reason: str = "", seed: int | None = None) -> ReaderStudy:
    """An act, as its service carries it out."""
    return acts.carry_out(study, Act(act), actor=investigator(), reason=reason, seed=seed)


def opened(content: dict[str, Any] | None = None, *, number: int = 4, seed: int = 7) -> ReaderStudy:
    """Open, by all of its services."""
    return sign(checked(ready(content, number=number)), "open", seed=seed)


def answer(assignment: Assignment, *, yes: bool = True, stage: str = "only") -> Answer:
    """A submitted answer by rows alone; the reading is locked."""
    now = timezone.now()
    Reading.objects.update_or_create(
        assignment=assignment, defaults={"state": "locked", "stage": stage, "opened_at": now, "locked_at": now}
    )
    return Answer.objects.create(
        assignment=assignment,
        stage=stage,
        answers={"recurrence": yes, "likelihood": 90 if yes else 10},
        submission=uuid4(),
        submitted_at=now,
    )


def assignments(study: ReaderStudy, member: Membership | None = None) -> list[Assignment]:
    """In stored order."""
    found = Assignment.objects.filter(session__reader__study=study).select_related("session__reader", "case")
    chosen = found if member is None else found.filter(session__reader=member)
    return list(chosen.order_by("session__reader_id", "session__number", "position"))


def read_all(study: ReaderStudy) -> None:
    """Everybody has answered everything."""
    for one in assignments(study):
        answer(one, yes=bool(one.position % 2))


def case(study: ReaderStudy, number: int) -> Case:
    """The case of that number."""
    return Case.objects.select_related("study", "examination", "prior").get(study=study, number=number)


def as_json(body: object) -> bytes:
    """As a client sends it."""
    return json.dumps(body).encode()
