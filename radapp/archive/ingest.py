"""Taking files in: look at each, keep its bytes, then its row. Each file has its own outcome; none fails another.

Order within a batch: inspect, compare with what is stored, write and synchronise the bytes, then the rows in one
transaction. The database's unique constraints settle what two processes do at once; the loser looks again.
"""

import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from radapp.accounts.models import User
from radapp.archive import folders, intakes, unpacking
from radapp.archive.clutter import HEAD_BYTES, Judgement, Kind, judge
from radapp.archive.comparison import settle_conflict
from radapp.archive.errors import StorageFull
from radapp.archive.generated import store_generated
from radapp.archive.inspection import BrokenFileError, ClutterError, inspect
from radapp.archive.models import Intake, Source
from radapp.archive.outcomes import IntakeReport, Outcome, Refused, Skipped, readable
from radapp.archive.receiving import Received, TooLargeError, at_hand, peek, receive, refuse_larger
from radapp.archive.recording import FULL, Candidate, Origin, record_candidates

__all__ = ["Ingest", "store_generated"]

# A batch shares one round of fsync and one transaction; its bytes are in memory until then.
BATCH_FILES = 200
BATCH_BYTES = 64 * 1024 * 1024

# Well below intakes.IDLE: a slow disk must not look like an intake that ended, whose studies would be triaged in part.
FLUSH_SECONDS = 15.0

SETTLED_AT_MOST = 2000
NESTED_ZIP = "found a zip inside a zip, expected DICOM: unpack it first"


class Ingest:
    """One intake's files. Use as a context, or call `finish()`, which also recognises roles and announces the studies.

        with Ingest(Source.IMPORT, user=None) as ingest:
            ingest.add_path(Path("disc"), "disc")
        report = ingest.finish()

    `report` counts what is settled; `flush()` settles what is pending. `user` None means a command (`actor_name`).
    """

    def __init__(
        self,
        source: str,
        user: User | None = None,
        *,
        intake: Intake | None = None,
        actor_name: str = "import_dicom",
        on_file: Callable[[str], None] | None = None,
    ) -> None:
        self.intake = intake or intakes.open_intake(source=Source(source), user=user)
        self.report = IntakeReport()
        self._origin = Origin(source, user, actor_name, str(self.intake.id))
        self._on_file = on_file
        self._pending: list[Candidate] = []
        self._settled: list[Outcome] = []
        self._pending_bytes = 0
        self._flushed_at = time.monotonic()

    def __enter__(self) -> "Ingest":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None:
            self.flush()
        else:
            for candidate in self._pending:
                candidate.received.discard()

    def add_path(self, path: Path, name: str | None = None) -> None:
        """Take in a file, or every file below a folder. `name` stands in the report; it is never used as a path."""
        for found in folders.walk(path, str(path) if name is None else name):
            self._add_found(found)

    def _add_found(self, found: folders.Found) -> None:
        name = readable(found.name)
        if found.unreadable:
            self._settle(Refused(name, f"the folder cannot be read: {found.unreadable}"))
        elif found.linked_folder:
            self._settle(Skipped(name, folders.LINKED_FOLDER))
        elif os.path.isfile(found.path):
            try:
                file = found.path.open("rb")
            except OSError as error:
                self._settle(_unreadable(name, error))
            else:
                with file:
                    self.add_stream(file, name, size=os.fstat(file.fileno()).st_size)
        elif os.path.lexists(found.path):
            self._settle(Skipped(name, "no regular file"))
        else:
            self._settle(Refused(name, "there is no file or folder of this name"))

    def add_stream(self, file: IO[bytes], name: str, *, size: int = 0) -> None:
        """Take in one file, or every file of a zip, from a binary stream (seekable for a zip).

        `size`: where it is known beforehand, so that what is too large is not read.
        """
        name = readable(name)
        if self._turned_away(name):
            return
        try:
            head, judgement = peek(file, name)
        except OSError as error:
            self._settle(_unreadable(name, error))
            return
        if judgement.kind is Kind.ZIP:
            self._add_zip(file, name)
        else:
            self._add(name, judgement, _read(head, file, name, judgement, size))

    def add_content(self, content: bytes | bytearray, name: str) -> None:
        """Take in one file, or every file of a zip, whose bytes are at hand; nobody may change them afterwards."""
        name = readable(name)
        if self._turned_away(name):
            return
        judgement = judge(name, bytes(content[:HEAD_BYTES]))
        if judgement.kind is Kind.ZIP:
            self._add_zip(io.BytesIO(content), name)
        else:
            self._add(name, judgement, _decided(name, judgement) or at_hand(content))

    def _turned_away(self, name: str) -> bool:
        """Whether the disk was found full before: then nothing more is read."""
        if self.report.storage_full:
            self._settle(Refused(name, FULL, storage_full=True))
        return self.report.storage_full

    def _add_zip(self, file: IO[bytes], name: str) -> None:
        try:
            archive = unpacking.Archive(file, name)
            for member in archive.members():
                if isinstance(member, unpacking.Rejected):
                    self._settle(Refused(member.path, member.reason))
                elif not self._turned_away(member.path):
                    judgement, received = _read_member(archive, member)
                    self._add(member.path, judgement, received)
        except unpacking.ArchiveRefusedError as error:
            self._settle(Refused(name, str(error)))

    def _add(self, name: str, judgement: Judgement, received: Received | Outcome) -> None:
        """Inspect what was read; a sound file waits for its batch, everything else is settled at once."""
        if not isinstance(received, Received):
            self._settle(received)
            return
        try:
            inspected = inspect(received.content, judgement)
        except ClutterError as error:
            received.discard()
            self._settle(Skipped(name, str(error)))
        except BrokenFileError as error:
            received.discard()
            self._settle(Refused(name, str(error)))
        else:
            self._pending.append(Candidate(name, inspected, received))
            self._pending_bytes += received.size
            self._note(name)
            if len(self._pending) >= BATCH_FILES or self._pending_bytes >= BATCH_BYTES or self._overdue():
                self.flush()

    def _settle(self, outcome: Outcome) -> None:
        self._settled.append(outcome)
        self._note(outcome.path)
        if isinstance(outcome, Refused) and outcome.storage_full:
            self.report.storage_full = True
        if len(self._settled) >= SETTLED_AT_MOST or self._overdue():
            self.flush()

    def _overdue(self) -> bool:
        return time.monotonic() - self._flushed_at > FLUSH_SECONDS

    def _note(self, name: str) -> None:
        if self._on_file is not None:
            self._on_file(name)

    def flush(self) -> list[Outcome]:
        """Settle everything pending, and note it in the intake's row. Returns the outcomes since the last time."""
        pending, self._pending, self._pending_bytes = self._pending, [], 0
        self._flushed_at = time.monotonic()
        try:
            outcomes, conflicting = record_candidates(pending, self._origin)
            outcomes += [settle_conflict(candidate, self._origin) for candidate in conflicting]
        finally:
            for candidate in pending:
                candidate.received.discard()
        outcomes = self._settled + outcomes
        self._settled = []
        if outcomes:
            part = IntakeReport()
            part.add(outcomes)
            self.report.add(outcomes)
            self.intake = intakes.note_batch(self.intake, part)
        return outcomes

    def finish(self) -> IntakeReport:
        """Settle the rest, recognise the studies' roles, announce them, end the intake. Returns the whole report."""
        self.flush()
        intakes.finish_intake(self.intake)
        return self.report


