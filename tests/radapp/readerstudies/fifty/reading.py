"""One reader's page without its pixels: next case, images, drafts, events, submission; over a line that loses requests.

Whatever is not answered is sent again as it was, as the page does: the same revision, the same submission's UUID.
"""

import contextlib
import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

REPEAT_AFTER_S = 0.1
GIVES_UP_AFTER_S = 600
CUT_REQUEST, CUT_ANSWER, TWICE = "request cut", "answer cut", "sent twice"
TROUBLE = frozenset({500, 502, 503, 504})
STAGES = ("unaided", "aided")


@dataclass
class Faults:
    """How often a line shall fail in which way; and how often it did: counted when it has, not when it was meant to, since
    nothing can be cut while the server is down, nor a request that has no body.
    """

    shares: dict[str, float] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str) -> None:
        """It happened once more; many readers count at the same time."""
        with self.guard:
            self.happened[kind] += 1

    def pick(self, chance: random.Random) -> str:
        """What happens to one request; mostly nothing."""
        number = chance.random()
        for kind, share in self.shares.items():
            number -= share
            if number < 0:
                return kind
        return ""


@dataclass
class Line:
    """One keep-alive connection with a token, that may fail."""

    port: int
    token: str
    faults: Faults
    chance: random.Random
    connection: http.client.HTTPConnection | None = None
    spare: list[threading.Thread] = field(default_factory=list)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, fails: bool = True) -> tuple[int, bytes]:
        """The first answer that is one; the request is repeated until then."""
        deadline = time.monotonic() + GIVES_UP_AFTER_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                fault = self.faults.pick(self.chance) if fails else ""
                status, answer = self._once(method, path, body, fault)
                if status not in TROUBLE:
                    return status, answer
            self.hang_up()
            self.faults.note("sent again")
            time.sleep(REPEAT_AFTER_S * self.chance.uniform(0.5, 1.5))
        raise TimeoutError(f"{method} {path} was not answered within {GIVES_UP_AFTER_S} s")

    def _once(self, method: str, path: str, body: dict[str, Any] | None, fault: str) -> tuple[int, bytes]:
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if fault == TWICE:
            self._beside(method, path, sent, headers)
        connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.connection = connection
        if fault == CUT_REQUEST and sent:
            connection.putrequest(method, path)
            for name, value in {**headers, "Content-Length": str(len(sent))}.items():
                connection.putheader(name, value)
            connection.endheaders(sent[: len(sent) // 2])
            self.faults.note(CUT_REQUEST)
            raise ConnectionResetError(CUT_REQUEST)
        connection.request(method, path, sent or None, headers)
        if fault == CUT_ANSWER:
            self.faults.note(CUT_ANSWER)
            time.sleep(self.chance.uniform(0, 0.05))
            raise ConnectionResetError(CUT_ANSWER)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def _beside(self, method: str, path: str, sent: bytes, headers: dict[str, str]) -> None:
        """The same request at the same time, whose answer nobody hears."""

        def go() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request(method, path, sent or None, headers)
                connection.getresponse().read()
                self.faults.note(TWICE)
            connection.close()

        self.spare.append(threading.Thread(target=go))
        self.spare[-1].start()

    def hang_up(self) -> None:
        """The connection is gone."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def end(self) -> None:
        """Wait for what was sent beside, and hang up."""
        for thread in self.spare:
            thread.join()
        self.hang_up()


@dataclass
class Ledger:
    """What one reader was told is kept, and how long each kind of request took (s)."""

    acknowledged: dict[tuple[str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    drafts: int = 0
    reloads: int = 0


@dataclass
class Reader:
    """One reader, who takes `thinks` seconds for each stage of a case."""

    line: Line
    key: str
    thinks: float
    frames: int
    ledger: Ledger = field(default_factory=Ledger)
    seat: str = field(default_factory=lambda: uuid.uuid4().hex)

    def ask(self, what: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """JSON; what is no 2xx is noted as wrong."""
        began = time.monotonic()
        status, answer = self.line.ask(method, f"/api/reading/{self.key}/{path}", body)
        self.ledger.times[what].append(time.monotonic() - began)
        if not 200 <= status < 300:
            self.ledger.wrong.append(f"{method} {path}: {status} {answer[:200]!r}")
        return json.loads(answer) if answer[:1] in {b"{", b"["} else None

    def read(self, cases: int, *, begins_within: float = 0.0) -> None:
        """So many cases, one after the other; `begins_within`: seconds, nobody's hand falls with another's."""
        time.sleep(self.line.chance.uniform(0, begins_within))
        for _ in range(cases):
            began = time.monotonic()
            case = self.ask("next case", "POST", "next/", {"seat": self.seat})
            self.look(case, began)
            for stage in STAGES:
                seen = self.answer(case["key"], stage)
                self.look_at_heatmaps(seen)

    def look(self, case: dict[str, Any], began: float) -> None:
        """First frame, then others, as nothing had come ahead."""
        images = case["images"]
        base = f"readings/{case['key']}/dicom-web/studies/{images['study_uid']}/series"
        left = self.frames
        for number, series in enumerate(images["series"]):
            objects = self.ask("metadata", "GET", f"{base}/{series['series_uid']}/metadata") or []
            for one in objects[:left]:
                uid = one["00080018"]["Value"][0]
                self.frame(f"{base}/{series['series_uid']}/instances/{uid}/frames/1")
                if number == 0 and left == self.frames:
                    self.ledger.times["first frame"].append(time.monotonic() - began)
                    self.event(case["key"], "unaided", "first_image")
                left -= 1

    def frame(self, path: str) -> None:
        began = time.monotonic()
        status, answer = self.line.ask("GET", f"/api/reading/{self.key}/{path}", fails=False)
        self.ledger.times["frame"].append(time.monotonic() - began)
        if status != 200 or len(answer) < 1000:
            self.ledger.wrong.append(f"GET {path}: {status}, {len(answer)} bytes")

    def event(self, case: str, stage: str, kind: str, **detail: Any) -> None:
        self.ask("event", "POST", f"readings/{case}/events/", {
            "seat": self.seat, "stage": stage, "kind": kind, "detail": detail,
        })  # fmt: skip

    def answer(self, case: str, stage: str) -> dict[str, Any]:
        """Fill in the form, a draft after each change, and submit; the case as it is seen then."""
        chance = self.line.chance
        if stage == "aided":
            self.event(case, stage, "aid_shown", overlay="scores")
        full = {
            "recurrence": False,
            "likelihood": chance.randrange(50),
            "decided_by": ["t2wi"],
            "quality": "good",
            "remark": uuid.uuid4().hex,
        }
        filled: dict[str, Any] = {}
        for revision, (question, value) in enumerate(full.items(), start=1):
            self.wait(len(full))
            filled[question] = value
            body = {"seat": self.seat, "stage": stage, "answers": filled, "revision": revision}
            self.ask("draft", "PUT", f"readings/{case}/draft/", body)
            self.ledger.drafts += 1
        if chance.random() < 0.3:
            self.look_again(case, filled)
        name = str(uuid.uuid4())
        body = {"seat": self.seat, "stage": stage, "answers": full, "submission": name}
        receipt = self.ask("submission", "POST", f"readings/{case}/submission/", body)
        if receipt and receipt.get("submission") == name:
            self.ledger.acknowledged[case, stage] = (name, full)
        return (receipt or {}).get("case") or {}

    def look_at_heatmaps(self, case: dict[str, Any]) -> None:
        """The first plane of each, once the aid is in sight."""
        for one in (case.get("aid") or {}).get("heatmaps", []):
            base = f"readings/{case['key']}/dicom-web/studies/{case['images']['study_uid']}/series"
            self.frame(f"{base}/{one['series_uid']}/instances/{one['sop_instance_uid']}/frames/1")

    def look_again(self, case: str, filled: dict[str, Any]) -> None:
        """A reload: what was acknowledged as saved is there."""
        draft = (self.ask("case", "GET", f"readings/{case}/?seat={self.seat}") or {}).get("draft") or {}
        self.ledger.reloads += 1
        if draft.get("answers") != filled:
            self.ledger.wrong.append(f"a draft of {case} holds {draft}, expected {filled}")

    def wait(self, steps: int) -> None:
        time.sleep(self.thinks / steps * self.line.chance.uniform(0.5, 1.5))


def together(acts: Sequence[Callable[[], None]]) -> None:
    """All at once; the first failure is raised when all have ended."""
    failures: list[BaseException] = []

    def go(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
