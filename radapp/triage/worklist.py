"""The worklist's question to the database: search, filters, order, page, neighbours, totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, IntegerField, OrderBy, Q, QuerySet, RowRange, Value, When, Window
from django.db.models.functions import Coalesce, FirstValue, Lag, Lead, RowNumber

from radapp.archive.models import SetAside, Source, Study
from radapp.triage.models import State, Tier

NO_TIER = "none"
TIERS = (*Tier.values, NO_TIER)
SEARCHED = ("patient_name", "patient_id", "accession_number", "study_description", "study_instance_uid")

# One record a column: what the database sorts by. Tiers go by urgency, none last.
ORDERINGS: dict[str, F | Case | Coalesce] = {
    "received_at": F("received_at"),
    "study_date": F("study_date"),
    "score": F("triage__score"),
    "state": Coalesce("triage__state", Value(State.WAITING.value)),
    "patient": F("patient_name"),
    "result_at": F("triage__result__created_at"),
    "tier": Case(
        *(When(triage__tier=tier, then=Value(place)) for place, tier in enumerate(Tier.values)),
        default=Value(len(Tier.values)),
        output_field=IntegerField(),
    ),
}


class UnknownChoice(ValueError):  # noqa: N818 - a refusal
    """A filter or order that the worklist does not know; the text lists what it knows."""


@dataclass(frozen=True)
class Query:
    """Filters and order of the worklist; empty means all."""

    search: str = ""
    tiers: Sequence[str] = ()
    states: Sequence[str] = ()
    sources: Sequence[str] = ()
    date_from: date | None = None
    date_to: date | None = None
    ordering: str = "-received_at"

    def __post_init__(self) -> None:
        """Refuse unknown choices."""
        _known("tier", self.tiers, TIERS)
        _known("state", self.states, State.values)
        _known("source", self.sources, Source.values)
        _known("ordering", [self.ordering.removeprefix("-")], tuple(ORDERINGS))


def _known(name: str, chosen: Sequence[str], choices: Sequence[str]) -> None:
    unknown = sorted(set(chosen) - set(choices))
    if unknown:
        raise UnknownChoice(f"{name}: unknown {', '.join(unknown)}; known are {', '.join(choices)}.")


@dataclass(frozen=True)
class Neighbours:
    """The studies before and after one; `position` counts from 1, 0 where the filters leave the study out."""

    previous: str | None
    next: str | None
    position: int
    count: int


def filtered(studies: QuerySet[Study], query: Query) -> QuerySet[Study]:
    """The studies under the query's filters, unordered."""
    for word in query.search.split():
        matches = Q()
        for name in SEARCHED:
            matches |= Q(**{f"{name}__icontains": word})
        studies = studies.filter(matches)
    if query.tiers:
        named = Q(triage__tier__in=[tier for tier in query.tiers if tier != NO_TIER])
        studies = studies.filter(named | Q(triage__isnull=True) | Q(triage__tier="") if NO_TIER in query.tiers else named)
    if query.states:
        named = Q(triage__state__in=query.states)
        studies = studies.filter(named | Q(triage__isnull=True) if State.WAITING in query.states else named)
    if query.sources:
        studies = studies.filter(source__in=query.sources)
    if query.date_from:
        studies = studies.filter(study_date__gte=query.date_from)
    if query.date_to:
        studies = studies.filter(study_date__lte=query.date_to)
    return studies


def order_of(query: Query) -> list[OrderBy]:
    """The query's order; unknown values last in either direction, ties by the newest study."""
    by = ORDERINGS[query.ordering.removeprefix("-")]
    chosen = by.desc(nulls_last=True) if query.ordering.startswith("-") else by.asc(nulls_last=True)
    return [chosen, F("id").desc()]


def page(studies: QuerySet[Study], query: Query, number: int, size: int) -> list[Study]:
    """Page `number` (from 1) of `size` studies."""
    first = (number - 1) * size
    return list(filtered(studies, query).order_by(*order_of(query))[first : first + size])


def neighbours(studies: QuerySet[Study], query: Query, uid: str) -> Neighbours:
    """Previous and next of one study in the query's order, found by the database's window functions."""
    found = filtered(studies, query)
    order = order_of(query)
    ranked = found.annotate(
        place=Window(RowNumber(), order_by=order),
        before=Window(Lag("study_instance_uid"), order_by=order),
        after=Window(Lead("study_instance_uid"), order_by=order),
        # A plain filter on the UID would leave the windows one row to look at; one on a window stands outside them.
        own=Window(FirstValue("study_instance_uid"), order_by=order, frame=RowRange(start=0, end=0)),
    ).order_by()
    for one in ranked.filter(own=uid).values("place", "before", "after"):
        return Neighbours(one["before"], one["after"], one["place"], found.count())
    return Neighbours(None, None, 0, found.count())


@dataclass(frozen=True)
class Totals:
    """Over all studies a person may see."""

    studies: int
    running: int
    need_person: int


def totals(studies: QuerySet[Study]) -> Totals:
    """How many studies, how many a worker has now, how many wait for a person (failed, not assessable, set aside)."""
    set_aside = SetAside.objects.filter(state=SetAside.State.WAITING).values("instance__series__study")
    need = Q(triage__state__in=[State.FAILED, State.NOT_ASSESSABLE]) | Q(pk__in=set_aside)
    counted = studies.order_by().aggregate(
        studies=Count("pk"),
        running=Count("pk", filter=Q(triage__state=State.RUNNING)),
        need_person=Count("pk", filter=need),
    )
    return Totals(**counted)


def set_aside_counts(studies: Sequence[Study]) -> dict[int, int]:
    """Waiting set-aside instances by study primary key; studies without any are left out."""
    waiting = SetAside.objects.filter(state=SetAside.State.WAITING, instance__series__study__in=studies)
    counted = waiting.values_list("instance__series__study").annotate(n=Count("pk")).order_by()
    return dict(counted)
