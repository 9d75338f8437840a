"""The analyses by name, and a report made from frozen inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ml.evaluation.plain import plain
from radapp.reports.analyses import agreement, behaviour, economics, errors, performance, roc, tactic
from radapp.reports.analyses.standing import notes_of
from radapp.reports.files import of_agreement, of_behaviour, of_errors, of_roc, tables
from radapp.reports.files.mrmc import mrmc_notes
from radapp.reports.files.rendering import Report
from radapp.reports.files.schema import report_schema
from radapp.reports.files.tables import Table
from radapp.reports.inputs.values import StudyInputs

SYNTHETIC = "synthetic or simulated data: nothing here is about patients"
NOT_LOCKED = "PRELIMINARY: the study is not locked; answers and reference may still change"
NOT_UNBLINDED = "made before unblinding"


@dataclass(frozen=True)
class Analysis:
    """One kind of report. `version` is raised where the same inputs and options would give other figures."""

    name: str
    version: int
    options: type[Any]
    run: Callable[[StudyInputs, Any], Any]
    tables: Callable[[Any], tuple[Table, ...]]


ANALYSES: Mapping[str, Analysis] = {
    one.name: one
    for one in (
        Analysis(performance.NAME, performance.VERSION, performance.Options, performance.performance, tables.of_performance),
        Analysis(agreement.NAME, agreement.VERSION, agreement.Options, agreement.agreement, of_agreement.of_agreement),
        Analysis(behaviour.NAME, behaviour.VERSION, behaviour.Options, behaviour.behaviour, of_behaviour.of_behaviour),
        Analysis(errors.NAME, errors.VERSION, errors.Options, errors.errors, of_errors.of_errors),
        Analysis(roc.NAME, roc.VERSION, roc.Options, roc.roc, of_roc.of_roc),
        Analysis(tactic.NAME, tactic.VERSION, tactic.Options, tactic.tactic, tables.of_tactic),
        Analysis(economics.NAME, economics.VERSION, economics.Options, economics.economics, tables.of_economics),
    )
}


@dataclass(frozen=True, kw_only=True)
class Stand:
    """Where the study stood: its key and title, and whether its answers are final and have met the reference standard.

    `made_by`: name and version of the program.
    """

    key: str
    title: str
    state: str
    locked: bool
    unblinded: bool
    made_by: str


def make(analysis: Analysis, inputs: StudyInputs, options: Any, stand: Stand) -> Report:
    """Run an analysis; `options` is one of its `options`. The same recipe on the same inputs gives the same bytes."""
    labels = {NOT_LOCKED: not stand.locked, NOT_UNBLINDED: not stand.unblinded, SYNTHETIC: inputs.synthetic}
    result = analysis.run(inputs, options)
    return Report(
        name=analysis.name,
        about={
            "made_by": stand.made_by,
            "study": {"key": stand.key, "title": stand.title, "state": stand.state},
            "recipe": {"analysis": analysis.name, "version": analysis.version, "options": plain(options)},
            "inputs": {
                "sha256": inputs.sha256,
                "version": inputs.version,
                "cases": len(inputs.cases),
                "answers": len(inputs.answers),
                "cutoffs": inputs.cutoffs.value,
            },
            "protocol": plain(inputs.plan),
        },
        labels=tuple(words for words, holds in labels.items() if holds),
        notes=(*notes_of(inputs), *mrmc_notes(inputs)),
        result=result,
        tables=analysis.tables(result),
        schema=report_schema(analysis.name, analysis.options, type(result)),
        inputs=inputs,
        preliminary=not stand.locked,
    )
