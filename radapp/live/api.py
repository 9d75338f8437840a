"""Health for supervisors, the status line for the page, and the event stream's address for plain WSGI servers."""

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp.accounts.errors import ApiError, ErrorSerializer
from radapp.live.facts import Status, readiness, status


def health_live(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all."""
    return JsonResponse({"status": "alive"})


def health_ready(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and at least one worker answer, else 503; either way says which of them do."""
    found = readiness()
    response = JsonResponse(asdict(found), status=200 if found.status == "ready" else 503)
    # A supervisor asks every second while the worker starts: no error for the log (Django's own mark for that).
    vars(response)["_has_been_logged"] = True
    return response


class WorkerAliveSerializer(serializers.Serializer[object]):
    """A worker that answers."""

    name = serializers.CharField()
    alive_at = serializers.DateTimeField()


class DemoSerializer(serializers.Serializer[object]):
    """How far the demonstration is prepared."""

    preparing = serializers.BooleanField()
    expected = serializers.IntegerField(help_text="Synthetic studies it will hold.")
    studies = serializers.IntegerField()
    triaged = serializers.IntegerField()
    message = serializers.CharField()


class StatusSerializer(serializers.Serializer[Status]):
    """The status line."""

    workers = WorkerAliveSerializer(many=True)
    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    demo = DemoSerializer(allow_null=True)
    set_aside_waiting = serializers.IntegerField()


class StatusView(APIView):
    """The status line, for the clinical roles."""

    @extend_schema(
        operation_id="status_retrieve", responses={200: StatusSerializer, 401: ErrorSerializer, 403: ErrorSerializer}
    )
    def get(self, request: Request) -> Response:
        """Workers that answer, runs open, preparation of the demonstration, instances set aside."""
        return Response(StatusSerializer(status()).data)


class EventsView(APIView):
    """The event stream's address as Django sees it. radapp.asgi answers GET before Django is asked."""

    @extend_schema(
        operation_id="events_stream",
        parameters=[
            OpenApiParameter(
                "Last-Event-ID", OpenApiTypes.INT, OpenApiParameter.HEADER, description="Resume after this event."
            )
        ],
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR,
                description="`event: study` with `id:` and `data: {uid}` for each changed study; `event: status` with the "
                "status line's facts when they change; a comment every 15 s.",
            ),
            401: ErrorSerializer,
            403: ErrorSerializer,
        },
    )
    def get(self, request: Request) -> Response:
        """Server-sent events: which studies changed, and the status line."""
        detail = "This server runs plain WSGI, which cannot hold event streams. Run radapp.asgi:application with granian."
        raise ApiError(501, "no_event_stream", detail)
