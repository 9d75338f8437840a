"""HTTP of cases: candidates, cases, withdrawal, the flow. Who may call each stands in permissions.py."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts.errors import ErrorSerializer
from radapp.readerstudies.desk import candidates, case_selectors, cases, flow, withdrawal
from radapp.readerstudies.desk import case_shapes as shapes
from radapp.readerstudies.desk.http import answer, body, person, signed
from radapp.readerstudies.views import StudyView


class CandidatesView(StudyView):
    """Examinations of the archive that could be cases."""

    @extend_schema(
        operation_id="case_candidates", request=shapes.CandidateQuerySerializer, responses=shapes.CandidatesSerializer
    )
    def post(self, request: Request, key: str) -> Response:
        """What a query finds, with what bars each."""
        given = body(request, shapes.CandidateQuerySerializer)
        limit = given.pop("limit")
        found = candidates.find(self.admitted.study, candidates.Query.of(given))
        return answer(shapes.CandidatesSerializer, found.as_shape(limit))


class CasesView(StudyView):
    """The cases of a study."""

    @extend_schema(operation_id="reader_study_cases", responses=shapes.StudyCasesSerializer)
    def get(self, request: Request, key: str) -> Response:
        """All of them, those that were left out as well."""
        return answer(shapes.StudyCasesSerializer, {"results": case_selectors.listed(self.admitted.study)})

    @extend_schema(
        operation_id="add_cases",
        request=shapes.AddCasesSerializer,
        responses={201: shapes.AddedSerializer, 400: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Add examinations by list or by query, or note them as left out."""
        given = body(request, shapes.AddCasesSerializer)
        asked = candidates.asked(self.admitted.study, given.pop("uids"), given.pop("query"))
        added = cases.add(self.admitted.study, asked, cases.Wish(**given), actor=person(request))
        return answer(shapes.AddedSerializer, added.as_shape(), status=201)


class CaseView(StudyView):
    """One case."""

    @extend_schema(operation_id="reader_study_case", responses=shapes.CaseDetailSerializer)
    def get(self, request: Request, key: str, case: str) -> Response:
        """With the earlier examinations of its patient and what its withdrawal would do."""
        found = case_selectors.case_or_404(self.admitted.study, case)
        return answer(shapes.CaseDetailSerializer, case_selectors.detail(found))

    @extend_schema(
        operation_id="change_case",
        request=shapes.CaseChangeSerializer,
        responses={200: shapes.CaseDetailSerializer, 400: ErrorSerializer, 409: ErrorSerializer},
    )
    def patch(self, request: Request, key: str, case: str) -> Response:
        """Leave it out with a reason, take it in again, make it a practice case, name its prior examination."""
        found = case_selectors.case_or_404(self.admitted.study, case)
        changed = cases.change(found, body(request, shapes.CaseChangeSerializer), actor=person(request))
        return answer(shapes.CaseDetailSerializer, case_selectors.detail(changed))

    @extend_schema(operation_id="remove_case", responses={204: None, 409: ErrorSerializer})
    def delete(self, request: Request, key: str, case: str) -> Response:
        """Forget that it was looked at; one that has facts of its own is left out with a reason instead."""
        cases.remove(case_selectors.case_or_404(self.admitted.study, case), actor=person(request))
        return Response(status=204)


class WithdrawalView(StudyView):
    """The withdrawal of a case after opening."""

    @extend_schema(
        operation_id="withdraw_case",
        request=shapes.CaseWithdrawalSerializer,
        responses={
            200: shapes.CaseDetailSerializer,
            403: ErrorSerializer,
            409: ErrorSerializer,
            429: ErrorSerializer,
        },
    )
    def post(self, request: Request, key: str, case: str) -> Response:
        """Sign it; what becomes of readings follows the protocol's rule."""
        found = case_selectors.case_or_404(self.admitted.study, case)
        given = body(request, shapes.CaseWithdrawalSerializer)
        withdrawn = withdrawal.withdraw(found, actor=signed(request, given), reason=given["reason"])
        return answer(shapes.CaseDetailSerializer, case_selectors.detail(withdrawn))


class FlowView(StudyView):
    """The flow of cases."""

    @extend_schema(operation_id="case_flow", responses=shapes.CaseFlowSerializer)
    def get(self, request: Request, key: str) -> Response:
        """Assessed, left out by reason, included by truth, practice, withdrawn, read."""
        return answer(shapes.CaseFlowSerializer, flow.of(self.admitted.study))
