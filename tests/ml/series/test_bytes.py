"""What only real files have: private elements, wrongly declared characters, values that differ from image to image."""

import struct

import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from ml.series import Role, read_facts, recognise
from tests.ml.series.build import datasets_of
from tests.ml.series.headers import enhanced, philips, siemens, tse

PHILIPS = (0x2001, "Philips Imaging DD 001")


def test_an_echo_time_that_differs_from_image_to_image_in_its_decimals() -> None:
    headers = datasets_of(siemens("t2_tse_tra", **tse(4000, 90)), "1", 24)
    for number, header in enumerate(headers):
        header.EchoTime = 90 + 0.2 * (number % 3)
    (found,) = recognise([read_facts(headers)])
    assert found.role is Role.T2WI, found.evidence


def with_private(header: Dataset, group: int, creator: str, element: int, vr: str, value: object) -> Dataset:
    header.private_block(group, creator, create=True).add_new(element, vr, value)
    return header


def test_a_diffusion_series_that_begins_with_b_0() -> None:
    headers = datasets_of(siemens("tra", **tse(4000, 72)), "1", 24)
    for number, header in enumerate(headers):
        header.DiffusionBValue = 0.0 if number < 12 else 800.0
    (found,) = recognise([read_facts(headers)])
    assert (found.role, found.evidence) == (Role.NONE, "diffusion (b 800 s/mm²)")


def test_an_enhanced_diffusion_object_whose_first_frame_has_b_0() -> None:
    (header,) = datasets_of(enhanced("Philips", "x", EchoPulseSequence="SPIN", tr=3000, te=70, b=0.0, per_frame=True), "1")
    header.PerFrameFunctionalGroupsSequence[-1].MRDiffusionSequence[0].DiffusionBValue = 1000.0
    (found,) = recognise([read_facts([header])])
    assert found.evidence == "diffusion (b 1000 s/mm²)"


@pytest.mark.parametrize(
    ("place", "vr", "value"),
    [
        ((*PHILIPS, 0x03), "FL", 1000.0),
        ((*PHILIPS, 0x03), "UN", struct.pack("<f", 1000.0)),
        ((0x0019, "SIEMENS MR HEADER", 0x0C), "IS", "1000"),
        ((0x0019, "SIEMENS MR HEADER", 0x0C), "UN", b"1000 "),
        ((0x0065, "Image Private Header", 0x09), "FD", 1000.0),
    ],
)
def test_a_b_value_in_a_private_element(place: tuple[int, str, int], vr: str, value: object) -> None:
    """Older classic headers have no DiffusionBValue; an implicit transfer syntax loses a private element's VR."""
    (header,) = datasets_of(siemens("tra", **tse(4000, 72)), "1", 1)
    (found,) = recognise([read_facts([with_private(header, *place, vr, value)])])
    assert found.evidence == "diffusion (b 1000 s/mm²)"


@pytest.mark.parametrize(("factor", "role"), [(57, Role.NONE), (1, Role.T2WI)])
def test_the_epi_factor_of_philips(factor: int, role: Role) -> None:
    """Classic headers of Philips call echo planar imaging SE (as in neurolabusc/dcm_qa_philips)."""
    (header,) = datasets_of(philips("x", **tse(4000, 72)), "1", 1)
    (found,) = recognise([read_facts([with_private(header, *PHILIPS, 0x13, "SL", factor)])])
    assert found.role is role, found.evidence
    assert ("echo planar" in found.evidence) is (role is Role.NONE)


def test_private_elements_that_cannot_be_read_say_nothing() -> None:
    (header,) = datasets_of(siemens("t2_tse_tra", **tse(4000, 90)), "1", 1)
    with_private(header, *PHILIPS, 0x03, "UN", b"1")
    (found,) = recognise([read_facts([header])])
    assert found.role is Role.T2WI, found.evidence


def described(text: bytes, charset: str | None) -> Dataset:
    (header,) = datasets_of(siemens("x", **tse(650, 11)), "1", 1)
    if charset is not None:
        header.SpecificCharacterSet = charset
    for tag in (0x0008103E, 0x00181030):
        header[Tag(tag)] = RawDataElement(Tag(tag), "LO", len(text), text, 0, False, True, True)
    return header


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("utf-8", "ISO_IR 192"),
        ("utf-8", "ISO_IR 100"),
        ("utf-8", "GB18030"),
        ("utf-8", None),
        ("gb18030", "GB18030"),
        ("gb18030", "ISO_IR 100"),
        ("gb18030", None),
    ],
)
def test_chinese_under_a_wrong_character_set(written: str, declared: str | None) -> None:
    facts = read_facts([described("横断位T1增强压脂".encode(written), declared)])
    assert facts.description == "横断位T1增强压脂"
    (found,) = recognise([facts])
    assert (found.role, found.fat_saturated) == (Role.T1WIC, True)


@pytest.mark.parametrize("text", ["T1 Schädel nativ", "T1 tête sans gadolinium", "T1 crânio pré"])
def test_accented_letters_stay_as_they_are(text: str) -> None:
    facts = read_facts([described(text.encode("latin-1"), "ISO_IR 100")])
    assert facts.description == text
    (found,) = recognise([facts])
    assert found.role is Role.T1WI
