"""HTTP of the console: the table, decisions and scope answers by PIN. Who may call each stands in access.py."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from radapp.accounts.errors import ApiError, ErrorSerializer
from radapp.accounts.kiosks import COOKIE, LASTS, PATH, kiosk_of, kiosk_of_token
from radapp.accounts.models import User
from radapp.archive.models import Study
from radapp.console import examinations, pins, shadow, shapes
from radapp.triage import decisions, scope

UNKNOWN_TOKEN = "The token is not known here or was revoked. Make one: manage.py create_kiosk NAME"  # noqa: S105 - a sentence
SHADOW = "Shadow mode: the console shows no advice, so nothing is decided at it."
NO_STREAM = "This server runs plain WSGI, which cannot hold event streams. Run radapp.asgi:application with granian."


def _body(request: Request, shape: type[Serializer[Any]]) -> dict[str, Any]:
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _keep_cookie(response: Response, token: str) -> Response:
    """The kiosk's token goes to the console's addresses alone, never from another site, and no script reads it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=LASTS,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


class ConsoleView(APIView):
    """The registry in access.py has decided who may call; a browser's cookie needs the CSRF token beside it."""

    permission_classes = (AllowAny,)

    @method_decorator(sensitive_post_parameters())
    @method_decorator(csrf_protect)
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """As REST framework does, behind the CSRF check that it leaves to session authentication."""
        return super().dispatch(request, *args, **kwargs)


class ConsoleSessionView(ConsoleView):
    """Which screen this is."""

    @extend_schema(operation_id="console_session", responses={200: shapes.KioskSerializer, 401: ErrorSerializer})
    def get(self, request: Request) -> Response:
        """The kiosk's name; its cookie is renewed."""
        kiosk = kiosk_of(request._request)
        response = Response(shapes.KioskSerializer({"kiosk": kiosk.name if kiosk else ""}).data)
        return _keep_cookie(response, request._request.COOKIES[COOKIE]) if kiosk else response

    @extend_schema(
        operation_id="open_console",
        request=shapes.KioskTokenSerializer,
        responses={200: shapes.KioskSerializer, 403: ErrorSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make this browser the kiosk of this token."""
        token = _body(request, shapes.KioskTokenSerializer)["token"].strip()
        kiosk = kiosk_of_token(token)
        if kiosk is None:
            raise ApiError(403, "unknown_kiosk", UNKNOWN_TOKEN)
        return _keep_cookie(Response(shapes.KioskSerializer({"kiosk": kiosk.name}).data), token)


class ConsoleTableView(ConsoleView):
    """The table."""

    @extend_schema(operation_id="console_table", responses=shapes.TableSerializer)
    def get(self, request: Request) -> Response:
        """As it stands now; the event stream tells of every change."""
        return Response(shapes.TableSerializer(examinations.present()).data)


class ConsoleEventsView(ConsoleView):
    """The console's event stream as Django sees it. radapp.asgi answers GET before Django is asked."""

    @extend_schema(
        operation_id="console_events",
        responses={
            (200, "text/event-stream"): OpenApiResponse(
                OpenApiTypes.STR,
                description="`event: table` with the table as `data:` at once and whenever it changes; `event: beat` every "
                "second; `event: trouble` while the server cannot read it. No beat for three seconds: the advice is void.",
            ),
            401: ErrorSerializer,
        },
    )
    def get(self, request: Request) -> Response:
        """Server-sent events: the table."""
        raise ApiError(501, "no_event_stream", NO_STREAM)


class ConsolePeopleView(ConsoleView):
    """Who may decide here."""

    @extend_schema(operation_id="console_people", responses=shapes.ConsolePersonSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Those with a PIN, by name."""
        return Response(shapes.ConsolePersonSerializer(pins.people(), many=True).data)


class ConsoleScopeView(ConsoleView):
    """The scope questions of one examination on the table."""

    @extend_schema(operation_id="console_scope", responses=shapes.ConsoleQuestionSerializer(many=True))
    def get(self, request: Request, id: int) -> Response:
        """Questions and newest answers."""
        return _questions(_study(id))

    @extend_schema(
        operation_id="answer_console_scope",
        request=shapes.ConsoleAnswersSerializer,
        responses=shapes.ConsoleQuestionSerializer(many=True),
    )
    def post(self, request: Request, id: int) -> Response:
        """Answer some or all, as the person whose PIN it is; the newest answer counts, all are kept."""
        study, body = _study(id), _body(request, shapes.ConsoleAnswersSerializer)
        person = pins.person_of(body["person"], body["pin"])
        _decide(lambda: decisions.answer_scope(study=study, answers=body["answers"], user=person, place=_place(request)))
        return _questions(study)


class ConsoleDecisionView(ConsoleView):
    """A named person's decision about contrast."""

    @extend_schema(
        operation_id="decide_at_console",
        request=shapes.ConsoleDecisionSerializer,
        responses={
            200: shapes.TableSerializer,
            403: ErrorSerializer,
            409: ErrorSerializer,
            429: ErrorSerializer,
        },
    )
    def post(self, request: Request, id: int) -> Response:
        """Confirm the advice, or override it with a reason."""
        study, body = _study(id), _body(request, shapes.ConsoleDecisionSerializer)
        person = pins.person_of(body.pop("person"), body.pop("pin"))
        if not shadow.is_shown():
            raise ApiError(409, "shadow_mode", SHADOW)
        _decide(lambda: decisions.confirm(study=study, user=person, place=_place(request), **body))
        return Response(shapes.TableSerializer(examinations.present()).data)


def _study(study_id: int) -> Study:
    """The study, while it is on the table: no other is the console's."""
    study = examinations.on_table_or_none(study_id)
    if study is None:
        raise Http404("No examination of this number is on the table.")
    return study


def _questions(study: Study) -> Response:
    found = scope.standings([study.pk])[study.pk].questions
    return Response(shapes.ConsoleQuestionSerializer(found, many=True).data)


def _place(request: Request) -> str:
    """For the audit trail: at which screen."""
    kiosk = kiosk_of(request._request)
    return f"console {kiosk.name}" if kiosk else f"console page of {cast(User, request.user).username}"


def _decide(decide: Callable[[], object]) -> None:
    """Carry out a decision; one that does not fit what is stored becomes 409 (400 for an unknown question)."""
    try:
        decide()
    except decisions.DecisionRefused as refused:
        raise ApiError(400 if refused.code == "unknown_question" else 409, refused.code, str(refused)) from refused
