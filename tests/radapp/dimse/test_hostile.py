"""Peers that no decent program would be: each is told why, or cut off in time; the others notice nothing."""

import socket
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from pynetdicom import build_context

from radapp.archive import storage
from radapp.archive.models import Instance, Study
from radapp.dimse import acceptor, listener, wire
from radapp.dimse.upper_layer import MAXIMUM_PDU
from tests.radapp.archive.makers import SERIES, mr
from tests.radapp.dimse.house import AE, SCU, add_peer, listening
from tests.radapp.dimse.scu import ABORT, ACCEPT, REJECT, RELEASED, Wire, associated, command, request
from tests.radapp.dimse.test_store import data_set, stored_bytes
from tests.services import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

VERIFICATION = "1.2.840.10008.1.1"
MR = "1.2.840.10008.5.1.4.1.1.4"
EXPLICIT = "1.2.840.10008.1.2.1"
BOTH = [build_context(VERIFICATION), build_context(MR, EXPLICIT)]


def echoes(port: int) -> bool:
    """Whether a decent peer is served."""
    with associated(port, [VERIFICATION]) as association:
        return bool(association.is_established) and association.send_c_echo().Status == 0


def rejection(port: int, **words: Any) -> tuple[int, int, int]:
    """Result, source and reason of the A-ASSOCIATE-RJ."""
    with Wire(port) as peer:
        peer.send(request([build_context(VERIFICATION)], **words))
        kind, body = peer.pdu()
        assert kind == REJECT
        assert peer.pdu() == (0, b"")
        return body[1], body[2], body[3]


def test_who_is_not_listed_is_told_why(port: int) -> None:
    assert rejection(port, calling="NOBODY") == (1, 1, 3)
    assert rejection(port, called="ELSEWHERE") == (1, 1, 7)
    assert rejection(port, application="1.2.3.4") == (1, 1, 2)


def test_a_listed_title_from_another_address_is_not_known(transactional_db: None) -> None:
    add_peer(SCU, "10.1.2.0/24")
    with listening() as port:
        assert rejection(port) == (1, 1, 3)


def test_a_peer_that_is_added_may_call_within_seconds(port: int) -> None:
    assert rejection(port, calling="LATER") == (1, 1, 3)
    add_peer("LATER")

    def accepted() -> bool:
        with Wire(port) as peer:
            peer.send(request([build_context(VERIFICATION)], calling="LATER"))
            return peer.pdu()[0] == ACCEPT

    wait_until(accepted, 10, "the new peer is heeded", every=0.5)


def test_more_associations_than_there_may_be(peer: object) -> None:
    with listening(max_associations=2) as port:
        held = [Wire(port) for _ in range(2)]
        for one in held:
            one.associate([build_context(VERIFICATION)])
        assert rejection(port) == (2, 3, 2)
        held[0].send(struct.pack(">BBLL", 5, 0, 4, 0))
        assert held[0].pdu()[0] == RELEASED
        for one in held:
            one.socket.close()
        wait_until(lambda: echoes(port), 10, "a slot is free again")


def test_strangers_hold_few_connections_and_not_for_long(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptor, "STRANGERS_PATIENCE_S", 1)
    add_peer(SCU, "10.1.2.3")
    with listening() as port:
        silent = [Wire(port) for _ in range(12)]
        ends = [one.pdu() for one in silent]
        assert ends == [(0, b"")] * 12
        for one in silent:
            one.socket.close()


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\1\0",
        request([build_context(VERIFICATION)])[:40],
        b"GET / HTTP/1.1\r\nHost: archive\r\n\r\n",
        b"\x16\x03\x01\x02\0\1\0\1\xfc\x03\x03" + b"\0" * 200,
        struct.pack(">BBL", 1, 0, 0xFFFFFFFF) + b"\0" * 100,
        struct.pack(">BBL", 1, 0, 68) + b"\xff" * 68,
        struct.pack(">BBL", 4, 0, 10) + b"\0" * 10,
        struct.pack(">BBL", 99, 0, 10) + b"\0" * 10,
        request([build_context(VERIFICATION)])[:-30] + b"\xff" * 30,
    ],
    ids=[
        "silence",
        "two octets",
        "half a request",
        "HTTP",
        "TLS",
        "4 GB",
        "noise",
        "data first",
        "unknown PDU",
        "odd items",
    ],
)
def test_what_is_no_request_ends_in_time(peer: object, octets: bytes) -> None:
    with listening(acse_timeout=1) as port, Wire(port) as other:
        other.send(octets)
        while other.pdu()[0]:
            pass
        assert echoes(port)


