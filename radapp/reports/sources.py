"""What a report can be made of: the one contract, and the kinds there are.

A source's address is `kind:key`, such as `study:KEY`. A further kind is two classes with these members, and an entry in
`offered`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q

from radapp.accounts.models import User
from radapp.reports.inputs.reading import Inputs
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.stand import Stand


class ReportRefusedError(RuntimeError):
    """No report is made: why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What left the house, or was asked for: which report, of which inputs, and {file name: SHA-256}."""

    analysis: str
    inputs: str
    report: str = ""
    files: Mapping[str, str] | None = None


class Source(Protocol):
    """One study, or one cohort, as reports are made of it."""

    @property
    def kind(self) -> str:
        """`study` or `cohort`."""

    @property
    def key(self) -> str:
        """Its name in addresses, unique within its kind."""

    @property
    def title(self) -> str:
        """As people call it."""

    @property
    def synthetic(self) -> bool:
        """Whether something of it is synthetic or simulated."""

    @property
    def cases(self) -> int:
        """How many it has."""

    @property
    def asks_for(self) -> Mapping[str, Any] | None:
        """A cohort's definition as JSON; None for a study."""

    def stand(self) -> Stand:
        """How it stands now: its state, and whether it is locked and unblinded."""

    def inputs(self, reads: type[Inputs] = StudyInputs) -> Inputs:
        """Everything that counts, as it is now."""

    def columns(self) -> Mapping[str, Any]:
        """What a SavedReport keeps of it: `study` or `definition`."""

    def audit(self, said: Exported, *, asked: bool, actor: User | None, actor_name: str = "") -> None:
        """One entry, in the caller's transaction: that a report was `asked` for, else that files of it were exported."""

    def hold(self) -> None:
        """Keep it from changing until the caller's transaction ends."""

    def links(self, user: User) -> Mapping[int, str]:
        """{case: the address of a page that shows it} for this person; without those they may not see."""


class Kind(Protocol):
    """All sources of one kind."""

    @property
    def name(self) -> str:
        """Before the colon."""

    def listed(self, user: User) -> Iterable[Source]:
        """Those that this person may report on, newest first."""

    def reports(self, user: User) -> Q:
        """Of SavedReport: those of this kind that this person may see."""

    def permitted(self, user: User, key: str, definition: Any = None) -> Source | None:
        """The one of this key, or that a `definition` defines, that this person may report on.

        None for what there is not and for what is not theirs, at the same cost. Raises DefinitionRefusedError.
        """

    def found(self, key: str, definition: Any = None) -> Source | None:
        """The one of this key, or of what a report keeps as its `definition`, whoever asks; None for none."""


def address(source: Source) -> str:
    """As the API names it."""
    return f"{source.kind}:{source.key}"
