"""Every attribute of PS3.15 Table E.1-1 in one data set, at the top and nested: no value leaves, each fares as told."""

import io
from collections.abc import Iterator
from itertools import product

import pydicom
import pytest
from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRLittleEndian

from radapp.confidentiality.cleaning import AGENT, AGENTS
from radapp.confidentiality.deidentify import DUMMIES, Deidentified, moved
from radapp.confidentiality.profile import Action, Options, action_of, basic_action, line_of, table
from tests.radapp.archive import makers
from tests.radapp.confidentiality.conftest import PATIENT, deidentifier

pytestmark = pytest.mark.once

EVERY = [Options(*chosen) for chosen in product((True, False), repeat=4)]
OURS = {"PatientName", "PatientID"}
SECRETS: dict[str, object] = {
    "AE": "HUSHAE", "AS": "041Y", "CS": "HUSHCS", "DA": "20190203", "DS": "8765.4321", "DT": "20190203112233.654321",
    "FD": 98765.4321, "IS": "98765432", "LO": "hush lo", "LT": "hush lt", "OB": b"hush", "OB or OW": b"hush",
    "PN": "Hush^Pn", "SH": "hush sh", "ST": "hush st", "TM": "112233.654321", "UC": "hush uc",
    "UI": "1.2.826.777.888.999.1", "UN": b"hush", "UR": "http://hush", "US": 48813, "UT": "hush ut",
}  # fmt: skip
"""A value for each VR that can be told in the bytes."""
IN_BYTES = (b"hush", b"HUSH", b"Hush", b"041Y", b"8765.4321", b"98765432", b"1.2.826.777", b"654321\\")


def _standard() -> Iterator[tuple[str, Tag, str]]:  # type: ignore[valid-type]
    """(line's key, tag, VR) of every attribute of the table that may stand in a data set and has one tag."""
    for name in table():
        if name != "private" and "x" not in name and name[:4] not in {"0000", "0002"}:
            tag = Tag(int(name, 16))
            yield name, tag, dictionary_VR(tag)


def secretive(depth: int = 2) -> Dataset:
    """Everything that the table names, with secrets, and the same again in a sequence that it does not name."""
    dataset = makers.mr() if depth == 2 else Dataset()
    for _, tag, vr in _standard():
        if vr == "SQ":
            item = Dataset()
            item.PatientName, item.PatientComments, item.ReferencedSOPInstanceUID = "Hush^Nested", "hush", SECRETS["UI"]
            dataset.add_new(tag, "SQ", [item])
        else:
            dataset.add_new(tag, "OB" if vr == "OB or OW" else vr, SECRETS[vr])
    dataset.private_block(0x0029, "HUSH PRIVATE", create=True).add_new(0x10, "LO", "hush private")
    dataset.add_new(0x60003000, "OW", b"hush")
    dataset.add_new(0x60024000, "LT", "hush overlay")
    dataset.add_new(0x50003000, "OW", b"hush")
    if depth:
        dataset.SharedFunctionalGroupsSequence = [secretive(depth - 1)]
    return dataset


def written(found: Deidentified) -> bytes:
    out = io.BytesIO()
    found.dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    pydicom.dcmwrite(out, found.dataset, enforce_file_format=True)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore:Invalid value:UserWarning", "ignore:The value length:UserWarning")
@pytest.mark.parametrize("options", [Options(), Options(False, False), Options(retain_safe_private=True)])
def test_no_value_of_any_listed_attribute_is_left(options: Options) -> None:
    before = secretive()
    content = written(deidentifier(options).run(before))
    assert [secret for secret in IN_BYTES if secret in content] == []
    assert (b"20190203" in content) is False
    assert before.PatientComments == "hush lt"  # the given data set stays as it is


