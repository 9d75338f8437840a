"""The series that were asked for lately, as far as sending them needs: kept in memory while the archive says nothing new."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet

from radapp.archive import byte_index, storage
from radapp.archive.byte_index import PixelLayout
from radapp.archive.models import Instance
from radapp.dicomweb import choices, metadata
from radapp.live.changes import ChangeReader

# How long the archive's change counter is not asked again: a change shows here at most that much later.
FRESH_S = 1.0
INSTANCES_AT_MOST = 40_000
ETAGS_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class HeldInstance:
    """One instance: where its bytes are, and where its pixels are in them."""

    uid: str
    sha256: str
    size: int
    syntax: str
    path: str
    layout: PixelLayout


@dataclass
class HeldSeries:
    """A series' instances in the order in which they are sent."""

    study_uid: str
    series_uid: str
    instances: list[HeldInstance]
    etags: dict[str, str | None] = field(default_factory=dict)

    @cached_property
    def by_uid(self) -> dict[str, HeldInstance]:
        """By SOP Instance UID."""
        return {one.uid: one for one in self.instances}

    @cached_property
    def metadata_digest(self) -> str:
        """Under which the series' metadata is kept."""
        return metadata.digest_of_pairs((one.uid, one.sha256) for one in self.instances)

    @cached_property
    def bare(self) -> bool:
        """Whether some of its files lack their preamble, and are completed when they are sent."""
        return any(one.layout.bare for one in self.instances)

    def etag_as_stored(self, asked_syntax: str) -> str | None:
        """The whole series' ETag under this transfer syntax of an Accept header; None where a file would be converted."""
        if asked_syntax not in self.etags:
            direct = all(choices.instance_syntax(one.syntax, asked_syntax) == one.syntax for one in self.instances)
            etag = choices.instances_etag(asked_syntax, (one.sha256 for one in self.instances))
            if len(self.etags) >= ETAGS_AT_MOST:
                self.etags.clear()
            self.etags[asked_syntax] = etag if direct and not self.bare else None
        return self.etags[asked_syntax]


def rows_of(study_uid: str, series_uid: str) -> QuerySet[Instance]:
    """A series' instances in the order in which they are sent."""
    of = {"series__series_instance_uid": series_uid, "series__study__study_instance_uid": study_uid}
    return Instance.objects.filter(**of).order_by("instance_number", "id")


def read_series(study_uid: str, series_uid: str) -> HeldSeries | None:
    """Read a series' facts from the database; None where there is none, or nothing in it."""
    columns = ("sop_instance_uid", "sha256", "size", "transfer_syntax_uid")
    rows = list(rows_of(study_uid, series_uid).values_list(*columns))
    layouts = byte_index.layouts_of([sha256 for _, sha256, _, _ in rows])
    held = [
        HeldInstance(uid, sha256, size, syntax, str(storage.place_of(sha256)), layouts[sha256])
        for uid, sha256, size, syntax in rows
    ]
    return HeldSeries(study_uid, series_uid, held) if held else None


Read = Callable[[str, str], HeldSeries | None]


@dataclass
class Holdings:
    """Series by study and series UID. `refresh` and `load` ask the database: in a thread."""

    _series: dict[tuple[str, str], HeldSeries] = field(default_factory=dict)
    _instances: int = 0
    _reader: ChangeReader | None = None
    _fresh_until: float = 0.0
    _age: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def fresh(self) -> bool:
        """Whether the change counter was asked within the last second."""
        return time.monotonic() < self._fresh_until

    def get(self, study_uid: str, series_uid: str) -> HeldSeries | None:
        """The series, if it is in memory."""
        return self._series.get((study_uid, series_uid))

    def refresh(self) -> None:
        """Drop the series of every study that changed since the last time."""
        began = time.monotonic()
        if self._reader is None:
            self._reader = ChangeReader.from_now()
            self.clear()
        else:
            self._drop({change.uid for change in self._reader.new()})
        self._fresh_until = began + FRESH_S

    def load(self, study_uid: str, series_uid: str, read: Read = read_series) -> HeldSeries | None:
        """Read a series into memory, unless something changed while it was read: then it is for this answer alone."""
        age = self._age
        found = read(study_uid, series_uid)
        if found is None:
            return None
        with self._lock:
            if age == self._age and (study_uid, series_uid) not in self._series:
                if self._instances + len(found.instances) > INSTANCES_AT_MOST:
                    self._forget()
                self._series[study_uid, series_uid] = found
                self._instances += len(found.instances)
        return found

    def _drop(self, studies: set[str]) -> None:
        if not studies:
            return
        with self._lock:
            self._age += 1
            for key in [key for key in self._series if key[0] in studies]:
                self._instances -= len(self._series.pop(key).instances)

    def _forget(self) -> None:
        self._series.clear()
        self._instances = 0

    def clear(self) -> None:
        """Forget every series."""
        with self._lock:
            self._age += 1
            self._forget()
