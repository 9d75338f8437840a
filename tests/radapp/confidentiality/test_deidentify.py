"""What else the profile does: descriptions, private elements, UIDs that stay consistent, what the table is silent about."""

import warnings

import pydicom
import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from ml.phantom.words import SYNTHETIC_COMMENT, is_synthetic
from radapp.confidentiality.admission import burned_in, reason_to_stay
from radapp.confidentiality.cleaning import cleaned
from radapp.confidentiality.profile import Action, Options
from radapp.confidentiality.traces import found_in, identifiers_of
from tests.radapp.archive import makers
from tests.radapp.confidentiality.conftest import PATIENT, deidentifier, key

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("keyword", "said", "left"),
    [
        ("SeriesDescription", "WANG t2_tse_tra fs 王", "T2 axial FS tse tra"),
        ("StudyDescription", "MR nasopharynx Dr. Hush", "MR nasopharynx"),
        ("ProtocolName", "hush", ""),
        ("SeriesDescription", "Heatmap T2WI (demonstration, synthetic data)", "mapping T2 Heatmap"),
        ("ContrastBolusAgent", "hush 10 ml", "contrast agent"),
        ("ContrastBolusAgent", "NO", ""),
        ("PatientComments", "t2 head", ""),
    ],
)
def test_of_a_description_only_technique_and_anatomy_stay(keyword: str, said: str, left: str) -> None:
    assert cleaned(keyword, said, frozenset()) == left


def test_a_word_of_the_list_that_is_the_patients_name_goes() -> None:
    assert cleaned("StudyDescription", "MR Head Brain", {"head"}) == "MR Brain"
    after = deidentifier().run(makers.mr(PatientName="Brain^Anna", StudyDescription="MR Brain")).dataset
    assert after.StudyDescription == "MR"


def test_references_within_a_study_stay_consistent() -> None:
    first, second = makers.mr(1), makers.mr(2)
    first.ReferencedImageSequence[0].ReferencedSOPInstanceUID = second.SOPInstanceUID
    one, other = (deidentifier().run(each).dataset for each in (first, second))
    assert (
        one.ReferencedImageSequence[0].ReferencedSOPInstanceUID == other.SOPInstanceUID == key().uid(second.SOPInstanceUID)
    )
    assert one.ReferencedImageSequence[0].ReferencedSOPClassUID == first.SOPClassUID
    assert one.FrameOfReferenceUID == other.FrameOfReferenceUID != first.FrameOfReferenceUID
    assert one.PixelData == first.PixelData


def test_intervals_between_dates_stay() -> None:
    first, later = makers.mr(StudyDate="20260101"), makers.mr(StudyDate="20260703")
    days = [pydicom.valuerep.DA(deidentifier().run(one).dataset.StudyDate) for one in (first, later)]
    assert (days[1] - days[0]).days == 183  # type: ignore[operator]


def _with_private() -> Dataset:
    dataset = makers.mr()
    block = dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", "1000")
    block.add_new(0x0D, "CS", "DIRECTIONAL")
    block.add_new(0x99, "LO", "hush")
    own = dataset.private_block(0x0029, "SOMEBODY", create=True)
    own.add_new(0x10, "DS", "1.5")
    own.add_new(0x11, "LO", "hush")
    declared = Dataset()
    declared.PrivateGroupReference, declared.PrivateCreatorReference = 0x0029, "SOMEBODY"
    declared.BlockIdentifyingInformationStatus = "SAFE"
    dataset.PrivateDataElementCharacteristicsSequence = [declared]
    return dataset


def test_private_elements_go_unless_they_are_known_to_be_safe() -> None:
    after = deidentifier().run(_with_private())
    assert not [tag for tag in map(Tag, after.dataset.keys()) if tag.is_private]
    assert after.tally["(0019,100C)", Action.REMOVED] == 1
    kept = deidentifier(Options(retain_safe_private=True)).run(_with_private())
    assert kept.dataset[0x0019, 0x100C].value == 1000
    assert kept.dataset[0x0019, 0x0010].value == "SIEMENS MR HEADER"
    assert kept.dataset[0x0029, 0x1010].value == 1.5
    # Words are no safe element, whatever declares them so.
    assert [
        f"{tag}" for tag in map(Tag, kept.dataset.keys()) if tag.is_private and "hush" in str(kept.dataset[tag].value)
    ] == []
    assert kept.tally["(0019,100C)", Action.KEPT] == 1


def test_private_elements_go_at_any_depth() -> None:
    dataset = makers.mr()
    item = Dataset()
    item.private_block(0x0029, "HUSH", create=True).add_new(0x10, "LO", "hush")
    item.CodeValue = "1"
    deeper = Dataset()
    deeper.AcquisitionContextSequence = [item]
    deeper.SharedFunctionalGroupsSequence = [item]
    dataset.SharedFunctionalGroupsSequence = [deeper]
    after = deidentifier().run(dataset).dataset.SharedFunctionalGroupsSequence[0]
    assert list(after.SharedFunctionalGroupsSequence[0].keys()) == [Tag("CodeValue")]
    assert after["AcquisitionContextSequence"].is_empty


