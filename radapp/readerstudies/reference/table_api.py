"""HTTP of the reference standard for investigators: its numbers, its table, and the archive's truths."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts.errors import ApiError, ErrorSerializer, ProblemsErrorSerializer
from radapp.readerstudies.reference import table_shapes as shapes
from radapp.readerstudies.reference.archive_truths import take_from_archive
from radapp.readerstudies.reference.exporting import export_table, overview
from radapp.readerstudies.reference.importing import Report, import_table
from radapp.readerstudies.reference.steps import TaggingRefused
from radapp.readerstudies.reference.table import BYTES_AT_MOST, TableRefused, read
from radapp.readerstudies.views import StudyView

CSV = "text/csv; charset=utf-8"
FILE = OpenApiResponse(OpenApiTypes.BINARY, description="UTF-8 with byte order mark; one step of one case a line.")
DRY_RUN = OpenApiParameter("dry_run", OpenApiTypes.BOOL, description="Say what would be done, and do nothing.")
NOTHING = "Nothing was stored: {count} of the file's lines cannot be taken. Correct them and send the whole file again."


class CsvParser(BaseParser):
    """The body as it is, up to what a table may have."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, bytes]:
        """{"csv": bytes}; one more than allowed is enough to refuse them."""
        return {"csv": bytes(stream.read(BYTES_AT_MOST + 1))}


class ReferenceView(StudyView):
    """The reference standard as a table."""

    parser_classes = (CsvParser,)

    @extend_schema(operation_id="export_reference", responses={(200, "text/csv"): FILE, 403: ErrorSerializer})
    def get(self, request: Request, key: str) -> HttpResponse:
        """Every step in its newest version, as a CSV."""
        content = export_table(self.admitted.study, self.admitted.user)
        response = HttpResponse(content, content_type=CSV)
        response["Content-Disposition"] = 'attachment; filename="reference-standard.csv"'
        response["Cache-Control"] = "no-store"
        return response

    @extend_schema(
        operation_id="import_reference",
        parameters=[DRY_RUN],
        request={"text/csv": OpenApiTypes.BINARY},
        responses={200: shapes.ImportReportSerializer, 400: ProblemsErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Take in a CSV: all of it or nothing. Each line that cannot be taken is told by its number."""
        content = dict(request.data).get("csv")
        if not content:
            raise ApiError(400, "invalid", "Found an empty body, expected a CSV with the content type text/csv.")
        dry_run = request.query_params.get("dry_run", "").lower() in {"1", "true", "yes"}
        try:
            report = import_table(self.admitted.study, read(content), self.admitted.user, dry_run=dry_run)
        except TableRefused as refused:
            raise ApiError(400, "no_table", str(refused)) from refused
        except TaggingRefused as refused:
            raise ApiError(409, refused.code, refused.detail) from refused
        _refuse(report)
        return Response(shapes.ImportReportSerializer(report).data)


def _refuse(report: Report) -> None:
    if report.problems:
        listed = [{"field": f"line {one.line}", "detail": one.words} for one in report.problems]
        raise ApiError(400, "invalid", NOTHING.format(count=len({one.line for one in report.problems})), listed)


class ReferenceOverviewView(StudyView):
    """The reference standard in numbers."""

    @extend_schema(operation_id="reference_overview", responses={200: shapes.OverviewSerializer, 403: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """Cases by standing, by basis and by whom they wait for."""
        return Response(shapes.OverviewSerializer(overview(self.admitted.study)).data)


class ArchiveTruthsView(StudyView):
    """The archive's truths as first steps."""

    @extend_schema(
        operation_id="take_reference_from_archive",
        request=None,
        responses={200: shapes.TakenSerializer, 403: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """A step 'report' for each case that has none and whose examination has a truth in the archive."""
        try:
            taken = take_from_archive(self.admitted.study, self.admitted.user)
        except TaggingRefused as refused:
            raise ApiError(409, refused.code, refused.detail) from refused
        return Response(shapes.TakenSerializer(taken).data)
