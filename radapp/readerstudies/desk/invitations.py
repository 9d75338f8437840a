"""Invitations: an address gets a link that its holder accepts once, signed in with an account that fits.

Only the SHA-256 of a link's token is stored. Without a mail server the link is shown to who invites, once, to be passed on.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import mail, members, transitions
from radapp.readerstudies.desk.members import Facts
from radapp.readerstudies.desk.state import begin, settle
from radapp.readerstudies.desk.transitions import Action, Refusal
from radapp.readerstudies.models import Invitation, Membership, ReaderStudy

LASTS = timedelta(days=14)
SUBJECT = "Invitation to a reader study: {title}"
TEXT = """{inviter} invites you to take part in the reader study "{title}" as {part}.

Sign in and accept here, until {until}:
{link}

The link works once, with an account of this installation. If you have none, ask {inviter}.
"""
STANDINGS: Mapping[str, str] = {
    "accepted": "This invitation was accepted before.",
    "revoked": "This invitation was taken back.",
    "expired": "This invitation has expired. Ask for another one.",
}


@dataclass(frozen=True)
class Invited:
    """A new invitation: whether an e-mail was handed over, else its link."""

    invitation: Invitation
    sent: bool
    link: str | None

    def as_shape(self) -> dict[str, Any]:
        """InvitationSerializer."""
        return {**described(self.invitation), "sent": self.sent, "link": self.link}


def invite(study: ReaderStudy, email: str, part: Membership.Part, facts: Facts, *, actor: User) -> Invited:
    """Store an invitation and send its link, or hand the link back where no e-mail can be sent."""
    facts.check(part)
    action = Action.INVITE_READER if part == Membership.Part.READER else Action.INVITE_MEMBER
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        study = begin(study, action)
        members.check_standing(study, actor, part)
        invitation = Invitation.objects.create(
            study=study,
            email=email,
            part=part,
            terms=asdict(facts),
            digest=_digest(token),
            invited_by=actor,
            expires_at=timezone.now() + LASTS,
        )
        chain.record(
            study,
            actor=actor,
            action=chain.Action.INVITED,
            target=f"invitation {invitation.key}",
            after={"email": email, "part": part.value, **asdict(facts)},
            rows=[invitation],
        )
        settle(study, action, actor)
    link = mail.address(f"/invitation/{token}/")
    words = {"inviter": actor.display_name, "title": study.title, "part": part.value, "link": link}
    text = TEXT.format(until=f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC", **words)
    sent = mail.is_on() and mail.send(email, SUBJECT.format(title=study.title), text)
    return Invited(invitation, sent, None if sent else link)


def revoke(invitation: Invitation, *, actor: User) -> None:
    """Take back one that is open; ApiError 409 for any other."""
    with transaction.atomic():
        study = begin(invitation.study, Action.REVOKE_INVITATION)
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        _check_open(invitation)
        invitation.revoked_at = timezone.now()
        invitation.save()
        chain.record(
            study,
            actor=actor,
            action=chain.Action.INVITATION_REVOKED,
            target=f"invitation {invitation.key}",
            rows=[invitation],
        )


def accept(token: str, user: User) -> Membership:
    """Give the person who holds the link its part. 404 for an unknown token, ApiError 409 where it is too late or unfit."""
    with transaction.atomic():
        held = _held(token)
        # The study's row first, as everywhere: two that wait for each other would wait for ever.
        ReaderStudy.objects.select_for_update().get(pk=held.study_id)
        invitation = Invitation.objects.select_for_update(of=("self",)).select_related("study").get(pk=held.pk)
        _check_open(invitation)
        part = Membership.Part(invitation.part)
        reader = part == Membership.Part.READER
        action = Action.ACCEPT_AS_READER if reader else Action.ACCEPT_AS_MEMBER
        member = members.add(invitation.study, user, part, Facts(**invitation.terms), actor=user, action=action)
        invitation.membership, invitation.accepted_at = member, timezone.now()
        invitation.save()
        chain.record(
            member.study,
            actor=user,
            action=chain.Action.INVITATION_ACCEPTED,
            target=f"invitation {invitation.key}",
            after={"member": member.key},
            rows=[invitation],
        )
    return member


def offer(token: str, user: User) -> dict[str, Any]:
    """What the link offers to this person (InvitationOfferSerializer); 404 for an unknown token."""
    invitation = _held(token)
    study, part = invitation.study, Membership.Part(invitation.part)
    mine = invitation.membership is not None and invitation.membership.user_id == user.pk
    now = standing(invitation)
    why = "" if mine else _why_not(invitation, user)
    return {
        "study": study.title,
        "key": study.key if mine else None,
        "part": part,
        "terms": invitation.terms,
        "invited_by": invitation.invited_by.display_name if invitation.invited_by else "",
        "expires_at": invitation.expires_at,
        "standing": now,
        "fits": not why and now == "open",
        "why": why,
    }


def _why_not(invitation: Invitation, user: User) -> str:
    """Why this person cannot accept it now, as a sentence; empty: they can."""
    now, study, part = standing(invitation), invitation.study, Membership.Part(invitation.part)
    if now != "open":
        return STANDINGS[now]
    action = Action.ACCEPT_AS_READER if part == Membership.Part.READER else Action.ACCEPT_AS_MEMBER
    found = transitions.outcome(action, study.state)
    if isinstance(found, Refusal):
        return transitions.words(found, study.state)
    misfit = members.misfit(study, user, part)
    return misfit[1] if misfit else ""


def invitation_or_404(study: ReaderStudy, key: str) -> Invitation:
    """The invitation of that key in this study, or 404."""
    found = study.invitations.select_related("study", "invited_by").filter(key=key).first()
    if found is None:
        raise Http404("No invitation of this key in this study.")
    return found


def standing(invitation: Invitation) -> str:
    """open, accepted, revoked or expired."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.revoked_at is not None:
        return "revoked"
    return "expired" if invitation.expires_at <= timezone.now() else "open"


def described(invitation: Invitation) -> dict[str, Any]:
    """InvitationSerializer, without the link."""
    return {
        "id": invitation.key,
        "email": invitation.email,
        "part": invitation.part,
        "terms": invitation.terms,
        "standing": standing(invitation),
        "invited_by": invitation.invited_by.display_name if invitation.invited_by else "",
        "invited_at": invitation.invited_at,
        "expires_at": invitation.expires_at,
        "sent": False,
        "link": None,
    }


def _check_open(invitation: Invitation) -> None:
    now = standing(invitation)
    if now != "open":
        raise ApiError(409, f"invitation_{now}", STANDINGS[now])


def _held(token: str) -> Invitation:
    found = Invitation.objects.filter(digest=_digest(token)).select_related("study", "invited_by", "membership").first()
    if found is None:
        raise Http404("No invitation of this token.")
    return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
