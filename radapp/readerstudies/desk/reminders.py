"""Reminders by e-mail to readers who have not finished. They say how many cases are left, and nothing of any."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import mail, readings
from radapp.readerstudies.desk.state import begin
from radapp.readerstudies.desk.transitions import Action
from radapp.readerstudies.models import Membership, ReaderStudy, Reminder

NO_SERVER = "No mail server is named (EMAIL_URL), so nothing can be sent. Write to the readers yourself."
STRANGE = "No active reader of this study has the key {key}."
FINISHED = "Has finished."
NO_ADDRESS = "The account has no e-mail address."
NOT_TAKEN = "The mail server did not take it."
SUBJECT = "Reader study: {title}"
TEXT = """{left} readings are left for you in the reader study "{title}".

Go on here: {link}

Your answers so far are kept.
{sender}
"""


def remind(study: ReaderStudy, keys: Sequence[str] = (), *, actor: User) -> list[dict[str, Any]]:
    """Remind these readers, or all who have not finished; one answer each (RemindedSerializer)."""
    if not mail.is_on():
        raise ApiError(409, "no_mail_server", NO_SERVER)
    with transaction.atomic():
        study = begin(study, Action.REMIND)
    missing = {member.pk: count for member, count in readings.lagging(study)}
    active = {member.key: member for member in readings.active_readers(study)}
    strange = [key for key in keys if key not in active]
    if strange:
        raise ApiError(400, "invalid", STRANGE.format(key=strange[0]))
    chosen = [active[key] for key in keys] if keys else [one for one in active.values() if one.pk in missing]
    return [_remind(study, one, missing.get(one.pk, 0), actor) for one in chosen]


def _remind(study: ReaderStudy, member: Membership, left: int, actor: User) -> dict[str, Any]:
    why = _why_not(study, member, left, actor)
    if not why:
        with transaction.atomic():
            reminder = Reminder.objects.create(membership=member, sent_by=actor)
            chain.record(study, actor=actor, action=chain.Action.REMINDED, target=f"member {member.key}", rows=[reminder])
    return {"member": member.key, "name": member.name, "sent": not why, "why": why}


def _why_not(study: ReaderStudy, member: Membership, left: int, actor: User) -> str:
    """Send it; why it was not sent, as a sentence."""
    if not left:
        return FINISHED
    if member.user is None or not member.user.email:
        return NO_ADDRESS
    text = TEXT.format(left=left, title=study.title, link=mail.address(f"/reading/{study.key}/"), sender=actor.display_name)
    return "" if mail.send(member.user.email, SUBJECT.format(title=study.title), text) else NOT_TAKEN
