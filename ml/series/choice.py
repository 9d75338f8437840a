"""The best series of each role, when a study holds several."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ml.series.role import Role

UNTRAINED = 0.45
"""What a series keeps of its preference when its fat saturation is known and is not what the network was trained on.

Just enough that any sound series of the right kind goes before it, a sagittal volume too (0.5): on the wrong kind advice is
withheld whatever the score. A remnant of a few slices or of too little cover (0.3) does not.
"""


@dataclass(frozen=True)
class Candidate:
    """One series that has a role. `assigned` says that a person gave it; a person's choice goes before every recognition."""

    uid: str
    role: Role
    plane: str
    acquisition: str
    preference: float
    fat_saturated: bool | None = None
    slices: int = 0
    number: int = 0
    assigned: bool = False


def _geometry(candidate: Candidate) -> int:
    """Axial slices before a volume that is resampled to axial, before anything else."""
    if candidate.plane == "axial":
        return 2
    return 1 if candidate.acquisition == "3D" else 0


def choose(candidates: Iterable[Candidate], trained: Mapping[Role, bool | None] | None = None) -> dict[Role, str]:
    """Role -> UID of its best series. Ties fall to more slices, then the later series number, then the greater UID.

    `trained` says by role whether the network in force was trained on fat-saturated images (None or absent: on either).
    """
    best: dict[Role, Candidate] = {}
    wanted = trained or {}

    def preference(one: Candidate) -> float:
        kind = wanted.get(Role(one.role))
        unlike = kind is not None and one.fat_saturated is not None and one.fat_saturated is not kind
        return one.preference * UNTRAINED if unlike else one.preference

    def rank(one: Candidate) -> tuple[bool, float, int, int, int, str]:
        return one.assigned, preference(one), _geometry(one), one.slices, one.number, one.uid

    for candidate in candidates:
        role = Role(candidate.role)
        if role is not Role.NONE and (role not in best or rank(candidate) > rank(best[role])):
            best[role] = candidate
    return {role: candidate.uid for role, candidate in best.items()}
