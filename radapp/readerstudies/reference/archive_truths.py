"""The archive's truths as the first step of a study's reference standard."""

import uuid
from dataclasses import dataclass

from django.db import models

from radapp.accounts.models import User
from radapp.archive.models import Study
from radapp.readerstudies.models import Case, ReaderStudy, ReferenceStep
from radapp.readerstudies.reference import turns
from radapp.readerstudies.reference.conclusion import Conclusion
from radapp.readerstudies.reference.criteria import shortfall
from radapp.readerstudies.reference.steps import Act, append, writing
from radapp.triage.training_models import Basis as TruthBasis
from radapp.triage.training_models import Truth

Basis = ReferenceStep.Basis
ORIGIN = "archive"


@dataclass(frozen=True)
class Taken:
    """How many cases got the archive's truth, how many had a report before, and for how many the archive has none."""

    taken: int
    already: int
    unknown: int


def take_from_archive(study: ReaderStudy, actor: User | None, *, actor_name: str = "") -> Taken:
    """Write a step 'report' for each case that has none and whose examination has a truth in the archive.

    Nothing that was said is changed. Raises TaggingRefused where the study is locked.
    """
    with writing(study) as held:
        cases = [case for case in turns.taggable(held) if case.examination is not None]
        reported = set(
            ReferenceStep.objects.filter(case__study=held, step=ReferenceStep.Step.REPORT).values_list("case_id", flat=True)
        )
        truths = {truth.study_id: truth for truth in _truths(held)}
        new = [case for case in cases if case.pk not in reported and case.examination_id in truths]
        for case in new:
            _report(case, truths[case.examination_id or 0], actor, actor_name)
        return Taken(
            taken=len(new),
            already=sum(case.pk in reported for case in cases),
            unknown=sum(case.pk not in reported and case.examination_id not in truths for case in cases),
        )


def _truths(study: ReaderStudy) -> models.QuerySet[Truth]:
    return Truth.objects.filter(study__in=Case.objects.filter(study=study).values("examination"))


def _report(case: Case, truth: Truth, actor: User | None, actor_name: str) -> None:
    act = Act(actor, uuid.uuid4(), origin=f"{ORIGIN}: {truth.origin}"[:100], actor_name=actor_name)
    append(case, ReferenceStep.Step.REPORT, conclusion_of(truth, case.examination), act, before=None)


def conclusion_of(truth: Truth, examination: Study | None) -> Conclusion:
    """A truth in the words of the reference standard. Its kind is free words: they become the remark.

    `follow_up` does not say by which sign: without recurrence and with a day a year later it is a year of follow-up.
    """
    day, examined_on = truth.established_on, examination.study_date if examination else None
    remark = truth.kind
    if truth.basis == TruthBasis.HISTOPATHOLOGY:
        return Conclusion(truth.label, Basis.HISTOPATHOLOGY, day, remark=remark)
    if truth.basis != TruthBasis.FOLLOW_UP:
        return Conclusion(truth.label, Basis.UNSTATED, day, remark=remark)
    year = not truth.label and day and examined_on and not shortfall(Basis.ONE_YEAR_FREE, day, examined_on)
    return Conclusion(truth.label, Basis.ONE_YEAR_FREE if year else Basis.FOLLOW_UP, day, remark=remark)
