"""A real PACS asked by DIMSE: C-FIND, C-GET, C-MOVE to our own port, C-STORE of results."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from pynetdicom import AE, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    Verification,
)

from radapp.dicomweb.attributes import BY_NAME, Level
from radapp.upstream import circuit, sources
from radapp.upstream.models import CachedInstance, UpstreamSource
from radapp.upstream.peer import Query, SourceDownError, peer_of
from tests.orthanc import Orthanc
from tests.radapp.dicomweb.bodies import content_of, parts_of
from tests.radapp.dicomweb.objects import encode, image, pixels_of
from tests.radapp.upstream.conftest import OTHER, SECOND, SERIES, STUDY, study_files
from tests.services import free_port

pytestmark = [pytest.mark.services, pytest.mark.once]
# pynetdicom leaves the socket of a refused connection to the collector.
LEAVES_SOCKETS = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

FILES = {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}


def dimse_source(pacs: Orthanc, **fields: Any) -> UpstreamSource:
    given = {"host": "127.0.0.1", "port": pacs.dicom_port, "ae_title": "PACS", "calling_ae_title": "DARNDEST", **fields}
    return UpstreamSource.objects.create(name="PACS", kind="dimse", **given)


def moving(pacs: Orthanc) -> dict[str, Any]:
    return {"retrieve_by": "move", "move_ae_title": "DARNDEST_MV", "move_port": pacs.move_port}


@pytest.fixture(params=["get", "move"])
def source(db: None, pacs: Orthanc, request: pytest.FixtureRequest) -> UpstreamSource:
    """The PACS by both ways of retrieving."""
    return dimse_source(pacs, **(moving(pacs) if request.param == "move" else {}))


def test_a_study_is_found_and_read(source: UpstreamSource, client: Client, pacs: Orthanc) -> None:
    pacs.store(encode(image(STUDY, f"{STUDY}.3", 1), "1.2.840.10008.1.2.5"))
    found = client.get("/dicom-web/studies?PatientName=li%5Ewei*&ModalitiesInStudy=MR").json()
    assert [one["0020000D"]["Value"][0] for one in found] == [STUDY]
    assert found[0]["00100010"]["Value"] == [{"Alphabetic": "Li^Wei", "Ideographic": "李^伟"}]
    series = client.get(f"/dicom-web/studies/{STUDY}/series").json()
    assert [one["0020000E"]["Value"][0] for one in series] == [SERIES, SECOND, f"{STUDY}.3"]
    metadata = client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata").json()
    assert [one["00200013"]["Value"] for one in metadata] == [[1], [2], [3], [4]]
    frame = client.get(f"/dicom-web/studies/{STUDY}/series/{SECOND}/instances/{SECOND}.2/frames/1")
    assert [octets for _, octets in parts_of(frame)] == [pixels_of(2).tobytes()]
    packed = client.get(f"/dicom-web/studies/{STUDY}/series/{STUDY}.3", headers=FILES)
    ((kind, _),) = parts_of(packed)
    assert "1.2.840.10008.1.2.5" in kind  # as the PACS has it, not decompressed on the way
    assert CachedInstance.objects.count() == 9


def test_searches_below_the_study_go_level_by_level(source: UpstreamSource, client: Client) -> None:
    series = client.get("/dicom-web/series?PatientID=P-0008&SeriesNumber=2").json()
    assert [one["0020000E"]["Value"][0] for one in series] == [f"{OTHER}.2"]
    instances = client.get(f"/dicom-web/instances?StudyInstanceUID={STUDY}&SeriesInstanceUID={SERIES}").json()
    assert sorted(one["00080018"]["Value"][0] for one in instances) == [f"{SERIES}.{number}" for number in (1, 2, 3, 4)]


def test_what_is_nowhere_is_404(source: UpstreamSource, client: Client) -> None:
    assert client.get(f"/dicom-web/studies/{STUDY}.99/metadata").status_code == 404


def test_one_missing_instance_is_fetched_alone(source: UpstreamSource, client: Client, pacs: Orthanc) -> None:
    from radapp.upstream.models import CachedStudy

    assert len(client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata").json()) == 4
    pacs.store(encode(image(STUDY, SERIES, 5)))
    CachedStudy.objects.update(listed_at=None)
    assert len(client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata").json()) == 5


@LEAVES_SOCKETS
def test_down_and_back(source: UpstreamSource, client: Client, pacs: Orthanc) -> None:
    assert client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata").status_code == 200
    pacs.kill()
    for patient in ("P-0007", "P-0008"):
        assert "it cannot be reached" in client.get(f"/dicom-web/studies?PatientID={patient}")["Warning"]
    source.refresh_from_db()
    assert circuit.is_paused(source)
    response = client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata")
    assert response.status_code == 200
    assert "PACS does not answer" in response["Warning"]
    pacs.start()
    assert sources.test(source).answers
    assert len(client.get("/dicom-web/studies").json()) == 2


@LEAVES_SOCKETS
def test_testing_says_what_is_wrong(db: None, pacs: Orthanc) -> None:
    good = dimse_source(pacs)
    assert sources.test(good) == sources.Verdict(True, "it answers C-ECHO and takes C-FIND")
    for wrong, words in (
        ({"ae_title": "WRONG"}, "rejects our association"),
        ({"port": 1}, "cannot be reached"),
    ):
        for name, value in wrong.items():
            setattr(good, name, value)
        assert words in sources.test(good).words


def test_a_taken_port_is_named(db: None, pacs: Orthanc, client: Client) -> None:
    import socket

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", pacs.move_port))
        taken.listen()
        dimse_source(pacs, **moving(pacs))
        response = client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata")
    assert response.status_code == 502
    assert f"C-MOVE needs 127.0.0.1:{pacs.move_port} here" in response.json()["detail"]


def test_a_pacs_that_does_not_know_us_as_a_destination(db: None, pacs: Orthanc, client: Client) -> None:
    dimse_source(pacs, retrieve_by="move", move_ae_title="STRANGER", move_port=free_port())
    response = client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata")
    assert response.status_code == 502


@pytest.fixture
def liar(db: None) -> Iterator[Callable[..., UpstreamSource]]:
    """A service class provider that answers as a test likes."""
    entities: list[AE] = []

    def make(**handlers: Callable[..., Any]) -> UpstreamSource:
        entity, port = AE(ae_title="LIAR"), free_port()
        for sop_class in (
            Verification,
            StudyRootQueryRetrieveInformationModelFind,
            StudyRootQueryRetrieveInformationModelGet,
        ):
            entity.add_supported_context(sop_class)
        from radapp.upstream.dimse_objects import any_storage

        for context in any_storage():
            entity.add_supported_context(context.abstract_syntax, scu_role=True, scp_role=True)  # type: ignore[arg-type]
        events = [(getattr(evt, f"EVT_C_{name.upper()}"), handler) for name, handler in handlers.items()]
        entity.start_server(("127.0.0.1", port), block=False, evt_handlers=events)  # type: ignore[arg-type]
        entities.append(entity)
        address = {"host": "127.0.0.1", "port": port, "ae_title": "LIAR", "calling_ae_title": "DARNDEST"}
        return UpstreamSource.objects.create(name="Liar", kind="dimse", **address)

    yield make
    for entity in entities:
        entity.shutdown()


def records_of(dataset: Any, *keywords: str) -> Any:
    from pydicom import Dataset

    answer = Dataset()
    for keyword in keywords:
        setattr(answer, keyword, getattr(dataset, keyword))
    return answer


def test_another_studys_objects_by_c_get_are_refused(liar: Callable[..., UpstreamSource], client: Client) -> None:
    own = image(STUDY, SERIES, 1)
    foreign = image(f"{STUDY}.666", SERIES, 1)
    encode(foreign)  # gives it its file meta information

    def find(event: Any) -> Iterator[tuple[int, Any]]:
        keywords = {
            "STUDY": (),
            "SERIES": ("SeriesInstanceUID",),
            "IMAGE": ("SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID"),
        }
        yield 0xFF00, records_of(own, "StudyInstanceUID", *keywords[event.identifier.QueryRetrieveLevel])

    def get(event: Any) -> Iterator[Any]:
        yield 1
        yield 0xFF00, foreign

    liar(find=find, get=get)
    response = client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata")
    assert response.status_code == 502, response.content
    assert "another study or series" in response.json()["detail"]
    assert not CachedInstance.objects.exists()


def test_a_search_that_never_ends_is_cancelled(liar: Callable[..., UpstreamSource]) -> None:
    answered: list[int] = []

    def find(event: Any) -> Iterator[tuple[int, Any]]:
        for number in range(10_000):
            if event.is_cancelled:
                yield 0xFE00, None
                return
            answered.append(number)
            yield 0xFF00, records_of(image(f"{STUDY}.{number}", SERIES, 1), "StudyInstanceUID", "PatientID")

    source = liar(find=find)
    answer = peer_of(source).find(Query(Level.STUDY, ((BY_NAME["PatientID"], "P*"),), most=20), 30.0)
    assert (len(answer.records), answer.truncated) == (20, True)
    assert len(answered) < 10_000


def test_a_search_that_hangs_is_given_up(liar: Callable[..., UpstreamSource]) -> None:
    import threading

    ended, answered = threading.Event(), threading.Event()

    def find(event: Any) -> Iterator[tuple[int, Any]]:
        ended.wait(120)
        answered.set()
        yield 0x0000, None

    source = liar(find=find)
    with pytest.raises(SourceDownError):
        peer_of(source).find(Query(Level.STUDY), 1.0)
    assert not answered.is_set()
    ended.set()


def test_files_come_with_everything_a_file_needs(source: UpstreamSource, client: Client) -> None:
    """DIMSE carries no file meta information: it is written when the object arrives, pixels and data set as they were."""
    import io

    import pydicom

    whole = client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}", headers=FILES)
    sent = {pydicom.dcmread(io.BytesIO(file)).SOPInstanceUID: pydicom.dcmread(io.BytesIO(file)) for file in study_files()}
    got = [pydicom.dcmread(io.BytesIO(octets)) for _, octets in parts_of(whole)]
    assert len(got) == 4
    for dataset in got:
        assert dataset == sent[dataset.SOPInstanceUID]
        assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
    assert content_of(client.get(f"/dicom-web/studies/{STUDY}/series/{SERIES}/metadata"))
