"""Query parameters of QIDO-RS (PS3.18 section 8.3.4) as database conditions."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from radapp.archive.models import Instance, Series, Study
from radapp.dicomweb import names
from radapp.dicomweb.attributes import Attribute, Level, Match, attribute_of, is_attribute
from radapp.dicomweb.fields import Fields, parse_fields
from radapp.dicomweb.refusals import bad_request

Row = TypeVar("Row", Study, Series, Instance)

_CONTROL = frozenset(
    {"limit", "offset", "includefield", "fuzzymatching", "accept", "emptyvaluematching", "multiplevaluematching"}
)
# Parameters of PS3.18 section 8.3.4 that are read and not followed, by what they would do.
_NOT_DONE = {"emptyvaluematching": "Empty Value Matching", "multiplevaluematching": "Multiple Value Matching"}
_LISTS = frozenset({Match.UIDS, Match.CODES, Match.MODALITIES, Match.CLASSES})
LIMIT_AT_MOST = 10_000
"""Records in one answer, whether or not the client asks for a limit of its own."""
FEW = 2_000
"""So many rows are looked up one by one rather than looked for among all."""


@dataclass
class Search:
    """One parsed query: conditions with the attribute they are on, the page and the fields asked for.

    `ignored`: names that were not understood; `warnings`: what else the client should know.
    """

    conditions: list[tuple[Attribute, str]] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0
    ignored: list[str] = field(default_factory=list)
    fields: Fields = field(default_factory=Fields)
    warnings: list[str] = field(default_factory=list)

    @property
    def most(self) -> int:
        """Records in its answer."""
        return LIMIT_AT_MOST if self.limit is None else self.limit


def _whole(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise bad_request(f"{name} must be a whole number from 0.")
    return int(text)


def parse(query: QueryDict) -> Search:
    """Read every parameter. 400 for what names no DICOM attribute; known ones not matched here are ignored and told."""
    search = Search(fields=parse_fields(query.getlist("includefield")))
    search.ignored += search.fields.ignored
    fuzzy = query.get("fuzzymatching", "").lower() == "true"
    for name, values in query.lists():
        if name == "limit":
            search.limit = min(_whole(values[-1], name), LIMIT_AT_MOST)
        elif name == "offset":
            search.offset = _whole(values[-1], name)
        elif name in _NOT_DONE and values[-1].lower() == "true":
            search.warnings.append(f"The {name} parameter is not supported. {_NOT_DONE[name]} has not been performed")
        elif name not in _CONTROL:
            _condition(search, name, values, fuzzy=fuzzy)
    return search


def _condition(search: Search, name: str, values: Sequence[str], *, fuzzy: bool) -> None:
    known = attribute_of(name)
    if known is None and not is_attribute(name):
        raise bad_request(
            "A query parameter names no DICOM attribute; use a keyword such as PatientID, or a tag such as 00100020."
        )
    if known is None or known.match is None:
        search.ignored.append(name)
        return
    value = ",".join(values) if known.match in _LISTS else values[-1]
    if known.match not in _LISTS and len(set(values)) > 1:
        search.warnings.append(f"{known.keyword} was given several times; the last value was matched")
    if fuzzy and known.match is Match.PERSON:
        known = replace(known, match=Match.FUZZY)
    if value not in {"", "*"}:
        search.conditions.append((known, value))


def _pattern(value: str, any_one: str = ".") -> str:
    """DICOM's wildcards (PS3.4 C.2.2.2.4) as a regular expression; `any_one`: what ? stands for, and * any number of."""
    wild = {"*": f"{any_one}*", "?": any_one}
    return "".join(wild.get(character, re.escape(character)) for character in value)


def _text(path: str, value: str, *, fold: bool) -> Q:
    """Wildcard or exact matching; the common shapes use what an index or a plain LIKE can do."""
    letter = "i" if fold else ""
    inner = value.strip("*")
    if "*" not in inner and "?" not in inner:
        starts, ends = not value.startswith("*"), not value.endswith("*")
        lookup = {(True, True): "exact", (True, False): "startswith", (False, True): "endswith", (False, False): "contains"}
        found = Q(**{f"{path}__{letter}{lookup[starts, ends]}": inner})
        # SQLite's LIKE never minds case, so where case counts the few rows it leaves are looked at again.
        return found if fold or (starts and ends) else found & Q(**{f"{path}__regex": f"^{_pattern(value)}$"})
    return Q(**{f"{path}__{letter}regex": f"^{_pattern(value)}$"})


def _person(path: str, value: str) -> Q:
    """A name is matched as a whole or by any one of its groups, alphabetic=ideographic=phonetic (PS3.5 6.2.1.2)."""
    whole = _text(path, value, fold=True)
    if "=" in value:
        return whole
    inner = value.strip("*")
    if "*" in inner or "?" in inner:
        return whole | Q(**{f"{path}__iregex": f"(^|=){_pattern(value, '[^=]')}(=|$)"})
    if value.startswith("*"):
        return whole if value.endswith("*") else whole | Q(**{f"{path}__icontains": f"{inner}="})
    prefix = path.removesuffix("patient_name")
    if prefix != path:
        others = _text(f"{prefix}ideographic_name", value, fold=True) | _text(f"{prefix}phonetic_name", value, fold=True)
    elif value.endswith("*"):
        return whole | Q(**{f"{path}__icontains": f"={inner}"})
    else:
        others = Q(**{f"{path}__iendswith": f"={inner}"}) | Q(**{f"{path}__icontains": f"={inner}="})
    return whole | others if value.endswith("*") else whole | others | Q(**{f"{path}__istartswith": f"{inner}="})


