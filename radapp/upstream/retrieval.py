"""Taking a source's study into the archive for good: a person's explicit act, carried out by the courier or a command."""

from contextlib import ExitStack
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from radapp.accounts import audit
from radapp.accounts.errors import ApiError
from radapp.accounts.models import AuditEntry, User
from radapp.archive.errors import StorageFull
from radapp.archive.ingest import Ingest
from radapp.archive.models import Source
from radapp.dicomweb import whereabouts
from radapp.held import Held
from radapp.upstream import cache, circuit, fetching, folder, inventory, locks
from radapp.upstream.cache import CacheFullError
from radapp.upstream.circuit import OfflineError
from radapp.upstream.fetching import IncompleteError
from radapp.upstream.inventory import UnreachableError
from radapp.upstream.locks import LockBusyError
from radapp.upstream.models import CachedInstance, CachedSeries, Retrieval
from radapp.upstream.peer import SourceError

ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
HELD = "This study is held here already."
NOWHERE = "No source has a study under this UID."

PASSING = (OfflineError, SourceError, IncompleteError, CacheFullError, UnreachableError, LockBusyError)
"""What may be otherwise another time."""


class NotRetrievedError(Exception):
    """The study could not be taken in, and another attempt would not help; the text says why."""


def ask_for(study_uid: str, user: User | None, *, actor_name: str = "") -> Retrieval:
    """Note that the study shall be taken in; asking twice is asking once. 409 where it is held, 404 where nobody has it."""
    if whereabouts.is_held(study_uid):
        raise ApiError(409, "already_held", HELD)
    try:
        study = inventory.locate(study_uid)
    except UnreachableError as error:
        raise ApiError(503, "source_unavailable", f"{error}. Try again in a moment.") from error
    if study is None:
        raise ApiError(404, "not_found", NOWHERE)
    try:
        with transaction.atomic():
            retrieval = Retrieval.objects.create(study_instance_uid=study_uid, asked_by=user)
            audit.record(
                actor=user,
                actor_name=actor_name,
                action=AuditEntry.Action.STUDY_RETRIEVED,
                study_uid=study_uid,
                after={"source": study.source.name},
            )
    except IntegrityError:
        return open_retrievals().get(study_instance_uid=study_uid)
    return retrieval


def open_retrievals() -> QuerySet[Retrieval]:
    """Those that are not at their end."""
    return Retrieval.objects.filter(state__in=[Retrieval.State.QUEUED, Retrieval.State.RUNNING])


def carry_out_due() -> int:
    """Carry out what is due, one after another; how many ended."""
    due = open_retrievals().filter(next_try_at__lte=timezone.now()).order_by("next_try_at", "id")
    return sum(carry_out(one) for one in list(due))


def carry_out(retrieval: Retrieval) -> bool:
    """One attempt; whether the retrieval is at its end. Somebody else's stays that one's."""
    held = locks.try_exclusive("retrieval", str(retrieval.pk))
    if held is None:
        return False
    with held:
        # Now the last in turn: should this attempt end in a way that nobody foresaw, the others come first.
        begun = {"state": Retrieval.State.RUNNING, "next_try_at": timezone.now()}
        if not open_retrievals().filter(pk=retrieval.pk).update(**begun):
            return True
        retrieval.refresh_from_db()
        try:
            take_in(retrieval)
        except PASSING as error:
            return _put_off(retrieval, str(error))
        except (NotRetrievedError, StorageFull) as error:
            return _end(retrieval, Retrieval.State.FAILED, str(error))
        return _end(retrieval, Retrieval.State.DONE, "")


def _end(retrieval: Retrieval, state: Retrieval.State, reason: str) -> bool:
    Retrieval.objects.filter(pk=retrieval.pk).update(state=state, reason=reason, finished_at=timezone.now())
    retrieval.refresh_from_db()
    return True


def _put_off(retrieval: Retrieval, reason: str) -> bool:
    attempts = retrieval.attempts + 1
    if attempts >= ATTEMPTS:
        return _end(retrieval, Retrieval.State.FAILED, f"{reason}; given up after {attempts} attempts")
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1))
    Retrieval.objects.filter(pk=retrieval.pk).update(
        state=Retrieval.State.QUEUED, attempts=attempts, next_try_at=timezone.now() + pause, reason=reason
    )
    retrieval.refresh_from_db()
    return False


def take_in(retrieval: Retrieval) -> None:
    """Fetch every series, then take all in as one intake. Nothing is taken in while a series cannot be had whole."""
    study = inventory.locate(retrieval.study_instance_uid)
    if study is None or not inventory.refresh(study):
        raise NotRetrievedError(NOWHERE)
    series = list(study.series.order_by("id"))
    Retrieval.objects.filter(pk=retrieval.pk).update(series_total=len(series), series_done=0)
    instances: list[CachedInstance] = []
    with ExitStack() as stack:
        for number, one in enumerate(series, 1):
            one.study = study
            held, rows = _held_whole(one)
            stack.enter_context(held)
            instances += rows
            Retrieval.objects.filter(pk=retrieval.pk).update(series_done=number)
        _ingest(retrieval, instances)
    cache.forget_study(study)


def _held_whole(series: CachedSeries) -> tuple[Held, list[CachedInstance]]:
    """The instances of a series, and the lock by which they stay until they are taken in."""
    for _ in range(cache.TRIES):
        fetching.make_whole(series)
        kept = cache.hold(series)
        if kept is not None:
            return kept
    raise CacheFullError(cache.TOO_SMALL)


def _ingest(retrieval: Retrieval, instances: list[CachedInstance]) -> None:
    with Ingest(Source.UPSTREAM, user=retrieval.asked_by, actor_name="manage.py retrieve") as ingest:
        for instance in instances:
            with folder.path_of(instance.sha256).open("rb") as file:
                ingest.add_stream(file, f"instance {instance.sop_instance_uid}.dcm")
    report = ingest.finish()
    if report.storage_full:
        raise StorageFull
    if report.refused:
        first = report.refused[0]["reason"]
        raise NotRetrievedError(f"{len(report.refused)} instances were refused, the first because: {first}")


def state_of(study_uid: str) -> dict[str, object]:
    """How a study stands here: held, at a source that answers (online) or does not (offline), or unknown."""
    newest = Retrieval.objects.filter(study_instance_uid=study_uid).order_by("-id").first()
    if whereabouts.is_held(study_uid):
        return {"state": "held", "source": "", "series": None, "series_kept": 0, "retrieval": newest}
    study = inventory.known(study_uid)
    if study is None:
        return {"state": "unknown", "source": "", "series": None, "series_kept": 0, "retrieval": newest}
    return {
        "state": "offline" if circuit.is_offline(study.source) else "online",
        "source": study.source.name,
        "series": study.series.count() if study.listed_at else None,
        "series_kept": study.series.filter(whole=True).count(),
        "retrieval": newest,
    }
