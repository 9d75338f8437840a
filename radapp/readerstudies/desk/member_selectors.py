"""Questions about the people of a study, as its desk asks them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404

from radapp.accounts.models import User
from radapp.readerstudies.desk import independence, members
from radapp.readerstudies.desk.independence import Conflict
from radapp.readerstudies.models import Membership, ReaderStudy

AT_MOST = 200


def member_or_404(study: ReaderStudy, key: str) -> Membership:
    """The membership of that key in this study, or 404."""
    found = study.members.select_related("user", "study").filter(key=key).first()
    if found is None:
        raise Http404("No member of this key in this study.")
    return found


def listed(study: ReaderStudy) -> list[dict[str, Any]]:
    """All of them (StudyMemberSerializer), with what speaks against readers' independence."""
    found = independence.conflicts(study)
    every = study.members.select_related("user", "replaces")
    return [_shape(one, found.get(one.user_id or 0, []) if _reads(one) else []) for one in every]


def described(member: Membership) -> dict[str, Any]:
    """One of them (StudyMemberSerializer)."""
    if not _reads(member) or member.user is None:
        return _shape(member, [])
    return _shape(member, independence.conflicts(member.study, [member.user]).get(member.user.pk, []))


def _reads(member: Membership) -> bool:
    return member.part == Membership.Part.READER and member.ended_at is None


def _shape(member: Membership, conflicts: Sequence[Conflict]) -> dict[str, Any]:
    return {
        "key": member.key,
        "part": member.part,
        "name": member.name,
        "username": member.user.username if member.user else None,
        "person": member.user.display_name if member.user else "",
        "seniority": member.seniority,
        "years": member.years,
        "site": member.site,
        "chair": member.chair,
        "simulated": member.simulated,
        "replaces": member.replaces.key if member.replaces else None,
        "added_at": member.added_at,
        "ended_at": member.ended_at,
        "ended_reason": member.ended_reason,
        "conflicts": conflicts,
    }


def people(study: ReaderStudy, part: Membership.Part, search: str = "") -> list[dict[str, Any]]:
    """Accounts under a search (StudyPersonSerializer), those that fit first; at most 200."""
    users = User.objects.filter(is_active=True)
    for word in search.split():
        users = users.filter(Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word))
    roles = members.NEEDS.get(part)
    if roles:
        wanted = Q()
        for role in roles:
            wanted |= Q(**{f"is_{role.value}": True})
        users = users.filter(wanted)
    found = []
    for user in users.order_by("username")[:AT_MOST]:
        misfit = members.misfit(study, user, part)
        found.append(
            {
                "username": user.username,
                "person": user.display_name,
                "fits": misfit is None,
                "why": misfit[1] if misfit else "",
            }
        )
    return sorted(found, key=lambda one: not one["fits"])
