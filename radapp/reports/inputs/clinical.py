"""The frozen data set of clinical use: advice, decision, contrast and outcome of each examination. No Django.

Times are whole months: since the first examination, and from an examination to the day of gathering. No day, name or UID is
in it, and no free word that a person wrote, such as the reason of an override.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from ml.evaluation.plain import plain
from radapp.readerstudies.canonical import canonical
from radapp.reports.inputs.unplanned import NOTHING_PROMISED
from radapp.reports.inputs.values import Cutoffs, Plan

VERSION = 1
"""Of this shape: raised by every change of it, since hashes change with it."""


class Advised(StrEnum):
    """What the tactic advised when it was decided, or stands now where nobody decided."""

    CONTRAST = "contrast"
    NO_CONTRAST = "no contrast"
    WITHHELD = "withheld"


class Withheld(StrEnum):
    """Why no advice was given; empty where it was."""

    NONE = ""
    UNREAD = "the networks could not read it"
    STALE = "newer images were not read yet"
    UNCALIBRATED = "the protocol is not calibrated, or on too few"
    GUARD = "the images are unlike those of training"
    OUT_OF_SCOPE = "out of scope"
    UNANSWERED = "scope questions were not answered"
    THEN = "withheld when it was decided"


class Decided(StrEnum):
    """What a radiologist made of it; the newest decision counts."""

    CONFIRMED = "confirmed"
    OVERRIDDEN = "overridden"
    NOBODY = "nobody decided"


class Contrast(StrEnum):
    """Given: an enhanced series is in the archive. Not given: there is none, and a person decided so."""

    GIVEN = "given"
    NOT_GIVEN = "not given"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class ExaminationRow:
    """One examination. `month`: since the first one's, None without a day; `elapsed`: months up to the day of gathering.

    `scores`: of networks and T1_T2, of the result that stands; `guarded`: whether that result says why advice is withheld.
    `established_after`: months from the examination to its truth, None where its day is not known.
    """

    case: int
    patient: int
    month: int | None
    elapsed: int | None
    protocol: str
    bundles: Mapping[str, str]
    scores: Mapping[str, float]
    tier: str
    guarded: bool
    advised: Advised
    withheld: Withheld
    decided: Decided
    decided_contrast: bool | None
    contrast: Contrast
    truth: bool | None
    basis: str
    established_after: int | None
    synthetic: bool


@dataclass(frozen=True, kw_only=True)
class Calibrated:
    """The scores that a protocol keeps of the cases its cutoffs were chosen on, by T1_T2 or T1WIC; 1 with recurrence."""

    scores: Mapping[str, tuple[float, ...]]
    labels: tuple[bool, ...]


@dataclass(frozen=True, kw_only=True)
class ClinicalInputs:
    """Examinations by day and number; what each of their protocols was calibrated on, by name and version."""

    cases: tuple[ExaminationRow, ...]
    calibrated: Mapping[str, Calibrated]
    cutoffs: Cutoffs
    synthetic: bool
    version: int = VERSION

    @property
    def plan(self) -> Plan:
        """Nothing was promised."""
        return NOTHING_PROMISED

    @property
    def answers(self) -> tuple[()]:
        """Nobody read for a study."""
        return ()

    def content(self) -> dict[str, Any]:
        """As JSON."""
        return dict(plain(self))

    @cached_property
    def canonical(self) -> bytes:
        """The canonical JSON: sorted keys, no spaces, UTF-8."""
        return canonical(self.content())

    @property
    def sha256(self) -> str:
        """Of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.canonical).hexdigest()
