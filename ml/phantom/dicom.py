"""A synthetic case as a DICOM study: MR images as different manufacturers write them, each marked synthetic.

Everything in it, UIDs, dates and times included, follows from the case's seed: writing twice gives the same bytes.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, FileMetaDataset, dcmwrite
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

from ml.phantom.case import Case, CaseTruth, uid
from ml.phantom.scanner import Acquisition
from ml.phantom.vendors import VENDORS, Vendor
from ml.phantom.words import SYNTHETIC_COMMENT, SYNTHETIC_FAMILY_NAME
from ml.series.role import Role
from ml.volume import Volume

SERIES_NUMBERS: dict[Role, int] = {Role.T1WI: 2, Role.T2WI: 3, Role.T1WIC: 6}
SAGITTAL_NUMBER = 4
TRUTH_FILE = "truth.csv"
MASKS = "masks"
FIRST_DAY = dt.date(2024, 1, 2)
STORED_MAXIMUM = 4095
TRUTH_COLUMNS = ("case", "study_instance_uid", "patient_id", "label", "kind", "stage", "site", "diameter_mm", "lesion_ml",
                 "head_ml", "imitators", "sex", "age", "cohort", "seed", "growth", "defect")  # fmt: skip


def study_uid(truth: CaseTruth) -> str:
    """StudyInstanceUID of the case."""
    return uid("study", truth.seed, truth.cohort)


def patient_id(truth: CaseTruth) -> str:
    """PatientID of the case, SYN-0001 and so on; the external cohort has patients of its own."""
    return f"SYN-{'X' if truth.cohort == 'external' else ''}{truth.seed:04d}"


def vendor_of(truth: CaseTruth) -> Vendor:
    """The manufacturer whose scanner this case was examined on."""
    return VENDORS[int(np.random.default_rng([truth.seed, 7]).integers(len(VENDORS)))]


def write_study(
    case: Case,
    folder: Path,
    roles: Iterable[Role] | None = None,
    *,
    vendor: Vendor | None = None,
    date: dt.date | None = None,
) -> list[Path]:
    """Write the case's series under `folder`, one folder a series, and return the files in series and instance order.

    `roles` leaves series out (an examination that stopped before contrast); `vendor` and `date` override what the seed says.
    """
    wanted = set(case.volumes) if roles is None else set(roles)
    vendor = vendor or vendor_of(case.truth)
    study = _study_attributes(case, vendor, date)
    written: list[Path] = []
    for series in _series_of(case):
        if series.acquisition.role in wanted:
            place = folder / f"{series.number:03d}"
            place.mkdir(parents=True, exist_ok=True)
            written += _write_series(case, series, study, vendor, place)
    return written


@dataclass(frozen=True, eq=False)
class _Series:
    """One series to be written: its number, what makes its UIDs, image, settings, and the slices kept out of it."""

    number: int
    name: str
    volume: Volume
    acquisition: Acquisition
    left_out: tuple[int, ...] = ()

    @property
    def sagittal(self) -> bool:
        return self.acquisition.inversion_time > 0


def _series_of(case: Case) -> list[_Series]:
    """The case's series in the order of their numbers."""
    found = []
    for role, volume in case.volumes.items():
        acquisition = case.acquisitions[role]
        left_out = () if acquisition.inversion_time else case.left_out
        found.append(_Series(SERIES_NUMBERS[role], str(role), volume, acquisition, left_out))
    if case.sagittal is not None:
        found.append(_Series(SAGITTAL_NUMBER, "sagittal", *case.sagittal))
    return sorted(found, key=lambda series: series.number)


