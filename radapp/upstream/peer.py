"""What a source can do for us, whichever protocol it speaks; and how it fails."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from radapp.dicomweb import names
from radapp.dicomweb.attributes import Attribute, Level, Match
from radapp.upstream.models import UpstreamSource

Conditions = tuple[tuple[Attribute, str], ...]
"""Those of a QIDO-RS search, their values as `plain` writes them."""

DUPLICATE = 0x0111
"""Status and failure reason: the object is there already."""
FOR_GOOD = frozenset({0x0122, 0x0124, *range(0xA900, 0xAA00), *range(0xC000, 0xD000)})
"""Those after which trying again changes nothing: class not supported, not authorised, does not match, not understood."""


class SourceError(Exception):
    """A source did not do what it was asked; the text says what it did instead, and names no study."""


class SourceDownError(SourceError):
    """It does not answer, answers too slowly, or turns us away: nothing else need be asked of it for a while."""


class SourceConfusedError(SourceError):
    """It answers, but with what cannot be used: not DICOM, not whole, of another study."""


@dataclass(frozen=True)
class Query:
    """What is searched for. `within`: Study and Series Instance UID, empty where the level is searched across all.

    The source may match the conditions its own way: what it answers is looked through again.
    """

    level: Level
    conditions: Conditions = ()
    within: tuple[str, str] = ("", "")
    most: int = 500


def plain(attribute: Attribute, value: str) -> str:
    """A condition's value as every protocol writes it: lists by commas, dates and times without their separators."""
    match attribute.match:
        case Match.UIDS | Match.CODES | Match.MODALITIES | Match.CLASSES:
            return value.replace("\\", ",").replace(" ", "")
        case Match.DATE:
            return value.replace("-", "") if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else value
        case Match.TIME:
            return value.replace(":", "")
        case _:
            return value


def broadened(attribute: Attribute, value: str) -> str:
    """The value that is sent for it: of words in any order one with wildcards around it; the rest is sorted out here."""
    if attribute.match is not Match.FUZZY:
        return value
    longest = max(names.words_of(value), key=len, default="")
    # In Chinese a gap may stand between the characters of one word as it was typed.
    return f"*{longest if longest.isascii() else longest[0]}*" if longest else "*"


@dataclass(frozen=True)
class Answer:
    """Records in DICOM JSON as the source wrote them. `truncated`: it has more than were asked for."""

    records: Sequence[Any] = ()
    truncated: bool = False


Take = Callable[[Callable[[BinaryIO], object]], None]
"""Takes one object: it is given what writes the object's octets into a file."""


@dataclass(frozen=True)
class Outgoing:
    """A result that goes to a source: a file in a syntax that every PACS reads (Explicit VR Little Endian)."""

    delivery: int
    study_uid: str
    series_uid: str
    sop_class_uid: str
    sop_instance_uid: str
    path: Path


class Verdict(Enum):
    """What a source said of a result: it has it, it never will, or another time perhaps."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True)
class Receipt:
    """The verdict on one result, with the source's reason in words."""

    delivery: int
    verdict: Verdict
    reason: str = ""


class Peer(Protocol):
    """One source. Every method ends within bounds, touches no database, raises SourceDownError or SourceConfusedError."""

    def echo(self) -> str:
        """Say that it is there, and what answered, in words."""
        ...

    def find(self, query: Query, seconds: float) -> Answer:
        """Search, within so many seconds."""
        ...

    def fetch(self, study_uid: str, series_uid: str, wanted: Sequence[str], take: Take) -> Iterator[None]:
        """Hand over a series' instances one by one (`wanted` of them, or all); yields between them."""
        ...

    def holds(self, result: Outgoing) -> bool:
        """Whether it has this very instance already."""
        ...

    def store(self, results: Sequence[Outgoing]) -> Sequence[Receipt]:
        """Send results of one study; a receipt for each."""
        ...


def peer_of(source: UpstreamSource) -> Peer:
    """The source as something to talk to."""
    if source.kind == UpstreamSource.Kind.DIMSE:
        from radapp.upstream.dimse_peer import DimsePeer  # pynetdicom only where a source speaks DIMSE

        return DimsePeer(source)
    from radapp.upstream.web_peer import WebPeer

    return WebPeer(source)
