"""HTTP of reports. Who may call it stands in access.py and, source by source, in permitted.py.

What needs statistics is imported where it is used: a web process starts without.
"""

from typing import Any, cast

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp.accounts.errors import NOT_FOUND, ApiError, ErrorSerializer, ProblemsErrorSerializer
from radapp.accounts.models import User
from radapp.reports import selectors
from radapp.reports.conditions import CONDITIONS, USE_CONDITIONS, UnknownConditionError
from radapp.reports.files.kinds import PAGE, media_type_of, page_name
from radapp.reports.inputs.definition import DefinitionRefusedError
from radapp.reports.inputs.reading import UnreadableInputsError
from radapp.reports.models import ReportFile, SavedReport
from radapp.reports.offered import source_at
from radapp.reports.serializers import (
    AnalysisSerializer,
    CaseBehindSerializer,
    DocumentQuerySerializer,
    ReportChangesSerializer,
    ReportListQuerySerializer,
    ReportRequestSerializer,
    ReportSourceSerializer,
    SavedReportSerializer,
    checked,
)
from radapp.reports.sources import Exported, ReportRefusedError, Source

NOT_DONE = "The report is {state}; it has no files yet."
FILE = OpenApiResponse(OpenApiTypes.BINARY, description="The file's bytes, of the media type that the report names.")
PICTURE = OpenApiResponse(OpenApiTypes.STR, description="SVG.")
DOCUMENT = OpenApiResponse(
    OpenApiTypes.OBJECT, description="Sections of tables, figures and text (radapp.reports.document)."
)
GONE: dict[Any, Any] = {404: ErrorSerializer, 409: ErrorSerializer}


def _person(request: Request) -> User:
    return cast(User, request.user)


def _refused(error: ReportRefusedError) -> ApiError:
    return ApiError(409, "report_refused", str(error))


