"""Waiting for a source happens on threads of their own, so that a slow one does not hold up what is held here."""

from radapp.dicomweb.errands import WAITS, Errand
from radapp.dicomweb.refusals import Refusal


def waits(errand: Errand) -> None:
    """Said before a thread waits: refuses where it may not, and the ASGI application asks again where it may.

    That refusal never leaves the application, so it is no error, which would be logged.
    """
    if not errand.may_wait:
        raise Refusal(202, "waits_for_source", "This has to be asked of another system.", {WAITS: "1"})
