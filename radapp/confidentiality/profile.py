"""PS3.15 Table E.1-1 as data, and what it asks of an attribute under the options chosen.

`profile.csv` is Table E.1-1 of DICOM PS3.15 2024e, a line an attribute: the basic profile's action and each option's.
Where the table leaves a choice by the attribute's type in the object's IOD (X/Z, X/D, Z/D, X/Z/D), the form that conforms to
every type is taken: the attribute stays, empty or with a dummy.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydicom.tag import BaseTag

TABLE = Path(__file__).with_name("profile.csv")
EDITION = "DICOM PS3.15 2024e, Table E.1-1"


class Action(StrEnum):
    """What becomes of an attribute."""

    REMOVED = "removed"
    EMPTIED = "emptied"
    DUMMY = "dummy"
    UID = "uid replaced"
    SHIFTED = "date shifted"
    CLEANED = "cleaned"
    KEPT = "kept"


@dataclass(frozen=True)
class Options:
    """Which of the profile's options are applied; both date options of the standard exclude each other."""

    modified_dates: bool = True
    clean_descriptors: bool = True
    retain_device_identity: bool = False
    retain_safe_private: bool = False

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """De-identification method codes (PS3.16 CID 7050), the profile first."""
        chosen = (
            (True, "113100", "Basic Application Confidentiality Profile"),
            (self.clean_descriptors, "113105", "Clean Descriptors Option"),
            (self.modified_dates, "113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
            (self.retain_device_identity, "113109", "Retain Device Identity Option"),
            (self.retain_safe_private, "113111", "Retain Safe Private Option"),
        )
        return tuple((value, meaning) for applied, value, meaning in chosen if applied)


@dataclass(frozen=True)
class Line:
    """One line of the table: the basic profile's action, and the action of each option that has one."""

    name: str
    basic: str
    options: Mapping[str, str]


@cache
def table() -> Mapping[str, Line]:
    """By tag as eight hexadecimal digits; `50xxxxxx` for curves, `60xx3000` and `60xx4000` for overlays, `private`."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        row["tag"]: Line(
            row["name"],
            row["basic"],
            {key: value for key, value in row.items() if value and key not in {"tag", "name", "basic"}},
        )
        for row in rows
    }


def line_of(tag: BaseTag) -> Line | None:
    """The table's line for a tag; all of a curve's or an overlay's group goes with its data."""
    if tag.is_private:
        return table()["private"]
    if 0x5000 <= tag.group <= 0x50FF:
        return table()["50xxxxxx"]
    if 0x6000 <= tag.group <= 0x60FF:
        return table()["60xx3000"]
    return table().get(f"{int(tag):08x}")


DATES = frozenset({"DA", "DT", "TM"})
PUBLIC_DATES = frozenset({"Context Group Version", "Context Group Local Version"})


def action_of(line: Line, vr: str, options: Options) -> Action:
    """What the table asks for, options before the basic profile."""
    if vr in DATES and (line.name in PUBLIC_DATES or "retain_device_identity" in line.options):
        # Dates of lists of codes and of machines are known to many: moved, they would tell by how much the others were.
        return basic_action(line, vr)
    if options.modified_dates and "modified_dates" in line.options and vr in DATES:
        return Action.SHIFTED
    if options.retain_device_identity and line.options.get("retain_device_identity") == "K":
        return Action.KEPT
    if options.clean_descriptors and "clean_descriptors" in line.options and vr in {"LO", "SH", "ST", "LT", "UT"}:
        return Action.CLEANED
    return basic_action(line, vr)


def basic_action(line: Line, vr: str) -> Action:
    """The basic profile's action, of several the one that conforms to every IOD."""
    choices = line.basic.split("/")
    if "U" in choices or "U*" in choices or (vr == "UI" and "D" in choices):
        return Action.UID
    if vr == "SQ":
        return Action.EMPTIED if "Z" in choices else Action.REMOVED if "X" in choices else Action.DUMMY
    if "D" in choices:
        return Action.DUMMY
    return Action.EMPTIED if "Z" in choices else Action.REMOVED
