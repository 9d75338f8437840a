"""HTTP of the cutoff desk: sources, their columns, drafts. For administrators, and investigators of the study."""

from typing import Any, cast

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ml.evaluation.economics import Tariff
from radapp.accounts.errors import ApiError, ErrorSerializer
from radapp.accounts.models import User
from radapp.readerstudies.desk.http import body
from radapp.reports.analyses.follow_up import FOLLOW_UP
from radapp.reports.cutoff_desk import drafting, shapes
from radapp.reports.cutoff_desk.columns import MOST, Columns, SeveralCutoffsError, columns_of, together
from radapp.reports.cutoff_desk.marks import marks_of
from radapp.reports.cutoff_desk.sources import Provenance, Source, source_named, sources_of
from radapp.triage.models import ProtocolDraft

HEAD = ("kind", "title", "unblinded")


class CutoffSourcesView(APIView):
    """What may be looked at."""

    @extend_schema(operation_id="cutoff_sources", responses=shapes.CutoffSourcesSerializer)
    def get(self, request: Request) -> Response:
        """Locked studies of this person; for an administrator all of them, and the archive's examinations by protocol."""
        found = [_head(source) for source in sources_of(_person(request))]
        return Response(shapes.CutoffSourcesSerializer({"sources": found}).data)


class CutoffDataView(APIView):
    """One source."""

    @extend_schema(operation_id="cutoff_data", responses={200: shapes.CutoffDataSerializer, 409: ErrorSerializer})
    def get(self, request: Request, source: str) -> HttpResponse:
        """Scores and truths as columns, in full precision, at most 100 000 patients."""
        found = _data(source_named(source, _person(request)))
        # Ten thousands of numbers: written as they are, not one serializer field each.
        return HttpResponse(JSONRenderer().render(found), content_type="application/json")


class DraftsView(APIView):
    """Drafts of protocols that were saved from a source."""

    @extend_schema(operation_id="cutoff_drafts", responses=shapes.CutoffDraftsSerializer)
    def get(self, request: Request, source: str) -> Response:
        """Newest first."""
        found = source_named(source, _person(request))
        rows = ProtocolDraft.objects.filter(source=found.name).select_related("made_by")
        return Response(shapes.CutoffDraftsSerializer({"drafts": [_draft(row) for row in rows]}).data)

    @extend_schema(
        operation_id="save_cutoff_draft",
        request=shapes.NewCutoffDraftSerializer,
        responses={201: shapes.CutoffDraftSerializer, 400: ErrorSerializer, 409: ErrorSerializer},
    )
    def post(self, request: Request, source: str) -> Response:
        """Judge two cutoffs and keep them as a draft; nothing is activated."""
        found, person = source_named(source, _person(request)), _person(request)
        draft = drafting.save_draft(found, drafting.Wish(**body(request, shapes.NewCutoffDraftSerializer)), person)
        return Response(shapes.CutoffDraftSerializer(_draft(draft)).data, status=201)


def _person(request: Request) -> User:
    return cast(User, request.user)


def _head(source: Source) -> dict[str, Any]:
    return {name: getattr(source, of) for name, of in (("key", "name"), *((one, one) for one in HEAD))}


def _data(source: Source) -> dict[str, Any]:
    """As CutoffDataSerializer has it."""
    inputs, provenance = source.inputs(), source.provenance()
    try:
        cohorts = columns_of(inputs)
    except SeveralCutoffsError as error:
        raise ApiError(409, "several_cutoffs", str(error)) from error
    count = sum(len(one.rows) for one in cohorts)
    if count > MOST:
        raise ApiError(409, "too_many", f"This source has {count} patients with scores; the desk takes at most {MOST}.")
    if not cohorts:
        raise ApiError(409, "no_scores", "No case of this source has both a score of T1_T2 and an established truth.")
    return {
        **_head(source),
        "synthetic": inputs.synthetic,
        "inputs_sha256": inputs.sha256,
        "cohorts": [_columns(one, provenance) for one in cohorts],
        "refusal_together": _refusal_together(cohorts, provenance),
        "marks": [vars(mark) for mark in marks_of(provenance)],
        "tariff": vars(Tariff()),
        "prevalence": FOLLOW_UP,
    }


def _columns(one: Columns, provenance: Provenance) -> dict[str, Any]:
    return {
        "name": one.name,
        "scores": [row.score for row in one.rows],
        "t1wic": [row.t1wic for row in one.rows],
        "truths": [int(row.truth) for row in one.rows],
        "t1wic_cutoff": one.t1wic_cutoff,
        "no_advice_diseased": one.no_advice_diseased,
        "no_advice_healthy": one.no_advice_healthy,
        "without_truth": one.without_truth,
        "unread": one.unread,
        "refusal": _words(drafting.refusal_of(one, provenance)),
    }


def _refusal_together(cohorts: tuple[Columns, ...], provenance: Provenance) -> dict[str, str] | None:
    try:
        return _words(drafting.refusal_of(together(cohorts), provenance))
    except SeveralCutoffsError as error:
        return {"code": "several_cutoffs", "detail": str(error)}


def _words(refusal: tuple[str, str] | None) -> dict[str, str] | None:
    return {"code": refusal[0], "detail": refusal[1]} if refusal else None


def _draft(draft: ProtocolDraft) -> dict[str, Any]:
    tactic = draft.calibration["tactic"]
    return {
        "name": draft.name,
        "version": draft.version,
        "cohort": draft.cohort,
        "first": draft.first_cutoff,
        "second": draft.second_cutoff,
        "t1wic": draft.t1wic_cutoff,
        "examinations": draft.calibration["examinations"],
        "recurrences": draft.calibration["recurrences"],
        **{
            kind: {
                **{name: tactic[kind][name] for name in ("sensitivity", "specificity")},
                "spared": tactic[f"{kind}_spared"],
            }
            for kind in ("apparent", "cross_validated")
        },
        "inputs_sha256": draft.inputs_sha256,
        "made_by": draft.made_by.display_name,
        "made_at": draft.made_at,
        "synthetic": draft.synthetic,
    }
