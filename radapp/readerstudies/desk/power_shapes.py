"""What the address of the power calculation takes and answers."""

from typing import Any

from rest_framework import serializers

Shape = serializers.Serializer[Any]
TESTS = [(one, one) for one in ("areas", "proportions", "non_inferiority", "readers")]
OF = [(one, one) for one in ("sensitivity", "specificity", "accuracy")]


class PowerQuestionSerializer(Shape):
    """A comparison, and either how many cases or which power. Shares and areas lie between 0 and 1."""

    test = serializers.ChoiceField(TESTS)
    first = serializers.FloatField(min_value=0, max_value=1, help_text="Expected area or proportion of the one.")
    second = serializers.FloatField(min_value=0, max_value=1, help_text="Of the other; of readers' arms likewise.")
    correlation = serializers.FloatField(default=0.5, min_value=-1, max_value=1, help_text="Between both on one case.")
    prevalence = serializers.FloatField(default=0.5, help_text="Share of cases with recurrence in the study.")
    of = serializers.ChoiceField(OF, default="sensitivity", help_text="Which proportion.")
    margin = serializers.FloatField(required=False, allow_null=True, default=None, help_text="Of non-inferiority.")
    readers = serializers.IntegerField(default=2, min_value=1, max_value=1000)
    alpha = serializers.FloatField(default=0.05)
    power = serializers.FloatField(required=False, allow_null=True, default=None)
    cases = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=2, max_value=1_000_000)


class PowerAnswerSerializer(Shape):
    """The missing one of cases and power. Both are null, with a reason, where nothing attainable was found."""

    power = serializers.FloatField(allow_null=True)
    cases = serializers.IntegerField(allow_null=True, help_text="Of the study, both kinds.")
    positives = serializers.IntegerField(allow_null=True)
    negatives = serializers.IntegerField(allow_null=True)
    alpha = serializers.FloatField()
    sides = serializers.IntegerField()
    method = serializers.CharField()
    reference = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    assumptions = serializers.ListField(child=serializers.CharField())
