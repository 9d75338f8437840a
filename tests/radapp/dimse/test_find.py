"""C-FIND: levels, keys, character sets, bad identifiers, cancel."""

from collections.abc import Callable
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pynetdicom import build_context, evt
from pynetdicom.association import Association
from pynetdicom.pdu_primitives import SOPClassExtendedNegotiation

from radapp.archive.ingest import Ingest
from radapp.archive.models import Source
from radapp.dimse import finding
from radapp.dimse.contexts import PATIENT_ROOT_FIND, STUDY_ROOT_FIND
from tests.radapp.archive.makers import ROOT, SERIES, STUDY, mr
from tests.radapp.archive.test_rejections import note, take_in
from tests.radapp.dimse.house import AE
from tests.radapp.dimse.scu import associated, dataset

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = ROOT + "2"


@pytest.fixture
def archive(transactional_db: None) -> None:
    """Two studies of one patient, one of another with a Chinese name."""
    take_in(
        mr(1),
        mr(2),
        mr(1, series=ROOT + "1.2", Modality="CT", SeriesNumber="7"),
        mr(1, study=OTHER, series=OTHER + ".1", StudyDate="20251231", AccessionNumber="A2"),
        mr(1, study=ROOT + "3", series=ROOT + "3.1", PatientID="P3", PatientName="Li^Wei=李^伟"),
    )


Find = Callable[..., list[Dataset]]


def answers(
    association: Association, level: str, root: str = STUDY_ROOT_FIND, **keys: Any
) -> list[tuple[int, Dataset | None]]:
    """Status and identifier of every response."""
    query = dataset(QueryRetrieveLevel=level, **keys)
    return [(status.Status, identifier) for status, identifier in association.send_c_find(query, root)]


@pytest.fixture
def find(archive: None, port: int) -> Find:
    """The identifiers of the pending responses."""

    def ask(level: str, root: str = STUDY_ROOT_FIND, **keys: Any) -> list[Dataset]:
        with associated(port, [root]) as association:
            found = answers(association, level, root, **keys)
        assert found[-1] == (0, None)
        assert all(status in {0xFF00, 0xFF01} for status, _ in found[:-1])
        return [one for _, one in found if one is not None]

    return ask


def test_studies(find: Find) -> None:
    asked = {"PatientID": "P1", "StudyInstanceUID": "", "StudyDate": "", "ModalitiesInStudy": "", "RetrieveAETitle": ""}
    found = find("STUDY", **asked, NumberOfStudyRelatedSeries="", NumberOfStudyRelatedInstances="", InstanceAvailability="")
    by_uid = {one.StudyInstanceUID: one for one in found}
    assert set(by_uid) == {STUDY, OTHER}
    one = by_uid[STUDY]
    assert (one.PatientID, one.StudyDate, one.QueryRetrieveLevel) == ("P1", "20261120", "STUDY")
    assert list(one.ModalitiesInStudy) == ["CT", "MR"]
    assert (one.NumberOfStudyRelatedSeries, one.NumberOfStudyRelatedInstances) == (2, 3)
    assert (one.RetrieveAETitle, one.InstanceAvailability) == (AE, "ONLINE")
    assert "PatientName" not in one  # not asked for


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        ({"PatientName": "test^*"}, 2),
        ({"PatientName": "李*"}, 1),
        ({"StudyDate": "20260101-"}, 2),
        ({"StudyDate": "-20260101"}, 1),
        ({"StudyTime": "1000-1030"}, 3),
        ({"AccessionNumber": "A?"}, 3),
        ({"AccessionNumber": "A2", "PatientID": "P1"}, 1),
        ({"ModalitiesInStudy": ["MR", "PT"]}, 3),
        ({"ModalitiesInStudy": "CT"}, 1),
        ({"StudyInstanceUID": [STUDY, OTHER]}, 2),
        ({"StudyInstanceUID": ""}, 3),
        ({"PatientID": "*"}, 3),
        ({"PatientID": "p1"}, 0),
    ],
)
def test_matching(find: Find, keys: dict[str, Any], number: int) -> None:
    assert len(find("STUDY", SpecificCharacterSet="ISO_IR 192", **{"StudyInstanceUID": "", **keys})) == number


def test_series_and_images(find: Find) -> None:
    series = find("SERIES", StudyInstanceUID=STUDY, SeriesInstanceUID="", NumberOfSeriesRelatedInstances="", Modality="MR")
    assert [(one.SeriesInstanceUID, one.NumberOfSeriesRelatedInstances) for one in series] == [(SERIES, 2)]
    images = find("IMAGE", StudyInstanceUID=STUDY, SeriesInstanceUID=SERIES, SOPInstanceUID="", InstanceNumber="", Rows="")
    assert [(one.SOPInstanceUID, one.InstanceNumber, one.Rows) for one in images] == [
        (f"{SERIES}.{number}", number, 32) for number in (1, 2)
    ]


def test_relational_queries_need_no_upper_keys(find: Find) -> None:
    assert len(find("SERIES", SeriesInstanceUID="", PatientID="P1", StudyDate="")) == 3
    (one,) = find("IMAGE", SOPInstanceUID=f"{SERIES}.2", PatientName="")
    assert one.PatientName == "Test^Anna"


