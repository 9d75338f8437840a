"""Examinations of the archive that could be cases: found by query or list, each with what bars it."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.db.models import QuerySet

from radapp.accounts.errors import ApiError
from radapp.archive.models import Study
from radapp.readerstudies.desk.bars import Bar, Judge
from radapp.readerstudies.desk.sequences import sequences
from radapp.readerstudies.models import ReaderStudy
from radapp.readerstudies.terms import protocol_in_force
from radapp.triage.models import Truth
from radapp.triage.worklist import Query as WorklistQuery
from radapp.triage.worklist import filtered

AT_MOST = 20_000
AT_ONCE = 500
TOO_MANY = "{count} examinations fit, and at most {most} are weighed at once. Narrow it by dates, sequences or a list."
NOTHING_ASKED = "Name examinations by their UIDs, or send a query."


@dataclass(frozen=True)
class Query:
    """Which examinations; what is empty leaves nothing out. `truth`: any, known, positive, negative or unknown."""

    date_from: date | None = None
    date_to: date | None = None
    tiers: Sequence[str] = ()
    states: Sequence[str] = ()
    sequences: Sequence[str] = ()
    truth: str = "any"
    listed: Sequence[str] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """From the address's shape, where the list is one text."""
        listed = tuple(dict.fromkeys(filter(None, re.split(r"[\s,;]+", values.get("listed", "")))))
        return cls(**{**values, "listed": listed})

    def told(self) -> dict[str, Any]:
        """As entries of the chain tell of it."""
        return {
            "date_from": self.date_from.isoformat() if self.date_from else None,
            "date_to": self.date_to.isoformat() if self.date_to else None,
            "tiers": list(self.tiers),
            "states": list(self.states),
            "sequences": list(self.sequences),
            "truth": self.truth,
            "listed": len(self.listed),
        }


@dataclass(frozen=True)
class Candidate:
    """One examination: what it has, what is known of it, what bars it, what there is to know."""

    examination: Study
    sequences: Sequence[str]
    truth: bool | None
    bars: Sequence[Bar]
    notes: Sequence[Bar]

    def as_shape(self) -> dict[str, Any]:
        """CandidateSerializer."""
        return {
            **examination_shape(self.examination, self.sequences),
            "truth": self.truth,
            "bars": self.bars,
            "notes": self.notes,
        }


@dataclass(frozen=True)
class Found:
    """What was asked for and is there; what a list named that is not there, or is there several times."""

    candidates: Sequence[Candidate]
    not_found: Sequence[str] = ()
    ambiguous: Sequence[str] = ()
    query: Mapping[str, Any] = field(default_factory=dict)

    def as_shape(self, limit: int) -> dict[str, Any]:
        """CandidatesSerializer; at most `limit` of them, those without a bar first."""
        free = [one for one in self.candidates if not one.bars]
        ordered = sorted(self.candidates, key=lambda one: bool(one.bars))
        return {
            "counts": {
                "found": len(self.candidates),
                "free": len(free),
                "barred": len(self.candidates) - len(free),
                **counted_truths(one.truth for one in free),
            },
            "bars": dict(Counter(bar.code for one in self.candidates for bar in one.bars)),
            "results": [one.as_shape() for one in ordered[:limit]],
            "not_found": self.not_found,
            "ambiguous": self.ambiguous,
        }


def counted_truths(truths: Any) -> dict[str, int]:
    """{positive, negative, unknown} of truths that are true, false or None."""
    counts = Counter(truths)
    return {"positive": counts[True], "negative": counts[False], "unknown": counts[None]}


def examination_shape(examination: Study, found: Sequence[str]) -> dict[str, Any]:
    """CaseExaminationSerializer: no name, no number of the patient."""
    return {
        "uid": examination.study_instance_uid,
        "accession_number": examination.accession_number,
        "study_date": examination.study_date,
        "sequences": found,
        "synthetic": examination.synthetic,
    }


def asked(study: ReaderStudy, uids: Sequence[str] | None, query: Mapping[str, Any] | None) -> Found:
    """What a body that adds cases names: UIDs as they are, or a query. ApiError 400 for neither."""
    if uids is not None:
        return find(study, Query(listed=tuple(dict.fromkeys(uids))))
    if query is None:
        raise ApiError(400, "invalid", NOTHING_ASKED)
    return find(study, Query.of({key: value for key, value in query.items() if key != "limit"}))


def find(study: ReaderStudy, query: Query) -> Found:
    """Every examination under the query, oldest first, weighed for this study. ApiError 400 for more than 20 000."""
    not_found: list[str] = []
    ambiguous: list[str] = []
    studies = filtered(
        Study.objects.all(),
        WorklistQuery(tiers=query.tiers, states=query.states, date_from=query.date_from, date_to=query.date_to),
    )
    if query.listed:
        keys, not_found, ambiguous = _listed(query.listed)
        chosen = [one for some in _batches(keys) for one in studies.filter(pk__in=some)]
    else:
        chosen = _bounded(studies.filter(images_deleted_at=None))
    found = weigh(study, sorted(chosen, key=lambda one: (one.study_date or date.min, one.pk)))
    fitting = [one for one in found if _fits(one, query)]
    return Found(fitting, not_found, ambiguous, query.told())


def weigh(study: ReaderStudy, examinations: Sequence[Study]) -> list[Candidate]:
    """What bars each of them, in some queries for all together."""
    keys = [one.pk for one in examinations]
    has, truths = sequences(keys), archive_truths(keys)
    judge = Judge.of(study, protocol_in_force(study).design)
    return [
        Candidate(
            one,
            has.get(one.pk, []),
            truths.get(one.pk),
            judge.bars(one, has.get(one.pk, [])),
            judge.notes(one, truths.get(one.pk)),
        )
        for one in examinations
    ]


def archive_truths(examinations: Sequence[int]) -> dict[int, bool]:
    """The archive's truths by the examinations' primary keys."""
    return {
        study: label
        for some in _batches(list(examinations))
        for study, label in Truth.objects.filter(study__in=some).values_list("study_id", "label")
    }


def _bounded(studies: QuerySet[Study]) -> list[Study]:
    chosen = list(studies[: AT_MOST + 1])
    if len(chosen) > AT_MOST:
        raise ApiError(400, "too_many", TOO_MANY.format(count=studies.count(), most=AT_MOST))
    return chosen


def _fits(one: Candidate, query: Query) -> bool:
    if set(query.sequences) - set(one.sequences):
        return False
    known = one.truth is not None
    return {
        "any": True,
        "known": known,
        "unknown": not known,
        "positive": one.truth is True,
        "negative": one.truth is False,
    }[query.truth]


def _listed(names: Sequence[str]) -> tuple[list[int], list[str], list[str]]:
    """(primary keys, names that nothing has, accession numbers that several have); each name is tried as a UID first."""
    by_uid: dict[str, int] = {}
    by_number: dict[str, list[int]] = defaultdict(list)
    for some in _batches(names):
        by_uid |= dict(Study.objects.filter(study_instance_uid__in=some).values_list("study_instance_uid", "pk"))
        for number, key in Study.objects.filter(accession_number__in=some).values_list("accession_number", "pk"):
            by_number[number].append(key)
    keys: list[int] = []
    not_found: list[str] = []
    ambiguous: list[str] = []
    for name in names:
        found = [by_uid[name]] if name in by_uid else by_number.get(name, [])
        if len(found) == 1:
            keys += found
        else:
            (ambiguous if found else not_found).append(name)
    return list(dict.fromkeys(keys)), not_found, ambiguous


def _batches(keys: Sequence[Any]) -> list[Sequence[Any]]:
    return [keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)]
