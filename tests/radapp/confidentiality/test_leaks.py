"""Where a patient may hide in an image: each place on its own, as a stored file, and nothing of it in what leaves."""

import io
from collections.abc import Callable

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless

from radapp.confidentiality.export import without_patient
from radapp.confidentiality.profile import Options, action_of, table
from radapp.confidentiality.words import Wording
from tests.radapp.archive import makers
from tests.radapp.confidentiality.conftest import deidentifier

pytestmark = [pytest.mark.filterwarnings("ignore::UserWarning"), pytest.mark.once]

SECRETS = (
    "Wang",
    "Xiaoming",
    "王",
    "小明",
    "HN556677",
    "19570928",
    "Hush",
    "李医生",
    "2026-02-28",
    "20260228",
    "1.2.826.777.888",
)
PATIENT = {"PatientName": "Wang^Xiaoming=王^小明", "PatientID": "HN556677", "PatientBirthDate": "19570928"}
MAY_HIDE: dict[str, Callable[[Dataset], object]] = {}
Hides = Callable[[Dataset], object]


def hides(hide: Hides) -> Hides:
    MAY_HIDE[hide.__name__] = hide
    return hide


def _item(**attributes: object) -> Dataset:
    item = Dataset()
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return item


def _code(meaning: str, value: str = "1") -> Sequence:
    return Sequence([_item(CodeValue=value, CodingSchemeDesignator="99TEST", CodeMeaning=meaning)])


def _add(dataset: Dataset, tag: int, vr: str, value: object) -> None:
    """Numbers may be words, as they may be in a file."""
    if vr in {"DS", "IS"}:
        assert isinstance(value, str)
        written = value.encode().ljust((len(value.encode()) + 1) // 2 * 2)
        dataset[tag] = RawDataElement(Tag(tag), vr, len(written), written, 0, False, True)
        return
    with pydicom.config.disable_value_validation():
        dataset.add_new(tag, vr, value)


_WORDED = """
StudyDescription SeriesDescription ProtocolName ImageComments PerformedProcedureStepDescription DerivationDescription
AcquisitionProtocolDescription ReceiveCoilName SequenceName CodeValue SoftwareVersions ManufacturerModelName Manufacturer
StackID BodyPartExamined ContentLabel ImageType WindowCenterWidthExplanation PulseSequenceName
"""
_SAID = (
    *("Wang Xiaoming t2", "WANGXIAOMING", "t1 王小明 鼻咽", "scan of 2026-02-28", "Dr. Hush", "李医生 2026年2月28日"),
    *("t2 20260228", "HN556677 head", "1.2.826.777.888.20260228.1", "Xiaoming", "wang"),
)


@pytest.mark.parametrize("options", [Options(), Options(False, False, True, True)], ids=["usual", "all that stays"])
@pytest.mark.parametrize("keyword", _WORDED.split())
def test_no_words_about_anybody_are_left(keyword: str, options: Options) -> None:
    codes = dictionary_VR(keyword) == "CS"  # ASCII by definition
    for words in (words for words in _SAID if words.isascii() or not codes):
        dataset = makers.mr(**PATIENT)
        with pydicom.config.disable_value_validation():
            setattr(dataset, keyword, [words, "PRIMARY"] if keyword == "ImageType" else words)
            stored = _file(dataset)
        left = without_patient(stored, dataset.file_meta.TransferSyntaxUID, deidentifier(options))
        assert not isinstance(left, str), (words, left)
        _is_clean(left[0])


@hides
def in_private_elements(dataset: Dataset) -> None:
    dataset.private_block(0x0029, "Hush Wang", create=True).add_new(0x10, "LO", "Wang Xiaoming")
    dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True).add_new(0x0D, "CS", "WANG XIAOMING")
    dataset.PrivateDataElementCharacteristicsSequence = [
        _item(PrivateGroupReference=0x0029, PrivateCreatorReference="Hush Wang", BlockIdentifyingInformationStatus="SAFE")
    ]


