"""What goes back to sources: results, each once to each source that takes them, and how far each is on its way."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from radapp.accounts import audit
from radapp.accounts.models import AuditEntry
from radapp.archive.models import Instance
from radapp.triage.models import Explanation, Report
from radapp.upstream.models import Delivery, UpstreamSource
from radapp.upstream.peer import Receipt, Verdict

SWEPT_WITHIN = timedelta(days=2)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
ATTEMPTS = 40
"""Some thirty hours with the pauses between them."""
OVERTAKEN = "a newer result took its place before it was sent"
NOT_ITS_STUDY = "it does not hold the study"


def takers() -> QuerySet[UpstreamSource]:
    """The sources that results may be written to."""
    return UpstreamSource.objects.filter(enabled=True).exclude(results=UpstreamSource.Results.NONE)


def results_of(source: UpstreamSource) -> QuerySet[Instance]:
    """The objects of results in force that are younger than the source's entry here and not on their way to it yet.

    Maps that a person asked for, to understand a result, are none.
    """
    on_their_way = Delivery.objects.filter(source=source, sop_instance_uid=OuterRef("sop_instance_uid"))
    on_demand = Explanation.objects.filter(sop_instance_uid=OuterRef("sop_instance_uid"))
    reported = Report.objects.filter(study=OuterRef("series__study"), superseded_at__isnull=True)
    return Instance.objects.filter(
        Exists(reported),
        ~Exists(on_their_way),
        ~Exists(on_demand),
        series__generated=True,
        series__superseded_at__isnull=True,
        received_at__gte=source.added_at,
    )


def queue_study(study_uid: str) -> int:
    """Put a study's result on its way to whoever takes it; how many objects."""
    return sum(_queue(source, results_of(source).filter(series__study__study_instance_uid=study_uid)) for source in takers())


def queue_forgotten() -> int:
    """Put on their way what a process that died did not; how many objects."""
    since = timezone.now() - SWEPT_WITHIN
    return sum(_queue(source, results_of(source).filter(received_at__gte=since)) for source in takers())


def _queue(source: UpstreamSource, results: QuerySet[Instance]) -> int:
    now = timezone.now()
    rows = [
        Delivery(
            source=source,
            study_instance_uid=one.series.study.study_instance_uid,
            series_instance_uid=one.series.series_instance_uid,
            sop_instance_uid=one.sop_instance_uid,
            next_try_at=now,
        )
        for one in results.select_related("series__study")
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _open(source: UpstreamSource) -> QuerySet[Delivery]:
    return Delivery.objects.filter(source=source, state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])


def due(source: UpstreamSource, most: int) -> list[Delivery]:
    """What should be sent now, of one study at a time. A row that says it is being sent was left by a process that died."""
    rows = _open(source).filter(next_try_at__lte=timezone.now())
    first = rows.order_by("next_try_at", "id").first()
    if first is None:
        return []
    return list(rows.filter(study_instance_uid=first.study_instance_uid).order_by("id")[:most])


def drop_overtaken(source: UpstreamSource) -> int:
    """Leave out what has been superseded before it was sent: its successor is on its way; how many objects."""
    overtaken = Instance.objects.filter(sop_instance_uid=OuterRef("sop_instance_uid"), series__superseded_at__isnull=False)
    waiting = Delivery.objects.filter(Exists(overtaken), source=source, state=Delivery.State.QUEUED)
    return waiting.update(state=Delivery.State.OVERTAKEN, last_error=OVERTAKEN)


def begin(deliveries: Iterable[Delivery]) -> None:
    """Note that these are about to be sent: should this process die now, it is not known whether they arrived."""
    Delivery.objects.filter(pk__in=[one.pk for one in deliveries]).update(state=Delivery.State.SENDING)


def settle(delivery: Delivery, receipt: Receipt) -> None:
    """Note what became of one."""
    match receipt.verdict:
        case Verdict.TAKEN:
            _arrived(delivery)
        case Verdict.REFUSED:
            _end(delivery, Delivery.State.REFUSED, receipt.reason)
        case Verdict.LATER:
            put_off(delivery, receipt.reason)


def _arrived(delivery: Delivery) -> None:
    with transaction.atomic():
        rows = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.SENT)
        if rows.update(state=Delivery.State.SENT, sent_at=timezone.now(), attempts=delivery.attempts + 1, last_error=""):
            audit.record(
                actor=None,
                actor_name="manage.py courier",
                action=AuditEntry.Action.RESULT_SENT,
                study_uid=delivery.study_instance_uid,
                target=f"instance {delivery.sop_instance_uid}",
                after={"source": delivery.source.name},
            )


def put_off(delivery: Delivery, reason: str) -> None:
    """Another time, later after each attempt; not for ever."""
    attempts = delivery.attempts + 1
    if attempts >= ATTEMPTS:
        _end(delivery, Delivery.State.FAILED, f"{reason}; given up after {attempts} attempts")
        return
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 10))
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.QUEUED, attempts=attempts, next_try_at=timezone.now() + pause, last_error=reason
    )


def wait_for_source(source: UpstreamSource, seconds: int) -> None:
    """The source is down: nothing is tried, and no attempt is used up, until it is tried again."""
    now = timezone.now()
    _open(source).filter(next_try_at__lte=now).update(next_try_at=now + timedelta(seconds=seconds))


def _end(delivery: Delivery, state: Delivery.State, reason: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, attempts=delivery.attempts + 1, last_error=reason)


def retry(deliveries: QuerySet[Delivery]) -> int:
    """Queue again what was refused or given up; how many."""
    ended = deliveries.filter(state__in=[Delivery.State.REFUSED, Delivery.State.FAILED])
    return ended.update(state=Delivery.State.QUEUED, attempts=0, next_try_at=timezone.now())


def counts(source: UpstreamSource) -> dict[str, int]:
    """How many objects are in each state."""
    found = Delivery.objects.filter(source=source).order_by().values_list("state").annotate(number=Count("pk"))
    return {state.value: 0 for state in Delivery.State} | dict(found)
