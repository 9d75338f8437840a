"""Protocols to begin with: the paper's design, unaided then aided, and a crossover. Each is whole; texts told are empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from radapp.accounts.errors import ApiError
from radapp.readerstudies.protocol import Aim, Analysis, Arm, Design, Protocol


@dataclass(frozen=True)
class Preset:
    """A protocol with its name and what it is for, in both languages of the pages."""

    key: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    protocol: Protocol


_PAPER = Protocol(
    aim=Aim(
        hypothesis="How well do the readers tell local recurrence on one complete examination, beside the networks?",
        primary="reader_auc",
        analyses=(
            Analysis(key="reader_auc", endpoint="auc", first="arm:complete"),
            Analysis(
                key="sensitivity_of_the_tactic",
                endpoint="sensitivity",
                hypothesis="superiority",
                first="network:DARNDEST",
                second="reader:all",
            ),
            Analysis(
                key="specificity_of_the_tactic",
                endpoint="specificity",
                hypothesis="superiority",
                first="network:DARNDEST",
                second="reader:all",
            ),
        ),
    ),
    design=Design(kind="single", arms=(Arm(key="complete", name={"en": "Complete", "zh": "完整检查"}, images="complete"),)),
)
_SEQUENTIAL = Protocol(
    aim=Aim(
        hypothesis="Do the networks' scores and heatmaps improve the readers on unenhanced images?",
        primary="auc_with_aid",
        analyses=(
            Analysis(
                key="auc_with_aid",
                endpoint="auc",
                hypothesis="superiority",
                first="stage:aided",
                second="stage:unaided",
            ),
        ),
    ),
    design=Design(
        kind="sequential",
        arms=(Arm(key="aided", name={"en": "Unenhanced, then AI", "zh": "平扫，随后 AI"}, images="unenhanced", ai=True),),
    ),
)
_CROSSOVER = Protocol(
    aim=Aim(
        hypothesis="Do the networks' scores and heatmaps improve the readers on unenhanced images?",
        primary="auc_with_aid",
        analyses=(
            Analysis(
                key="auc_with_aid",
                endpoint="auc",
                hypothesis="superiority",
                first="arm:aided",
                second="arm:unaided",
            ),
        ),
    ),
    design=Design(
        kind="crossover",
        arms=(
            Arm(key="unaided", name={"en": "Unenhanced", "zh": "平扫"}, images="unenhanced"),
            Arm(key="aided", name={"en": "Unenhanced + AI", "zh": "平扫 + AI"}, images="unenhanced", ai=True),
        ),
    ),
)
PRESETS: Mapping[str, Preset] = {
    one.key: one
    for one in (
        Preset(
            "paper",
            {"en": "The paper's design", "zh": "论文的设计"},
            {
                "en": "Each reader reads every complete examination once, blinded to everything else.",
                "zh": "每位阅片者对每例完整检查阅片一次，其余信息全部设盲。",
            },
            _PAPER,
        ),
        Preset(
            "sequential",
            {"en": "Unaided, then aided", "zh": "先独立，后辅助"},
            {
                "en": "Each case is read unaided, locked, and read again at once with the networks' scores and heatmaps.",
                "zh": "每例先独立阅片并锁定，随即在网络评分和热图辅助下再次阅片。",
            },
            _SEQUENTIAL,
        ),
        Preset(
            "crossover",
            {"en": "Crossover", "zh": "交叉设计"},
            {
                "en": "Half of the cases unaided and half aided, and the other way round at least four weeks later.",
                "zh": "一半病例独立阅片、一半辅助阅片，至少四周后交换。",
            },
            _CROSSOVER,
        ),
    )
}


def preset(key: str) -> Preset:
    """The one of this key; ApiError 400 for none."""
    found = PRESETS.get(key)
    if found is None:
        raise ApiError(400, "unknown_preset", f"There is no preset {key!r}; known are {', '.join(PRESETS)}.")
    return found


def described() -> list[dict[str, Any]]:
    """All of them (StudyPresetSerializer)."""
    return [
        {"key": one.key, "name": one.name, "description": one.description, "protocol": one.protocol.content()}
        for one in PRESETS.values()
    ]
