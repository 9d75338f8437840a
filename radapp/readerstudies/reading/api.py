"""HTTP of the reading room. Who may call each address stands in radapp.readerstudies.permissions."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts.errors import ApiError, ErrorSerializer, ProblemsErrorSerializer
from radapp.readerstudies.reading import serializers as shapes
from radapp.readerstudies.views import StudyView

SEAT = OpenApiParameter("seat", OpenApiTypes.STR, description="The name of the tab that asks.")


def _soon() -> Response:
    raise ApiError(501, "not_built", "This address is not built yet.")


class RoomView(StudyView):
    """The reading room of one study."""

    @extend_schema(operation_id="reading_room", responses={200: shapes.RoomSerializer, 404: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """Where the reader stands, what they are told, the form."""
        return _soon()


class NextView(StudyView):
    """The way to the next case."""

    @extend_schema(
        operation_id="open_next_reading",
        request=shapes.SeatOnlySerializer,
        responses={200: shapes.CaseViewSerializer, 404: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Open the next case in the stored order, or go on with the one that is open or paused."""
        return _soon()


class PauseView(StudyView):
    """A pause."""

    @extend_schema(
        operation_id="pause_reading",
        request=shapes.SeatOnlySerializer,
        responses={200: shapes.RoomSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Stop the clock of the case that is open; `next/` goes on."""
        return _soon()


class SessionLockView(StudyView):
    """The lock of a session, where the protocol locks by session."""

    @extend_schema(
        operation_id="lock_reading_session",
        request=shapes.SessionLockSerializer,
        responses={200: shapes.RoomSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Make every answer of the session final."""
        return _soon()


class CaseView(StudyView):
    """One case of the reader's own order, while it is in sight."""

    @extend_schema(
        operation_id="reading_case",
        parameters=[SEAT],
        responses={200: shapes.CaseViewSerializer, 404: ErrorSerializer},
    )
    def get(self, request: Request, key: str, assignment: str) -> Response:
        """As it is seen now."""
        return _soon()


class DraftView(StudyView):
    """What is filled in and not submitted."""

    @extend_schema(
        operation_id="save_reading_draft",
        request=shapes.DraftSerializer,
        responses={200: shapes.SavedDraftSerializer, 400: ProblemsErrorSerializer, 409: ErrorSerializer},
    )
    def put(self, request: Request, key: str, assignment: str) -> Response:
        """Keep it; an older revision never replaces a newer one."""
        return _soon()


class SubmissionView(StudyView):
    """The act that locks a stage."""

    @extend_schema(
        operation_id="submit_reading",
        request=shapes.SubmissionSerializer,
        responses={200: shapes.SubmittedSerializer, 400: ProblemsErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, assignment: str) -> Response:
        """Submit, once; sent again with the same UUID it is the same act and the same answer."""
        return _soon()


class CorrectionView(StudyView):
    """A correction before the lock, where the protocol locks by session."""

    @extend_schema(
        operation_id="correct_reading",
        request=shapes.CorrectionSerializer,
        responses={200: shapes.SubmittedSerializer, 400: ProblemsErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, assignment: str) -> Response:
        """The next version of the answer."""
        return _soon()


class EventsView(StudyView):
    """What only the page knows."""

    @extend_schema(
        operation_id="report_reading_event",
        request=shapes.ClientEventSerializer,
        responses={204: None, 400: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, assignment: str) -> Response:
        """Note it, at the server's time."""
        return _soon()


class SeatView(StudyView):
    """Which tab of which machine reads."""

    @extend_schema(
        operation_id="hold_reading_seat",
        request=shapes.SeatSerializer,
        responses={200: shapes.SeatHeldSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str, assignment: str) -> Response:
        """A sign of life, or taking over."""
        return _soon()


def _body(request: Request, shape: type[Any]) -> dict[str, Any]:
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
