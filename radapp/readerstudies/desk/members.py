"""Who takes part as what: giving a part, changing what it says, ending it. Each with its entry in the chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.accounts.models import Role, User
from radapp.readerstudies import chain
from radapp.readerstudies.desk import independence
from radapp.readerstudies.desk.copying import facts_of
from radapp.readerstudies.desk.state import begin, settle
from radapp.readerstudies.desk.transitions import Action
from radapp.readerstudies.models import Membership, ReaderStudy, ReferenceStep

Part = Membership.Part
DESK_PARTS = frozenset({Part.INVESTIGATOR, Part.DEPUTY})
NEEDS = {
    Part.READER: frozenset({Role.READER}),
    Part.INVESTIGATOR: frozenset({Role.INVESTIGATOR, Role.ADMINISTRATOR}),
    Part.DEPUTY: frozenset({Role.INVESTIGATOR, Role.ADMINISTRATOR}),
}
"""One of these roles of an account is needed for the part; for the others any account will do."""
NOBODY = "There is no account {username}. Ask an administrator to add the person, or send an invitation."
INACTIVE = "The account {username} is switched off."
ROLE_NEEDED = "The account {username} needs the role {roles} to be {part}; ask an administrator."
ALREADY = "{username} is {part} of this study already."
NOT_INDEPENDENT = (
    "{username} {detail}, and nobody reads what they tagged, coded or investigate. Waive it with a reason first."
)
READS = "{username} reads in this study and cannot be {part} as well. Waive it with a reason first."
INVESTIGATOR_ONLY = "Only an investigator names or ends investigators and deputies; you are a deputy."
LAST_INVESTIGATOR = "{name} is the study's last investigator. Name another one first."
ENDED = "This part has ended already."
HAS_STEPS = "{name} has tagged cases from this chair, which stays on record: end the part and give another one."
REASON_NEEDED = "Say why the part ends."


@dataclass(frozen=True)
class Facts:
    """What a membership says of a person: a reader's seniority, years and site; a tagger's chair."""

    name: str = ""
    seniority: str = ""
    years: int | None = None
    site: str = ""
    chair: str = ""

    def check(self, part: Membership.Part) -> None:
        """ApiError 400 with the field that does not fit the part."""
        problems = []
        if (part == Part.READER) != bool(self.seniority):
            problems.append({"field": "seniority", "detail": "A reader is senior or junior, and only a reader."})
        if (part == Part.TAGGER) != bool(self.chair):
            problems.append({"field": "chair", "detail": "A tagger has a chair of the paper's chain, and only a tagger."})
        if problems:
            raise ApiError(400, "invalid", problems[0]["detail"], problems)


def account(username: str) -> User:
    """The account of that name; ApiError 400 for none."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise ApiError(400, "no_account", NOBODY.format(username=username))
    return user


def add(
    study: ReaderStudy,
    user: User | None,
    part: Membership.Part,
    facts: Facts,
    *,
    actor: User,
    simulated: bool = False,
    action: Action | None = None,
) -> Membership:
    """Give somebody a part. Nobody (`user` None) can only be a simulated reader. `action`: what the table calls it.

    ApiError 409 where the account or the person does not fit.
    """
    assert user is not None or simulated, "only a simulated reader has no account"
    facts.check(part)
    action = action or (Action.ADD_READER if part == Part.READER else Action.ADD_MEMBER)
    with transaction.atomic():
        study = begin(study, action)
        if action not in {Action.ACCEPT_AS_READER, Action.ACCEPT_AS_MEMBER}:
            check_standing(study, actor, part)
        if user is not None:
            check_fit(study, user, part)
        study.synthetic = study.synthetic or simulated
        member = create(study, user, part, facts, actor=actor, simulated=simulated)
        settle(study, action, actor)
    return member


def create(
    study: ReaderStudy,
    user: User | None,
    part: Membership.Part,
    facts: Facts,
    *,
    actor: User,
    simulated: bool = False,
    replaces: Membership | None = None,
) -> Membership:
    """The row and its entry; what allows it has been checked."""
    member = Membership.objects.create(
        study=study,
        user=user,
        part=part,
        name=facts.name.strip() or _named(study, user, part, facts),
        seniority=facts.seniority,
        years=facts.years,
        site=facts.site,
        chair=facts.chair,
        simulated=simulated,
        replaces=replaces,
    )
    chain.record(
        study,
        actor=actor,
        action=chain.Action.MEMBER_ADDED,
        target=f"member {member.key}",
        after=facts_of(member),
        rows=[member],
    )
    return member


def _named(study: ReaderStudy, user: User | None, part: Membership.Part, facts: Facts) -> str:
    """'Senior reader 2': reports name readers so. Others by their own names."""
    if part != Part.READER:
        return user.display_name if user else part.label
    number = study.members.filter(part=Part.READER, seniority=facts.seniority).count() + 1
    return f"{facts.seniority.capitalize()} reader {number}"


