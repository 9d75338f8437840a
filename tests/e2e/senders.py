"""Senders as hospitals have them: each instance is sent again until it is acknowledged, whatever becomes of connections."""

import hashlib
import http.client
import json
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pynetdicom import build_context

from tests.e2e.application import Application
from tests.e2e.examinations import Sent, Slice
from tests.radapp.dimse.scu import Wire, command

MR = "1.2.840.10008.5.1.4.1.1.4"
EXPLICIT = "1.2.840.10008.1.2.1"
BOUNDARY = "kill9b7e1"
MOST_OF_A_FRAGMENT = 16_000
STOW, STORE = "STOW-RS", "C-STORE"
A_FEW = 4


@dataclass
class Ledger:
    """What was acknowledged, by whom, and how often a connection was lost."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    studies: dict[str, set[str]] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=lambda: {STOW: [], STORE: []})
    lost: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, door: str, study: str, slices: Sequence[Slice]) -> None:
        """Note the SHA-256 of each data set that the door has answered for."""
        with self.lock:
            for one in slices:
                self.acknowledged[one.sop_instance_uid] = hashlib.sha256(one.data_set).hexdigest()
                self.studies.setdefault(study, set()).add(one.sop_instance_uid)
            self.times[door].append(time.monotonic())

    def interrupted(self, door: str) -> None:
        """A connection was lost or refused."""
        with self.lock:
            self.lost[door] += 1
        time.sleep(0.3)

    def refuse(self, words: str) -> None:
        """An answer that no killed process explains."""
        with self.lock:
            self.refused.append(words)


@dataclass
class Sending:
    """Several senders that share a heap of examinations; each series goes through a door by chance.

    `slice_s`: seconds from slice to slice, as from a scanner, by STOW-RS a few in a request; 0 for as quick as it goes, a
    series in a request.
    """

    application: Application
    token: str
    ledger: Ledger
    slice_s: float = 0.0
    heap: "queue.SimpleQueue[Sent | None]" = field(default_factory=queue.SimpleQueue)
    threads: list[threading.Thread] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def start(self, senders: int, seed: int) -> None:
        """Begin to send what is put on the heap."""
        for number in range(senders):
            chance = random.Random(f"{seed} {number}")
            thread = threading.Thread(target=self._work, args=(chance,), name=f"sender {number}")
            self.threads.append(thread)
            thread.start()

    def close(self) -> None:
        """No more will be put on the heap."""
        for _ in self.threads:
            self.heap.put(None)

    def stop(self) -> None:
        """Give up what is not sent yet."""
        self.stopped.set()
        self.close()
        for thread in self.threads:
            thread.join(60)

    def busy(self) -> bool:
        """Whether anything is still to be sent."""
        return any(thread.is_alive() for thread in self.threads)

    def _work(self, chance: random.Random) -> None:
        while (one := self.heap.get()) is not None and not self.stopped.is_set():
            both = chance.random() < 0.2
            for slices in one.series:
                doors = [self.by_stow, self.by_store] if both else [chance.choice([self.by_stow, self.by_store])]
                others = [threading.Thread(target=door, args=(one, slices)) for door in doors[1:]]
                for other in others:
                    other.start()
                doors[0](one, slices)
                for other in others:
                    other.join()

    def by_stow(self, study: Sent, slices: Sequence[Slice]) -> None:
        """One request a series or a few slices, the same again until every instance of it is acknowledged."""
        left = {one.sop_instance_uid: one for one in slices}
        while left and not self.stopped.is_set():
            try:
                stored, failed = self._posted(list(left.values())[: A_FEW if self.slice_s else None])
            except (OSError, http.client.HTTPException, ValueError):
                self.ledger.interrupted(STOW)
                continue
            for words in failed:
                self.ledger.refuse(f"STOW-RS: {words}")
            done = [left.pop(uid) for uid in stored if uid in left]
            self.ledger.acknowledge(STOW, study.uid, done)
            self.stopped.wait(self.slice_s * len(done))
            if failed:
                time.sleep(1)

    def _posted(self, slices: Sequence[Slice]) -> tuple[list[str], list[str]]:
        """(acknowledged SOP Instance UIDs, reasons of refusals). Raises OSError, HTTPException, ValueError."""
        head = f"--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        body = b"".join(head + one.file + b"\r\n" for one in slices) + f"--{BOUNDARY}--\r\n".encode()
        headers = {
            "Content-Type": f'multipart/related; type="application/dicom"; boundary={BOUNDARY}',
            "Accept": "application/dicom+json",
            "Authorization": f"Bearer {self.token}",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.application.port, timeout=120)
        try:
            connection.request("POST", "/dicom-web/studies", body, headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        if response.status not in {200, 202, 409}:
            raise ValueError(f"status {response.status}")
        answer = json.loads(text)
        stored = [one["00081155"]["Value"][0] for one in answer.get("00081199", {}).get("Value", [])]
        failed = [json.dumps(one) for one in answer.get("00081198", {}).get("Value", [])]
        return stored, failed

    def by_store(self, study: Sent, slices: Sequence[Slice]) -> None:
        """One association a series, another one whenever it is lost."""
        waiting = list(slices)
        port = int((self.application.var / "dimse-port").read_text())
        while waiting and not self.stopped.is_set():
            try:
                with Wire(port) as wire:
                    wire.associate([build_context(MR, EXPLICIT)], calling="DEMO")
                    while waiting and not self.stopped.is_set():
                        status = _stored(wire, waiting[0])
                        if status != 0:
                            self.ledger.refuse(f"C-STORE: {status:04X}")
                            break
                        self.ledger.acknowledge(STORE, study.uid, [waiting.pop(0)])
                        self.stopped.wait(self.slice_s)
                    wire.release()
            except (OSError, AssertionError):
                self.ledger.interrupted(STORE)
                with suppress(OSError, ValueError):
                    port = int((self.application.var / "dimse-port").read_text())


def _stored(wire: Wire, one: Slice) -> int:
    """Send one instance; the status of its answer. Raises OSError where there is none."""
    wire.data(1, 3, command(1, sop_class=MR, instance=one.sop_instance_uid))
    data = one.data_set
    for begin in range(0, len(data), MOST_OF_A_FRAGMENT):
        last = begin + MOST_OF_A_FRAGMENT >= len(data)
        wire.data(1, 2 if last else 0, data[begin : begin + MOST_OF_A_FRAGMENT])
    kind, body = wire.pdu()
    at = body.find(b"\0\0\0\x09\x02\0\0\0")
    if kind != 4 or at < 0:
        raise ConnectionError(f"no answer, a PDU of type {kind}")
    return int.from_bytes(body[at + 8 : at + 10], "little")
