"""Compares what the database says is stored with what lies there: every byte, both ways, a 256th of the archive a time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from radapp.archive import references, storage
from radapp.archive.models import Discarded, Instance, SetAside
from radapp.archive.stored import Store

PREFIXES = tuple(f"{number:02x}" for number in range(256))
REMOVED = "removed"
# Bytes come before their rows: what is younger may be on its way.
YOUNG_S = 3600.0

DAMAGED, MISSING, ORPHAN, FOREIGN, STRAY = "damaged", "missing", "orphan", "foreign", "stray"


@dataclass(frozen=True)
class Finding:
    """One fault. `name`: of the stored file, a SHA-256 unless it is foreign, in the folder `prefix`.

    `instances`: the SOP Instance UIDs that it is about.
    """

    kind: str
    prefix: str
    name: str
    found: str
    expected: str
    instances: tuple[str, ...] = ()


@dataclass
class _Row:
    """What the database says of some bytes."""

    size: int
    instances: list[str] = field(default_factory=list)


@dataclass
class Look:
    """One look at the archive. `pause` is called with the bytes read since the last time, and slows the reading down."""

    pause: Callable[[int], None] = lambda count: None
    checked: int = 0
    octets: int = 0

    def prefix(self, prefix: str) -> Iterator[Finding]:
        """The faults among the bytes whose names begin so. Rows are read before files: a file always comes first."""
        rows = _rows(prefix)
        store = storage.store()
        seen = set()
        for stored in store.names(prefix):
            seen.add(stored.name)
            if not storage.is_name(stored.name) or stored.name[:2] != prefix:
                yield Finding(FOREIGN, prefix, stored.name, f"a file of {stored.size} bytes", "names that are a SHA-256")
            elif stored.name in rows:
                yield from self._compared(store, stored.name, rows[stored.name])
            else:
                yield from self._unnamed(store, stored.name, stored.modified)
        for name in sorted(rows.keys() - seen):
            if references.named([name]) and store.size_of(name) is None:
                yield Finding(MISSING, prefix, name, "no bytes", f"{rows[name].size} bytes", tuple(rows[name].instances))

    def _compared(self, store: Store, name: str, row: _Row) -> Iterator[Finding]:
        try:
            digest, size = store.digest_of(name)
        except FileNotFoundError:
            return  # deleted since it was listed; if a row still names it, the next look says so
        self._count(size)
        if (digest, size) != (name, row.size):
            found, expected = f"{size} bytes, SHA-256 {digest}", f"{row.size} bytes, SHA-256 {name}"
            yield Finding(DAMAGED, name[:2], name, found, expected, tuple(row.instances))

    def _unnamed(self, store: Store, name: str, modified: float) -> Iterator[Finding]:
        """Bytes that no instance names: on their way in or out, an instance's earlier ones, or nobody's."""
        if Discarded.objects.filter(pk=name).exists():
            return
        wanted = references.named([name]) | references.kept_before([name])
        if not wanted and time.time() - modified < YOUNG_S:
            return
        try:
            digest, size = store.digest_of(name)
        except FileNotFoundError:
            return
        self._count(size)
        if digest != name:
            yield Finding(DAMAGED, name[:2], name, f"{size} bytes, SHA-256 {digest}", f"SHA-256 {name}")
        elif not wanted:
            yield Finding(ORPHAN, name[:2], name, f"{size} bytes that no row names", "a row for all bytes")

    def removed(self) -> Iterator[Finding]:
        """Bytes among the removed ones that nothing is going to delete."""
        for stored in storage.store().names(REMOVED):
            if not Discarded.objects.filter(pk=stored.name).exists():
                yield Finding(
                    STRAY, REMOVED, stored.name, f"{stored.size} removed bytes without a mark", "a day on which they go"
                )

    def _count(self, size: int) -> None:
        self.checked += 1
        self.octets += size
        self.pause(size)


def _rows(prefix: str) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    instances = Instance.every.filter(sha256__startswith=prefix).values_list("sha256", "size", "sop_instance_uid")
    aside = SetAside.objects.filter(sha256__startswith=prefix).values_list("sha256", "size", "instance__sop_instance_uid")
    for rows in (instances, aside):
        for sha256, size, uid in rows.iterator(chunk_size=2000):
            row = found.setdefault(sha256, _Row(size))
            if uid not in row.instances:
                row.instances.append(uid)
    return found


class Throttle:
    """Keeps reading at so many bytes a second on average, so that an archive can be looked through while it is used."""

    def __init__(self, octets_per_second: float) -> None:
        self._rate = octets_per_second
        self._due = time.monotonic()

    def __call__(self, count: int) -> None:
        """Wait until reading `count` bytes is paid for."""
        now = time.monotonic()
        self._due = max(self._due, now - 1.0) + count / self._rate
        if self._due > now:
            time.sleep(self._due - now)
