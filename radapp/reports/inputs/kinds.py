"""Which inputs an analysis is made from, by its name: known without importing analyses. No Django."""

from radapp.reports.inputs.clinical import ClinicalInputs
from radapp.reports.inputs.reading import Inputs
from radapp.reports.inputs.values import StudyInputs

OF_CLINICAL_USE = frozenset({"ledger", "drift"})
"""Analyses of clinical use over time: a cohort has it, a reader study has none."""


def reads(analysis: str) -> type[Inputs]:
    """The inputs of the analysis of this name."""
    return ClinicalInputs if analysis in OF_CLINICAL_USE else StudyInputs