def _fuzzy(path: str, value: str) -> Q:
    """By its words too; a single word anywhere in the name is found literally, wherever it begins."""
    words = names.words_of(value)
    anywhere = value.startswith("*") and value.endswith("*") and words == [value.strip("*")]
    return _person(path, value) if anywhere or not words else _person(path, value) | names.condition(path, value)


def _items(value: str) -> list[str]:
    return [item.strip() for item in re.split(r"[\\,]", value) if item.strip()]


def _day(text: str) -> date:
    try:
        return datetime.strptime(text.replace("-", ""), "%Y%m%d").date()
    except ValueError:
        raise bad_request("A date must be YYYYMMDD, or a range YYYYMMDD-YYYYMMDD with either end left out.") from None


def _ends(value: str) -> tuple[str, str] | None:
    """Both ends of a range, or None for a single value. 2026-01-31, though no DICOM date, is read as one."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) or "-" not in value:
        return None
    first, _, last = value.partition("-")
    return first.strip(), last.strip()


def _date(path: str, value: str) -> Q:
    ends = _ends(value)
    if ends is None:
        return Q(**{path: _day(value)})
    first, last = ends
    if not first and not last:
        raise bad_request("A date range needs at least one end: YYYYMMDD-YYYYMMDD.")
    condition = Q(**{f"{path}__gte": _day(first)}) if first else Q()
    return condition & Q(**{f"{path}__lte": _day(last)}) if last else condition


def _time(path: str, value: str) -> Q:
    """TM texts sort as they are; the upper end of a range includes the times that begin with it."""
    clean = value.replace(":", "")
    if not re.fullmatch(r"[\d.]*(-[\d.]*)?", clean) or not clean.strip("-"):
        raise bad_request("A time must be HHMMSS, or a range HHMMSS-HHMMSS.")
    first, dash, last = clean.partition("-")
    if not dash:
        return Q(**{f"{path}__startswith": first})
    condition = Q(**{f"{path}__gte": first}) if first else Q()
    return condition & Q(**{f"{path}__lte": f"{last}~"}) if last else condition


def _number(path: str, value: str) -> Q:
    try:
        number = int(value)
    except ValueError:
        raise bad_request("A number attribute is matched by one whole number.") from None
    if abs(number) >= 2**31:
        raise bad_request("A number attribute is matched by one whole number of at most 31 bits.")
    return Q(**{path: number})


def _codes(path: str, value: str) -> Q:
    condition = Q()
    for item in _items(value):
        condition |= _text(path, item, fold=False)
    return condition


def condition_on(attribute: Attribute, value: str, prefix: str) -> Q:
    """The condition on `prefix + field`. 400 where the value cannot be one of the attribute's."""
    if "\x00" in value:
        raise bad_request("A query value holds a null character.")
    path = f"{prefix}{attribute.field}"
    match attribute.match:
        case Match.UIDS:
            return Q(**{f"{path}__in": _items(value)})
        case Match.MODALITIES | Match.CLASSES:
            return _within(attribute.match, value, f"{prefix}pk")
        case None:
            return _text(path, value, fold=False)
        case how:
            return _CONDITIONS[how](path, value)


def _within(match: Match, value: str, study: str) -> Q:
    """What some series or instance of the study has. Where few studies have it they are named, else each is asked."""
    if match is Match.CLASSES:
        return Q(Exists(Instance.objects.filter(sop_class_uid__in=_items(value), series__study=OuterRef(study))))
    having = Series.objects.filter(_codes("modality", value))
    few = list(having.order_by().values_list("study_id", flat=True)[: FEW + 1])
    return Q(**{f"{study}__in": set(few)}) if len(few) <= FEW else Q(Exists(having.filter(study=OuterRef(study))))


_CONDITIONS: dict[Match, Callable[[str, str], Q]] = {
    Match.TEXT: lambda path, value: _text(path, value, fold=False),
    Match.NAME: lambda path, value: _text(path, value, fold=True),
    Match.PERSON: _person,
    Match.FUZZY: _fuzzy,
    Match.CODES: _codes,
    Match.DATE: _date,
    Match.TIME: _time,
    Match.NUMBER: _number,
}


_PREFIXES = {
    Level.STUDY: {Level.STUDY: ""},
    Level.SERIES: {Level.STUDY: "study__", Level.SERIES: ""},
    Level.INSTANCE: {Level.STUDY: "series__study__", Level.SERIES: "series__", Level.INSTANCE: ""},
}


def narrow(found: QuerySet[Row], level: Level, search: Search) -> QuerySet[Row]:
    """Apply every condition that the level knows; attributes of a lower level than asked for are ignored and told."""
    for attribute, value in search.conditions:
        prefix = _PREFIXES[level].get(attribute.level)
        if prefix is None:
            search.ignored.append(attribute.keyword)
        else:
            found = found.filter(condition_on(attribute, value, prefix))
    return found
