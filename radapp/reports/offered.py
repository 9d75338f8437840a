"""The kinds of sources that there are, and the one way to a source."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from radapp.accounts.models import User
from radapp.reports.cohort_source import Cohorts
from radapp.reports.models import SavedReport
from radapp.reports.sources import Kind, Source
from radapp.reports.study_source import Studies

KINDS: Mapping[str, Kind] = {one.name: one for one in (Studies(), Cohorts())}
"""By what stands before the colon of an address."""


def source_at(address: str, user: User, definition: Any = None) -> Source | None:
    """The source of this address, where this person may report on it; None otherwise, whatever the reason."""
    name, _, key = address.partition(":")
    return KINDS[name].permitted(user, key, definition) if name in KINDS else None


def reports_for(user: User) -> Q:
    """Of SavedReport: all that this person may see."""
    return reduce(or_, (kind.reports(user) for kind in KINDS.values()))


def source_of(report: SavedReport) -> Source:
    """What a report was made of, as it is now. LookupError where it is gone."""
    name, _, key = report.source.partition(":")
    found = KINDS[name].found(key, report.definition)
    if found is None:
        raise LookupError(f"the source {report.source} of report {report.key} is not there any more")
    return found


def sources_for(user: User) -> list[Source]:
    """All that this person may report on."""
    return [source for kind in KINDS.values() for source in kind.listed(user)]
