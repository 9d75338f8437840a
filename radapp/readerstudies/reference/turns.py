"""Whose turn it is: which cases wait for which chair, and what a chair has said already."""

from collections.abc import Sequence
from dataclasses import dataclass

from radapp.readerstudies.desk import transitions
from radapp.readerstudies.desk.transitions import Action, Effect
from radapp.readerstudies.models import Case, Membership, ReaderStudy, ReferenceStep
from radapp.readerstudies.reference.status import ORDER, newest, status_of, statuses

CHAIRS = tuple(Membership.Chair)


def is_open(study: ReaderStudy) -> bool:
    """Whether steps may be added: also while the study is read, until its lock."""
    return isinstance(transitions.outcome(Action.TAG, study.state), Effect)


@dataclass(frozen=True)
class Queue:
    """One chair's cases by number: those that wait, and those that it has tagged with the newest version."""

    waiting: tuple[Case, ...]
    done: tuple[tuple[Case, int], ...]
    later: int
    """How many wait for somebody before this chair, and will come."""

    @property
    def current(self) -> Case | None:
        """The case to tag now."""
        return self.waiting[0] if self.waiting else None


def taggable(study: ReaderStudy) -> Sequence[Case]:
    """The cases that are tagged: those of the study with images. What is left out or withdrawn is not tagged any more."""
    return list(study.cases.filter(state=Case.State.INCLUDED, examination__isnull=False).select_related("examination"))


def queue(study: ReaderStudy, chair: str) -> Queue:
    """What this chair has to do."""
    found, cases = statuses(study), taggable(study)
    steps = ReferenceStep.objects.filter(case__in=[case.pk for case in cases], step=chair).order_by("version")
    versions = dict(steps.values_list("case_id", "version"))
    place = CHAIRS.index(Membership.Chair(chair))
    before = {one.value for one in CHAIRS[:place]} if chair != Membership.Chair.SENIOR else set()
    return Queue(
        waiting=tuple(case for case in cases if found[case.pk].waits_for == chair),
        done=tuple((case, versions[case.pk]) for case in cases if case.pk in versions),
        later=sum(found[case.pk].waits_for in before for case in cases),
    )


def steps_of(case: Case) -> list[ReferenceStep]:
    """All versions, in the order in which they were made."""
    return list(case.reference_steps.order_by("pk"))


def said_before(steps: Sequence[ReferenceStep], chair: str) -> list[ReferenceStep]:
    """What this chair may see of the chain: the newest version of each step before its own."""
    place = ORDER.index(ReferenceStep.Step(chair))
    return [one for one in newest(steps) if ORDER.index(ReferenceStep.Step(one.step)) < place]


def in_sight(steps: Sequence[ReferenceStep], chair: str) -> list[ReferenceStep]:
    """What was said before this chair, and its own."""
    return [*said_before(steps, chair), *(one for one in steps if one.step == chair)]


def latest(steps: Sequence[ReferenceStep], step: str) -> ReferenceStep | None:
    """The version of this step that counts."""
    mine = [one for one in steps if one.step == step]
    return mine[-1] if mine else None


def waits_for(case: Case, steps: Sequence[ReferenceStep]) -> str:
    """Whose turn a case is, empty for nobody's."""
    return status_of(steps, case.examination.study_date if case.examination else None).waits_for