@hides
def in_what_calls_itself_safe(dataset: Dataset) -> None:
    block = dataset.private_block(0x0031, "SAFE", create=True)
    for number, (vr, value) in enumerate((("CS", "Dr. Hush"), ("DS", "Hush"), ("IS", "Hush"), ("CS", "WANG"))):
        _add(block.dataset, block.get_tag(number), vr, value)
    dataset.PrivateDataElementCharacteristicsSequence = [
        _item(
            PrivateGroupReference=0x0031, PrivateCreatorReference="SAFE", BlockIdentifyingInformationStatus="SAFE",
            PrivateDataElementDefinitionSequence=[_item(PrivateDataElementName="Hush")],
        )
    ]  # fmt: skip


@hides
def nested_deep(dataset: Dataset) -> None:
    inner = _item(PatientName="Wang^Xiaoming", ImageComments="Dr. Hush", StackID="王小明", OperatorsName="Hush")
    inner.private_block(0x0029, "Hush", create=True).add_new(0x10, "LO", "Wang Xiaoming")
    for _ in range(5):
        inner = _item(SharedFunctionalGroupsSequence=[inner])
    dataset.PerFrameFunctionalGroupsSequence = [inner]


@hides
def in_codes(dataset: Dataset) -> None:
    dataset.AnatomicRegionSequence = _code("王小明 2026年2月28日", "Wang Xiaoming")
    dataset.ViewCodeSequence = _code("Dr. Hush 20260228", "20260228 Hush")
    dataset.ProcedureCodeSequence = _code("HN556677")


@hides
def in_uids(dataset: Dataset) -> None:
    dataset.ReferencedImageSequence[0].ReferencedSOPInstanceUID = "1.2.826.777.888.1"
    dataset.ReferencedImageSequence[0].ReferencedSOPClassUID = "1.2.826.777.888.20260228"
    dataset.FrameOfReferenceUID = "1.2.840.10008.777.20260228.19570928"  # the standard's root, misused
    dataset.SourceImageSequence = [
        _item(ReferencedSOPClassUID=dataset.SOPClassUID, ReferencedSOPInstanceUID="1.2.826.777.888")
    ]
    dataset.AnatomicRegionSequence = _code("head")
    dataset.AnatomicRegionSequence[0].ContextUID = "1.2.826.777.888.19570928"
    dataset.IrradiationEventUID = "1.2.826.777.888.5"


@hides
def in_overlays_curves_icons_and_profiles(dataset: Dataset) -> None:
    _add(dataset, 0x60000010, "US", 8)
    _add(dataset, 0x60000022, "LO", "Wang Xiaoming")
    _add(dataset, 0x60003000, "OW", b"Wang Xiaoming ")
    _add(dataset, 0x60021500, "LO", "Hush")
    _add(dataset, 0x60023000, "OW", b"Hush")
    _add(dataset, 0x50003000, "OW", b"Wang Xiaoming ")
    _add(dataset, 0x50002500, "LO", "王小明")
    dataset.IconImageSequence = [_item(ICCProfile=b"Hush")]
    dataset.ICCProfile = b"desc Wang Xiaoming"
    _add(dataset, 0x7F010010, "OB", b"Hush")  # variable pixel data, retired
    _add(dataset, 0xFFFCFFFC, "OB", b"Wang Xiaoming ")


@hides
def in_what_changed_it_before(dataset: Dataset) -> None:
    dataset.OriginalAttributesSequence = [
        _item(ModifiedAttributesSequence=[_item(PatientName="Wang^Xiaoming")], ModifyingSystem="Hush")
    ]
    dataset.ContributingEquipmentSequence = [_item(InstitutionName="Hush", OperatorsName="Hush", Manufacturer="Hush")]
    dataset.DeidentificationMethod = "Hush"
    dataset.DeidentificationMethodCodeSequence = _code("Wang Xiaoming")


