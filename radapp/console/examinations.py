"""What the console shows: the examinations on the table, one a row, with nothing that names a patient but initials.

In shadow mode no tier, score, advice or decision leaves this module: hiding is the server's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from radapp.archive import arrivals, table
from radapp.archive.models import SequenceRole, SeriesArrival, Study
from radapp.console import shadow
from radapp.triage import outcome
from radapp.triage.advice import NO_ADVICE, Advice
from radapp.triage.models import Run
from radapp.triage.outcome import Outcome

ROWS = 6
"""As many as can be read from three metres."""
ROLES = (SequenceRole.T1WI, SequenceRole.T2WI, SequenceRole.T1WIC)
SHADOW = "Shadow mode: advice is computed and kept, not shown."
SLICES_COME = "Slices are arriving that this result does not count."


@dataclass(frozen=True)
class Segment:
    """One of the tactic's sequences on its way in. `expected`: images promised, None where nothing says so."""

    role: str
    state: str
    """absent, arriving or complete."""
    images: int
    expected: int | None
    why: str
    """Why it counts as complete; empty while it does not."""
    since: datetime | None
    remark: str
    """What re-opened it last; empty where nothing did."""


@dataclass(frozen=True)
class Decided:
    """The newest decision about the result in force."""

    by: str
    at: datetime
    decision: str
    contrast: bool
    reason: str


@dataclass(frozen=True)
class Examination:
    """One row."""

    id: int
    accession_number: str
    initials: str
    synthetic: bool
    """The examination, or the networks that its result comes from."""
    segments: tuple[Segment, ...]
    others: int
    """Other series on their way in now."""
    came: int
    """Counts up with whatever comes, repeated slices included."""
    quiet_s: float
    state: str
    percent: int
    advice: Advice
    tier: str | None
    final: str | None
    run_id: int | None
    """The run whose result is shown; a decision names it."""
    can_decide: bool
    decided: Decided | None
    open_questions: int


@dataclass(frozen=True)
class Table:
    """The whole screen."""

    shown: bool
    """False: shadow mode."""
    examinations: tuple[Examination, ...]
    more: int
    """Examinations on the table that found no room."""


def on_table(now: datetime | None = None) -> list[tuple[Study, list[SeriesArrival]]]:
    """The studies on the table with their arrivals, the newest slice first."""
    now = now or timezone.now()
    studies = list(table.lately_arrived(now))
    rows = arrivals.of_studies(studies)
    found = [(study, rows[study.pk]) for study in studies if table.is_on_table(study, rows[study.pk], now)]
    return sorted(found, key=lambda one: max(row.last_at for row in one[1]), reverse=True)


def on_table_or_none(study_id: int) -> Study | None:
    """The study of this number, while it is on the table."""
    return next((study for study, _ in on_table() if study.pk == study_id), None)


def present() -> Table:
    """The table as it stands."""
    now, shown = timezone.now(), shadow.is_shown()
    found = on_table(now)
    outcomes = outcome.outcomes([study for study, _ in found])
    listed = [_examination(study, rows, outcomes[study.pk], now, shown=shown) for study, rows in found[:ROWS]]
    return Table(shown, tuple(listed), max(0, len(found) - ROWS))


def advice_of(found: Outcome, rows: Iterable[SeriesArrival]) -> Advice:
    """The outcome's advice, withheld at once where a slice of what it read has come that nobody has weighed yet."""
    if found.advice.given and found.result is not None:
        read = set(found.result.run.inputs.values())
        if any(row.series.series_instance_uid in read and not row.complete for row in rows):
            return Advice(False, NO_ADVICE, SLICES_COME)
    return found.advice


def _examination(study: Study, rows: Sequence[SeriesArrival], found: Outcome, now: datetime, *, shown: bool) -> Examination:
    advice = advice_of(found, rows)
    if not shown:
        advice = Advice(False, NO_ADVICE, SHADOW)
    running = found.run is not None and found.run.state == Run.State.RUNNING
    last = max(row.last_at for row in rows)
    return Examination(
        id=study.pk,
        accession_number=study.accession_number,
        initials=initials(study.patient_name),
        synthetic=study.synthetic or bool(found.result and found.result.synthetic),
        segments=tuple(_segment(role, rows) for role in ROLES),
        others=sum(not row.complete and row.series.role not in ROLES for row in rows),
        came=sum(row.arrivals for row in rows),
        quiet_s=max(0.0, (now - last).total_seconds()),
        state=found.state,
        percent=found.run.percent if running and found.run else 0,
        advice=advice,
        tier=found.result.tier if advice.given and found.result else None,
        final=found.final if advice.given else None,
        run_id=found.result.run_id if shown and found.result else None,
        can_decide=shown and _is_open(found) and advice == found.advice,
        decided=_decided(found) if shown else None,
        open_questions=len(found.scope.unanswered),
    )


def _is_open(found: Outcome) -> bool:
    """Whether contrast is still to be decided about: on a result that counts every slice, before T1WIC."""
    return found.result is not None and not found.stale and found.result.score_t1wic is None


def _decided(found: Outcome) -> Decided | None:
    kept = found.confirmation
    if kept is None or found.stale:
        return None
    return Decided(kept.decided_by.display_name, kept.decided_at, kept.decision, kept.contrast, kept.reason)


def _segment(role: str, rows: Iterable[SeriesArrival]) -> Segment:
    """Of several series of a role the one that is arriving, else the newest."""
    mine = sorted((row for row in rows if row.series.role == role), key=lambda row: (not row.complete, row.last_at))
    if not mine:
        return Segment(role, "absent", 0, None, "", None, "")
    row = next((one for one in mine if not one.complete), mine[-1])
    return Segment(
        role,
        "complete" if row.complete else "arriving",
        row.instances,
        arrivals.promised(row),
        row.why,
        row.complete_at,
        row.remark if row.reopened else "",
    )


def initials(patient_name: str) -> str:
    """Initials of a DICOM PN, the family's first: `Li^Wei` is L. W.; of ideographs the family's first alone."""
    groups = patient_name.split("=")
    parts = [part.strip() for part in next((group for group in groups if group.strip("^ ")), "").split("^")[:2]]
    letters = [part[0].upper() for part in parts if part]
    if letters and _is_ideograph(letters[0]):
        return letters[0]
    return " ".join(f"{letter}." for letter in letters)


def _is_ideograph(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" or letter >= "\U00020000"
