"""Shapes of the API of reports."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from radapp.reports.document.spoken import LANGUAGES
from radapp.reports.models import SavedReport
from radapp.reports.option_words import Kind

JSON_VALUE = {"description": "As JSON has it: a text, a number, yes or no, a list of numbers, or null."}
CALLS = ("yes", "no", "not_assessable")


@extend_schema_field(JSON_VALUE)
class JsonValueField(serializers.JSONField):
    """A value of any kind."""


class BothLanguagesSerializer(serializers.Serializer[object]):
    """A text in both languages."""

    en = serializers.CharField()
    zh = serializers.CharField()


class AnalysisOptionSerializer(serializers.Serializer[object]):
    """One option of an analysis."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=[(one.value, one.value) for one in Kind])
    choices = serializers.ListField(child=serializers.CharField())
    default = JsonValueField(allow_null=True, help_text="Null: the protocol or the analysis decides.")
    optional = serializers.BooleanField(help_text="Whether null may be sent.")
    help = BothLanguagesSerializer()


class AnalysisSerializer(serializers.Serializer[object]):
    """One kind of report."""

    name = serializers.CharField()
    version = serializers.IntegerField()
    title = BothLanguagesSerializer()
    reads = serializers.ChoiceField(choices=[("study", "study"), ("use", "use")], help_text="study: cohorts, too.")
    readers = serializers.BooleanField(help_text="Whether it is of readers and coders alone: a cohort has none.")
    options = AnalysisOptionSerializer(many=True)


class ReportSourceSerializer(serializers.Serializer[object]):
    """What a report can be made of; `source` is its address, kind:key."""

    source = serializers.CharField()  # type: ignore[assignment] # a field of ours by that name
    kind = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    locked = serializers.BooleanField()
    unblinded = serializers.BooleanField()
    synthetic = serializers.BooleanField()
    cases = serializers.IntegerField()
    definition = serializers.DictField(
        child=JsonValueField(allow_null=True), allow_null=True, help_text="What a cohort asks for; null for a study."
    )


class ReportRequestSerializer(serializers.Serializer[object]):
    """A report to be made. `watermark`: also of a source that is not final."""

    source = serializers.CharField(max_length=200)  # type: ignore[assignment] # a field of ours by that name
    definition = serializers.JSONField(required=False, default=None, help_text="Of a source that has no row of its own.")
    analysis = serializers.CharField(max_length=40, help_text="Its name, as /api/reports/analyses/ tells them.")
    options = serializers.DictField(child=JsonValueField(allow_null=True), required=False, default=dict)
    watermark = serializers.BooleanField(required=False, default=False)


class ReportListQuerySerializer(serializers.Serializer[object]):
    """Reports of which source; all that the person may see where none is named."""

    source = serializers.CharField(required=False, default="", max_length=200)  # type: ignore[assignment] # a field of ours by that name


class ReportFileSerializer(serializers.Serializer[object]):
    """One file of a report."""

    name = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    format = serializers.CharField()
    media_type = serializers.CharField()


class InputDifferencesSerializer(serializers.Serializer[object]):
    """Which inputs differ, the first hundred of `count`."""

    count = serializers.IntegerField()
    differences = serializers.ListField(child=serializers.CharField())


class ReportDifferencesSerializer(InputDifferencesSerializer):
    """Against the report before it of the same source and analysis, which is `key`."""

    key = serializers.CharField()


class SavedReportSerializer(serializers.Serializer[object]):
    """One report."""

    key = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment] # a field of ours by that name
    source_title = serializers.CharField()
    source_state = serializers.CharField(help_text="When its inputs were frozen.")
    analysis = serializers.CharField()
    version = serializers.IntegerField()
    options = serializers.DictField(child=JsonValueField(allow_null=True))
    watermark = serializers.BooleanField()
    state = serializers.ChoiceField(choices=SavedReport.State.choices)
    step = serializers.CharField(help_text="gathering, analysis, tables, figures or another format; empty: none.")
    progress = serializers.FloatField()
    error = serializers.CharField()
    inputs_sha256 = serializers.CharField()
    cases = serializers.IntegerField()
    labels = serializers.ListField(child=serializers.CharField())
    preliminary = serializers.BooleanField()
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField()
    files = ReportFileSerializer(many=True)


class ReportChangesSerializer(serializers.Serializer[object]):
    """What is otherwise by now; `stale` is null until the report is done."""

    stale = serializers.BooleanField(allow_null=True, help_text="The source's inputs are others by now.")
    changed_since = InputDifferencesSerializer(
        allow_null=True, help_text="What its source has otherwise by now; null where it is not stale."
    )
    differs_from = ReportDifferencesSerializer(
        allow_null=True, help_text="The report before it, where that had other inputs; null otherwise."
    )


class DocumentQuerySerializer(serializers.Serializer[object]):
    """In which language."""

    language = serializers.ChoiceField(choices=[(one, one) for one in LANGUAGES], required=False, default="en")


class CaseBehindSerializer(serializers.Serializer[object]):
    """One case that a cell counts. `link`: a page that shows it, empty for whoever may not see it."""

    case = serializers.IntegerField()
    cohort = serializers.CharField()
    truth = serializers.BooleanField(allow_null=True)
    basis = serializers.CharField()
    calls = serializers.DictField(child=serializers.ChoiceField(choices=[(one, one) for one in CALLS]))
    scores = serializers.DictField(child=serializers.FloatField())
    tier = serializers.CharField()
    link = serializers.CharField()


def checked(shape: type[serializers.Serializer[Any]], said: Any) -> dict[str, Any]:
    """What was sent, as the shape has it; ValidationError (400) where it has another one."""
    found = shape(data=said)
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)
