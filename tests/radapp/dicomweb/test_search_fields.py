"""What a search tells on request: includefield in every form, from index and headers; requests and procedure steps."""

from functools import cache

import pytest
from django.test import Client
from pydicom.dataset import Dataset

from radapp.archive import storage
from radapp.archive.models import Instance, Series, Study
from radapp.archive.roles import recognise_study
from tests.radapp.dicomweb.conftest import STUDY, take_in
from tests.radapp.dicomweb.objects import encode, image, report

ROOT = f"/dicom-web/studies/{STUDY}"


@cache
def _files() -> tuple[bytes, ...]:
    """Two series: one that a scanner made for a request, with much in its header, and a bare one."""
    files, request = [], Dataset()
    request.ScheduledProcedureStepID, request.RequestedProcedureID = "SPS-7", "RP-9"
    for number in (1, 2):
        dataset = image(STUDY, f"{STUDY}.1", number)
        dataset.PatientAge, dataset.PatientWeight, dataset.PatientComments = "056Y", "71.5", "claustrophobic"
        dataset.TimezoneOffsetFromUTC = "+0800"
        dataset.InstitutionName, dataset.OperatorsName, dataset.MagneticFieldStrength = "医院", "Wu^Min", "3"
        dataset.PerformedProcedureStepStartDate, dataset.PerformedProcedureStepStartTime = "20261123", "101430"
        dataset.RequestAttributesSequence = [request]
        dataset.SliceThickness = 4
        files.append(encode(dataset))
    return (*files, encode(image(STUDY, f"{STUDY}.2", 1)), encode(report(STUDY, f"{STUDY}.3")))


@pytest.fixture(autouse=True)
def requested(db: None) -> None:
    """They in the archive."""
    first, second, *others = _files()
    for files in ([first], [second], others):
        take_in(*files)
    recognise_study(Study.objects.get())


def records(client: Client, path: str) -> list[dict[str, object]]:
    response = client.get(path)
    assert response.status_code == 200, response.content
    return response.json()  # type: ignore[no-any-return]


def test_a_series_tells_what_was_performed_and_requested(client: Client) -> None:
    first, second, _ = records(client, f"{ROOT}/series")
    assert first["00400244"] == {"vr": "DA", "Value": ["20261123"]}
    assert first["00400245"] == {"vr": "TM", "Value": ["101430"]}
    assert first["00400275"] == {
        "vr": "SQ",
        "Value": [{"00400009": {"vr": "SH", "Value": ["SPS-7"]}, "00401001": {"vr": "SH", "Value": ["RP-9"]}}],
    }
    assert second["00400244"] == {"vr": "DA"}
    assert "00400275" not in second


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("PerformedProcedureStepStartDate=20261101-20261130", 1),
        ("00400245=1014", 1),
        ("RequestAttributesSequence.ScheduledProcedureStepID=SPS-*", 1),
        ("00400275.00401001=RP-9", 1),
        ("00400275.RequestedProcedureID=RP-8", 0),
    ],
)
def test_and_is_found_by_it(client: Client, query: str, found: int) -> None:
    assert len(records(client, f"/dicom-web/series?{query}")) == found


def test_instances_tell_how_many_bits_they_have(client: Client) -> None:
    told = {one["00080018"]["Value"][0]: one.get("00280100") for one in records(client, f"{ROOT}/instances")}  # type: ignore[index]
    assert told[f"{STUDY}.1.1"] == {"vr": "US", "Value": [16]}
    assert told[f"{STUDY}.3.1"] is None


@pytest.mark.parametrize(
    "query",
    [
        "includefield=PatientAge&includefield=PatientComments&includefield=00080201",
        "includefield=PatientAge,00104000,TimezoneOffsetFromUTC",
        "includefield=PatientAge%2CPatientComments,00080201",
        "includefield=all",
    ],
)
def test_a_study_tells_what_only_its_headers_hold(client: Client, query: str) -> None:
    (plain,) = records(client, "/dicom-web/studies")
    (found,) = records(client, f"/dicom-web/studies?{query}")
    assert "00101010" not in plain
    assert found["00101010"] == {"vr": "AS", "Value": ["056Y"]}
    assert found["00104000"] == {"vr": "LT", "Value": ["claustrophobic"]}
    assert found["00080201"] == {"vr": "SH", "Value": ["+0800"]}
    assert {tag: found[tag] for tag in plain} == plain
    assert ("00101030" in found) == (query == "includefield=all")


