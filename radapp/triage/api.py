"""HTTP of triage: worklist, result, scope, confirmation, retry."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp.triage import serializers as shapes


class WorklistView(APIView):
    """The worklist: searched, filtered, sorted and paged by the database."""

    @extend_schema(
        operation_id="worklist", parameters=[shapes.WorklistPageQuerySerializer], responses=shapes.WorklistSerializer
    )
    def get(self, request: Request) -> Response:
        """One page."""
        raise NotImplementedError


class NeighboursView(APIView):
    """The studies before and after one, under the worklist's filters and order."""

    @extend_schema(
        operation_id="worklist_neighbours",
        parameters=[shapes.NeighboursQuerySerializer],
        responses=shapes.NeighboursSerializer,
    )
    def get(self, request: Request) -> Response:
        """Previous and next."""
        raise NotImplementedError


class ResultView(APIView):
    """Where one study stands and what was found."""

    @extend_schema(operation_id="study_result", responses=shapes.ResultSerializer)
    def get(self, request: Request, uid: str) -> Response:
        """The result; `state` is waiting while nothing has been considered yet."""
        raise NotImplementedError


class ScopeView(APIView):
    """The scope questions of one examination."""

    @extend_schema(operation_id="study_scope", responses=shapes.ScopeSerializer)
    def get(self, request: Request, uid: str) -> Response:
        """Questions and newest answers."""
        raise NotImplementedError

    @extend_schema(
        operation_id="answer_study_scope", request=shapes.ScopeAnswersSerializer, responses=shapes.ScopeSerializer
    )
    def post(self, request: Request, uid: str) -> Response:
        """Answer some or all; the newest answer counts, all are kept."""
        raise NotImplementedError


class ConfirmationView(APIView):
    """A radiologist's decision about the current result."""

    @extend_schema(operation_id="confirm_study", request=shapes.DecisionSerializer, responses=shapes.ResultSerializer)
    def post(self, request: Request, uid: str) -> Response:
        """Confirm the advice, or override it with a reason."""
        raise NotImplementedError


class RetryView(APIView):
    """A failed run, tried again."""

    @extend_schema(operation_id="retry_study", request=None, responses=shapes.ResultSerializer)
    def post(self, request: Request, uid: str) -> Response:
        """Queue it again with fresh attempts."""
        raise NotImplementedError
