"""The patient's other examinations, which growth, shrinkage and a year of follow-up are told from: blinded like the case."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404

from radapp.archive.models import SequenceRole, Series, Study
from radapp.readerstudies.models import Case, Membership
from radapp.readerstudies.sight import COMPLETE, Sight

AT_MOST = 12
"""The nearest in time are offered."""
DIVIDER = "."
"""Between a case's key and a comparison's, in addresses."""


@dataclass(frozen=True)
class Comparison:
    """Another examination of a case's patient. `days` from the examination to it, below 0 before; None: not known."""

    key: str
    examination: Study
    days: int | None


def comparisons(case: Case) -> list[Comparison]:
    """The nearest other examinations with a series that can be shown, in the order of their days."""
    if case.examination is None:
        return []
    found = [
        Comparison(_key(case, other), other, _days(case.examination, other)) for other in _others(case, case.examination)
    ]
    nearest = sorted(found, key=lambda one: (one.days is None, abs(one.days or 0)))[:AT_MOST]
    return sorted(nearest, key=lambda one: (one.days is None, one.days or 0))


def comparison_of(case: Case, key: str) -> Comparison | None:
    """The one of this key."""
    return next((one for one in comparisons(case) if hmac.compare_digest(one.key, key)), None)


def sight_of_case(case: Case, tagger: Membership) -> Sight:
    """What a tagger sees of the case itself: every sequence, no AI. A prior is a comparison like any other."""
    if case.examination is None:
        raise Http404
    return Sight(case.study, f"tagging {tagger.key} {case.key}", case.examination, COMPLETE)


def sight_of_comparison(case: Case, comparison: Comparison, tagger: Membership) -> Sight:
    """The case with another examination in a prior's place, so that both scroll together; under pseudonyms of its own."""
    if case.examination is None:
        raise Http404
    viewpoint = f"tagging {tagger.key} {case.key} {comparison.key}"
    return Sight(case.study, viewpoint, case.examination, COMPLETE, prior=comparison.examination)


def _others(case: Case, examination: Study) -> Iterator[Study]:
    with_images = Study.objects.filter(images_deleted_at__isnull=True)
    shown = Series.objects.filter(generated=False).exclude(recognised_role=SequenceRole.NONE, assigned_role=None)
    showable = with_images.filter(pk__in=shown.exclude(assigned_role=SequenceRole.NONE).values("study"))
    same = showable.none()
    if examination.patient_id:
        same = showable.filter(patient_id=examination.patient_id, issuer_of_patient_id=examination.issuer_of_patient_id)
    prior = showable.filter(pk=case.prior_id) if case.prior_id else showable.none()
    yield from (same | prior).exclude(pk=examination.pk).order_by("pk")


def _days(examination: Study, other: Study) -> int | None:
    if examination.study_date is None or other.study_date is None:
        return None
    return (other.study_date - examination.study_date).days


def _key(case: Case, other: Study) -> str:
    # Keyed by the study's salt: whoever knows a UID cannot tell whether it is offered here.
    text = f"comparison {case.key} {other.study_instance_uid}"
    made = hmac.digest(case.study.salt.encode(), text.encode(), hashlib.sha256)
    return urlsafe_b64encode(made[:16]).decode().rstrip("=")
