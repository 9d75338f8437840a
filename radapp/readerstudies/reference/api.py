"""HTTP of tagging. Who may call each address stands in radapp.readerstudies.permissions."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts.errors import ApiError, ErrorSerializer, ProblemsErrorSerializer
from radapp.readerstudies.models import Case, Membership, ReferenceStep
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.reference import presenting, shapes, turns
from radapp.readerstudies.reference.comparisons import (
    DIVIDER,
    comparison_of,
    sight_of_case,
    sight_of_comparison,
)
from radapp.readerstudies.reference.conclusion import Conclusion, Mark, Problem
from radapp.readerstudies.reference.steps import Act, TaggingRefused, tag
from radapp.readerstudies.sight import Sight
from radapp.readerstudies.views import StudyView

T = TypeVar("T")
NOT_YET = "This case waits for somebody else of the chain."


def tagger_of(admitted: Admitted) -> Membership:
    """The tagger's own membership, with their chair."""
    return admitted.membership(Membership.Part.TAGGER)


def case_in_sight(admitted: Admitted, key: str) -> tuple[Case, list[ReferenceStep]]:
    """A case that this tagger may see, with its steps: when it is their turn, and once they have tagged it.

    Raises Http404 for none of this study, PermissionDenied before their turn.
    """
    found = admitted.study.cases.select_related("examination", "prior", "study")
    case = found.filter(key=key, state=Case.State.INCLUDED, examination__isnull=False).first()
    if case is None:
        raise Http404
    steps, chair = turns.steps_of(case), tagger_of(admitted).chair
    if turns.latest(steps, chair) is None and turns.waits_for(case, steps) != chair:
        raise PermissionDenied(NOT_YET)
    return case, steps


def case_sight(admitted: Admitted, subject: str) -> Sight:
    """For the blinded DICOMweb routes: the case itself."""
    case, _ = case_in_sight(admitted, subject)
    return sight_of_case(case, tagger_of(admitted))


def comparison_sight(admitted: Admitted, subject: str) -> Sight:
    """For the blinded DICOMweb routes: `subject` is a case's key and a comparison's."""
    key, _, other = subject.partition(DIVIDER)
    case, _ = case_in_sight(admitted, key)
    comparison = comparison_of(case, other)
    if comparison is None:
        raise Http404
    return sight_of_comparison(case, comparison, tagger_of(admitted))


class TaggingRoomView(StudyView):
    """A tagger's queue."""

    @extend_schema(operation_id="tagging_room", responses={200: shapes.TaggingRoomSerializer, 404: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """What waits for this tagger's chair, what it has tagged, and the words of the form."""
        return Response(shapes.TaggingRoomSerializer(presenting.room(self.admitted, tagger_of(self.admitted).chair)).data)


class TaggingCaseView(StudyView):
    """One case of the queue."""

    @extend_schema(
        operation_id="tagging_case",
        responses={200: shapes.TaggingCaseSerializer, 403: ErrorSerializer, 404: ErrorSerializer},
    )
    def get(self, request: Request, key: str, case: str) -> Response:
        """Images, comparisons, and the chain before this chair."""
        return _case_view(self.admitted, case)


class TaggingStepView(StudyView):
    """The step of this tagger's chair."""

    @extend_schema(
        operation_id="tag_case",
        request=shapes.StepSerializer,
        responses={
            201: shapes.TaggingCaseSerializer,
            400: ProblemsErrorSerializer,
            403: ErrorSerializer,
            404: ErrorSerializer,
            409: ErrorSerializer,
        },
    )
    def post(self, request: Request, key: str, case: str) -> Response:
        """Store a conclusion: the first in turn, a further one as a correction with its reason."""
        body = shapes.StepSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = dict(body.validated_data)
        found, steps = case_in_sight(self.admitted, case)
        tagger = tagger_of(self.admitted)
        act = Act(self.admitted.user, sent.pop("submission"), sent.pop("reason"))
        try:
            tag(found, tagger, _conclusion(found, sent, turns.in_sight(steps, tagger.chair)), act)
        except TaggingRefused as refused:
            raise _refusal(refused) from refused
        return _case_view(self.admitted, case, status.HTTP_201_CREATED)


def _case_view(admitted: Admitted, key: str, code: int = status.HTTP_200_OK) -> Response:
    case, steps = case_in_sight(admitted, key)
    view = presenting.case_view(case, tagger_of(admitted), steps)
    return Response(shapes.TaggingCaseSerializer(view).data, status=code)


def _conclusion(case: Case, sent: dict[str, Any], steps: Sequence[ReferenceStep]) -> Conclusion:
    """As it was sent; names of comparisons, steps and segmentations become the day and the UID that they stand for."""
    comparison, step, segmentation = sent.pop("comparison"), sent.pop("as_step"), sent.pop("segmentation")
    if comparison:
        sent["basis_date"] = _named("comparison", comparison_of(case, comparison)).examination.study_date
    elif step:
        sent["basis_date"] = _named("as_step", turns.latest(steps, step)).basis_date
    if segmentation:
        sent["segmentation"] = _named("segmentation", presenting.segmentation_of(case, segmentation))
    marks = tuple(Mark(tuple(one["point"]), one["radius"]) for one in sent.pop("marks"))
    return Conclusion(**sent | {"marks": marks, "sites": tuple(sent["sites"]), "kinds": tuple(sent["kinds"])})


def _named(field: str, found: T | None) -> T:
    if found is None:
        missing = "Nothing of that name belongs to this case."
        raise TaggingRefused("invalid", missing, [Problem(field, missing)])
    return found


def _refusal(refused: TaggingRefused) -> ApiError:
    codes = {"invalid": 400, "reads_in_study": 403}
    listed = [{"field": one.field, "detail": one.detail} for one in refused.problems]
    return ApiError(codes.get(refused.code, 409), refused.code, refused.detail, listed or None)
