"""Reports of an examination as DICOM: numbered, written once, superseded by the next and never overwritten.

A report says what the page says. The first comes with its run's heatmaps, in the transaction that ends the run. Whenever the
page says something else (a scope answer, newer images, a run that failed), the study is marked as due, the row being the
truth and the queue a bell, and a worker writes the next one. While a newer run is open its own report is awaited, for as
long as STALE_AFTER; then the one in force is replaced by one that withholds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from ml.heatmap_look import THRESHOLD
from ml.results.statement import Statement
from radapp import broker
from radapp.archive import generated
from radapp.archive.generated import Kept
from radapp.archive.models import Series, Study
from radapp.triage import dispatch, outcome, report_words
from radapp.triage.models import Explanation, Heatmap, Report, ReportDue, ReportObject, Result, Run, Segmentation

ATTEMPTS = 3
STALE_AFTER = timedelta(seconds=60)
LOST_AFTER = timedelta(seconds=15)


class Overtaken(RuntimeError):  # noqa: N818 - an event
    """Another report was written, or the page says something else by now: draft anew."""


@dataclass(frozen=True)
class Draft:
    """A report to be written: in the place of which one, on which result, saying what."""

    study: Study
    replaces: Report | None
    result: Result | None
    statement: Statement


@dataclass(frozen=True)
class Written:
    """One object of a report in the archive; `kind` is a ReportObject.Kind."""

    kind: str
    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str


@dataclass(frozen=True)
class StoredSegmentation:
    """One SEG in the archive, of the heatmap of `sequence`; `volume` in mm³."""

    sequence: str
    sop_instance_uid: str
    series_instance_uid: str
    volume: float


@dataclass(frozen=True)
class Due:
    """A study that was taken up; `marks` tells whether something changed meanwhile."""

    study: Study
    marks: int


def current(study: Study) -> Report | None:
    """The report in force."""
    return Report.objects.filter(study=study, superseded_at__isnull=True).select_related("result").first()


def draft(study: Study) -> Draft:
    """The next report: what the page says now."""
    replaces, found = current(study), outcome.of_study(study)
    numbers = Report.objects.filter(study=study).order_by("-number").values_list("number", flat=True)
    number = (numbers.first() or 0) + 1
    said = report_words.statement(
        found, synthetic=study.synthetic, number=number, replaces=replaces.number if replaces else 0
    )
    return Draft(study, replaces, found.result, said)


def record(drafted: Draft, objects: Sequence[Written]) -> Report:
    """Keep a report whose objects' rows are written in the same transaction, and mark what it supersedes.

    Overtaken where the report that it replaces is no longer in force.
    """
    said, replaced = drafted.statement, drafted.replaces
    if replaced is not None:
        in_force = Report.objects.filter(pk=replaced.pk, superseded_at__isnull=True)
        if not in_force.update(superseded_at=Now()):
            raise Overtaken(f"report {replaced.number} of {drafted.study} is no longer in force")
    try:
        with transaction.atomic():
            report = Report.objects.create(
                study=drafted.study,
                number=said.number,
                result=drafted.result,
                advice_given=said.given,
                advice_text=said.advice,
                advice_reason=said.reason,
            )
    except IntegrityError as error:
        raise Overtaken(f"another report of {drafted.study} was written first") from error
    ReportObject.objects.bulk_create(
        ReportObject(
            report=report,
            kind=one.kind,
            sop_class_uid=one.sop_class_uid,
            sop_instance_uid=one.sop_instance_uid,
            series_instance_uid=one.series_instance_uid,
        )
        for one in objects
    )
    _mark_series(report)
    return report


def record_segmentations(result: Result, stored: Sequence[StoredSegmentation]) -> None:
    """Name the stored SEGs of a result's heatmaps; the same again changes nothing."""
    heatmaps = {heatmap.sequence: heatmap for heatmap in Heatmap.objects.filter(result=result)}
    for one in stored:
        Segmentation.objects.update_or_create(
            heatmap=heatmaps[one.sequence],
            defaults={
                "sop_instance_uid": one.sop_instance_uid,
                "series_instance_uid": one.series_instance_uid,
                "threshold": THRESHOLD,
                "volume": one.volume,
            },
        )


