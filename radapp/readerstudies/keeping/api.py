"""HTTP of keeping: a finished study as one zip, and whether a study's audit chain is whole."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts.errors import ApiError, ErrorSerializer
from radapp.readerstudies.keeping.exporting import NotFinalError, export
from radapp.readerstudies.keeping.keys import own_public_key
from radapp.readerstudies.keeping.verifying import verify
from radapp.readerstudies.models import ChainEntry, ReaderStudy
from radapp.readerstudies.views import StudyView

FILE = OpenApiResponse(OpenApiTypes.BINARY, description="A zip (docs/audit-trail.md): everything but images and accounts.")

WRITTEN_MEANWHILE = "Entries were written while the chain was verified. Verify it again, or close reading first."


class ChainFindingSerializer(serializers.Serializer[object]):
    """What speaks against a chain, and where. The digests of answers, which could be guessed from, are not told here."""

    code = serializers.CharField()
    where = serializers.CharField()


class ChainVerdictSerializer(serializers.Serializer[object]):
    """Whether a chain is whole: entries, rows behind them, signed heads, and the heads' files outside the database."""

    whole = serializers.BooleanField()
    entries = serializers.IntegerField()
    rows = serializers.IntegerField()
    heads = serializers.IntegerField()
    files = serializers.IntegerField()
    findings = ChainFindingSerializer(many=True)


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


class VerificationView(StudyView):
    """The audit chain, verified now."""

    @extend_schema(operation_id="verify_reader_study_audit", responses={200: ChainVerdictSerializer, 409: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """As `manage.py verify_audit` does. 409 `written_meanwhile` where what was found may be half of a change."""
        study = self.admitted.study
        before = _head(study)
        own = own_public_key()
        verdict = verify(study, Path(settings.AUDIT_HEADS_DIR), frozenset({own} if own else ()))
        if not verdict.whole and _head(study) != before:
            raise ApiError(409, "written_meanwhile", WRITTEN_MEANWHILE)
        return Response(ChainVerdictSerializer(verdict).data)


def _head(study: ReaderStudy) -> str:
    entry = ChainEntry.objects.filter(study=study).order_by("-sequence").only("digest").first()
    return entry.digest if entry else ""
