"""What an export did, as JSON for programs and as text for people. Nothing in it tells whose the data were."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from radapp.confidentiality.deidentify import Tally
from radapp.confidentiality.profile import EDITION, Action, Options

NOTES = (
    "Pixels were not looked at. A face can be rebuilt from thin slices: where none may be recognised, take it away.",
    "Times of day are as they were.",
    "Pseudonyms, UIDs and date shifts are the same in every export of this project, and no other's.",
)
ALLOWED = "Objects with burned-in annotation were allowed: look at their pixels before you pass them on."


@dataclass(frozen=True)
class About:
    """What the export was: for whom, how, when (ISO date), by which version."""

    project: str
    options: Options
    burned_in: bool
    made_on: str
    version: str


@dataclass(frozen=True)
class LeftOut:
    """An object that stayed behind, by its patient's pseudonym and the UID that it would have had."""

    patient: str
    object: str
    reason: str


@dataclass
class Account:
    """What happened, counted while it happens."""

    tally: Tally = field(default_factory=Counter)
    patients: set[str] = field(default_factory=set)
    studies: int = 0
    series: int = 0
    objects: int = 0
    left_out: list[LeftOut] = field(default_factory=list)


def as_json(account: Account, about: About) -> str:
    """The report for programs."""
    told = {
        "project": about.project,
        "made_on": about.made_on,
        "made_by": f"DARNDEST {about.version}",
        "profile": EDITION,
        "methods": [{"code": code, "scheme": "DCM", "meaning": meaning} for code, meaning in about.options.codes],
        "burned_in_annotation_allowed": about.burned_in,
        "patients": len(account.patients),
        "studies": account.studies,
        "series": account.series,
        "objects": account.objects,
        "attributes": _attributes(account.tally),
        "left_out": [vars(one) for one in account.left_out],
        "notes": list(_notes(about.burned_in)),
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _notes(burned_in: bool) -> Sequence[str]:
    return (*NOTES, ALLOWED) if burned_in else NOTES


def _attributes(tally: Tally) -> dict[str, dict[str, int]]:
    """{attribute: {action: how often}}, in order."""
    found: dict[str, dict[str, int]] = {}
    for (name, action), count in sorted(tally.items()):
        if count > 0:
            found.setdefault(name, {})[action.value] = count
    return found


def as_text(account: Account, about: About) -> str:
    """The report for people."""
    attributes = _attributes(account.tally)
    lines = [
        f"De-identified export of the project {about.project}, {about.made_on}, by DARNDEST {about.version}",
        f"{EDITION}: " + "; ".join(f"{meaning} ({code})" for code, meaning in about.options.codes),
        "",
        f"{account.objects} objects in {account.series} series of {account.studies} studies of {len(account.patients)} "
        f"patients; {len(account.left_out)} objects left out.",
        "",
        *_notes(about.burned_in),
    ]
    for action in Action:
        names = [f"{name} ({counts[action.value]})" for name, counts in attributes.items() if action.value in counts]
        if names:
            lines += ["", f"{action.value.capitalize()}:", *(f"  {name}" for name in names)]
    if account.left_out:
        lines += ["", "Left out:", *_left_out(account.left_out)]
    return "\n".join(lines) + "\n"


def _left_out(left_out: Sequence[LeftOut]) -> list[str]:
    grouped: dict[str, list[LeftOut]] = {}
    for one in left_out:
        grouped.setdefault(one.reason, []).append(one)
    lines = []
    for reason, objects in grouped.items():
        lines.append(f"  {len(objects)} because {reason}:")
        lines += [f"    {one.object} of {one.patient}" for one in objects]
    return lines
