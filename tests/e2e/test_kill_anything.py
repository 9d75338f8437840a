"""`kill -9` of web server, DICOM listener and worker at random moments, while studies come in by both doors and are triaged.

Every acknowledged instance is there, byte for byte; every study ends with exactly one current result. Reduced by default;
`EVIDENCE=full` takes 200 studies in, ten into each of twenty applications (resumable), and writes
docs/evidence/kill-anything.md. The demo's own supervisor starts again what was killed; Redis, beat and courier go on.
"""

import contextlib
import datetime as dt
import hashlib
import http.client
import json
import os
import platform
import random
import statistics
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.application import ROOT, Application, in_application, running_application
from tests.e2e.examinations import Sent, data_set_of, examination, phantoms
from tests.e2e.killing import LISTENER, PAUSE_S, ROLES, SERVER, Killer, orphans
from tests.e2e.senders import STORE, STOW, Ledger, Sending
from tests.installation import new_database
from tests.services import free_port, wait_until

FULL = os.environ.get("EVIDENCE") == "full"
STUDIES, AT_ONCE = (200, 10) if FULL else (2, 2)
SENDERS, SLICE_S = (3, 0.1) if FULL else (2, 0.0)
PHANTOMS = 5 if FULL else 1
PATIENCE_S = 3600.0  # says what did not happen, never how fast: the machine may be shared
RECORDS = ROOT / "var" / "evidence" / "kill-anything.jsonl"
TABLE = ROOT / "docs" / "evidence" / "kill-anything.md"
ASKED_AT_ONCE = 10
RESULT = {"state": "done", "result_of_run": True, "open": 0, "reports": 1, "whole": True}
"""Of however many runs: a study whose enhanced series comes late is read before, and then completed."""
ROLES_OF = {2: ("T1WI", "T2WI"), 3: ("T1WI", "T1WIC", "T2WI")}
DATABASE = "postgresql" if os.environ.get("TEST_CLUSTER_URL") else "sqlite"


@dataclass
class Trial:
    """What is asked of one application."""

    application: Application
    token: str
    retried: Counter[str] = field(default_factory=Counter)
    done: set[str] = field(default_factory=set)

    def all_done(self, uids: list[str]) -> bool:
        """Whether the server has said of each study that its result is there; a few are asked about at each call."""
        for uid in [uid for uid in uids if uid not in self.done][:ASKED_AT_ONCE]:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                status, body = self.application.get(f"/api/studies/{uid}/result/", self.token)
                state = body["state"] if status == 200 else ""
                if state == "done":
                    self.done.add(uid)
                if state == "failed":
                    self._retry(uid, body["reason"])
        return self.done >= set(uids)

    def _retry(self, uid: str, reason: str) -> None:
        """What a person does where the page says that a worker stopped three times in the same run."""
        request = urllib.request.Request(f"{self.application.url}/api/studies/{uid}/retry/", b"", method="POST")
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=120):
            self.retried[reason] += 1

    def counted(self, uids: list[str]) -> dict[str, dict[str, Any]]:
        """What the database holds of each study."""
        found = json.loads(in_application(self.application, "count_results.py"))
        return {uid: found.get(uid, {}) for uid in uids}

    def without_their_one_result(self, sent: list[Sent]) -> dict[str, dict[str, Any]]:
        """Studies that have not exactly one current result, of all their series, with all that belongs to it."""
        counted, found = self.counted([one.uid for one in sent]), {}
        for one in sent:
            wanted = {**RESULT, "heatmaps": len(one.series), "roles": list(ROLES_OF[len(one.series)])}
            if {name: counted[one.uid].get(name) for name in wanted} != wanted:
                found[one.uid] = counted[one.uid]
        return found

    def retrieved(self, uid: str) -> dict[str, str]:
        """A study as WADO-RS sends it: SOP Instance UID -> SHA-256 of the data set."""
        request = urllib.request.Request(f"{self.application.url}/dicom-web/studies/{uid}")
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Accept", 'multipart/related; type="application/dicom"; transfer-syntax=*')
        with urllib.request.urlopen(request, timeout=300) as response:
            boundary = str(response.headers.get_param("boundary"))
            body = response.read()
        found = {}
        for part in body.split(b"--" + boundary.encode())[1:-1]:
            file = part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n")
            found[_uid_of(file)] = hashlib.sha256(data_set_of(file)).hexdigest()
        return found

    def wrong_bytes(self, ledger: Ledger) -> list[str]:
        """Every acknowledged instance that is missing or is not what was sent."""
        found = []
        for uid, acknowledged in ledger.studies.items():
            there = self.retrieved(uid)
            found += [f"{one} of {uid}" for one in acknowledged if there.get(one) != ledger.acknowledged[one]]
        return found


