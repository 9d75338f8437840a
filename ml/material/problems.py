"""What is wrong with a data set, said before anything is trained on it: which patient, which file, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHOWN = 20
"""Problems listed in full; the rest are counted."""


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a data set from being trained on; `patient` and `file` are None where it concerns them all."""

    patient: str | None
    file: Path | None
    found: str
    remedy: str

    def __str__(self) -> str:
        """As one line."""
        where = [f"Patient {self.patient}"] if self.patient is not None else []
        where += [str(self.file)] if self.file is not None else []
        return (f"{', '.join(where)}: " if where else "") + f"{self.found}. {self.remedy}"


class DataRefused(ValueError):  # noqa: N818 - a refusal, named like the others in ml
    """A data set that cannot be trained on; `problems` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"… and {len(self.problems) - SHOWN} more.")
        super().__init__("\n".join(lines))