def replace(drafted: Draft, objects: Sequence[Written], kept: Kept) -> Report:
    """A report by itself, with its objects' rows. Overtaken where the page says something else than the draft by now."""
    with transaction.atomic():
        report = record(drafted, objects)
        generated.record(kept)
        if differs(report):
            raise Overtaken(f"what the page says of {drafted.study} has changed")
        return report


def _mark_series(report: Report) -> None:
    """Mark the series of what no longer counts, and take the mark from what counts again: a result may come back."""
    live = {one.series_instance_uid for one in report.objects_written.all()} | _uids(Q(result=report.result_id))
    ours = _uids(Q(result__run__study=report.study_id))
    ours |= set(ReportObject.objects.filter(report__study=report.study_id).values_list("series_instance_uid", flat=True))
    written = Series.objects.filter(study=report.study_id, generated=True)
    written.filter(series_instance_uid__in=ours - live, superseded_at__isnull=True).update(superseded_at=Now())
    written.filter(series_instance_uid__in=live, superseded_at__isnull=False).update(superseded_at=None)


def _uids(of: Q) -> set[str]:
    """Series of heatmaps, their segmentations and maps on demand."""
    heatmaps = Heatmap.objects.filter(of).values_list("series_instance_uid", "segmentation__series_instance_uid")
    maps = Explanation.objects.filter(of).values_list("series_instance_uid", flat=True)
    return {uid for pair in heatmaps for uid in pair if uid} | {uid for uid in maps if uid}


# ------------------------------------------------------------------------------------------------------------- what is due


def differs(report: Report) -> bool:
    """Whether the page says something else than this report."""
    found = outcome.of_study(report.study)
    return (report.result_id, report.advice_given, report.advice_text, report.advice_reason) != (
        found.result.pk if found.result else None,
        found.advice.given,
        found.advice.text,
        report_words.reason_of(found),
    )


def note_change(study: Study) -> None:
    """Mark the study as due where its report no longer says what the page says; ring on commit. Belongs into a transaction.

    A study that never had a report gets its first one from a run.
    """
    report = current(study)
    if report is None or not differs(report):
        return
    due, created = ReportDue.objects.get_or_create(study=study)
    if not created:
        ReportDue.objects.filter(pk=due.pk).update(marks=F("marks") + 1, attempts=0)
    if not _awaited(study):
        transaction.on_commit(lambda: send(study.pk))


def _awaited(study: Study) -> bool:
    """Whether a run that was opened a moment ago will bring a report of its own."""
    # The clock is the application's, as created_at is.
    return Run.objects.filter(
        study=study, state__in=[Run.State.QUEUED, Run.State.RUNNING], created_at__gt=timezone.now() - STALE_AFTER
    ).exists()


def send(study_id: int) -> bool:
    """Ring for one study; False when the broker is down (no error)."""
    if not broker.ring(broker.REPORT_TASK, study_id, queue=broker.REPORT_QUEUE):
        return False
    ReportDue.objects.filter(study=study_id).update(sent_at=Now())
    return True


def take(study_id: int) -> Due | None:
    """Take up a study that is due; None where it is not, a run's own report is awaited, or it failed too often."""
    with transaction.atomic():
        due = ReportDue.objects.select_for_update(of=("self",)).select_related("study").filter(study=study_id).first()
        if due is None or due.attempts >= ATTEMPTS or _awaited(due.study):
            return None
        report = current(due.study)
        if report is None or not differs(report):
            due.delete()
            return None
        ReportDue.objects.filter(pk=due.pk).update(attempts=F("attempts") + 1)
        return Due(due.study, due.marks)


def settle(due: Due) -> None:
    """The report is written: nothing is due, unless something changed meanwhile."""
    ReportDue.objects.filter(study=due.study, marks=due.marks).delete()


def fail(due: Due, trouble: str) -> None:
    """Keep why the report could not be written; it is tried again until its attempts are used up."""
    ReportDue.objects.filter(study=due.study).update(trouble=trouble, sent_at=None)


def ring_again() -> int:
    """Ring for every study that is due and that nobody will hear of otherwise; how many rang."""
    due = ReportDue.objects.filter(attempts__lt=ATTEMPTS).select_related("study")
    found = dispatch.unheard(due, broker.REPORT_QUEUE, LOST_AFTER)
    return sum(send(one.study_id) for one in found if not _awaited(one.study))
