"""A study that is open, with its orders as rows, and a reader who speaks the reading room's API."""

import copy
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import User
from radapp.archive.models import Source, Study
from radapp.readerstudies.models import Assignment, Case, Membership, ReaderStudy, Session
from radapp.readerstudies.protocol import Protocol
from tests.radapp.readerstudies import scene

SEAT, OTHER_SEAT = "seat-one-0001", "seat-two-0002"
YES = {
    "recurrence": True,
    "likelihood": 80,
    "location": {"point": [1.0, 2.5, -3.0], "sequence": "T1WI"},
    "site": "skull_base",
    "side": "left",
    "decided_by": ["t1wi"],
    "quality": "good",
}
NO = {"recurrence": False, "likelihood": 10, "decided_by": ["t2wi"], "quality": "fair"}
CONTRADICTING = {**NO, "likelihood": 90}


def content(base: dict[str, Any] = scene.PAPER, **changes: Any) -> dict[str, Any]:
    """A protocol's content with another lock, forced points or rules: `lock`, `lroc`, `arms`, `kind`, `rules`."""
    made = copy.deepcopy(base)
    if "rules" in changes:
        made["rules"] = changes.pop("rules")
    made["design"].update(changes)
    return made


def bare(number: int) -> Study:
    """An examination without images: quick, where nobody looks at any."""
    return Study.objects.create(
        study_instance_uid=f"{scene.ROOT}.7.{number}", patient_id=f"SECRETPID{number:04d}", source=Source.IMPORT
    )


@dataclass
class Reader:
    """One reader's browser, at one seat."""

    membership: Membership
    seat: str = SEAT
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        if self.membership.user is not None:
            self.client.force_login(self.membership.user, backend="django.contrib.auth.backends.ModelBackend")

    def at(self, seat: str) -> "Reader":
        """The same person at another seat."""
        return Reader(self.membership, seat)

    @property
    def root(self) -> str:
        return f"/api/reading/{self.membership.study.key}/"

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """(status, JSON or None). Whatever is asked, the answer names no case, patient, membership or other reader."""
        answer = self.client.generic(
            method, self.root + path, data="" if body is None else json.dumps(body), content_type="application/json"
        )
        text = answer.content.decode(errors="replace")
        for word in self.unheard:
            assert word not in text, f"{method} {path} tells {word}: {text}"
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status_code, answer.json() if is_json else None

    @cached_property
    def unheard(self) -> frozenset[str]:
        """What no reader hears: keys of cases and members, other people's names, original UIDs, patients."""
        study = self.membership.study
        keys = set(Case.objects.filter(study=study).values_list("key", flat=True))
        for other in Membership.objects.filter(study=study):
            keys |= {other.key} if other == self.membership else {other.key, other.name}
        return frozenset(keys | {"SECRET", scene.ROOT, "debatable", "histopathology"})

    def room(self) -> dict[str, Any]:
        return _good(self.ask("GET", ""))

    def next(self) -> tuple[int, Any]:
        return self.ask("POST", "next/", {"seat": self.seat})

    def open(self) -> dict[str, Any]:
        return _good(self.next())

    def pause(self) -> tuple[int, Any]:
        return self.ask("POST", "pause/", {"seat": self.seat})

    def case(self, key: str) -> tuple[int, Any]:
        return self.ask("GET", f"readings/{key}/?seat={self.seat}")

    def draft(self, key: str, answers: dict[str, Any], revision: int, stage: str = "only") -> tuple[int, Any]:
        body = {"seat": self.seat, "stage": stage, "answers": answers, "revision": revision}
        return self.ask("PUT", f"readings/{key}/draft/", body)

    def submit(self, key: str, answers: dict[str, Any], stage: str = "only", **more: Any) -> tuple[int, Any]:
        body = {"seat": self.seat, "stage": stage, "answers": answers, "submission": str(uuid.uuid4()), **more}
        return self.ask("POST", f"readings/{key}/submission/", body)

    def correct(self, key: str, answers: dict[str, Any], stage: str = "only", **more: Any) -> tuple[int, Any]:
        body = {"stage": stage, "answers": answers, "submission": str(uuid.uuid4()), "reason": "Slipped.", **more}
        return self.ask("POST", f"readings/{key}/correction/", body)

    def event(self, key: str, kind: str, stage: str = "only", **detail: Any) -> tuple[int, Any]:
        body = {"seat": self.seat, "stage": stage, "kind": kind, "detail": detail}
        return self.ask("POST", f"readings/{key}/events/", body)

    def hold(self, key: str, *, take: bool = False) -> tuple[int, Any]:
        return self.ask("POST", f"readings/{key}/seat/", {"seat": self.seat, "take": take})

    def lock_session(self, number: int) -> tuple[int, Any]:
        return self.ask("POST", "session-lock/", {"session": number})

    def read(self, answers: dict[str, Any] = NO, stages: Sequence[str] = ("only",)) -> str:
        """Open the next case and answer all of it; its key."""
        key = str(self.open()["key"])
        for stage in stages:
            status, body = self.submit(key, answers, stage)
            assert status == 200, body
        return key


def _good(answer: tuple[int, Any]) -> dict[str, Any]:
    assert answer[0] == 200, answer
    return dict(answer[1])


def opened(
    protocol: dict[str, Any] | None = None, *, examinations: Sequence[Study] = (), cases: int = 3, **facts: Any
) -> ReaderStudy:
    """A study that is open, with cases of these examinations, else `cases` without images; the truths alternate."""
    study = scene.study(content=scene.PAPER if protocol is None else protocol, **facts)
    studies = list(examinations) or [bare(number) for number in range(1, cases + 1)]
    for number, examined in enumerate(studies, start=1):
        scene.case(study, number, examined=examined, truth=bool(number % 2))
    return scene.opened(study)


def reader(study: ReaderStudy, name: str = "ann", *, sessions: Sequence[str] = ("",), practice: int = 0) -> Reader:
    """A reader with an order: in each session every case, under the arm of that key (empty: the protocol's first).

    The study's first `practice` cases are practice, in session 1 alone.
    """
    user = scene.person(name, is_reader=True)
    membership = scene.member(study, user, "reader")
    order(membership, sessions=sessions, practice=practice)
    return Reader(membership)


def order(membership: Membership, *, sessions: Sequence[str] = ("",), practice: int = 0) -> list[Assignment]:
    """The rows of an order."""
    study = membership.study
    first_arm = Protocol.of(study.draft).design.arms[0].key
    made = []
    for number, arm in enumerate(sessions, start=1):
        session = Session.objects.create(reader=membership, number=number, washout_days=28 if number > 1 else 0)
        cases = list(Case.objects.filter(study=study).order_by("number"))
        for position, case in enumerate(cases if number == 1 else cases[practice:], start=1):
            is_practice = number == 1 and position <= practice
            made.append(
                Assignment.objects.create(
                    session=session, position=position, case=case, arm=arm or first_arm, practice=is_practice
                )
            )
    return made


class Clock:
    """The server's clock: it stands where a test has set it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.off = timedelta()
        self._began = timezone.now()
        monkeypatch.setattr(timezone, "now", self.now)

    def now(self) -> datetime:
        return self._began + self.off

    def set(self, **off: float) -> None:
        """So far from when the test began, such as days=-30."""
        self.off = timedelta(**off)


def again(one: Reader) -> Reader:
    """The same person, signed in anew at the same seat: a session ends while a clock is elsewhere."""
    return Reader(one.membership, one.seat)


def person_of(one: Reader) -> User:
    """Whose browser it is."""
    assert one.membership.user is not None
    return one.membership.user
