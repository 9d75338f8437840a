"""Which fat saturation the networks in force were trained on: triage registers its answer, since archive knows no triage."""

from collections.abc import Callable, Mapping

from ml.series import Role

Trained = Callable[[], Mapping[Role, bool | None]]

_registered: list[Trained] = []


def register(trained: Trained) -> None:
    """Name the callable that tells it by role (None: trained on either); called once, at start-up."""
    _registered[:] = [trained]


def trained() -> Mapping[Role, bool | None]:
    """By role; empty while nobody says anything: then fat saturation does not choose."""
    return _registered[0]() if _registered else {}
