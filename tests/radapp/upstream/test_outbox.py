"""Results go back to the sources that take them: once, with patience, and nothing else ever does."""

import json
from collections.abc import Callable
from io import BytesIO, StringIO

import numpy as np
import pydicom
import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import AuditEntry
from radapp.archive.generated import store_generated
from radapp.archive.models import Instance, Series, Study
from radapp.triage.models import Report
from radapp.upstream import delivering, outbox
from radapp.upstream.courier import Courier
from radapp.upstream.models import Delivery, UpstreamSource
from tests.orthanc import Answer, Orthanc, Proxy, Seen
from tests.radapp.dicomweb.conftest import take_in
from tests.radapp.dicomweb.objects import encode, float_map, image
from tests.radapp.upstream.conftest import STUDY, study_files, web_source
from tests.radapp.upstream.test_dimse_source import dimse_source
from tests.services import free_port

pytestmark = pytest.mark.services

MAP = f"{STUDY}.900.1"
HEAT = np.linspace(0, 1, 2 * 6 * 5, dtype=np.float32).reshape(2, 6, 5)


def heatmap(number: int = 900) -> pydicom.Dataset:
    """A result's object."""
    dataset = float_map(STUDY, f"{STUDY}.{number}", HEAT)
    encode(dataset)  # gives it its file meta information
    return dataset


def write_result(number: int = 900, report: int = 1) -> Report:
    """What triage does when a run ends: the objects' rows and the report in one transaction."""
    study = Study.objects.get(study_instance_uid=STUDY)
    with transaction.atomic():
        store_generated([heatmap(number)], study=study)
        Report.objects.filter(study=study, superseded_at__isnull=True).update(superseded_at=timezone.now())
        return Report.objects.create(
            study=study, number=report, advice_given=False, advice_text="No advice", advice_reason="A trial"
        )


@pytest.fixture
def held(transactional_db: None) -> None:
    """The study is held here."""
    take_in(*study_files())


@pytest.fixture
def taker(held: None, proxy: Proxy) -> UpstreamSource:
    """The PACS, which takes results of studies that it holds."""
    return web_source("PACS", proxy.url, results="held")


def again() -> None:
    """As if every pause were over."""
    Delivery.objects.update(next_try_at=timezone.now())
    UpstreamSource.objects.update(retry_at=None, failures=0)


def test_a_result_arrives(taker: UpstreamSource, pacs: Orthanc) -> None:
    write_result()
    row = Delivery.objects.get()
    assert (row.state, row.sop_instance_uid, row.source) == ("queued", MAP, taker)
    assert delivering.deliver_due() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("sent", 1, "")
    there = pydicom.dcmread(BytesIO(pacs.file_of(MAP)))
    assert there.FloatPixelData == HEAT.tobytes()
    assert there.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    audited = AuditEntry.objects.get(action=AuditEntry.Action.RESULT_SENT)
    assert (audited.study_instance_uid, audited.after) == (STUDY, {"source": "PACS"})


def test_by_c_store_too(held: None, pacs: Orthanc) -> None:
    dimse_source(pacs, results="held")
    write_result()
    assert delivering.deliver_due() == 1
    assert pydicom.dcmread(BytesIO(pacs.file_of(MAP))).FloatPixelData == HEAT.tobytes()
    Delivery.objects.update(state="sending", sent_at=None)  # as a process left it that died after sending
    assert delivering.deliver_due() == 1
    assert Delivery.objects.get().state == "sent"


def test_nothing_but_results_is_ever_written(held: None, proxy: Proxy, pacs: Orthanc) -> None:
    before = pacs.instances()
    source = web_source("PACS", proxy.url, results="all")
    take_in(encode(image(f"{STUDY}.8", f"{STUDY}.8.1", 1)))
    Courier().run_once()
    assert not Delivery.objects.exists()
    assert pacs.instances() == before
    UpstreamSource.objects.filter(pk=source.pk).update(results="none")
    write_result()
    Courier().run_once()
    assert proxy.count(method="POST") == 0
    assert pacs.instances() == before