def check_fit(study: ReaderStudy, user: User, part: Membership.Part) -> None:
    """ApiError 409 with the first thing that speaks against it."""
    found = misfit(study, user, part)
    if found:
        raise ApiError(409, *found)


def misfit(study: ReaderStudy, user: User, part: Membership.Part) -> tuple[str, str] | None:
    """(code, sentence) of why this account cannot take this part; None: it can."""
    username = user.username
    if not user.is_active:
        return "account_unfit", INACTIVE.format(username=username)
    roles = NEEDS.get(part)
    if roles and not roles & user.roles:
        names = " or ".join(sorted(roles))
        return "account_unfit", ROLE_NEEDED.format(username=username, roles=names, part=part.value)
    held = set(study.members.filter(user=user, ended_at=None).values_list("part", flat=True))
    if part in held:
        return "already_member", ALREADY.format(username=username, part=part.value)
    if part == Part.READER:
        return _not_independent(study, user)
    if Part.READER in held and not _is_waived(study, user, part):
        return "not_independent", READS.format(username=username, part=part.value)
    return None


def _not_independent(study: ReaderStudy, user: User) -> tuple[str, str] | None:
    """Parts in the study alone: what somebody did with single cases is told by the check, where cases may still change."""
    for one in independence.part_conflicts(study, user):
        if not one.waived:
            return "not_independent", NOT_INDEPENDENT.format(username=user.username, detail=one.detail)
    return None


def _is_waived(study: ReaderStudy, user: User, part: Membership.Part) -> bool:
    ground = independence.PARTS[part]
    return study.waivers.filter(user=user, ground=ground, case=None).exists()


def check_standing(study: ReaderStudy, actor: User, part: str) -> None:
    """ApiError 403 where a deputy would name or end an investigator or a deputy."""
    if part not in DESK_PARTS:
        return
    mine = set(study.members.filter(user=actor, ended_at=None).values_list("part", flat=True))
    if Part.INVESTIGATOR not in mine:
        raise ApiError(403, "investigator_only", INVESTIGATOR_ONLY)


def change(member: Membership, wanted: Mapping[str, Any], *, actor: User) -> Membership:
    """Change what is named: name, seniority, years, site, chair."""
    action = Action.CHANGE_READER if member.part == Part.READER else Action.CHANGE_MEMBER
    with transaction.atomic():
        study = begin(member.study, action)
        member = _active(study, member)
        before = facts_of(member)
        chair = wanted.get("chair", member.chair)
        if chair != member.chair and ReferenceStep.objects.filter(case__study=study, made_by=member.user).exists():
            raise ApiError(409, "has_steps", HAS_STEPS.format(name=member.name))
        for name in ("name", "seniority", "years", "site", "chair"):
            if name in wanted:
                setattr(member, name, wanted[name])
        Facts(member.name, member.seniority, member.years, member.site, member.chair).check(Part(member.part))
        member.save()
        chain.record(
            study,
            actor=actor,
            action=chain.Action.MEMBER_CHANGED,
            target=f"member {member.key}",
            before=before,
            after=facts_of(member),
            rows=[member],
        )
        settle(study, action, actor)
    return member


def end(member: Membership, *, reason: str, actor: User) -> Membership:
    """End a part, with a reason. A reader's unread cases are then read by nobody; to have them read, replace the reader."""
    action = Action.END_READER if member.part == Part.READER else Action.END_MEMBER
    with transaction.atomic():
        study = begin(member.study, action)
        member = _active(study, member)
        check_standing(study, actor, member.part)
        others = study.members.filter(part=Part.INVESTIGATOR, ended_at=None).exclude(pk=member.pk)
        if member.part == Part.INVESTIGATOR and not others.exists():
            raise ApiError(409, "last_investigator", LAST_INVESTIGATOR.format(name=member.name))
        close(study, member, reason=reason, actor=actor)
        settle(study, action, actor)
    return member


def close(study: ReaderStudy, member: Membership, *, reason: str, actor: User) -> None:
    """The end of the row and its entry; what allows it has been checked."""
    if not reason.strip():
        raise ApiError(400, "reason_needed", REASON_NEEDED)
    member.ended_at, member.ended_reason = timezone.now(), reason.strip()
    member.save()
    chain.record(
        study,
        actor=actor,
        action=chain.Action.MEMBER_ENDED,
        target=f"member {member.key}",
        before=facts_of(member),
        reason=member.ended_reason,
        rows=[member],
    )


def _active(study: ReaderStudy, member: Membership) -> Membership:
    """The row as it stands, locked. ApiError 409 where it has ended."""
    locked = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    if locked.ended_at is not None:
        raise ApiError(409, "ended", ENDED)
    locked.study = study
    return locked
