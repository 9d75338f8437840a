"""Series descriptions without what people typed: only the words that tell which sequence a series is.

PS3.15 section E.3.4 (Clean Descriptors Option): a description may name a patient, so nothing of it is copied; what its words
mean to recognition (`ml.series`) is written anew, from a fixed list.
"""

from dataclasses import dataclass, replace

from ml.series.words import Words
from radapp.archive.models import SequenceRole

# By ml.series.words.Meaning.reason, a word that means the same to it.
_KINDS = {
    "calibration or field map": "calibration",
    "reformatted from another series": "reformatted",
    "perfusion or dynamic series": "perfusion",
    "susceptibility or T2*": "susceptibility",
    "functional imaging": "fMRI",
    "parametric or quantitative map": "mapping",
    "double inversion recovery": "double inversion",
    "steady-state or water imaging": "ssfp",
}
# Names of sequences that recognition looks for anywhere in a description.
_RECIPES = (
    *("mprage", "bravo", "fspgr", "spgr", "vibe", "lava", "thrive", "quick3d", "tfl3d", "tfe", "spc", "space", "cube"),
    *("vista", "brainview", "haste", "ssfse", "sshtse", "fase", "ssh", "3d"),
)
_DIXON = {
    "water": "Dixon water",
    "fat": "Dixon fat only",
    "in-phase": "Dixon in-phase",
    "out-of-phase": "Dixon out-of-phase",
    "dixon": "Dixon",
}


@dataclass(frozen=True)
class _Meant:
    """What a description says to recognition."""

    kind: str
    weightings: tuple[str, ...]
    contrast: bool | None
    fat_saturated: bool | None
    dixon: str
    plane: str
    bolus: bool
    recipes: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "_Meant":
        words = Words(text)
        said = {
            "FLAIR": words.flair,
            "STIR": words.stir,
            "T1": words.t1,
            "T2": words.t2,
            "PD": words.proton_density,
        }
        reason = words.not_input.reason if words.not_input else ""
        return cls(
            kind=_KINDS.get(reason, reason),
            weightings=tuple(name for name, named in said.items() if named),
            contrast=words.contrast,
            fat_saturated=words.fat_saturated,
            dixon=words.dixon,
            plane=words.plane,
            bolus=words.bolus,
            recipes=tuple(name for name in _RECIPES if name in text.lower() or name in words.plain.replace(" ", "")),
        )

    def written(self) -> str:
        parts = [self.kind, *self.weightings, *self.recipes, self.plane]
        parts.append({True: "FS", False: "no FS", None: ""}[self.fat_saturated])
        parts.append(_DIXON.get(self.dixon, ""))
        parts.append({True: "+C", False: "native", None: ""}[self.contrast])
        if self.bolus and self.kind not in {"perfusion", "angiography"}:
            parts.append("dynamic")
        return " ".join(part for part in parts if part)


def cleaned(text: str) -> str:
    """A description or protocol's name, of which only the words that name a sequence are left; at most 64 characters."""
    return _Meant.of(text).written()[:64].strip()


def in_role(text: str, role: str) -> str:
    """The same for a series that the archive reads in this role, which the words then say."""
    meant = _Meant.of(text)
    if role == SequenceRole.T2WI:
        return replace(meant, kind="", bolus=False, weightings=("T2",), contrast=None).written()[:64].strip()
    contrast = role == SequenceRole.T1WIC
    return replace(meant, kind="", bolus=False, weightings=("T1",), contrast=contrast).written()[:64].strip()