class AnalysesView(APIView):
    """What can be made."""

    @extend_schema(operation_id="report_analyses", responses=AnalysisSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every analysis with its options."""
        from radapp.reports import catalogue

        return Response(AnalysisSerializer(catalogue.analyses(), many=True).data)


class SourcesView(APIView):
    """Of what."""

    @extend_schema(operation_id="report_sources", responses=ReportSourceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Those that the person may report on."""
        return Response(ReportSourceSerializer(selectors.sources(_person(request)), many=True).data)


class ReportsView(APIView):
    """Saved reports."""

    @extend_schema(
        operation_id="saved_reports",
        parameters=[ReportListQuerySerializer],
        responses=SavedReportSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Newest first, of one source or of all that the person may report on."""
        wanted = checked(ReportListQuerySerializer, request.query_params)["source"]
        return Response(SavedReportSerializer(selectors.listed(_person(request), wanted), many=True).data)

    @extend_schema(
        operation_id="ask_for_report",
        request=ReportRequestSerializer,
        responses={201: SavedReportSerializer, 400: ProblemsErrorSerializer, **GONE},
    )
    def post(self, request: Request) -> Response:
        """Freeze the source's inputs and have a report made of them. 409 `report_refused` where none is made."""
        said = checked(ReportRequestSerializer, request.data)
        source = _source(said, _person(request))
        if source is None:
            raise NotFound(NOT_FOUND)
        return _one(_asked(source, said, _person(request)), status=201)


def _source(said: dict[str, Any], user: User) -> Source | None:
    try:
        return source_at(said["source"], user, said["definition"])
    except DefinitionRefusedError as error:
        problems = [{"field": "definition", "detail": one} for one in error.problems]
        raise ApiError(400, "invalid", str(error), problems) from error


def _asked(source: Source, said: dict[str, Any], user: User) -> SavedReport:
    from radapp.reports import asking
    from radapp.reports.options import OptionsRefusedError

    try:
        return asking.ask(source, asking.recipe(said["analysis"], said["options"], watermark=said["watermark"]), user)
    except OptionsRefusedError as error:
        problems = [{"field": one.field, "detail": one.detail} for one in error.problems]
        raise ApiError(400, "invalid", str(error), problems) from error
    except DefinitionRefusedError as error:
        raise ApiError(400, "invalid", str(error), [{"field": "definition", "detail": str(error)}]) from error
    except ReportRefusedError as error:
        raise _refused(error) from error


def _one(report: SavedReport, status: int = 200) -> Response:
    return Response(SavedReportSerializer(selectors.seen(report)).data, status=status)


class OneReportView(APIView):
    """`self.report` and `self.source`; 404 for what is not this person's to see."""

    report: SavedReport
    source: Source

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse here, before the view's method runs."""
        super().initial(request, *args, **kwargs)
        self.report, self.source = selectors.report_or_404(_person(request), kwargs["key"])

    def file(self, name: str) -> ReportFile:
        """Of a report that is done; ApiError 409 where it is not."""
        if self.report.state != SavedReport.State.DONE:
            raise ApiError(409, "not_done", NOT_DONE.format(state=self.report.state))
        return selectors.file_or_404(self.report, name)


class ReportView(OneReportView):
    """One report."""

    @extend_schema(operation_id="saved_report", responses={200: SavedReportSerializer, 404: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """How far it is, and its files."""
        return _one(self.report)


class ChangesView(OneReportView):
    """What is otherwise by now."""

    @extend_schema(operation_id="report_changes", responses={200: ReportChangesSerializer, 404: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """Against its source as it is now, which is gathered anew, and against the report before it."""
        return Response(ReportChangesSerializer(selectors.changes(self.report, self.source)).data)


class DocumentView(OneReportView):
    """What the page shows."""

    @extend_schema(
        operation_id="report_document",
        parameters=[DocumentQuerySerializer],
        responses={(200, "application/json"): DOCUMENT, **GONE},
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        """The document in one language, as it was made."""
        language = checked(DocumentQuerySerializer, request.query_params)["language"]
        return _answer(self.file(page_name(language)), "application/json")


class FigureView(OneReportView):
    """A picture on the page."""

    @extend_schema(operation_id="report_figure", responses={(200, "image/svg+xml"): PICTURE, **GONE})
    def get(self, request: Request, key: str, name: str) -> HttpResponse:
        """A figure block's SVG; `name` is that of the block with language and ending, such as internal-figure.en.svg."""
        begin = selectors.begin_of(self.report)
        response = _answer(self.file(f"{begin}-{name}.svg"), "image/svg+xml")
        # What a picture holds is drawn by us, and yet it is opened as a page of this server: it may do nothing.
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return response


class DownloadView(OneReportView):
    """A file that leaves the house."""

    @extend_schema(operation_id="download_report_file", responses={(200, "application/octet-stream"): FILE, **GONE})
    def get(self, request: Request, key: str, name: str) -> HttpResponse:
        """The bytes; that they were exported, with their digest, is in the audit trail."""
        found = self.file(name)
        if found.format == PAGE:
            raise NotFound(NOT_FOUND)
        report = self.report
        said = Exported(
            analysis=report.analysis, inputs=report.inputs.sha256, report=report.key, files={found.name: found.sha256}
        )
        with transaction.atomic():
            self.source.audit(said, asked=False, actor=_person(request))
        response = _answer(found, media_type_of(found.name))
        response["Content-Disposition"] = f'attachment; filename="{found.name}"'
        response["Digest"] = f"sha-256={found.sha256}"
        return response


def _answer(found: ReportFile, media_type: str) -> HttpResponse:
    response = HttpResponse(bytes(found.content), content_type=media_type)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


CONDITION_PARAMETERS = [
    *(OpenApiParameter(name, str, description=words) for name, words in CONDITIONS.items()),
    *(OpenApiParameter(name, str, description=f"Of a ledger. {words}") for name, words in USE_CONDITIONS.items()),
]


class CasesView(OneReportView):
    """Behind a cell."""

    @extend_schema(
        operation_id="cases_behind_cell",
        parameters=CONDITION_PARAMETERS,
        responses={200: CaseBehindSerializer(many=True), 400: ErrorSerializer, **GONE},
    )
    def get(self, request: Request, key: str) -> Response:
        """The cases that meet every condition, as a cell's `behind` names them."""
        from radapp.reports import catalogue

        try:
            found = catalogue.behind(self.report, self.source, request.query_params.dict(), _person(request))
        except UnknownConditionError as error:
            raise ApiError(400, "unknown_condition", str(error)) from error
        except UnreadableInputsError as error:
            raise ApiError(409, "other_inputs", str(error)) from error
        return Response(CaseBehindSerializer(found, many=True).data)


class AgainView(OneReportView):
    """The same recipe once more."""

    @extend_schema(
        operation_id="report_again",
        request=None,
        responses={201: SavedReportSerializer, **GONE},
    )
    def post(self, request: Request, key: str) -> Response:
        """Another report: the same recipe over the inputs as they are now. 409 `report_refused` where none is made."""
        from radapp.reports import asking

        try:
            report = asking.again(self.report, _person(request))
        except ReportRefusedError as error:
            raise _refused(error) from error
        return _one(report, status=201)
