"""Waiting for a source happens on threads of their own, so that a slow one does not hold up what is held here."""

from radapp.dicomweb.errands import WAITS, Errand
from radapp.dicomweb.refusals import Refusal


def waits(errand: Errand) -> None:
    """Said before a thread waits: refuses where it may not, and the ASGI application asks again where it may."""
    if not errand.may_wait:
        raise Refusal(503, "waits_for_source", "This has to be asked of another system.", {WAITS: "1"})
