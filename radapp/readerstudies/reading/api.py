"""HTTP of the reading room. Who may call each address stands in radapp.readerstudies.permissions."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts.errors import ErrorSerializer, ProblemsErrorSerializer
from radapp.readerstudies.models import Answer
from radapp.readerstudies.reading import presentation
from radapp.readerstudies.reading import serializers as shapes
from radapp.readerstudies.reading.corrections import Correction, correct, lock_session
from radapp.readerstudies.reading.drafts import Sent, save_draft
from radapp.readerstudies.reading.opening import open_next, pause
from radapp.readerstudies.reading.reports import Report, report
from radapp.readerstudies.reading.seats import keep_seat
from radapp.readerstudies.reading.submission import Submission, submit
from radapp.readerstudies.views import StudyView

SEAT = OpenApiParameter("seat", OpenApiTypes.STR, description="The name of the tab that asks.")


class RoomView(StudyView):
    """The reading room of one study."""

    @extend_schema(operation_id="reading_room", responses={200: shapes.RoomSerializer, 404: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """Where the reader stands, and what they are told."""
        return _room(self)


class NextView(StudyView):
    """The way to the next case."""

    @extend_schema(
        operation_id="open_next_reading",
        request=shapes.SeatOnlySerializer,
        responses={200: shapes.CaseViewSerializer, 404: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Open the next case in the stored order, or go on with the one that is open or paused."""
        seat = _body(request, shapes.SeatOnlySerializer)["seat"]
        return _case(self, open_next(self.admitted, seat), seat)


class PauseView(StudyView):
    """A pause."""

    @extend_schema(
        operation_id="pause_reading",
        request=shapes.SeatOnlySerializer,
        responses={200: shapes.RoomSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Stop the clock of the case that is open; `next/` goes on."""
        pause(self.admitted, _body(request, shapes.SeatOnlySerializer)["seat"])
        return _room(self)


class SessionLockView(StudyView):
    """The lock of a session, where the protocol locks by session."""

    @extend_schema(
        operation_id="lock_reading_session",
        request=shapes.SessionLockSerializer,
        responses={200: shapes.RoomSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Make every answer of the session final."""
        lock_session(self.admitted, _body(request, shapes.SessionLockSerializer)["session"])
        return _room(self)


class CaseView(StudyView):
    """One case of the reader's own order, while it is in sight."""

    @extend_schema(
        operation_id="reading_case",
        parameters=[SEAT],
        responses={200: shapes.CaseViewSerializer, 404: ErrorSerializer},
    )
    def get(self, request: Request, key: str, assignment: str) -> Response:
        """As it is seen now."""
        return _case(self, assignment, request.query_params.get("seat", ""))


class DraftView(StudyView):
    """What is filled in and not submitted."""

    @extend_schema(
        operation_id="save_reading_draft",
        request=shapes.DraftSerializer,
        responses={200: shapes.SavedDraftSerializer, 400: ProblemsErrorSerializer, 409: ErrorSerializer},
    )
    def put(self, request: Request, key: str, assignment: str) -> Response:
        """Keep it; an older revision never replaces a newer one."""
        sent = Sent(**_body(request, shapes.DraftSerializer))
        draft = save_draft(self.admitted, assignment, sent)
        return Response(shapes.SavedDraftSerializer(draft).data)


class SubmissionView(StudyView):
    """The act that locks a stage."""

    @extend_schema(
        operation_id="submit_reading",
        request=shapes.SubmissionSerializer,
        responses={200: shapes.SubmittedSerializer, 400: ProblemsErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, assignment: str) -> Response:
        """Submit, once; sent again with the same UUID it is the same act and the same answer."""
        sent = Submission(**_body(request, shapes.SubmissionSerializer))
        return _receipt(self, assignment, submit(self.admitted, assignment, sent), sent.seat)


class CorrectionView(StudyView):
    """A correction before the lock, where the protocol locks by session."""

    @extend_schema(
        operation_id="correct_reading",
        request=shapes.CorrectionSerializer,
        responses={200: shapes.SubmittedSerializer, 400: ProblemsErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, assignment: str) -> Response:
        """The next version of the answer."""
        sent = Correction(**_body(request, shapes.CorrectionSerializer))
        return _receipt(self, assignment, correct(self.admitted, assignment, sent), "")


class EventsView(StudyView):
    """What only the page knows."""

    @extend_schema(
        operation_id="report_reading_event",
        request=shapes.ClientEventSerializer,
        responses={204: None, 400: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, assignment: str) -> Response:
        """Note it, at the server's time."""
        body = _body(request, shapes.ClientEventSerializer)
        overlay = body.pop("detail", {}).get("overlay", "")
        report(self.admitted, assignment, Report(**body, overlay=overlay))
        return Response(status=204)


class SeatView(StudyView):
    """Which tab of which machine reads."""

    @extend_schema(
        operation_id="hold_reading_seat",
        request=shapes.SeatSerializer,
        responses={200: shapes.SeatHeldSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, assignment: str) -> Response:
        """A sign of life, or taking over."""
        body = _body(request, shapes.SeatSerializer)
        keep_seat(self.admitted, assignment, body["seat"], take=body["take"])
        return Response(shapes.SeatHeldSerializer({"seat_held": True}).data)


def _body(request: Request, shape: type[Any]) -> dict[str, Any]:
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _room(view: StudyView) -> Response:
    return Response(shapes.RoomSerializer(presentation.room(view.admitted)).data)


def _case(view: StudyView, assignment: str, seat: str) -> Response:
    return Response(shapes.CaseViewSerializer(presentation.case(view.admitted, assignment, seat)).data)


def _receipt(view: StudyView, assignment: str, answer: Answer, seat: str) -> Response:
    seen = presentation.case_or_none(view.admitted, assignment, seat)
    told = {
        "submission": answer.submission,
        "stage": answer.stage,
        "version": answer.version,
        "submitted_at": answer.submitted_at,
        "case": seen,
    }
    return Response(shapes.SubmittedSerializer(told).data)
