"""Studies of a project as a folder of DICOM files without their patients: whole, or not there.

Everything is written into a folder beside OUT and moved to OUT when it is complete; before that, the database notes what
leaves, so that nothing can have left without its note.
"""

import hashlib
import io
import os
import shutil
import struct
import tempfile
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pydicom
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pydicom.uid import UID

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry, User
from radapp.archive import storage
from radapp.archive.headers import UNREADABLE
from radapp.archive.models import Instance, Series, Study
from radapp.confidentiality.admission import reason_to_stay
from radapp.confidentiality.deidentify import Deidentifier, Tally
from radapp.confidentiality.keys import ProjectKey, Pseudonymous
from radapp.confidentiality.models import Export, ExportedStudy, Project
from radapp.confidentiality.pixels import Unclean, tidy
from radapp.confidentiality.profile import Options
from radapp.confidentiality.report import About, Account, LeftOut, as_json, as_text
from radapp.confidentiality.traces import found_in, identifiers_of

ACTOR = "manage.py export_deidentified"
REPORT, READABLE = "report.json", "report.txt"
PRIVATE = 0o700
TRACE = "the patient's identity still stands in an attribute that the profile's table leaves alone"
UNREADABLE_OBJECT = "it cannot be read as DICOM"


class ExportRefused(ValueError):  # noqa: N818 - a refusal
    """Nothing was exported: why, and what to do."""


@dataclass(frozen=True)
class Wish:
    """What to export, for whom, and how."""

    project: Project
    studies: Sequence[Study]
    options: Options
    allow_burned_in: bool = False


@dataclass(frozen=True)
class Exported:
    """What was written."""

    export: Export
    account: Account


def export(
    out: Path, wish: Wish, *, user: User | None = None, report: Callable[[int, int], None] = lambda done, total: None
) -> Exported:
    """Write OUT/PATIENT/STUDY/SERIES/NNNN.dcm, OUT/report.json and OUT/report.txt; `report` hears of studies done, of all.

    ExportRefused where OUT holds anything, nothing may leave, stored bytes are damaged, or the disk does not take it.
    """
    _check_free(out)
    if not wish.studies:
        raise ExportRefused("no study was found; name studies by --study or --query")
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        account = Account()
        for number, study in enumerate(wish.studies, start=1):
            _write_study(study, beside, wish, account)
            report(number, len(wish.studies))
        if not account.objects:
            raise ExportRefused("no object may leave:\n" + "\n".join(sorted({one.reason for one in account.left_out})))
        digest = _write_reports(beside, wish, account)
        os.sync()
        done = _note(out, wish, account, digest, user)
        with suppress(FileNotFoundError):
            out.rmdir()
        beside.rename(out)
    except OSError as error:
        raise ExportRefused(f"{error.filename or out}: {error.strerror}; nothing was exported") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Exported(done, account)


def _check_free(out: Path) -> None:
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists():
        raise ExportRefused(f"{out} is there already and is no empty folder; name one that is new")


def _write_study(study: Study, folder: Path, wish: Wish, account: Account) -> None:
    key = ProjectKey(wish.project)
    patient = key.patient(study)
    place = folder / patient.name / f"study-{key.short(study.study_instance_uid)}"
    deidentifier = Deidentifier(wish.options, key, patient)
    written = 0
    for series in study.series.order_by("series_number", "id"):
        written += _write_series(series, place, deidentifier, (key, patient), wish, account)
    if written:
        account.studies += 1
        account.patients.add(patient.name)


def _write_series(
    series: Series,
    place: Path,
    deidentifier: Deidentifier,
    known_as: tuple[ProjectKey, Pseudonymous],
    wish: Wish,
    account: Account,
) -> int:
    """How many of its objects left."""
    key, patient = known_as
    folder = place / f"series-{series.series_number or 0:04d}-{key.short(series.series_instance_uid)}"
    written = 0
    for number, instance in enumerate(series.instances.order_by("instance_number", "id"), start=1):
        content = _content(instance, deidentifier, wish, account)
        if isinstance(content, str):
            account.left_out.append(LeftOut(patient.name, key.uid(instance.sop_instance_uid), content))
            continue
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE)
        (folder / f"{number:04d}.dcm").write_bytes(content)
        written += 1
    account.objects += written
    account.series += bool(written)
    return written


