"""The pages: every address a person sees is one built index page; the front end's router does the rest."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import ensure_csrf_cookie

from radapp.accounts.access import CLINICAL
from radapp.accounts.models import User

NOT_BUILT = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>DARNDEST</title>"
    "<h1>The front end has not been built</h1>"
    "<p>Run <code>make demo</code>, or in <code>frontend/</code>: <code>npm ci</code>, then <code>npm run build</code>; "
    "then start the server again.</p></html>"
)


def index_file() -> Path:
    """Where the build puts its index page."""
    return Path(settings.FRONTEND_DIST) / "index.html"


@ensure_csrf_cookie
def index(request: HttpRequest, **address: str) -> HttpResponse:
    """The index page, the same for every address and person: it knows nothing until it asks the API."""
    try:
        response = HttpResponse(index_file().read_bytes())
    except FileNotFoundError:
        response = HttpResponse(NOT_BUILT, status=503)
    response["Cache-Control"] = "no-store"
    return response


def home(request: HttpRequest) -> HttpResponse:
    """Clinical roles begin at the worklist; the others see what their role will hold."""
    if isinstance(request.user, User) and request.user.roles & CLINICAL:
        return HttpResponseRedirect("/worklist/")
    return index(request)
