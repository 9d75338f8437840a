"""Files of a package as npm publishes it, without installing it: fetched, checked against its digest, some unpacked."""

import base64
import hashlib
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Fetch = Callable[[list[str], Path], None]
"""Runs a command in a folder."""


class NpmRefused(RuntimeError):  # noqa: N818 - a refusal
    """What came is not what was expected."""


@dataclass(frozen=True)
class NpmPackage:
    """`integrity`: SHA-512 of the tarball, base64, as the registry names it. `place`: {member: where to} or None for not."""

    name: str
    integrity: str
    place: Callable[[str], str | None]

    def is_in(self, folder: Path) -> bool:
        """Whether this version lies unpacked."""
        stamp = folder / ".installed"
        return stamp.is_file() and stamp.read_text() == self.name

    def install(self, folder: Path, fetch: Fetch) -> None:
        """Fetch and unpack it, if it is not there yet. Raises NpmRefused."""
        if self.is_in(folder):
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        fetch(["npm", "pack", self.name, "--silent"], folder)
        [tarball] = folder.glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if digest != self.integrity:
            raise NpmRefused(f"{self.name} has the SHA-512 {digest}, expected {self.integrity}")
        self._unpack(tarball, folder)
        tarball.unlink()
        (folder / ".installed").write_text(self.name)

    def _unpack(self, tarball: Path, folder: Path) -> None:
        with tarfile.open(tarball) as archive:
            for member in archive:
                wanted = self.place(member.name) if member.isfile() else None
                if wanted is None or ".." in Path(wanted).parts:
                    continue
                path = folder / wanted
                path.parent.mkdir(parents=True, exist_ok=True)
                source = archive.extractfile(member)
                assert source is not None
                with source, path.open("wb") as out:
                    shutil.copyfileobj(source, out)
