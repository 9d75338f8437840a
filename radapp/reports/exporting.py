"""A report of a study into a folder: all of its files or none, and an entry of its audit chain with their digests."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.models import ReaderStudy
from radapp.reports.files.rendering import FORMATS, files_of
from radapp.reports.inputs.gathering import FINAL, inputs_of
from radapp.reports.recipes import Analysis, Stand, make


class ReportRefusedError(RuntimeError):
    """Nothing was written: why, and what to do."""


@dataclass(frozen=True)
class Written:
    """{file name: SHA-256} of what was written, and the hash of the inputs."""

    files: Mapping[str, str]
    inputs: str


@dataclass(frozen=True)
class Wish:
    """Which report, with which options (of the analysis' own kind). `watermark`: also of a study that is not locked.

    `formats`: which of FORMATS.
    """

    analysis: Analysis
    options: Any
    watermark: bool = False
    formats: Collection[str] = FORMATS


def export_report(study: ReaderStudy, wish: Wish, out: Path, *, actor: User | None, actor_name: str = "") -> Written:
    """Write the files to `out`, a folder that is new or empty. Raises ReportRefusedError.

    Files are written into a folder beside `out`, which takes its place once the chain tells of them: none is there untold.
    """
    out = out.absolute()
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ReportRefusedError(f"{out} is there already and is no empty folder; name one that is new")
    beside: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        with transaction.atomic():
            study = ReaderStudy.objects.select_for_update().get(pk=study.pk)
            files, inputs = _files(study, wish)
            written = Written({name: hashlib.sha256(content).hexdigest() for name, content in files.items()}, inputs)
            _write(beside, files)
            chain.record(
                study,
                actor=actor,
                actor_name=actor_name,
                action=chain.Action.STUDY_EXPORTED,
                target=f"report {wish.analysis.name}",
                after={"inputs": inputs, "files": dict(written.files), "state": study.state},
            )
        beside.replace(out)
    except OSError as error:
        raise ReportRefusedError(f"{error.filename or out}: {error.strerror}; nothing was written") from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)
    return written


def _files(study: ReaderStudy, wish: Wish) -> tuple[dict[str, bytes], str]:
    """The files, and the hash of the inputs."""
    locked = study.state in FINAL
    if not locked and not wish.watermark:
        raise ReportRefusedError(
            f"The study is {study.state}; a report is made of a locked one. --watermark makes one all the same, and every "
            "file of it says that it is preliminary."
        )
    inputs = inputs_of(study)
    if not inputs.cases:
        raise ReportRefusedError("The study has no case that counts; there is nothing to report.")
    report = make(wish.analysis, inputs, wish.options, _stand(study, locked=locked))
    return files_of(report, wish.formats), inputs.sha256


def _stand(study: ReaderStudy, *, locked: bool) -> Stand:
    unblinded = study.state == ReaderStudy.State.UNBLINDED
    return Stand(
        key=study.key,
        title=study.title,
        state=study.state,
        locked=locked,
        unblinded=unblinded,
        made_by=f"DARNDEST {settings.VERSION}",
    )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        with (folder / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