def test_patients(find: Find) -> None:
    found = find("PATIENT", PATIENT_ROOT_FIND, PatientID="", PatientName="", NumberOfPatientRelatedStudies="")
    assert [(one.PatientID, one.NumberOfPatientRelatedStudies) for one in found] == [("P1", 2), ("P3", 1)]
    (one,) = find("PATIENT", PATIENT_ROOT_FIND, PatientID="P3", NumberOfPatientRelatedInstances="")
    assert one.NumberOfPatientRelatedInstances == 1


@pytest.mark.parametrize(("asked", "answered"), [("GB18030", "GB18030"), ("ISO_IR 100", "ISO_IR 192"), ("", "ISO_IR 192")])
def test_a_name_comes_in_the_askers_letters_where_they_suffice(find: Find, asked: str, answered: str) -> None:
    keys = {"SpecificCharacterSet": asked} if asked else {}
    (one,) = find("STUDY", PatientID="P3", PatientName="", **keys)
    assert one.SpecificCharacterSet == answered
    assert one.PatientName == "Li^Wei=李^伟"


def test_plain_letters_need_no_character_set(find: Find) -> None:
    (one,) = find("STUDY", AccessionNumber="A2", PatientName="")
    assert "SpecificCharacterSet" not in one


def test_a_key_that_is_not_kept_comes_back_empty_with_a_warning(archive: None, port: int) -> None:
    with associated(port, [STUDY_ROOT_FIND]) as association:
        found = answers(association, "STUDY", AccessionNumber="A2", AdmissionID="", RequestAttributesSequence=[])
    assert [status for status, _ in found] == [0xFF01, 0]
    assert found[0][1] is not None
    assert found[0][1].AdmissionID == ""
    assert len(found[0][1].RequestAttributesSequence) == 0


def test_what_is_hidden_is_not_found(find: Find) -> None:
    take_in(note("113001", 1, f"{ROOT}1.2.1", series=f"{ROOT}1.2"))
    assert find("SERIES", StudyInstanceUID=STUDY, SeriesInstanceUID=f"{ROOT}1.2") == []
    (one,) = find("STUDY", StudyInstanceUID=STUDY, NumberOfStudyRelatedInstances="")
    assert one.NumberOfStudyRelatedInstances == 3  # two images, and the note


@pytest.mark.parametrize(
    ("level", "root", "keys"),
    [
        ("PATIENT", STUDY_ROOT_FIND, {"PatientID": "P1"}),
        ("FRAME", STUDY_ROOT_FIND, {"PatientID": "P1"}),
        ("", STUDY_ROOT_FIND, {"PatientID": "P1"}),
        ("STUDY", STUDY_ROOT_FIND, {"StudyDate": "yesterday"}),
        ("STUDY", STUDY_ROOT_FIND, {"StudyDate": "-"}),
        ("SERIES", STUDY_ROOT_FIND, {"SeriesNumber": "9" * 12}),
    ],
)
def test_an_identifier_that_makes_no_sense_is_refused(port: int, level: str, root: str, keys: dict[str, str]) -> None:
    with associated(port, [root]) as association:
        query = dataset(QueryRetrieveLevel=level)
        for keyword, value in keys.items():
            query.add_new(keyword, "LO", value)  # past pydicom's own checks
        found = list(association.send_c_find(query, root))
        assert [status.Status for status, _ in found] == [0xA900]
        assert found[0][0].ErrorComment
        assert association.send_c_find(dataset(QueryRetrieveLevel="STUDY", PatientID="P1"), root)


def test_cancel_ends_a_search(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE", 5)
    with Ingest(Source.IMPORT) as ingest:
        import io

        from tests.radapp.archive.makers import content

        for number in range(60):
            study = f"{ROOT}5{number}"
            ingest.add_stream(io.BytesIO(content(mr(1, study=study, series=study + ".1", size=4))), "one.dcm")
    cancelled: list[int] = []

    def cancel(event: evt.Event) -> None:
        if not cancelled and "FIND-RSP" in type(event.message).__name__.replace("_", "-"):
            cancelled.append(1)
            event.assoc.send_c_cancel(1, query_model=STUDY_ROOT_FIND)

    with associated(port, [STUDY_ROOT_FIND], handlers=[(evt.EVT_DIMSE_RECV, cancel)]) as association:
        found = answers(association, "STUDY", StudyInstanceUID="")
        assert answers(association, "STUDY", StudyInstanceUID=f"{ROOT}50")[-1] == (0, None)
    statuses = [status for status, _ in found]
    assert statuses[-1] in {0xFE00, 0}
    assert statuses[-1] == 0xFE00 or len(statuses) == 61  # all sixty were under way before the wish arrived


def test_relational_queries_are_negotiated(port: int) -> None:
    wish = SOPClassExtendedNegotiation()
    wish.sop_class_uid, wish.service_class_application_information = STUDY_ROOT_FIND, b"\1\1\1"
    from pynetdicom.ae import ApplicationEntity

    ae = ApplicationEntity("TEST_SCU")
    association = ae.associate("127.0.0.1", port, [build_context(STUDY_ROOT_FIND)], ae_title=AE, ext_neg=[wish])
    try:
        assert association.acceptor.sop_class_extended == {STUDY_ROOT_FIND: b"\1\0\0"}
    finally:
        association.release()
