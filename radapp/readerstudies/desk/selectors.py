"""Questions about studies: the list of somebody's, and one as its desk or a member sees it."""

from collections import defaultdict
from typing import Any

from radapp.accounts.models import Role, User
from radapp.readerstudies.desk import acts, case_selectors, checking, mail, progress, versions
from radapp.readerstudies.models import Membership, ReaderStudy
from radapp.readerstudies.terms import protocol_in_force

AT_THE_DESK = frozenset({Membership.Part.INVESTIGATOR, Membership.Part.DEPUTY})
FOUNDERS = frozenset({Role.INVESTIGATOR, Role.ADMINISTRATOR})


def listed(user: User) -> dict[str, Any]:
    """ReaderStudyListSerializer: where the person takes part now; all studies for an administrator."""
    parts: dict[int, list[str]] = defaultdict(list)
    for study, part in Membership.objects.filter(user=user, ended_at=None).values_list("study_id", "part"):
        parts[study].append(part)
    every = Role.ADMINISTRATOR in user.roles
    studies = ReaderStudy.objects.all() if every else ReaderStudy.objects.filter(pk__in=parts)
    return {
        "may_found": bool(user.roles & FOUNDERS),
        "results": [_row(one, user, parts.get(one.pk, [])) for one in studies],
    }


def _row(study: ReaderStudy, user: User, parts: list[str]) -> dict[str, Any]:
    at_desk = _at_desk(user, parts)
    return {
        **_common(study, user, parts),
        "counts": case_selectors.counts(study) if at_desk else None,
        "created_at": study.created_at if at_desk else None,
        "opened_at": study.opened_at if at_desk else None,
    }


def _common(study: ReaderStudy, user: User, parts: list[str]) -> dict[str, Any]:
    return {
        "key": study.key,
        "title": study.title,
        "state": study.state,
        "synthetic": study.synthetic,
        "imported": study.imported,
        "parts": parts,
        "progress": progress.own(study, user) if Membership.Part.READER in parts else None,
    }


def _at_desk(user: User, parts: list[str]) -> bool:
    return Role.ADMINISTRATOR in user.roles or bool(AT_THE_DESK & set(parts))


def seen_by(study: ReaderStudy, user: User) -> dict[str, Any]:
    """ReaderStudySerializer."""
    parts = list(study.members.filter(user=user, ended_at=None).values_list("part", flat=True))
    desk = _desk(study) if _at_desk(user, parts) else None
    return {**_common(study, user, parts), "desk": desk}


def _desk(study: ReaderStudy) -> dict[str, Any]:
    return {
        "revision": study.revision,
        "protocol": protocol_in_force(study).content(),
        "versions": [
            {
                "version": one.version,
                "sha256": one.sha256,
                "reason": one.reason,
                "made_by": one.made_by.display_name if one.made_by else "",
                "made_at": one.made_at,
            }
            for one in study.protocols.select_related("made_by")
        ],
        "added_analyses": versions.added_analyses(study),
        "seed": None if study.seed is None else str(study.seed),
        "check": checking.last_report(study),
        "counts": case_selectors.counts(study),
        "acts": acts.possible(study),
        "signatures": list(study.signatures.all()),
        "mail": mail.is_on(),
        "created_at": study.created_at,
        "opened_at": study.opened_at,
        "closed_at": study.closed_at,
        "locked_at": study.locked_at,
        "unblinded_at": study.unblinded_at,
    }
