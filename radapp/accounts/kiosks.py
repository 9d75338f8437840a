"""Screens at a scanner's console: a token of their own in a cookie that browsers send to the console's addresses alone.

A kiosk is no person. Rules name what it may call (`kiosk=True` in an app's access.py); everywhere else its token is unknown,
as a cookie and as a bearer token alike.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from radapp.accounts.audit import record
from radapp.accounts.authentication import TOKEN_PREFIX, digest_of, note_use
from radapp.accounts.models import AuditEntry, Kiosk

PREFIX = f"{TOKEN_PREFIX}kiosk_"
COOKIE = "darndest_kiosk"
PATH = "/console/"
LASTS = timedelta(days=400)
"""As long as browsers keep a cookie; renewed whenever the console's page is opened with its token."""


def create_kiosk(name: str, *, actor_name: str) -> str:
    """Store a kiosk and return its token, shown once. One of this name gets a new token; its old one ends."""
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        known = Kiosk.objects.select_for_update().filter(name=name).first()
        kiosk = known or Kiosk(name=name)
        kiosk.digest, kiosk.revoked_at, kiosk.last_used_at = digest_of(token), None, None
        kiosk.save()
        record(
            actor=None,
            actor_name=actor_name,
            action=AuditEntry.Action.KIOSK_CREATED,
            target=f"kiosk {name}",
            before={"token": "replaced"} if known else None,
        )
    return token


def revoke_kiosk(name: str, *, actor_name: str) -> bool:
    """End a kiosk's token at once; False where there is none of this name that is in force."""
    with transaction.atomic():
        revoked = Kiosk.objects.filter(name=name, revoked_at=None).update(revoked_at=timezone.now())
        if revoked:
            record(actor=None, actor_name=actor_name, action=AuditEntry.Action.KIOSK_REVOKED, target=f"kiosk {name}")
    return bool(revoked)


def kiosk_of_token(token: str) -> Kiosk | None:
    """The kiosk of a known, unrevoked token; notes at most every five minutes that it was used."""
    found = Kiosk.objects.filter(digest=digest_of(token), revoked_at=None).first() if token.startswith(PREFIX) else None
    if found is not None:
        note_use(found)
    return found


def recognise_kiosk(request: HttpRequest) -> None:
    """Note in the request which kiosk sends it, where it is one of the console's addresses."""
    at_console = request.path_info.startswith(PATH)
    vars(request)["kiosk"] = kiosk_of_cookies(request.COOKIES) if at_console else None


def kiosk_of_cookies(cookies: Mapping[str, str]) -> Kiosk | None:
    """The kiosk whose token a browser's cookies hold."""
    token = cookies.get(COOKIE, "")
    return kiosk_of_token(token) if token else None


def kiosk_of(request: HttpRequest) -> Kiosk | None:
    """The kiosk that sends this request; None for people and for nobody."""
    found = vars(request).get("kiosk")
    return found if isinstance(found, Kiosk) else None
