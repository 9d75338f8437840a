"""The headers that every answer of the application has, taken from the middleware that sets them."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

Headers = list[tuple[bytes, bytes]]

# Those that add the same headers to every answer; the others decide who may, which is done in admission.
_HEADER_MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)


@lru_cache(maxsize=16)  # one of its names is the client's to choose
def standing_headers(scheme: str, forwarded: str) -> Headers:
    """What the settings' middleware adds to an answer for a request that came by this scheme."""
    request = HttpRequest()
    request.META = {"wsgi.url_scheme": scheme, "HTTP_X_FORWARDED_PROTO": forwarded, "SERVER_NAME": "", "SERVER_PORT": ""}
    vars(request)["_get_scheme"] = lambda: scheme

    def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse()

    handler = answer
    for name in reversed(settings.MIDDLEWARE):
        if name in _HEADER_MIDDLEWARE:
            handler = import_string(name)(handler)
    response = handler(request)
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.items()
        if name != "Content-Type"
    ]
