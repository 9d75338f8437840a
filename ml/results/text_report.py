"""The report for people: an Enhanced SR of text that any viewer shows as it stands (PS3.3 A.35.2; sections as TID 2000's).

Its title is not that of a measurement report and its sections are separate, or OHIF shows an empty viewport instead.
"""

from collections.abc import Iterable, Iterator, Sequence

import pydicom
from highdicom.sr import (
    CodeContentItem,
    ContainerContentItem,
    ContentSequence,
    EnhancedSR,
    LanguageOfContentItemAndDescendants,
    RelationshipTypeValues,
    TextContentItem,
)
from pydicom.sr.coding import Code

from ml.results import codes
from ml.results.document import ENGLISH, document
from ml.results.equipment import DEMONSTRATION, MANUFACTURER, NOT_CLINICAL
from ml.results.named import Named
from ml.results.observer import observation_context
from ml.results.statement import RESEARCH, Statement

Line = tuple[Code, str]


def write_text_report(
    said: Statement, evidence: Sequence[pydicom.Dataset], named: Named, previous: pydicom.Dataset | None = None
) -> pydicom.Dataset:
    """The report of `said` about `evidence` (headers; the first gives patient and study), in the place of `previous`."""
    return document(EnhancedSR, "Advice", said, _content(said), evidence, named, previous)


def _content(said: Statement) -> ContainerContentItem:
    root = ContainerContentItem(codes.TITLE, is_content_continuous=False)
    root.ContentSequence = ContentSequence(
        [
            *LanguageOfContentItemAndDescendants(ENGLISH),
            *observation_context(said.software_version),
            _procedure(),
            *_sections(said),
        ]
    )
    return root


def _procedure() -> CodeContentItem:
    return CodeContentItem(codes.PROCEDURE_REPORTED, codes.MR_IMAGING, RelationshipTypeValues.HAS_CONCEPT_MOD)


def _sections(said: Statement) -> Iterator[ContainerContentItem]:
    yield _section(codes.CONCLUSIONS, _conclusions(said))
    yield _section(codes.RECOMMENDATIONS, _recommendations(said))
    findings = list(_findings(said))
    if findings:
        yield _section(codes.FINDINGS, findings)
    yield _section(codes.LIMITS, [(codes.LIMIT, words) for words in said.limits] or [(codes.LIMIT, RESEARCH)])
    provenance = list(_provenance(said))
    if provenance:
        yield _section(codes.PROVENANCE, provenance)


def _section(heading: Code, lines: Iterable[Line]) -> ContainerContentItem:
    section = ContainerContentItem(heading, is_content_continuous=False, relationship_type=RelationshipTypeValues.CONTAINS)
    items = [TextContentItem(name, words, RelationshipTypeValues.CONTAINS) for name, words in lines]
    section.ContentSequence = ContentSequence(items)
    return section


def _conclusions(said: Statement) -> Iterator[Line]:
    if said.synthetic:
        yield codes.SYNTHETIC, f"{DEMONSTRATION.capitalize()}. {NOT_CLINICAL}."
    yield codes.STATUS, RESEARCH
    yield codes.CONCLUSION, said.tier_words
    if said.replaces_words:
        yield codes.REPLACES, said.replaces_words


def _recommendations(said: Statement) -> Iterator[Line]:
    yield codes.RECOMMENDATION, said.advice
    if said.reason:
        yield codes.REASON, said.reason


def _findings(said: Statement) -> Iterator[Line]:
    for score in said.scores:
        yield codes.FINDING, f"{score.words}."
    if said.neighbours:
        yield codes.NEIGHBOURS, said.neighbours
    for note in said.notes:
        yield codes.NOTE, note


def _provenance(said: Statement) -> Iterator[Line]:
    if said.protocol:
        yield codes.PROTOCOL, said.protocol
    for network in said.networks:
        yield codes.NETWORK, f"{network.sequence}: {network.name}, bundle SHA-256 {network.sha256}"
    if said.networks:
        yield codes.PROVENANCE, f"{MANUFACTURER} {said.software_version}"
