"""C-STORE: success means durable; what is refused has the right status and leaves nothing."""

import io
from pathlib import Path
from typing import Any

import pydicom
import pytest
from django.db import OperationalError
from pydicom.dataset import Dataset
from pynetdicom import build_context

from radapp.accounts.models import AuditEntry
from radapp.archive import storage
from radapp.archive.errors import StorageFull
from radapp.archive.group_commit import GroupCommit
from radapp.archive.models import Instance, Intake, Rejection, SetAside, Study
from radapp.archive.signals import association_released
from radapp.dimse import spool
from tests.radapp.archive.makers import ROOT, SERIES, STUDY, content, mr
from tests.radapp.archive.test_rejections import note
from tests.radapp.dimse.house import SCU, add_peer, listening
from tests.radapp.dimse.scu import Wire, associated, command
from tests.services import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

MR = "1.2.840.10008.5.1.4.1.1.4"
CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
CONTEXTS = [build_context(MR, EXPLICIT), build_context(CT, EXPLICIT)]


def stored_bytes() -> list[Path]:
    """Every file of the archive, temporary ones too."""
    root = storage.incoming().parent
    return [path for path in root.rglob("*") if path.is_file()]


def send(port: int, *datasets: Dataset, calling: str = SCU) -> list[Dataset]:
    """The status data set of each, sent over one association."""
    with associated(port, CONTEXTS, calling=calling) as association:
        assert association.is_established
        return [association.send_c_store(one) for one in datasets]


def raw(port: int, data_set: bytes, *, sop_class: str = MR, instance: str = f"{SERIES}.1", context_class: str = MR) -> int:
    """The status for a data set given as bytes."""
    with Wire(port) as wire:
        wire.associate([build_context(context_class, EXPLICIT)])
        wire.data(1, 3, command(1, sop_class=sop_class, instance=instance))
        for start in range(0, len(data_set) or 1, 10_000):
            last = start + 10_000 >= len(data_set)
            wire.data(1, 2 if last else 0, data_set[start : start + 10_000])
        kind, body = wire.pdu()
        assert kind == 4, kind
        return status_of(body)


def status_of(body: bytes) -> int:
    """The status in a response made by hand."""
    found = body.index(b"\0\0\0\x09\2\0\0\0")
    return int.from_bytes(body[found + 8 : found + 10], "little")


def data_set(dataset: Dataset) -> bytes:
    """The data set alone."""
    whole = content(dataset)
    return whole[144 + int.from_bytes(whole[140:144], "little") :]


def test_success_means_that_bytes_and_row_are_there(port: int) -> None:
    dataset = mr(1)
    with associated(port, CONTEXTS) as association:
        assert association.send_c_store(dataset).Status == 0
        row = Instance.objects.get()  # while the association is still open
        kept = pydicom.dcmread(storage.path_of(row.sha256))
    assert kept == dataset
    assert kept.file_meta.SourceApplicationEntityTitle == SCU
    assert kept.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
    assert row.source == "dimse"


def test_an_association_is_one_intake_with_an_audit_row_for_each_study(port: int) -> None:
    other = ROOT + "2"
    send(port, mr(1), mr(2), mr(1, study=other, series=other + ".1"))
    send(port, mr(3))
    received = AuditEntry.objects.filter(action="study_received")
    assert sorted(received.values_list("study_instance_uid", flat=True)) == [STUDY, other]
    assert set(received.values_list("actor_name", flat=True)) == {f"dimse {SCU}"}
    wait_until(lambda: Intake.objects.get().stored == 4, 10, "the counts are written")
    assert Intake.objects.get().studies == [STUDY, other]


def test_the_end_of_an_association_is_announced(port: int) -> None:
    heard: list[dict[str, Any]] = []

    def hear(**told: Any) -> None:
        heard.append({name: told[name] for name in ("study_uids", "series_uids")})

    association_released.connect(hear)
    try:
        send(port, mr(1), mr(2))
        wait_until(lambda: heard, 10, "the release is announced")
    finally:
        association_released.disconnect(hear)
    assert heard == [{"study_uids": [STUDY], "series_uids": [SERIES]}]


def test_the_same_again_changes_nothing(port: int) -> None:
    send(port, mr(1))
    before = stored_bytes()
    (status,) = send(port, mr(1))
    assert status.Status == 0
    assert (Instance.objects.count(), stored_bytes()) == (1, before)


