"""QIDO-RS: matching, paging, the attributes that PS3.18 requires, and refusals."""

from collections.abc import Callable

import pytest
from django.test import Client

from radapp.archive.models import Instance, Series, Study
from tests.radapp.dicomweb.objects import MR, REPORT, SEGMENTATION

STUDY = "1.2.826.0.1.3680043.10.7.1"
OTHER_STUDY = "1.2.826.0.1.3680043.10.7.2"
LI = {
    "patient_id": "P-0007", "patient_name": "Li^Wei=李^伟", "patient_sex": "F", "patient_birth_date": "1970-02-03",
    "study_date": "2026-11-23", "study_time": "101500", "accession_number": "ACC7", "study_id": "7",
}  # fmt: skip
WANG = {
    "patient_id": "p-0008", "patient_name": "Wang^Fang", "patient_sex": "F", "study_date": "2026-01-31",
    "study_time": "235959.5", "accession_number": "A%8",
}  # fmt: skip


def series_of(study: Study, number: int, modality: str, sop_class: str, instances: int) -> None:
    """One series with its instances: rows only, a search reads no file."""
    uid = f"{study.study_instance_uid}.{number}"
    series = Series.objects.create(
        study=study, series_instance_uid=uid, modality=modality, series_number=number, series_description="t2_tse_tra"
    )
    Instance.objects.bulk_create(
        Instance(
            series=series, sop_instance_uid=f"{uid}.{one}", sop_class_uid=sop_class, instance_number=one,
            rows=64, columns=50, transfer_syntax_uid="1.2.840.10008.1.2.1",
            sha256="0" * 64, size=1, dataset_digest="0" * 64, source="import",
        )
        for one in range(1, instances + 1)
    )  # fmt: skip


@pytest.fixture(autouse=True)
def archive(db: None) -> None:
    """Two patients with a study each; the second was received later."""
    shared = {"study_description": "Nasopharynx 鼻咽", "referring_physician_name": "Chen^Yu", "source": "import"}
    first = Study.objects.create(study_instance_uid=STUDY, **LI, **shared)
    for number, (modality, sop_class, count) in enumerate(
        [("MR", MR, 3), ("MR", MR, 2), ("MR", "1.2.840.10008.5.1.4.1.1.30", 1), ("SEG", SEGMENTATION, 1), ("SR", REPORT, 1)],
        1,
    ):
        series_of(first, number, modality, sop_class, count)
    series_of(Study.objects.create(study_instance_uid=OTHER_STUDY, **WANG, **shared), 1, "MR", MR, 1)


