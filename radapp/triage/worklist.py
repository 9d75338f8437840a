"""The worklist's question to the database: search, filters, order, page, neighbours, totals.

An order is a chain of parts, each in the order of one column's index, newest studies first among equals: so a page, and a
study's neighbours, are read from an index however many studies there are, and no order has to be made of all of them.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Q, QuerySet

from radapp.archive.models import SetAside, Source, Study, StudyChange
from radapp.triage.models import State, Tier

NO_TIER = "none"
TIERS = (*Tier.values, NO_TIER)
SEARCHED = ("patient_name", "patient_id", "accession_number", "study_description")
NEED_PERSON = (State.FAILED, State.NOT_ASSESSABLE)


@dataclass(frozen=True)
class Part:
    """Studies that stand together in an order. `key`: what they are sorted by; empty: the newest first, no more."""

    condition: Q
    key: str = ""
    descending: bool = False

    def by(self, *, backwards: bool = False) -> list[str]:
        """For order_by."""
        names = [f"-{self.key}" if self.descending else self.key] if self.key else []
        names.append("-id")
        return [_turned(name) for name in names] if backwards else names

    def beside(self, study: Study, value: object) -> tuple[list[Q], list[Q]]:
        """What stands before a study of this part and what after it, the farther ones first."""
        if not self.key:
            return [Q(id__gt=study.pk)], [Q(id__lt=study.pk)]
        less, more = Q(**{f"{self.key}__lt": value}), Q(**{f"{self.key}__gt": value})
        equal = Q(**{self.key: value})
        before, after = (more, less) if self.descending else (less, more)
        return [before, equal & Q(id__gt=study.pk)], [after, equal & Q(id__lt=study.pk)]


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


# Unknown values come last in either direction; tiers go by urgency.
_UNKNOWABLE = {"study_date": "study_date", "score": "triage__score", "result_at": "triage__result__created_at"}
_KNOWN = {"received_at": "received_at", "patient": "patient_name"}
ORDERINGS = (*_KNOWN, *_UNKNOWABLE, "state", "tier")


def parts_of(ordering: str) -> list[Part]:
    """An order's parts, in order; each study is in exactly one."""
    name, descending = ordering.removeprefix("-"), ordering.startswith("-")
    if name in _KNOWN:
        return [Part(Q(), _KNOWN[name], descending)]
    if name in _UNKNOWABLE:
        key = _UNKNOWABLE[name]
        return [Part(Q(**{f"{key}__isnull": False}), key, descending), Part(Q(**{f"{key}__isnull": True}))]
    conditions = [_in_state(state) for state in sorted(State.values)] if name == "state" else [_of_tier(t) for t in TIERS]
    return [Part(condition) for condition in (reversed(conditions) if descending else conditions)]


def _in_state(state: str) -> Q:
    found = Q(triage__state=state)
    return found | Q(triage__isnull=True) if state == State.WAITING else found


def _of_tier(tier: str) -> Q:
    return Q(triage__isnull=True) | Q(triage__tier="") if tier == NO_TIER else Q(triage__tier=tier)


_UID = re.compile(r"[0-9.]{4,64}")

KEPT_FROM, KEPT_S, KEPT_AT_MOST = 20_000, 30.0, 64


@dataclass(frozen=True)
class _Count:
    number: int
    last: int | None
    at: float


_counts: dict[str, _Count] = {}
"""By the question's SQL, of this process."""


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

    @property
    def filters(self) -> bool:
        """Whether it leaves any study out by what it asks."""
        return bool(self.search.split() or self.tiers or self.states or self.sources or self.date_from or self.date_to)

    def __post_init__(self) -> None:
        """Refuse unknown choices."""
        _known("tier", self.tiers, TIERS)
        _known("state", self.states, State.values)
        _known("source", self.sources, Source.values)
        _known("ordering", [self.ordering.removeprefix("-")], ORDERINGS)


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
        if _UID.fullmatch(word):
            matches |= Q(study_instance_uid__startswith=word)
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


