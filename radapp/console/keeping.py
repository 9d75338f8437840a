"""Keeps what was advised on the table, moment by moment, shown or not; and compares it with what was then done."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from radapp.archive import arrivals, table
from radapp.archive.models import SequenceRole, Series, Study
from radapp.console import examinations, shadow
from radapp.console.models import KeptAdvice
from radapp.triage import outcome
from radapp.triage.models import Confirmation, Tier

NO_TIER = "none"
ADVISED = (*Tier.values, NO_TIER)
CONTRAST, WITHOUT, OPEN = "contrast", "without", "open"
DONE = (CONTRAST, WITHOUT, OPEN)
LISTED_AT_MOST = 500


def keep() -> int:
    """Add a row for each examination on the table whose advice is no longer what was kept last; how many."""
    found = examinations.on_table()
    if not found:
        return 0
    studies = [study for study, _ in found]
    shown, outcomes, newest = shadow.is_shown(), outcome.outcomes(studies), _newest(studies)
    added = 0
    for study, rows in found:
        said, advice = outcomes[study.pk], examinations.advice_of(outcomes[study.pk], rows)
        wanted: dict[str, object] = {
            "result_id": said.result.pk if said.result else None,
            "tier": said.result.tier if said.result else "",
            "final": said.final or "",
            "enhanced": bool(said.result and said.result.score_t1wic is not None),
            "given": advice.given,
            "text": advice.text,
            "reason": advice.reason,
            "shown": shown,
        }
        last = newest.get(study.pk)
        if last is None or any(getattr(last, name) != value for name, value in wanted.items()):
            added += _add(study, last, wanted)
    return added


def _add(study: Study, last: KeptAdvice | None, wanted: dict[str, object]) -> int:
    """One row, unless another process was faster."""
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if _newest([study]).get(study.pk) != last:
            return 0
        KeptAdvice.objects.create(study=study, **wanted)
    return 1


def _newest(studies: Iterable[Study]) -> dict[int, KeptAdvice]:
    return {row.study_id: row for row in KeptAdvice.objects.filter(study__in=studies).order_by("id")}


@dataclass(frozen=True)
class Compared:
    """One examination: what the unenhanced images' advice was, whether the console showed it, and what was done."""

    uid: str
    accession_number: str
    advised: str
    """A tier, or none where no advice was given."""
    shown: bool
    done: str
    """contrast, without, or open while it is on the table."""
    decision: str
    """confirmed, overridden or empty."""


def compared() -> list[Compared]:
    """Every examination that advice was kept of, newest first."""
    studies = list(Study.objects.filter(kept_advice__isnull=False).distinct().order_by("-id")[:LISTED_AT_MOST])
    before = _before_contrast(studies)
    enhanced = _enhanced(studies)
    decisions = {
        row.result.run.study_id: row
        for row in Confirmation.objects.filter(result__run__study__in=studies).select_related("result__run").order_by("id")
    }
    rows, now = arrivals.of_studies(studies), timezone.now()
    found = []
    for study in studies:
        decided, kept = decisions.get(study.pk), before[study.pk]
        if study.pk in enhanced:
            done = CONTRAST
        elif decided is not None and not decided.contrast:
            done = WITHOUT
        else:
            done = OPEN if table.is_on_table(study, rows[study.pk], now) else WITHOUT
        found.append(
            Compared(
                study.study_instance_uid,
                study.accession_number,
                kept.tier if kept.given else NO_TIER,
                kept.shown,
                done,
                decided.decision if decided else "",
            )
        )
    return found


def _before_contrast(studies: Iterable[Study]) -> dict[int, KeptAdvice]:
    """The last advice of each study on its unenhanced images: given if it ever was, for images of T1WIC withdraw it."""
    found: dict[int, KeptAdvice] = {}
    for row in KeptAdvice.objects.filter(study__in=studies).order_by("id"):
        known = found.get(row.study_id)
        if known is None or (not row.enhanced and (row.given or not known.given)):
            found[row.study_id] = row
    return found


def _enhanced(studies: Iterable[Study]) -> set[int]:
    """The studies that hold a series of T1WIC."""
    in_force = Q(assigned_role=SequenceRole.T1WIC) | Q(assigned_role=None, recognised_role=SequenceRole.T1WIC)
    series = Series.objects.filter(in_force, study__in=studies, generated=False, modality="MR")
    return set(series.values_list("study_id", flat=True))


def counts(found: Iterable[Compared]) -> dict[str, dict[str, int]]:
    """{advised: {done: examinations}}, every cell named."""
    table_of = {advised: dict.fromkeys(DONE, 0) for advised in ADVISED}
    for one in found:
        table_of[one.advised][one.done] += 1
    return table_of
