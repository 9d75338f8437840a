"""What AI adds to a case: the scores and heatmaps of its current triage result, for the sequences that the arm shows."""

from collections.abc import Sequence
from typing import Any

from radapp.archive.models import SequenceRole, Study
from radapp.triage.models import Heatmap, Result, StudyTriage


def current_result(examination: Study) -> Result | None:
    """The result in force; None while there is none."""
    row = StudyTriage.objects.filter(study=examination).select_related("result__run__protocol").first()
    return row.result if row is not None else None


def heatmaps_of(result: Result | None, roles: Sequence[SequenceRole]) -> tuple[Heatmap, ...]:
    """Those of the sequences in sight, in their order."""
    if result is None:
        return ()
    found = {one.sequence: one for one in Heatmap.objects.filter(result=result)}
    return tuple(found[role] for role in roles if role in found)


def scores_of(result: Result | None, roles: Sequence[SequenceRole]) -> dict[str, float | None]:
    """{T1WI, T2WI, T1_T2, T1WIC}, 0 to 1; the last only where the arm shows T1WIC."""
    if result is None:
        return {"T1WI": None, "T2WI": None, "T1_T2": None, "T1WIC": None}
    enhanced = result.score_t1wic if SequenceRole.T1WIC in roles else None
    return {"T1WI": result.score_t1wi, "T2WI": result.score_t2wi, "T1_T2": result.score_t1_t2, "T1WIC": enhanced}


def cutoffs_of(result: Result | None, roles: Sequence[SequenceRole]) -> dict[str, float | None]:
    """{first, second, T1WIC} of the protocol that the result was found under."""
    if result is None:
        return {"first": None, "second": None, "T1WIC": None}
    protocol = result.run.protocol
    enhanced = protocol.t1wic_cutoff if SequenceRole.T1WIC in roles else None
    return {"first": protocol.first_cutoff, "second": protocol.second_cutoff, "T1WIC": enhanced}


def provenance_of(result: Result | None, roles: Sequence[SequenceRole]) -> dict[str, Any]:
    """What the chain keeps of an aid that was shown: its scores and the bundles that they came from."""
    return {"scores": scores_of(result, roles), "bundles": result.bundles if result is not None else {}}