def test_attributes_of_a_lower_level_are_not_told(client: Client) -> None:
    """PS3.18 10.6.3.3; what OHIF asks of studies has Modality among it."""
    response = client.get("/dicom-web/studies?includefield=00080060,InstitutionName,SliceThickness")
    assert not {"00080060", "00080080", "00180050"} & set(response.json()[0])
    assert "Warning" not in response


def test_a_series_tells_more_of_itself_and_of_its_study(client: Client) -> None:
    first, second, _ = records(
        client, f"{ROOT}/series?includefield=InstitutionName,PatientName,PatientAge,ModalitiesInStudy"
    )
    assert first["00080080"] == {"vr": "LO", "Value": ["医院"]}
    assert first["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "Li^Wei", "Ideographic": "李^伟"}]}
    assert first["00101010"] == {"vr": "AS", "Value": ["056Y"]}
    assert first["00080061"] == {"vr": "CS", "Value": ["MR", "SR"]}
    assert "00080080" not in second
    whole = records(client, f"{ROOT}/series?includefield=all")[0]
    assert whole["00081070"] == {"vr": "PN", "Value": [{"Alphabetic": "Wu^Min"}]}
    assert whole["00180087"] == {"vr": "DS", "Value": [3.0]}


def test_an_instance_tells_any_attribute(client: Client) -> None:
    fields = (
        "SliceThickness,ImageOrientationPatient,00091001,PatientID,Modality,InstitutionName,NumberOfSeriesRelatedInstances"
    )
    first, second = records(client, f"{ROOT}/series/{STUDY}.1/instances?includefield={fields}")
    assert first["00180050"] == {"vr": "DS", "Value": [4.0]}
    assert first["00200037"]["Value"] == [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]  # type: ignore[index]
    assert first["00100020"] == {"vr": "LO", "Value": ["P-0007"]}
    assert first["00080060"] == {"vr": "CS", "Value": ["MR"]}
    assert first["00080080"] == {"vr": "LO", "Value": ["医院"]}
    assert first["00201209"] == {"vr": "IS", "Value": [2]}
    assert "00091001" not in first, "2 kB are bulk data: see the metadata"
    assert "00180050" in second


def test_a_private_attribute_comes_with_its_creator(client: Client) -> None:
    dataset = image(STUDY, f"{STUDY}.4", 1)
    dataset.add_new(0x00190010, "LO", "SCANNER")
    dataset.add_new(0x00191008, "DS", "1000")
    take_in(encode(dataset))
    (found,) = records(client, f"{ROOT}/series/{STUDY}.4/instances?includefield=00191008")
    assert found["00190010"] == {"vr": "LO", "Value": ["SCANNER"]}
    assert found["00191008"] == {"vr": "DS", "Value": [1000.0]}


def test_what_cannot_be_told_is_said(client: Client) -> None:
    names = "RequestAttributesSequence,NoSuchThing,ReferencedStudySequence.StudyDate,%0d%0aX-Evil: 1,PatientAge"
    response = client.get(f"/dicom-web/studies?includefield={names}")
    assert response.status_code == 200
    assert "00101010" in response.json()[0]
    for words in ("RequestAttributesSequence", "NoSuchThing", "ReferencedStudySequence.", "of an unreadable name"):
        assert f"includefield {words}" in response["Warning"]
    assert "PatientAge" not in response["Warning"]


def test_headers_are_read_for_a_bounded_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radapp.dicomweb.further.ROWS_AT_MOST", 1)
    response = client.get(f"{ROOT}/instances?includefield=SliceThickness")
    assert ["00180050" in one for one in response.json()] == [True, False, False, False]
    assert "Only the first 1 records tell what their headers alone hold" in response["Warning"]


def test_a_file_that_is_gone_costs_its_record_nothing_else(client: Client) -> None:
    path = storage.path_of(Instance.objects.order_by("id")[0].sha256)
    gone = path.rename(path.with_name("gone"))
    (found,) = records(client, "/dicom-web/studies?includefield=PatientAge")
    assert "00101010" not in found
    assert found["00100020"] == {"vr": "LO", "Value": ["P-0007"]}
    gone.rename(path)
    (again,) = records(client, "/dicom-web/studies?includefield=PatientAge")
    assert again["00101010"] == {"vr": "AS", "Value": ["056Y"]}, "not remembered"


def test_queries_do_not_grow_with_the_page(client: Client, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get("/dicom-web/instances?includefield=all")
    assert Series.objects.count() == 3
