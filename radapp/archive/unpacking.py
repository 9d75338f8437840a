"""Zip archives, member by member, without ever writing to a path that an archive names."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from radapp.archive.clutter import is_clutter_path

try:
    from lzma import LZMAError
except ImportError:  # a Python built without it cannot read such members either: zipfile says so
    LZMAError = zipfile.BadZipFile  # type: ignore[assignment, misc]

# An examination has thousands of files, a disc of a busy day tens of thousands.
MOST_MEMBERS = 100_000
# Its table of contents: zipfile reads all of it into objects ten times its size before anyone can count them.
MOST_DIRECTORY_BYTES = 32 * 1024 * 1024
# Deflate packs at most 1032 : 1, and images 2 to 10 : 1. A whole archive beyond this, with this much to spare, is a bomb.
MOST_RATIO = 150
SPARE_BYTES = 256 * 1024 * 1024
ENCRYPTED = 0x1
UTF8_NAME = 0x800

# The end record; before it a zip64 archive has its own end record (56) and a locator (20). A comment may follow.
_END_BYTES, _END64_BYTES = 22, 76
_END_SEARCHED = _END64_BYTES + _END_BYTES + 0xFFFF
_DRIVE = re.compile(r"[A-Za-z]:")
# What zipfile and the decompressors below it raise on bytes that are not what their headers promise.
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, LZMAError, struct.error, EOFError),
    # MemoryError: an LZMA member names the size of its own dictionary, up to 4 GB.
    *(NotImplementedError, RuntimeError, OverflowError, OSError, ValueError, MemoryError),
)


class ArchiveRefusedError(ValueError):
    """The whole zip is refused; the text says what was found."""


@dataclass(frozen=True)
class Member:
    """One file of an archive. `path`: the archive's path and the member's, for the report only."""

    path: str
    info: zipfile.ZipInfo


@dataclass(frozen=True)
class Rejected:
    """A member that is refused by its entry alone."""

    path: str
    reason: str


class Archive:
    """An opened zip. Its members share one budget of inflated bytes, whatever their entries claim."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        self._path = path
        size = file.seek(0, io.SEEK_END)
        if _directory_bytes(file, size) > MOST_DIRECTORY_BYTES:
            raise ArchiveRefusedError(f"found a zip that lists far more than {MOST_MEMBERS} members: a zip bomb, not read")
        file.seek(0)
        try:
            self._zip = zipfile.ZipFile(file)
        except DAMAGED as error:
            raise ArchiveRefusedError(f"the zip archive is damaged or cut off: {error}") from error
        self._budget = size * MOST_RATIO + SPARE_BYTES
        infos = self._zip.infolist()
        if len(infos) > MOST_MEMBERS:
            raise ArchiveRefusedError(f"found a zip of {len(infos)} members, expected at most {MOST_MEMBERS}")
        if sum(info.compress_size for info in infos) > size:
            raise ArchiveRefusedError("found a zip whose members overlap: a zip bomb, not read")

    def members(self) -> Iterator[Member | Rejected]:
        """Every file, in the archive's order; folders are left out."""
        for info in self._zip.infolist():
            if info.is_dir():
                continue
            name = _name(info)
            path = f"{self._path}/{name}"
            reason = None if is_clutter_path(name) else _reason_to_reject(name, info)
            yield Member(path, info) if reason is None else Rejected(path, reason)

    def open(self, member: Member) -> IO[bytes]:
        """The member's bytes. Reading raises ArchiveRefusedError beyond the archive's budget, and DAMAGED's errors."""
        return cast(IO[bytes], io.BufferedReader(_Metered(self, self._zip.open(member.info))))

    def spend(self, count: int) -> None:
        """Take inflated bytes off the budget."""
        self._budget -= count
        if self._budget < 0:
            raise ArchiveRefusedError(f"found a zip that grows more than {MOST_RATIO} times: a zip bomb, not read further")


class _Metered(io.RawIOBase):
    """A member's stream that reports what it inflates."""

    def __init__(self, archive: Archive, stream: IO[bytes]) -> None:
        self._archive = archive
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        block = self._stream.read(len(target))
        self._archive.spend(len(block))
        target[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _directory_bytes(file: IO[bytes], size: int) -> int:
    """The central directory's length by the end record (APPNOTE 4.3.14 to 4.3.16) that zipfile will use; 0 without one."""
    file.seek(max(0, size - _END_SEARCHED))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06", 0, max(0, len(tail) - _END_BYTES + 4))
    if at < 0:
        return 0
    claimed = int(struct.unpack_from("<L", tail, at + 12)[0])
    record = at - _END64_BYTES
    if record >= 0 and tail[record : record + 4] == b"PK\x06\x06":
        claimed = max(claimed, int(struct.unpack_from("<Q", tail, record + 40)[0]))
    return claimed


def _reason_to_reject(name: str, info: zipfile.ZipInfo) -> str | None:
    parts = name.replace("\\", "/").split("/")
    if ".." in parts:
        return "found a name that climbs out of its folder (..), expected a plain relative name: not read"
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or "\0" in info.orig_filename:
        return "found an absolute name, expected a relative one: not read"
    if info.flag_bits & ENCRYPTED:
        return "found an encrypted member: unpack it with its password and take in the files"
    return None


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name as its writer meant it: without the UTF-8 flag, names are often UTF-8 or GBK all the same."""
    if info.flag_bits & UTF8_NAME:
        return _printable(info.filename)
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return _printable(info.filename)
    for encoding in ("utf-8", "gb18030"):
        try:
            return _printable(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _printable(info.filename)


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)[:500]
