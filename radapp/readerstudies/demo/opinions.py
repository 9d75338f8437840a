"""What simulated readers and coders answer: a seeded latent model around the truth. No Django here.

A reader's impression of a case is normal, around +d/2 with recurrence and -d/2 without (signal detection theory; area under
the curve Φ(d/√2)). They answer the recurrence's likelihood given the impression, so that yes or no never contradicts it.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SEQUENCES = ("T1WI", "T2WI", "T1WIC")
Point = tuple[float, float, float]


@dataclass(frozen=True)
class Skill:
    """`separation` d; `leaning` towards recurrence, in logits; `spread` of their points in mm."""

    separation: float
    leaning: float
    spread: float


SENIOR = Skill(separation=2.6, leaning=-0.2, spread=6.0)
JUNIOR = Skill(separation=1.8, leaning=0.3, spread=12.0)


@dataclass(frozen=True)
class Shown:
    """What there is to know of a case: its truth, where a lesion or a heatmap's peak lies, sites that are true."""

    number: int
    recurrence: bool
    point: Point
    sites: Sequence[str]
    sequences: Sequence[str] = SEQUENCES


def answers(shown: Shown, skill: Skill, dice: random.Random) -> dict[str, Any]:
    """A filled form (PAPER_FORM). The same case again is the same dice's next impression: repeats differ a little."""
    impression = dice.gauss(skill.separation / 2 * (1 if shown.recurrence else -1), 1)
    logit = skill.separation * impression + skill.leaning
    yes = logit >= 0
    likelihood = round(100 / (1 + math.exp(-logit)))
    said: dict[str, Any] = {
        "recurrence": yes,
        "likelihood": max(50, likelihood) if yes else min(50, likelihood),
        "decided_by": sorted(dice.sample(["t1wi", "t2wi", *(["t1wic"] if "T1WIC" in shown.sequences else [])], 2)),
        "quality": dice.choices(("good", "fair", "poor"), (7, 2, 1))[0],
    }
    if yes:
        point = [round(one + dice.gauss(0, skill.spread), 1) for one in shown.point]
        said["location"] = {"point": point, "sequence": dice.choice(list(shown.sequences))}
        said["site"] = dice.choice(list(shown.sites) or ["nasopharynx_wall", "fossa_of_rosenmueller", "skull_base"])
        said["side"] = "left" if point[0] > 2 else "right" if point[0] < -2 else "midline"
    return said


def category(error: str, rt_stage: str, sites: Sequence[str], dice: random.Random) -> str:
    """The key of the category that a simulated coder sees in an error (the paper's)."""
    if error == "false_positive":
        return dice.choices(("fibrosis", "radiation_necrosis", "sinusitis_turbinate", "difficult"), (6, 2, 2, 1))[0]
    if dice.random() < 0.2:
        return "low_confidence"
    if {"nasal_cavity", "nasolacrimal_duct"} & set(sites):
        return "atypical_site"
    if {"skull_base", "cavernous_sinus"} & set(sites):
        return "skull_base"
    return "focal" if rt_stage == "rT1" else "low_confidence"
