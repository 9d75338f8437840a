"""Nobody reads what they tagged, coded or opened clinically, or investigates: who did what, and what of it was waived."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

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
    found: dict[int, list[Conflict]] = defaultdict(list)
    waivers = _Waivers(study)
    keys = [user.pk for user in users]
    for user, conflict in _of_parts(study, keys, waivers):
        found[user].append(conflict)
    known = _Known(study)
    for user, ground, cases in _deeds(keys, known):
        for case in cases:
            waived = waivers.hold(user, ground, case.pk)
            conflict = Conflict(ground, WORDS[ground], case.key, case.number, waived)
            if conflict not in found[user]:
                found[user].append(conflict)
    return {user: sorted(some, key=lambda one: (one.number or 0, one.ground)) for user, some in found.items()}


def part_conflicts(study: ReaderStudy, user: User) -> list[Conflict]:
    """Of these, what a person's other parts in the study are: it holds whatever its cases."""
    return [conflict for _, conflict in _of_parts(study, [user.pk], _Waivers(study))]


def may_read(reader: Membership, case: Case) -> bool:
    """Whether nothing that is not waived speaks against this reader reading this case."""
    if reader.user is None:
        return True
    found = conflicts(case.study, [reader.user]).get(reader.user.pk, [])
    return all(one.waived or one.case not in {None, case.key} for one in found)


class _Waivers:
    """The exceptions of a study."""

    def __init__(self, study: ReaderStudy) -> None:
        self._given = set(Waiver.objects.filter(study=study).values_list("user_id", "ground", "case_id"))

    def hold(self, user: int, ground: Ground, case: int | None) -> bool:
        """Whether this was waived, for the case or for all of them."""
        return bool({(user, ground.value, case), (user, ground.value, None)} & self._given)


class _Known:
    """The cases of a study by their patients' identities."""

    def __init__(self, study: ReaderStudy) -> None:
        self._cases: dict[str, list[Case]] = defaultdict(list)
        chosen = study.cases.filter(state=Case.State.INCLUDED, examination__isnull=False).select_related("examination")
        for case in chosen:
            if case.examination is not None:
                self._cases[identity_of(case.examination)].append(case)

    def of(self, examination: Study | None) -> Sequence[Case]:
        """The study's cases of this examination's patient."""
        return self._cases.get(identity_of(examination), ()) if examination is not None else ()


def _of_parts(study: ReaderStudy, users: Sequence[int], waivers: _Waivers) -> Iterator[tuple[int, Conflict]]:
    """Parts that speak against reading: those held now, and an investigator's for ever, since they know the truths."""
    held = Membership.objects.filter(study=study, user__in=users, part__in=PARTS).order_by("pk")
    for user, part, ended in held.values_list("user_id", "part", "ended_at"):
        ground = PARTS[Part(part)]
        if user is not None and (ended is None or ground == Ground.INVESTIGATES):
            yield user, Conflict(ground, HOLDS.format(part=part), waived=waivers.hold(user, ground, None))


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
