"""How the sources, the cache and the outbox stand: what the page, the API and `manage.py source list` show."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, Sum, When

from radapp.upstream import cache, circuit, outbox
from radapp.upstream.circuit import Service
from radapp.upstream.models import CachedInstance, CachedSeries, Delivery, UpstreamSource

DELIVERIES_AT_MOST = 200
_OPEN_FIRST = ("failed", "refused", "sending", "queued", "overtaken", "sent")


def overview() -> dict[str, Any]:
    """Everything, with plain values."""
    kept = CachedInstance.objects.order_by().values_list("series__study__source").annotate(octets=Sum("size"))
    by_source = dict(kept)
    return {
        "sources": [_source(source, by_source.get(source.pk, 0)) for source in UpstreamSource.objects.all()],
        "cache": {
            "used_bytes": cache.used_bytes(),
            "bound_bytes": settings.UPSTREAM_CACHE_BYTES,
            "series": CachedSeries.objects.filter(whole=True).count(),
            "studies": CachedSeries.objects.filter(whole=True).values("study").distinct().count(),
        },
    }


def standing(source: UpstreamSource) -> str:
    """One word: disabled, offline, unknown (never asked yet) or online."""
    if not source.enabled:
        return "disabled"
    if circuit.is_offline(source):
        return "offline"
    return "online" if source.answered_at else "unknown"


def _source(source: UpstreamSource, kept: int) -> dict[str, Any]:
    web = source.kind == UpstreamSource.Kind.DICOMWEB
    return {
        "name": source.name,
        "kind": source.kind,
        "standing": standing(source),
        "address": source.url if web else f"{source.ae_title}@{source.host}:{source.port}",
        "access": _access(source),
        "verified": not web or source.verify_tls,
        "priority": source.priority,
        "results": source.results,
        "prefetch": source.prefetch,
        "studies": source.studies.count(),
        "kept_bytes": kept,
        "failures": max(source.failures, source.fetch_failures),
        "retry_at": _retry_at(source),
        "answered_at": source.answered_at,
        "last_error": source.last_error,
        "last_error_at": source.last_error_at,
        "outbox": outbox.counts(source),
    }


def _retry_at(source: UpstreamSource) -> datetime | None:
    """When what is paused of it is tried again."""
    pauses = (source.retry_at, Service.SEARCH), (source.fetch_retry_at, Service.FETCH)
    return max((at for at, service in pauses if at and circuit.is_paused(source, service)), default=None)


def _access(source: UpstreamSource) -> str:
    """How it is asked, in a few words; a secret's variable, never the secret."""
    if source.kind == UpstreamSource.Kind.DIMSE:
        by = f"C-MOVE to {source.move_ae_title}:{source.move_port}" if source.retrieve_by == "move" else "C-GET"
        return f"as {source.calling_ae_title}, {by}"
    return "no secret" if source.auth == UpstreamSource.Auth.NONE else f"{source.auth}, from ${source.secret_variable}"


def deliveries(state: str = "", most: int = DELIVERIES_AT_MOST) -> list[dict[str, Any]]:
    """The outbox, what needs somebody first, then the newest."""
    found = Delivery.objects.select_related("source")
    if state:
        found = found.filter(state=state)
    by_need = Case(*(When(state=one, then=number) for number, one in enumerate(_OPEN_FIRST)))
    return [
        {
            "id": one.pk,
            "source": one.source.name,
            "study_uid": one.study_instance_uid,
            "sop_instance_uid": one.sop_instance_uid,
            "state": one.state,
            "attempts": one.attempts,
            "queued_at": one.queued_at,
            "next_try_at": one.next_try_at if one.state in {"queued", "sending"} else None,
            "sent_at": one.sent_at,
            "last_error": one.last_error,
        }
        for one in found.order_by(by_need, "-id")[:most]
    ]
