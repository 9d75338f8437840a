"""What a check finds, and its report."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from radapp.readerstudies.models import Case, Membership


@dataclass(frozen=True)
class Finding:
    """One thing. `stop`: the study cannot be opened so. `step`: where it is put right. `cases`: numbers; `members`: keys."""

    code: str
    stop: bool
    step: str
    detail: str
    cases: tuple[int, ...] = ()
    members: tuple[str, ...] = ()

    def as_shape(self) -> dict[str, Any]:
        """CheckFindingSerializer, as it is stored."""
        found = asdict(self)
        found["level"] = "stop" if found.pop("stop") else "warn"
        return found | {"cases": list(self.cases), "members": list(self.members)}


def of_cases(code: str, stop: bool, words: str, cases: Iterable[Case], *, step: str = "cases") -> list[Finding]:
    """One finding about these cases, none where there are none. `words` may name {count} and {which}."""
    numbers = tuple(sorted(case.number for case in cases))
    if not numbers:
        return []
    return [Finding(code, stop, step, words.format(count=len(numbers), which=listed(numbers)), cases=numbers)]


def of_members(code: str, stop: bool, words: str, members: Iterable[Membership]) -> list[Finding]:
    """The same about people; `words` may name {which}."""
    chosen = list(members)
    if not chosen:
        return []
    which = ", ".join(one.name for one in chosen)
    return [Finding(code, stop, "members", words.format(which=which), members=tuple(one.key for one in chosen))]


def listed(numbers: Sequence[int], most: int = 12) -> str:
    """'case 3' or 'cases 1, 2, 5 and 7 more'."""
    shown = ", ".join(map(str, numbers[:most]))
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return f"{'case' if len(numbers) == 1 else 'cases'} {shown}{more}"
