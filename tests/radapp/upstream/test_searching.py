"""QIDO-RS merged over the archive and real sources: what is found, in which order, and what is said when one is silent."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from radapp.dicomweb.attributes import BY_NAME, Match
from radapp.upstream import circuit, fitting, records, web_peer
from radapp.upstream.models import UpstreamSource
from radapp.upstream.peer import plain
from tests.orthanc import Orthanc, Proxy, dead_port
from tests.radapp.dicomweb.conftest import take_in
from tests.radapp.dicomweb.objects import encode, image
from tests.radapp.upstream.conftest import OTHER, SECOND, SERIES, STUDY, study_files, web_source

LI = {
    "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Li^Wei", "Ideographic": "李^伟"}]},
    "00100020": {"vr": "LO", "Value": ["P-0007"]},
    "00080020": {"vr": "DA", "Value": ["20261123"]},
    "00080030": {"vr": "TM", "Value": ["101500.25"]},
    "0020000D": {"vr": "UI", "Value": [STUDY]},
    "00080060": {"vr": "CS", "Value": ["MR"]},
    "00200011": {"vr": "IS", "Value": [3]},
    "0020000E": {"vr": "UI", "Value": [SERIES]},
}


@pytest.mark.parametrize(
    ("keyword", "value", "fits"),
    [
        ("PatientName", "li^wei", True),
        ("PatientName", "*伟", True),
        ("PatientName", "Li^Wei=李^伟", True),
        ("PatientName", "Li", False),
        ("fuzzy PatientName", "wei li", True),
        ("fuzzy PatientName", "李伟", True),
        ("fuzzy PatientName", "wang", False),
        ("PatientID", "P-000?", True),
        ("PatientID", "p-0007", False),
        ("StudyDate", "20261101-20261130", True),
        ("StudyDate", "-20261122", False),
        ("StudyDate", "2026-11-23", True),
        ("StudyTime", "10-1015", True),
        ("StudyTime", "11:00-", False),
        ("StudyInstanceUID", f"1.2,{STUDY}", True),
        ("Modality", "CT,MR", True),
        ("Modality", "CT", False),
        ("SeriesNumber", "03", True),
        ("AccessionNumber", "A*", False),  # it does not say
        ("ModalitiesInStudy", "MR", True),  # few say
    ],
)
def test_what_a_source_answers_is_looked_through(keyword: str, value: str, fits: bool) -> None:
    attribute = BY_NAME[keyword.removeprefix("fuzzy ")]
    if keyword.startswith("fuzzy"):
        attribute = replace(attribute, match=Match.FUZZY)
    record = records.clean(LI, attribute.level)
    assert record is not None
    assert fitting.fits(record, attribute, plain(attribute, value)) is fits


@pytest.mark.parametrize(
    "record",
    [None, 7, [], {}, {"0020000D": 3}, {"0020000D": {"vr": "UI"}}, {"0020000D": {"vr": "UI", "Value": ["../etc/passwd"]}}],
)
def test_what_is_no_record_is_none(record: object) -> None:
    assert records.clean(record, BY_NAME["StudyDate"].level) is None


def test_hostile_values_of_a_record_are_left_out() -> None:
    hostile = {
        "0020000D": {"vr": "UI", "Value": [STUDY, "1.2\n3"]},
        "00100020": {"vr": "LO", "Value": ["P\x00\x1b[31m" + "x" * 10_000]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": ["a"]}, 7, {"Alphabetic": "Li\nWei"}]},
        "00080020": {"vr": "DA", "Value": ["yesterday"]},
        "00201208": {"vr": "IS", "Value": ["1e400", float("inf"), "12"]},
        "00081030": "no element",
        "7FE00010": {"vr": "OW", "InlineBinary": "AAAA"},
    }
    record = records.clean(hostile, BY_NAME["StudyDate"].level)
    assert record is not None
    assert records.values_of(record, "0020000D") == [STUDY]
    assert len(records.text_of(record, "00100020")) == 256
    assert "\x1b" not in records.text_of(record, "00100020")
    assert records.values_of(record, "00100010") == ["Li Wei"]
    assert records.values_of(record, "00080020") == []
    assert records.values_of(record, "00201208") == [12]
    assert "7FE00010" not in record


@pytest.mark.parametrize(
    ("keyword", "value", "sent"),
    [
        ("PatientName", "Li^Wei", "Li?Wei"),
        ("PatientName", "李^伟*", "*"),
        ("PatientID", "P 7/8", "P?7?8"),
        ("StudyDate", "20260101-20260131", "20260101-20260131"),
        ("StudyInstanceUID", "1.2,1.3", "1.2,1.3"),
    ],
)
def test_values_reach_servers_that_decode_nothing(keyword: str, value: str, sent: str) -> None:
    assert web_peer.readable_everywhere(BY_NAME[keyword], value) == sent


def uids(response: Any) -> list[str]:
    return [one["0020000D"]["Value"][0] for one in response.json()]


@pytest.mark.services
def test_studies_here_come_first_then_those_of_the_pacs(source: UpstreamSource, client: Client) -> None:
    take_in(encode(image(OTHER, f"{OTHER}.1", 1)), encode(image(f"{STUDY}.5", f"{STUDY}.5.1", 1)))
    response = client.get("/dicom-web/studies")
    assert uids(response) == [OTHER, f"{STUDY}.5", STUDY]
    assert response["X-Total-Count"] == "3"
    assert "Warning" not in response
    theirs = response.json()[2]
    assert theirs["00080056"]["Value"] == ["NEARLINE"]
    assert theirs["00081190"]["Value"] == [f"http://127.0.0.1:8000/dicom-web/studies/{STUDY}"]
    assert theirs["00100010"]["Value"] == [{"Alphabetic": "Li^Wei", "Ideographic": "李^伟"}]
    assert (theirs["00201206"]["Value"], theirs["00201208"]["Value"]) == ([2], [8])
    assert theirs["00080061"]["Value"] == ["MR"]


@pytest.mark.services
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("PatientID=P-0008", [OTHER]),
        ("PatientName=Wang%5EFang", [OTHER]),
        ("PatientName=%E6%9D%8E*", [STUDY]),
        ("StudyDate=20260101-20260201", [OTHER]),
        ("StudyDate=2026-11-23", [STUDY]),
        (f"StudyInstanceUID={OTHER}%5C{STUDY}", [STUDY, OTHER]),
        ("ModalitiesInStudy=MR&PatientID=P-000?", [STUDY, OTHER]),
        ("PatientID=p-0008", []),
        ("PatientName=wei%20li&fuzzymatching=true", [STUDY]),
        ("PatientName=%E6%9D%8E%E4%BC%9F&fuzzymatching=true", [STUDY]),
        ("PatientName=Wang", []),
    ],
)
def test_conditions_mean_there_what_they_mean_here(
    source: UpstreamSource, client: Client, query: str, found: list[str]
) -> None:
    assert uids(client.get(f"/dicom-web/studies?{query}")) == found
    take_in(*study_files(), *study_files(OTHER, PatientID="P-0008", PatientName="Wang^Fang", StudyDate="20260131"))
    assert sorted(uids(client.get(f"/dicom-web/studies?{query}"))) == sorted(found)


@pytest.mark.services
def test_pages_go_on_from_here_to_there(source: UpstreamSource, client: Client, pacs: Orthanc, proxy: Proxy) -> None:
    pacs.store(*(encode(image(f"{STUDY}.6{number}", f"{STUDY}.6{number}.1", 1)) for number in range(5)))
    take_in(*(encode(image(f"{STUDY}.7{number}", f"{STUDY}.7{number}.1", 1)) for number in range(3)))
    whole = uids(client.get("/dicom-web/studies"))
    assert len(whole) == len(set(whole)) == 10
    for offset in range(0, 12, 2):
        page = client.get(f"/dicom-web/studies?limit=2&offset={offset}")
        assert uids(page) == whole[offset : offset + 2]
        assert page["X-Total-Count"] == "10"
    assert proxy.count("/studies?") == 1  # the pages of one search agree: it was asked once


@pytest.mark.services
def test_lists_inside_a_study_of_the_pacs(source: UpstreamSource, client: Client) -> None:
    series = client.get(f"/dicom-web/studies/{STUDY}/series").json()
    assert [one["0020000E"]["Value"][0] for one in series] == [SERIES, SECOND]
    assert [one["00201209"]["Value"] for one in series] == [[4], [4]]
    assert client.get(f"/dicom-web/studies/{STUDY}/series?SeriesNumber=2").json()[0]["0020000E"]["Value"] == [SECOND]
    instances = client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/instances").json()
    assert [one["00200013"]["Value"] for one in instances] == [[1], [2], [3], [4]]
    assert instances[0]["00081190"]["Value"][0].endswith(f"/studies/{STUDY}/series/{SERIES}/instances/{SERIES}.1")
    assert len(client.get(f"/dicom-web/studies/{STUDY}/instances").json()) == 8
    assert client.get(f"/dicom-web/studies/{STUDY}/series?limit=1&offset=1").json()[0]["0020000E"]["Value"] == [SECOND]
    assert client.get(f"/dicom-web/studies/{STUDY}/series/{STUDY}.9/instances").status_code == 404


@pytest.mark.services
def test_series_and_instances_of_all_studies(source: UpstreamSource, client: Client) -> None:
    series = client.get("/dicom-web/series?SeriesNumber=1").json()
    assert sorted(one["0020000E"]["Value"][0] for one in series) == [SERIES, f"{OTHER}.1"]
    assert {one["00100020"]["Value"][0] for one in series} == {"P-0007", "P-0008"}
    instances = client.get(f"/dicom-web/instances?SeriesInstanceUID={SECOND}")
    assert len(instances.json()) == 4


@pytest.mark.services
def test_two_sources_with_the_same_study_tell_it_once(source: UpstreamSource, client: Client, proxy: Proxy) -> None:
    web_source("copy", proxy.url, priority=200)
    assert sorted(uids(client.get("/dicom-web/studies"))) == sorted([STUDY, OTHER])


@pytest.mark.services
def test_a_silent_source_is_named_and_holds_nobody_up(source: UpstreamSource, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("radapp.upstream.searching.SEARCH_S", 0.5)
    with dead_port() as port:
        silent = web_source("Silent", f"http://127.0.0.1:{port}/dicom-web", priority=1)
        for attempt in (1, 2):
            response = client.get(f"/dicom-web/studies?PatientID=P-000{attempt + 6}")
            assert len(uids(response)) == 1
            assert "Silent was not searched: it did not answer in time" in response["Warning"]
        silent.refresh_from_db()
        assert circuit.is_paused(silent)
        response = client.get("/dicom-web/studies?PatientID=P-0007&StudyID=7")
        assert "Silent was not searched: it does not answer" in response["Warning"]
        silent.refresh_from_db()
        assert silent.failures == 2  # it was not asked again


@pytest.mark.services
def test_a_source_with_too_many_says_so(source: UpstreamSource, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("radapp.upstream.searching.MOST", 1)
    response = client.get("/dicom-web/studies")
    assert len(response.json()) == 1
    assert "PACS has more than 1; narrow the search" in response["Warning"]


def test_a_value_that_cannot_be_one_is_400_whoever_would_be_asked(db: None, client: Client) -> None:
    web_source("nobody", "http://127.0.0.1:1/dicom-web")
    assert client.get("/dicom-web/studies?StudyDate=yesterday").status_code == 400
    assert client.get("/dicom-web/series?SeriesNumber=first").status_code == 400


def test_without_sources_nothing_is_different(db: None, client: Client) -> None:
    take_in(encode(image(STUDY, SERIES, 1)))
    response = client.get("/dicom-web/studies")
    assert (uids(response), response["X-Total-Count"]) == ([STUDY], "1")
    assert client.get(f"/dicom-web/studies/{OTHER}").status_code == 404
