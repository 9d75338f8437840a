"""HTTP of maps on demand. Who may call it stands in access.py."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ml.explanation import EXPLANATIONS, ON_DEMAND, Method
from radapp.accounts.errors import ApiError
from radapp.accounts.models import User
from radapp.archive.models import SequenceRole
from radapp.archive.selectors import study_or_404
from radapp.triage import explanations
from radapp.triage.models import Explanation

SEQUENCES = [SequenceRole.T1WI, SequenceRole.T2WI, SequenceRole.T1WIC]
METHODS = [(method.value, method.value) for method in ON_DEMAND]


class ExplanationRequestSerializer(serializers.Serializer[object]):
    """Which network's evidence, and by which method."""

    sequence = serializers.ChoiceField(choices=[(role, role) for role in SEQUENCES])
    method = serializers.ChoiceField(choices=METHODS)


class ExplanationSerializer(serializers.Serializer[object]):
    """One map on demand; once done, a Parametric Map in the study, with `peak` in LPS mm or null, `cell_size` in mm."""

    sequence = serializers.ChoiceField(choices=[(role, role) for role in SEQUENCES])
    method = serializers.ChoiceField(choices=METHODS)
    state = serializers.ChoiceField(choices=Explanation.State.choices)
    percent = serializers.IntegerField()
    reason = serializers.CharField()
    remedy = serializers.CharField()
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    sop_instance_uid = serializers.CharField(help_text="Empty until done.")
    series_instance_uid = serializers.CharField(help_text="Empty until done.")
    peak = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    cell_size = serializers.ListField(child=serializers.FloatField())
    reference_label = serializers.CharField(help_text="What 1 on the map's scale means.")


class ExplanationsSerializer(serializers.Serializer[object]):
    """The maps that were asked for of the study's current result."""

    results = ExplanationSerializer(many=True)


def _shape(row: Explanation) -> dict[str, Any]:
    return {
        "sequence": row.sequence,
        "method": row.method,
        "state": row.state,
        "percent": row.percent,
        "reason": row.reason,
        "remedy": row.remedy,
        "asked_by": row.asked_by.display_name,
        "asked_at": row.asked_at,
        "sop_instance_uid": row.sop_instance_uid,
        "series_instance_uid": row.series_instance_uid,
        "peak": row.peak,
        "cell_size": row.cell_size,
        "reference_label": f"{EXPLANATIONS[Method(row.method)].unit}.",
    }


class ExplanationsView(APIView):
    """Integrated gradients and occlusion of one study."""

    @extend_schema(operation_id="study_explanations", responses=ExplanationsSerializer)
    def get(self, request: Request, uid: str) -> Response:
        """What was asked for, and how far it is."""
        rows = explanations.of_study(study_or_404(cast(User, request.user), uid))
        return Response(ExplanationsSerializer({"results": [_shape(row) for row in rows]}).data)

    @extend_schema(
        operation_id="ask_for_explanation",
        request=ExplanationRequestSerializer,
        responses={200: ExplanationSerializer, 201: ExplanationSerializer},
    )
    def post(self, request: Request, uid: str) -> Response:
        """Ask for one: 201 where it is to be made, 200 where it was asked for already; a failed one is tried anew."""
        study = study_or_404(cast(User, request.user), uid)
        asked = ExplanationRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            row, new = explanations.ask(study=study, user=cast(User, request.user), **asked.validated_data)
        except explanations.ExplanationRefused as refused:
            code = status.HTTP_429_TOO_MANY_REQUESTS if refused.busy else status.HTTP_409_CONFLICT
            raise ApiError(code, refused.code, str(refused)) from refused
        answer = ExplanationSerializer(_shape(row)).data
        return Response(answer, status=status.HTTP_201_CREATED if new else status.HTTP_200_OK)