@hides
def in_dates_and_times(dataset: Dataset) -> None:
    for keyword in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
        setattr(dataset, keyword, "20260228")
    dataset.AcquisitionDateTime = "20260228101010"
    dataset.FrameOriginTimestamp = b"20260228"
    dataset.ContributionDateTime = "20260228"
    dataset.SubstanceAdministrationDateTime = "20260228101010"
    _add(dataset, 0x00080031, "TM", "20260228")
    _add(dataset, 0x00080023, "DA", "20260228 Hush")
    _add(dataset, 0x0008002A, "DT", "20260228 Hush")
    _add(dataset, 0x00080032, "TM", "101010 Hush")


@hides
def where_another_kind_of_value_is_expected(dataset: Dataset) -> None:
    for keyword, vr in (("EchoTime", "LO"), ("FlipAngle", "PN"), ("RepetitionTime", "DS"),
                        ("EchoTrainLength", "IS"), ("ImagingFrequency", "UT"), ("NumberOfAverages", "AE")):  # fmt: skip
        _add(dataset, Tag(keyword), vr, "Hush")
    _add(dataset, 0x00181314, "DS", "90\\Hush")
    _add(dataset, 0x00280030, "DS", "1\\1 Hush")


@hides
def in_media_and_messages(dataset: Dataset) -> None:
    _add(dataset, 0x00041500, "CS", ["HUSH", "WANG"])
    _add(dataset, 0x00041130, "CS", "HUSH")
    _add(dataset, 0x00080054, "AE", "HUSH")
    _add(dataset, 0x00741234, "AE", "Hush")
    _add(dataset, 0x00081190, "UR", "http://hush/Hush")


@hides
def in_persons_and_places(dataset: Dataset) -> None:
    dataset.ReferringPhysicianName, dataset.OperatorsName = "李医生", "Hush^Dr"
    dataset.InstitutionName, dataset.InstitutionAddress = "Hush Hospital", "Hush Street 1"
    dataset.ReceiveCoilName, dataset.TransmitCoilName = "coil of Hush Hospital", "hush"
    dataset.OtherPatientIDsSequence = [_item(PatientID="HN556677")]
    dataset.RequestAttributesSequence = [_item(RequestedProcedureDescription="Hush", ScheduledProcedureStepID="HN556677")]


@hides
def in_free_content(dataset: Dataset) -> None:
    text = [_item(ValueType="TEXT", TextValue="Wang Xiaoming, Dr. Hush, 2026-02-28")]
    dataset.ContentSequence = text
    dataset.AcquisitionContextSequence = text
    dataset.SegmentSequence = [_item(SegmentLabel="Hush of 2026-02-28", SegmentDescription="Wang", TrackingID="HN556677")]
    dataset.SegmentSequence[0].SegmentNumber = 1
    dataset.DisplayShutter = None


@hides
def behind_the_last_pixel(dataset: Dataset) -> None:
    dataset.PixelData = dataset.PixelData + "Wang Xiaoming 王小明 ".encode()


@pytest.mark.parametrize("options", [Options(), Options(False, False, True, True)], ids=["usual", "all that stays"])
@pytest.mark.parametrize("hide", MAY_HIDE.values(), ids=list(MAY_HIDE))
def test_whoever_hides_there_is_gone(hide: Hides, options: Options) -> None:
    dataset = makers.mr(**PATIENT)
    with pydicom.config.disable_value_validation():
        hide(dataset)
        stored = _file(dataset)
    left = without_patient(stored, dataset.file_meta.TransferSyntaxUID, deidentifier(options))
    assert not isinstance(left, str), left
    _is_clean(left[0])
    after = pydicom.dcmread(io.BytesIO(left[0]))
    assert after.PixelData == makers.mr().PixelData
    assert after.Rows == 32


