"""Protocols: which three networks, weights and cutoffs make a tier. Versioned; what a run used never changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from ml.series import Role
from ml.tactic import Cutoffs
from radapp.triage.models import Protocol

FEWEST_TO_ADVISE = 30
"""Examinations with recurrence, and without: with fewer, nine of ten found may as well be seven of ten (Wilson, 95 %)."""


@dataclass(frozen=True)
class Calibrated:
    """How many examinations with and without recurrence a protocol's cutoffs were found on."""

    recurrences: int
    others: int


def active_protocol() -> Protocol | None:
    """The protocol new runs use, or None before an administrator installed one."""
    return Protocol.objects.select_related("t1wi", "t2wi", "t1wic").filter(active=True).first()


def cutoffs_of(protocol: Protocol) -> Cutoffs:
    """A protocol's cutoffs as the tactic takes them."""
    return Cutoffs(first=protocol.first_cutoff, second=protocol.second_cutoff, t1wic=protocol.t1wic_cutoff)


def bundles_of(protocol: Protocol) -> dict[str, str]:
    """A protocol's bundles: {role: SHA-256}."""
    return {"T1WI": protocol.t1wi_id, "T2WI": protocol.t2wi_id, "T1WIC": protocol.t1wic_id}


def trained_saturation() -> Mapping[Role, bool | None]:
    """By role, whether the active protocol's network was trained on fat-saturated images; empty without a protocol."""
    protocol = active_protocol()
    if protocol is None:
        return {}
    return {
        Role.T1WI: protocol.t1wi.fat_saturated,
        Role.T2WI: protocol.t2wi.fat_saturated,
        Role.T1WIC: protocol.t1wic.fat_saturated,
    }


def calibrated_on(bundles: Mapping[str, str]) -> str:
    """How `Protocol.calibrated_on` names three bundles ({role: SHA-256}): their hashes, T1WI T2WI T1WIC."""
    return " ".join(bundles[role] for role in ("T1WI", "T2WI", "T1WIC"))


def needs_calibration(protocol: Protocol) -> bool:
    """Whether nobody knows that its cutoffs were found on its bundles: a tier is computed, but no advice stands on it."""
    return not protocol.calibrated_on


def too_few_to_advise(protocol: Protocol) -> Calibrated | None:
    """What its cutoffs were found on, where that is too little for advice; a protocol that does not say is not judged."""
    recurrences, examinations = (protocol.calibration.get(name) for name in ("recurrences", "examinations"))
    if not isinstance(recurrences, int) or not isinstance(examinations, int):
        return None
    found = Calibrated(recurrences, examinations - recurrences)
    return found if min(found.recurrences, found.others) < FEWEST_TO_ADVISE else None