def _content(instance: Instance, deidentifier: Deidentifier, wish: Wish, account: Account) -> bytes | str:
    """The object as a file without its patient, or why it stays behind."""
    left = without_patient(
        _stored(instance), instance.transfer_syntax_uid, deidentifier, allow_burned_in=wish.allow_burned_in
    )
    if isinstance(left, str):
        return left
    content, tally = left
    account.tally.update(tally)
    return content


def without_patient(
    stored: bytes, transfer_syntax: str, deidentifier: Deidentifier, *, allow_burned_in: bool = False
) -> tuple[bytes, Tally] | str:
    """A stored object as a file without its patient, and what became of its attributes; or why it stays behind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(io.BytesIO(stored), force=True)
            stays = reason_to_stay(dataset, allow_burned_in=allow_burned_in)
            if stays:
                return stays
            found = deidentifier.run(dataset)
            if found_in(found.dataset, identifiers_of(dataset) - found.retained):
                return TRACE
            found.dataset.file_meta.TransferSyntaxUID = UID(transfer_syntax)
            tidy(found.dataset, transfer_syntax)
            out = io.BytesIO()
            pydicom.dcmwrite(out, found.dataset, enforce_file_format=True)
        except Unclean as reason:
            return str(reason)
        except (*UNREADABLE, struct.error):
            return UNREADABLE_OBJECT
    return out.getvalue(), found.tally


def _stored(instance: Instance) -> bytes:
    """The bytes, if they are what was stored."""
    try:
        content = storage.path_of(instance.sha256).read_bytes()
    except FileNotFoundError as error:
        raise ExportRefused(f"a stored file is missing ({instance.sop_instance_uid}); restore the archive first") from error
    if hashlib.sha256(content).hexdigest() != instance.sha256:
        raise ExportRefused(f"a stored file is damaged ({instance.sop_instance_uid}); restore the archive first")
    return content


def _write_reports(folder: Path, wish: Wish, account: Account) -> str:
    """Both reports; the SHA-256 of the one for programs."""
    about = About(wish.project.name, wish.options, wish.allow_burned_in, timezone.localdate().isoformat(), settings.VERSION)
    told = as_json(account, about).encode()
    (folder / REPORT).write_bytes(told)
    (folder / READABLE).write_text(as_text(account, about), encoding="utf-8")
    return hashlib.sha256(told).hexdigest()


def _note(out: Path, wish: Wish, account: Account, digest: str, user: User | None) -> Export:
    """Keep which studies left under which name, each with its audit row."""
    key = ProjectKey(wish.project)
    with transaction.atomic():
        kept = Export.objects.create(
            project=wish.project,
            folder=str(out.absolute())[-500:].encode("utf-8", "backslashreplace").decode(),
            options={"methods": [code for code, _ in wish.options.codes], "burned_in_annotation": wish.allow_burned_in},
            objects_written=account.objects,
            left_out=len(account.left_out),
            report_sha256=digest,
            made_by=user,
        )
        for study in wish.studies:
            patient = key.patient(study).name
            if patient not in account.patients:
                continue
            ExportedStudy.objects.create(
                export=kept,
                study_instance_uid=study.study_instance_uid,
                patient_id=study.patient_id,
                issuer_of_patient_id=study.issuer_of_patient_id,
                patient=patient,
                new_study_instance_uid=key.uid(study.study_instance_uid),
            )
            audit.record(
                actor=user,
                actor_name=ACTOR,
                action=AuditEntry.Action.EXPORT,
                study_uid=study.study_instance_uid,
                target=str(kept)[:200],
                after={"patient": patient, "methods": kept.options["methods"], "report_sha256": digest},
            )
    return kept
