"""Recognition beyond single rows: the real examination, choosing, mixed series, headers that cannot be read."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pydicom
import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from ml.series import Candidate, Recognition, Role, SeriesFacts, choose, read_facts, recognise
from tests.ml.series.build import datasets_of, facts_of
from tests.ml.series.headers import AGENT, AX, COR, SAG, at, ge, gre, siemens, tse
from tests.shared import real_head_mr


def candidates(facts: list[SeriesFacts]) -> list[Candidate]:
    return [
        Candidate(
            found.uid, found.role, found.plane, found.acquisition, found.preference, found.fat_saturated, one.instances
        )
        for found, one in zip(recognise(facts), facts, strict=True)
    ]


@pytest.mark.parametrize("all_headers", [True, False])
def test_the_real_examination(all_headers: bool) -> None:
    """Axial T2 -> T2WI; sagittal MPRAGE without InversionTime -> T1WI; both derived maps -> none, with the reason."""
    folders: dict[str, list[Dataset]] = {}
    with zipfile.ZipFile(real_head_mr()) as archive:
        for name in sorted(archive.namelist()):
            folder = name.split("/")[-2] if name.endswith(".dcm") else ""
            if folder and (all_headers or folder not in folders):
                header = pydicom.dcmread(BytesIO(archive.read(name)), stop_before_pixels=True)
                folders.setdefault(folder, []).append(header)
    facts = [read_facts(headers) for headers in folders.values()]
    found: dict[str, Recognition] = dict(zip(folders, recognise(facts), strict=True))
    assert {name: one.role for name, one in found.items()} == {
        "ax-t2": Role.T2WI, "sag-t1": Role.T1WI, "perfusion-weighted": Role.NONE, "rel-cbf": Role.NONE
    }  # fmt: skip
    assert found["ax-t2"].evidence == "TR 11730 ms, TE 91 ms, axial 2D, not fat saturated"
    assert "sagittal 3D (stands in, resampled to axial)" in found["sag-t1"].evidence
    assert "no contrast agent" in found["sag-t1"].evidence
    assert "perfusion" in found["perfusion-weighted"].evidence
    assert "perfusion" in found["rel-cbf"].evidence
    chosen = choose(candidates(facts))
    assert chosen == {Role.T2WI: found["ax-t2"].uid, Role.T1WI: found["sag-t1"].uid}


def test_axial_slices_go_before_volumes_and_full_cover_before_a_slab() -> None:
    facts = [
        facts_of(siemens("t1_mprage_sag", SAG, "3D", **gre(2300, 3, 9, SequenceVariant="MP")), "sagittal", 160),
        facts_of(siemens("t1_vibe_tra", AX, "3D", **gre(5, 2, 9)), "volume", 80),
        facts_of(siemens("t1_tse_tra", **tse(600, 11)), "slices", 26),
        facts_of(siemens("t1_tse_tra_sella", **tse(600, 11)), "slab", 8),
        facts_of(siemens("t1_mprage_cor", COR, "3D", **gre(2300, 3, 9, SequenceVariant="MP")), "coronal", 160),
    ]
    found = {one.uid: one for one in recognise(facts)}
    order = sorted(found, key=lambda uid: -found[uid].preference)
    assert order == ["slices", "volume", "sagittal", "coronal", "slab"]
    assert "only 8 slices" in found["slab"].evidence
    assert choose(candidates(facts)) == {Role.T1WI: "slices"}


def candidate(uid: str, **changes: object) -> Candidate:
    return replace(Candidate(uid, Role.T2WI, "axial", "2D", 1.0), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (candidate("a", preference=0.9), candidate("b", preference=0.8, slices=40)),
        (candidate("a", slices=30), candidate("b", slices=20)),
        (candidate("a", number=7), candidate("b", number=3)),
        (candidate("b"), candidate("a")),
        (candidate("a", assigned=True, preference=0.0), candidate("b")),
        (candidate("a", preference=0.0, assigned=True), candidate("b", preference=0.0, assigned=True, plane="sagittal")),
    ],
)
def test_choosing(better: Candidate, worse: Candidate) -> None:
    assert choose([better, worse]) == choose([worse, better]) == {Role.T2WI: better.uid}


@pytest.mark.parametrize(
    ("better", "worse", "trained"),
    [
        (candidate("a", fat_saturated=False), candidate("b", fat_saturated=True, number=9), False),
        (candidate("a", fat_saturated=True), candidate("b", fat_saturated=False, number=9), True),
        (candidate("b", fat_saturated=True, number=9), candidate("a", fat_saturated=False), None),
        (candidate("a", fat_saturated=None), candidate("b", fat_saturated=True, number=9), False),
        (candidate("a", preference=0.5, fat_saturated=False), candidate("b", preference=1.0, fat_saturated=True), False),
        (candidate("b", preference=1.0, fat_saturated=True), candidate("a", preference=0.3, fat_saturated=False), False),
        (candidate("b", fat_saturated=True, assigned=True), candidate("a", fat_saturated=False), False),
    ],
)
def test_what_the_network_was_trained_on_goes_first(better: Candidate, worse: Candidate, trained: bool | None) -> None:
    """T2 with and without fat saturation in one examination is the rule in follow-up of the nasopharynx."""
    for order in ([better, worse], [worse, better]):
        assert choose(order, {Role.T2WI: trained}) == {Role.T2WI: better.uid}


def test_nothing_is_chosen_from_nothing() -> None:
    assert choose([]) == {}
    assert choose([candidate("a", role=Role.NONE)]) == {}


def test_a_repeat_without_a_recorded_agent_is_less_preferred_than_the_first() -> None:
    """If the repeat is enhanced and nobody wrote it down, it must not become the unenhanced input."""
    first = facts_of(siemens("t1_tse_tra", **tse(650, 11, SeriesNumber=3, **at("1000"))), "first")
    again = facts_of(siemens("t1_tse_tra", **tse(650, 11, SeriesNumber=8, **at("1030"))), "again")
    assert choose(candidates([again, first])) == {Role.T1WI: "first"}


def test_the_order_of_series_does_not_matter() -> None:
    facts = [
        facts_of(siemens("t1_tse_tra", **tse(650, 11, **at("1000"))), "before"),
        facts_of(siemens("t1_vibe", AX, "3D", **gre(4, 2, 9, **AGENT, **at("1030"))), "after"),
        facts_of(siemens("t1_tse_tra", **tse(650, 11, **at("1035"))), "later"),
    ]
    forwards = {one.uid: one for one in recognise(facts)}
    backwards = {one.uid: one for one in recognise(facts[::-1])}
    assert forwards == backwards
    assert [forwards[uid].role for uid in ("before", "after", "later")] == [Role.T1WI, Role.T1WIC, Role.T1WIC]


def test_series_numbers_stand_in_where_times_are_missing() -> None:
    first = facts_of(ge("Ax T1", **tse(600, 10, SeriesNumber=4)), "first")
    agent = facts_of(ge("Sag", SAG, **tse(600, 10, SeriesNumber=8, **AGENT)), "agent")
    last = facts_of(ge("Ax T1", **tse(600, 10, SeriesNumber=9)), "last")
    roles = {one.uid: one.role for one in recognise([last, agent, first])}
    assert roles == {"first": Role.T1WI, "agent": Role.NONE, "last": Role.T1WIC}


def test_images_of_several_planes_are_a_localiser() -> None:
    headers = [header for plane in (AX, SAG, COR) for header in datasets_of(siemens("x", plane, **tse(600, 11)), "1", 3)]
    (found,) = recognise([read_facts(headers)])
    assert found.role is Role.NONE
    assert "several planes" in found.evidence


def test_two_echoes_in_one_series_are_no_input() -> None:
    headers = [header for te in (14, 90) for header in datasets_of(siemens("pd+t2", **tse(3000, te)), "1", 12)]
    (found,) = recognise([read_facts(headers)])
    assert (found.role, found.evidence) == (Role.NONE, "2 echo times in one series")


def test_a_dynamic_series_is_no_input() -> None:
    headers = datasets_of(siemens("x", AX, "3D", **gre(4, 2, 12)), "1", 12) * 5
    (found,) = recognise([read_facts(headers)])
    assert (found.role, found.evidence) == (Role.NONE, "dynamic series: each position 5 times")


def test_two_images_at_each_position_make_no_volume() -> None:
    headers = datasets_of(siemens("t2_tse_tra", **tse(4000, 90)), "1", 24) * 2
    (found,) = recognise([read_facts(headers)])
    assert found.role is Role.NONE
    assert "each position twice" in found.evidence


def test_a_protocol_of_the_whole_examination_says_nothing_of_its_series() -> None:
    """As GE consoles write it, with the manufacturer removed by a de-identifier."""
    shared = {"ProtocolName": "MRA AND NECK WITH CONTRAST"}
    facts = [
        facts_of(siemens("Ax T1", **tse(600, 10, **shared)), "t1"),
        facts_of(siemens("Ax T2 FS", **tse(4500, 90, **shared)), "t2"),
        facts_of(siemens("Ax T1 FS +C", **tse(650, 10, **shared)), "t1c"),
    ]
    assert [one.role for one in recognise(facts)] == [Role.T1WI, Role.T2WI, Role.T1WIC]


def test_values_that_cannot_be_read_say_nothing() -> None:
    (header,) = datasets_of(siemens("t1_tse_tra", **tse(650, 11)), "1", 1)
    for keyword, raw in (
        (0x00180080, b"six hundred "),
        (0x00200037, b"1\\0\\0\\x\\1\\0"),
        (0x00200011, b"IX"),
        (0x00080032, b"??"),
    ):
        header[Tag(keyword)] = RawDataElement(Tag(keyword), None, len(raw), raw, 0, True, True, True)
    facts = read_facts([header])
    assert (facts.repetition_time, facts.plane, facts.number, facts.acquired_at) == (None, "", 0, None)
    (found,) = recognise([facts])
    assert found.role is Role.T1WI, found.evidence


def test_a_series_without_headers_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one instance"):
        read_facts([])


def test_other_objects_of_a_study_need_no_attributes() -> None:
    report = Dataset()
    report.SOPClassUID, report.Modality, report.SeriesInstanceUID = "1.2.840.10008.5.1.4.1.1.88.22", "SR", "1.2"
    (found,) = recognise([read_facts([report])])
    assert (found.role, found.evidence) == (Role.NONE, "modality SR, not MR")
