"""Attributes that a search is asked for and that no index holds: read from the headers of what the page shows.

A study's and a series' are those of their first instance, as with everything that the index holds of them.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pydicom
from django.db.models import OuterRef, Subquery
from pydicom.datadict import tag_for_keyword

from radapp.archive.headers import UNREADABLE
from radapp.archive.models import Instance, Series, Study
from radapp.dicomweb import whereabouts
from radapp.dicomweb.attributes import Level
from radapp.dicomweb.fields import Fields
from radapp.dicomweb.metadata import as_json

Record = dict[str, Any]
Row = Study | Series | Instance

ROWS_AT_MOST = 1000
"""Headers that one page may cost."""

_STUDY = """
TimezoneOffsetFromUTC AdmittingDiagnosesDescription NameOfPhysiciansReadingStudy PhysiciansOfRecord PatientBirthTime
OtherPatientNames OtherPatientIDs PatientAge PatientSize PatientWeight EthnicGroup Occupation AdditionalPatientHistory
PatientComments ResponsiblePerson MedicalAlerts Allergies PregnancyStatus LastMenstrualDate PatientIdentityRemoved
DeidentificationMethod ClinicalTrialSponsorName ClinicalTrialProtocolID ClinicalTrialSubjectID
"""
_SERIES = """
Laterality OperatorsName PerformingPhysicianName InstitutionName InstitutionAddress InstitutionalDepartmentName
ManufacturerModelName DeviceSerialNumber SoftwareVersions PatientPosition PerformedProcedureStepID
PerformedProcedureStepDescription PerformedProcedureStepEndDate PerformedProcedureStepEndTime PositionReferenceIndicator
MagneticFieldStrength ScanningSequence SequenceVariant MRAcquisitionType SequenceName CommentsOnThePerformedProcedureStep
"""


def _tags(keywords: str) -> frozenset[str]:
    return frozenset(f"{tag:08X}" for keyword in keywords.split() if (tag := tag_for_keyword(keyword)) is not None)


BY_LEVEL: Mapping[Level, frozenset[str]] = {Level.STUDY: _tags(_STUDY), Level.SERIES: _tags(_SERIES)}


def wanted_tags(fields: Fields, level: Level, told: set[str]) -> set[str]:
    """Which of the fields have to be read from headers for records of this level, `told` being told already.

    Attributes of a lower level are not told (PS3.18 section 10.6.3.3). An instance's are all that are no other level's.
    """
    own = {tag for each, tags in BY_LEVEL.items() if each.value <= level.value for tag in tags}
    named = fields.tags - told
    found = own & (named | own if fields.everything else named)
    if level is Level.INSTANCE:
        found |= {tag for tag in named if not any(tag in tags for tags in BY_LEVEL.values())}
    return found


@lru_cache(maxsize=4096)
def _read(path: Path, sha256: str, tags: frozenset[str]) -> dict[str, Any]:
    """Some attributes of stored bytes in DICOM JSON, private ones with their creator."""
    numbers = [int(tag, 16) for tag in tags]
    numbers += [number >> 16 << 16 | (number & 0xFFFF) >> 8 for number in numbers if number >> 16 & 1 and number & 0xF000]
    header = pydicom.dcmread(path, stop_before_pixels=True, force=True, specific_tags=list(numbers))
    found = {}
    for number in sorted(set(numbers)):
        if number in header:
            written = as_json(header, header[number].tag)
            if written is not None and written["vr"] != "SQ" and "BulkDataURI" not in written:
                found[f"{number:08X}"] = written
    return found


def _told(one: Instance, tags: set[str]) -> dict[str, Any]:
    """The same; nothing while its bytes cannot be read."""
    try:
        return _read(whereabouts.path_of(one), one.sha256, frozenset(tags))
    except (*UNREADABLE, OSError):
        return {}


def complete(
    results: Sequence[Record], rows: Sequence[Row], level: Level, fields: Fields, above: Mapping[int, Record]
) -> tuple[list[Record], bool]:
    """The records with what was asked for beside it; whether some had to go without, the page being too long.

    `above`: by row, what is told of the levels above it.
    """
    first: dict[int, Instance] = {}
    completed, cut = [], False
    for number, (result, row) in enumerate(zip(results, rows, strict=True)):
        upper = above.get(row.pk, {})
        more = {tag: upper[tag] for tag in fields.tags if tag in upper and tag not in result}
        tags = wanted_tags(fields, level, {*result, *more})
        cut = cut or (bool(tags) and number >= ROWS_AT_MOST)
        if tags and number < ROWS_AT_MOST:
            first = first or _firsts(rows[:ROWS_AT_MOST], level)
            one = first.get(row.pk)
            if one is not None:
                more |= _told(one, tags)
        completed.append({**more, **result})
    return completed, cut


def _firsts(rows: Sequence[Row], level: Level) -> dict[int, Instance]:
    """By row, the instance whose header speaks for it: itself, or the first one of what was received."""
    if level is Level.INSTANCE:
        return {row.pk: row for row in rows if isinstance(row, Instance)}
    model, path = (Study, "series__study") if level is Level.STUDY else (Series, "series")
    order = ("series__generated", "series__series_number", "series_id", "instance_number", "id")
    within = Instance.objects.filter(**{path: OuterRef("pk")}).order_by(*order).values("pk")[:1]
    firsts = dict(model.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk").annotate(first=Subquery(within)))
    found = Instance.objects.in_bulk([pk for pk in firsts.values() if pk is not None])
    return {key: found[pk] for key, pk in firsts.items() if pk in found}
