"""How a command reads synthetic cases."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reading:
    """How synthetic cases are read: a folder for partial results, processes, and where progress is told.

    `causes`: whether every false alarm is read again without each of its imitators.
    """

    work: Path
    processes: int
    report: Callable[[str], None]
    causes: bool = True
