"""Fetching one series whole: by one process for all that wait for it, each object verified, gone on with after a crash."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from radapp.archive.errors import is_full
from radapp.upstream import cache, circuit, inventory, locks
from radapp.upstream.cache import CacheFullError
from radapp.upstream.circuit import OfflineError, Service
from radapp.upstream.models import CachedSeries
from radapp.upstream.peer import Peer, SourceConfusedError, SourceDownError, SourceError
from radapp.upstream.staging import Staging

logger = logging.getLogger(__name__)

WAIT_S = 60.0
"""How long one waits for another that fetches the same series."""
FEW = 200
"""So many missing instances are asked for one by one."""
AGAIN_AFTER = timedelta(seconds=10)
"""So long after a failure nobody tries the same series again: who waited for the one that failed fails with it."""
DISK_FULL = "the disk that the cache lies on is full (UPSTREAM_CACHE_DIR)"


class IncompleteError(Exception):
    """The source did not send all that it names; the text says what came."""


def make_whole(series: CachedSeries, *, spare: datetime | None = None) -> None:
    """Fetch what is missing; who comes while another fetches waits for that one. `spare`: see cache.keep.

    Raises OfflineError, SourceError, IncompleteError, CacheFullError, LockBusyError; what was verified stays for next time.
    """
    uid = series.series_instance_uid
    with locks.exclusive("fetching", uid, WAIT_S):
        now = CachedSeries.objects.select_related("study__source").filter(pk=series.pk).first()
        if now is None:
            raise IncompleteError("the source has this series no more")
        if now.whole:
            return
        _refuse_what_just_failed(now)
        try:
            with locks.shared("reading", uid):
                _complete(now, spare)
        except (SourceError, IncompleteError) as error:
            CachedSeries.objects.filter(pk=now.pk).update(failed_at=timezone.now(), trouble=str(error))
            raise
        except OSError as error:
            if is_full(error):
                raise CacheFullError(DISK_FULL) from error
            raise


def _refuse_what_just_failed(series: CachedSeries) -> None:
    """Raise where the source is left alone now, and what the series failed with a moment ago."""
    source = series.study.source
    for service in Service:
        if circuit.is_paused(source, service):
            raise OfflineError(source, circuit.seconds_left(source, service))
    if series.failed_at is not None and timezone.now() - AGAIN_AFTER < series.failed_at <= timezone.now():
        was_down = source.failures or source.fetch_failures
        raise SourceDownError(series.trouble) if was_down else IncompleteError(series.trouble)


def _complete(series: CachedSeries, spare: datetime | None) -> None:
    named = inventory.list_instances(series)
    if not named:
        raise IncompleteError("the source names no instance in this series")
    kept = {one.sop_instance_uid: one for one in series.instances.all()}
    cache.drop([one for uid, one in kept.items() if uid not in named])
    with Staging(series.study.study_instance_uid, series.series_instance_uid, kept.keys() & named.keys()) as staging:
        for _ in range(2):  # the whole series, then one by one what was not in it
            missing = sorted(named.keys() - staging.have)
            if not missing:
                break
            _fetch(series, missing if len(missing) < len(named) else [], staging, spare)
        missing = sorted(named.keys() - staging.have)
        if missing:
            error = IncompleteError(_what_came(len(named), len(missing), staging.refused))
            circuit.note_oddity(series.study.source, error)
            raise error
    now = timezone.now()
    CachedSeries.objects.filter(pk=series.pk).update(
        whole=True, used_at=now, expected=len(staging.have), failed_at=None, trouble=""
    )


def _fetch(series: CachedSeries, wanted: Sequence[str], staging: Staging, spare: datetime | None) -> None:
    """Ask once. What came before the source failed is kept, too."""
    study_uid, uid = series.study.study_instance_uid, series.series_instance_uid
    asked = wanted if len(wanted) <= FEW else []

    def fetch(peer: Peer) -> None:
        for _ in peer.fetch(study_uid, uid, asked, staging.take):
            if staging.full:
                cache.keep(series, staging.handed_over(), spare=spare)

    try:
        circuit.ask(series.study.source, fetch, Service.FETCH)
    except SourceConfusedError as error:
        logger.warning("source %s: %s", series.study.source.name, error)
        if not staging.ready and not staging.refused:
            raise
    except SourceError:
        cache.keep(series, staging.handed_over(), spare=spare)
        raise
    cache.keep(series, staging.handed_over(), spare=spare)


def _what_came(named: int, missing: int, refused: Sequence[str]) -> str:
    said = f"; {len(refused)} objects were refused, the first because: {refused[0]}" if refused else ""
    return f"the source sent {named - missing} of {named} instances{said}"
