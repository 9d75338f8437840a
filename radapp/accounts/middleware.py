"""The one door: recognises who asks, then lets through only what the access registry allows."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from radapp.accounts.access import Verdict, is_program_path, judge, methods_of
from radapp.accounts.authentication import BEARER_REFUSED, recognise_bearer
from radapp.accounts.errors import NOT_SIGNED_IN, error_response, forbidden, not_found
from radapp.accounts.kiosks import kiosk_of, recognise_kiosk


class AccessMiddleware:
    """Deny by default: a view runs only where a rule names its URL, the method and one of the person's roles."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        recognise_bearer(request)
        recognise_kiosk(request)
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse here, or return None so that the view runs."""
        assert request.resolver_match is not None
        assert request.method is not None
        name = request.resolver_match.view_name
        verdict = judge(name, request.method, request.user, at_kiosk=kiosk_of(request) is not None)
        if verdict is Verdict.ALLOWED:
            return None
        if verdict is Verdict.SIGN_IN_FIRST:
            return _sign_in_first(request)
        if verdict is Verdict.NO_RULE:
            return not_found(request, LookupError(name))
        if verdict is Verdict.WRONG_METHOD:
            allowed = ", ".join(methods_of(name))
            words = f"{request.method} is not answered here; this address takes {allowed}."
            response = error_response(405, "method_not_allowed", words)
            response["Allow"] = allowed
            return response
        return forbidden(request, PermissionError(name))


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """401 for programs; people at a page are led to the sign-in page and back."""
    if is_program_path(request.path_info):
        detail = BEARER_REFUSED if vars(request).get("bearer_refused") else NOT_SIGNED_IN
        return error_response(401, "not_signed_in", detail)
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path(), safe='/')}")