ILL_FORMED = {
    "an item longer than its PDU": struct.pack(">BBLLBB", 4, 0, 6, 5000, 1, 3),
    "an item of no length": struct.pack(">BBLL", 4, 0, 4, 0),
    "half an item's head": struct.pack(">BBL", 4, 0, 3) + b"\0\0\0",
    "a PDU beyond what was agreed": struct.pack(">BBL", 4, 0, MAXIMUM_PDU + 7),
    "a context that was not accepted": struct.pack(">BBLLBB", 4, 0, 10, 6, 99, 3) + b"\0\0\0\0",
    "a data set without a command": struct.pack(">BBLLBB", 4, 0, 10, 6, 1, 2) + b"\0\0\0\0",
    "a command of noise": struct.pack(">BBLLBB", 4, 0, 26, 22, 1, 3) + b"\xff" * 20,
    "a second request": request([build_context(VERIFICATION)]),
}


@pytest.mark.parametrize("octets", ILL_FORMED.values(), ids=ILL_FORMED)
def test_what_is_ill_formed_is_aborted(port: int, octets: bytes) -> None:
    with Wire(port) as peer:
        peer.associate([build_context(VERIFICATION)])
        peer.send(octets)
        assert peer.pdu()[0] == ABORT
    assert echoes(port)


@pytest.mark.parametrize("field", [0x0100, 0x0110, 0x0130, 0x0150, 0x1234, 0x8001, 0x0001])
def test_an_operation_that_is_not_offered_is_aborted(port: int, field: int) -> None:
    with Wire(port) as peer:
        peer.associate([build_context(VERIFICATION)])
        peer.data(1, 3, command(field, sop_class=VERIFICATION, instance="1.2.3", data_set=False))
        if field == 0x8001:  # a response to nothing is passed over
            peer.data(1, 3, command(0x0030, sop_class=VERIFICATION, data_set=False))
            assert peer.pdu()[0] == 4
        elif field == 0x0001:
            assert peer.pdu()[0] == 4  # C-STORE in another class's context: told so
        else:
            assert peer.pdu()[0] == ABORT
    assert echoes(port)


def test_a_command_without_end_is_not_collected(port: int) -> None:
    with Wire(port) as peer:
        peer.associate([build_context(VERIFICATION)])
        for _ in range(5):
            peer.data(1, 1, b"\0" * 8000)
        assert peer.pdu()[0] == ABORT


