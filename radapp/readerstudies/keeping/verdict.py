"""What a verification of an audit chain found."""

from dataclasses import asdict, dataclass, field
from typing import Any

from radapp.readerstudies.models import ReaderStudy


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written: a word for programs, where, and what was found and expected."""

    code: str
    where: str
    detail: str


@dataclass
class Verdict:
    """Of one study. `findings` speak against the chain; `remarks` are to be known, and may be innocent."""

    study: str
    title: str
    entries: int = 0
    rows: int = 0
    heads: int = 0
    files: int = 0
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)

    @classmethod
    def of(cls, study: ReaderStudy) -> "Verdict":
        """Nothing found yet."""
        return cls(study.key, study.title)

    @property
    def whole(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.findings

    def found(self, code: str, where: str, detail: str) -> None:
        """Note what speaks against the chain."""
        self.findings.append(Finding(code, where, detail))

    def remarked(self, code: str, where: str, detail: str) -> None:
        """Note what is to be known."""
        self.remarks.append(Finding(code, where, detail))

    def content(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "whole": self.whole}
