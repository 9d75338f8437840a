"""The report for machines: a Comprehensive SR by TID 1500, in a series of its own, because viewers show nothing of it.

A group (TID 1501) for the tactic with the fused score, cutoffs, tier, call and advice; one for each network with its score,
the algorithm with the bundle's hash, and the heatmap as its visual explanation; and a volume (TID 1411) for each segment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pydicom
from highdicom.sr import (
    AlgorithmIdentification,
    ComprehensiveSR,
    FindingSite,
    ImageContentItem,
    LanguageOfContentItemAndDescendants,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    ReferencedSegment,
    RelationshipTypeValues,
    SourceImageForMeasurementGroup,
    SourceSeriesForSegmentation,
    TextContentItem,
    TrackingIdentifier,
    VolumetricROIMeasurementsAndQualitativeEvaluations,
)
from pydicom.sr.coding import Code
from pydicom.uid import generate_uid

from ml.heatmap_look import THRESHOLD
from ml.results import codes
from ml.results.document import ENGLISH, document
from ml.results.equipment import MANUFACTURER
from ml.results.named import Named
from ml.results.observer import observation_context
from ml.results.statement import Network, Score, Statement

FUSED = "T1_T2"
TACTIC = "DARNDEST tactic"
CONTAINS = RelationshipTypeValues.CONTAINS


@dataclass(frozen=True)
class Explained:
    """What explains one network's score: headers of its source images, of its heatmap, and of the SEG where there is one.

    `volume` is that of the segment in mm³.
    """

    sequence: str
    source: Sequence[pydicom.Dataset]
    heatmap: pydicom.Dataset
    segmentation: pydicom.Dataset | None = None
    volume: float = 0.0


def write_measurement_report(
    said: Statement, explained: Sequence[Explained], evidence: Sequence[pydicom.Dataset], named: Named,
    previous: pydicom.Dataset | None = None,
) -> pydicom.Dataset:  # fmt: skip
    """The report of `said`. `evidence` are headers of all it rests on; the first gives patient and study."""
    return document(ComprehensiveSR, "Measurements for machines", said, _content(said, explained), evidence, named, previous)


def _content(said: Statement, explained: Sequence[Explained]) -> MeasurementReport:
    by_sequence = {one.sequence: one for one in explained}
    groups = [
        _network_group(said, network, score, by_sequence.get(network.sequence))
        for network in said.networks
        for score in said.scores
        if score.sequence == network.sequence
    ]
    segments = [_segment_group(said, one) for one in explained if one.segmentation is not None]
    return MeasurementReport(
        observation_context=observation_context(said.software_version),
        procedure_reported=codes.MR_IMAGING,
        imaging_measurements=[_tactic_group(said), *groups, *segments],
        language_of_content_item_and_descendants=LanguageOfContentItemAndDescendants(ENGLISH),
    )


def _tracking(name: str) -> TrackingIdentifier:
    """The same UID for the same kind of group in every report: what is tracked is the question, not the answer."""
    return TrackingIdentifier(uid=generate_uid(entropy_srcs=[MANUFACTURER, name]), identifier=name)


def _site() -> list[FindingSite]:
    return [FindingSite(codes.NASOPHARYNX)]


def _tactic_group(said: Statement) -> MeasurementsAndQualitativeEvaluations:
    """Tier, call, advice; the fused score and its cutoffs."""
    fused = next((score for score in said.scores if score.sequence == FUSED), None)
    group = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking(TACTIC),
        algorithm_id=_tactic(said),
        finding_sites=_site(),
        measurements=None if fused is None else list(_numbers(fused, codes.FUSED_SCORE)),
        qualitative_evaluations=list(_evaluations(said)),
    )
    lines: list[tuple[Code, str]] = [(codes.ADVICE, said.advice)]
    lines += [(codes.REASON, said.reason)] if said.reason else []
    lines += [(codes.PROTOCOL, said.protocol)] if said.protocol else []
    lines += [(codes.LIMIT, words) for words in said.limits]
    group[0].ContentSequence.extend(TextContentItem(name, words, CONTAINS) for name, words in lines)
    return group


def _tactic(said: Statement) -> AlgorithmIdentification:
    parameters = [f"protocol {said.protocol}"] if said.protocol else []
    if said.weights is not None:
        parameters.append(f"weights T1WI {said.weights[0]:g}, T2WI {said.weights[1]:g}")
    parameters += [f"{network.sequence} bundle SHA-256 {network.sha256}" for network in said.networks]
    return AlgorithmIdentification(
        TACTIC, said.software_version, parameters or None, manufacturer=MANUFACTURER, family=codes.ARTIFICIAL_INTELLIGENCE
    )


def _evaluations(said: Statement) -> Iterator[QualitativeEvaluation]:
    if said.tier:
        yield QualitativeEvaluation(codes.TIER, codes.TIERS[said.tier])
    if said.final:
        yield QualitativeEvaluation(codes.CALL, codes.CALLS[said.final])
    yield QualitativeEvaluation(codes.ADVICE_GIVEN, codes.YES if said.given else codes.NO)
    yield QualitativeEvaluation(codes.SYNTHETIC, codes.YES if said.synthetic else codes.NO)


def _numbers(score: Score, name: Code) -> Iterator[Measurement]:
    yield Measurement(name, score.value, codes.NO_UNITS)
    for cutoff in score.cutoffs:
        yield Measurement(codes.CUTOFFS[cutoff.name], cutoff.value, codes.NO_UNITS)


def _network_group(
    said: Statement, network: Network, score: Score, explained: Explained | None
) -> MeasurementsAndQualitativeEvaluations:
    """One network's score, who computed it, from what, and where its evidence lies."""
    images = [] if explained is None else explained.source
    group = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking(f"{network.sequence} network"),
        algorithm_id=AlgorithmIdentification(
            network.name,
            said.software_version,
            [f"bundle SHA-256 {network.sha256}"],
            manufacturer=MANUFACTURER,
            family=codes.ARTIFICIAL_INTELLIGENCE,
        ),
        finding_sites=_site(),
        measurements=list(_numbers(score, codes.SCORE)),
        source_images=[SourceImageForMeasurementGroup(one.SOPClassUID, one.SOPInstanceUID) for one in images],
    )
    if explained is not None:
        group[0].ContentSequence.append(_visual_explanation(explained.heatmap))
    return group


