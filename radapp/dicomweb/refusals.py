"""What DICOMweb refuses, as errors with the application's one body; no sentence here says anything of a study."""

import functools
from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException

from radapp.accounts.errors import error_response
from radapp.dicomweb.errands import Errand

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Refusal(Exception):  # noqa: N818 - it names an answer, not a fault
    """An answer other than success."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})


def bad_request(detail: str) -> Refusal:
    """400: the request cannot be read."""
    return Refusal(400, "bad_request", detail)


def not_acceptable(detail: str) -> Refusal:
    """406: nothing that the client accepts can be sent."""
    return Refusal(406, "not_acceptable", detail)


def warning(words: str) -> str:
    """One value of a Warning header (RFC 7234 section 5.5): ASCII, whatever names stand in it."""
    plain = words.encode("ascii", "replace").decode().replace("\\", "/").replace('"', "'")
    return f'299 {settings.PUBLIC_URL}: "{plain}"'


def answering(view: View[P]) -> View[P]:
    """Turn a Refusal, or an error that the archive names, into its JSON answer; the request's errand ends with it."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response: HttpResponseBase | None = None
        try:
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            response = _refused(refusal)
        except APIException as error:  # as a store of bytes that does not answer
            response = _refused(Refusal(error.status_code, str(error.get_codes()), str(error.detail)))
        finally:
            _end_errand(vars(request).get("errand"), response)
        return response

    return wrapped


def _refused(refusal: Refusal) -> HttpResponseBase:
    """The refusal as an answer."""
    response = error_response(refusal.status, refusal.code, refusal.detail)
    vars(response)["_has_been_logged"] = True  # an answer, not a fault: Django would log each 502 and 503
    for name, value in refusal.headers.items():
        response[name] = value
    return response


def _end_errand(errand: Errand | None, response: HttpResponseBase | None) -> None:
    if errand is None:
        return
    if response is None:
        for end in errand.ends:
            end()
        return
    for words in errand.warnings:
        response["Warning"] = ", ".join(filter(None, [response.get("Warning", ""), warning(words)]))
    # As Django itself does with a file that it streams: closed when the last octet is sent, or the client is gone.
    vars(response)["_resource_closers"].extend(errand.ends)
