"""HTTP of the blinding certificate. Who may call it stands in radapp.readerstudies.permissions."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from radapp.accounts.errors import ErrorSerializer
from radapp.readerstudies.blinding.certificate import certify
from radapp.readerstudies.blinding.shown import ROLES
from radapp.readerstudies.models import BlindingCertificate, Case, ReaderStudy
from radapp.readerstudies.views import StudyView


class CertifiedStudySerializer(serializers.Serializer[object]):
    """Which study, at which revision of its draft."""

    key = serializers.CharField()
    title = serializers.CharField()
    revision = serializers.IntegerField()


class CertifiedAttributeSerializer(serializers.Serializer[object]):
    """One attribute that readers get."""

    tag = serializers.CharField(help_text="Eight hexadecimal digits.")
    keyword = serializers.CharField()
    made = serializers.CharField(help_text="kept, constant, pseudonym, renumbered, rounded or shifted")
    why = serializers.CharField()


class CertifiedSeriesSerializer(serializers.Serializer[object]):
    """One series that readers see."""

    role = serializers.ChoiceField(choices=ROLES)
    prior = serializers.BooleanField()
    instances = serializers.IntegerField()


class ExampleSeriesSerializer(CertifiedSeriesSerializer):
    """One series of the first case: an image's header as readers get it (DICOM JSON), and the names of what is withheld."""

    header = serializers.DictField()
    withheld = serializers.ListField(child=serializers.CharField())


class CertifiedCaseSerializer(serializers.Serializer[object]):
    """One case."""

    case = serializers.IntegerField(help_text="Its number.")
    key = serializers.CharField()
    series = CertifiedSeriesSerializer(many=True)
    withheld = serializers.IntegerField(help_text="How many attributes of its headers nobody gets.")


class FindingSerializer(serializers.Serializer[object]):
    """What stands against opening."""

    case = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class BlindingCertificateSerializer(serializers.Serializer[object]):
    """A study's blinding certificate; `stored` false: it was computed for this answer."""

    stored = serializers.BooleanField()
    ok = serializers.BooleanField()
    study = CertifiedStudySerializer()
    made_at = serializers.DateTimeField()
    version = serializers.CharField(help_text="Of the application.")
    attributes = CertifiedAttributeSerializer(many=True)
    example = ExampleSeriesSerializer(many=True)
    cases = CertifiedCaseSerializer(many=True)
    findings = FindingSerializer(many=True)


class CertificateView(StudyView):
    """The blinding certificate of one study."""

    @extend_schema(operation_id="blinding_certificate", responses={200: BlindingCertificateSerializer, 404: ErrorSerializer})
    def get(self, request: Request, key: str) -> Response:
        """The stored one that belongs to the study as it is now, else one computed now."""
        study = self.admitted.study
        row = BlindingCertificate.objects.filter(study=study).first()
        if row is not None and (not study.is_drafted or _is_of(row, study)):
            return Response({"stored": True, **row.content})
        return Response({"stored": False, **certify(study).content()})


def _is_of(row: BlindingCertificate, study: ReaderStudy) -> bool:
    """Whether it was made of this draft, with these cases."""
    included = study.cases.filter(state=Case.State.INCLUDED, examination__isnull=False).values_list("key", flat=True)
    return row.content["study"]["revision"] == study.revision and {one["key"] for one in row.content["cases"]} == set(
        included
    )
