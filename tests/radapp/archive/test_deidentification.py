"""What leaves without its patient: nothing of the person, all that recognition and reading need, pixels untouched."""

import io
import warnings
from collections.abc import Sequence

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import RLELossless

from ml.guard.headers import acquired
from ml.phantom.case import generate_case
from ml.phantom.dicom import write_study
from ml.phantom.words import is_synthetic
from ml.series import Recognition, Role, read_facts, recognise
from ml.series.words import Words
from ml.volume import load_series
from radapp.archive.deidentification import MR_IMAGES, DeidentificationRefused, deidentified, words_of
from radapp.archive.descriptions import cleaned, in_role
from radapp.archive.models import Study
from radapp.archive.pseudonyms import patient_pseudonym, pseudonym, pseudonym_uid
from tests.ml.series.build import datasets_of
from tests.ml.series.headers import Row
from tests.ml.series.table import ROWS
from tests.radapp.archive import makers

pytestmark = pytest.mark.once

WORDS = ("flair", "stir", "t1", "t2", "proton_density", "contrast", "fat_saturated", "dixon", "plane", "bolus")
PATIENT = "patient-0123456789abcdef"
PRIVATE = ("Test^Anna", "WANG", "王", "P1", "A1", "20261120", "19700229", "101500", "Hospital", "Dr", "hush", "1.2.3.7777")


def personal() -> Dataset:
    """A slice with something of a person wherever one may be."""
    dataset = makers.mr(
        1,
        study="1.2.3.7777",
        series="1.2.3.7777.5",
        SeriesDescription="WANG t2_tse_tra 王 fs",
        ProtocolName="WANG protocol",
        InstitutionName="Hospital",
        OperatorsName="Dr^Hush",
        PatientComments="hush",
        ImageComments="hush",
        PatientAge="056Y",
        DeviceSerialNumber="hush",
        AcquisitionDateTime="20261120101500",
        ContrastBolusAgent="hush 10 ml",
        FrameOfReferenceUID="1.2.3.7777.9",
    )
    dataset.private_block(0x0029, "HUSH", create=True).add_new(0x10, "LO", "hush")
    dataset.add_new(0x60003000, "OW", b"hush")
    request = Dataset()
    request.RequestedProcedureDescription = "hush"
    dataset.RequestAttributesSequence = [request]
    return dataset


def everything_in(dataset: Dataset) -> bytes:
    """The whole data set as bytes in UTF-8, nested ones and file meta information included."""
    out = io.BytesIO()
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def test_nothing_of_the_person_is_left() -> None:
    before = personal()
    after = deidentified(before, PATIENT, words_of([before], "T2WI"))
    pixels = after.PixelData
    assert pixels == before.PixelData
    assert (after.PatientName, after.PatientID) == (PATIENT, PATIENT)
    assert (after.StudyDate, after.StudyTime, after.AccessionNumber, after.PatientBirthDate) == ("", "", "", "")
    assert after.SeriesDescription == "T2 axial FS"
    assert (after.PatientIdentityRemoved, after.LongitudinalTemporalInformationModified) == ("YES", "REMOVED")
    assert [code.CodeValue for code in after.DeidentificationMethodCodeSequence] == ["113100", "113105"]
    assert not [element.tag for element in after if element.tag.is_private or 0x6000 <= element.tag.group < 0x7FE0]
    del after.PixelData
    content = everything_in(after)
    assert [word for word in PRIVATE if word.encode() in content] == []
    assert everything_in(before).count(b"hush") >= 7, "they were there"


def test_uids_are_others_and_belong_together() -> None:
    first, second = (deidentified(makers.mr(n), PATIENT, words_of([makers.mr(n)])) for n in (1, 2))
    assert first.StudyInstanceUID == second.StudyInstanceUID == pseudonym_uid(makers.STUDY)
    assert first.SeriesInstanceUID == second.SeriesInstanceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert len({first.StudyInstanceUID, first.SeriesInstanceUID, first.SOPInstanceUID, first.FrameOfReferenceUID}) == 4
    assert all(pydicom.uid.UID(uid).is_valid for uid in (first.StudyInstanceUID, first.SOPInstanceUID))
    assert first.SOPClassUID == makers.mr(1).SOPClassUID


def test_another_secret_key_gives_other_names(settings: object) -> None:
    before = (pseudonym("case", "1.2"), pseudonym_uid("1.2"))
    assert before == (pseudonym("case", "1.2"), pseudonym_uid("1.2"))
    settings.SECRET_KEY = "another" * 10  # type: ignore[attr-defined]
    after = (pseudonym("case", "1.2"), pseudonym_uid("1.2"))
    assert not set(before) & set(after)


def test_studies_of_one_patient_share_a_name() -> None:
    def named(**facts: object) -> str:
        return patient_pseudonym(Study(**({"study_instance_uid": "1.2", "patient_id": "P1"} | facts)))

    assert named() == named(study_instance_uid="1.3", patient_id=" p1 ", issuer_of_patient_id="X", patient_name="A^B")
    assert named() != named(patient_id="P2")
    bare = {"patient_id": "", "patient_name": "Li^Wei"}
    assert named(**bare) != named(**bare, study_instance_uid="1.3"), "a name alone is not enough"
    born = bare | {"patient_birth_date": "1970-02-28"}
    assert named(**born) == named(**born, study_instance_uid="1.3")
    assert named(**born) != named(**(born | {"patient_birth_date": "1970-03-01"}))


