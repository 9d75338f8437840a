"""The page of a search that a client asks for, and how many records there are in all, at a cost that the page bounds.

An archive of a million studies answers as fast as one of ten thousand: what few records fit is looked up once and put in
order here; what many fit is read in the database's own order, and counted no further than anybody would page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from django.db.models import QuerySet

from radapp.archive.models import Study
from radapp.dicomweb.matching import FEW, LIMIT_AT_MOST, Row, Search

COUNTED_AT_MOST = 10_000
AT_ONCE = 10
"""So many records are read whole, where an identifier is asked for, before it is known how many there are."""
IDENTIFIERS = frozenset({"StudyInstanceUID", "PatientID", "AccessionNumber"})


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows in order. `total`: how many fit the search; where `more`, there are at least so many."""

    rows: list[Row]
    total: int
    more: bool = False


def page_of(found: QuerySet[Row], search: Search) -> Page[Row]:
    """The page of an ordered search."""
    most = search.most
    rows = list(found[search.offset : search.offset + most + 1])
    last = search.offset + len(rows)
    if rows and len(rows) <= most:
        return Page(rows, last)
    if search.offset > COUNTED_AT_MOST:
        return Page(rows[:most], last, more=bool(rows))
    bound = last + COUNTED_AT_MOST
    total = found.order_by()[:bound].count()
    return Page(rows[:most], total, more=total == bound)


def page_of_studies(found: QuerySet[Study], search: Search) -> Page[Study]:
    """The page of a search for studies, the latest received first."""
    ordered = found.order_by("-received_at", "-id")
    if not search.conditions:
        return page_of(ordered, search)
    end = search.offset + search.most
    handful = list(found.order_by()[: AT_ONCE + 1]) if _names_few(search) else None
    if handful is not None and len(handful) <= AT_ONCE:
        handful.sort(key=lambda study: (study.received_at, study.pk), reverse=True)
        return Page(handful[search.offset : end], len(handful))
    few = list(found.order_by().values_list("received_at", "pk")[: FEW + 1])
    if len(few) > FEW:
        return page_of(ordered, search)
    keys = [pk for _, pk in sorted(few, reverse=True)[search.offset : end]]
    rows = Study.objects.in_bulk(keys)
    return Page([rows[key] for key in keys if key in rows], len(few))


def _names_few(search: Search) -> bool:
    """Whether it asks for a whole identifier, which an index finds."""
    return any(one.keyword in IDENTIFIERS and not {"*", "?"} & set(value) for one, value in search.conditions)


def rest_of(page: Page[Row], search: Search, sent: int) -> Sequence[str]:
    """What the client should know of what was left out, in PS3.18's own words (section 8.3.4.4)."""
    left = page.total - search.offset - sent
    if left <= 0 or not (page.more or sent == LIMIT_AT_MOST):
        return ()
    return (f"There are {'at least ' if page.more else ''}{left} additional results that can be requested",)
