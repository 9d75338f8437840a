"""The raw data of a report, by what it was made from, and the notes that belong under every figure of it. No Django."""

from collections.abc import Mapping

from radapp.reports.analyses.standing import CLUSTERED, notes_of
from radapp.reports.files.mrmc import mrmc_files, mrmc_notes
from radapp.reports.files.readings import readings
from radapp.reports.files.tables import Table
from radapp.reports.files.uses import uses
from radapp.reports.inputs.clinical import ClinicalInputs
from radapp.reports.inputs.values import StudyInputs

Inputs = StudyInputs | ClinicalInputs
"""What an analysis may be made from."""


def raw_table(inputs: Inputs) -> Table:
    """The long table."""
    return uses(inputs) if isinstance(inputs, ClinicalInputs) else readings(inputs)


def raw_files(inputs: Inputs, title: str) -> Mapping[str, bytes]:
    """Files of other programs."""
    return {} if isinstance(inputs, ClinicalInputs) else mrmc_files(inputs, title)


def notes_for(inputs: Inputs) -> tuple[str, ...]:
    """Sentences of the report."""
    if isinstance(inputs, StudyInputs):
        return (*notes_of(inputs), *mrmc_notes(inputs))
    several = len({row.patient for row in inputs.cases}) < len(inputs.cases)
    return (CLUSTERED,) if several else ()
