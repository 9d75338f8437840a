"""What the desk's addresses answer and take."""

from typing import Any

from rest_framework import serializers

KINDS = ("study", "archive")
STANDINGS = ("own", "uncalibrated", "others", "unknown")


class CutoffSourceSerializer(serializers.Serializer[Any]):
    """Something whose scores may be looked at."""

    key = serializers.CharField(help_text="As addresses have it, such as study:KEY.")
    kind = serializers.ChoiceField(KINDS)
    title = serializers.CharField(help_text="Of a cohort: the protocol that read it.")
    unblinded = serializers.BooleanField()


class CutoffSourcesSerializer(serializers.Serializer[Any]):
    """All of them."""

    sources = CutoffSourceSerializer(many=True)


class CutoffMarkSerializer(serializers.Serializer[Any]):
    """Cutoffs that somebody found before."""

    key = serializers.CharField()
    whose = serializers.ChoiceField(["installed", "paper"])
    name = serializers.CharField()
    first = serializers.FloatField()
    second = serializers.FloatField()
    standing = serializers.ChoiceField(STANDINGS, help_text="own: found on the networks that made these scores.")


class CutoffRefusalSerializer(serializers.Serializer[Any]):
    """Why no draft may be saved."""

    code = serializers.CharField()
    detail = serializers.CharField()


class CutoffColumnsSerializer(serializers.Serializer[Any]):
    """One cohort: columns of equal length in the order of the scores; nothing names a case."""

    name = serializers.CharField(allow_blank=True)
    scores = serializers.ListField(child=serializers.FloatField(), help_text="T1_T2.")
    t1wic = serializers.ListField(child=serializers.FloatField(allow_null=True))
    truths = serializers.ListField(child=serializers.IntegerField(), help_text="1: recurrence.")
    t1wic_cutoff = serializers.FloatField(allow_null=True)
    no_advice_diseased = serializers.IntegerField(help_text="Sent to contrast whatever the cutoffs are.")
    no_advice_healthy = serializers.IntegerField()
    without_truth = serializers.IntegerField()
    unread = serializers.IntegerField()
    refusal = CutoffRefusalSerializer(allow_null=True)


class CutoffTariffSerializer(serializers.Serializer[Any]):
    """Prices and scanner seconds of one examination."""

    enhanced = serializers.FloatField()
    unenhanced = serializers.FloatField()
    seconds_enhanced = serializers.FloatField()
    seconds_unenhanced = serializers.FloatField()
    currency = serializers.CharField()
    exchange_rate = serializers.FloatField()
    exchange_currency = serializers.CharField()


class CutoffDataSerializer(serializers.Serializer[Any]):
    """A source's columns, and what stands beside them."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    title = serializers.CharField()
    unblinded = serializers.BooleanField()
    synthetic = serializers.BooleanField()
    inputs_sha256 = serializers.CharField()
    cohorts = CutoffColumnsSerializer(many=True)
    refusal_together = CutoffRefusalSerializer(
        allow_null=True, help_text="Why no draft may be saved of all cohorts at once."
    )
    marks = CutoffMarkSerializer(many=True)
    tariff = CutoffTariffSerializer()
    prevalence = serializers.FloatField(help_text="Of follow-up, as reports take it.")


class NewCutoffDraftSerializer(serializers.Serializer[Any]):
    """Two cutoffs to be kept."""

    name = serializers.CharField(max_length=100)
    cohort = serializers.CharField(max_length=200, allow_blank=True, trim_whitespace=False)
    first = serializers.FloatField(min_value=0, max_value=1)
    second = serializers.FloatField(min_value=0, max_value=1)
    inputs_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """In order."""
        if attrs["second"] > attrs["first"]:
            raise serializers.ValidationError(
                {"second": f"It is {attrs['second']}, above the first cutoff {attrs['first']}; expected at most that."}
            )
        return attrs


class CutoffShareSerializer(serializers.Serializer[Any]):
    """A share with its interval, or the reason why there is none."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class CutoffFiguresSerializer(serializers.Serializer[Any]):
    """The tactic's figures."""

    sensitivity = CutoffShareSerializer()
    specificity = CutoffShareSerializer()
    spared = CutoffShareSerializer()


class CutoffDraftSerializer(serializers.Serializer[Any]):
    """One draft."""

    name = serializers.CharField()
    version = serializers.IntegerField()
    cohort = serializers.CharField(allow_blank=True)
    first = serializers.FloatField()
    second = serializers.FloatField()
    t1wic = serializers.FloatField()
    examinations = serializers.IntegerField()
    recurrences = serializers.IntegerField()
    apparent = CutoffFiguresSerializer()
    cross_validated = CutoffFiguresSerializer()
    inputs_sha256 = serializers.CharField()
    made_by = serializers.CharField()
    made_at = serializers.DateTimeField()
    synthetic = serializers.BooleanField()


class CutoffDraftsSerializer(serializers.Serializer[Any]):
    """Newest first."""

    drafts = CutoffDraftSerializer(many=True)
