"""What a coder or adjudicator is shown: the queue, and one item. Never a number, a name or a date of anything outside it."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from radapp.readerstudies.anatomy import KINDS, SITES
from radapp.readerstudies.blinding.shown import shown
from radapp.readerstudies.coding.agreement import agreement_of, numbers_of_coders
from radapp.readerstudies.coding.categories import ERRORS, listed, precedence_of
from radapp.readerstudies.coding.counted import reference_of
from radapp.readerstudies.coding.erring import said_by, source_of
from radapp.readerstudies.coding.sight import (
    Part,
    holds,
    is_coded_by,
    is_open_to,
    is_revealed,
    open_cases,
    sight_on,
    visible_items,
)
from radapp.readerstudies.coding.standing import Standing, State, standing_of
from radapp.readerstudies.coding.team import missing_before_the_first_code
from radapp.readerstudies.models import Adjudication, Code, CodingItem
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.terms import protocol_in_force

TO_CODE, WAITING, HIDDEN, TO_ADJUDICATE, DIFFERING, SETTLED = STATES = (
    "to_code",  # by this person
    "waiting",  # for the other coder
    "hidden",  # both locked, but this person has another error of the case to code
    "to_adjudicate",  # by this person
    "differing",  # by somebody else
    "settled",
)


def queue(admitted: Admitted) -> dict[str, Any]:
    """What QueueSerializer has: items in this person's own shuffled order."""
    study, protocol = admitted.study, protocol_in_force(admitted.study)
    precedences: dict[str, tuple[str, ...]] = {error: precedence_of(protocol.coding, error) for error in ERRORS}
    items, still_open = visible_items(admitted), open_cases(admitted)
    standings = {item.pk: standing_of(item, protocol.coding, precedences[item.error]) for item in items}
    states = {item.pk: state_for(admitted, item, standings[item.pk], still_open) for item in items}
    revealed = [item for item in items if is_revealed(item, still_open)]
    return {
        "study": {"key": study.key, "title": study.title, "synthetic": study.synthetic, "state": study.state},
        "coder": holds(admitted, Part.CODER),
        "adjudicator": holds(admitted, Part.ADJUDICATOR),
        "hit_radius_mm": protocol.coding.hit_radius_mm,
        "adjudicate": protocol.coding.adjudicate,
        "categories": listed(protocol.coding),
        "terms": [{"key": term.key, "name": {"en": term.english, "zh": term.chinese}} for term in (*SITES, *KINDS)],
        "missing": missing_before_the_first_code(study),
        "items": [{"key": item.key, "state": states[item.pk]} for item in _shuffled(admitted, items)],
        "agreement": agreement_of(revealed, numbers_of_coders(study), precedences),
    }


def _shuffled(admitted: Admitted, items: Iterable[CodingItem]) -> list[CodingItem]:
    """In this person's order: from the study's seed, and from keys that are random themselves."""
    me = admitted.membership(Part.CODER, Part.ADJUDICATOR).key

    def place(item: CodingItem) -> str:
        return hashlib.sha256(f"{admitted.study.seed} {me} {item.key}".encode()).hexdigest()

    return sorted(items, key=place)


def state_for(admitted: Admitted, item: CodingItem, standing: Standing, still_open: set[int]) -> str:
    """One of STATES."""
    if holds(admitted, Part.CODER) and is_open_to(item, admitted.user):
        return TO_CODE
    if not standing.both_locked:
        return WAITING
    if not is_revealed(item, still_open):
        return HIDDEN
    if standing.state is State.SETTLED:
        return SETTLED
    return TO_ADJUDICATE if _may_adjudicate(admitted, item) else DIFFERING


def _may_adjudicate(admitted: Admitted, item: CodingItem) -> bool:
    return holds(admitted, Part.ADJUDICATOR) and not is_coded_by(item, admitted.user)


def item_view(admitted: Admitted, item: CodingItem) -> dict[str, Any]:
    """What ItemSerializer has, as far as this person may see it now."""
    protocol = protocol_in_force(admitted.study)
    standing = standing_of(item, protocol.coding, precedence_of(protocol.coding, item.error))
    still_open = open_cases(admitted, item.case)
    revealed = is_revealed(item, still_open)
    mine = next((code for code in standing.codes if code.coder.user_id == admitted.user.pk), None)
    return {
        "key": item.key,
        "error": item.error,
        "state": state_for(admitted, item, standing, still_open),
        "images": _images(admitted, item),
        "marker": _marker(item, exact=revealed),
        "reference": _reference(item),
        "mine": _code(mine) if mine else None,
        "revealed": _revealed(admitted, item, standing, protocol) if revealed else None,
    }


def _images(admitted: Admitted, item: CodingItem) -> dict[str, Any] | None:
    if item.case.examination_id is None:
        return None
    root = f"/api/coding/{admitted.study.key}/items/{item.key}"
    return {**shown(sight_on(admitted, item)), "root": root}


def _marker(item: CodingItem, *, exact: bool) -> list[float] | None:
    """Whole millimetres until all is shown: the digits of a heatmap's cell would tell it from a reader's click."""
    if item.marker is None:
        return None
    return [float(one) if exact else float(round(one)) for one in item.marker]


def _reference(item: CodingItem) -> dict[str, Any]:
    status = reference_of(item.case)
    names = ("recurrence", "basis", "rt_stage", "sites", "kinds", "nodal_only", "debatable")
    return {
        **{name: getattr(status, name) for name in names},
        "marks": [{"point": mark["point"], "radius": mark.get("radius") or 0.0} for mark in status.marks],
        "segmented": bool(status.segmentation),
    }


def _revealed(admitted: Admitted, item: CodingItem, standing: Standing, protocol: Protocol) -> dict[str, Any]:
    source, proposal = source_of(item), getattr(item, "proposal", None)
    numbers = numbers_of_coders(admitted.study)
    return {
        "erred": {
            "kind": source.kind,
            "name": source.name,
            "arm": _arm(protocol, source.arm),
            "stage": source.stage,
            "simulated": source.simulated,
            **said_by(item, protocol),
        },
        "codes": [
            {**_code(code), "coder": numbers[code.coder_id], "mine": code.coder.user_id == admitted.user.pk}
            for code in standing.codes
        ],
        "differs": standing.state is State.DIFFERING or standing.adjudication is not None,
        "adjudication": _decision(standing.adjudication) if standing.adjudication else None,
        "may_adjudicate": standing.state is State.DIFFERING and _may_adjudicate(admitted, item),
        "final": standing.final,
        "proposal": {"category": proposal.category, "evidence": proposal.evidence} if proposal else None,
    }


def _arm(protocol: Protocol, key: str) -> Mapping[str, str]:
    try:
        return dict(protocol.design.arm(key).name) if key else {}
    except KeyError:
        return {"en": key}


def _code(code: Code) -> dict[str, Any]:
    return {"primary": code.primary, "contributors": code.contributors, "remark": code.remark}


def _decision(made: Adjudication) -> dict[str, Any]:
    return {"primary": made.primary, "contributors": made.contributors, "reason": made.reason}
