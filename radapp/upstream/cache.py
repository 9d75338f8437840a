"""What is kept of sources for a while: verified files under a bound of size; the least recently used series goes first.

Order: files are complete and synchronised before their rows, rows go before their files. So a row always has its file, and
a crash leaves files at most, which `sweep` removes.
"""

import logging
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Sum
from django.utils import timezone

from radapp.archive import byte_index, headers
from radapp.archive.models import ByteIndex, Instance
from radapp.held import Held
from radapp.upstream import folder, locks
from radapp.upstream.models import CachedInstance, CachedSeries, CachedStudy
from radapp.upstream.peer import SourceConfusedError
from radapp.upstream.staging import Staged

logger = logging.getLogger(__name__)

USED_EVERY = timedelta(seconds=30)
"""How exactly the last use is noted."""
STALE_SECONDS = 3600.0
FORGOTTEN_AFTER = timedelta(days=30)
ROOM_WAIT_S = 60.0
SYNC_THREADS = 4
TRIES = 3
"""So often a series that was fetched is looked for here, before the cache counts as too small."""
TOO_SMALL = "the cache gave the series up as soon as it was there; it is too small (UPSTREAM_CACHE_BYTES)"
ANOTHER_SERIES = "it sent an object under a SOP Instance UID that is known in another series"


class CacheFullError(Exception):
    """What is asked for does not fit beside what is in use."""


def path_of(sha256: str) -> Path | None:
    """Where such bytes lie, if they are kept. (radapp.archive.borrowed)"""
    path = folder.path_of(sha256)
    return path if path.is_file() else None


def used_bytes() -> int:
    """Octets kept."""
    return int(CachedInstance.objects.aggregate(total=Sum("size"))["total"] or 0)


def keep(series: CachedSeries, staged: Sequence[Staged], *, spare: datetime | None = None) -> None:
    """Keep verified objects of a series, whose files are taken over. `spare`: what was used since then is not given up.

    Raises CacheFullError, and SourceConfusedError where a SOP Instance UID is known in another series.
    """
    if not staged:
        return
    try:
        _synchronise([one.path for one in staged])
        with locks.exclusive("room", "", ROOM_WAIT_S):
            make_room(sum(one.size for one in staged), keeping=series, spare=spare)
            for one in staged:
                target = folder.path_of(one.sha256)
                target.parent.mkdir(parents=True, exist_ok=True)
                one.path.replace(target)
            with transaction.atomic():
                CachedInstance.objects.bulk_create(_row(series, one) for one in staged)
                byte_index.write([byte_index.row_of(one.sha256, one.inspected) for one in staged])
    except IntegrityError as error:
        raise SourceConfusedError(ANOTHER_SERIES) from error
    finally:
        for one in staged:
            one.path.unlink(missing_ok=True)


def _row(series: CachedSeries, staged: Staged) -> CachedInstance:
    inspected = staged.inspected
    return CachedInstance(
        series=series,
        sop_instance_uid=staged.uid,
        sop_class_uid=inspected.identity.sop_class_uid,
        transfer_syntax_uid=inspected.transfer_syntax_uid,
        sha256=staged.sha256,
        size=staged.size,
        **headers.instance_fields(inspected.header),
    )


def _synchronise(paths: Sequence[Path]) -> None:
    def synchronise(path: Path) -> None:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fdatasync(handle)
        finally:
            os.close(handle)

    with ThreadPoolExecutor(SYNC_THREADS) as pool:
        list(pool.map(synchronise, paths))


