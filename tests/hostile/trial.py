"""One door's trial: every file through it, its memory and its log watched, and the archive compared with what was sent."""

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile import generator
from tests.hostile.doors import Answer, Door, StoreDoor, data_set_of
from tests.hostile.generator import SOUND, Made
from tests.hostile.parts import Names

AT_ONCE = 500
"""Files in one call of a door."""
READ_EVERY = 3
"""Of what is stored, each so many-th is read back in every way; where there are few, all."""


@dataclass(frozen=True)
class Sent:
    """One file that was sent: the digest of what a door should have kept of it, and what it answered."""

    number: int
    kind: str
    digest: str
    answer: Answer

    @property
    def names(self) -> Names:
        return Names(self.number)


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

    def note(self, one: Sent, outcome: str) -> None:
        """Count one file."""
        self.hostile, self.sound = self.hostile + (one.kind != SOUND), self.sound + (one.kind == SOUND)
        self.outcomes.setdefault(one.kind, Counter())[outcome] += 1
        self.longest = sorted([*self.longest, (one.answer.seconds, one.kind, one.number)], reverse=True)[:5]


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
            sent = _send(door, seed, hostile, memory)
            found.seconds = time.monotonic() - began
            found.memory = memory.samples
            _compare(found, door, sent)
            found.log_bytes = door.log.stat().st_size if door.log.exists() else 0
            if door.process is not None and not door.alive():
                found.faults.append("the door's process has ended")
    finally:
        door.stop()
    return found


def _send(door: Door, seed: int, hostile: int, memory: _Memory) -> list[Sent]:
    sent = []
    for files in _batches(seed, hostile):
        waiting = {one.number: (one.kind, _digest(one, door)) for one in files}
        for answer in door.take(files):
            sent.append(Sent(answer.number, *waiting.pop(answer.number), answer))
            memory.done += 1
        if waiting:
            raise AssertionError(f"no answer for {waiting}")
    return sent


def _digest(one: Made, door: Door) -> str:
    """Of the whole file; of its data set where that alone is sent."""
    content = data_set_of(one.content)[1] if isinstance(door, StoreDoor) else one.content
    return hashlib.sha256(content).hexdigest()


def _kept(door: Door, names: Iterable[str]) -> set[str]:
    """The same digests of stored files."""
    if not isinstance(door, StoreDoor):
        return set(names)
    kept = set()
    for name in names:
        content = (door.installation.archive / name[:2] / name).read_bytes()
        begin = 144 + int.from_bytes(content[140:144], "little")  # behind the group whose length comes first
        kept.add(hashlib.sha256(content[begin:]).hexdigest())
    return kept


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


def _compare(found: Found, door: Door, sent: list[Sent]) -> None:
    """Every file: what was answered, and what lies in the archive."""
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
    stored, aside = _kept(door, by_uid.values()), _kept(door, held["aside"])
    every = READ_EVERY if len(sent) > 1000 else 1
    for one in sent:
        outcome = _outcome(one, stored, aside, by_uid)
        if one.kind == SOUND and outcome != "stored":
            found.faults.append(f"the sound file {one.number} was not stored byte for byte: {one.answer.refused}")
        if outcome.startswith("?"):
            found.faults.append(f"{one.number} ({one.kind}): {outcome[1:]}")
        found.note(one, outcome.lstrip("?"))
        if outcome == "stored" and one.kind != SOUND and door.reads is not None and one.number % every == 0:
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
    found.faults += answer["failures"]
    found.prepared = answer | {"failures": len(answer["failures"])}


def _outcome(one: Sent, stored: set[str], aside: set[str], by_uid: dict[str, str]) -> str:
    """stored, set aside, already in, refused; with a question mark where answer and archive contradict each other."""
    refused = one.answer.refused
    if one.digest in stored:
        return f"?stored although it was refused: {refused}" if refused else "stored"
    if one.digest in aside:
        return "set aside"
    if refused:
        return "refused"
    known = one.names.instance in by_uid or one.kind.startswith(("other", "stored"))
    return "already in" if known else "?taken but not there"


def _read_back(found: Found, door: Door, one: Sent) -> None:
    """What is stored can be asked for: an answer or a refusal, in bounded time, and never a failure."""
    assert door.reads is not None
    for address, status, seconds in door.reads.of(one.names):
        found.readings += 1
        found.longest_reading = max(found.longest_reading, seconds)
        if status >= 500:
            found.faults.append(f"{one.number} ({one.kind}): {status} for {address}")
