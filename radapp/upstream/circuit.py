"""Which sources are asked at all: one that failed is left alone for a while, longer each time, so that it costs nothing.

The state stands in the source's row, for every process. When its pause is over, one request tries it for all.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar, cast

from django.db.models import F, Q
from django.utils import timezone

from radapp.upstream.models import UpstreamSource
from radapp.upstream.peer import Peer, SourceDownError, SourceError, peer_of

T = TypeVar("T")

FAILURES_AT_MOST = 2
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
TRIAL = timedelta(seconds=20)
"""How long one request may try a source whose pause is over before another one does."""
NOTED_EVERY = timedelta(seconds=10)


class Service(Enum):
    """What a source may do well or badly by itself: search, and send objects. The names of its failures and its pause."""

    SEARCH = ("failures", "retry_at")
    FETCH = ("fetch_failures", "fetch_retry_at")


class OfflineError(Exception):
    """The source is not asked now; `seconds` until it is tried again."""

    def __init__(self, source: UpstreamSource, seconds: int) -> None:
        super().__init__(f"{source.name} does not answer")
        self.source = source
        self.seconds = seconds


def sources() -> list[UpstreamSource]:
    """Those in use, the first asked first."""
    return list(UpstreamSource.objects.filter(enabled=True))


def _pause_of(source: UpstreamSource, service: Service) -> datetime | None:
    return cast(datetime | None, getattr(source, service.value[1]))


def is_paused(source: UpstreamSource, service: Service = Service.SEARCH) -> bool:
    """Whether it is left alone now. A pause longer than any is one of before the clock was set back."""
    now, until = timezone.now(), _pause_of(source, service)
    return until is not None and now < until < now + LONGEST_PAUSE + TRIAL


def is_offline(source: UpstreamSource) -> bool:
    """Whether it is left alone now for anything that it may do."""
    return any(is_paused(source, service) for service in Service)


def admit(source: UpstreamSource, service: Service = Service.SEARCH) -> bool:
    """Whether this request may ask it: it answers, or its pause is over and nobody else tries it."""
    until = _pause_of(source, service)
    if until is None:
        return True
    if is_paused(source, service):
        return False
    mine = UpstreamSource.objects.filter(pk=source.pk, **{service.value[1]: until})
    return bool(mine.update(**{service.value[1]: timezone.now() + TRIAL}))


def seconds_left(source: UpstreamSource, service: Service = Service.SEARCH) -> int:
    """Until it is tried again, at least one."""
    until = _pause_of(source, service)
    return max(1, round((until - timezone.now()).total_seconds())) if until else 1


def note_answer(source: UpstreamSource, service: Service = Service.SEARCH) -> None:
    """It did what it was asked."""
    now, (failures, retry_at) = timezone.now(), service.value
    stale = Q(answered_at=None) | Q(answered_at__lt=now - NOTED_EVERY)
    stale |= Q(**{f"{failures}__gt": 0}) | Q(**{f"{retry_at}__isnull": False})
    UpstreamSource.objects.filter(stale, pk=source.pk).update(answered_at=now, **{failures: 0, retry_at: None})


def note_failure(source: UpstreamSource, error: SourceError, service: Service = Service.SEARCH) -> None:
    """It failed. The second time in a row begins a pause; each further failure doubles it."""
    now, (failures, retry_at) = timezone.now(), service.value
    number = getattr(source, failures) + 1
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(max(number - FAILURES_AT_MOST, 0), 10))
    until = now + pause if number >= FAILURES_AT_MOST else None
    UpstreamSource.objects.filter(pk=source.pk).update(
        last_error=str(error), last_error_at=now, **{failures: F(failures) + 1, retry_at: until}
    )


def note_oddity(source: UpstreamSource, error: Exception) -> None:
    """It answers, but not as it should: said, yet no reason to leave it alone."""
    UpstreamSource.objects.filter(pk=source.pk).update(last_error=str(error), last_error_at=timezone.now())


def ask(source: UpstreamSource, question: Callable[[Peer], T], service: Service = Service.SEARCH) -> T:
    """Ask one source, and note whether it answers. Raises OfflineError, and the SourceError of a failure."""
    now = UpstreamSource.objects.filter(pk=source.pk, enabled=True).first()
    if now is None or not admit(now, service):
        raise OfflineError(source, seconds_left(now or source, service))
    try:
        answer = question(peer_of(now))
    except SourceError as error:
        _note_error(now, error, service)
        raise
    note_answer(now, service)
    return answer


def _note_error(source: UpstreamSource, error: SourceError, service: Service = Service.SEARCH) -> None:
    if isinstance(error, SourceDownError):
        note_failure(source, error, service)
    else:
        note_answer(source, service)
        note_oddity(source, error)


@dataclass
class Asked(Generic[T]):
    """One source's answer to a question that was put to several; `words` say why there is none."""

    source: UpstreamSource
    answer: T | None = None
    words: str = ""


def ask_all(asked: Sequence[UpstreamSource], question: Callable[[Peer], T], seconds: float) -> list[Asked[T]]:
    """Ask several at once, each so long at most; in their order. A thread that still waits then ends by its own timeouts."""
    found = [Asked[T](source) for source in asked]
    admitted = [one for one in found if admit(one.source)]
    for one in found:
        if one not in admitted:
            one.words = "it does not answer"
    outcomes: dict[int, T | SourceError] = {}
    threads = [
        threading.Thread(target=_put, args=(one.source, question, outcomes), name=f"ask {one.source}", daemon=True)
        for one in admitted
    ]
    for thread in threads:
        thread.start()
    ends_at = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, ends_at - time.monotonic()))
    for one in admitted:
        _settle(one, outcomes.get(one.source.pk, SourceDownError("it did not answer in time")))
    return found


def _put(source: UpstreamSource, question: Callable[[Peer], T], outcomes: dict[int, T | SourceError]) -> None:
    """In a thread of its own, which touches no database."""
    try:
        outcomes[source.pk] = question(peer_of(source))
    except SourceError as error:
        outcomes[source.pk] = error


def _settle(asked: Asked[T], outcome: T | SourceError) -> None:
    if isinstance(outcome, SourceError):
        asked.words = str(outcome)
        _note_error(asked.source, outcome)
    else:
        asked.answer = outcome
        note_answer(asked.source)
