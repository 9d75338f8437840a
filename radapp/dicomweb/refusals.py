"""What DICOMweb refuses, as errors with the application's one body; no sentence here says anything of a study."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from radapp.accounts.errors import error_response

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Refusal(Exception):  # noqa: N818 - it names an answer, not a fault
    """An answer other than success."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


def bad_request(detail: str) -> Refusal:
    """400: the request cannot be read."""
    return Refusal(400, "bad_request", detail)


def not_acceptable(detail: str) -> Refusal:
    """406: nothing that the client accepts can be sent."""
    return Refusal(406, "not_acceptable", detail)


def answering(view: View[P]) -> View[P]:
    """Turn a Refusal into its JSON answer."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return error_response(refusal.status, refusal.code, refusal.detail)

    return wrapped
