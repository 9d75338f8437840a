"""Objects as they come from a source: written aside, inspected as the archive inspects, and compared with what was asked."""

import hashlib
import mmap
import os
import uuid
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from radapp.archive.clutter import HEAD_BYTES, Kind, judge
from radapp.archive.inspection import BrokenFileError, ClutterError, Inspected, inspect
from radapp.archive.receiving import MOST_BYTES
from radapp.archive.storage import Buffer
from radapp.upstream import folder
from radapp.upstream.peer import SourceConfusedError

BATCH_FILES, BATCH_BYTES = 32, 32 * 1024 * 1024
REFUSED_AT_MOST = 20
OTHER_STUDY = "it sent an object of another study or series than was asked for"
NOT_DICOM = "found no DICM at byte 128, expected a DICOM file"


@dataclass(frozen=True)
class Staged:
    """One verified object, not kept yet."""

    path: Path
    inspected: Inspected
    sha256: str
    size: int

    @property
    def uid(self) -> str:
        """Its SOP Instance UID."""
        return self.inspected.identity.sop_instance_uid


class _Measured:
    """A file that is written, its digest and size taken on the way, and no more than an instance may have."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, block: Buffer | bytearray) -> int:
        """Write some octets. Raises SourceConfusedError where the object grows beyond bearing."""
        self.size += len(block)
        if self.size > MOST_BYTES:
            raise SourceConfusedError(f"it sends an object of more than {MOST_BYTES // 1024**3} GB")
        self.digest.update(block)
        return self._out.write(block)


class Staging:
    """What comes in while one series is fetched. Use as a context: what nobody took over is removed at its end.

    `take` touches files alone, so that any thread may call it; one at a time.
    """

    def __init__(self, study_uid: str, series_uid: str, have: Iterable[str] = ()) -> None:
        """`have`: the SOP Instance UIDs that are kept already; what comes again of them is left aside."""
        self._asked = (study_uid, series_uid)
        self.have = set(have)
        self.ready: list[Staged] = []
        self.refused: list[str] = []

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for one in self.handed_over():
            one.path.unlink(missing_ok=True)

    @property
    def full(self) -> bool:
        """Whether a batch's worth has come."""
        return len(self.ready) >= BATCH_FILES or sum(one.size for one in self.ready) >= BATCH_BYTES

    def handed_over(self) -> list[Staged]:
        """What is ready; its files are the caller's from now on."""
        ready, self.ready = self.ready, []
        return ready

    def take(self, write: Callable[[BinaryIO], object]) -> None:
        """Take one object in. One that is not what was asked for is refused; after many of them the source is given up."""
        path = folder.below(folder.UNFINISHED) / uuid.uuid4().hex
        with ExitStack() as stack:
            stack.callback(path.unlink, missing_ok=True)
            with path.open("xb") as out:
                measured = _Measured(out)
                write(cast(BinaryIO, measured))
            found = self._looked_at(path, measured)
            if isinstance(found, Staged):
                self.have.add(found.uid)
                self.ready.append(found)
                stack.pop_all()
            elif found:
                self._refuse(found)

    def _refuse(self, why: str) -> None:
        self.refused.append(why)
        if len(self.refused) >= REFUSED_AT_MOST:
            raise SourceConfusedError(f"{len(self.refused)} objects cannot be used, the last one because: {why}")

    def _looked_at(self, path: Path, measured: _Measured) -> Staged | str:
        """The object, or why it is refused; empty where it is kept already."""
        if not measured.size:
            return "found an empty object"
        handle = os.open(path, os.O_RDONLY)
        try:
            with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as content:
                judgement = judge("object", content[:HEAD_BYTES])
                if judgement.kind is not Kind.DICOM:
                    return judgement.reason or NOT_DICOM
                inspected = inspect(content, judgement)
        except (BrokenFileError, ClutterError) as error:
            return str(error)
        finally:
            os.close(handle)
        identity = inspected.identity
        if (identity.study_uid, identity.series_uid) != self._asked:
            return OTHER_STUDY
        if identity.sop_instance_uid in self.have:
            return ""
        return Staged(path, inspected, measured.digest.hexdigest(), measured.size)
