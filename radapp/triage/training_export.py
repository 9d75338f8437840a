"""Studies with a truth as a folder that `python -m ml train --layout dicom` reads: whole, or nothing that it would accept.

`truth.csv` comes last: a folder without it is no data set. Before it, the database notes which patients' studies left under
which name, so that a set can exist only with its note.
"""

import csv
import hashlib
import io
import os
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pydicom
from django.db import OperationalError, transaction
from pydicom.uid import UID

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry, User
from radapp.archive import storage
from radapp.archive.bare import completed
from radapp.archive.deidentification import SeriesWords, deidentified
from radapp.archive.errors import is_full
from radapp.archive.models import Instance
from radapp.triage.training_models import TrainingCase, TrainingSet
from radapp.triage.training_plan import ArchiveDamaged, LeftOut, PlannedCase, Wish, damaged, plan

ACTOR = "manage.py export_training_set"
TABLE = "truth.csv"
UNFINISHED = "truth.csv.unfinished"
PRIVATE = 0o700
SPARE = 16 * 1024 * 1024
"""Bytes beside the images: folders, the table."""
NO_CASES = "no study with a truth can be exported; --missing tells why, import_truth brings truths"


class ExportRefused(ValueError):  # noqa: N818 - a refusal
    """Nothing was exported: why, and what to do."""


@dataclass(frozen=True)
class Exported:
    """What was written: the set's row, its cases, and the truths that were left out."""

    training_set: TrainingSet
    cases: Sequence[PlannedCase]
    left_out: Sequence[LeftOut]


