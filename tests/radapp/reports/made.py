"""Inputs made by hand: a cohort in which it is plain who says what."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from radapp.readerstudies.coding.categories import ERRORS, PAPER
from radapp.reports.inputs.values import (
    AnswerRow,
    CaseRow,
    CodeSaid,
    Cutoffs,
    ErrorRow,
    Flow,
    Named,
    NamedAnalysis,
    NetworkSaid,
    Plan,
    StudyInputs,
)

PLAN = Plan(
    alpha=0.05,
    correction="bonferroni",
    primary=None,
    analyses=(),
    sequential=False,
    arms=(),
    categories={error: tuple(one.key for one in PAPER if one.error == error) for error in ERRORS},
)


def said(positive: bool | None, score: float | None = None, tier: str = "") -> NetworkSaid:
    return NetworkSaid(score=score, cutoff=None if score is None else 0.5, positive=positive, tier=tier)


def case(number: int, truth: bool | None, networks: Mapping[str, NetworkSaid] | None = None, **facts: Any) -> CaseRow:
    row = CaseRow(
        case=number,
        cohort="",
        patient=number,
        truth=truth,
        basis="histopathology",
        debatable=False,
        nodal_only=False,
        rt_stage="",
        sites=(),
        kinds=(),
        t1wic=True,
        scanner="",
        fat_saturated={},
        synthetic=False,
        networks=networks or {},
    )
    return replace(row, **facts)


def answer(number: int, call: bool | None, reader: str = "senior_1", **facts: Any) -> AnswerRow:
    row = AnswerRow(
        reader=reader,
        seniority=reader.split("_")[0],
        simulated=False,
        arm="complete",
        stage="only",
        session=1,
        position=number,
        repeat=False,
        case=number,
        call=call,
        likelihood=None,
        mark=None,
        milliseconds={},
    )
    return replace(row, **facts)


def coded(number: int, source: str, error: str, first: str, second: str = "", **facts: Any) -> ErrorRow:
    """Coded by coders 1 and 2; settled where both say the same."""
    codes = tuple(
        CodeSaid(coder=coder, primary=primary, contributors=())
        for coder, primary in enumerate((first, second or first), start=1)
    )
    reader = source.startswith(("senior", "junior"))
    row = ErrorRow(
        case=number,
        source=source,
        arm="complete" if reader else "",
        stage="only" if reader else "",
        error=error,
        codes=codes,
        adjudicated=False,
        primary=first if second in {"", first} else "",
        contributors=(),
    )
    return replace(row, **facts)


def analysis(key: str, endpoint: str, first: str, second: str = "", **facts: Any) -> NamedAnalysis:
    values: dict[str, Any] = {"hypothesis": "superiority", "margin": None, "named": Named.BEFORE_OPENING, **facts}
    return NamedAnalysis(key=key, endpoint=endpoint, first=first, second=second, **values)


def flow(assessed: int, **facts: Any) -> Flow:
    return replace(Flow(assessed=assessed, left_out={}, practice=0, withdrawn=0), **facts)


def inputs(cases: Sequence[CaseRow], answers: Sequence[AnswerRow] = (), plan: Plan = PLAN, **facts: Any) -> StudyInputs:
    found = StudyInputs(
        plan=plan,
        cutoffs=Cutoffs.SET_BEFOREHAND,
        synthetic=False,
        flow=flow(len(cases)),
        cases=tuple(cases),
        answers=tuple(answers),
        errors=(),
    )
    return replace(found, **facts)
