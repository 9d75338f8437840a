"""Reading an archive that anybody may have made: names, sizes, checksums and signature before a single row is believed."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from radapp.readerstudies.keeping import archive
from radapp.readerstudies.keeping.archive import ArchiveRefusedError, Limit, Manifest
from radapp.readerstudies.keeping.keys import is_signed

PIECE = 1024 * 1024
EXPECTED = "expected a zip that manage.py export_reader_study wrote"


class Unpacked:
    """An archive whose files are what its manifest says. `signed_by`: the public key under its manifest."""

    def __init__(self, pack: zipfile.ZipFile) -> None:
        self._pack = pack
        _check_names(pack)
        said = _json(pack, archive.MANIFEST)
        self.manifest = Manifest.of(said)
        self.signed_by = _signer(said, _json(pack, archive.SIGNATURE))
        for name, listed in self.manifest.files.items():
            _check_file(pack, name, listed)

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """The JSON objects of a file, one a line."""
        with self._pack.open(name) as file:
            for number, line in enumerate(file, start=1):
                try:
                    said = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise ArchiveRefusedError(f"{name}, line {number}: found no JSON ({error})") from error
                if not isinstance(said, dict):
                    raise ArchiveRefusedError(f"{name}, line {number}: found {type(said).__name__}, expected an object")
                yield said


@contextmanager
def unpacked(path: Path) -> Iterator[Unpacked]:
    """Open and check an archive. Raises ArchiveRefusedError for whatever is wrong with it, wherever it shows."""
    try:
        with zipfile.ZipFile(path) as pack:
            yield Unpacked(pack)
    except (OSError, zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise ArchiveRefusedError(f"found no zip that can be read at {path} ({error}); {EXPECTED}") from error


def _check_names(pack: zipfile.ZipFile) -> None:
    """Exactly the files that the format has, each once, none of them larger than any honest one."""
    names = [info.filename for info in pack.infolist()]
    expected = archive.LISTED | {archive.MANIFEST, archive.SIGNATURE}
    strange = [name for name in names if name not in expected]
    if strange:
        raise ArchiveRefusedError(f"found files that do not belong in it ({', '.join(map(repr, strange[:5]))}); {EXPECTED}")
    if len(set(names)) < len(names) or set(names) != expected:
        missing = sorted(expected - set(names))
        raise ArchiveRefusedError(f"found a file twice, or some missing ({', '.join(missing) or 'none'}); {EXPECTED}")
    if any(info.flag_bits & 1 for info in pack.infolist()):
        raise ArchiveRefusedError(f"found encrypted files; {EXPECTED}")
    sizes = [info.file_size for info in pack.infolist()]
    if max(sizes) > Limit.FILE or sum(sizes) > Limit.TOTAL:
        raise ArchiveRefusedError(f"found {sum(sizes):,} bytes unpacked, expected at most {Limit.TOTAL.value:,}")


def _json(pack: zipfile.ZipFile, name: str) -> Any:
    with pack.open(name) as file:
        content = file.read(Limit.SMALL + 1)
    if len(content) > Limit.SMALL:
        raise ArchiveRefusedError(f"{name}: found more than {Limit.SMALL.value:,} bytes")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ArchiveRefusedError(f"{name}: found no JSON ({error}); {EXPECTED}") from error


def _signer(manifest: Any, said: Any) -> str:
    key, signature = (str(said.get(name, "")) if isinstance(said, dict) else "" for name in ("public_key", "signature"))
    if not is_signed(manifest, signature, key):
        raise ArchiveRefusedError(f"{archive.SIGNATURE}: found a signature that does not fit the manifest: it was changed")
    return key


def _check_file(pack: zipfile.ZipFile, name: str, listed: Any) -> None:
    digest, size = hashlib.sha256(), 0
    with pack.open(name) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
            if size > Limit.FILE:
                raise ArchiveRefusedError(f"{name}: found more than {Limit.FILE.value:,} bytes")
    if (digest.hexdigest(), size) != (listed["sha256"], listed["bytes"]):
        raise ArchiveRefusedError(f"{name}: found {size} bytes with another SHA-256 than the manifest lists: it was changed")
