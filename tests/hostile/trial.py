"""One door's trial: every file through it, its memory and its log watched, and the archive compared with what was sent."""

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile import generator
from tests.hostile.doors import Answer, Door, StoreDoor, data_set_of
from tests.hostile.generator import SOUND, Made

AT_ONCE = 250
"""Files in one call of a door."""


@dataclass
class Found:
    """What a trial showed."""

    door: str
    hostile: int = 0
    sound: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    longest: list[tuple[float, str, int]] = field(default_factory=list)
    memory: list[tuple[int, float]] = field(default_factory=list)
    log_bytes: int = 0
    seconds: float = 0.0
    readings: int = 0
    longest_reading: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    prepared: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note(self, one: Made, outcome: str, answer: Answer) -> None:
        """Count one file."""
        self.hostile, self.sound = self.hostile + (one.kind != SOUND), self.sound + (one.kind == SOUND)
        self.outcomes.setdefault(one.kind, Counter())[outcome] += 1
        self.longest = sorted([*self.longest, (answer.seconds, one.kind, one.number)], reverse=True)[:5]


@dataclass
class _Memory:
    """The largest process among a door's, sampled while it works."""

    door: Door
    done: int = 0
    samples: list[tuple[int, float]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.ended.wait(0.1):
            process = self.door.process
            if process is not None:
                largest = max((_megabytes(pid) for pid in _family(process.pid)), default=0.0)
                self.samples.append((self.done, largest))


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _megabytes(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


@contextmanager
def _watched(door: Door) -> Iterator[_Memory]:
    memory = _Memory(door)
    thread = threading.Thread(target=memory.watch, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        memory.ended.set()
        thread.join()


def run(name: str, door: Door, seed: int, hostile: int) -> Found:
    """Send the files through the door, and look at what is there afterwards."""
    found = Found(name)
    door.start()
    began = time.monotonic()
    try:
        with _watched(door) as memory:
            answers = _sent(door, seed, hostile, memory)
            found.seconds = time.monotonic() - began
            found.memory = memory.samples
            _compare(found, door, seed, hostile, answers)
            found.log_bytes = door.log.stat().st_size if door.log.exists() else 0
            if door.process is not None and not door.alive():
                found.faults.append("the door's process has ended")
    finally:
        door.stop()
    return found


def _sent(door: Door, seed: int, hostile: int, memory: _Memory) -> dict[int, Answer]:
    answers: dict[int, Answer] = {}
    for files in _batches(seed, hostile):
        for answer in door.take(files):
            answers[answer.number] = answer
            memory.done += 1
    return answers


def _batches(seed: int, hostile: int) -> Iterator[list[Made]]:
    files: list[Made] = []
    for one in generator.files(seed, hostile):
        files.append(one)
        if len(files) == AT_ONCE:
            yield files
            files = []
    if files:
        yield files


_ARCHIVE = """
answer = {
    'instances': list(Instance._base_manager.values_list('sop_instance_uid', 'sha256')),
    'aside': list(SetAside.objects.values_list('sha256', flat=True)),
    'studies': Study.objects.count(), 'series': Series.objects.count(),
    'empty': Study.objects.filter(series__instances=None).count() + Series.objects.filter(instances=None).count(),
}
"""


def _compare(found: Found, door: Door, seed: int, hostile: int, answers: dict[int, Answer]) -> None:
    """Every file again: what was answered, and what lies in the archive."""
    held = door.installation.ask(_ARCHIVE)
    by_uid = dict(held["instances"])
    named = set(by_uid.values()) | set(held["aside"])
    lying = {path.name for path in door.installation.archive.glob("[0-9a-f][0-9a-f]/*")}
    if held["empty"]:
        found.faults.append(f"{held['empty']} studies or series without an instance")
    if lying != named:
        found.faults.append(f"{len(lying - named)} files without a row, {len(named - lying)} rows without a file")
    left = list((door.installation.archive / "incoming").glob("*")) + list((door.installation.var / "spool").glob("*"))
    if left:
        found.faults.append(f"{len(left)} temporary files are left")
    for one in generator.files(seed, hostile):
        answer = answers.get(one.number)
        if answer is None:
            found.faults.append(f"{one.number} ({one.kind}) got no answer")
            continue
        outcome = _outcome(one, answer, by_uid, set(held["aside"]), door)
        if one.kind == SOUND and outcome != "stored":
            found.faults.append(f"the sound file {one.number} was not stored byte for byte: {answer.refused}")
        if outcome.startswith("?"):
            found.faults.append(f"{one.number} ({one.kind}): {outcome[1:]}")
        found.note(one, outcome.lstrip("?"), answer)
        if outcome == "stored" and one.kind != SOUND and door.reads is not None:
            _read_back(found, door, one)
    if door.reads is not None:
        found.statuses = dict(sorted(door.reads.statuses.items()))
    _prepare(found, door)


_PREPARING = """
import logging, resource, time
from ml.volume import VolumeRefused, load_series
from radapp.archive import storage
from radapp.dicomweb import readiness
logging.disable(logging.CRITICAL)
answer = {'series': 0, 'volumes': 0, 'longest': 0.0, 'failures': []}
for one in Series.objects.order_by('pk'):
    began = time.monotonic()
    instances = list(one.instances.select_related('series__study'))
    answer['series'] += 1
    try:
        instances and readiness._made(instances)
        load_series([storage.path_of(each.sha256) for each in instances])
        answer['volumes'] += 1
    except VolumeRefused:
        pass
    except Exception as error:
        answer['failures'].append(f'{one.series_instance_uid}: {type(error).__name__}: {error}'[:300])
    answer['longest'] = max(answer['longest'], time.monotonic() - began)
answer['megabytes'] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
"""


def _prepare(found: Found, door: Door) -> None:
    """What the worker does with every series that is stored: its metadata made ready, its volume read or refused."""
    answer = door.installation.ask(_PREPARING)
    found.faults += answer.pop("failures")
    found.prepared = answer


def _outcome(one: Made, answer: Answer, by_uid: dict[str, str], aside: set[str], door: Door) -> str:
    """stored, set aside, already in, refused; with a question mark where answer and archive contradict each other."""
    sha256 = hashlib.sha256(one.content).hexdigest()
    data = data_set_of(one.content)[1] if isinstance(door, StoreDoor) else b""
    held = _held(one, sha256, data, by_uid, door)
    if held:
        return "?stored although it was refused: " + answer.refused if answer.refused else "stored"
    if sha256 in aside or _among(aside, data, door):
        return "set aside"
    if answer.refused:
        return "refused"
    return (
        "already in" if one.names.instance in by_uid or one.kind.startswith(("other", "stored")) else "?taken but not there"
    )


def _held(one: Made, sha256: str, data: bytes, by_uid: dict[str, str], door: Door) -> bool:
    if not data:
        return sha256 in by_uid.values()
    stored = by_uid.get(one.names.instance)
    return stored is not None and _path(door, stored).read_bytes().endswith(data)


def _among(names: set[str], data: bytes, door: Door) -> bool:
    return bool(data) and any(_path(door, name).read_bytes().endswith(data) for name in names)


def _path(door: Door, sha256: str) -> Path:
    return door.installation.archive / sha256[:2] / sha256


def _read_back(found: Found, door: Door, one: Made) -> None:
    """What is stored can be asked for: an answer or a refusal, in bounded time, and never a failure."""
    assert door.reads is not None
    for address, status, seconds in door.reads.of(one):
        found.readings += 1
        found.longest_reading = max(found.longest_reading, seconds)
        if status >= 500:
            found.faults.append(f"{one.number} ({one.kind}): {status} for {address}")