@pytest.mark.filterwarnings("ignore:Invalid value:UserWarning", "ignore:The value length:UserWarning")
@pytest.mark.parametrize("options", EVERY, ids=str)
def test_each_attribute_fares_as_the_table_says(options: Options) -> None:
    after = deidentifier(options).run(secretive())
    for level, path in (
        (after.dataset, ""),
        (after.dataset.SharedFunctionalGroupsSequence[0], "SharedFunctionalGroupsSequence/"),
    ):
        for name, tag, vr in _standard():
            if keyword_for_tag(tag) in OURS:
                assert level[tag].value == PATIENT.name
                continue
            if path == "" and keyword_for_tag(tag) in {"DeidentificationMethodCodeSequence", "SpecificCharacterSet"}:
                continue
            line = table()[name]
            action = action_of(line, vr, options)
            if action is Action.CLEANED and keyword_for_tag(tag) in AGENTS:
                assert level[tag].value == AGENT
                continue
            if action is Action.CLEANED:  # "hush" has no word that may stay
                action = basic_action(line, vr)
            _fares(level, tag, vr, action)
            counted = action if not (action is Action.SHIFTED and vr == "TM") else Action.KEPT
            if vr != "SQ" or action in {Action.REMOVED, Action.EMPTIED}:
                assert after.tally[f"{path}{keyword_for_tag(tag)}", counted] == 1, (path, keyword_for_tag(tag))


def _fares(level: Dataset, tag: int, vr: str, action: Action) -> None:
    name = keyword_for_tag(tag)
    if action is Action.REMOVED:
        assert tag not in level, name
    elif action is Action.EMPTIED:
        assert level[tag].is_empty, name
    elif action is Action.UID:
        new = level[tag].value[0].ReferencedSOPInstanceUID if vr == "SQ" else level[tag].value
        assert new.startswith("2.25."), name
    elif action is Action.SHIFTED:
        # 3 February 2019 less 1000 days; times of day stay.
        expected = {"DA": "20160509", "DT": "20160509112233.654321", "TM": SECRETS["TM"]}[vr]
        assert str(level[tag].value) == expected, name
    elif action is Action.KEPT:
        kept = level[tag].value[0].get("PatientName") == PATIENT.name if vr == "SQ" else str(level[tag].value) == SECRETS[vr]
        assert kept, name
    elif vr == "SQ":
        assert all(item.get("CodeMeaning") == "Anonymous" for item in level[tag].value), name
    else:
        assert level[tag].value == DUMMIES["OB" if vr == "OB or OW" else vr], name
        assert not level[tag].is_empty


def test_the_table_is_whole_and_read_as_it_stands() -> None:
    assert len(table()) == 621
    assert table()["00100020"].basic == "Z/D"
    assert table()["00080020"].options == {"retain_full_dates": "K", "modified_dates": "C"}
    assert line_of(Tag(0x0029, 0x1010)) is table()["private"]
    assert line_of(Tag(0x6002, 0x0010)) is table()["60xx3000"]
    assert line_of(Tag("Rows")) is None


def test_where_the_table_leaves_a_choice_the_form_for_every_type_is_taken() -> None:
    assert basic_action(table()["00080080"], "LO") is Action.DUMMY  # Institution Name, X/Z/D
    assert basic_action(table()["00080032"], "TM") is Action.EMPTIED  # Acquisition Time, X/Z
    assert basic_action(table()["00081140"], "SQ") is Action.UID  # Referenced Image Sequence, X/Z/U*
    assert basic_action(table()["00081072"], "SQ") is Action.REMOVED  # Operator Identification Sequence, X/D


def test_methods_are_named() -> None:
    after = deidentifier(Options(retain_device_identity=True, retain_safe_private=True)).run(makers.mr()).dataset
    codes = [(one.CodeValue, one.CodingSchemeDesignator) for one in after.DeidentificationMethodCodeSequence]
    assert codes == [(value, "DCM") for value in ("113100", "113105", "113107", "113109", "113111")]
    assert (after.PatientIdentityRemoved, after.LongitudinalTemporalInformationModified) == ("YES", "MODIFIED")
    assert "PS3.15" in after.DeidentificationMethod
    assert deidentifier(Options(False)).run(makers.mr()).dataset.LongitudinalTemporalInformationModified == "REMOVED"


@pytest.mark.parametrize(
    ("value", "after"),
    [("20240229", "20240228"), ("20260101", "20251231"), ("20260101101112.5+0800", "20251231101112.5+0800"), ("2026", None),
     ("99999999", None), ("", None), ("00010101", None)],
)  # fmt: skip
def test_a_date_moves_by_days_or_goes(value: str, after: str | None) -> None:
    assert moved(value, -1) == after
