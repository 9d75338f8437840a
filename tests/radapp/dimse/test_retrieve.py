"""C-GET and C-MOVE: counts, failures by name, warnings, cancel, an audit row for each study that left."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless, RLELossless
from pynetdicom import build_context, evt
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association

from radapp.accounts.models import AuditEntry
from radapp.archive import storage
from radapp.archive.models import Instance
from radapp.dimse.contexts import PATIENT_ROOT_MOVE, STUDY_ROOT_GET, STUDY_ROOT_MOVE
from tests.radapp.archive.makers import ROOT, SERIES, STUDY, mr
from tests.radapp.archive.test_rejections import note, take_in
from tests.radapp.dicomweb.conftest import take_in as take_in_files
from tests.radapp.dicomweb.objects import encode, float_map, image
from tests.radapp.dimse.house import add_peer
from tests.radapp.dimse.scu import associated, dataset, storing
from tests.services import free_port

pytestmark = pytest.mark.django_db(transaction=True)

MR = "1.2.840.10008.5.1.4.1.1.4"
PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"
WHOLE = {"QueryRetrieveLevel": "STUDY", "StudyInstanceUID": STUDY}


@pytest.fixture
def archive(transactional_db: None) -> None:
    """Four images in two series."""
    take_in(*(mr(number) for number in (1, 2, 3)), mr(1, series=ROOT + "1.2", SeriesNumber="7"))


@pytest.fixture
def destination(transactional_db: None) -> Iterator[dict[str, Any]]:
    """A storage SCP of pynetdicom's called TEST_DST: what it got, and the statuses it answers."""
    found: dict[str, Any] = {"datasets": [], "statuses": [], "originators": []}
    ae = ApplicationEntity("TEST_DST")
    for syntax in (None, JPEG2000Lossless, RLELossless):
        ae.add_supported_context(MR, *([syntax] if syntax else []))

    def keep(event: evt.Event) -> int:
        received = event.dataset
        received.file_meta = event.file_meta
        found["datasets"].append(received)
        asked = event.request
        found["originators"].append((asked.MoveOriginatorApplicationEntityTitle, asked.MoveOriginatorMessageID))
        return int(found["statuses"].pop(0)) if found["statuses"] else 0

    port = free_port()
    server = ae.start_server(("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_C_STORE, keep)])
    add_peer("TEST_DST", port=port, services="echo")
    yield found
    server.shutdown()  # type: ignore[union-attr]


def move(association: Association, to: str = "TEST_DST", model: str = STUDY_ROOT_MOVE, **keys: Any) -> list[Dataset]:
    """Every response's status data set, with the failed UIDs where it names any."""
    found = []
    for status, identifier in association.send_c_move(dataset(**(keys or WHOLE)), to, model):
        if identifier is not None and "FailedSOPInstanceUIDList" in identifier:
            value = identifier.FailedSOPInstanceUIDList
            status.failed = [value] if isinstance(value, str) else list(value or [])
        found.append(status)
    return found


def counts(status: Dataset) -> tuple[int, int, int]:
    """Completed, failed, warning."""
    return (
        status.NumberOfCompletedSuboperations,
        status.NumberOfFailedSuboperations,
        status.NumberOfWarningSuboperations,
    )


def test_move_counts_down_and_ends_well(archive: None, port: int, destination: dict[str, Any]) -> None:
    with associated(port, [STUDY_ROOT_MOVE]) as association:
        statuses = move(association)
    assert [one.Status for one in statuses] == [0xFF00] * 3 + [0]
    assert [one.NumberOfRemainingSuboperations for one in statuses[:3]] == [3, 2, 1]
    assert counts(statuses[-1]) == (4, 0, 0)
    assert [one.SOPInstanceUID for one in destination["datasets"]] == [
        *(f"{SERIES}.{number}" for number in (1, 2, 3)),
        f"{ROOT}1.2.1",
    ]
    assert destination["datasets"][0] == mr(1)
    assert set(destination["originators"]) == {("TEST_SCU", 1)}
    entry = AuditEntry.objects.get(action="study_sent")
    assert (entry.actor_name, entry.study_instance_uid, entry.target) == ("dimse TEST_SCU", STUDY, "peer TEST_DST")
    assert entry.after == {"instances": 4}


def test_failures_and_warnings_are_counted_and_named(archive: None, port: int, destination: dict[str, Any]) -> None:
    destination["statuses"] = [0, 0xA700, 0xB000, 0]
    with associated(port, [STUDY_ROOT_MOVE]) as association:
        last = move(association)[-1]
        assert (last.Status, counts(last), last.failed) == (0xB000, (2, 1, 1), [f"{SERIES}.2"])
        destination["statuses"] = [0xC000] * 4
        last = move(association)[-1]
    assert (last.Status, counts(last)) == (0xA702, (0, 4, 0))
    assert len(last.failed) == 4


def test_levels_and_lists(archive: None, port: int, destination: dict[str, Any]) -> None:
    with associated(port, [STUDY_ROOT_MOVE, PATIENT_ROOT_MOVE]) as association:
        for model, keys, number in (
            (PATIENT_ROOT_MOVE, {"QueryRetrieveLevel": "PATIENT", "PatientID": "P1"}, 4),
            (STUDY_ROOT_MOVE, {"QueryRetrieveLevel": "SERIES", "StudyInstanceUID": STUDY, "SeriesInstanceUID": SERIES}, 3),
            (STUDY_ROOT_MOVE, {"QueryRetrieveLevel": "IMAGE", "SOPInstanceUID": [f"{SERIES}.1", f"{SERIES}.3"]}, 2),
            (STUDY_ROOT_MOVE, {"QueryRetrieveLevel": "STUDY", "StudyInstanceUID": ROOT + "99"}, 0),
        ):
            last = move(association, model=model, **keys)[-1]
            assert (last.Status, counts(last)) == (0, (number, 0, 0))


@pytest.mark.parametrize(
    "keys",
    [
        {"QueryRetrieveLevel": "STUDY"},
        {"QueryRetrieveLevel": "STUDY", "StudyInstanceUID": "*"},
        {"QueryRetrieveLevel": "PATIENT", "PatientID": "P1"},
        {"QueryRetrieveLevel": "SERIES", "StudyInstanceUID": STUDY},
    ],
)
def test_an_identifier_that_names_nothing_is_refused(archive: None, port: int, keys: dict[str, str]) -> None:
    add_peer("TEST_DST", port=free_port())
    with associated(port, [STUDY_ROOT_MOVE]) as association:
        assert [one.Status for one in move(association, **keys)] == [0xA900]


def test_an_unknown_destination_and_a_dead_one(archive: None, port: int) -> None:
    add_peer("DEAD", port=free_port())
    with associated(port, [STUDY_ROOT_MOVE]) as association:
        assert [one.Status for one in move(association, "NOBODY")] == [0xA801]
        assert [one.Status for one in move(association, "TEST_SCU")] == [0xA801]  # it has no port
        (last,) = move(association, "DEAD")
    assert (last.Status, counts(last)) == (0xA702, (0, 4, 0))
    assert not AuditEntry.objects.filter(action="study_sent").exists()


def test_a_destination_that_dies_within_a_transfer(archive: None, port: int) -> None:
    ae = ApplicationEntity("DYING")
    ae.add_supported_context(MR)
    got: list[int] = []

    def die(event: evt.Event) -> int:
        got.append(1)
        if len(got) == 2:
            event.assoc.abort()
        return 0

    there = free_port()
    server = ae.start_server(("127.0.0.1", there), block=False, evt_handlers=[(evt.EVT_C_STORE, die)])
    add_peer("DYING", port=there)
    try:
        with associated(port, [STUDY_ROOT_MOVE]) as association:
            last = move(association, "DYING")[-1]
    finally:
        server.shutdown()  # type: ignore[union-attr]
    assert (last.Status, counts(last)) == (0xB000, (1, 3, 0))


def test_cancel_ends_a_move(archive: None, port: int, destination: dict[str, Any]) -> None:
    with associated(port, [STUDY_ROOT_MOVE]) as association:
        statuses = []
        for status, _ in association.send_c_move(dataset(**WHOLE), "TEST_DST", STUDY_ROOT_MOVE, msg_id=9):
            statuses.append(status)
            if len(statuses) == 1:
                association.send_c_cancel(9, query_model=STUDY_ROOT_MOVE)
    last = statuses[-1]
    assert last.Status in {0xFE00, 0}
    if last.Status == 0xFE00:
        assert last.NumberOfRemainingSuboperations > 0
        assert last.NumberOfRemainingSuboperations + last.NumberOfCompletedSuboperations == 4


def test_get_sends_over_the_same_association(archive: None, port: int) -> None:
    got: list[Dataset] = []
    with associated(port, [STUDY_ROOT_GET], handlers=storing(got), get=[MR]) as association:
        statuses = [status for status, _ in association.send_c_get(dataset(**WHOLE), STUDY_ROOT_GET)]
    assert statuses[-1].Status == 0
    assert counts(statuses[-1]) == (4, 0, 0)
    assert got[0] == mr(1)


def test_get_tells_what_the_asker_cannot_take(port: int) -> None:
    heat = np.linspace(0, 1, 2 * 6 * 5, dtype=np.float32).reshape(2, 6, 5)
    take_in_files(encode(image(STUDY, SERIES, 1)), encode(float_map(STUDY, ROOT + "1.4", heat)))
    got: list[Dataset] = []
    with associated(port, [STUDY_ROOT_GET], handlers=storing(got), get=[MR]) as association:
        found = list(association.send_c_get(dataset(**WHOLE), STUDY_ROOT_GET))
        status, identifier = found[-1]
        assert (status.Status, counts(status)) == (0xB000, (1, 1, 0))
        assert identifier is not None
        assert identifier.FailedSOPInstanceUIDList == ROOT + "1.4.1"
    with associated(port, [STUDY_ROOT_GET], handlers=storing(got), get=[MR, PARAMETRIC_MAP]) as association:
        found = list(association.send_c_get(dataset(**WHOLE), STUDY_ROOT_GET))
    assert (found[-1][0].Status, counts(found[-1][0])) == (0, (2, 0, 0))
    assert got[-1].FloatPixelData == heat.tobytes()


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, RLELossless, "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"])
def test_what_is_stored_otherwise_is_written_anew_for_those_who_need_it(port: int, syntax: str) -> None:
    take_in_files(encode(image(STUDY, SERIES, 1), syntax))
    got: list[Dataset] = []
    with associated(port, [STUDY_ROOT_GET, build_context(MR, "1.2.840.10008.1.2")], handlers=storing(got)) as association:
        # without a role for MR nothing can be sent to the asker
        assert next(association.send_c_get(dataset(**WHOLE), STUDY_ROOT_GET))[0].Status == 0xA702
    with associated(port, [STUDY_ROOT_GET], handlers=storing(got), get=[MR]) as association:
        last = list(association.send_c_get(dataset(**WHOLE), STUDY_ROOT_GET))[-1][0]
    expected = (0, (1, 0, 0)) if syntax != "1.2.840.10008.1.2.2" else (last.Status, counts(last))
    assert (last.Status, counts(last)) == expected
    if got:
        original = pydicom.dcmread(storage.path_of(Instance.objects.get().sha256))
        assert np.array_equal(got[0].pixel_array, original.pixel_array)


