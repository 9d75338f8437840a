"""Bytes in an S3-compatible store, by django-storages: `PREFIX/ab/abcdef…`, with copies of what is read on this machine.

Every object is written with its SHA-256, which the store checks, and checked against its name when it is fetched. The copies
lie in a folder of their own with the local store's names, are never the only ones, and the least recently used go first.
"""

import base64
import hashlib
import os
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from radapp.archive.errors import StorageUnreachable
from radapp.archive.stored import BLOCK, Stored
from radapp.environment import Bucket

UPLOADS = 8
LOCKS = 64
TRIM_EVERY = 256
# A copy that was used this lately is not removed: someone may be about to open it.
USED_S = 600.0
REMOVED, QUARANTINE = "removed", "quarantine"
_MISSING = {"404", "NoSuchKey", "NotFound"}


class DamagedBytesError(OSError):
    """The store sent other bytes than the name promises."""


@dataclass(eq=False)
class ObjectStore:
    """One bucket, and the folder for copies of what is read."""

    bucket: Bucket
    copies: Path
    copies_bytes: int
    _fetched: int = 0
    _locks: list[threading.Lock] = field(default_factory=lambda: [threading.Lock() for _ in range(LOCKS)])

    @cached_property
    def _storage(self) -> Any:
        return S3Storage(
            bucket_name=self.bucket.name,
            endpoint_url=self.bucket.endpoint,
            region_name=self.bucket.region,
            client_config=Config(
                connect_timeout=5,
                read_timeout=60,
                retries={"max_attempts": 4, "mode": "standard"},
                s3={"addressing_style": self.bucket.addressing or "auto"},
            ),
        )

    def _key(self, *parts: str) -> str:
        return "/".join(filter(None, (self.bucket.prefix, *parts)))

    def _object(self, *parts: str) -> Any:
        return self._storage.bucket.Object(self._key(*parts))

    def place_of(self, sha256: str) -> Path:
        """Where the copy of these bytes lies, if there is one."""
        return self.copies / sha256[:2] / sha256

    def path_of(self, sha256: str) -> Path:
        """The copy, fetched first where there is none. Raises FileNotFoundError, DamagedBytesError, StorageUnreachable."""
        place = self.place_of(sha256)
        if not _touched(place):
            with self._locks[int(sha256[:2], 16) % LOCKS]:
                if not place.exists():
                    self._fetch(sha256, place)
        return place

    def _fetch(self, sha256: str, place: Path) -> None:
        aside = self._aside()
        try:
            with aside.open("xb") as out:
                digest = self._download(sha256, out)
            if digest != sha256:
                raise DamagedBytesError(f"found bytes with the SHA-256 {digest} in the store, expected {sha256}")
            place.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(place)
        finally:
            aside.unlink(missing_ok=True)
        self._fetched += 1
        if self._fetched % TRIM_EVERY == 0:
            self.trim()

    def _download(self, sha256: str, out: Any) -> str:
        with _reaching(sha256):
            try:
                body = self._object(sha256[:2], sha256).get()["Body"]
            except ClientError as error:
                if not _is_missing(error) or not self.restore(sha256):
                    raise
                body = self._object(sha256[:2], sha256).get()["Body"]
            digest = hashlib.sha256()
            for block in body.iter_chunks(BLOCK):
                digest.update(block)
                out.write(block)
        return digest.hexdigest()

    def _aside(self) -> Path:
        folder = self.copies / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / uuid.uuid4().hex

    def holds(self, sha256: str, size: int) -> bool:
        """False: only the store knows, which is asked when it is written."""
        return False

    def size_of(self, sha256: str) -> int | None:
        """The object's size, None where there is none."""
        try:
            with _reaching(sha256):
                return int(self._object(sha256[:2], sha256).content_length)
        except FileNotFoundError:
            return None

    def take(self, staged: Mapping[str, Path], known: Sequence[str]) -> None:
        """Write every file that the store lacks, several at a time; what was written is this machine's copy at once."""
        if len(staged) < 2:
            for item in staged.items():
                self._write(item)
            return
        with ThreadPoolExecutor(UPLOADS) as pool:
            list(pool.map(self._write, staged.items()))

    def _write(self, item: tuple[str, Path]) -> None:
        sha256, path = item
        if self.size_of(sha256) != path.stat().st_size:
            checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
            with _reaching(sha256), path.open("rb") as file:
                answer = self._object(sha256[:2], sha256).put(
                    Body=file, ChecksumSHA256=checksum, ContentType="application/dicom"
                )
            if answer.get("ChecksumSHA256", checksum) != checksum:
                raise DamagedBytesError(f"the store took {sha256} with the checksum {answer['ChecksumSHA256']}")
        place = self.place_of(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)

    def digest_of(self, sha256: str) -> tuple[str, int]:
        """SHA-256 and size of the object as the store sends it."""
        digest, size = hashlib.sha256(), 0
        with _reaching(sha256):
            for block in self._object(sha256[:2], sha256).get()["Body"].iter_chunks(BLOCK):
                digest.update(block)
                size += len(block)
        return digest.hexdigest(), size

    def names(self, prefix: str) -> Iterator[Stored]:
        """Every object below this prefix, by name."""
        start = self._key(prefix) + "/"
        with _reaching(prefix):
            for found in self._storage.bucket.objects.filter(Prefix=start):
                yield Stored(found.key[len(start) :], int(found.size), found.last_modified.timestamp())

    def remove(self, sha256: str) -> bool:
        """Copy the object among the removed ones and delete it."""
        self.place_of(sha256).unlink(missing_ok=True)
        return self._moved((sha256[:2], sha256), (REMOVED, sha256))

    def restore(self, sha256: str) -> bool:
        """Bring a removed object back."""
        return self._moved((REMOVED, sha256), (sha256[:2], sha256))

    def drop(self, sha256: str) -> None:
        """Delete a removed object for good."""
        with _reaching(sha256):
            self._object(REMOVED, sha256).delete()

    def quarantine(self, prefix: str, name: str) -> str:
        """Put an object aside; returns its new key."""
        self.place_of(name).unlink(missing_ok=True)
        self._moved((prefix, name), (QUARANTINE, name))
        return self._key(QUARANTINE, name)

    def _moved(self, source: tuple[str, str], target: tuple[str, str]) -> bool:
        try:
            with _reaching(source[1]):
                place = {"Bucket": self.bucket.name, "Key": self._key(*source)}
                self._object(*target).copy_from(CopySource=place)
                self._object(*source).delete()
        except FileNotFoundError:
            return False
        return True

    def trim(self) -> int:
        """Remove the least recently used copies until they fit their bound; returns how many went."""
        files = []
        for path in self.copies.glob("[0-9a-f][0-9a-f]/*"):
            with suppress(FileNotFoundError):
                found = path.stat()
                files.append((max(found.st_mtime, found.st_atime), found.st_size, path))
        total, gone = sum(size for _, size, _ in files), 0
        limit = time.time() - USED_S
        for used, size, path in sorted(files):
            if total <= self.copies_bytes or used > limit:
                break
            path.unlink(missing_ok=True)
            total, gone = total - size, gone + 1
        return gone


def _touched(place: Path) -> bool:
    """Whether the copy is there; notes that it is used, though not at every use."""
    try:
        if time.time() - place.stat().st_mtime > USED_S:
            os.utime(place)
    except FileNotFoundError:
        return False
    return True


def _is_missing(error: ClientError) -> bool:
    return str(error.response.get("Error", {}).get("Code")) in _MISSING


@contextmanager
def _reaching(what: str) -> Iterator[None]:
    """Say of a store that does not answer that it does not, and of an object that is not there that it is not."""
    try:
        yield
    except ClientError as error:
        if _is_missing(error):
            raise FileNotFoundError(f"no object {what} in the store") from error
        raise StorageUnreachable(str(error)) from error
    except BotoCoreError as error:
        raise StorageUnreachable(str(error)) from error
