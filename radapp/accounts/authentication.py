"""Who sends a request: a bearer token, recognised once in the middleware, or the session cookie."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from radapp.accounts.models import AccessToken, Kiosk, User

TOKEN_PREFIX = "darndest_"  # noqa: S105 - a prefix by which people and scanners recognise a token
LAST_USED_EVERY = timedelta(minutes=5)
BEARER_REFUSED = (
    "The bearer token is not known here, was revoked, or its owner is inactive. Make one: manage.py create_token USER"
)


def digest_of(token: str) -> str:
    """SHA-256 of a token's text, the only thing the database keeps."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(user: User) -> str:
    """Store a new token of this person and return its text, shown once."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    AccessToken.objects.create(user=user, digest=digest_of(token))
    return token


def user_of_token(token: str) -> User | None:
    """The active owner of a known, unrevoked token; notes at most every five minutes that it was used."""
    found = (
        AccessToken.objects.select_related("user")
        .filter(digest=digest_of(token), revoked_at=None, user__is_active=True)
        .first()
    )
    if found is None:
        return None
    note_use(found)
    return found.user


def note_use(token: AccessToken | Kiosk) -> None:
    """Note that a token was used, at most every five minutes."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - LAST_USED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_EVERY)
        type(token).objects.filter(stale, pk=token.pk).update(last_used_at=now)


def bearer_text(authorization: str) -> str | None:
    """The token in an Authorization header's value, or None where it names no bearer token."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def recognise_bearer(request: HttpRequest) -> None:
    """Put a bearer token's owner into `request.user`, free of CSRF checks; an unknown token makes the client anonymous.

    Called once by the middleware; plain views and REST framework's share the outcome through `request.user`.
    """
    token = bearer_text(request.META.get("HTTP_AUTHORIZATION", ""))
    if token is None:
        return
    owner = user_of_token(token)
    request.user = owner or AnonymousUser()
    vars(request)["bearer_user"] = owner
    vars(request)["bearer_refused"] = owner is None
    # No browser sends this header by itself, so there is nothing to forge; Django's own switch for that.
    vars(request)["_dont_enforce_csrf_checks"] = True


class BearerTokenAuthentication(BaseAuthentication):
    """REST framework's view of what the middleware recognised."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        facts = vars(request._request)
        if facts.get("bearer_refused"):
            raise AuthenticationFailed(BEARER_REFUSED)
        owner = facts.get("bearer_user")
        return None if owner is None else (owner, None)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="DARNDEST"'
