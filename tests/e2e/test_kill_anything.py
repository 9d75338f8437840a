"""`kill -9` of web server, DICOM listener and worker at random moments, while studies come in by both doors and are triaged.

Every acknowledged instance is there, byte for byte; every study ends with exactly one current result. Reduced by default;
`EVIDENCE=full` takes 200 studies in and writes docs/evidence/kill-anything.md. The demo's own supervisor starts again what
was killed; Redis, beat and courier go on.
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
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.application import ROOT, Application, running_application
from tests.e2e.examinations import Sent, data_set_of, examination, phantoms
from tests.e2e.killing import LISTENER, PAUSE_S, ROLES, SERVER, Killer, orphans
from tests.e2e.senders import STORE, STOW, Ledger, Sending
from tests.installation import new_database
from tests.services import free_port, wait_until

FULL = os.environ.get("EVIDENCE") == "full"
STUDIES = 200 if FULL else 2
SENDERS = 3 if FULL else 2
PHANTOMS = 10 if FULL else 1
TABLE = ROOT / "docs" / "evidence" / "kill-anything.md"
ASKED_AT_ONCE = 10
RESULT = {"state": "done", "result_of_run": True, "done": 1, "open": 0, "reports": 1, "heatmaps": 3, "whole": True}
ROLES_READ = ["T1WI", "T1WIC", "T2WI"]


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
        command = [sys.executable, "-m", "tests.e2e.count_results"]
        environment = {**self.application.environment, "DJANGO_SETTINGS_MODULE": "radapp.settings"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        return {uid: found.get(uid, {}) for uid in uids}

    def without_their_one_result(self, uids: list[str]) -> dict[str, dict[str, Any]]:
        """Studies that have not exactly one current result, of all three series, with all that belongs to it."""
        wanted = {**RESULT, "roles": ROLES_READ}
        return {
            uid: found for uid, found in self.counted(uids).items() if {name: found.get(name) for name in wanted} != wanted
        }

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


@pytest.fixture
def victim(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    """An application: of its own for the long trial, the one that other tests use for the short one."""
    if not FULL:
        yield request.getfixturevalue("application")
        return
    url = new_database("kill_anything")
    more = {"DIMSE_PORT": str(free_port())} | ({"DATABASE_URL": url} if url else {})
    with running_application(tmp_path / "var", cases=0, **more) as own:
        own.wait_until_ready()
        yield own


@pytest.mark.evidence
def test_kill_9_of_anything_at_any_moment(victim: Application, tmp_path: Path) -> None:
    trial, ledger = Trial(victim, victim.token("radiologist")), Ledger()
    sending = Sending(victim, trial.token, ledger)
    killer = Killer(victim, victim.token("administrator"), random.Random(STUDIES))
    models = phantoms(tmp_path / "phantoms", PHANTOMS)
    act = killer.at_random if FULL else lambda: killer.each_once(lambda: len(ledger.acknowledged))
    killing = threading.Thread(target=act, name="killer")
    began = time.monotonic()
    sending.start(SENDERS, seed=STUDIES)
    killing.start()
    try:
        sent = _send(sending, models)
        uids = [one.uid for one in sent]
        wait_until(lambda: trial.all_done(uids), 300 + 60 * STUDIES, "every study has a result", every=1)
        if not FULL:
            killing.join(120)
    finally:
        killer.ended.set()
        sending.stop()
        killing.join()
    wait_until(lambda: not trial.without_their_one_result(uids), 300, "every study has its one result", every=2)
    seconds = time.monotonic() - began
    assert {kill.role for kill in killer.kills} == set(ROLES)
    every = {one.uid: {each.sop_instance_uid for series in one.series for each in series} for one in sent}
    assert ledger.studies == every, "each instance was acknowledged in the end"
    assert trial.wrong_bytes(ledger) == []
    assert orphans(victim) == []
    if FULL:
        verified = victim.manage("verify_archive", "--throttle", "0")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        TABLE.write_text(_page(trial, ledger, killer, seconds))


def _send(sending: Sending, models: list[list[list[Path]]]) -> list[Sent]:
    """Make the examinations, a few ahead of the senders, and return when all are acknowledged."""
    sent = []
    for number in range(STUDIES):
        sent.append(examination(number, models[number % len(models)]))
        sending.heap.put(sent[-1])
        wait_until(lambda: sending.heap.qsize() < SENDERS, 1800, "a sender is free")
    sending.close()
    ledger = sending.ledger
    wait_until(lambda: not sending.busy(), 1800, f"all is sent: {ledger.lost} {ledger.refused[-3:]}")
    return sent


def _page(trial: Trial, ledger: Ledger, killer: Killer, seconds: float) -> str:
    """docs/evidence/kill-anything.md. Only written where nothing was missing or wrong."""
    counted = trial.counted(list(ledger.studies))
    attempts = Counter(one["attempts"] for one in counted.values())
    tries = ", ".join(f"{attempts[one]} with {one}" for one in sorted(attempts))
    database = "postgresql" if "DATABASE_URL" in trial.application.environment else "sqlite"
    lines = [
        "# kill -9 of anything, at any moment",
        "",
        f"Written by `make evidence` (tests/e2e/test_kill_anything.py) on {dt.date.today():%d %B %Y}, {os.cpu_count()} "
        f"cores ({platform.machine()}, shared with other work), {database}: the application as `make demo` runs it, with "
        f"its shipped demonstration networks. {len(counted)} synthetic examinations of three series each came in by STOW-RS "
        f"and C-STORE, {SENDERS} at once, some series by both doors at the same time; a sender repeats what was not "
        f"acknowledged. Meanwhile, after pauses of {PAUSE_S[0]:.0f} to {PAUSE_S[1]:.0f} s, one process after the other was "
        "killed by `kill -9`: the one that the supervisor had started, or a child of it.",
        "",
        *_kills(ledger, killer),
        "",
        "| afterwards | |",
        "|---|---|",
        f"| connections lost, and begun again | {ledger.lost[STOW]} STOW-RS, {ledger.lost[STORE]} C-STORE |",
        f"| negative answers, and sent again | {len(ledger.refused)} |",
        f"| instances acknowledged | {len(ledger.acknowledged)} |",
        "| of these missing, or with other bytes than were sent (the data set, as WADO-RS sends it) | 0 |",
        f"| studies with exactly one current result, three heatmaps and one report in force | {len(counted)} |",
        "| studies without | 0 |",
        f"| studies by the attempts of their runs | {tries} |",
        f"| runs that met three kills, and went on after *Retry* | {sum(trial.retried.values())} |",
        "| results' objects in the archive that no row names, or the other way round | 0 |",
        "| processes that outlived their parent | 0 |",
        f"| minutes, all in all | {seconds / 60:.0f} |",
        "",
        "The test fails, and writes nothing, where a zero is another number.",
        "",
    ]
    return "\n".join(lines)


def _kills(ledger: Ledger, killer: Killer) -> list[str]:
    """Kills by process, and the seconds from each kill of a door to the next acknowledgement through it."""
    lines = [
        "| process | killed | of these a child | until its door's next acknowledgement, median and longest |",
        "|---|---|---|---|",
    ]
    for role in ROLES:
        kills = [kill for kill in killer.kills if kill.role == role]
        times = ledger.times.get({SERVER: STOW, LISTENER: STORE}.get(role, ""), [])
        waits = [min(at - kill.at for at in times if at > kill.at) for kill in kills if times and kill.at < max(times)]
        told = f"{statistics.median(waits):.1f} s, {max(waits):.1f} s" if waits else ""
        lines.append(f"| {role} | {len(kills)} | {sum(kill.child for kill in kills)} | {told} |")
    return lines