def test_an_instance_without_its_bytes_fails_alone(archive: None, port: int, destination: dict[str, Any]) -> None:
    gone = Instance.objects.get(sop_instance_uid=f"{SERIES}.2")
    Path(storage.path_of(gone.sha256)).unlink()
    with associated(port, [STUDY_ROOT_MOVE]) as association:
        last = move(association)[-1]
    assert (last.Status, counts(last), last.failed) == (0xB000, (3, 1, 0), [f"{SERIES}.2"])


def test_what_is_hidden_is_not_sent(archive: None, port: int, destination: dict[str, Any]) -> None:
    take_in(note("113038", 1, f"{SERIES}.1", f"{SERIES}.2", f"{SERIES}.3"))
    keys = {"QueryRetrieveLevel": "SERIES", "StudyInstanceUID": STUDY, "SeriesInstanceUID": SERIES}
    with associated(port, [STUDY_ROOT_MOVE]) as association:
        last = move(association, **keys)[-1]
    assert (last.Status, counts(last)) == (0, (0, 0, 0))
    assert destination["datasets"] == []


def test_who_may_not_move_has_no_context_for_it(transactional_db: None) -> None:
    from tests.radapp.dimse.house import listening

    add_peer("FINDER", services="echo,find,store")
    with listening() as port, associated(port, [STUDY_ROOT_MOVE, "1.2.840.10008.1.1"], calling="FINDER") as association:
        assert [one.abstract_syntax for one in association.rejected_contexts] == [STUDY_ROOT_MOVE]
