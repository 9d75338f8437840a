"""A report into a folder: all of its files or none, and an entry of the audit trail with their digests."""

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from radapp.accounts.models import User
from radapp.reports.asking import Recipe, taken
from radapp.reports.files.rendering import FORMATS
from radapp.reports.making import Made, made
from radapp.reports.sources import Exported, ReportRefusedError, Source


@dataclass(frozen=True)
class Written:
    """{file name: SHA-256} of what was written, and the hash of the inputs."""

    files: Mapping[str, str]
    inputs: str


@dataclass(frozen=True)
class Wish:
    """Which report; `formats`: which of FORMATS."""

    recipe: Recipe
    formats: Collection[str] = FORMATS


def export_report(source: Source, wish: Wish, out: Path, *, actor: User | None, actor_name: str = "") -> Written:
    """Write the files to `out`, a folder that is new or empty. Raises ReportRefusedError.

    Files are written into a folder beside `out`, which takes its place once the trail tells of them: none is there untold.
    """
    out = out.absolute()
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ReportRefusedError(f"{out} is there already and is no empty folder; name one that is new")
    beside: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        with transaction.atomic():
            source.hold()
            files, inputs = _files(source, wish)
            _write(beside, files)
            digests = {one.name: one.sha256 for one in files}
            said = Exported(analysis=wish.recipe.analysis.name, inputs=inputs, files=digests)
            source.audit(said, asked=False, actor=actor, actor_name=actor_name)
        beside.replace(out)
    except OSError as error:
        raise ReportRefusedError(f"{error.filename or out}: {error.strerror}; nothing was written") from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
    return Written(digests, inputs)


def _files(source: Source, wish: Wish) -> tuple[tuple[Made, ...], str]:
    """The files, and the hash of the inputs."""
    inputs, stand = taken(source, wish.recipe)
    recipe = wish.recipe
    found = made(recipe.analysis, inputs, recipe.options, stand, formats=wish.formats, page=False)
    return found, inputs.sha256


def _write(folder: Path, files: Collection[Made]) -> None:
    for one in files:
        with (folder / one.name).open("wb") as file:
            file.write(one.content)
            file.flush()
            os.fsync(file.fileno())
