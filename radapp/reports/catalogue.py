"""Questions that need the analyses, and so statistics: imported where they are asked, a web process starts without.

Which analyses there are, and the cases behind a cell.
"""

from collections.abc import Mapping
from typing import Any

from radapp.accounts.models import User
from radapp.reports.analyses import agreement, behaviour, errors, ledger
from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.judges import NETWORKS, TACTIC, NotAssessable, opinions
from radapp.reports.behind import UnknownConditionError, cases_behind
from radapp.reports.behind_use import examinations_behind
from radapp.reports.inputs.clinical import ClinicalInputs
from radapp.reports.inputs.values import CaseRow, StudyInputs
from radapp.reports.models import SavedReport
from radapp.reports.options import described, options_from
from radapp.reports.recipes import ANALYSES, OF_STUDIES
from radapp.reports.sources import Source

OF_READERS = frozenset({agreement.NAME, behaviour.NAME, errors.NAME})
"""Analyses that say nothing where nobody read or coded."""


def analyses() -> list[dict[str, Any]]:
    """AnalysisSerializer."""
    return [
        {
            "name": one.name,
            "version": one.version,
            "title": one.title,
            "readers": one.name in OF_READERS,
            "reads": "study" if one.name in OF_STUDIES else "use",
            "options": described(one.options),
        }
        for one in ANALYSES.values()
    ]


def behind(report: SavedReport, source: Source, conditions: Mapping[str, str], user: User) -> list[dict[str, Any]]:
    """CaseBehindSerializer of the cases that a cell counts. Raises UnknownConditionError, UnreadableInputsError."""
    inputs = report.inputs.read()
    if not isinstance(inputs, StudyInputs):
        return _examinations(inputs, report, conditions, source.links(user))
    rule = NotAssessable(report.options.get("not_assessable", NotAssessable.SENT_TO_CONTRAST))
    rows = cases_behind(inputs, conditions, rule)
    said, links = opinions(inputs), source.links(user)
    return [
        {
            "case": row.case,
            "cohort": row.cohort,
            "truth": row.truth,
            "basis": row.basis,
            "calls": {label(one.judge): _call(one.calls[row.case]) for one in said if row.case in one.calls},
            "scores": _scores(row),
            "tier": row.networks[TACTIC].tier if TACTIC in row.networks else "",
            "link": links.get(row.case, ""),
        }
        for row in rows
    ]


def _examinations(
    inputs: ClinicalInputs, report: SavedReport, conditions: Mapping[str, str], links: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Of clinical use: nobody but the tactic called."""
    if report.analysis != ledger.NAME:
        raise UnknownConditionError(f"the cells of {report.analysis} open no cases")
    return [
        {
            "case": row.case,
            "cohort": row.protocol,
            "truth": row.truth,
            "basis": row.basis,
            "calls": {},
            "scores": dict(row.scores),
            "tier": row.tier,
            "link": links.get(row.case, ""),
        }
        for row in examinations_behind(inputs, conditions, options_from(ledger.Options, report.options))
    ]


def _call(said: bool | None) -> str:
    return "not_assessable" if said is None else "yes" if said else "no"


def _scores(row: CaseRow) -> dict[str, float]:
    said = {name: row.networks[name].score for name in NETWORKS if name in row.networks}
    return {name: score for name, score in said.items() if score is not None}