def _read(head: bytes, file: IO[bytes], name: str, judgement: Judgement, size: int) -> Received | Outcome:
    """The whole file, or its outcome where its first bytes decide it. Raises what a zip member's stream raises."""
    decided = _decided(name, judgement)
    if decided is not None:
        return decided
    try:
        refuse_larger(size)
        return receive(head, file)
    except TooLargeError as error:
        return Refused(name, str(error))
    except StorageFull:
        return Refused(name, FULL, storage_full=True)
    except OSError as error:
        return _unreadable(name, error)


def _decided(name: str, judgement: Judgement) -> Outcome | None:
    """The outcome of a file whose first bytes decide it."""
    if judgement.kind is Kind.CLUTTER:
        return Skipped(name, judgement.reason)
    if judgement.kind is Kind.BROKEN:
        return Refused(name, judgement.reason)
    return None


def _unreadable(name: str, error: OSError) -> Refused:
    return Refused(name, f"cannot be read: {error.strerror or error}")


def _read_member(archive: unpacking.Archive, member: unpacking.Member) -> tuple[Judgement, Received | Outcome]:
    """One file of a zip. Raises ArchiveRefusedError where the whole zip has to be given up."""
    unread = Judgement(Kind.BROKEN)
    try:
        with archive.open(member) as stream:
            head, judgement = peek(stream, member.path)
            if judgement.kind is Kind.ZIP:
                return judgement, Refused(member.path, NESTED_ZIP)
            return judgement, _read(head, stream, member.path, judgement, member.info.file_size)
    except unpacking.ArchiveRefusedError:
        raise
    except unpacking.DAMAGED as error:
        return unread, Refused(member.path, f"damaged in the zip archive: {error}")
