"""Which of the tactic's sequences examinations have: by the roles in force of series that have images."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models.functions import Coalesce

from radapp.archive.models import SequenceRole
from radapp.archive.selectors import shown_series

AT_ONCE = 500
ORDER = (SequenceRole.T1WI.value, SequenceRole.T2WI.value, SequenceRole.T1WIC.value)


def sequences(examinations: Iterable[int]) -> Mapping[int, list[str]]:
    """{primary key: sequences in the order T1WI, T2WI, T1WIC}; an examination that has none is missing."""
    keys = sorted(set(examinations))
    found: dict[int, set[str]] = defaultdict(set)
    for start in range(0, len(keys), AT_ONCE):
        rows = (
            shown_series()
            .filter(study__in=keys[start : start + AT_ONCE], generated=False, superseded_at=None, modality="MR")
            .annotate(role_in_force=Coalesce("assigned_role", "recognised_role"))
            .values_list("study_id", "role_in_force")
        )
        for study, role in rows:
            found[study].add(role)
    return {study: [role for role in ORDER if role in roles] for study, roles in found.items()}