def test_other_pixels_under_a_stored_uid_are_a_duplicate(port: int) -> None:
    send(port, mr(1))
    before = stored_bytes()
    (status,) = send(port, mr(2, SOPInstanceUID=f"{SERIES}.1"))
    assert status.Status == 0x0111
    assert "other pixels" in status.ErrorComment
    assert stored_bytes() == before


def test_equal_pixels_under_another_header_are_set_aside_with_a_warning(port: int) -> None:
    send(port, mr(1))
    (status,) = send(port, mr(1, PatientName="Test^Corrected"))
    assert status.Status == 0xB000
    assert SetAside.objects.count() == 1
    assert Study.objects.get().patient_name == "Test^Anna"


def test_another_patient_in_a_study_is_a_processing_failure(port: int) -> None:
    statuses = send(port, mr(1), mr(2), mr(3, PatientID="P2"), mr(4))
    assert [one.Status for one in statuses] == [0, 0, 0x0110, 0]
    assert Instance.objects.count() == 3


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda: b"", 0xC000),
        (lambda: b"\0" * 4000, 0xC000),
        (lambda: data_set(mr(1))[:900], 0xC000),
        (lambda: data_set(mr(1))[:-200], 0xC000),
        (lambda: data_set(mr(1, Rows=60000)), 0xC000),
        (lambda: data_set(mr(1, StudyInstanceUID="../../etc/passwd")), 0xC000),
        (lambda: data_set(mr(2)), 0xA900),
        (lambda: data_set(mr(1, SOPClassUID=CT)), 0xA900),
    ],
    ids=["empty", "zeros", "header cut", "pixels cut", "header lies", "hostile UID", "another instance", "another class"],
)
def test_what_is_refused_leaves_nothing(port: int, make: Any, status: int) -> None:
    assert raw(port, make()) == status
    assert not Instance.objects.exists()
    assert stored_bytes() == []
    assert raw(port, data_set(mr(1))) == 0


def test_a_class_other_than_the_contexts_is_not_supported(port: int) -> None:
    assert raw(port, data_set(mr(1)), context_class=CT) == 0x0122
    assert not Instance.objects.exists()


def test_who_may_not_store_is_told_so(transactional_db: None) -> None:
    add_peer("READER", services="echo,get")
    with listening() as port, associated(port, CONTEXTS, calling="READER") as association:
        assert association.send_c_store(mr(1)).Status == 0x0124
    add_peer("FINDER", services="echo,find")
    with listening() as port, associated(port, [*CONTEXTS, "1.2.840.10008.1.1"], calling="FINDER") as association:
        assert [one.abstract_syntax.name for one in association.rejected_contexts] == [
            "MR Image Storage",
            "CT Image Storage",
        ]
    assert not Instance.objects.exists()


