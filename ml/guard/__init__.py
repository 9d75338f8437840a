"""The out-of-distribution guard: is a series like those its network was trained on? docs/guards.md says what and why."""

from ml.guard.guard import Guard, Unusual
from ml.guard.headers import Acquired, HeaderRange, acquired, acquired_as

__all__ = ["Acquired", "Guard", "HeaderRange", "Unusual", "acquired", "acquired_as"]
