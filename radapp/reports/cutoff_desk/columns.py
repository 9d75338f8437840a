"""What the desk is moved over: of every cohort its scores and truths as columns, without what names a case. No Django.

Rows are in the order of their scores: neither order nor place says which case one is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from radapp.reports.analyses.judges import ENHANCED, FUSED, TACTIC
from radapp.reports.inputs.values import CaseRow, StudyInputs

MOST = 100_000
"""Patients that a browser is given at once."""


class SeveralCutoffsError(ValueError):
    """T1WIC was held against several cutoffs within one cohort."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One patient with scores and truth. `patient` stays on the server: folds keep a patient's cases together."""

    score: float
    t1wic: float | None
    truth: bool
    patient: int

    @property
    def order(self) -> tuple[float, bool, float]:
        """By what is told alone."""
        return self.score, self.truth, -1.0 if self.t1wic is None else self.t1wic


@dataclass(frozen=True, kw_only=True)
class Columns:
    """One cohort. `t1wic_cutoff` None: nobody has T1WIC.

    Beside the rows: `no_advice_…`, whom the tactic sends to contrast whatever the cutoffs are (not assessable, or advice
    withheld) and calls; `without_truth`, who enters nothing; `unread`, whom no network read.
    """

    name: str
    rows: tuple[Row, ...]
    t1wic_cutoff: float | None
    no_advice_diseased: int
    no_advice_healthy: int
    without_truth: int
    unread: int


def columns_of(inputs: StudyInputs) -> tuple[Columns, ...]:
    """Of every cohort that has a score; SeveralCutoffsError where its T1WIC has several cutoffs."""
    return tuple(found for name, cases in inputs.cohorts.items() if (found := _columns(name, cases)).rows)


def together(cohorts: Sequence[Columns]) -> Columns:
    """All cohorts as one; SeveralCutoffsError where their T1WIC has different cutoffs."""
    return Columns(
        name="",
        rows=_sorted(row for one in cohorts for row in one.rows),
        t1wic_cutoff=_only({one.t1wic_cutoff for one in cohorts if one.t1wic_cutoff is not None}),
        no_advice_diseased=sum(one.no_advice_diseased for one in cohorts),
        no_advice_healthy=sum(one.no_advice_healthy for one in cohorts),
        without_truth=sum(one.without_truth for one in cohorts),
        unread=sum(one.unread for one in cohorts),
    )


def _columns(name: str, cases: Sequence[CaseRow]) -> Columns:
    read = [row for row in cases if FUSED in row.networks]
    settled = [row for row in read if row.truth is not None]
    silent = [row for row in settled if _has_no_advice(row)]
    diseased = sum(bool(row.truth) for row in silent)
    return Columns(
        name=name,
        rows=_sorted(_row(row) for row in settled if not _has_no_advice(row)),
        t1wic_cutoff=_only({one.cutoff for row in read if (one := row.networks.get(ENHANCED)) and one.cutoff is not None}),
        no_advice_diseased=diseased,
        no_advice_healthy=len(silent) - diseased,
        without_truth=len(read) - len(settled),
        unread=len(cases) - len(read),
    )


def _has_no_advice(row: CaseRow) -> bool:
    """Not assessable, or the tactic's advice was withheld from its scores: no tier."""
    called = row.networks.get(TACTIC)
    return row.networks[FUSED].score is None or (called is not None and not called.tier)


def _row(row: CaseRow) -> Row:
    score, enhanced = row.networks[FUSED].score, row.networks.get(ENHANCED)
    assert score is not None
    assert row.truth is not None
    return Row(score=score, t1wic=enhanced.score if enhanced else None, truth=row.truth, patient=row.patient)


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row.order))


def _only(cutoffs: set[float]) -> float | None:
    if len(cutoffs) > 1:
        raise SeveralCutoffsError(
            f"T1WIC was held against {len(cutoffs)} cutoffs ({', '.join(map(str, sorted(cutoffs)))}); expected one: choose "
            "a single cohort."
        )
    return next(iter(cutoffs), None)