def _file(dataset: Dataset) -> bytes:
    """As a peer might have sent it: with titles, names and words in what surrounds the data set."""
    meta = dataset.file_meta
    meta.SourceApplicationEntityTitle, meta.SendingApplicationEntityTitle = "HUSH", "HUSH"
    meta.ImplementationVersionName, meta.ReceivingApplicationEntityTitle = "Hush Wang", "HUSH"
    meta.PrivateInformationCreatorUID, meta.PrivateInformation = "1.2.826.777.888", b"Wang Xiaoming "
    out = io.BytesIO()
    dataset.preamble = b"Wang Xiaoming Hush".ljust(128, b"\0")
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def _is_clean(content: bytes) -> None:
    folded = content.lower()
    for secret in SECRETS:
        for script in ("utf-8", "gb18030", "utf-16-le"):
            written = secret.lower().encode(script)
            # A single sign of two bytes is in any pixels by chance.
            assert len(written) < 3 or written not in folded, secret


@pytest.mark.parametrize("charset", ["GB18030", "GBK", "ISO_IR 192", "ISO 2022 IR 6\\ISO 2022 IR 58"])
def test_in_whatever_script_it_was_written(charset: str) -> None:
    dataset = makers.mr(SpecificCharacterSet=charset.split("\\"), **PATIENT)
    dataset.StudyDescription, dataset.ReceiveCoilName, dataset.ImageComments = "王小明", "王小明", "王小明"
    left = without_patient(_file(dataset), dataset.file_meta.TransferSyntaxUID, deidentifier())
    assert not isinstance(left, str)
    _is_clean(left[0])


def test_what_is_technique_stays() -> None:
    dataset = makers.mr(
        **PATIENT, Manufacturer="SIEMENS", ManufacturerModelName="MAGNETOM Prisma", SequenceName="*tse2d1_13",
        SoftwareVersions="syngo MR E11", ReceiveCoilName="HeadNeck_20", PulseSequenceName="TSE", EchoTime="99.5",
        InPlanePhaseEncodingDirection="ROW", PatientPosition="HFS",
    )  # fmt: skip
    dataset.AnatomicRegionSequence = _code("Nasopharynx", "360955006")
    dataset.ReferencedImageSequence[0].ReferencedSOPClassUID = "1.3.12.2.1107.5.9.1"  # Siemens's, nobody's own
    left = without_patient(_file(dataset), dataset.file_meta.TransferSyntaxUID, deidentifier())
    assert not isinstance(left, str)
    after = pydicom.dcmread(io.BytesIO(left[0]))
    for keyword in ("Manufacturer", "ManufacturerModelName", "SequenceName", "SoftwareVersions", "ReceiveCoilName",
                    "EchoTime", "PatientPosition", "ImageType", "ImageOrientationPatient"):  # fmt: skip
        assert after[keyword].value == dataset[keyword].value, keyword
    assert after.AnatomicRegionSequence[0].CodeMeaning == "Nasopharynx"
    assert after.ReferencedImageSequence[0].ReferencedSOPClassUID == "1.3.12.2.1107.5.9.1"


@pytest.mark.parametrize(
    ("words", "stays"),
    [("syngo MR E11", True), ("29.0.12", True), ("T2 TSE 3mm", True), ("5.4.1.2", True), ("marker 2", True), ("", True),
     ("3 Mar 2026", False), ("March 3, 2026", False), ("28/02/2026", False), ("2026.02.28", False), ("2/28/26", False),
     ("a@b.cn", False), ("Li^Bo", False), ("13812345678", False), ("Prof Hu", False), ("鼻咽", False), ("Müller", False)],
)  # fmt: skip
def test_words_that_may_be_about_somebody(words: str, stays: bool) -> None:
    assert Wording(()).may_stay(words) == stays