def test_an_identifier_without_end_is_not_collected(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radapp.dimse.message.LONGEST_DATA_SET", 100_000)
    find = "1.2.840.10008.5.1.4.1.2.2.1"
    with Wire(port) as peer:
        peer.associate([build_context(find)])
        peer.data(1, 3, command(0x0020, sop_class=find))
        for _ in range(20):
            peer.data(1, 0, b"\0" * 10_000)
        assert peer.pdu()[0] == ABORT


@pytest.mark.parametrize("ending", ["abort", "close", "reset", "command", "silence"])
def test_an_end_in_mid_instance_leaves_nothing(peer: object, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large enough to lie in a file when it ends."""
    monkeypatch.setattr("radapp.dimse.spool.IN_MEMORY_BYTES", 20_000)
    octets = data_set(mr(1, size=300))
    with listening(network_timeout=1) as port:
        with Wire(port) as other:
            other.associate([build_context(MR, EXPLICIT)])
            other.data(1, 3, command(1, sop_class=MR, instance=f"{SERIES}.1"))
            for start in range(0, len(octets) // 2, 10_000):
                other.data(1, 0, octets[start : start + 10_000])
            wait_until(lambda: stored_bytes(), 10, "it is being written")
            if ending == "abort":
                other.send(struct.pack(">BBLL", 7, 0, 4, 0))
            elif ending == "command":
                other.data(1, 3, command(0x0030, sop_class=VERIFICATION, data_set=False))
            elif ending == "reset":
                other.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if ending in {"close", "reset"}:
                other.socket.close()
            wait_until(lambda: not stored_bytes(), 15, "the half instance is gone")
        assert not Instance.objects.exists()
        assert not Study.objects.exists()
        assert echoes(port)


def test_an_instance_before_the_end_stays(port: int) -> None:
    with Wire(port) as peer:
        peer.associate([build_context(MR, EXPLICIT)])
        for number in (1, 2):
            peer.data(1, 3, command(1, sop_class=MR, instance=f"{SERIES}.{number}"))
            octets = data_set(mr(number))
            peer.data(1, 2 if number == 1 else 0, octets)
            if number == 1:
                assert peer.pdu()[0] == 4
    wait_until(lambda: not list(storage.incoming().iterdir()), 10, "the half instance is gone")
    assert [one.sop_instance_uid for one in Instance.objects.all()] == [f"{SERIES}.1"]


def test_a_peer_that_trickles_is_given_up(peer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LEAST_BYTES_A_SECOND", 1_000_000)
    with listening(network_timeout=1) as port, Wire(port) as other:
        other.associate([build_context(VERIFICATION)])
        other.send(struct.pack(">BBL", 4, 0, 1000))
        other.socket.settimeout(0.05)
        for _ in range(600):
            other.send(b"\0")
            time.sleep(0.1)
            try:
                if not other.socket.recv(100):
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        else:
            pytest.fail("600 octets, one by one, were awaited")


def test_a_connection_that_ends_before_its_request_is_forgotten_at_once(peer: object) -> None:
    """Not after the time that a request may take: here longer than the listener's end waits for anybody."""
    with listening(acse_timeout=120) as port:
        for octets in (b"", b"\1\0\0", b"GET / HTTP/1.1\r\n\r\n"):
            with Wire(port) as other:
                other.send(octets)
        assert echoes(port)


def test_an_idle_association_is_aborted_in_time(peer: object) -> None:
    with listening(network_timeout=1) as port, Wire(port) as other:
        other.associate([build_context(VERIFICATION)])
        assert other.pdu()[0] == ABORT


def test_a_peer_that_takes_no_answers_is_given_up(peer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks and asks, and never reads: neither memory nor threads grow without end."""

    def narrow(connection: socket.socket) -> None:
        """Megabytes of answers would fit into what the kernel keeps for a connection."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)

    monkeypatch.setattr(acceptor, "unhurried", narrow)
    with listening(tick_s=listener.TICK_S, network_timeout=1) as port:
        with Wire(port) as other:
            other.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            other.associate([build_context(VERIFICATION)])
            other.socket.settimeout(2)
            echo = command(0x0030, sop_class=VERIFICATION, data_set=False)
            pdu = struct.pack(">BBLLBB", 4, 0, len(echo) + 6, len(echo) + 2, 1, 3) + echo
            with pytest.raises(OSError):  # noqa: PT011, PT012 - reset, broken pipe or nothing taken for two seconds
                for _ in range(100_000):
                    other.socket.sendall(pdu * 100)
        assert echoes(port)


def test_requests_that_do_not_wait_for_answers_are_served_in_turn(port: int) -> None:
    with Wire(port) as peer:
        peer.associate([build_context(VERIFICATION)])
        for message in range(1, 101):
            peer.data(1, 3, command(0x0030, sop_class=VERIFICATION, data_set=False, message=message))
        for _ in range(100):
            assert peer.pdu()[0] == 4


def test_hostile_neighbours_slow_nobody_down(peer: object, tmp_path: Path) -> None:
    with listening(max_associations=40) as port:
        others = [Wire(port) for _ in range(20)]
        for number, one in enumerate(others):
            if number % 2:
                one.associate(BOTH)
                one.data(3, 3, command(1, sop_class=MR, instance="1.2.3"))
                one.data(3, 0, b"\0" * 1000)
            else:
                one.send(b"\1\0\0")
        with associated(port, [build_context(MR, EXPLICIT)]) as association:
            assert [association.send_c_store(mr(number)).Status for number in (1, 2, 3)] == [0, 0, 0]
        for one in others:
            one.socket.close()


def test_the_listener_ends_with_associations_open(peer: object) -> None:
    with listening() as port:
        held = [Wire(port) for _ in range(3)]
        for one in held:
            one.associate([build_context(VERIFICATION)])
    assert [one.pdu()[0] for one in held] == [ABORT] * 3
    for one in held:
        one.socket.close()


def test_bad_peers_fill_no_log(port: int, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(60):
        with Wire(port) as peer:
            peer.send(request([build_context(VERIFICATION)], calling="NOBODY"))
            assert peer.pdu()[0] == REJECT
    assert len(caplog.records) < 30
    assert AE not in caplog.text
