"""HTTP of what is signed: opening, closing, locking, unblinding, amendments. Who may call each stands in permissions.py."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts.errors import ErrorSerializer, ProblemsErrorSerializer
from radapp.readerstudies.desk import acts, amendments, selectors, shapes
from radapp.readerstudies.desk.http import answer, body, signed
from radapp.readerstudies.models import StudySignature
from radapp.readerstudies.views import StudyView


class ActsView(StudyView):
    """Acts that are signed."""

    @extend_schema(operation_id="reader_study_acts", responses=shapes.StudyActSerializer(many=True))
    def get(self, request: Request, key: str) -> Response:
        """Each with the sentence that would be signed now, and whether it is possible."""
        return answer(shapes.StudyActSerializer, acts.possible(self.admitted.study), many=True)

    @extend_schema(
        operation_id="sign_reader_study_act",
        request=shapes.SigningSerializer,
        responses={
            200: shapes.ReaderStudySerializer,
            400: ErrorSerializer,
            403: ErrorSerializer,
            409: ErrorSerializer,
            429: ErrorSerializer,
        },
    )
    def post(self, request: Request, key: str) -> Response:
        """Sign one with the password once more."""
        given = body(request, shapes.SigningSerializer)
        actor = signed(request, given)
        act = StudySignature.Act(given["act"])
        study = acts.carry_out(self.admitted.study, act, actor=actor, reason=given["reason"], seed=given["seed"])
        return answer(shapes.ReaderStudySerializer, selectors.seen_by(study, actor))


class AmendmentsView(StudyView):
    """Amendments of a study that was opened."""

    @extend_schema(
        operation_id="amend_reader_study",
        request=shapes.StudyAmendmentSerializer,
        responses={
            200: shapes.ReaderStudySerializer,
            400: ProblemsErrorSerializer,
            403: ErrorSerializer,
            409: ProblemsErrorSerializer,
            429: ErrorSerializer,
        },
    )
    def post(self, request: Request, key: str) -> Response:
        """Make a new version of the protocol; what may differ is bounded, 409 `not_amendable` says by which field."""
        given = body(request, shapes.StudyAmendmentSerializer)
        actor = signed(request, given)
        study = amendments.amend(self.admitted.study, given["protocol"], actor=actor, reason=given["reason"])
        return answer(shapes.ReaderStudySerializer, selectors.seen_by(study, actor))
