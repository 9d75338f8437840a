"""The paper's published cutoffs as presets, with source and a warning: they belong to the paper's weights. No torch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.protocol import ProtocolFile, ProtocolRefused
from ml.tactic import Cutoffs

FILE = Path(__file__).resolve().parent / "presets.json"


@dataclass(frozen=True)
class Preset:
    """Published cutoffs on T1_T2, the table they come from, and what must be said with them."""

    name: str
    title: str
    first: float
    second: float
    weights: tuple[float, float]
    source: str
    found_on: str
    warning: str
    table: Mapping[str, Any]

    def on(self, t1wic_cutoff: float) -> ProtocolFile:
        """The preset as a protocol of other networks: it names no bundles, so it needs calibration."""
        return ProtocolFile(
            name=self.name,
            weights=self.weights,
            cutoffs=Cutoffs(first=self.first, second=self.second, t1wic=t1wic_cutoff),
            bundles={},
            calibration={
                "preset": self.name,
                "title": self.title,
                "source": self.source,
                "found_on": self.found_on,
                "warning": self.warning,
                "published": dict(self.table),
            },
        )


def presets() -> dict[str, Preset]:
    """All presets by name."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: Preset(
            name=name,
            title=values["title"],
            first=values["first"],
            second=values["second"],
            weights=(values["weights"]["T1WI"], values["weights"]["T2WI"]),
            source=f"{stored['source']}; {values['where']}",
            found_on=values["found_on"],
            warning=stored["warning"],
            table=values["table"],
        )
        for name, values in stored["presets"].items()
    }


def preset(name: str) -> Preset:
    """One preset; ProtocolRefused names those there are."""
    known = presets()
    if name not in known:
        raise ProtocolRefused(f"There is no preset {name!r}; expected one of {', '.join(known)}.")
    return known[name]