def test_a_full_disk_is_out_of_resources_and_the_next_instance_goes_in(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    room = storage.ensure_room
    full = True

    def ensure_room(size: int) -> None:
        if full:
            raise StorageFull
        room(size)

    monkeypatch.setattr(storage, "ensure_room", ensure_room)
    with associated(port, CONTEXTS) as association:
        assert association.send_c_store(mr(1)).Status == 0xA700
        assert not Instance.objects.exists()
        full = False
        assert association.send_c_store(mr(1)).Status == 0
    assert Instance.objects.count() == 1


def test_a_large_instance_goes_through_a_file(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY_BYTES", 20_000)
    large = mr(1, size=300)
    (status,) = send(port, large)
    assert status.Status == 0
    (path,) = stored_bytes()
    assert pydicom.dcmread(path) == large
    (status,) = send(port, mr(2, size=300, SOPInstanceUID=f"{SERIES}.1"))
    assert status.Status == 0x0111
    assert stored_bytes() == [path]


def test_a_disk_that_fills_within_an_instance_leaves_nothing(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY_BYTES", 20_000)
    monkeypatch.setattr(spool.storage, "ensure_room", lambda size: (_ for _ in ()).throw(StorageFull()))
    statuses = send(port, mr(1, size=300), mr(2, size=16))
    assert [one.Status for one in statuses] == [0xA700, 0xA700]
    assert stored_bytes() == []


def test_an_instance_beyond_the_limit_is_read_to_its_end_and_refused(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MOST_BYTES", 50_000)
    statuses = send(port, mr(1, size=300), mr(2))
    assert [one.Status for one in statuses] == [0xA700, 0]


def test_a_rejection_note_hides_what_it_names(port: int) -> None:
    send(port, mr(1), mr(2))
    with associated(port, [build_context("1.2.840.10008.5.1.4.1.1.88.59", EXPLICIT)]) as association:
        assert association.send_c_store(note("113001", 1, f"{SERIES}.2")).Status == 0
    assert Rejection.objects.count() == 1
    shown = Instance.objects.filter(sop_class_uid=MR)
    assert list(shown.values_list("sop_instance_uid", flat=True)) == [f"{SERIES}.1"]


def test_many_at_once_are_all_there(port: int) -> None:
    """Four peers send the same study and others at the same time."""
    import threading

    for number in range(4):
        add_peer(f"SCU{number}")
    results: dict[int, list[int]] = {}

    def work(number: int) -> None:
        own = f"{ROOT}7{number}"
        both = [one for index in range(1, 6) for one in (mr(index), mr(index, study=own, series=f"{own}.1"))]
        results[number] = [one.Status for one in send(port, *both, calling=f"SCU{number}")]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == {number: [0] * 10 for number in range(4)}
    assert Instance.objects.count() == 5 + 4 * 5
    assert Study.objects.count() == 5


def test_a_request_without_a_data_set(port: int) -> None:
    with Wire(port) as wire:
        wire.associate([build_context(MR, EXPLICIT)])
        wire.data(1, 3, command(1, sop_class=MR, instance=f"{SERIES}.1", data_set=False))
        kind, body = wire.pdu()
        assert (kind, status_of(body)) == (4, 0xC000)


def test_a_chinese_name_is_kept(port: int) -> None:
    dataset = mr(1, SpecificCharacterSet="GB18030", PatientName="李^伟")
    (status,) = send(port, pydicom.dcmread(io.BytesIO(content(dataset))))
    assert status.Status == 0
    assert Study.objects.get().patient_name == "李^伟"


def test_a_database_that_is_gone_for_a_while_is_out_of_resources(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is acknowledged, nothing is left, and what is sent again afterwards goes in."""
    gone = True

    def look_up(*_: object) -> None:
        if gone:
            raise OperationalError("the database is not there")

    monkeypatch.setattr("radapp.archive.group_commit.GroupCommit._record_plain", _failing(look_up))
    with associated(port, CONTEXTS) as association:
        answer = association.send_c_store(mr(1))
        assert (answer.Status, answer.ErrorComment) == (0xA700, "the database cannot be written: nothing was stored")
        assert stored_bytes() == []
        gone = False
        assert association.send_c_store(mr(1)).Status == 0
    assert Instance.objects.count() == 1


def _failing(fail: Any) -> Any:
    """The method as it is, after `fail`."""
    record = GroupCommit._record_plain

    def record_plain(self: GroupCommit, group: Any) -> Any:
        fail()
        return record(self, group)

    return record_plain


def test_the_reasons_of_what_was_refused_are_kept(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radapp.dimse.sessions.NOTED_EVERY_S", 0.0)
    monkeypatch.setattr("radapp.dimse.sessions.REFUSED_AT_MOST", 2)
    for _ in range(3):
        assert raw(port, data_set(mr(1))[:-200]) == 0xC000

    def kept() -> list[dict[str, str]]:
        return [reason for intake in Intake.objects.all() for reason in intake.refused]

    wait_until(lambda: len(kept()) == 2, 10, "the reasons are kept")
    assert {one["path"] for one in kept()} == {f"{SERIES}.1"}
    assert "truncated" in kept()[0]["reason"]


def test_a_listener_that_fails_elsewhere_loses_nothing(port: int) -> None:
    """Whoever hears of a released association may fail; what was stored stays, and the next association is served."""

    def fail(**_: Any) -> None:
        raise ValueError("of no use")

    association_released.connect(fail)
    try:
        assert [one.Status for one in send(port, mr(1))] == [0]
        assert [one.Status for one in send(port, mr(2))] == [0]
    finally:
        association_released.disconnect(fail)
    assert Instance.objects.count() == 2
