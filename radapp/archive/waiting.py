"""Where `import_dicom --wait` learns how far a study is: triage registers its answer here, since archive knows no triage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """Where one study stands. `settled`: nothing more will happen to it without new input or a person."""

    study_uid: str
    state: str
    reason: str
    settled: bool


Standings = Callable[[Sequence[str]], list[Standing]]

_registered: list[Standings] = []


def register(standings: Standings) -> None:
    """Name the callable that tells where studies stand; called once, at start-up."""
    _registered[:] = [standings]


def standings(study_uids: Sequence[str]) -> list[Standing]:
    """Where each study stands; without a listener every study is settled, because nothing will ever happen to it."""
    if not _registered:
        return [Standing(uid, state="stored", reason="", settled=True) for uid in study_uids]
    return _registered[0](study_uids)