def hold(series: CachedSeries, instance_uid: str = "") -> tuple[Held, list[CachedInstance]] | None:
    """The instances of a series that is whole, or the one, and the lock by which they stay; None: it is to be fetched.

    Held from before they are looked at, so that nobody gives them up meanwhile.
    """
    with ExitStack() as stack:
        held = stack.enter_context(locks.shared("reading", series.series_instance_uid))
        now = CachedSeries.objects.filter(pk=series.pk, whole=True).first()
        if now is None:
            return None
        rows = now.instances.all()
        wanted = list(rows.filter(sop_instance_uid=instance_uid) if instance_uid else rows)
        if all(path_of(one.sha256) for one in wanted):
            note_use(now)
            stack.pop_all()
            return held, wanted
    drop(one for one in now.instances.all() if path_of(one.sha256) is None)  # somebody emptied the folder
    return None


def make_room(size: int, *, keeping: CachedSeries | None = None, spare: datetime | None = None) -> None:
    """Give up series until `size` more octets fit, the least recently used first; hold the lock "room". CacheFullError."""
    bound = settings.UPSTREAM_CACHE_BYTES
    over = used_bytes() + size - bound
    if over <= 0:
        return
    candidates = CachedSeries.objects.annotate(count=Count("instances")).filter(count__gt=0).order_by("used_at", "id")
    if keeping is not None:
        candidates = candidates.exclude(pk=keeping.pk)
    if spare is not None:
        candidates = candidates.filter(used_at__lt=spare)
    for series in list(candidates):
        over -= give_up(series)
        if over <= 0:
            return
    raise CacheFullError(f"it does not fit into the cache of {bound} bytes beside what is in use (UPSTREAM_CACHE_BYTES)")


def give_up(series: CachedSeries) -> int:
    """Remove a series' objects unless somebody reads or fetches them now; returns the octets that became free."""
    held = locks.try_exclusive("reading", series.series_instance_uid)
    if held is None:
        return 0
    with held:
        return drop(series.instances.all())


def drop(instances: Iterable[CachedInstance]) -> int:
    """Remove these rows, then their files; returns the octets freed.

    Hold the series' lock "reading" alone, or fetch it, where there are files.
    """
    gone = list(instances)
    digests = [one.sha256 for one in gone]
    with transaction.atomic():
        CachedSeries.objects.filter(pk__in={one.series_id for one in gone}).update(whole=False)
        CachedInstance.objects.filter(pk__in=[one.pk for one in gone]).delete()
        _forget_index(digests)
    for digest in digests:
        folder.path_of(digest).unlink(missing_ok=True)
    return sum(one.size for one in gone)


def _forget_index(digests: Sequence[str]) -> None:
    """They leave the archive's index of bytes, too, unless the archive has them itself."""
    held = set(Instance.every.filter(sha256__in=digests).values_list("sha256", flat=True))
    ByteIndex.objects.filter(pk__in=set(digests) - held).delete()


def note_use(series: CachedSeries) -> None:
    """It was used just now; noted every half minute."""
    now = timezone.now()
    if series.used_at < now - USED_EVERY:
        CachedSeries.objects.filter(pk=series.pk).update(used_at=now)


def forget_study(study: CachedStudy) -> None:
    """Remove everything known of a study; what is being read stays until it is swept."""
    for series in study.series.all():
        give_up(series)
    study.delete()


def sweep() -> int:
    """Remove files that no row names, studies without any file after a month, and what exceeds a bound that was lowered."""
    removed = sum(_sweep_file(path) for path in [*folder.below(folder.UNFINISHED).iterdir(), *_kept()])
    kept = CachedInstance.objects.filter(series__study=OuterRef("pk"))
    CachedStudy.objects.filter(~Exists(kept), found_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    with suppress(CacheFullError), locks.exclusive("room", "", ROOM_WAIT_S):
        make_room(0)
    return removed


def _kept() -> list[Path]:
    return [path for part in folder.below("kept").iterdir() for path in part.iterdir()]


def _sweep_file(path: Path) -> bool:
    with suppress(FileNotFoundError):
        if path.stat().st_mtime > time.time() - STALE_SECONDS:
            return False
        if path.parent.name != folder.UNFINISHED and CachedInstance.objects.filter(sha256=path.name).exists():
            return False
        path.unlink()
        return True
    return False
