"""Questions about reports: what one can be made of, a list of them, one of them, and what changed since."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from radapp.accounts.models import User
from radapp.reports.files.kinds import PAGE, media_type_of
from radapp.reports.files.naming import begin_name
from radapp.reports.inputs.differences import differences
from radapp.reports.inputs.kinds import reads
from radapp.reports.inputs.reading import Inputs, UnreadableInputsError
from radapp.reports.models import FrozenInputs, ReportFile, SavedReport
from radapp.reports.offered import reports_for, source_of, sources_for
from radapp.reports.sources import Source, address
from radapp.reports.stand import labels_of

DIFFERENCES_AT_MOST = 100
LISTED_AT_MOST = 200


def sources(user: User) -> list[dict[str, Any]]:
    """ReportSourceSerializer."""
    return [_source(one) for one in sources_for(user)]


def _source(source: Source) -> dict[str, Any]:
    stand = source.stand()
    return {
        "source": address(source),
        "kind": source.kind,
        "key": source.key,
        "title": source.title,
        "state": stand.state,
        "locked": stand.locked,
        "unblinded": stand.unblinded,
        "synthetic": source.synthetic,
        "cases": source.cases,
        "definition": source.asks_for,
    }


def report_or_404(user: User, key: str) -> tuple[SavedReport, Source]:
    """The report of this key and its source, where this person may see it; 404 otherwise, in the same words.

    One question to the database for what is not there and for what is not theirs: neither words nor time tell them apart.
    """
    report = _rows(user).filter(key=key).first()
    if report is None:
        raise Http404
    try:
        return report, source_of(report)
    except LookupError as error:
        raise Http404 from error


def _rows(user: User) -> QuerySet[SavedReport]:
    files = Prefetch("files", ReportFile.objects.exclude(format=PAGE).defer("content"), to_attr="shown")
    rows = SavedReport.objects.filter(reports_for(user)).select_related("inputs", "made_by", "study")
    return rows.defer("inputs__content").prefetch_related(files)


def listed(user: User, wanted: str) -> list[dict[str, Any]]:
    """SavedReportSerializer of those that this person may see, of one source or all; newest first.

    Nothing is read but the rows: neither inputs nor files' bytes nor, where a cohort has many, its examinations.
    """
    found = _rows(user).defer("definition")
    found = found.filter(source=wanted) if wanted else found
    return [seen(one) for one in found[:LISTED_AT_MOST]]


def changes(report: SavedReport, source: Source) -> dict[str, Any]:
    """ReportChangesSerializer: the source is gathered once more, so this is asked for when somebody reads the report."""
    done = report.state == SavedReport.State.DONE
    now = source.inputs(reads(report.analysis)) if done else None
    stale = None if now is None else now.sha256 != report.inputs.sha256
    return {
        "stale": stale,
        "changed_since": _differing(report.inputs, now) if now is not None and stale else None,
        "differs_from": _differs_from(report),
    }


def seen(report: SavedReport) -> dict[str, Any]:
    """SavedReportSerializer: of a row, not of the inputs."""
    stand, files = report.stand, getattr(report, "shown", None)
    if files is None:
        files = report.files.exclude(format=PAGE).defer("content")
    return {
        "key": report.key,
        "source": report.source,
        "source_title": stand["title"],
        "source_state": stand["state"],
        "analysis": report.analysis,
        "version": report.version,
        "options": report.options,
        "watermark": report.watermark,
        "state": report.state,
        "step": report.step,
        "progress": report.progress,
        "error": report.error,
        "inputs_sha256": report.inputs.sha256,
        "cases": report.inputs.cases,
        "labels": labels_of(locked=stand["locked"], unblinded=stand["unblinded"], synthetic=report.inputs.synthetic),
        "preliminary": not stand["locked"],
        "made_at": report.made_at,
        "made_by": report.made_by.display_name,
        "files": [_file(one) for one in files],
    }


def _file(one: ReportFile) -> dict[str, Any]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "size": one.size,
        "format": one.format,
        "media_type": media_type_of(one.name),
    }


def _differs_from(report: SavedReport) -> dict[str, Any] | None:
    """The newest report before it of the same source and analysis, where its inputs were others; None otherwise."""
    earlier = SavedReport.objects.filter(source=report.source, analysis=report.analysis, pk__lt=report.pk)
    before = earlier.exclude(state=SavedReport.State.FAILED).select_related("inputs").first()
    if before is None or before.inputs_id == report.inputs_id:
        return None
    try:
        return {"key": before.key, **_differing(before.inputs, report.inputs.read())}
    except UnreadableInputsError as error:
        return {"key": before.key, "count": 1, "differences": (str(error),)}


def _differing(before: FrozenInputs, after: Inputs) -> dict[str, Any]:
    """ReportDifferencesSerializer without a key."""
    try:
        found = differences(before.read(), after)
    except UnreadableInputsError as error:
        found = (str(error),)
    return {"count": len(found), "differences": found[:DIFFERENCES_AT_MOST]}


def begin_of(report: SavedReport) -> str:
    """How the names of its files begin."""
    return begin_name(report.analysis, preliminary=not report.stand["locked"])


def file_or_404(report: SavedReport, name: str) -> ReportFile:
    """One file of a report, with its bytes."""
    found = report.files.filter(name=name).first()
    if found is None:
        raise Http404
    return found
