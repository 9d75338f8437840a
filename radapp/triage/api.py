"""HTTP of triage: worklist, result, scope, confirmation, retry. Who may call each stands in access.py."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from radapp.accounts import audit
from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.archive.models import Study
from radapp.archive.selectors import clinical_studies, study_or_404
from radapp.triage import decisions, scope, selectors, worklist
from radapp.triage import serializers as shapes


def _query(request: Request, shape: type[Serializer[Any]]) -> tuple[worklist.Query, dict[str, Any]]:
    """The worklist's query from the URL, and all its checked parameters."""
    given = request.query_params.dict()
    for name in ("tier", "state", "source"):
        given[name] = ",".join(request.query_params.getlist(name))
    serializer = shape(data=given)
    serializer.is_valid(raise_exception=True)
    values = serializer.validated_data
    chosen = {name: [one for one in values[name].split(",") if one] for name in ("tier", "state", "source")}
    try:
        query = worklist.Query(
            search=values["search"],
            tiers=chosen["tier"],
            states=chosen["state"],
            sources=chosen["source"],
            date_from=values["date_from"],
            date_to=values["date_to"],
            ordering=values["ordering"],
        )
    except worklist.UnknownChoice as error:
        raise ValidationError(str(error)) from error
    return query, values


def _person(request: Request) -> User:
    """Who asks; the registry has let no anonymous client through."""
    return cast(User, request.user)


def _decide(decide: Callable[[], object]) -> None:
    """Carry out a decision; one that does not fit what is stored becomes 409 (400 for an unknown question)."""
    try:
        decide()
    except decisions.DecisionRefused as refused:
        code = status.HTTP_400_BAD_REQUEST if refused.code == "unknown_question" else status.HTTP_409_CONFLICT
        raise ApiError(code, refused.code, str(refused)) from refused


def _body(request: Request, shape: type[Serializer[Any]]) -> dict[str, Any]:
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _result(study: Study) -> Response:
    return Response(shapes.ResultSerializer(selectors.result(study)).data)


def _scope(study: Study) -> Response:
    return Response(shapes.ScopeSerializer(scope.standings([study.pk])[study.pk].as_shape()).data)


class WorklistView(APIView):
    """The worklist: searched, filtered, sorted and paged by the database."""

    @extend_schema(
        operation_id="worklist", parameters=[shapes.WorklistPageQuerySerializer], responses=shapes.WorklistSerializer
    )
    def get(self, request: Request) -> Response:
        """One page."""
        query, values = _query(request, shapes.WorklistPageQuerySerializer)
        studies = clinical_studies(_person(request))
        totals = worklist.totals(studies)
        count = worklist.counted(worklist.filtered(studies, query)) if query.filters else totals.studies
        answer = {
            "count": count,
            "page": values["page"],
            "page_size": values["page_size"],
            "totals": asdict(totals),
            "results": selectors.rows(worklist.page(studies, query, values["page"], values["page_size"], count)),
        }
        return Response(shapes.WorklistSerializer(answer).data)


class NeighboursView(APIView):
    """The studies before and after one, under the worklist's filters and order."""

    @extend_schema(
        operation_id="worklist_neighbours",
        parameters=[shapes.NeighboursQuerySerializer],
        responses=shapes.NeighboursSerializer,
    )
    def get(self, request: Request) -> Response:
        """Previous and next."""
        query, values = _query(request, shapes.NeighboursQuerySerializer)
        found = worklist.neighbours(clinical_studies(_person(request)), query, values["uid"])
        return Response(shapes.NeighboursSerializer(found).data)


class ResultView(APIView):
    """Where one study stands and what was found."""

    @extend_schema(operation_id="study_result", responses=shapes.ResultSerializer)
    def get(self, request: Request, uid: str) -> Response:
        """The result; `state` is waiting while nothing has been weighed yet. Counts as opening the examination."""
        study = study_or_404(_person(request), uid)
        audit.record_opening(_person(request), study.study_instance_uid)
        return _result(study)


class ScopeView(APIView):
    """The scope questions of one examination."""

    @extend_schema(operation_id="study_scope", responses=shapes.ScopeSerializer)
    def get(self, request: Request, uid: str) -> Response:
        """Questions and newest answers."""
        return _scope(study_or_404(_person(request), uid))

    @extend_schema(
        operation_id="answer_study_scope", request=shapes.ScopeAnswersSerializer, responses=shapes.ScopeSerializer
    )
    def post(self, request: Request, uid: str) -> Response:
        """Answer some or all; the newest answer counts, all are kept."""
        study = study_or_404(_person(request), uid)
        answers = _body(request, shapes.ScopeAnswersSerializer)["answers"]
        _decide(lambda: decisions.answer_scope(study=study, answers=answers, user=_person(request)))
        return _scope(study)


class ConfirmationView(APIView):
    """A radiologist's decision about the current result."""

    @extend_schema(operation_id="confirm_study", request=shapes.DecisionSerializer, responses=shapes.ResultSerializer)
    def post(self, request: Request, uid: str) -> Response:
        """Confirm the advice, or override it with a reason."""
        study = study_or_404(_person(request), uid)
        decision = _body(request, shapes.DecisionSerializer)
        _decide(lambda: decisions.confirm(study=study, user=_person(request), **decision))
        return _result(study)


class RetryView(APIView):
    """A failed run, tried again."""

    @extend_schema(operation_id="retry_study", request=None, responses=shapes.ResultSerializer)
    def post(self, request: Request, uid: str) -> Response:
        """Queue it again with fresh attempts."""
        study = study_or_404(_person(request), uid)
        _decide(lambda: decisions.retry(study=study, user=_person(request)))
        return _result(study)