@pytest.fixture(params=["few_fit", "many_fit"])
def density(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches that few records fit go another way than those that many fit; both must find the same."""
    if request.param == "many_fit":
        monkeypatch.setattr("radapp.dicomweb.matching.FEW", 0)
        monkeypatch.setattr("radapp.dicomweb.paging.FEW", 0)
        monkeypatch.setattr("radapp.dicomweb.paging.AT_ONCE", 0)


def uids(client: Client, query: str) -> list[str]:
    response = client.get(f"/dicom-web/studies?{query}", headers={"Accept": "application/dicom+json"})
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/dicom+json"
    return [one["0020000D"]["Value"][0][-1] for one in response.json()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "21"),
        ("PatientID=P-0007", "1"),
        ("00100020=P-0007", "1"),
        ("PatientID=p-0007", ""),
        ("PatientID=P-000*", "1"),
        ("PatientName=li^wei*", "1"),
        ("PatientName=*WEI*", "1"),
        ("PatientName=*%E4%BC%9F*", "1"),
        ("00100010=Wang?Fang", "2"),
        # Each group of Li^Wei=李^伟 is found alone, as people type it.
        ("PatientName=Li%5EWei", "1"),
        ("PatientName=%E6%9D%8E%5E%E4%BC%9F", "1"),
        ("PatientName=%E6%9D%8E*", "1"),
        ("PatientName=*WEI", "1"),
        ("PatientName=L?%5EW*i", "1"),
        ("PatientName=%E6%9D%8E%5E?", "1"),
        ("PatientName=li%5Ewei%3D%E6%9D%8E%5E%E4%BC%9F", "1"),
        ("PatientName=Li", ""),
        ("PatientName=%E4%BC%9F*", ""),
        ("PatientName=W?i", ""),
        ("PatientName=*", "21"),
        ("PatientName=W*n*F*g", "2"),
        ("PatientName=Wang", ""),
        ("PatientName=%25", ""),
        ("StudyDate=20261123", "1"),
        ("StudyDate=20260101-20260131", "2"),
        ("StudyDate=20260201-", "1"),
        ("StudyDate=-20260201", "2"),
        ("StudyTime=1000-1100", "1"),
        ("StudyTime=235959", "2"),
        ("AccessionNumber=ACC7", "1"),
        ("AccessionNumber=A%258", "2"),
        ("AccessionNumber=A.*", ""),
        ("ModalitiesInStudy=SR", "1"),
        ("ModalitiesInStudy=SR%5CMR", "21"),
        ("ModalitiesInStudy=CT", ""),
        (f"StudyInstanceUID={OTHER_STUDY}", "2"),
        (f"StudyInstanceUID={OTHER_STUDY},{STUDY}", "21"),
        (f"0020000d={OTHER_STUDY}%5C{STUDY}", "21"),
        (f"StudyInstanceUID={OTHER_STUDY}&StudyInstanceUID={STUDY}", "21"),
        ("ModalitiesInStudy=SR&ModalitiesInStudy=CT", "1"),
        (f"SOPClassesInStudy={SEGMENTATION}", "1"),
        (f"00080062={MR}", "21"),
        # Fuzzy matching of names, by words.
        ("PatientName=wei%20li&fuzzymatching=true", "1"),
        ("PatientName=Li,%20W&fuzzymatching=true", "1"),
        ("PatientName=%E6%9D%8E%E4%BC%9F&fuzzymatching=true", "1"),  # without the gap that DICOM writes
        ("PatientName=%E4%BC%9F&fuzzymatching=true", "1"),
        ("PatientName=*AN*&fuzzymatching=true", "2"),  # as OHIF types it
        ("PatientName=fang%20wang&fuzzymatching=false", ""),
        ("PatientName=ang&fuzzymatching=true", ""),
        ("PatientName=w%25&fuzzymatching=true", ""),
        ("ReferringPhysicianName=yu%20chen&fuzzymatching=true", "21"),
        ("PatientName=%5E*%20&fuzzymatching=true", ""),  # no word at all
        ("StudyDescription=*nasopharynx*", "21"),
        ("PatientSex=F,M", "21"),
        ("ReferringPhysicianName=chen*", "21"),
        ("PatientBirthDate=19700203&PatientID=P-0007", "1"),
        ("limit=1", "2"),
        ("limit=1&offset=1", "1"),
        ("offset=5", ""),
        ("limit=0", ""),
        # What OHIF asks, includefield and all.
        (f"limit=101&offset=0&fuzzymatching=true&includefield=00081030%2C00080060&StudyInstanceUID={STUDY}", "1"),
        ("includefield=all&includefield=PatientComments&PatientName=", "21"),
    ],
)
@pytest.mark.usefixtures("density")
def test_studies(client: Client, query: str, found: str) -> None:
    assert "".join(uids(client, query)) == found


def test_a_study_record_has_what_the_standard_requires(client: Client) -> None:
    """PS3.18 table 10.6.3-3, and what study lists ask for beside it."""
    (found,) = client.get("/dicom-web/studies?PatientID=P-0007").json()
    assert found == {
        "00080005": {"vr": "CS", "Value": ["ISO_IR 192"]},
        "00080020": {"vr": "DA", "Value": ["20261123"]},
        "00080030": {"vr": "TM", "Value": ["101500"]},
        "00080050": {"vr": "SH", "Value": ["ACC7"]},
        "00080056": {"vr": "CS", "Value": ["ONLINE"]},
        "00080061": {"vr": "CS", "Value": ["MR", "SEG", "SR"]},
        "00080062": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.30", MR, SEGMENTATION, REPORT]},
        "00080090": {"vr": "PN", "Value": [{"Alphabetic": "Chen^Yu"}]},
        "00081030": {"vr": "LO", "Value": ["Nasopharynx 鼻咽"]},
        "00081190": {"vr": "UR", "Value": [f"http://127.0.0.1:8000/dicom-web/studies/{STUDY}"]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Li^Wei", "Ideographic": "李^伟"}]},
        "00100020": {"vr": "LO", "Value": ["P-0007"]},
        "00100021": {"vr": "LO"},
        "00100030": {"vr": "DA", "Value": ["19700203"]},
        "00100040": {"vr": "CS", "Value": ["F"]},
        "0020000D": {"vr": "UI", "Value": [STUDY]},
        "00200010": {"vr": "SH", "Value": ["7"]},
        "00201206": {"vr": "IS", "Value": [5]},
        "00201208": {"vr": "IS", "Value": [8]},
    }


def test_the_server_bounds_an_answer_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("matching", "paging"):
        monkeypatch.setattr(f"radapp.dicomweb.{module}.LIMIT_AT_MOST", 3)
    response = client.get("/dicom-web/instances")
    assert (len(response.json()), response["X-Total-Count"]) == (3, "9")
    assert "There are 6 additional results that can be requested" in response["Warning"]
    assert len(client.get("/dicom-web/instances?limit=100").json()) == 3
    own = client.get("/dicom-web/instances?limit=2&offset=1")
    assert len(own.json()) == 2
    assert "Warning" not in own
    assert "Warning" not in client.get("/dicom-web/instances?offset=6")


def test_what_is_counted_is_bounded_and_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many there are in all is told as far as somebody would page; beyond that, that there are more."""
    monkeypatch.setattr("radapp.dicomweb.paging.COUNTED_AT_MOST", 2)
    response = client.get("/dicom-web/instances?limit=1")
    assert "X-Total-Count" not in response
    assert "There are at least 3 additional results that can be requested" in response["Warning"]
    deep = client.get("/dicom-web/instances?limit=2&offset=4")
    assert len(deep.json()) == 2
    assert "There are at least 1 additional results" in deep["Warning"]
    last = client.get("/dicom-web/instances?limit=5&offset=4")
    assert (len(last.json()), last["X-Total-Count"]) == (5, "9")
    assert "Warning" not in last
    pages = [client.get(f"/dicom-web/instances?limit=1&offset={start}").json() for start in range(9)]
    assert len({one["00080018"]["Value"][0] for page in pages for one in page}) == 9


def test_series_and_instances_at_each_level(client: Client) -> None:
    series = client.get(f"/dicom-web/studies/{STUDY}/series").json()
    assert [(one["00200011"]["Value"], one["00201209"]["Value"]) for one in series] == [
        ([1], [3]), ([2], [2]), ([3], [1]), ([4], [1]), ([5], [1])
    ]  # fmt: skip
    assert "00100010" not in series[0], "study attributes come only where the search ran over several studies"
    everywhere = client.get("/dicom-web/series?Modality=MR&PatientName=Li*&SeriesDescription=t2*").json()
    assert [one["00200011"]["Value"] for one in everywhere] == [[1], [2], [3]]
    assert everywhere[0]["00100020"]["Value"] == ["P-0007"]
    inside = client.get(f"/dicom-web/studies/{STUDY}/series/{STUDY}.1/instances?InstanceNumber=2").json()
    assert [one["00080018"]["Value"] for one in inside] == [[f"{STUDY}.1.2"]]
    assert inside[0]["00280010"]["Value"] == [64]
    assert inside[0]["00081190"]["Value"][0].endswith(f"/series/{STUDY}.1/instances/{STUDY}.1.2")
    assert len(client.get(f"/dicom-web/studies/{STUDY}/instances").json()) == 8
    every = client.get("/dicom-web/instances?SOPClassUID=1.2.840.10008.5.1.4.1.1.4&limit=4").json()
    assert len(every) == 4
    assert every[0]["00100010"]["Value"] == [{"Alphabetic": "Wang^Fang"}]


@pytest.mark.parametrize(
    "query",
    ["NoSuchThing=1", "StudyDate=yesterday", "StudyDate=-", "StudyTime=noon", "limit=-1", "offset=x", "limit=1e3",
     "PatientID=%00", "StudyDate=20269999"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(client: Client, query: str) -> None:
    response = client.get(f"/dicom-web/studies?{query}")
    assert response.status_code == 400
    assert response.json()["code"] == "bad_request"


def test_what_is_not_matched_is_told(client: Client) -> None:
    response = client.get("/dicom-web/studies?PatientComments=x&SeriesNumber=2&fuzzymatching=true")
    assert len(response.json()) == 2
    assert response["Warning"].endswith('"These parameters were not used: PatientComments, SeriesNumber"')
    later = client.get("/dicom-web/studies?emptyvaluematching=true&multiplevaluematching=true&PatientID=x&PatientID=P-0007")
    assert len(later.json()) == 1
    for words in (
        "The emptyvaluematching parameter is not supported. Empty Value Matching has not been performed",
        "The multiplevaluematching parameter is not supported",
        "PatientID was given several times; the last value was matched",
    ):
        assert words in later["Warning"]


def test_an_empty_search_is_an_empty_list_with_200(client: Client) -> None:
    response = client.get("/dicom-web/studies?PatientID=nobody")
    assert (response.status_code, response.content, response["X-Total-Count"]) == (200, b"[]", "0")


@pytest.mark.parametrize(
    "level", ["studies", "series", "instances", f"studies/{STUDY}/series", f"studies/{STUDY}/instances"]
)
def test_only_clinical_roles_search(signed_in: Callable[[str], Client], level: str) -> None:
    for name, status in (("anonymous", 401), ("reader", 403), ("investigator", 403), ("administrator", 200)):
        response = signed_in(name).get(f"/dicom-web/{level}")
        assert response.status_code == status
        assert status == 200 or b"1.2.826" not in response.content


def test_the_number_of_queries_does_not_grow_with_the_page(
    client: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    with django_assert_max_num_queries(8):
        client.get("/dicom-web/studies")
