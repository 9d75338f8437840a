"""Refusals in words: every error body of the application is {"code", "detail", "reference"}, and none names a study."""

import logging
import secrets
import sys
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, MethodNotAllowed, NotAuthenticated, NotFound, ValidationError
from rest_framework.exceptions import PermissionDenied as ApiPermissionDenied
from rest_framework.response import Response
from rest_framework.views import exception_handler

from radapp.accounts.access import is_program_path

logger = logging.getLogger(__name__)

NOT_SIGNED_IN = "Sign in first, or send a token: Authorization: Bearer …"
NOT_FOUND = "There is nothing at this address."
DATABASE_GONE = "The database does not answer; nothing was half-done. Try again in a moment."
SERVER_ERROR = "The server failed on this request; nothing was half-done. Quote the reference when you report it."


class ErrorSerializer(serializers.Serializer[dict[str, object]]):
    """The body of every error."""

    code = serializers.CharField(help_text="A word for programs, such as not_signed_in.")
    detail = serializers.CharField(help_text="A sentence for people: what was found, what was expected, what to do.")
    reference = serializers.CharField(allow_null=True, help_text="Stands in the server's log beside the cause, or null.")


class FieldProblemSerializer(serializers.Serializer[dict[str, object]]):
    """What is wrong with one field of what was sent."""

    field = serializers.CharField(help_text="A path, such as design.arms.0.key.")
    detail = serializers.CharField()


class ProblemsErrorSerializer(ErrorSerializer):
    """The body of an error that tells of several fields."""

    problems = FieldProblemSerializer(many=True)


class ApiError(APIException):
    """A refusal with its own status and code: `raise ApiError(409, "nothing_to_confirm", "…")`.

    `problems`: [{field, detail}], where several fields are to be told of; they stand beside the detail.
    """

    def __init__(
        self, status_code: int, code: str, detail: str, problems: Sequence[Mapping[str, str]] | None = None
    ) -> None:
        super().__init__(detail=detail, code=code)
        self.status_code = status_code
        self.problems = problems


def error_response(status_code: int, code: str, detail: str, reference: str | None = None) -> JsonResponse:
    """The error body as a plain Django response."""
    response = JsonResponse({"code": code, "detail": detail, "reference": reference}, status=status_code)
    if status_code == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="DARNDEST"'
    return response


def _sentences(detail: object) -> str:
    """REST framework's nested details as one line: `field: sentence; other: sentence`."""
    if isinstance(detail, dict):
        parts = [
            _sentences(value) if key == "non_field_errors" else f"{key}: {_sentences(value)}"
            for key, value in detail.items()
        ]
        return "; ".join(parts)
    if isinstance(detail, list):
        return " ".join(filter(None, map(_sentences, detail)))
    return str(detail)


def _code(error: APIException) -> str:
    """The word for programs that stands for this exception."""
    if isinstance(error, ValidationError):
        return "invalid"
    if isinstance(error, NotAuthenticated):
        return "not_signed_in"
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def handle_exception(error: Exception, context: dict[str, object]) -> Response | None:
    """REST framework's exceptions in our one shape; any other goes on to `server_error` with its trace in the log."""
    if isinstance(error, Http404):
        error = NotFound(NOT_FOUND)
    elif isinstance(error, PermissionDenied) and not isinstance(error, APIException):
        error = ApiPermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, APIException):
        return response
    detail = NOT_SIGNED_IN if isinstance(error, NotAuthenticated) else _sentences(error.detail)
    if isinstance(error, MethodNotAllowed):
        detail = f"{detail} See /api/docs/ for what this address takes."
    response.data = {"code": _code(error), "detail": detail, "reference": None}
    if isinstance(error, ApiError) and error.problems is not None:
        response.data["problems"] = list(error.problems)
    return response


def _page(status_code: int, words: str) -> HttpResponse:
    """A page in words alone, for people; every value in it is ours."""
    return HttpResponse(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>DARNDEST</title><main><h1>{words}</h1><p><a href='/'>To the first page</a></p></main></html>\n",
        status=status_code,
    )


def _answer(request: HttpRequest, status_code: int, code: str, words: str, reference: str | None = None) -> HttpResponse:
    if is_program_path(request.path_info):
        return error_response(status_code, code, words, reference)
    return _page(status_code, f"{words} Reference: {reference}" if reference else words)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 outside REST framework. Says nothing of the request back."""
    return _answer(request, 400, "bad_request", "The request is not one this server can read.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 outside REST framework."""
    return _answer(request, 403, "permission_denied", "Your role does not include this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for an unknown address or object: the same words for both. Programs that are not signed in get 401 for either."""
    user = getattr(request, "user", None)
    if is_program_path(request.path_info) and not (user is not None and user.is_authenticated):
        return error_response(401, "not_signed_in", NOT_SIGNED_IN)
    return _answer(request, 404, "not_found", NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a reference; Django logs the trace in the next line. 503 where the database does not answer."""
    reference = secrets.token_hex(4)
    name = request.resolver_match.view_name if request.resolver_match else "no view"
    logger.error("reference %s: %s %s failed", reference, request.method, name)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _answer(request, 503, "database_unavailable", DATABASE_GONE, reference)
        response["Retry-After"] = "5"
        return response
    return _answer(request, 500, "server_error", SERVER_ERROR, reference)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 where a cookie-bearing request lacks the CSRF token."""
    words = f"The request lacks a valid CSRF token ({reason or 'no reason given'}). Reload the page and try again."
    return _answer(request, 403, "csrf_failed", words)
