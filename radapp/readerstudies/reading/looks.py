"""What a reader may see of one assignment at this moment. Everything that shows an image asks here, each time.

In sight are: the reading that is open and not paused, by the arm; the next one of the same session, so that its images can
come ahead, never with AI; a practice case with its feedback until the next reading is opened; and, where the protocol locks
by session, what may still be corrected: nobody can correct an answer without looking. Nothing else, and nothing once the
study is not open. What is not in sight is 404, the same as what is another reader's or does not exist.
"""

import enum
from dataclasses import dataclass

from django.http import Http404

from radapp.accounts.errors import ApiError
from radapp.readerstudies.form import about
from radapp.readerstudies.form_questions import Question
from radapp.readerstudies.models import Answer, Assignment, Case, Membership, ReaderStudy, Reading
from radapp.readerstudies.models.readings import Stage
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.protocol import Arm, Protocol
from radapp.readerstudies.reading import refusals
from radapp.readerstudies.reading.acts import READER
from radapp.readerstudies.reading.aid import current_result, heatmaps_of
from radapp.readerstudies.reading.corrections import is_correctable
from radapp.readerstudies.reading.places import Place, Stand, stand_of
from radapp.readerstudies.sight import Sight, roles_of
from radapp.readerstudies.terms import protocol_in_force


class Why(enum.Enum):
    """Why an assignment is in sight."""

    READ = "read"
    AHEAD = "ahead"
    FEEDBACK = "feedback"
    CORRECTION = "correction"


@dataclass(frozen=True)
class View:
    """One assignment in sight. `reading` None: it lies ahead. `answered`: its stages that are locked."""

    study: ReaderStudy
    reader: Membership
    protocol: Protocol
    assignment: Assignment
    reading: Reading | None
    answered: frozenset[str]
    why: Why

    @property
    def arm(self) -> Arm:
        """Under which it is read."""
        return self.protocol.design.arm(self.assignment.arm)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """In their order."""
        return self.protocol.design.stages(self.arm)

    @property
    def stage(self) -> Stage:
        """The first that is not answered, or the last."""
        return next((one for one in self.stages if one.value not in self.answered), self.stages[-1])

    @property
    def form(self) -> list[Question]:
        """The questions that are asked of what the arm shows."""
        return about(self.protocol.form, roles_of(self.arm.images))

    @property
    def shows_aid(self) -> bool:
        """Whether AI is in sight: never before the unaided answer is locked, never ahead."""
        return self.arm.ai and self.why != Why.AHEAD and self.stage in {Stage.ONLY, Stage.AIDED}

    @property
    def sight(self) -> Sight:
        """As radapp.readerstudies.blinding serves it."""
        case = self.assignment.case
        if case.examination is None:
            raise Http404
        roles = roles_of(self.arm.images)
        heatmaps = heatmaps_of(current_result(case.examination), roles) if self.shows_aid else ()
        prior = case.prior if self.arm.prior else None
        return Sight(self.study, f"reading {self.assignment.key}", case.examination, roles, prior, heatmaps)


def sight_of(admitted: Admitted, assignment_key: str) -> Sight:
    """What this person may see of this assignment now; Http404 for anything else."""
    try:
        return view_of(admitted, assignment_key).sight
    except ApiError as refused:
        raise Http404 from refused


def view_of(admitted: Admitted, key: str) -> View:
    """The assignment of this key, if it is in sight; Http404 for anything else, ApiError 409 (paused) while it rests."""
    study, reader = admitted.study, admitted.membership(READER)
    if study.state != ReaderStudy.State.OPEN:
        raise Http404
    assignment = (
        Assignment.objects.filter(key=key, session__reader=reader, case__state=Case.State.INCLUDED)
        .select_related("session", "case__examination", "case__prior")
        .first()
    )
    if assignment is None:
        raise Http404
    protocol = protocol_in_force(study)
    reading = Reading.objects.filter(assignment=assignment).first()
    if reading is not None and reading.state == Reading.State.PAUSED:
        raise refusals.paused()
    answered = frozenset(Answer.objects.filter(assignment=assignment).values_list("stage", flat=True))
    why = _why(reader, protocol, assignment, reading)
    if why is None:
        raise Http404
    return View(study, reader, protocol, assignment, reading, answered, why)


def _why(reader: Membership, protocol: Protocol, assignment: Assignment, reading: Reading | None) -> Why | None:
    if reading is None:
        ahead = next_ahead(stand_of(reader, protocol))
        return Why.AHEAD if ahead is not None and ahead.key == assignment.key else None
    if reading.state == Reading.State.OPENED:
        return Why.READ
    if reading.state == Reading.State.ANSWERED and is_correctable(protocol.design, assignment):
        return Why.CORRECTION
    if assignment.practice and reading.state == Reading.State.LOCKED and _is_newest(reader, reading):
        return Why.FEEDBACK
    return None


def _is_newest(reader: Membership, reading: Reading) -> bool:
    """Whether the reader has opened nothing since."""
    return not Reading.objects.filter(assignment__session__reader=reader, pk__gt=reading.pk).exists()


def next_ahead(stand: Stand) -> Place | None:
    """The place after the one that is open, in the same session, unless it had to be set aside when that was opened."""
    if stand.open is None or not Reading.objects.filter(assignment_id=stand.open.pk, state=Reading.State.OPENED).exists():
        return None
    return next((place for place in stand.left(stand.open.session) if not place.aside), None)
