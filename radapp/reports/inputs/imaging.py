"""How cases were imaged: the maker of the scanner, and fat saturation of each sequence, from the series that were read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from radapp.archive.models import Series

SEQUENCES = ("T1WI", "T2WI", "T1WIC")
AT_ONCE = 500
"""Series asked for in one query: databases bound the number of parameters."""


@dataclass(frozen=True, kw_only=True)
class Imaging:
    """`scanner`: its maker, empty where headers say none. `fat_saturated`: {sequence: whether, None where not known}."""

    scanner: str = ""
    fat_saturated: Mapping[str, bool | None] = field(default_factory=dict)


def imaging_of(shown: Mapping[int, Mapping[str, str]]) -> dict[int, Imaging]:
    """Of {case: {sequence: Series Instance UID}}; other roles than SEQUENCES, such as a prior's, say nothing."""
    wanted = {uid for roles in shown.values() for role, uid in roles.items() if role in SEQUENCES}
    known = _series(sorted(wanted))
    return {case: _of(roles, known) for case, roles in shown.items()}


def _series(uids: list[str]) -> dict[str, tuple[str, bool | None]]:
    found: dict[str, tuple[str, bool | None]] = {}
    for start in range(0, len(uids), AT_ONCE):
        rows = Series.objects.filter(series_instance_uid__in=uids[start : start + AT_ONCE])
        for uid, maker, saturated in rows.values_list("series_instance_uid", "manufacturer", "fat_saturated"):
            found[uid] = (maker.strip(), saturated)
    return found


def _of(roles: Mapping[str, str], known: Mapping[str, tuple[str, bool | None]]) -> Imaging:
    there = {role: known[roles[role]] for role in SEQUENCES if roles.get(role) in known}
    return Imaging(
        scanner=_first(maker for maker, _ in there.values()), fat_saturated={r: fs for r, (_, fs) in there.items()}
    )


def _first(makers: Iterable[str]) -> str:
    return next(filter(None, makers), "")
