"""What worklist and viewer show of a real PACS's studies: found by a search, with what is kept of them, online and not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from radapp.accounts.models import AuditEntry, User
from radapp.archive import deletion
from radapp.archive.models import Study
from radapp.upstream.models import UpstreamSource
from tests.orthanc import Orthanc, Proxy
from tests.radapp.dicomweb.conftest import take_in
from tests.radapp.dicomweb.objects import encode, image
from tests.radapp.upstream.conftest import OTHER, SERIES, STUDY, study_files
from tests.radapp.upstream.test_reading import down_for_long, pause_over

pytestmark = pytest.mark.services

ADDRESS = "/api/upstream/"


def uids(response: Any) -> list[str]:
    return [one["uid"] for one in response.json()["results"]]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("wei li", [STUDY]),
        ("李伟", [STUDY]),
        ("P-000", [STUDY, OTHER]),
        ("P-0008", [OTHER]),
        ("ACC", [STUDY, OTHER]),
        (OTHER, [OTHER]),
        ("W", []),
        ("**", []),
        ("nobody", []),
    ],
)
def test_a_search_finds_by_name_id_accession_number_and_uid(
    source: UpstreamSource, client: Client, search: str, found: list[str]
) -> None:
    response = client.get(ADDRESS, {"search": search})
    assert uids(response) == found
    asked = len(search) > 1 and search != "**"
    assert response.json()["sources"] == [{"name": "PACS", "standing": "online" if asked else "unknown"}]


def test_a_row_tells_patient_examination_and_what_is_kept(source: UpstreamSource, client: Client) -> None:
    (row,) = client.get(ADDRESS, {"search": "P-0007"}).json()["results"]
    assert row["patient"] == {"id": "P-0007", "name": "Li^Wei=李^伟", "sex": "F", "birth_date": "1970-02-03", "age": 56}
    assert (row["study_date"], row["modalities"]) == ("2026-11-23", ["MR"])
    assert (row["source"], row["state"], row["series"], row["series_kept"]) == ("PACS", "online", 2, 0)
    client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata")
    (row,) = client.get(ADDRESS, {"search": "P-0007"}).json()["results"]
    assert (row["series"], row["series_kept"]) == (2, 1)


def test_without_a_search_no_source_is_asked(source: UpstreamSource, client: Client, proxy: Proxy) -> None:
    assert uids(client.get(ADDRESS)) == []
    client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata")
    asked = proxy.count()
    assert uids(client.get(ADDRESS)) == [STUDY]
    assert uids(client.get(ADDRESS, {"date_from": "2026-11-24"})) == []
    assert uids(client.get(ADDRESS, {"date_to": "2026-11-22"})) == []
    assert uids(client.get(ADDRESS, {"date_from": "2026-11-23", "date_to": "2026-11-23"})) == [STUDY]
    assert proxy.count() == asked


def test_dates_narrow_a_search(source: UpstreamSource, client: Client) -> None:
    assert uids(client.get(ADDRESS, {"search": "P-000", "date_to": "2026-10-01"})) == [OTHER]
    assert client.get(ADDRESS, {"date_from": "yesterday"}).status_code == 400


def test_what_is_held_here_is_no_row_until_its_images_are_deleted(
    source: UpstreamSource, client: Client, people: dict[str, User]
) -> None:
    from tests.radapp.upstream.test_outbox import write_result

    take_in(*study_files())
    write_result()
    for search in ({"search": "P-0007"}, {}):
        assert uids(client.get(ADDRESS, search)) == []
    assert uids_of_qido(client) == [STUDY, OTHER]
    assert client.get(f"/api/upstream/{STUDY}/").json()["state"] == "held"
    deletion.delete(deletion.Target(STUDY), user=people["administrator"], reason="to be fetched anew", force=True)
    assert Study.objects.get().images_deleted_at is not None  # its result stands, so does its row
    assert uids(client.get(ADDRESS, {"search": "P-0007"})) == [STUDY]
    assert uids_of_qido(client) == [STUDY, OTHER]
    assert client.get(f"/api/upstream/{STUDY}/").json()["state"] == "online"
    assert len(client.get(f"/dicom-web/studies/{STUDY}/metadata").json()) == 8


def uids_of_qido(client: Client) -> list[str]:
    return [one["0020000D"]["Value"][0] for one in client.get("/dicom-web/studies").json()]


def test_offline_with_what_is_kept(source: UpstreamSource, client: Client, pacs: Orthanc) -> None:
    client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata")
    pacs.kill()
    first = client.get(ADDRESS, {"search": "P-0007"}).json()  # asks by name, ID and number: the second failure is enough
    down_for_long()
    assert [(one["uid"], one["state"], one["series_kept"]) for one in first["results"]] == [(STUDY, "offline", 1)]
    assert first["sources"] == [{"name": "PACS", "standing": "offline"}]
    assert "PACS was not searched" in first["warnings"][0]
    (row,) = client.get(ADDRESS).json()["results"]
    assert (row["state"], row["series"], row["series_kept"]) == ("offline", 2, 1)
    shown = client.get(f"/api/upstream/{STUDY}/").json()
    assert (shown["state"], [one["kept"] for one in shown["listing"]]) == ("offline", [True, False])
    assert shown["study"]["patient"]["id"] == "P-0007"
    pacs.start()
    pause_over()
    assert [one["state"] for one in client.get(ADDRESS, {"search": "P-00"}).json()["results"]] == ["online", "online"]
    assert client.get(f"/api/upstream/{STUDY}/").json()["state"] == "online"


def test_the_viewer_is_told_what_each_series_seems_to_be(source: UpstreamSource, client: Client, pacs: Orthanc) -> None:
    """By the source's words before a series is here, by its headers afterwards."""
    pacs.empty()
    for number, (words, echo, repetition) in enumerate((("t1_tse_tra", 12, 550), ("ax", 95, 4500)), 1):
        for slice_number in (1, 2, 3, 4):
            dataset = image(STUDY, f"{STUDY}.{number}", slice_number)
            dataset.SeriesDescription, dataset.EchoTime, dataset.RepetitionTime = words, echo, repetition
            pacs.store(encode(dataset))
    listing = client.get(f"/api/upstream/{STUDY}/").json()["listing"]
    assert [(one["description"], one["role"], one["chosen"]) for one in listing] == [
        ("t1_tse_tra", "T1WI", True),
        ("ax", "none", False),
    ]
    assert [(one["number"], one["modality"], one["instances"], one["kept"]) for one in listing] == [
        (1, "MR", 4, False),
        (2, "MR", 4, False),
    ]
    client.get(f"/dicom-web/studies/{STUDY}/metadata")
    listing = client.get(f"/api/upstream/{STUDY}/").json()["listing"]
    assert [(one["role"], one["kept"], one["chosen"]) for one in listing] == [("T1WI", True, True), ("T2WI", True, True)]


