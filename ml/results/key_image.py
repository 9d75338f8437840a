"""The key image as DICOM: a colour secondary capture that says the advice in words (PS3.3 A.8.1).

Neither name nor number nor date of the patient is drawn: they stand in the header, where every viewer shows them.
"""

import pydicom
from highdicom.sc import SCImage

from ml.results.equipment import DEMONSTRATION, NOT_CLINICAL, labelled, made
from ml.results.named import Named
from ml.results.picture import direction_letters, draw
from ml.results.statement import Statement
from ml.results.telling import TellingSlice

LONG_TEXT = 10240


def write_key_image(
    said: Statement, telling: TellingSlice | None, reference: pydicom.Dataset, named: Named
) -> pydicom.Dataset:
    """The image of `said`; `reference` is a header of the study, completed as `source_headers` does."""
    description = labelled(f"Key image no. {said.number}", said.synthetic)
    result = SCImage.from_ref_dataset(
        reference,
        draw(said, telling),
        "RGB",
        8,
        "PATIENT",
        patient_orientation=("L", "P"),
        **made(named, said.networks, said.software_version, description),
    )
    # highdicom knows single letters only; an oblique slice has two (PS3.3 C.7.6.1.1.1).
    result.PatientOrientation = list(direction_letters(telling.mapped.source.volume)) if telling else []
    # Words are in it, but none that tell whose they are or of when (PS3.3 C.7.6.1).
    result.BurnedInAnnotation = "NO"
    result.BodyPartExamined = "HEAD"
    # Of the study, and the same in all of its instances; highdicom leaves it out here.
    if "StudyDescription" in reference:
        result.StudyDescription = reference.StudyDescription
    result.ImageComments = _comments(said)[:LONG_TEXT]
    result.DerivationDescription = "Advice in words, the most telling slice, and the same with its heatmap"
    if telling is not None:
        result.SourceImageSequence = [_source(telling)]
    return result


def _comments(said: Statement) -> str:
    label = f"{DEMONSTRATION.capitalize()}. {NOT_CLINICAL}." if said.synthetic else ""
    lines = [label, said.advice, said.reason, said.tier_words, *(f"{score.words}." for score in said.scores)]
    return " ".join(line for line in lines if line)


def _source(telling: TellingSlice) -> pydicom.Dataset:
    """The image and frame that the picture shows."""
    volume = telling.mapped.source
    plane = next(one for one in volume.planes if one.slice == telling.slice)
    shown = volume.datasets[plane.dataset]
    item = pydicom.Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = shown.SOPClassUID, shown.SOPInstanceUID
    if "PerFrameFunctionalGroupsSequence" in shown:
        item.ReferencedFrameNumber = plane.frame
    return item