def page(studies: QuerySet[Study], query: Query, number: int, size: int, count: int) -> list[Study]:
    """Page `number` (from 1) of the `count` studies under the filters; what is nearer the end is read from there."""
    found, parts = filtered(studies, query), parts_of(query.ordering)
    first = (number - 1) * size
    last = min(first + size, count)
    if last <= first:
        return []
    if first <= count - last:
        keys = _keys(found, parts, first, last - first)
    else:
        keys = _keys(found, parts[::-1], count - last, last - first, backwards=True)[::-1]
    rows = studies.in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _keys(found: QuerySet[Study], parts: Sequence[Part], first: int, size: int, *, backwards: bool = False) -> list[int]:
    """Primary keys from place `first` on."""
    keys: list[int] = []
    for part in parts:
        here = found.filter(part.condition).order_by(*part.by(backwards=backwards)).values_list("pk", flat=True)
        some = list(here[first : first + size - len(keys)])
        keys += some
        if len(keys) == size:
            break
        if first:
            first = 0 if some else first - counted(found.filter(part.condition))
    return keys


def neighbours(studies: QuerySet[Study], query: Query, uid: str) -> Neighbours:
    """Previous and next of one study in the query's order."""
    found, parts = filtered(studies, query), parts_of(query.ordering)
    count = counted(found)
    for place, part in enumerate(parts):
        here = found.filter(part.condition)
        study = here.filter(study_instance_uid=uid).first()
        if study is None:
            continue
        value = here.filter(pk=study.pk).values_list(part.key, flat=True).get() if part.key else None
        before, after = part.beside(study, value)
        earlier = [found.filter(other.condition) for other in parts[:place]]
        position = 1 + sum(counted(one) for one in [*earlier, *(here.filter(some) for some in before)])
        return Neighbours(
            _nearest(found, here, before, part, parts[:place][::-1], backwards=True),
            _nearest(found, here, after, part, parts[place + 1 :], backwards=False),
            position,
            count,
        )
    return Neighbours(None, None, 0, count)


def _nearest(
    found: QuerySet[Study],
    here: QuerySet[Study],
    beside: Sequence[Q],
    part: Part,
    others: Sequence[Part],
    *,
    backwards: bool,
) -> str | None:
    """The UID of the study that comes next: in its own part, or at the near end of the next one that has any."""
    choices = [(here.filter(condition), part) for condition in reversed(beside)]
    choices += [(found.filter(other.condition), other) for other in others]
    for some, where in choices:
        uid = some.order_by(*where.by(backwards=backwards)).values_list("study_instance_uid", flat=True).first()
        if uid is not None:
            return uid
    return None


@dataclass(frozen=True)
class Totals:
    """Over all studies a person may see."""

    studies: int
    running: int
    need_person: int


def totals(studies: QuerySet[Study]) -> Totals:
    """How many studies, how many a worker has now, how many wait for a person (failed, not assessable, set aside)."""
    set_aside = SetAside.objects.filter(state=SetAside.State.WAITING).values("instance__series__study")
    ended = studies.filter(triage__state__in=NEED_PERSON)
    others = studies.filter(pk__in=set_aside).exclude(triage__state__in=NEED_PERSON)
    running = studies.filter(triage__state=State.RUNNING)
    return Totals(counted(studies), running.count(), counted(ended) + others.count())


def counted(found: QuerySet[Study]) -> int:
    """How many; a large number is kept for a moment while nothing that a row shows changes, for counting reads every row."""
    now, last = time.monotonic(), StudyChange.objects.values_list("id", flat=True).last()
    try:
        key = str(found.order_by().query)
    except EmptyResultSet:
        return 0
    known = _counts.get(key)
    if known and known.last == last and now - known.at < KEPT_S:
        return known.number
    number = found.order_by().count()
    if number >= KEPT_FROM:
        if len(_counts) >= KEPT_AT_MOST:
            _counts.clear()
        _counts[key] = _Count(number, last, now)
    return number


def set_aside_counts(studies: Sequence[Study]) -> dict[int, int]:
    """Waiting set-aside instances by study primary key; studies without any are left out."""
    waiting = SetAside.objects.filter(state=SetAside.State.WAITING, instance__series__study__in=studies)
    counted = waiting.values_list("instance__series__study").annotate(n=Count("pk")).order_by()
    return dict(counted)
