"""Nobody reads what they tagged, coded or opened clinically, or investigates: who did what, and what of it was waived."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from radapp.accounts.models import AuditEntry, Opening, User
from radapp.archive.models import Study
from radapp.archive.pseudonyms import identity_of
from radapp.readerstudies.desk import readings
from radapp.readerstudies.models import Adjudication, Case, Code, Membership, ReaderStudy, ReferenceStep, Waiver

Ground = Waiver.Ground
Part = Membership.Part
CLINICAL = (
    AuditEntry.Action.EXAMINATION_OPENED,
    AuditEntry.Action.CONFIRMATION,
    AuditEntry.Action.SCOPE_ANSWERED,
    AuditEntry.Action.EXPLANATION_ASKED,
    AuditEntry.Action.ROLE_CHANGED,
)
"""What nobody does without having seen the examination or its result."""
PARTS = {
    Part.INVESTIGATOR: Ground.INVESTIGATES,
    Part.DEPUTY: Ground.INVESTIGATES,
    Part.TAGGER: Ground.TAGGED,
    Part.CODER: Ground.CODED,
    Part.ADJUDICATOR: Ground.CODED,
}
"""Parts that no reader of the study may hold, and on which ground."""
WORDS = {
    Ground.TAGGED: "tagged an examination of this patient",
    Ground.CODED: "coded errors on an examination of this patient",
    Ground.OPENED: "opened an examination of this patient clinically",
}
HOLDS = "is {part} of this study"
AT_ONCE = 500


@dataclass(frozen=True)
class Conflict:
    """Why one person should not read: one case, or (`case` None) any of the study."""

    ground: Ground
    detail: str
    case: str | None = None
    number: int | None = None
    waived: bool = False


def conflicts(study: ReaderStudy, people: Iterable[User] | None = None) -> Mapping[int, list[Conflict]]:
    """By account, for these people (all active readers of the study where none are named), the waived ones too."""
    users = [one.user for one in readings.active_readers(study) if one.user] if people is None else list(people)
    chosen = study.cases.filter(state=Case.State.INCLUDED, examination__isnull=False).select_related("examination")
    return _conflicts(study, users, list(chosen))


def part_conflicts(study: ReaderStudy, user: User) -> list[Conflict]:
    """Of these, what a person's other parts in the study are: it holds whatever its cases."""
    return [conflict for _, conflict in _of_parts(study, _Accounts([user]), _Waivers(study))]


def grounds(reader: Membership, case: Case) -> tuple[str, ...]:
    """Why this reader may not be given this case now, as keys of Waiver.Ground, without what was waived; none: they may."""
    if reader.user is None:
        return ()
    found = _conflicts(case.study, [reader.user], [case]).get(reader.user.pk, [])
    return tuple(sorted({one.ground.value for one in found if not one.waived}))


def _conflicts(study: ReaderStudy, users: Sequence[User], cases: Sequence[Case]) -> Mapping[int, list[Conflict]]:
    found: dict[int, list[Conflict]] = defaultdict(list)
    accounts, waivers, known = _Accounts(users), _Waivers(study), _Known(cases)
    for user, conflict in _of_parts(study, accounts, waivers):
        found[user].append(conflict)
    for account, ground, some in _deeds(accounts.every, known):
        for user in accounts.people(account):
            for case in some:
                detail = f"{WORDS[ground]}{accounts.words(user, account)}"
                conflict = Conflict(ground, detail, case.key, case.number, waivers.hold(user, ground, case.pk))
                if conflict not in found[user]:
                    found[user].append(conflict)
    return {user: sorted(some, key=lambda one: (one.number or 0, one.ground)) for user, some in found.items()}


