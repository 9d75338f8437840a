"""HTTP of defining a cohort of the archive's examinations: what may be asked for, and how many a definition means."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from radapp.accounts.errors import ApiError, ProblemsErrorSerializer
from radapp.reports.cohort_source import CohortSource
from radapp.reports.inputs.counting import choices, count_of
from radapp.reports.inputs.definition import ANY, NO, YES, DefinitionRefusedError, Learnt, Split, definition_of
from radapp.reports.serializers import checked
from radapp.reports.sources import address


class CohortBundleSerializer(serializers.Serializer[object]):
    """Weights that read examinations."""

    sha256 = serializers.CharField()
    name = serializers.CharField()


class CohortChoicesSerializer(serializers.Serializer[object]):
    """What a definition may ask for: values that the archive has, and all of `synthetic`, `learnt` and `split`."""

    first_day = serializers.DateField(allow_null=True)
    last_day = serializers.DateField(allow_null=True)
    sources = serializers.ListField(child=serializers.CharField())
    protocols = serializers.ListField(child=serializers.CharField())
    bundles = CohortBundleSerializer(many=True)
    manufacturers = serializers.ListField(child=serializers.CharField())
    stations = serializers.ListField(child=serializers.CharField())
    synthetic = serializers.ListField(child=serializers.CharField())
    learnt = serializers.ListField(child=serializers.CharField())
    split = serializers.ListField(child=serializers.CharField())


class CohortDefinitionSerializer(serializers.Serializer[object]):
    """A definition, as docs/reports.md says."""

    definition = serializers.JSONField()


class CohortPartSerializer(serializers.Serializer[object]):
    """How many of what."""

    name = serializers.CharField(allow_blank=True)
    count = serializers.IntegerField()


class CohortCountSerializer(serializers.Serializer[object]):
    """What a definition means now. `source`: its address once a report was made of it."""

    source = serializers.CharField()  # type: ignore[assignment] # a field of ours by that name
    examinations = serializers.IntegerField()
    patients = serializers.IntegerField()
    recurrences = serializers.IntegerField()
    without_recurrence = serializers.IntegerField()
    without_truth = serializers.IntegerField()
    synthetic = serializers.IntegerField(help_text="Of the examinations: synthetic, or read by synthetic networks.")
    left_out = CohortPartSerializer(many=True, help_text="By why.")
    cohorts = CohortPartSerializer(many=True, help_text="As `split` parts them.")


class CohortsView(APIView):
    """Nothing is kept here: a cohort is what a report was made of."""

    @extend_schema(operation_id="cohort_choices", responses=CohortChoicesSerializer)
    def get(self, request: Request) -> Response:
        """What a definition may ask for."""
        found = choices()
        said = {
            **vars(found),
            "bundles": [{"sha256": sha256, "name": name} for sha256, name in found.bundles.items()],
            "synthetic": (ANY, YES, NO),
            "learnt": tuple(Learnt),
            "split": tuple(Split),
        }
        return Response(CohortChoicesSerializer(said).data)

    @extend_schema(
        operation_id="count_cohort",
        request=CohortDefinitionSerializer,
        responses={200: CohortCountSerializer, 400: ProblemsErrorSerializer},
    )
    def post(self, request: Request) -> Response:
        """How many examinations a definition means now; 400 says everything that is wrong with it."""
        try:
            definition = definition_of(checked(CohortDefinitionSerializer, request.data)["definition"])
        except DefinitionRefusedError as error:
            problems = [{"field": "definition", "detail": one} for one in error.problems]
            raise ApiError(400, "invalid", str(error), problems) from error
        found = count_of(definition)
        said: dict[str, Any] = {
            **vars(found),
            "source": address(CohortSource(definition)),
            "left_out": [{"name": name, "count": count} for name, count in found.left_out.items()],
            "cohorts": [{"name": name, "count": count} for name, count in found.cohorts.items()],
        }
        return Response(CohortCountSerializer(said).data)
