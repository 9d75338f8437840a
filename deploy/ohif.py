"""OHIF as its makers publish it, for the test that opens our results with it: fetched by npm, checked, unpacked.

`npm install @ohif/app` fails for want of packages of its own that were never published; its tarball holds the built viewer,
and that is all we need: some 50 MB to fetch, as much unpacked without source maps and the parts that no test opens.
"""

import base64
import hashlib
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

PACKAGE = "@ohif/app@3.13.2"
INTEGRITY = "WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA=="
"""SHA-512 of the tarball, base64, as the registry names it."""
LEFT_OUT = ("package/dist/ort/", "package/dist/dicom-microscopy-viewer/")
DIST = Path(__file__).resolve().parent.parent / ".ohif"
STAMP = DIST / ".installed"


class OhifRefused(RuntimeError):  # noqa: N818 - a refusal
    """What came is not what was expected."""


def is_there() -> bool:
    """Whether this version lies unpacked."""
    return STAMP.is_file() and STAMP.read_text() == PACKAGE


def install(fetch: Callable[[list[str], Path], None]) -> None:
    """Fetch and unpack it; `fetch` runs a command in a folder."""
    if is_there():
        return
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    fetch(["npm", "pack", PACKAGE, "--silent"], DIST)
    [tarball] = DIST.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if digest != INTEGRITY:
        raise OhifRefused(f"{PACKAGE} has the SHA-512 {digest}, expected {INTEGRITY}")
    _unpack(tarball)
    tarball.unlink()
    STAMP.write_text(PACKAGE)


def _unpack(tarball: Path) -> None:
    """The built viewer's files into DIST."""
    with tarfile.open(tarball) as archive:
        for member in archive:
            name = member.name
            wanted = member.isfile() and name.startswith("package/dist/") and not name.endswith(".map")
            if not wanted or name.startswith(LEFT_OUT) or ".." in Path(name).parts:
                continue
            place = DIST / Path(name).relative_to("package/dist")
            place.parent.mkdir(parents=True, exist_ok=True)
            source = archive.extractfile(member)
            assert source is not None
            with source, place.open("wb") as out:
                shutil.copyfileobj(source, out)