class _Accounts:
    """The accounts of each person: a reader's account stands alone, so whoever reads has another one for other work.

    Accounts with one e-mail address, or one full name, are taken for one person's.
    """

    def __init__(self, users: Sequence[User]) -> None:
        self._names = {user.pk: user.username for user in users}
        self._people: dict[int, list[int]] = defaultdict(list)
        for user in users:
            for account, name in [(user.pk, user.username), *self._others(user)]:
                self._people[account].append(user.pk)
                self._names[account] = name

    @staticmethod
    def _others(user: User) -> Iterable[tuple[int, str]]:
        same = Q(pk__in=[])
        if user.email.strip():
            same |= Q(email__iexact=user.email.strip())
        if user.first_name.strip() and user.last_name.strip():
            same |= Q(first_name__iexact=user.first_name.strip(), last_name__iexact=user.last_name.strip())
        return User.objects.filter(same).exclude(pk=user.pk).values_list("pk", "username")

    @property
    def every(self) -> list[int]:
        """All of them."""
        return sorted(self._people)

    def people(self, account: int) -> Sequence[int]:
        """Whose account it is."""
        return self._people[account]

    def words(self, user: int, account: int) -> str:
        """By which account, where it is another one than the reader's."""
        return "" if user == account else f" with the account {self._names[account]}"


class _Waivers:
    """The exceptions of a study."""

    def __init__(self, study: ReaderStudy) -> None:
        self._given = set(Waiver.objects.filter(study=study).values_list("user_id", "ground", "case_id"))

    def hold(self, user: int, ground: Ground, case: int | None) -> bool:
        """Whether this was waived, for the case or for all of them."""
        return bool({(user, ground.value, case), (user, ground.value, None)} & self._given)


class _Known:
    """Cases by their patients' identities."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._cases: dict[str, list[Case]] = defaultdict(list)
        for case in cases:
            if case.examination is not None:
                self._cases[identity_of(case.examination)].append(case)

    def of(self, examination: Study | None) -> Sequence[Case]:
        """Those of this examination's patient."""
        return self._cases.get(identity_of(examination), ()) if examination is not None else ()


def _of_parts(study: ReaderStudy, accounts: _Accounts, waivers: _Waivers) -> Iterator[tuple[int, Conflict]]:
    """Parts that speak against reading: those held now, and an investigator's for ever, since they know the truths."""
    held = Membership.objects.filter(study=study, user__in=accounts.every, part__in=PARTS).order_by("pk")
    for account, part, ended in held.values_list("user_id", "part", "ended_at"):
        ground = PARTS[Part(part)]
        if account is None or (ended is not None and ground != Ground.INVESTIGATES):
            continue
        for user in accounts.people(account):
            detail = f"{HOLDS.format(part=part)}{accounts.words(user, account)}"
            yield user, Conflict(ground, detail, waived=waivers.hold(user, ground, None))


def _deeds(users: Sequence[int], known: _Known) -> Iterator[tuple[int, Ground, Sequence[Case]]]:
    """(account, ground, cases of the patients concerned), in this study or any other."""
    steps = ReferenceStep.objects.filter(made_by__in=users).select_related("case__examination")
    for step in steps:
        yield step.made_by_id or 0, Ground.TAGGED, known.of(step.case.examination)
    for code in Code.objects.filter(coder__user__in=users).select_related("item__case__examination", "coder"):
        yield code.coder.user_id or 0, Ground.CODED, known.of(code.item.case.examination)
    decided = Adjudication.objects.filter(adjudicator__user__in=users)
    for one in decided.select_related("item__case__examination", "adjudicator"):
        yield one.adjudicator.user_id or 0, Ground.CODED, known.of(one.item.case.examination)
    yield from _openings(users, known)


def _openings(users: Sequence[int], known: _Known) -> Iterator[tuple[int, Ground, Sequence[Case]]]:
    acted = AuditEntry.objects.filter(actor__in=users, action__in=CLINICAL).exclude(study_instance_uid="")
    seen = set(acted.order_by().values_list("actor_id", "study_instance_uid").distinct())
    seen |= set(Opening.objects.filter(user__in=users).values_list("user_id", "study_instance_uid"))
    uids = sorted({uid for _, uid in seen})
    studies = {
        one.study_instance_uid: one
        for start in range(0, len(uids), AT_ONCE)
        for one in Study.objects.filter(study_instance_uid__in=uids[start : start + AT_ONCE])
    }
    for user, uid in sorted(seen):
        yield user, Ground.OPENED, known.of(studies.get(uid))
