"""HTTP of keeping: a finished study as one zip."""

import tempfile

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from radapp.accounts.errors import ApiError, ErrorSerializer
from radapp.readerstudies.keeping.exporting import NotFinalError, export
from radapp.readerstudies.views import StudyView

FILE = OpenApiResponse(OpenApiTypes.BINARY, description="A zip (docs/audit-trail.md): everything but images and accounts.")


class ArchiveView(StudyView):
    """The archive."""

    @extend_schema(
        operation_id="export_reader_study",
        responses={(200, "application/zip"): FILE, 403: ErrorSerializer, 409: ErrorSerializer},
    )
    def get(self, request: Request, key: str) -> FileResponse:
        """An unblinded study with its protocol, orders, answers, reference standard, codes and audit chain."""
        out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        try:
            export(self.admitted.study, out, actor=self.admitted.user)
        except NotFinalError as error:
            out.close()
            raise ApiError(409, "not_unblinded", str(error)) from error
        out.seek(0)
        response = FileResponse(out, as_attachment=True, filename=f"reader-study-{key}.zip", content_type="application/zip")
        response["Cache-Control"] = "no-store"
        return response
