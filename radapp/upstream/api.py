"""HTTP of the sources: how they stand, their studies, the outbox, and taking a study in. Who may: access.py."""

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.dicomweb.errands import Errand, errand_of
from radapp.dicomweb.refusals import Refusal
from radapp.upstream import browsing, overview, retrieval, sources, viewing
from radapp.upstream import serializers as shapes
from radapp.upstream.models import Delivery


class SourcesView(APIView):
    """The sources, the cache, and counts of the outbox."""

    @extend_schema(operation_id="sources", responses=shapes.SourcesSerializer)
    def get(self, request: Request) -> Response:
        """As they stand now; no source is asked."""
        return Response(shapes.SourcesSerializer(overview.overview()).data)


class SourceTestView(APIView):
    """Asking a source whether it is there."""

    @extend_schema(operation_id="test_source", request=shapes.SourceNameSerializer, responses=shapes.SourceTestSerializer)
    def post(self, request: Request) -> Response:
        """Ask it now, whatever its pause; an answer ends the pause."""
        named = shapes.SourceNameSerializer(data=request.data)
        named.is_valid(raise_exception=True)
        try:
            source = sources.named(named.validated_data["name"])
        except ValidationError as error:
            raise ApiError(404, "not_found", error.messages[0]) from error
        return Response(shapes.SourceTestSerializer(vars(sources.test(source))).data)


class OutboxView(APIView):
    """Results on their way to sources."""

    @extend_schema(
        operation_id="outbox",
        parameters=[OpenApiParameter("state", str, enum=[state.value for state in Delivery.State])],
        responses=shapes.DeliverySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """What needs somebody first, then the newest; 200 at most."""
        state = request.query_params.get("state", "")
        found = overview.deliveries(state if state in Delivery.State.values else "")
        return Response(shapes.DeliverySerializer(found, many=True).data)


def _answer(request: Request, shape: type[Serializer[Any]], find: Callable[[Errand], dict[str, Any]]) -> Response:
    """What is found, or word to our own ASGI application that it has to be waited for (radapp.upstream.patience)."""
    try:
        return Response(shape(find(errand_of(request._request))).data)
    except Refusal as refusal:
        error = {"code": refusal.code, "detail": refusal.detail, "reference": None}
        return Response(error, status=refusal.status, headers=refusal.headers)


class UpstreamStudiesView(APIView):
    """Studies that are not held here."""

    @extend_schema(
        operation_id="upstream_studies",
        parameters=[shapes.UpstreamSearchSerializer],
        responses=shapes.UpstreamStudiesSerializer,
    )
    def get(self, request: Request) -> Response:
        """With a search every source is asked; without one, those that were opened or prefetched. 50 at most."""
        asked = shapes.UpstreamSearchSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = browsing.Wanted(**asked.validated_data)
        return _answer(request, shapes.UpstreamStudiesSerializer, lambda errand: browsing.studies(errand, wanted))


class UpstreamStudyView(APIView):
    """How one study stands between here and its source."""

    @extend_schema(operation_id="upstream_study", responses=shapes.UpstreamStudySerializer)
    def get(self, request: Request, uid: str) -> Response:
        """A study that is known nowhere yet is asked for at every source. Its patient and series count as an opening."""
        return _answer(request, shapes.UpstreamStudySerializer, lambda errand: viewing.study(errand, uid))


class RetrievalView(APIView):
    """Taking a study in for good."""

    @extend_schema(operation_id="retrieve_study", request=None, responses={202: shapes.RetrievalSerializer})
    def post(self, request: Request, uid: str) -> Response:
        """Ask for it: the courier fetches it whole, then it is held here and triaged. Asking twice is asking once."""
        wish = retrieval.ask_for(uid, cast(User, request.user))
        return Response(shapes.RetrievalSerializer(wish).data, status=202)
