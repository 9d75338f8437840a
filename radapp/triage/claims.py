"""What of triage stands on a study's images, told to the archive before some are deleted."""

from collections.abc import Collection

from django.utils import timezone

from radapp.archive.claims import Claimant
from radapp.archive.models import SequenceRole, Series, Study
from radapp.triage import standing
from radapp.triage.models import Confirmation, Report, Result, Run, ScopeAnswer, StudyTriage, TrainingCase, Truth

DELETED = "The study's images were deleted."


def claims(study: Study, series_uids: Collection[str] | None) -> list[str]:
    """Results, decisions, scope answers, truths and training sets; of some series, those that rest on one of them."""
    results = [
        result
        for result in Result.objects.filter(run__study=study).select_related("run")
        if series_uids is None or _reads(result, series_uids)
    ]
    decisions = Confirmation.objects.filter(result__in=results).count()
    found = [
        _counted(len(results), "result", "results"),
        _counted(decisions, "decision about contrast", "decisions about contrast"),
    ]
    if series_uids is None:
        answers = ScopeAnswer.objects.filter(study=study).values("question").distinct().count()
        found.append(_counted(answers, "answer to a scope question", "answers to scope questions"))
        found.append(_counted(Report.objects.filter(study=study).count(), "report", "reports"))
    if series_uids is None or _in_use(study, series_uids):
        sets = TrainingCase.objects.filter(study_instance_uid=study.study_instance_uid).count()
        found.append("a truth" if Truth.objects.filter(study=study).exists() else "")
        found.append(_counted(sets, "training set", "training sets"))
    return [words for words in found if words]


def _reads(result: Result, series_uids: Collection[str]) -> bool:
    return bool({*result.run.inputs.values(), *(one["uid"] for one in result.series)} & set(series_uids))


def _in_use(study: Study, series_uids: Collection[str]) -> bool:
    """Whether one of the series is of a sequence that the tactic reads: then truths and training rest on it too."""
    series = Series.objects.filter(study=study, series_instance_uid__in=series_uids)
    return any(one.role != SequenceRole.NONE for one in series)


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}" if number else ""


def let_go(study: Study) -> None:
    """Drop where the study stands; it says nothing that is not derived from images that go."""
    StudyTriage.objects.filter(study=study).delete()


def images_gone(study_uid: str) -> None:
    """End the open runs of a study whose images were all deleted: there is nothing to read. Their workers lose the lease."""
    open_runs = Run.objects.filter(study__study_instance_uid=study_uid, state__in=standing.OPEN)
    open_runs.update(state=Run.State.SUPERSEDED, lease=None, reason=DELETED, finished_at=timezone.now())


CLAIMANT = Claimant("triage", claims, let_go)
