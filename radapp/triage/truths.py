"""Truths into the database: a whole table or nothing of it, with an audit row for each that changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import transaction

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry, User
from radapp.archive.models import Study
from radapp.triage.training_models import Truth
from radapp.triage.truth_table import Problem, Row, TruthRefused, read_table

ACTOR = "manage.py import_truth"
AT_ONCE = 500
"""Names looked up in one query: databases bound the number of parameters."""
Key = TypeVar("Key")
DETAILS = ("kind", "basis", "established_on")


@dataclass(frozen=True)
class ImportReport:
    """How many truths were new, changed, and there already; the columns that were not read; the file's SHA-256."""

    added: int
    changed: int
    unchanged: int
    ignored: tuple[str, ...]
    sha256: str


class _DryRun(Exception):  # noqa: N818 - no error: it takes the transaction back
    """All was well, and nothing is to be kept."""


def import_truth(path: Path, *, replace: bool = False, dry_run: bool = False, user: User | None = None) -> ImportReport:
    """Store the truths of a CSV, all or none; TruthRefused lists everything that is wrong with it.

    A value that contradicts a stored one needs `replace`. Under one label an empty cell leaves what is stored; another
    label brings its own kind, basis and date.
    """
    table = read_table(path)
    report: list[ImportReport] = []
    try:
        with transaction.atomic():
            studies, problems = _studies(table.rows)
            problems = [*table.problems, *problems, *_repeated(studies)]
            # Locked, so that no other import puts a truth beside one that was compared.
            stored = _truths_of(studies.values())
            wanted = [(row, study, stored.get(study.pk)) for row, study in studies.items()]
            if not replace:
                problems += [found for row, _, truth in wanted if truth and (found := _contradiction(row, truth))]
            if problems:
                raise TruthRefused(problems)
            outcomes = [_record(row, study, truth, table.sha256, user) for row, study, truth in wanted]
            added, changed, unchanged = (outcomes.count(name) for name in ("added", "changed", "unchanged"))
            report.append(ImportReport(added, changed, unchanged, table.ignored, table.sha256))
            _note_file(path, report[0], user)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return report[0]


def _studies(rows: Iterable[Row]) -> tuple[dict[Row, Study], list[Problem]]:
    """The study that each row names, and the rows that name none, or several."""
    rows = list(rows)
    by_uid = {study.study_instance_uid: study for study in _find("study_instance_uid", (row.study_uid for row in rows))}
    by_accession: dict[str, list[Study]] = defaultdict(list)
    for study in _find("accession_number", (row.accession_number for row in rows)):
        by_accession[study.accession_number].append(study)
    found: dict[Row, Study] = {}
    problems = []
    for row in rows:
        named = _named(row, by_uid, by_accession)
        if isinstance(named, Study):
            found[row] = named
        else:
            problems.append(Problem(row.line, named))
    return found, problems


def _batches(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _find(field: str, names: Iterable[str]) -> Iterator[Study]:
    for some in _batches(sorted(set(names) - {""})):
        yield from Study.objects.filter(**{f"{field}__in": some}).order_by("pk")


def _named(row: Row, by_uid: Mapping[str, Study], by_accession: Mapping[str, list[Study]]) -> Study | str:
    """The row's study, or why there is none."""
    accession = row.accession_number
    if row.study_uid:
        study = by_uid.get(row.study_uid)
        if study is None:
            return f"the archive holds no study {row.study_uid}"
        if accession and study.accession_number != accession:
            stored = study.accession_number or "none"
            return f"study {row.study_uid} has the accession number {stored}, not {accession}: which is meant?"
        return study
    found = by_accession.get(accession, [])
    if not found:
        return f"the archive holds no study with the accession number {accession}"
    if len(found) > 1:
        uids = ", ".join(study.study_instance_uid for study in found)
        return f"{len(found)} studies have the accession number {accession} ({uids}): name one by study_instance_uid"
    return found[0]


def _repeated(studies: Mapping[Row, Study]) -> list[Problem]:
    first: dict[int, Row] = {}
    problems = []
    for row, study in studies.items():
        before = first.setdefault(study.pk, row)
        if before is not row:
            problems.append(Problem(row.line, f"repeats the study of line {before.line}; keep one line for each study"))
    return problems


def _truths_of(studies: Iterable[Study]) -> dict[int, Truth]:
    keys = sorted({study.pk for study in studies})
    return {
        truth.study_id: truth
        for some in _batches(keys)
        for truth in Truth.objects.select_for_update().filter(study__in=some)
    }


def _contradiction(row: Row, truth: Truth) -> Problem | None:
    """What the row says otherwise than the stored truth; what is not stored yet contradicts nothing."""
    differences = []
    if row.label != truth.label:
        differences.append(f"the label {int(truth.label)} is stored, found {int(row.label)}")
    for name in DETAILS:
        stored, found = getattr(truth, name), getattr(row, name)
        if stored and found and stored != found:
            differences.append(f"the {_word(name)} {stored} is stored, found {found}")
    if not differences:
        return None
    return Problem(row.line, f"{'; '.join(differences)} (--replace takes the file's word)")


def _word(name: str) -> str:
    return "date" if name == "established_on" else name


def _record(row: Row, study: Study, truth: Truth | None, sha256: str, user: User | None) -> str:
    """Write one truth if it says something new: added, changed or unchanged."""
    before = _plain(truth) if truth else None
    fresh = truth is None or truth.label != row.label
    after = truth or Truth(study=study)
    after.label = row.label
    for name in DETAILS:
        if fresh or getattr(row, name):
            setattr(after, name, getattr(row, name))
    if before == _plain(after):
        return "unchanged"
    after.origin, after.recorded_by = f"file {sha256}", user
    after.save()
    audit.record(
        actor=user,
        actor_name=ACTOR,
        action=AuditEntry.Action.TRUTH_RECORDED,
        study_uid=study.study_instance_uid,
        target=after.origin,
        before=before,
        after=_plain(after),
    )
    return "changed" if before else "added"


def _plain(truth: Truth) -> dict[str, object]:
    day = truth.established_on
    return {"label": int(truth.label), "kind": truth.kind, "basis": truth.basis, "date": day.isoformat() if day else None}


def _note_file(path: Path, report: ImportReport, user: User | None) -> None:
    """One audit row for the file itself, also where it brought nothing new."""
    counts = {"added": report.added, "changed": report.changed, "unchanged": report.unchanged}
    audit.record(
        actor=user,
        actor_name=ACTOR,
        action=AuditEntry.Action.TRUTH_RECORDED,
        target=f"file {report.sha256}",
        after={"name": path.name.encode("utf-8", "backslashreplace").decode(), **counts},
    )
