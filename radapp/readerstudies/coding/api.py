"""HTTP of error coding. Who may call each address stands in radapp.readerstudies.permissions."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts.errors import ApiError, ErrorSerializer
from radapp.readerstudies.coding import codes, overview, selectors
from radapp.readerstudies.coding import serializers as shapes
from radapp.readerstudies.coding.export import codes_as_csv
from radapp.readerstudies.coding.sight import Part, item_or_404
from radapp.readerstudies.models import CodingItem, ReaderStudy
from radapp.readerstudies.views import StudyView

INVALID = frozenset({"invalid", "remark_needed", "reason_needed"})
REFUSALS: Any = dict.fromkeys((400, 403, 404, 409), ErrorSerializer)


class CodingQueueView(StudyView):
    """The queue."""

    @extend_schema(operation_id="coding_queue", responses={200: shapes.CodingQueueSerializer, 404: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """Errors to code or to adjudicate, in an order of this person's own; empty until the study is unblinded."""
        return Response(shapes.CodingQueueSerializer(selectors.queue(self.admitted)).data)


class ItemView(StudyView):
    """What the addresses of one error share."""

    def _answer(self, item: CodingItem) -> Response:
        return Response(shapes.CodingItemSerializer(selectors.item_view(self.admitted, item)).data)

    def _after(self, key: str, act: Callable[[CodingItem], object]) -> Response:
        """Carry out an act, then show the item as it is now; refusals become 400 or 409."""
        try:
            act(item_or_404(self.admitted, key))
        except codes.CodingRefused as refused:
            raise ApiError(400 if refused.code in INVALID else 409, refused.code, str(refused)) from refused
        return self._answer(item_or_404(self.admitted, key))


class CodingItemView(ItemView):
    """One error."""

    @extend_schema(operation_id="coding_item", responses={200: shapes.CodingItemSerializer, 404: ErrorSerializer})
    def get(self, request: Request, key: str, subject: str) -> Response:
        """Images, reference and marker; who erred and the rest once both codes are locked."""
        return self._answer(item_or_404(self.admitted, subject))


class CodesView(ItemView):
    """Codes of one error."""

    @extend_schema(
        operation_id="lock_code",
        request=shapes.CodeInSerializer,
        responses={200: shapes.CodingItemSerializer, **REFUSALS},
    )
    def post(self, request: Request, key: str, subject: str) -> Response:
        """Lock a code. The same again is the same act; another one is refused."""
        body = _body(request, shapes.CodeInSerializer)
        coder = self.admitted.membership(Part.CODER)
        return self._after(subject, lambda item: codes.submit_code(item, coder, body["categories"], body["remark"]))


class AdjudicationView(ItemView):
    """The decision between two codes."""

    @extend_schema(
        operation_id="adjudicate_error",
        request=shapes.AdjudicationInSerializer,
        responses={200: shapes.CodingItemSerializer, **REFUSALS},
    )
    def post(self, request: Request, key: str, subject: str) -> Response:
        """Decide, where both codes are locked and differ."""
        body = _body(request, shapes.AdjudicationInSerializer)
        adjudicator = self.admitted.membership(Part.ADJUDICATOR)
        return self._after(subject, lambda item: codes.adjudicate(item, adjudicator, body["categories"], body["reason"]))


class CodingOverviewView(StudyView):
    """The investigator's view."""

    @extend_schema(operation_id="coding_overview", responses={200: shapes.CodingOverviewSerializer, 404: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """Counts by source and category, agreement, open adjudications."""
        return Response(shapes.CodingOverviewSerializer(overview.overview(self.admitted.study)).data)


class CodesExportView(StudyView):
    """The codes as a table."""

    @extend_schema(
        operation_id="export_codes",
        responses={(200, "text/csv"): OpenApiTypes.STR, 404: ErrorSerializer, 409: ErrorSerializer},
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        """CSV: one row for each error that both coders locked."""
        if self.admitted.study.state != ReaderStudy.State.UNBLINDED:
            raise ApiError(409, "not_unblinded", "Errors are coded once the study is unblinded.")
        response = HttpResponse(codes_as_csv(self.admitted.study), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="error-codes.csv"'
        return response


def _body(request: Request, shape: type[shapes.Shape]) -> dict[str, Any]:
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