def _study_attributes(case: Case, vendor: Vendor, date: dt.date | None) -> Dataset:
    """Patient, study and equipment, shared by every instance."""
    truth, draw = case.truth, np.random.default_rng([case.truth.seed, 11])
    day = FIRST_DAY + dt.timedelta(days=int(draw.integers(0, 640)))
    start = dt.datetime.combine(date or day, dt.time(8)) + dt.timedelta(minutes=int(draw.integers(0, 540)))
    born = day - dt.timedelta(days=int(365.25 * truth.age) + int(draw.integers(1, 300)))
    strength = case.examination.field_strength
    values = {
        "SOPClassUID": MRImageStorage,
        "PatientName": f"{SYNTHETIC_FAMILY_NAME}^{truth.seed:03d}",
        "PatientID": patient_id(truth),
        "PatientBirthDate": f"{born:%Y%m%d}",
        "PatientSex": truth.sex,
        "PatientAge": f"{truth.age:03d}Y",
        "PatientWeight": str(int(draw.integers(45, 90))),
        "StudyInstanceUID": study_uid(truth),
        "StudyDate": f"{start:%Y%m%d}",
        "StudyTime": f"{start:%H%M%S}",
        "StudyID": str(truth.seed),
        "AccessionNumber": f"SYN{truth.seed:08d}",
        "ReferringPhysicianName": "",
        "StudyDescription": "MR nasopharynx (synthetic phantom)",
        "Modality": "MR",
        "Manufacturer": vendor.manufacturer,
        "ManufacturerModelName": vendor.models[strength],
        "InstitutionName": "Synthetic Hospital",
        "StationName": "PHANTOM",
        "MagneticFieldStrength": f"{strength:g}",
        "BodyPartExamined": "NASOPHARYNX",
        "Laterality": "",
        "PatientPosition": "HFS",
        "PositionReferenceIndicator": "",
        "ImageComments": SYNTHETIC_COMMENT,
    }
    return _dataset(values)


def _series_attributes(case: Case, series: _Series, study: Dataset, vendor: Vendor) -> Dataset:
    acquisition, volume, truth = series.acquisition, series.volume, case.truth
    description = vendor.sagittal if series.sagittal else vendor.descriptions[acquisition.role]
    begun = dt.datetime.strptime(study.StudyDate + study.StudyTime, "%Y%m%d%H%M%S") + dt.timedelta(
        seconds=acquisition.seconds_after_start
    )
    suffix = vendor.suffix_fs if acquisition.fat_saturated else ""
    clock = dict.fromkeys(("SeriesTime", "AcquisitionTime", "ContentTime"), f"{begun:%H%M%S}")
    days = dict.fromkeys(("SeriesDate", "AcquisitionDate", "ContentDate"), f"{begun:%Y%m%d}")
    values = {
        **clock,
        **days,
        "SeriesInstanceUID": uid("series", truth.seed, truth.cohort, series.name),
        "SeriesNumber": series.number,
        "SeriesDescription": description + suffix,
        "ProtocolName": description + suffix,
        "FrameOfReferenceUID": volume.frame_of_reference_uid,
        "ImageType": list(vendor.image_type),
        "AcquisitionNumber": 1,
        **_sequence_attributes(acquisition, vendor),
        **_geometry_attributes(case, series),
    }
    if acquisition.role is Role.T1WIC:
        values |= {"ContrastBolusAgent": vendor.agent, "ContrastBolusRoute": "IV", "ContrastBolusVolume": "15"}
    return _dataset(values)


def _sequence_attributes(acquisition: Acquisition, vendor: Vendor) -> dict[str, object]:
    times = {"RepetitionTime": f"{acquisition.repetition_time:g}", "EchoTime": f"{acquisition.echo_time:g}"}
    if acquisition.inversion_time:
        return {
            "ScanningSequence": ["GR", "IR"],
            "SequenceVariant": ["SP", "MP"],
            "ScanOptions": list(vendor.options),
            "MRAcquisitionType": "3D",
            "InversionTime": f"{acquisition.inversion_time:g}",
            "EchoTrainLength": 1,
            "NumberOfAverages": "1",
            "FlipAngle": f"{acquisition.flip_angle:g}",
            **times,
        }
    options = vendor.option_fs if acquisition.fat_saturated else vendor.options
    values: dict[str, object] = {
        "ScanningSequence": "SE",
        "SequenceVariant": list(vendor.variant),
        "ScanOptions": list(options),
        "MRAcquisitionType": "2D",
        "EchoTrainLength": acquisition.echo_train,
        "NumberOfAverages": "2",
        "FlipAngle": f"{acquisition.flip_angle:g}",
        "NumberOfPhaseEncodingSteps": acquisition.lines,
        "InPlanePhaseEncodingDirection": "COL",
        **times,
    }
    if acquisition.role in vendor.sequence_names:
        values["SequenceName"] = vendor.sequence_names[acquisition.role]
    return values


