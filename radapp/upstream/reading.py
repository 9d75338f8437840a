"""Reading through: what DICOMweb asks of studies that are not held here. Implements radapp.dicomweb.elsewhere.Elsewhere."""

from collections.abc import Sequence

from radapp.archive.models import Instance, Series, Study
from radapp.dicomweb.attributes import Level
from radapp.dicomweb.elsewhere import Found
from radapp.dicomweb.errands import Errand
from radapp.dicomweb.matching import Search
from radapp.dicomweb.refusals import Refusal
from radapp.upstream import cache, circuit, fetching, inventory, searching
from radapp.upstream.circuit import OfflineError
from radapp.upstream.inventory import UnreachableError
from radapp.upstream.locks import LockBusyError
from radapp.upstream.models import CachedInstance, CachedSeries, CachedStudy
from radapp.upstream.peer import SourceDownError, SourceError
from radapp.upstream.waiting import waits

RETRY_S = 2
OFFLINE = "{name} does not answer: what is shown is what is kept of it here."


class Elsewhere:
    """What radapp.dicomweb asks."""

    def search(self, errand: Errand, level: Level, search: Search, study_uid: str, series_uid: str) -> Found | None:
        """QIDO-RS over the sources."""
        if not study_uid:
            return searching.across(errand, level, search)
        study = _study(errand, study_uid)
        return None if study is None else searching.within(errand, level, search, study, series_uid)

    def instances(self, errand: Errand, study_uid: str, series_uid: str, instance_uid: str) -> Sequence[Instance]:
        """Instances of a source's study, fetched if need be, held in the cache till the errand ends."""
        study = _study(errand, study_uid)
        if study is None:
            return []
        wanted = study.series.all()
        if series_uid:
            wanted = wanted.filter(series_instance_uid=series_uid)
        found: list[Instance] = []
        for series in sorted(wanted, key=inventory.by_number):
            series.study = study
            found += _read(errand, series, instance_uid)
        return found


def _study(errand: Errand, study_uid: str) -> CachedStudy | None:
    """The study with a list of its series, as fresh as can be had; None where no source has it."""
    study = inventory.known(study_uid)
    if study is None:
        if not circuit.sources():
            return None
        waits(errand)
        try:
            study = inventory.locate(study_uid)
        except UnreachableError as error:
            raise unavailable(str(error)) from error
        if study is None:
            return None
    if circuit.is_paused(study.source) and study.listed_at is not None:
        errand.warn(OFFLINE.format(name=study.source.name))
        return study
    if not inventory.is_fresh(study):
        waits(errand)
        return _listed(errand, study)
    return study


def _listed(errand: Errand, study: CachedStudy) -> CachedStudy | None:
    try:
        return study if inventory.refresh(study) else None
    except (OfflineError, SourceError, LockBusyError) as error:
        if study.listed_at is None:
            raise unavailable(f"{study.source.name} does not answer") from error
        errand.warn(OFFLINE.format(name=study.source.name))
        return study


def _read(errand: Errand, series: CachedSeries, instance_uid: str) -> list[Instance]:
    """The series' instances, or the one, held till the errand ends."""
    for _ in range(cache.TRIES):
        kept = cache.hold(series, instance_uid)
        if kept is not None:
            held, rows = kept
            errand.ends.append(held.release)
            return [_as_instance(series, row) for row in rows]
        if not CachedSeries.objects.filter(pk=series.pk).exists():
            return []
        waits(errand)
        _fetch(series)
    raise unavailable(cache.TOO_SMALL)


def _fetch(series: CachedSeries) -> None:
    """Fetch, or refuse in words."""
    name = series.study.source.name
    try:
        fetching.make_whole(series)
    except OfflineError as error:
        raise offline(error) from error
    except SourceDownError as error:
        raise unavailable(f"{name} does not send this series: {error}") from error
    except SourceError as error:
        raise Refusal(502, "source_failed", f"{name} does not send this series: {error}.") from error
    except fetching.IncompleteError as error:
        raise Refusal(502, "source_incomplete", f"{name}: {error}. Nothing of the series is shown.") from error
    except cache.CacheFullError as error:
        raise Refusal(503, "cache_full", f"This series cannot be kept here: {error}.") from error
    except LockBusyError as error:
        raise unavailable("The series is still being fetched") from error


def offline(error: OfflineError) -> Refusal:
    """503: the source is down, and this is not in the cache."""
    words = f"{error.source.name} does not answer, and this is not kept here."
    return Refusal(503, "source_offline", words, {"Retry-After": str(error.seconds)})


def unavailable(words: str) -> Refusal:
    """503: another time perhaps."""
    return Refusal(503, "source_unavailable", f"{words}. Try again in a moment.", {"Retry-After": str(RETRY_S)})


def _as_instance(series: CachedSeries, row: CachedInstance) -> Instance:
    """As the archive would have it; never saved."""
    study = Study(study_instance_uid=series.study.study_instance_uid)
    of_series = Series(study=study, series_instance_uid=series.series_instance_uid)
    return Instance(
        series=of_series,
        sop_instance_uid=row.sop_instance_uid,
        sop_class_uid=row.sop_class_uid,
        transfer_syntax_uid=row.transfer_syntax_uid,
        instance_number=row.instance_number,
        rows=row.rows,
        columns=row.columns,
        number_of_frames=row.number_of_frames,
        sha256=row.sha256,
        size=row.size,
    )
