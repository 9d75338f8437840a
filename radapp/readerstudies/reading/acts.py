"""One reader's act on one reading: what is locked first, who may act, and where the reading stands at that moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.form import about
from radapp.readerstudies.form_questions import Question
from radapp.readerstudies.models import Answer, Assignment, Case, Membership, ReaderStudy, Reading, ReadingEvent
from radapp.readerstudies.models.readings import Stage
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.protocol import Arm, Protocol
from radapp.readerstudies.reading import refusals
from radapp.readerstudies.sight import roles_of
from radapp.readerstudies.terms import protocol_in_force

READER = Membership.Part.READER


@dataclass(frozen=True)
class Attendance:
    """A reader at work in a study whose row is locked until the transaction ends: acts of one study wait for each other."""

    study: ReaderStudy
    reader: Membership
    user: User
    protocol: Protocol
    now: datetime

    def demand_open(self) -> None:
        """409 where nobody reads now."""
        if self.study.state != ReaderStudy.State.OPEN:
            raise refusals.study_not_open()


@dataclass(frozen=True)
class Act:
    """The same, at one reading. `stage`: the first that is not answered; None where all are."""

    attendance: Attendance
    assignment: Assignment
    reading: Reading
    answered: frozenset[str]

    @property
    def arm(self) -> Arm:
        """Under which the case is read."""
        return self.attendance.protocol.design.arm(self.assignment.arm)

    @property
    def form(self) -> list[Question]:
        """The questions that are asked of what the arm shows."""
        return about(self.attendance.protocol.form, roles_of(self.arm.images))

    @property
    def stages(self) -> tuple[Stage, ...]:
        """In their order."""
        return self.attendance.protocol.design.stages(self.arm)

    @property
    def stage(self) -> Stage | None:
        """Which comes next."""
        return next((one for one in self.stages if one.value not in self.answered), None)

    def demand_in_study(self) -> None:
        """409 where the study is not open or the case has left it."""
        self.attendance.demand_open()
        if self.assignment.case.state != Case.State.INCLUDED:
            raise refusals.case_withdrawn()

    def demand_stage(self, stage: str) -> None:
        """409 for a stage that is answered, or whose time has not come."""
        self.demand_in_study()
        if self.stage is None or self.stage.value != stage:
            raise refusals.stage_locked()

    def note(
        self,
        kind: ReadingEvent.Kind,
        detail: Mapping[str, Any] | None = None,
        *,
        at: datetime | None = None,
        stage: str = "",
    ) -> None:
        """One event, and its entry in the chain. `at`: now, unless it began earlier."""
        told = dict(detail or {})
        event = ReadingEvent.objects.create(
            assignment=self.assignment,
            kind=kind,
            stage=stage or self.stage or self.stages[-1],
            detail=told,
            at=at or self.attendance.now,
        )
        opened = kind == ReadingEvent.Kind.OPENED
        chain.record(
            self.attendance.study,
            actor=self.attendance.user,
            action=chain.Action.READING_OPENED if opened else chain.Action.READING_EVENT,
            target=self.assignment.key,
            after={"kind": event.kind, "stage": event.stage, "detail": told, "at": event.at.isoformat()},
            rows=[event],
        )


def attend(admitted: Admitted) -> Attendance:
    """Lock the study and look again whether the reader still is one. Belongs into a transaction; Http404 for who is none."""
    study = ReaderStudy.objects.select_for_update().get(pk=admitted.study.pk)
    mine = admitted.membership(READER)
    reader = Membership.objects.filter(pk=mine.pk, ended_at=None).first()
    if reader is None:
        raise Http404
    return Attendance(study, reader, admitted.user, protocol_in_force(study), timezone.now())


def take_up(admitted: Admitted, key: str) -> Act:
    """One reading that was opened. Http404 for another reader's, one that was not opened, and none at all."""
    return act_on(attend(admitted), key)


def act_on(attendance: Attendance, key: str) -> Act:
    """The same, where the study is locked already."""
    assignment = (
        Assignment.objects.filter(key=key, session__reader=attendance.reader).select_related("case", "session").first()
    )
    reading = Reading.objects.select_for_update().filter(assignment=assignment).first() if assignment is not None else None
    if assignment is None or reading is None:
        raise Http404
    stages = Answer.objects.filter(assignment=assignment).values_list("stage", flat=True)
    return Act(attendance, assignment, reading, frozenset(stages))
