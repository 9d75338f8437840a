"""HTTP of the archive: study detail, roles, intakes, set-aside instances."""

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp.accounts import audit
from radapp.accounts.models import User
from radapp.archive import intakes, roles, selectors, set_aside, uploads
from radapp.archive import serializers as shapes
from radapp.archive.errors import StorageFull, is_full
from radapp.archive.models import SetAside, Source

PAGE_SIZE = 50
DRAINED_BYTES = 512 * 1024 * 1024
REPORT_RESPONSES = {200: shapes.IntakeReportSerializer}


class StudyView(APIView):
    """One examination with its series."""

    @extend_schema(operation_id="study", responses=shapes.StudyDetailSerializer)
    def get(self, request: Request, uid: str) -> Response:
        """The study's detail; reading it counts as an opening of the examination."""
        study = selectors.study_or_404(_person(request), uid)
        audit.record_opening(_person(request), uid)
        return Response(shapes.StudyDetailSerializer(selectors.study_detail(study)).data)


class SeriesRoleView(APIView):
    """The role of one series."""

    @extend_schema(
        operation_id="change_series_role", request=shapes.RoleChangeSerializer, responses=shapes.StudyDetailSerializer
    )
    def put(self, request: Request, uid: str, series_uid: str) -> Response:
        """Give a series another role (null: back to the recognised one); audited, and the study is triaged anew."""
        series = selectors.series_or_404(_person(request), uid, series_uid)
        change = _valid(shapes.RoleChangeSerializer, request.data)
        roles.assign_role(series=series, role=change["role"], user=_person(request), reason=change["reason"])
        study = selectors.study_or_404(_person(request), uid)
        return Response(shapes.StudyDetailSerializer(selectors.study_detail(study)).data)


class IntakesView(APIView):
    """Taking studies in from the page."""

    @extend_schema(operation_id="open_intake", request=None, responses={201: shapes.IntakeCreatedSerializer})
    def post(self, request: Request) -> Response:
        """Open an intake; send its files in batches, then finish it."""
        intake = intakes.open_intake(source=Source.PAGE, user=_person(request))
        return Response({"id": intake.id}, status=201)


class IntakeView(APIView):
    """One intake."""

    @extend_schema(operation_id="intake", responses=shapes.IntakeSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """Its report so far."""
        return Response(shapes.IntakeSerializer(intakes.intake_or_404(_person(request), id)).data)


class IntakeFilesView(APIView):
    """The files of one intake."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="send_intake_files",
        request={"multipart/form-data": shapes.IntakeFilesSerializer},
        responses=REPORT_RESPONSES,
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Take in one batch (DICOM files or zips) and say what became of each; 507 when the disk is full."""
        intake = intakes.intake_or_404(_person(request), id)
        files = request.FILES.getlist("files")
        paths = request.POST.getlist("paths")
        report = uploads.take_in_batch(intake=intake, files=files, paths=paths, user=_person(request))
        return Response(shapes.IntakeReportSerializer(report.as_json()).data)

    def handle_exception(self, exc: Exception) -> Response:
        """A full disk may show while the upload is still being received, so it is told here rather than in post()."""
        if is_full(exc):
            for handler in self.request._request.upload_handlers:
                handler.upload_interrupted()  # removes the file that did not fit
            _drain(self.request)
            exc = exc if isinstance(exc, StorageFull) else StorageFull()
        return super().handle_exception(exc)


class IntakeFinishView(APIView):
    """The end of one intake."""

    @extend_schema(operation_id="finish_intake", request=None, responses=REPORT_RESPONSES)
    def post(self, request: Request, id: UUID) -> Response:
        """Say that every file was sent: roles are recognised and triage begins. Answers the whole report."""
        intake = intakes.finish_intake(intakes.intake_or_404(_person(request), id))
        return Response(shapes.IntakeReportSerializer(intake).data)


class SetAsideListView(APIView):
    """Instances set aside for an administrator."""

    @extend_schema(
        operation_id="set_aside",
        parameters=[
            OpenApiParameter("state", str, enum=[state.value for state in SetAside.State]),
            OpenApiParameter("page", int),
            OpenApiParameter("page_size", int),
        ],
        responses=shapes.SetAsidePageSerializer,
    )
    def get(self, request: Request) -> Response:
        """Newest first; `state=waiting` for what is still to decide."""
        state = request.query_params.get("state")
        found = selectors.set_aside_instances(state if state in SetAside.State.values else None)
        page = _positive(request.query_params.get("page"), default=1, most=1_000_000)
        size = _positive(request.query_params.get("page_size"), default=PAGE_SIZE, most=500)
        items = [selectors.set_aside_detail(one) for one in found[(page - 1) * size : page * size]]
        answer = {"count": found.count(), "page": page, "page_size": size, "results": items}
        return Response(shapes.SetAsidePageSerializer(answer).data)


class SetAsideDecisionView(APIView):
    """A decision about one set-aside instance."""

    @extend_schema(
        operation_id="decide_set_aside", request=shapes.SetAsideDecisionSerializer, responses=shapes.SetAsideSerializer
    )
    def post(self, request: Request, id: int) -> Response:
        """Accept (the study then shows the received data set) or refuse with a reason; audited."""
        decision = _valid(shapes.SetAsideDecisionSerializer, request.data)
        one = set_aside.decide(
            set_aside_id=id, accept=decision["decision"] == "accepted", user=_person(request), reason=decision["reason"]
        )
        return Response(shapes.SetAsideSerializer(selectors.set_aside_detail(one)).data)


def _person(request: Request) -> User:
    """Who asks: the registry let nobody through who is not signed in."""
    return cast(User, request.user)


def _valid(serializer: Any, data: Any) -> dict[str, Any]:
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def _positive(text: str | None, *, default: int, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.isdecimal() else default


def _drain(request: Request) -> None:
    """Read what the browser is still sending: an early answer would show there as a lost connection."""
    stream = getattr(getattr(request, "_request", request), "_stream", None)
    left = DRAINED_BYTES
    while stream is not None and left > 0:
        block = stream.read(1024 * 1024)
        if not block:
            return
        left -= len(block)
