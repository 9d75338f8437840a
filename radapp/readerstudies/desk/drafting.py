"""Drafting a study: founding, naming, its protocol, copying. Each change has its entry in the audit chain."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import copying
from radapp.readerstudies.desk.presets import preset as preset_of
from radapp.readerstudies.desk.state import begin, settle
from radapp.readerstudies.desk.transitions import Action
from radapp.readerstudies.models import Membership, ReaderStudy
from radapp.readerstudies.protocol import Protocol, problems_of
from radapp.readerstudies.terms import protocol_in_force

STALE = "Somebody changed the protocol meanwhile: it is at revision {now}, and this was made from {then}. Load it again."
INVALID = "The protocol does not fit together; see the problems."
TITLE_NEEDED = "A study needs a title."


def found(
    title: str, *, actor: User, preset: str = "paper", protocol: Protocol | None = None, synthetic: bool = False
) -> ReaderStudy:
    """A new draft, with the preset's protocol or the one given; its founder is its investigator."""
    content = (protocol or preset_of(preset).protocol).content()
    with transaction.atomic():
        return _founded(_titled(title), content, actor, chain.Action.STUDY_CREATED, synthetic=synthetic)


def rename(study: ReaderStudy, title: str, *, actor: User) -> ReaderStudy:
    """Give a draft another title."""
    with transaction.atomic():
        study = begin(study, Action.RENAME)
        before, study.title = study.title, _titled(title)
        chain.record(
            study,
            actor=actor,
            action=chain.Action.TITLE_CHANGED,
            target="study",
            before=before,
            after=study.title,
            rows=[study],
        )
        settle(study, Action.RENAME, actor)
    return study


def change_protocol(study: ReaderStudy, content: Mapping[str, Any], *, revision: int, actor: User) -> ReaderStudy:
    """Put a whole protocol in the draft's place.

    ApiError 400 `invalid` with its problems by field; 409 `stale` where the draft is no longer at `revision`.
    """
    protocol = checked(content)
    with transaction.atomic():
        study = begin(study, Action.CHANGE_PROTOCOL)
        if study.revision != revision:
            raise ApiError(409, "stale", STALE.format(now=study.revision, then=revision))
        before, after = study.draft, protocol.content()
        if before == after:
            return study
        study.draft, study.revision = after, study.revision + 1
        chain.record(
            study,
            actor=actor,
            action=chain.Action.PROTOCOL_CHANGED,
            target=f"draft {study.revision}",
            before=_differing(before, after),
            after=_differing(after, before),
        )
        settle(study, Action.CHANGE_PROTOCOL, actor)
    return study


def copy(
    study: ReaderStudy, *, title: str, actor: User, cases: bool = False, reference: bool = False, members: bool = False
) -> ReaderStudy:
    """A new draft with this study's protocol; who copies it investigates it. What was read is not copied.

    `reference`: the cases' reference standard goes with them, and with them alone.
    """
    with transaction.atomic():
        origin = begin(study, Action.COPY)
        content = protocol_in_force(origin).content()
        made = _founded(_titled(title), content, actor, chain.Action.STUDY_COPIED, synthetic=origin.synthetic, of=origin.key)
        if cases:
            copies = copying.copy_cases(origin, made, actor)
            if reference:
                copying.copy_reference(origin, copies, actor)
        if members:
            copying.copy_members(origin, made, actor)
    return made


def checked(content: Mapping[str, Any]) -> Protocol:
    """The protocol that this is; ApiError 400 with its problems by field where it is none."""
    try:
        return Protocol.of(content)
    except ValidationError as error:
        raise ApiError(400, "invalid", INVALID, problems_of(error)) from error
    except (TypeError, ValueError) as error:
        raise ApiError(400, "invalid", f"The protocol is no JSON object ({error}).") from error


def _titled(title: str) -> str:
    if not title.strip():
        raise ApiError(400, "invalid", TITLE_NEEDED)
    return title.strip()


def _founded(
    title: str, content: dict[str, Any], actor: User, action: chain.Action, *, synthetic: bool, of: str = ""
) -> ReaderStudy:
    study = ReaderStudy.objects.create(title=title, draft=content, created_by=actor, synthetic=synthetic)
    chain.record(
        study,
        actor=actor,
        action=action,
        target="study",
        after={"title": title, "protocol": content} | ({"of": of} if of else {}),
        rows=[study],
    )
    founder = Membership.objects.create(study=study, user=actor, part=Membership.Part.INVESTIGATOR, name=actor.display_name)
    chain.record(
        study,
        actor=actor,
        action=chain.Action.MEMBER_ADDED,
        target=f"member {founder.key}",
        after={"part": founder.part, "username": actor.username, "name": founder.name},
        rows=[founder],
    )
    return study


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The top-level pieces in which one draft differs from another."""
    return {key: value for key, value in one.items() if other.get(key) != value}