def test_what_everyone_knows_the_date_of_does_not_tell_the_shift() -> None:
    for name in ("00080106", "00080107", "00181200", "00181204", "00181205"):
        assert action_of(table()[name], "DT", Options(retain_device_identity=True)).value != "date shifted"
    dataset = makers.mr()
    dataset.AnatomicRegionSequence = _code("head")
    dataset.AnatomicRegionSequence[0].ContextGroupVersion = "20121129"
    after = deidentifier().run(dataset).dataset
    assert str(after.AnatomicRegionSequence[0].ContextGroupVersion).startswith("1900")


# -------------------------------------------------------------------------------------------------------------- pixels


def _jpeg(kind: str) -> tuple[bytes, str]:
    """A frame of noise with the patient in a comment, and its transfer syntax."""
    pixels = np.random.default_rng(0).integers(0, 255, (32, 32), dtype=np.uint8)
    out = io.BytesIO()
    if kind == "JPEG":
        Image.fromarray(pixels).save(out, "JPEG", comment=b"Wang Xiaoming", exif=b"Exif\0\0Hush^Wang")
        return out.getvalue(), JPEGBaseline8Bit
    dataset = makers.mr(BitsAllocated=8, BitsStored=8, HighBit=7, PixelData=pixels.tobytes())
    syntax = JPEGLSLossless if kind == "JPEG-LS" else JPEG2000Lossless
    dataset.compress(syntax)
    frame = next(pydicom.encaps.generate_frames(dataset.PixelData, number_of_frames=1))
    words = b"Wang Xiaoming"
    if kind == "JPEG-LS":
        return frame[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2) + words + frame[2:], syntax
    size = 4 + int.from_bytes(frame[4:6])  # behind SIZ
    return frame[:size] + b"\xff\x64" + (len(words) + 4).to_bytes(2) + b"\0\1" + words + frame[size:], syntax


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("kind", ["JPEG", "JPEG-LS", "JPEG 2000"])
def test_comments_within_compressed_frames_go_and_the_pixels_stay(kind: str, extended: bool) -> None:
    frame, syntax = _jpeg(kind)
    trailed = frame + b"Hush" + b"\0" * (len(frame) % 2)
    dataset = makers.mr(**PATIENT, BitsAllocated=8, BitsStored=8, HighBit=7, NumberOfFrames="2")
    if extended:
        dataset.PixelData, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulate_extended(
            [trailed] * 2
        )
    else:
        dataset.PixelData = encapsulate([trailed, trailed])
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    dataset.file_meta.TransferSyntaxUID = syntax
    left = without_patient(_file(dataset), syntax, deidentifier())
    assert not isinstance(left, str), left
    _is_clean(left[0])
    after = pydicom.dcmread(io.BytesIO(left[0]))
    np.testing.assert_array_equal(after.pixel_array, dataset.pixel_array)


def test_compressed_frames_without_comments_are_the_same_bytes() -> None:
    content = makers.compressed(2)
    left = without_patient(content, "1.2.840.10008.1.2.5", deidentifier())
    assert not isinstance(left, str)
    assert pydicom.dcmread(io.BytesIO(left[0])).PixelData == pydicom.dcmread(io.BytesIO(content)).PixelData


def test_boxes_of_a_jp2_file_stay_behind() -> None:
    boxed = b"\0\0\0\x0cjP  \r\n\x87\nxml Wang Xiaoming"
    content = makers.fragmented(1, [boxed + b"\0" * (len(boxed) % 2)], JPEG2000Lossless)
    assert "boxes may hold words" in str(without_patient(content, JPEG2000Lossless, deidentifier()))


def test_an_overlay_in_unused_bits_and_colours_are_feared() -> None:
    dataset = makers.mr()
    for tag, vr, value in ((0x60000010, "US", 32), (0x60000100, "US", 16), (0x60000102, "US", 15)):
        _add(dataset, tag, vr, value)
    assert "unused bits" in str(without_patient(_file(dataset), dataset.file_meta.TransferSyntaxUID, deidentifier()))
    colours = makers.mr(SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=0)
    assert "in colours" in str(without_patient(_file(colours), colours.file_meta.TransferSyntaxUID, deidentifier()))
