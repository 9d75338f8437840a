"""What both structured reports have in common: language, flags, whose place they take."""

from collections.abc import Sequence

import pydicom
from highdicom.sr import CodedConcept, ComprehensiveSR, EnhancedSR, MeasurementReport

from ml.results.equipment import labelled, made
from ml.results.named import Named
from ml.results.statement import Statement

ENGLISH = CodedConcept("en-US", "RFC5646", "English (United States)")


def document(
    kind: type[ComprehensiveSR | EnhancedSR], what: str, said: Statement, content: pydicom.Dataset | MeasurementReport,
    evidence: Sequence[pydicom.Dataset], named: Named, previous: pydicom.Dataset | None,
) -> pydicom.Dataset:  # fmt: skip
    """The report of `said`, preliminary and unverified, in the place of `previous`. `evidence`: headers it rests on."""
    result: pydicom.Dataset = kind(
        evidence=evidence,
        content=content,
        is_complete=True,
        is_final=False,
        is_verified=False,
        previous_versions=None if previous is None else [previous],
        **made(named, said.networks, said.software_version, labelled(f"{what} no. {said.number}", said.synthetic)),
    )
    result.ContentQualification = "RESEARCH"
    return result
