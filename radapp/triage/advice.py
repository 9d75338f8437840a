"""What the application advises, in DOMAIN's words: the one place on this side where they stand.

A tier is always the computed one; whether advice stands on it is a second fact with its reason. Advice is withheld rather
than guessed, and no words here close a study: only a radiologist does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from radapp.triage.models import Tier
from radapp.triage.scope import ScopeStanding

NO_ADVICE = "No advice: routine protocol."
STALE = "A newer run is open: this result does not count the newest images or roles."
NEEDS_CALIBRATION = (
    "Protocol {protocol} needs calibration: nothing shows that its cutoffs were found on these networks, and cutoffs "
    "belong to weights."
)
TOO_FEW = (
    "Protocol {protocol} was calibrated on {recurrences} examinations with recurrence and {others} without; "
    "at least {fewest} of each are needed for advice."
)
UNANSWERED = "Scope questions are unanswered ({open} of {all})."
SCOPE_UNANSWERED = "Scope questions are unanswered."
"""Without counts: a report is not written anew for every answer."""
OUT_OF_SCOPE = "Out of scope: {reasons}."

LIMITS = (
    "For research. A radiologist reads every examination, and only a radiologist closes it.",
    "Of the unenhanced images the nasopharynx alone is assessed; nodes and brain are not.",
    "Not for examinations {scope}.",
    "Heatmaps are pointers, no contours: one scale for all examinations, nothing drawn below the threshold.",
)
"""What every report says beside its advice, whichever it is."""

_POSITIVE = "Recurrence suspected on unenhanced images. Enhanced examination advised."
_SUSPICIOUS = "Undetermined on unenhanced images. Enhanced examination advised."
_AFTER_T1WIC = "Undetermined on unenhanced images. Enhanced network {side} its cutoff: a radiologist must read."
_NEGATIVE = (
    "Below both cutoffs: contrast not advised by this tactic. Does not exclude recurrence; nodes and brain are not assessed."
)


@dataclass(frozen=True)
class Advice:
    """What is advised. `given` is False where advice is withheld; then `reason` says why."""

    given: bool
    text: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """What a result says, as far as words depend on it: the tier and the tactic's call (positive, negative, pending)."""

    tier: Tier
    final: str
    guards: Sequence[str] = ()


def words(finding: Finding) -> str:
    """The words of a tier, before and after the enhanced network was heard."""
    if finding.tier == Tier.POSITIVE:
        return _POSITIVE
    if finding.tier == Tier.NEGATIVE:
        return _NEGATIVE
    if finding.final == "pending":
        return _SUSPICIOUS
    return _AFTER_T1WIC.format(side="above" if finding.final == "positive" else "below")


def contrast_advised(finding: Finding) -> bool:
    """Whether the tactic sends the examination on to contrast: positive and suspicious do, negative does not."""
    return finding.tier != Tier.NEGATIVE


def advise(finding: Finding | None, *, standing: str, scope: ScopeStanding) -> Advice:
    """The advice on a finding.

    `standing` is empty when the finding is of the study's newest input and its run neither failed nor was refused; else the
    sentence that says what is the matter (missing, stale, failed, not assessable).
    """
    if finding is None or standing:
        return Advice(False, NO_ADVICE, standing)
    if finding.guards:
        return Advice(False, NO_ADVICE, " ".join(finding.guards))
    if scope.out_of_scope:
        return Advice(False, NO_ADVICE, OUT_OF_SCOPE.format(reasons=", ".join(q.statement for q in scope.out_of_scope)))
    if scope.unanswered:
        return Advice(False, NO_ADVICE, UNANSWERED.format(open=len(scope.unanswered), all=scope.asked))
    return Advice(True, words(finding), "")
