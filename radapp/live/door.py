"""Admission to the event stream, which is answered before Django's middleware: the same registry, cookie and tokens."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, JsonResponse, parse_cookie

from radapp.accounts.access import Verdict, judge
from radapp.accounts.authentication import BEARER_REFUSED, recognise_bearer
from radapp.accounts.errors import NOT_SIGNED_IN, error_response
from radapp.accounts.kiosks import kiosk_of_cookies

SESSIONS = import_module(settings.SESSION_ENGINE)


@dataclass(frozen=True)
class Refusal:
    """Why a client may not listen: HTTP status and the error body."""

    status: int
    body: bytes


def _refusal(response: JsonResponse) -> Refusal:
    return Refusal(response.status_code, response.content)


def _request(headers: Mapping[str, str]) -> HttpRequest:
    """As much of a Django request as recognising a person takes."""
    request = HttpRequest()
    request.META = {"SERVER_NAME": "", "SERVER_PORT": "", "HTTP_HOST": headers.get("host", "")}
    request.META["HTTP_AUTHORIZATION"] = headers.get("authorization", "")
    request.COOKIES = parse_cookie(headers.get("cookie", ""))
    request.session = SESSIONS.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return request


def recognised(headers: Mapping[str, str]) -> HttpRequest:
    """A request whose `user` is who sends these headers (by lower-case name). Raises DisallowedHost."""
    request = _request(headers)
    request.get_host()
    recognise_bearer(request)
    if "bearer_user" not in vars(request):
        request.user = get_user(request)
    return request


def refusal(headers: Mapping[str, str], url_name: str) -> Refusal | None:
    """None where the registry lets this client GET the named URL; `headers` by lower-case name."""
    try:
        request = recognised(headers)
    except DisallowedHost:
        return _refusal(error_response(400, "bad_request", "This host name is not served; see ALLOWED_HOSTS."))
    facts = vars(request)
    verdict = judge(url_name, "GET", request.user, at_kiosk=kiosk_of_cookies(request.COOKIES) is not None)
    if verdict is Verdict.ALLOWED:
        return None
    if verdict is Verdict.SIGN_IN_FIRST:
        words = BEARER_REFUSED if facts.get("bearer_refused") else NOT_SIGNED_IN
        return _refusal(error_response(401, "not_signed_in", words))
    return _refusal(error_response(403, "permission_denied", "Your role does not include this."))