def test_a_synthetic_study_is_called_one(source: UpstreamSource, client: Client, pacs: Orthanc) -> None:
    from ml.phantom.words import SYNTHETIC_COMMENT, SYNTHETIC_FAMILY_NAME

    pacs.store(*study_files(f"{STUDY}.8", PatientName=f"{SYNTHETIC_FAMILY_NAME}^1", ImageComments=SYNTHETIC_COMMENT))
    client.get(f"/dicom-web/studies/{STUDY}.8/metadata")
    assert client.get(f"/api/upstream/{STUDY}.8/").json()["study"]["synthetic"] is True
    assert client.get(f"/api/upstream/{STUDY}/").json()["study"]["synthetic"] is False


def test_looking_at_one_is_audited(source: UpstreamSource, client: Client) -> None:
    for _ in range(2):
        client.get(f"/api/upstream/{STUDY}/")
    (entry,) = AuditEntry.objects.filter(action=AuditEntry.Action.EXAMINATION_OPENED)
    assert (entry.study_instance_uid, entry.actor_name) == (STUDY, "radiologist")


def test_it_is_for_clinical_roles(source: UpstreamSource, signed_in: Callable[[str], Client], proxy: Proxy) -> None:
    assert uids(signed_in("administrator").get(ADDRESS, {"search": "P-0007"})) == [STUDY]
    asked = proxy.count()
    for person, status in (("reader", 403), ("investigator", 403), ("newcomer", 403), ("anonymous", 401)):
        assert signed_in(person).get(ADDRESS, {"search": "P-0008"}).status_code == status
    assert proxy.count() == asked


@pytest.mark.parametrize("address", [f"{ADDRESS}?search=P-0007", f"{ADDRESS}{STUDY}/"])
def test_who_may_not_wait_is_sent_to_who_may(source: UpstreamSource, client: Client, proxy: Proxy, address: str) -> None:
    response = client.get(address, headers={"X-May-Not-Wait": "1"})
    assert (response.status_code, response["X-Waits-For-Source"]) == (202, "1")
    assert proxy.count() == 0
    assert client.get(ADDRESS, headers={"X-May-Not-Wait": "1"}).status_code == 200


def test_without_sources_there_is_nothing(db: None, client: Client) -> None:
    found = client.get(ADDRESS, {"search": "P-0007"}).json()
    assert found == {"sources": [], "warnings": [], "more": False, "results": []}
    assert client.get(f"{ADDRESS}{STUDY}/").json()["state"] == "unknown"