def test_a_result_goes_nowhere_where_the_study_is_unknown(held: None, pacs: Orthanc, proxy: Proxy) -> None:
    pacs.delete_study(STUDY)
    source = web_source("PACS", proxy.url, results="held")
    write_result()
    assert delivering.deliver_due() == 0
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.last_error) == ("queued", 1, "it does not hold the study")
    pacs.store(*study_files())  # the scanner's images arrive there, too
    again()
    assert delivering.deliver_due() == 1
    pacs.delete_study(STUDY)
    Delivery.objects.all().delete()
    UpstreamSource.objects.filter(pk=source.pk).update(results="all")
    outbox.queue_forgotten()
    assert delivering.deliver_due() == 1
    assert pacs.instances().count(MAP) == 1


def test_a_dead_source_uses_up_no_attempts(taker: UpstreamSource, pacs: Orthanc, proxy: Proxy) -> None:
    write_result()
    proxy.spoil = lambda seen, answer: (503, {}, b"")
    for _ in range(6):
        Delivery.objects.update(next_try_at=timezone.now())
        delivering.deliver_due()
    row = Delivery.objects.get()
    assert row.state == "queued"
    assert row.attempts == 2  # then its circuit was open
    proxy.spoil = None
    again()
    assert delivering.deliver_due() == 1
    assert pacs.instances().count(MAP) == 1


def test_an_answer_that_is_lost_does_not_send_twice(taker: UpstreamSource, pacs: Orthanc, proxy: Proxy) -> None:
    """The PACS stored it, and the connection broke before it said so."""

    def lose(seen: Seen, answer: Answer) -> Answer:
        return (504, {}, b"") if seen.method == "POST" else answer

    proxy.spoil = lose
    write_result()
    assert delivering.deliver_due() == 0
    assert pacs.instances().count(MAP) == 1
    again()
    assert delivering.deliver_due() == 1
    assert proxy.count(method="POST") == 1  # it was asked first, and had it
    assert Delivery.objects.get().state == "sent"


def test_a_process_that_died_while_sending_is_made_up_for(taker: UpstreamSource, pacs: Orthanc, proxy: Proxy) -> None:
    write_result()
    Delivery.objects.update(state="sending")
    assert delivering.deliver_due() == 1
    assert pacs.instances().count(MAP) == 1
    Delivery.objects.update(state="sending", sent_at=None)
    assert delivering.deliver_due() == 1
    assert proxy.count(method="POST") == 1


def store_answer(reason: int) -> bytes:
    return json.dumps({"00081198": {"vr": "SQ", "Value": [{"00081197": {"vr": "US", "Value": [reason]}}]}}).encode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (409, store_answer(0x0122), "refused"),
        (200, store_answer(0xA900), "refused"),
        (409, store_answer(0xC123), "refused"),
        (409, store_answer(0xA700), "queued"),
        (409, store_answer(0x0111), "sent"),
        (409, b"no JSON", "queued"),
        (202, b"<xml/>", "sent"),  # it is asked whether it has it
        (200, b'{"00081198": {"vr": "SQ"}}', "queued"),
        (200, b'{"00081199": {"vr": "SQ", "Value": [{"00081155": {"vr": "UI", "Value": ["1.2"]}}]}}', "queued"),
        (200, b"<xml/>", "sent"),
        (415, b"", "refused"),
        (500, b"", "queued"),
        (204, b"", "sent"),
    ],
)
def test_what_the_source_says_decides(taker: UpstreamSource, proxy: Proxy, status: int, body: bytes, state: str) -> None:
    proxy.spoil = lambda seen, answer: (status, {}, body) if seen.method == "POST" else answer
    write_result()
    # Answered by the spoiler, but stored behind it: only what is spoken counts here.
    delivering.deliver_due()
    row = Delivery.objects.get()
    assert row.state == state, row.last_error
    assert bool(row.last_error) is (state != "sent")


