"""Cross-origin requests to DICOMweb from the pages that DICOMWEB_CORS_ORIGINS names, and from no others.

Such pages send a bearer token; this server's cookies are for its own pages (no Access-Control-Allow-Credentials).
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

PREFIXES = ("/dicom-web/", "/wado")
METHODS = "GET, POST, DELETE, OPTIONS"
REQUEST_HEADERS = "Accept, Authorization, Content-Type, If-None-Match, If-Range, Range, X-Deletion-Reason"
SHOWN_HEADERS = "Accept-Ranges, Content-Length, Content-Location, Content-Range, ETag, Warning, X-Total-Count"
PREFLIGHT_SECONDS = 600


class CorsMiddleware:
    """Answers preflights of named origins before anybody is asked who they are, and marks their answers as readable."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origins = settings.DICOMWEB_CORS_ORIGINS
        if not origins or not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        origin = request.headers.get("Origin", "")
        named = origin in origins
        if named and request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = METHODS
            response["Access-Control-Allow-Headers"] = REQUEST_HEADERS
            response["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        else:
            response = self.get_response(request)
            if named:
                response["Access-Control-Expose-Headers"] = SHOWN_HEADERS
        if named:
            response["Access-Control-Allow-Origin"] = origin
        patch_vary_headers(response, ["Origin"])
        return response
