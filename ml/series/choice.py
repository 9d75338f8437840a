"""The best series of each role, when a study holds several."""

from collections.abc import Iterable
from dataclasses import dataclass

from ml.series.role import Role


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


def choose(candidates: Iterable[Candidate]) -> dict[Role, str]:
    """Role -> UID of its best series. Ties fall to more slices, then the later series number, then the greater UID."""
    best: dict[Role, Candidate] = {}

    def rank(one: Candidate) -> tuple[bool, float, int, int, int, str]:
        return one.assigned, one.preference, _geometry(one), one.slices, one.number, one.uid

    for candidate in candidates:
        role = Role(candidate.role)
        if role is not Role.NONE and (role not in best or rank(candidate) > rank(best[role])):
            best[role] = candidate
    return {role: candidate.uid for role, candidate in best.items()}
