"""The analyses by name, and a report made from frozen inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ml.evaluation.plain import plain
from radapp.reports import book
from radapp.reports.analyses import (
    agreement,
    behaviour,
    calibration,
    checklists,
    drift,
    economics,
    economics_sensitivity,
    errors,
    ledger,
    performance,
    roc,
    stard,
    subgroups,
    tactic,
)
from radapp.reports.document import of_agreement as document_of_agreement
from radapp.reports.document import of_behaviour as document_of_behaviour
from radapp.reports.document import of_calibration as document_of_calibration
from radapp.reports.document import of_checklists as document_of_checklists
from radapp.reports.document import of_drift as document_of_drift
from radapp.reports.document import of_economics as document_of_economics
from radapp.reports.document import of_economics_sensitivity as document_of_economics_sensitivity
from radapp.reports.document import of_errors as document_of_errors
from radapp.reports.document import of_ledger as document_of_ledger
from radapp.reports.document import of_performance as document_of_performance
from radapp.reports.document import of_roc as document_of_roc
from radapp.reports.document import of_stard as document_of_stard
from radapp.reports.document import of_subgroups as document_of_subgroups
from radapp.reports.document import of_tactic as document_of_tactic
from radapp.reports.document.blocks import Section, Words
from radapp.reports.files import (
    of_agreement,
    of_behaviour,
    of_calibration,
    of_checklists,
    of_drift,
    of_economics_sensitivity,
    of_errors,
    of_ledger,
    of_performance,
    of_roc,
    of_stard,
    of_subgroups,
    of_tactic,
    tables,
)
from radapp.reports.files.raw import Inputs, notes_for
from radapp.reports.files.rendering import Report
from radapp.reports.files.schema import report_schema
from radapp.reports.files.tables import Table
from radapp.reports.inputs.clinical import ClinicalInputs
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.stand import NOT_LOCKED as NOT_LOCKED
from radapp.reports.stand import NOT_UNBLINDED as NOT_UNBLINDED
from radapp.reports.stand import SYNTHETIC as SYNTHETIC
from radapp.reports.stand import Stand as Stand
from radapp.reports.stand import labels_of


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """One kind of report. `version` is raised where the same inputs and options would give other figures.

    `reads`: which inputs it is made from. `long`: its files take so long that a second core is worth starting.
    """

    name: str
    version: int
    options: type[Any]
    run: Callable[[Any, Any], Any]
    tables: Callable[[Any], tuple[Table, ...]]
    title: Words
    sections: Callable[[Any], tuple[Section, ...]]
    reads: type[Inputs] = StudyInputs
    long: bool = False


PARTS: Mapping[str, Analysis] = {
    one.name: one
    for one in (
        Analysis(
            name=performance.NAME,
            version=performance.VERSION,
            options=performance.Options,
            run=performance.performance,
            tables=of_performance.of_performance,
            title=Words("Diagnostic performance", "诊断效能"),
            sections=document_of_performance.sections,
        ),
        Analysis(
            name=roc.NAME,
            version=roc.VERSION,
            options=roc.Options,
            run=roc.roc,
            tables=of_roc.of_roc,
            title=Words("ROC curves", "ROC 曲线"),
            sections=document_of_roc.sections,
        ),
        Analysis(
            name=tactic.NAME,
            version=tactic.VERSION,
            options=tactic.Options,
            run=tactic.tactic,
            tables=of_tactic.of_tactic,
            title=Words("The tactic", "分层策略"),
            sections=document_of_tactic.sections,
        ),
        Analysis(
            name=economics.NAME,
            version=economics.VERSION,
            options=economics.Options,
            run=economics.economics,
            tables=tables.of_economics,
            title=Words("Economics", "经济学"),
            sections=document_of_economics.sections,
        ),
        Analysis(
            name=economics_sensitivity.NAME,
            version=economics_sensitivity.VERSION,
            options=economics_sensitivity.Options,
            run=economics_sensitivity.economics_sensitivity,
            tables=of_economics_sensitivity.of_economics_sensitivity,
            title=Words("How far the economics hold", "经济学：敏感性分析"),
            sections=document_of_economics_sensitivity.sections,
        ),
        Analysis(
            name=errors.NAME,
            version=errors.VERSION,
            options=errors.Options,
            run=errors.errors,
            tables=of_errors.of_errors,
            title=Words("Errors", "错误分析"),
            sections=document_of_errors.sections,
        ),
        Analysis(
            name=agreement.NAME,
            version=agreement.VERSION,
            options=agreement.Options,
            run=agreement.agreement,
            tables=of_agreement.of_agreement,
            title=Words("Agreement", "一致性"),
            sections=document_of_agreement.sections,
        ),
        Analysis(
            name=behaviour.NAME,
            version=behaviour.VERSION,
            options=behaviour.Options,
            run=behaviour.behaviour,
            tables=of_behaviour.of_behaviour,
            title=Words("Reader behaviour", "阅片者行为"),
            sections=document_of_behaviour.sections,
        ),
        Analysis(
            name=calibration.NAME,
            version=calibration.VERSION,
            options=calibration.Options,
            run=calibration.calibration,
            tables=of_calibration.of_calibration,
            title=Words("Calibration", "校准"),
            sections=document_of_calibration.sections,
        ),
        Analysis(
            name=subgroups.NAME,
            version=subgroups.VERSION,
            options=subgroups.Options,
            run=subgroups.subgroups,
            tables=of_subgroups.of_subgroups,
            title=Words("Subgroups", "亚组"),
            sections=document_of_subgroups.sections,
        ),
        Analysis(
            name=stard.NAME,
            version=stard.VERSION,
            options=stard.Options,
            run=stard.stard,
            tables=of_stard.of_stard,
            title=Words("Flow of cases", "病例流程"),
            sections=document_of_stard.sections,
        ),
        Analysis(
            name=checklists.NAME,
            version=checklists.VERSION,
            options=checklists.Options,
            run=checklists.checklists,
            tables=of_checklists.of_checklists,
            title=Words("Reporting checklists", "报告清单"),
            sections=document_of_checklists.sections,
        ),
        Analysis(
            name=ledger.NAME,
            version=ledger.VERSION,
            options=ledger.Options,
            run=ledger.ledger,
            tables=of_ledger.of_ledger,
            title=Words("Ledger of clinical use", "临床使用台账"),
            sections=document_of_ledger.sections,
            reads=ClinicalInputs,
        ),
        Analysis(
            name=drift.NAME,
            version=drift.VERSION,
            options=drift.Options,
            run=drift.drift,
            tables=of_drift.of_drift,
            title=Words("Calibration and drift over time", "随时间的校准与漂移"),
            sections=document_of_drift.sections,
            reads=ClinicalInputs,
        ),
    )
}
"""{name: the analysis}"""
CHAPTERS: Mapping[str, Analysis] = {name: one for name, one in PARTS.items() if one.reads is StudyInputs}
"""Those of a study: the whole report has a chapter of each"""
ANALYSES: Mapping[str, Analysis] = {
    **PARTS,
    book.NAME: Analysis(
        name=book.NAME,
        version=book.version(CHAPTERS),
        options=book.Options,
        run=book.run(CHAPTERS),
        tables=book.tables(CHAPTERS),
        title=book.TITLE,
        sections=book.sections(CHAPTERS),
        long=True,
    ),
}


OF_STUDIES: Mapping[str, Analysis] = {name: one for name, one in ANALYSES.items() if one.reads is StudyInputs}
"""Those that a reader study can be read by, and a cohort, too; the others are of clinical use."""


def make(analysis: Analysis, inputs: Inputs, options: Any, stand: Stand) -> Report:
    """Run an analysis; `options` is one of its `options`. The same recipe on the same inputs gives the same bytes."""
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
        labels=labels_of(locked=stand.locked, unblinded=stand.unblinded, synthetic=inputs.synthetic),
        notes=notes_for(inputs),
        result=result,
        tables=analysis.tables(result),
        title=analysis.title,
        sections=analysis.sections(result),
        schema=report_schema(analysis.name, analysis.options, type(result), book.kinds(result)),
        inputs=inputs,
        preliminary=not stand.locked,
    )
