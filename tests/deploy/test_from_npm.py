"""What is unpacked of a package that npm fetched, and what is refused."""

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from deploy.fonts import FOLDER, KEPT, PACKAGE
from deploy.from_npm import NpmPackage, NpmRefused
from radapp.reports.files import fonts


def tarball() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in ("package/a.ttf", "package/b.ttf", "package/../../out.ttf"):
            member = tarfile.TarInfo(name)
            member.size = len(name)
            archive.addfile(member, io.BytesIO(name.encode()))
    return out.getvalue()


def package(content: bytes, **kept: str) -> NpmPackage:
    integrity = base64.b64encode(hashlib.sha512(content).digest()).decode()
    return NpmPackage("some@1", integrity, {f"package/{name}.ttf": to for name, to in kept.items()}.get)


def test_what_is_kept_is_unpacked_once(tmp_path: Path) -> None:
    content, fetched = tarball(), []

    def fetch(command: list[str], folder: Path) -> None:
        fetched.append(command)
        (folder / "some-1.tgz").write_bytes(content)

    one = NpmPackage(
        "some@1", package(content).integrity, lambda name: name.removeprefix("package/") if "b" not in name else None
    )
    for _ in range(2):
        one.install(tmp_path / "to", fetch)
    assert fetched == [["npm", "pack", "some@1", "--silent"]]
    assert {path.name for path in (tmp_path / "to").iterdir()} == {"a.ttf", ".installed"}
    assert [path.name for path in tmp_path.iterdir()] == ["to"], "nothing is written outside"


def test_another_tarball_is_refused(tmp_path: Path) -> None:
    one = package(tarball(), a="a.ttf")
    with pytest.raises(NpmRefused, match=r"^some@1 has the SHA-512 .*, expected "):
        one.install(tmp_path / "to", lambda _, folder: (folder / "some-1.tgz").write_bytes(b"another") and None)
    assert not one.is_in(tmp_path / "to")


def test_the_font_of_reports_is_installed_where_reports_look_for_it() -> None:
    assert fonts.FOLDER.parts[-3:] == FOLDER.parts
    assert PACKAGE.is_in(fonts.FOLDER)
    assert {path.name for path in fonts.FOLDER.iterdir()} == {*KEPT.values(), ".installed"}
    assert fonts.font_file() is not None
