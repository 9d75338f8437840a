"""Whether a record fits a search: QIDO-RS's matching (PS3.18 section 8.3.4) by Python, as radapp.dicomweb.matching by SQL.

A source may ignore a key, match it loosely, or not read what a query string encodes. What it answers is looked through here,
so that one search means the same to every source and to the archive.
"""

import re
from collections.abc import Iterable

from radapp.dicomweb import names
from radapp.dicomweb.attributes import Attribute, Level, Match
from radapp.upstream import records
from radapp.upstream.peer import Conditions
from radapp.upstream.records import Record


def sifted(written: Iterable[object], level: Level, conditions: Conditions) -> list[Record]:
    """What of a source's answer is a record, and fits."""
    return [one for one in records.cleaned(written, level) if all(fits(one, *condition) for condition in conditions)]


def fits(record: Record, attribute: Attribute, value: str) -> bool:
    """Whether one condition holds. A record without the attribute fits none but on what few PACS tell of a study."""
    found = [str(one) for one in records.values_of(record, attribute.tag)]
    if not found:
        return attribute.match in {Match.MODALITIES, Match.CLASSES}
    return any(_matches(attribute.match, one, value) for one in found)


def _matches(how: Match | None, found: str, value: str) -> bool:
    match how:
        case Match.TEXT:
            return _wild(found, value, fold=False)
        case Match.NAME:
            return _wild(found, value, fold=True)
        case Match.PERSON:
            whole = _wild(found, value, fold=True)
            return whole or ("=" not in value and any(_wild(group, value, fold=True) for group in found.split("=") if group))
        case Match.FUZZY:
            return _matches(Match.PERSON, found, value) or names.fits(found, value)
        case Match.UIDS | Match.CLASSES:
            return found in value.split(",")
        case Match.CODES | Match.MODALITIES:
            return any(_wild(found, item, fold=False) for item in value.split(","))
        case Match.DATE:
            return _in_range(found, value)
        case Match.TIME:
            return _in_range(found.replace(":", ""), value)
        case Match.NUMBER:
            return found == str(int(value))
        case _:
            return True


def _wild(found: str, value: str, *, fold: bool) -> bool:
    parts = {"*": ".*", "?": "."}
    pattern = "".join(parts.get(character, re.escape(character)) for character in value)
    return re.fullmatch(pattern, found, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None


def _in_range(found: str, value: str) -> bool:
    """Dates and times are compared as texts; the upper end takes in what begins with it."""
    first, dash, last = (part.strip() for part in value.partition("-"))
    if not dash:
        return found.startswith(first)
    return (not first or found >= first) and (not last or found[: len(last)] <= last)
