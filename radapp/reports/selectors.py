"""Questions about reports: what one can be made of, a list of them, one of them and what changed since."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404

from radapp.accounts.models import User
from radapp.reports.files.kinds import PAGE, media_type_of
from radapp.reports.files.naming import begin_name
from radapp.reports.inputs.differences import differences
from radapp.reports.inputs.kinds import reads
from radapp.reports.inputs.reading import Inputs, UnreadableInputsError
from radapp.reports.models import FrozenInputs, ReportFile, SavedReport
from radapp.reports.offered import source_at, source_of, sources_for
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
    """The report of this key and its source, where this person may see it; 404 otherwise, in the same words."""
    report = _rows().filter(key=key).first()
    if report is None:
        raise Http404
    try:
        source = source_of(report)
    except LookupError as error:
        raise Http404 from error
    if not source.may(user):
        raise Http404
    return report, source


def _rows() -> Any:
    return SavedReport.objects.select_related("inputs", "made_by", "study").defer("inputs__content")


def listed(user: User, wanted: str) -> list[dict[str, Any]]:
    """SavedReportSerializer of those that this person may see, of one source or all; newest first."""
    if wanted and source_at(wanted, user) is None:
        found = _rows().filter(source=wanted, study=None)  # of a source that only its reports define
        return [_shape(one, _files(one)) for one in found[:LISTED_AT_MOST] if source_of(one).may(user)]
    known = [wanted] if wanted else [address(one) for one in sources_for(user)]
    return [_shape(one, _files(one)) for one in _rows().filter(source__in=known)[:LISTED_AT_MOST]]


def seen(report: SavedReport, source: Source) -> dict[str, Any]:
    """SavedReportSerializer of one, with what changed since, and against the one before it."""
    now = source.inputs(reads(report.analysis)) if report.state == SavedReport.State.DONE else None
    stale = None if now is None else now.sha256 != report.inputs.sha256
    return {
        **_shape(report, _files(report)),
        "stale": stale,
        "changed_since": _differing(report.inputs, now) if now is not None and stale else None,
        "differs_from": _differs_from(report),
    }


def _shape(report: SavedReport, files: Iterable[ReportFile]) -> dict[str, Any]:
    stand = report.stand
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
        "differs_from": None,
        "files": [_file(one) for one in files],
        "stale": None,
        "changed_since": None,
    }


def _file(one: ReportFile) -> dict[str, Any]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "size": one.size,
        "format": one.format,
        "media_type": media_type_of(one.name),
    }


def _files(report: SavedReport) -> Iterable[ReportFile]:
    return report.files.exclude(format=PAGE).defer("content")


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