def test_after_many_attempts_it_is_given_up_and_a_person_may_retry(
    taker: UpstreamSource, proxy: Proxy, pacs: Orthanc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "ATTEMPTS", 2)
    pacs.delete_study(STUDY)
    write_result()
    for _ in range(3):
        again()
        delivering.deliver_due()
    out = StringIO()
    call_command("outbox", stdout=out)
    assert "failed" in out.getvalue()
    assert "it does not hold the study; given up after 2 attempts" in out.getvalue()
    pacs.store(*study_files())
    call_command("outbox", "--retry", stdout=out)
    delivering.deliver_due()
    assert Delivery.objects.get().state == "sent"
    said = StringIO()
    call_command("outbox", "--json", "--state", "sent", stdout=said)
    (row,) = json.loads(said.getvalue())
    assert (row["sop_instance_uid"], row["source"], row["attempts"]) == (MAP, "PACS", 1)


def test_what_was_overtaken_before_it_was_sent_is_left_out(taker: UpstreamSource, pacs: Orthanc) -> None:
    write_result(900, 1)
    write_result(901, 2)
    Series.objects.filter(series_instance_uid=f"{STUDY}.900").update(superseded_at=timezone.now())
    assert delivering.deliver_due() == 1
    assert {row.sop_instance_uid: row.state for row in Delivery.objects.all()} == {
        MAP: "overtaken",
        f"{STUDY}.901.1": "sent",
    }
    assert MAP not in pacs.instances()


def test_results_of_before_the_source_stay_here(held: None, proxy: Proxy) -> None:
    write_result()
    web_source("PACS", proxy.url, results="all")
    assert outbox.queue_forgotten() == 0


def test_what_was_not_queued_is_found(taker: UpstreamSource) -> None:
    write_result()
    Delivery.objects.all().delete()  # the process died between the result and the outbox
    assert outbox.queue_forgotten() == 1
    assert outbox.queue_forgotten() == 0


def test_a_result_that_is_gone_is_told(taker: UpstreamSource) -> None:
    write_result()
    Instance.objects.filter(sop_instance_uid=MAP).delete()
    delivering.deliver_due()
    assert Delivery.objects.get().state == "refused"


def test_the_page_shows_it(taker: UpstreamSource, signed_in: Callable[[str], Client]) -> None:
    write_result()
    administrator = signed_in("administrator")
    (row,) = administrator.get("/api/outbox/").json()
    assert (row["state"], row["source"], row["study_uid"]) == ("queued", "PACS", STUDY)
    assert administrator.get("/api/outbox/?state=sent").json() == []
    (source,) = administrator.get("/api/sources/").json()["sources"]
    assert source["outbox"]["queued"] == 1
    assert signed_in("radiologist").get("/api/outbox/").status_code == 403


def test_success_without_the_object_is_no_success(taker: UpstreamSource, proxy: Proxy, pacs: Orthanc) -> None:
    """It says 200 in XML and stores nothing."""
    ask = proxy._ask
    proxy._ask = lambda handler, body: (200, {}, b"<xml/>") if handler.command == "POST" else ask(handler, body)  # type: ignore[method-assign]
    write_result()
    assert delivering.deliver_due() == 0
    row = Delivery.objects.get()
    assert (row.state, row.last_error) == ("queued", "it answers HTTP 200 and does not say what became of it")


def test_a_source_that_does_not_take_the_class_refuses_it(held: None) -> None:
    from pynetdicom import AE
    from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

    port, entity = free_port(), AE(ae_title="PACS")
    entity.add_supported_context(Verification)
    entity.add_supported_context("1.2.840.10008.5.1.4.1.1.4")
    entity.start_server(("127.0.0.1", port), block=False)
    try:
        UpstreamSource.objects.create(
            name="Old",
            kind="dimse",
            host="127.0.0.1",
            port=port,
            ae_title="PACS",
            calling_ae_title="DARNDEST",
            results="all",
        )
        write_result()
        delivering.deliver_due()
    finally:
        entity.shutdown()
    row = Delivery.objects.get()
    assert (row.state, row.last_error) == ("refused", "it takes no objects of the class Parametric Map Storage")