def test_what_the_table_is_silent_about() -> None:
    dataset = makers.mr()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.add_new(0x00097777, "LO", "hush")  # private by its group's number
        dataset.add_new(0x00187778, "LO", "hush")  # in no dictionary
    dataset.ReceiveCoilName = "HeadNeck_20"
    dataset.add_new(0x00340003, "OB", b"hush")
    dataset.CalibrationDataSequence = []
    after = deidentifier().run(dataset).dataset
    assert 0x00187778 not in after
    assert after.ReceiveCoilName == "HeadNeck_20"
    assert (after.Rows, after.EchoTime, after.Manufacturer if "Manufacturer" in after else "") == (32, 100, "")


def test_values_that_are_none_do_not_stay() -> None:
    dataset = makers.mr()
    for keyword, vr, value in (("EchoTime", "DS", b"Anna"), ("StudyDate", "DA", b"Annahush"), ("StudyTime", "TM", b"Anna")):
        dataset[keyword] = RawDataElement(Tag(keyword), vr, len(value), value, 0, False, True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        after = deidentifier().run(dataset).dataset
    assert "EchoTime" not in after
    assert after["StudyDate"].is_empty
    assert "StudyTime" not in after


def test_a_synthetic_study_stays_known_as_one() -> None:
    after = deidentifier().run(makers.mr(PatientName="Synthetic^007", ImageComments=SYNTHETIC_COMMENT)).dataset
    assert is_synthetic(str(after.PatientName), after.ImageComments)
    assert "007" not in str(after.PatientName)


def test_names_in_any_script_and_nested_character_sets() -> None:
    dataset = makers.mr(PatientName="王^小明", SeriesDescription="王 t1", SpecificCharacterSet="ISO_IR 192")
    after = deidentifier().run(dataset).dataset
    assert (str(after.PatientName), after.PatientID, after.SeriesDescription) == (PATIENT.name, PATIENT.name, "T1")
    assert after.SpecificCharacterSet == "ISO_IR 192"


# -------------------------------------------------------------------------------------------------------------- traces


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("ReceiveCoilName", "Coil of Anna"),
        ("SequenceName", "XAB12345"),
        ("ReceiveCoilManufacturerName", "no 19700228!"),
        ("ReceiveCoilName", "ANNA"),
    ],
)
def test_an_attribute_that_the_table_leaves_alone_goes_where_it_names_the_patient(where: str, words: str) -> None:
    dataset = makers.mr(PatientID="AB12345", PatientBirthDate="19700228", **{where: words})
    assert found_in(dataset, identifiers_of(dataset))
    after = deidentifier().run(dataset)
    assert where not in after.dataset
    assert after.tally[where, Action.REMOVED] == 1
    assert found_in(after.dataset, identifiers_of(dataset)) == ""


def test_a_number_of_the_patient_in_a_number_is_found() -> None:
    dataset = makers.mr(PatientID="87654321", AcquisitionNumber="87654321")
    assert found_in(deidentifier().run(dataset).dataset, identifiers_of(dataset)) == "87654321"


def test_nothing_is_found_where_nothing_is() -> None:
    dataset = makers.mr(PatientID="AB12345", PatientName="Siemens^Tra", Manufacturer="SIEMENS", SeriesDescription="t2 tra")
    assert found_in(deidentifier().run(dataset).dataset, identifiers_of(dataset)) == ""


# ----------------------------------------------------------------------------------------------------------- admission


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"BurnedInAnnotation": "YES"}, "its header says so"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "secondary capture"),
        ({"ConversionType": "WSD"}, "secondary capture"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1"}, "ultrasound"),
        ({"Modality": "US"}, "ultrasound"),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, "names a screen"),
    ],
)
def test_burned_in_annotation_is_feared(attributes: dict[str, object], why: str) -> None:
    dataset = makers.mr(**attributes)
    assert why in burned_in(dataset)
    assert why in reason_to_stay(dataset, allow_burned_in=False)
    assert reason_to_stay(dataset, allow_burned_in=True) == ""


def test_images_leave_and_reports_never_do() -> None:
    for dataset in (makers.mr(), makers.enhanced(), makers.parametric_map()):
        assert reason_to_stay(dataset, allow_burned_in=False) == ""
    for allowed in (True, False):
        assert "Basic Text SR" in reason_to_stay(makers.report(), allow_burned_in=allowed)
        assert "no class" in reason_to_stay(makers.mr(SOPClassUID=""), allow_burned_in=allowed)
        assert "of a private class" in reason_to_stay(makers.mr(SOPClassUID="1.2.3.20260228"), allow_burned_in=allowed)
