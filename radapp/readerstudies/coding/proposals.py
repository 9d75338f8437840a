"""What the program would call an error, from what is known of it, and why. Pure: nothing is read or written here.

Each category that evidence speaks for is found by its own rule; the study's precedence names the proposed one. A rule that
finds nothing stays silent: no proposal is a fair answer. Nothing here reads images.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ml.evaluation.marks import Ball, distance_to_marks
from radapp.readerstudies.anatomy import ATYPICAL_SITES, SITES, SKULL_BASE_SITES
from radapp.readerstudies.coding.categories import primary_of
from radapp.readerstudies.models import CodingItem

NASOPHARYNX = frozenset({"nasopharynx_wall", "fossa_of_rosenmueller"})
SITE_NAMES = {term.key: term.english.lower() for term in SITES}


@dataclass(frozen=True)
class Known:
    """What is known of an error once both codes are locked.

    `lesion`: the reference lesion's marks, `marker`: where the reader or the heatmap pointed (LPS mm, None for nowhere).
    `score` with its `cutoff`: a network's, from 0 to 1; `likelihood`: a reader's, 0–100.
    """

    error: str
    by_network: bool
    rt_stage: str = ""
    sites: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    lesion: tuple[Ball, ...] = ()
    marker: tuple[float, float, float] | None = None
    score: float | None = None
    cutoff: float | None = None
    likelihood: int | None = None


@dataclass(frozen=True)
class Evidence:
    """One finding: which category it speaks for, by which rule, with its figures, and as a sentence."""

    category: str
    rule: str
    figures: Mapping[str, Any]
    text: str


@dataclass(frozen=True)
class Proposed:
    """The proposed category, empty for none, and all evidence, in the order of precedence."""

    category: str
    evidence: tuple[Evidence, ...]

    def stored(self) -> list[dict[str, Any]]:
        """The evidence as JSON."""
        return [asdict(one) for one in self.evidence]


def propose(known: Known, precedence: Sequence[str], hit_radius: float) -> Proposed:
    """By the study's precedence of this kind of error, and its hit radius in mm."""
    # Without a recurrence the reference describes no lesion: of what was taken for one, nothing is known.
    rules = _MISSED if known.error == CodingItem.Error.FALSE_NEGATIVE else ()
    found = [evidence for rule in rules if (evidence := rule(known, hit_radius)) is not None]
    if not found:
        return Proposed("", ())
    found.sort(key=lambda one: precedence.index(one.category))
    return Proposed(primary_of({one.category for one in found}, precedence).primary, tuple(found))


def _focal(known: Known, _: float) -> Evidence | None:
    if known.rt_stage != "rT1":
        return None
    return Evidence("focal", "stage", {"stage": "rT1"}, "The reference stage is rT1.")


def _atypical(known: Known, _: float) -> Evidence | None:
    # A lesion of the nasopharynx that reaches farther is not one at an atypical site.
    if NASOPHARYNX & set(known.sites):
        return None
    return _site(known, "atypical_site", ATYPICAL_SITES, "an atypical site of recurrence")


def _skull_base(known: Known, _: float) -> Evidence | None:
    return _site(known, "skull_base", SKULL_BASE_SITES, "skull base")


def _site(known: Known, category: str, sites: frozenset[str], what: str) -> Evidence | None:
    found = [site for site in known.sites if site in sites]
    if not found:
        return None
    names = ", ".join(SITE_NAMES[site] for site in found)
    return Evidence(category, "site", {"sites": found}, f"Site of the reference: {names}. Counts as {what}.")


def _necrotic(known: Known, _: float) -> Evidence | None:
    if "necrotic" not in known.kinds:
        return None
    return Evidence("necrosis", "kind", {"kinds": ["necrotic"]}, "The reference calls the recurrence necrotic.")


def _position(known: Known, hit_radius: float) -> Evidence | None:
    distance = _distance(known)
    if distance is None or distance <= hit_radius:
        return None
    return _pointed("position", known, distance, hit_radius, "farther than")


def _low_confidence(known: Known, hit_radius: float) -> Evidence | None:
    distance = _distance(known)
    if distance is None or distance > hit_radius:
        return None
    return _pointed("low_confidence", known, distance, hit_radius, "within")


def _distance(known: Known) -> float | None:
    if known.marker is None or not known.lesion:
        return None
    return distance_to_marks(known.marker, known.lesion)


def _pointed(category: str, known: Known, distance: float, hit_radius: float, how: str) -> Evidence:
    who = "heatmap's peak" if known.by_network else "reader's mark"
    where = f"{distance:.1f} mm from the reference lesion, {how} the hit radius of {hit_radius:g} mm"
    text = f"The {who} lies {where}{_level(known)}."
    figures = {
        "distance_mm": round(distance, 2),
        "hit_radius_mm": hit_radius,
        "score": known.score,
        "cutoff": known.cutoff,
        "likelihood": known.likelihood,
    }
    return Evidence(category, "heatmap" if known.by_network else "mark", figures, text)


def _level(known: Known) -> str:
    if known.score is not None and known.cutoff is not None:
        return f"; its score is {known.score:.3f}, the cutoff {known.cutoff:.3f}"
    return "" if known.likelihood is None else f"; the likelihood given is {known.likelihood} of 100"


Rule = Callable[[Known, float], Evidence | None]
_MISSED: tuple[Rule, ...] = (_focal, _atypical, _skull_base, _necrotic, _position, _low_confidence)