def _uid_of(file: bytes) -> str:
    """SOP Instance UID from the file meta information."""
    at = file.index(b"\x02\0\x03\0UI", 132) + 6
    return file[at + 2 : at + 2 + int.from_bytes(file[at : at + 2], "little")].rstrip(b"\0").decode()


@dataclass(frozen=True)
class Round:
    """What one application went through, and what was found in it afterwards; written only where nothing was wrong."""

    database: str
    day: str
    kills: list[list[Any]]
    waits: dict[str, list[float]]
    lost: dict[str, int]
    refused: int
    instances: int
    studies: int
    attempts: list[int]
    retried: int
    seconds: float


@pytest.mark.evidence
def test_kill_9_of_anything_at_any_moment(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    models = phantoms(tmp_path / "phantoms", PHANTOMS)
    if not FULL:
        _round(request.getfixturevalue("application"), models, 0)
        return
    rounds = _recorded()
    for number in range(len(rounds), STUDIES // AT_ONCE):
        url = new_database(f"kill_{number}")
        more = {"DIMSE_PORT": str(free_port())} | ({"DATABASE_URL": url} if url else {})
        with running_application(tmp_path / f"var-{number}", cases=0, **more) as own:
            own.wait_until_ready()
            rounds.append(_round(own, models, number))
        with RECORDS.open("a") as file:
            file.write(json.dumps(asdict(rounds[-1])) + "\n")
        TABLE.write_text(page(rounds))


def _recorded() -> list[Round]:
    """The rounds of earlier, interrupted trials on this database."""
    RECORDS.parent.mkdir(parents=True, exist_ok=True)
    lines = RECORDS.read_text().splitlines() if RECORDS.is_file() else []
    rounds = [Round(**json.loads(line)) for line in lines]
    return [one for one in rounds if one.database == DATABASE]


def _round(victim: Application, models: list[list[list[Path]]], number: int) -> Round:
    """Send, kill, and look."""
    trial, ledger = Trial(victim, victim.token("radiologist")), Ledger()
    sending = Sending(victim, trial.token, ledger, SLICE_S)
    killer = Killer(victim, victim.token("administrator"), random.Random(number))
    act = killer.at_random if FULL else lambda: killer.each_once(lambda: len(ledger.acknowledged))
    killing = threading.Thread(target=act, name="killer")
    began = time.monotonic()
    sending.start(SENDERS, seed=number)
    killing.start()
    try:
        sent = _send(sending, models, number * AT_ONCE)
        uids = [one.uid for one in sent]
        wait_until(lambda: trial.all_done(uids), PATIENCE_S, f"every study has a result: {trial.done}", every=1)
        if not FULL:
            killing.join(120)
    finally:
        killer.ended.set()
        sending.stop()
        killing.join()
    wait_until(lambda: not trial.without_their_one_result(sent), 600, "every study has its one result", every=2)
    seconds = time.monotonic() - began
    assert FULL or {kill.role for kill in killer.kills} == set(ROLES)
    every = {one.uid: {each.sop_instance_uid for series in one.series for each in series} for one in sent}
    assert ledger.studies == every, "each instance was acknowledged in the end"
    assert trial.wrong_bytes(ledger) == []
    assert orphans(victim) == []
    if FULL:
        verified = victim.manage("verify_archive", "--throttle", "0")
        assert verified.returncode == 0, verified.stdout + verified.stderr
    counted = trial.counted(uids)
    return Round(
        database=DATABASE,
        day=f"{dt.date.today()}",
        kills=[[kill.role, kill.child] for kill in killer.kills],
        waits={role: _waits(role, ledger, killer) for role in (SERVER, LISTENER)},
        lost=dict(ledger.lost),
        refused=len(ledger.refused),
        instances=len(ledger.acknowledged),
        studies=len(counted),
        attempts=[int(one["attempts"]) for one in counted.values()],
        retried=sum(trial.retried.values()),
        seconds=round(seconds, 1),
    )


def _send(sending: Sending, models: list[list[list[Path]]], first: int) -> list[Sent]:
    """Make the examinations, a few ahead of the senders, and return when all are acknowledged."""
    sent = []
    for number in range(first, first + AT_ONCE):
        sent.append(examination(number, models[number % len(models)]))
        sending.heap.put(sent[-1])
        wait_until(lambda: sending.heap.qsize() < SENDERS, PATIENCE_S, "a sender is free")
    sending.close()
    ledger = sending.ledger
    wait_until(lambda: not sending.busy(), PATIENCE_S, f"all is sent: {ledger.lost} {ledger.refused[-3:]}")
    return sent


def _waits(role: str, ledger: Ledger, killer: Killer) -> list[float]:
    """Seconds from each kill of a door's process to the next acknowledgement through the door."""
    times = ledger.times[{SERVER: STOW, LISTENER: STORE}[role]]
    kills = [kill.at for kill in killer.kills if kill.role == role and times and kill.at < max(times)]
    return [round(min(at - kill for at in times if at > kill), 2) for kill in kills]


def page(rounds: Sequence[Round]) -> str:
    """docs/evidence/kill-anything.md."""
    studies, lost = sum(one.studies for one in rounds), Counter[str]()
    for one in rounds:
        lost.update(one.lost)
    attempts = Counter(number for one in rounds for number in one.attempts)
    tries = ", ".join(f"{attempts[one]} with {one}" for one in sorted(attempts))
    days = sorted({one.day for one in rounds})
    lines = [
        "# kill -9 of anything, at any moment",
        "",
        f"Written by `make evidence` (tests/e2e/test_kill_anything.py), {' to '.join(sorted({days[0], days[-1]}))}, "
        f"{os.cpu_count()} cores ({platform.machine()}, shared with other work), {DATABASE}: the application as `make demo` "
        f"runs it, with its shipped demonstration networks. {studies} of {STUDIES} synthetic examinations so far, "
        f"{AT_ONCE} into each of {len(rounds)} applications, by STOW-RS and C-STORE, {SENDERS} at once, a slice "
        f"every {SLICE_S} s, some series by both doors at the same time; every other one with contrast. A sender repeats "
        "what was not acknowledged. Meanwhile, "
        f"after pauses of {PAUSE_S[0]:.0f} to {PAUSE_S[1]:.0f} s, one process after the other was killed by `kill -9`: the "
        "one that the supervisor had started, or a child of it.",
        "",
        "| process | killed | of these a child | until its door's next acknowledgement, median and longest |",
        "|---|---|---|---|",
        *(_killed(role, rounds) for role in ROLES),
        "",
        "| afterwards | |",
        "|---|---|",
        f"| connections lost, and begun again | {lost[STOW]} STOW-RS, {lost[STORE]} C-STORE |",
        f"| negative answers, and sent again | {sum(one.refused for one in rounds)} |",
        f"| instances acknowledged | {sum(one.instances for one in rounds)} |",
        "| of these missing, or with other bytes than were sent (the data set, as WADO-RS sends it) | 0 |",
        f"| studies with exactly one current result, its heatmaps and one report in force | {studies} |",
        "| studies without | 0 |",
        f"| studies by the attempts of their runs | {tries} |",
        f"| runs that met three kills, and went on after *Retry* | {sum(one.retried for one in rounds)} |",
        "| results' objects in the archive that no row names, or the other way round | 0 |",
        "| processes that outlived their parent | 0 |",
        f"| minutes, all in all | {sum(one.seconds for one in rounds) / 60:.0f} |",
        "",
        "The test fails, and records nothing, where a zero is another number.",
        "",
    ]
    return "\n".join(lines)


def _killed(role: str, rounds: Sequence[Round]) -> str:
    kills = [child for one in rounds for killed, child in one.kills if killed == role]
    waits = [seconds for one in rounds for seconds in one.waits.get(role, [])]
    told = f"{statistics.median(waits):.1f} s, {max(waits):.1f} s" if waits else ""
    return f"| {role} | {len(kills)} | {sum(kills)} | {told} |"