def _visual_explanation(heatmap: pydicom.Dataset) -> ImageContentItem:
    return ImageContentItem(
        codes.VISUAL_EXPLANATION, heatmap.SOPClassUID, heatmap.SOPInstanceUID, relationship_type=CONTAINS
    )


def _segment_group(said: Statement, explained: Explained) -> VolumetricROIMeasurementsAndQualitativeEvaluations:
    """The volume in which a heatmap exceeds its threshold, and the heatmap."""
    segmentation = explained.segmentation
    assert segmentation is not None
    group = VolumetricROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking(f"{explained.sequence} heatmap above its threshold"),
        referenced_segment=ReferencedSegment(
            segmentation.SOPClassUID,
            segmentation.SOPInstanceUID,
            1,
            source_series=SourceSeriesForSegmentation(explained.source[0].SeriesInstanceUID),
        ),
        algorithm_id=AlgorithmIdentification(
            TACTIC,
            said.software_version,
            _threshold(said, explained.sequence),
            manufacturer=MANUFACTURER,
            family=codes.ARTIFICIAL_INTELLIGENCE,
        ),
        finding_category=codes.SPATIAL_CONCEPT,
        finding_type=codes.ABOVE_THRESHOLD,
        measurements=[Measurement(codes.VOLUME, explained.volume, codes.CUBIC_MILLIMETRE)],
    )
    group[0].ContentSequence.append(_visual_explanation(explained.heatmap))
    return group


def _threshold(said: Statement, sequence: str) -> list[str]:
    """What the segment is: above which value of whose heatmap."""
    hashes = [f"bundle SHA-256 {network.sha256}" for network in said.networks if network.sequence == sequence]
    return [f"heatmap above {THRESHOLD:g}", *hashes]