@pytest.mark.parametrize(
    ("dataset", "words"),
    [(makers.report(), "no MR image"), (makers.mr(1, BurnedInAnnotation="YES"), "writing is burned into the image")],
)
def test_what_does_not_leave(dataset: Dataset, words: str) -> None:
    with pytest.raises(DeidentificationRefused, match=words):
        deidentified(dataset, PATIENT, words_of([dataset]))


def test_what_cannot_be_read_is_left_out(recwarn: pytest.WarningsRecorder) -> None:
    damaged = pydicom.dcmread(io.BytesIO(makers.written(makers.mr(1, SliceLocation="-12.34567890123456789"))))
    damaged[0x00180081] = pydicom.dataelem.RawDataElement(
        pydicom.tag.Tag(0x00180081), "DS", 4, b"n/a ", 0, False, True
    )  # echo time
    after = deidentified(damaged, PATIENT, words_of([damaged]))
    assert "EchoTime" not in after
    assert after.RepetitionTime == 4000
    assert not recwarn.list


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_a_synthetic_study_reads_the_same_and_stays_known_as_one(seed: int, tmp_path: object) -> None:
    """Recognition, the guard's facts and the voxels, on the phantom as four manufacturers write it."""
    from ml.phantom.vendors import VENDORS

    case = generate_case(seed, label=seed % 2, matrix=64)
    for path in write_study(case, tmp_path / "before", vendor=VENDORS[seed % len(VENDORS)]):  # type: ignore[operator]
        if int(path.stem) > 8:
            path.unlink()
            continue
        dataset = pydicom.dcmread(path)
        role = {2: "T1WI", 3: "T2WI", 6: "T1WIC"}[int(dataset.SeriesNumber)]
        after = deidentified(dataset, PATIENT, words_of([dataset], role))
        after.file_meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
        target = tmp_path / "after" / path.relative_to(tmp_path / "before")  # type: ignore[operator]
        target.parent.mkdir(parents=True, exist_ok=True)
        pydicom.dcmwrite(target, after, enforce_file_format=True)
        assert is_synthetic(str(after.PatientName), after.ImageComments)
    for folder in sorted((tmp_path / "before").iterdir()):  # type: ignore[operator]
        before = load_series(sorted(folder.iterdir()))
        after = load_series(sorted((tmp_path / "after" / folder.name).iterdir()))  # type: ignore[operator]
        assert np.array_equal(before.volume.voxels, after.volume.voxels)
        assert np.array_equal(before.volume.affine, after.volume.affine)
        assert acquired(before.volume, before.datasets) == acquired(after.volume, after.datasets)


def recognised(study: Sequence[Sequence[Dataset]]) -> list[Recognition]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return recognise([read_facts(headers) for headers in study])


IMAGES = [row for row in ROWS if row.header.get("SOPClassUID") in MR_IMAGES]
FEW = 6
"""Slices of a series; of these rows' series more, since it is by them that they are recognised."""
OF_MANY = {"Philips TFE without ScanningSequence and MRAcquisitionType is a volume": 24}


@pytest.mark.parametrize("row", IMAGES, ids=lambda row: row.name)
def test_each_series_of_the_recognition_table_keeps_its_role(row: Row) -> None:
    """As the archive exports it: a series with a role says so, every other only what its words meant."""
    headers = (header for header in (row.header, *row.others) if header.get("SOPClassUID") in MR_IMAGES)
    study = [datasets_of(header, f"1.2.{n}", OF_MANY.get(row.name, FEW)) for n, header in enumerate(headers)]
    before = recognised(study)
    bare = []
    for series, one in zip(study, before, strict=True):
        words = words_of(series, str(one.role.value))
        bare.append([deidentified(dataset, PATIENT, words) for dataset in series])
    after = recognised(bare)
    assert [one.role for one in after] == [one.role for one in before]
    seen = [(one.plane, one.acquisition, one.fat_saturated) for one in after if one.role is not Role.NONE]
    assert seen == [(one.plane, one.acquisition, one.fat_saturated) for one in before if one.role is not Role.NONE]


@pytest.mark.parametrize("text", sorted({str(row.header.get("SeriesDescription", "")) for row in ROWS}))
def test_cleaned_words_mean_the_same(text: str) -> None:
    before, after = Words(text), Words(cleaned(text))
    assert {name: getattr(after, name) for name in WORDS} == {name: getattr(before, name) for name in WORDS}
    assert (after.not_input and after.not_input.reason) == (before.not_input and before.not_input.reason)
    assert len(cleaned(text)) <= 64


def test_words_that_are_no_sequence_are_gone() -> None:
    assert cleaned("Wang Xiaoming, born 1970, bed 4") == ""
    assert cleaned("WANG t1_tse_tra_fs +C 2026") == "T1 axial FS +C"
    assert in_role("WANG scan 3", "T1WIC") == "T1 +C"
    assert in_role("t1 tra post", "T1WI") == "T1 axial native"


@pytest.mark.parametrize("content", [makers.compressed(1), makers.content(makers.enhanced(3))])
def test_pixels_are_the_same_bytes_in_every_encoding(content: bytes) -> None:
    before = pydicom.dcmread(io.BytesIO(content))
    after = deidentified(before, PATIENT, words_of([before]))
    after.file_meta.TransferSyntaxUID = before.file_meta.TransferSyntaxUID
    out = io.BytesIO()
    pydicom.dcmwrite(out, after, enforce_file_format=True)
    again = pydicom.dcmread(io.BytesIO(out.getvalue()))
    assert again.PixelData == before.PixelData
    assert (again.file_meta.TransferSyntaxUID == RLELossless) == (before.file_meta.TransferSyntaxUID == RLELossless)
    assert np.array_equal(again.pixel_array, before.pixel_array)