def export(
    out: Path,
    wish: Wish,
    *,
    skip_damaged: bool = False,
    user: User | None = None,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Exported:
    """Write OUT/CASE/… and OUT/truth.csv; `report` hears how many cases are written, of how many.

    ExportRefused where OUT holds anything, no study can be used, stored files are damaged, or the disk is full; what was
    written is taken away again then.
    """
    _check_empty(out)
    answers = list(plan(wish))
    cases = [one for one in answers if isinstance(one, PlannedCase)]
    left_out = [one for one in answers if isinstance(one, LeftOut)]
    broken = [one for one in left_out if one.damaged]
    if broken and not skip_damaged:
        listed = "\n".join(f"study {one.study.study_instance_uid}: {one.reason}" for one in broken)
        raise ExportRefused(f"{len(broken)} studies have damaged files; --skip-damaged leaves them out\n{listed}")
    if not cases:
        raise ExportRefused(NO_CASES)
    needed = sum(case.size for case in cases) + SPARE
    with _taken_back_on_failure(out, cases, needed):
        _check_room(out, needed)
        for number, case in enumerate(cases, start=1):
            _write_case(case, out / case.case)
            report(number, len(cases))
        sha256 = _write_table(cases, out / UNFINISHED)
        os.sync()  # the images are on the disk before the table that vouches for them
        training_set = _note(out, cases, wish, sha256, user)
        (out / UNFINISHED).replace(out / TABLE)
    return Exported(training_set, cases, left_out)


def _check_empty(out: Path) -> None:
    try:
        held = sorted(path.name for path in out.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        raise ExportRefused(f"{out} is no folder that can be written to ({error.strerror})") from error
    if UNFINISHED in held:
        raise ExportRefused(f"{out} holds an export that is under way or was cut off; remove the folder, or name another")
    if held:
        count = f"{len(held)} file{'' if len(held) == 1 else 's'} or folders"
        raise ExportRefused(f"{out} holds {count} already, such as {held[0]}; name a folder that is new or empty")


def _check_room(out: Path, needed: int) -> None:
    free = shutil.disk_usage(out).free
    if free < needed:
        raise ExportRefused(
            f"the disk of {out} has {free / 1e6:.0f} MB free, and the set takes {needed / 1e6:.0f} MB; make room, or "
            "name a folder elsewhere"
        )


@contextmanager
def _taken_back_on_failure(out: Path, cases: Sequence[PlannedCase], needed: int) -> Iterator[None]:
    """Make the folder; where anything goes wrong, Ctrl-C included, leave it as it was and say why."""
    new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        (out / UNFINISHED).touch(exist_ok=False)  # another export into the same folder stops here
    except OSError as error:
        raise ExportRefused(f"{out} cannot be written to: {error.strerror}") from error
    try:
        yield
    except BaseException as error:
        _take_back(out, cases, remove=new)
        if isinstance(error, ArchiveDamaged):
            raise ExportRefused(f"{error}; nothing was exported") from error
        if isinstance(error, OSError | OperationalError) and is_full(error):
            size = f"{needed / 1e6:.0f} MB"
            raise ExportRefused(f"the disk is full: nothing was exported to {out}; the set takes about {size}") from error
        if isinstance(error, OSError):
            raise ExportRefused(f"{error.filename or out}: {error.strerror}; nothing was exported") from error
        raise


def _take_back(out: Path, cases: Sequence[PlannedCase], *, remove: bool) -> None:
    """Take away what this export wrote."""
    for case in cases:
        shutil.rmtree(out / case.case, ignore_errors=True)
    for name in (UNFINISHED, TABLE):
        (out / name).unlink(missing_ok=True)
    if remove:
        with suppress(OSError):  # something else was put into it meanwhile
            out.rmdir()


def _write_case(case: PlannedCase, folder: Path) -> None:
    for series in case.series:
        place = folder / series.folder
        place.mkdir(parents=True, mode=PRIVATE)
        for number, instance in enumerate(Instance.objects.filter(series__series_instance_uid=series.uid), start=1):
            content = _content(instance, case.patient, series.words)
            (place / f"{number:04d}.dcm").write_bytes(content)


def _content(instance: Instance, patient: str, words: SeriesWords | None) -> bytes:
    """The instance as a DICOM file: as stored, or without its patient. ArchiveDamaged where its bytes are others."""
    try:
        stored = storage.path_of(instance.sha256).read_bytes()
    except FileNotFoundError as error:
        raise damaged(instance, "is missing") from error
    if hashlib.sha256(stored).hexdigest() != instance.sha256:
        raise damaged(instance, "is not what was stored")
    if words is None:
        return completed(instance) or stored
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bare = deidentified(pydicom.dcmread(io.BytesIO(stored), force=True), patient, words)
        bare.file_meta.TransferSyntaxUID = UID(instance.transfer_syntax_uid)
        pydicom.dcmwrite(out, bare, enforce_file_format=True)
    return out.getvalue()


def _write_table(cases: Sequence[PlannedCase], path: Path) -> str:
    """Write the table, return its SHA-256."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["case", "label", "patient"])
    table.writerows([case.case, int(case.label), case.patient] for case in cases)
    content = out.getvalue().encode()
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def _note(out: Path, cases: Sequence[PlannedCase], wish: Wish, sha256: str, user: User | None) -> TrainingSet:
    """Keep which studies left under which name, each with its audit row."""
    with transaction.atomic():
        training_set = TrainingSet.objects.create(
            folder=str(out.absolute())[-500:].encode("utf-8", "backslashreplace").decode(),
            identified=wish.identified,
            sequences=list(wish.sequences),
            truth_sha256=sha256,
            made_by=user,
        )
        TrainingCase.objects.bulk_create(
            TrainingCase(
                training_set=training_set,
                study_instance_uid=case.study.study_instance_uid,
                patient_id=case.study.patient_id,
                issuer_of_patient_id=case.study.issuer_of_patient_id,
                case=case.case,
                patient=case.patient,
                label=case.label,
            )
            for case in cases
        )
        for case in cases:
            audit.record(
                actor=user,
                actor_name=ACTOR,
                action=AuditEntry.Action.EXPORT,
                study_uid=case.study.study_instance_uid,
                target=str(training_set),
                after={"case": case.case, "identified": wish.identified},
            )
    return training_set
