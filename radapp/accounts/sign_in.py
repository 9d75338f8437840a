"""Signing in and out: the password check, its throttle, the rotated session and the audit rows."""

from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from radapp.accounts.audit import record
from radapp.accounts.errors import ApiError, error_response
from radapp.accounts.models import AuditEntry, User

WRONG_PASSWORD = "The name or the password is not right."  # noqa: S105 - a sentence, not a secret
WRONG_SIGNATURE = "The password is not right: nothing was signed."
LOCKED = "Too many wrong passwords for this name from this address. Wait 15 minutes, or ask an administrator."


def locked_out(request: HttpRequest, *further: object) -> HttpResponse:
    """What django-axes answers while a name and address are locked; the same words whether or not the name exists."""
    return error_response(429, "locked_out", LOCKED)


def _authenticated(request: HttpRequest, username: str, password: str) -> User | None:
    """Whose name and password these are; None where they are not right. Raises ApiError 429 (locked)."""
    user = authenticate(request, username=username, password=password)
    if vars(request).get("axes_locked_out"):
        raise ApiError(429, "locked_out", LOCKED)
    return user if isinstance(user, User) else None


def sign_in(request: HttpRequest, username: str, password: str) -> User:
    """Check the password, rotate the session and note it. Raises ApiError 401 (wrong) or 429 (locked)."""
    user = _authenticated(request, username, password)
    if user is None:
        raise ApiError(401, "wrong_password", WRONG_PASSWORD)
    with transaction.atomic():
        request.session.flush()  # Django keeps the key where the same person signs in once more
        login(request, user)
        record(actor=user, action=AuditEntry.Action.SIGN_IN)
    return user


def check_signature(request: HttpRequest, user: User, password: str) -> None:
    """A signature is the signed-in person's password once more. Raises ApiError 403 (wrong) or 429 (locked)."""
    if _authenticated(request, user.username, password) != user:
        raise ApiError(403, "wrong_password", WRONG_SIGNATURE)


def sign_out(request: HttpRequest, user: User) -> None:
    """End the session and note it."""
    with transaction.atomic():
        record(actor=user, action=AuditEntry.Action.SIGN_OUT)
        logout(request)