def _geometry_attributes(case: Case, series: _Series) -> dict[str, object]:
    volume = series.volume
    pitch, row_spacing, column_spacing = volume.spacing
    thickness, spacing = (pitch, pitch) if series.sagittal else (case.examination.thickness, case.examination.pitch)
    axes = volume.axes
    return {
        "SliceThickness": f"{thickness:g}",
        "SpacingBetweenSlices": f"{spacing:g}",
        "PixelSpacing": [_decimal(row_spacing), _decimal(column_spacing)],
        "ImageOrientationPatient": [_decimal(v) for v in (*axes[:, 2], *axes[:, 1])],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": volume.shape[1],
        "Columns": volume.shape[2],
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
    }


def _write_series(case: Case, series: _Series, study: Dataset, vendor: Vendor, place: Path) -> list[Path]:
    """One file a slice, numbered as the manufacturer does."""
    volume, truth = series.volume, case.truth
    # A Dataset's copy shares its elements with the original: an inversion time would stay for the next series.
    shared = Dataset()
    shared.update(study)
    shared.update(_series_attributes(case, series, study, vendor))
    stored = np.clip(np.rint(volume.voxels), 0, STORED_MAXIMUM).astype("<u2")
    shared.update(_dataset(_window(stored)))
    order = range(len(stored)) if vendor.upwards else range(len(stored) - 1, -1, -1)
    paths = []
    for number, k in enumerate((k for k in order if k not in series.left_out), start=1):
        position = volume.to_patient(np.array([k, 0, 0], dtype=np.float64))
        instance = copy(shared)
        instance.update(
            _dataset(
                {
                    "SOPInstanceUID": uid("instance", truth.seed, truth.cohort, series.name, k),
                    "InstanceNumber": number,
                    "ImagePositionPatient": [_decimal(v) for v in position],
                    "SliceLocation": _decimal(float(position @ volume.normal)),
                    "PixelData": stored[k].tobytes(),
                }
            )
        )
        path = place / f"{number:04d}.dcm"
        _save(instance, path)
        paths.append(path)
    return paths


def _window(stored: NDArray[np.uint16]) -> dict[str, object]:
    high = float(np.percentile(stored[::2, ::3, ::3], 99.3))
    return {"WindowCenter": f"{round(high / 2)}", "WindowWidth": f"{max(round(high), 1)}"}


def _save(instance: Dataset, path: Path) -> None:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = instance.SOPClassUID
    meta.MediaStorageSOPInstanceUID = instance.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    instance.file_meta = meta
    dcmwrite(path, instance, enforce_file_format=True)


def _dataset(values: Mapping[str, object]) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def _decimal(value: float) -> str:
    """A DS value of at most 16 characters."""
    text = f"{value:.6f}"
    return "0" if float(text) == 0 else text


def write_truth(cases: Sequence[tuple[str, CaseTruth]], path: Path) -> None:
    """One row a case: its folder's name and everything known of it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, TRUTH_COLUMNS)
        table.writeheader()
        for name, truth in cases:
            row = asdict(truth)
            row["diameter_mm"] = row.pop("diameter")
            row["imitators"] = "; ".join(truth.imitators)
            table.writerow({**row, "case": name, "study_instance_uid": study_uid(truth), "patient_id": patient_id(truth)})


def write_mask(lesion: Volume, path: Path) -> None:
    """The lesion's mask as packed bits with shape and affine, for evaluation only: no DICOM, so no archive takes it in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = np.packbits(lesion.voxels.ravel() > 0.5)
    np.savez(path, mask=packed, shape=np.array(lesion.shape), affine=lesion.affine)


def read_mask(path: Path, frame_of_reference_uid: str) -> Volume:
    """Read back what `write_mask` wrote."""
    with np.load(path) as stored:
        shape = tuple(int(n) for n in stored["shape"])
        voxels = np.unpackbits(stored["mask"], count=int(np.prod(shape))).reshape(shape).astype(np.float32)
        return Volume(voxels, stored["affine"], frame_of_reference_uid)
