"""What a tagger hears of a study, a case and the chain before them, in pseudonyms."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from radapp.archive.models import Instance
from radapp.readerstudies import anatomy
from radapp.readerstudies.blinding.shown import shown
from radapp.readerstudies.models import Case, Membership, ReferenceStep
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.reference import criteria, turns
from radapp.readerstudies.reference.comparisons import (
    DIVIDER,
    Comparison,
    comparisons,
    sight_of_case,
    sight_of_comparison,
)
from radapp.readerstudies.reference.conclusion import Conclusion, segmentations
from radapp.readerstudies.reference.lesions import sphere_of


def room(admitted: Admitted, chair: str) -> dict[str, Any]:
    """TaggingRoomSerializer."""
    study, found = admitted.study, turns.queue(admitted.study, chair)
    current = found.current if turns.is_open(study) else None
    return {
        "study": study,
        "chair": chair,
        "open": turns.is_open(study),
        "current": current.key if current else None,
        "waiting": found.waiting,
        "done": [{"key": case.key, "number": case.number, "version": version} for case, version in found.done],
        "later": found.later,
        "sites": anatomy.SITES,
        "kinds": anatomy.KINDS,
        "rt_stages": anatomy.RT_STAGES,
        "criteria": {
            "growth_from": criteria.GROWTH_DAYS[0],
            "growth_to": criteria.GROWTH_DAYS[1],
            "free": criteria.FREE_DAYS,
        },
    }


def case_view(case: Case, tagger: Membership, steps: Sequence[ReferenceStep]) -> dict[str, Any]:
    """TaggingCaseSerializer."""
    mine = turns.latest(steps, tagger.chair)
    root = f"/api/tagging/{case.study.key}"
    return {
        "key": case.key,
        "number": case.number,
        "chair": tagger.chair,
        "open": turns.is_open(case.study),
        "images": {"root": f"{root}/cases/{case.key}", **shown(sight_of_case(case, tagger))},
        "comparisons": [_comparison(case, one, tagger, root) for one in comparisons(case)],
        "segmentations": [{"key": segmentation_key(case, one), "mark": sphere_of(one)} for one in _segmentations(case)],
        "previous": [_said(case, one) for one in turns.said_before(steps, tagger.chair)],
        "mine": _said(case, mine) if mine else None,
    }


def segmentation_key(case: Case, instance: Instance) -> str:
    """A segmentation's name to taggers."""
    text = f"segmentation {case.key} {instance.sop_instance_uid}"
    made = hmac.digest(case.study.salt.encode(), text.encode(), hashlib.sha256)
    return urlsafe_b64encode(made[:16]).decode().rstrip("=")


def segmentation_of(case: Case, key: str) -> str | None:
    """The UID of the segmentation of this key."""
    found = (one for one in _segmentations(case) if hmac.compare_digest(segmentation_key(case, one), key))
    return next((one.sop_instance_uid for one in found), None)


def _segmentations(case: Case) -> Sequence[Instance]:
    return list(segmentations(case.examination)) if case.examination else []


def _comparison(case: Case, one: Comparison, tagger: Membership, root: str) -> dict[str, Any]:
    where = f"{root}/comparisons/{case.key}{DIVIDER}{one.key}"
    return {
        "key": one.key,
        "days": one.days,
        "images": {"root": where, **shown(sight_of_comparison(case, one, tagger))},
    }


def _said(case: Case, step: ReferenceStep) -> dict[str, Any]:
    examined_on = case.examination.study_date if case.examination else None
    days = (step.basis_date - examined_on).days if step.basis_date and examined_on else None
    there = _segmentations(case) if step.segmentation else []
    keys = [segmentation_key(case, one) for one in there if one.sop_instance_uid == step.segmentation]
    columns = Conclusion.of(step).columns()
    return columns | {"step": step.step, "version": step.version, "basis_days": days, "segmentation": "".join(keys)}
