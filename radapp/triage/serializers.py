"""The shapes that triage's endpoints answer with; the front end's types are generated from them."""

from rest_framework import serializers

from radapp.archive.models import SequenceRole, Source
from radapp.archive.serializers import PatientSerializer
from radapp.triage.models import Confirmation, State, Tier

FINAL_CALLS = ["positive", "negative", "pending"]
NETWORKS = [SequenceRole.T1WI, SequenceRole.T2WI, SequenceRole.T1WIC]


class AdviceSerializer(serializers.Serializer[object]):
    """What is advised, in DOMAIN's words; where none is given, `text` says so and `reason` why."""

    given = serializers.BooleanField()
    text = serializers.CharField()
    reason = serializers.CharField()


class ConfirmationSerializer(serializers.Serializer[object]):
    """What a named radiologist decided about the current result."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    decision = serializers.ChoiceField(choices=Confirmation.Decision.choices)
    contrast = serializers.BooleanField()
    reason = serializers.CharField()


class TierCutoffsSerializer(serializers.Serializer[object]):
    """The two cutoffs on the T1_T2 score."""

    first = serializers.FloatField()
    second = serializers.FloatField()


class WorklistSequenceSerializer(serializers.Serializer[object]):
    """Whether one of the tactic's sequences is there, and whether the current result read it resampled to axial."""

    role = serializers.ChoiceField(choices=[(role, role) for role in NETWORKS])
    present = serializers.BooleanField()
    resampled = serializers.BooleanField()


class WorklistRowSerializer(serializers.Serializer[object]):
    """One study of the worklist."""

    uid = serializers.CharField()
    patient = PatientSerializer()
    accession_number = serializers.CharField()
    study_date = serializers.DateField(allow_null=True)
    description = serializers.CharField()
    tier = serializers.ChoiceField(choices=Tier.choices, allow_null=True)
    final = serializers.ChoiceField(choices=FINAL_CALLS, allow_null=True)
    state = serializers.ChoiceField(choices=State.choices)
    reason = serializers.CharField()
    remedy = serializers.CharField()
    stage = serializers.CharField()
    percent = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    cutoffs = TierCutoffsSerializer(allow_null=True)
    sequences = WorklistSequenceSerializer(many=True)
    advice = AdviceSerializer()
    confirmation = ConfirmationSerializer(allow_null=True)
    result_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    synthetic = serializers.BooleanField()
    set_aside = serializers.IntegerField()


class WorklistTotalsSerializer(serializers.Serializer[object]):
    """Over all studies, whatever is filtered: how many, how many run, how many need a person."""

    studies = serializers.IntegerField()
    running = serializers.IntegerField()
    need_person = serializers.IntegerField()


class WorklistSerializer(serializers.Serializer[object]):
    """One page of the worklist; `count` is of all pages under the filters."""

    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    totals = WorklistTotalsSerializer()
    results = WorklistRowSerializer(many=True)


class NeighboursSerializer(serializers.Serializer[object]):
    """The studies before and after one under the same filters; `position` counts from 1, 0 where it is filtered out."""

    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    position = serializers.IntegerField()
    count = serializers.IntegerField()


class ScoresSerializer(serializers.Serializer[object]):
    """Each network's score (0–1) and the fused one."""

    T1WI = serializers.FloatField(allow_null=True)
    T2WI = serializers.FloatField(allow_null=True)
    T1_T2 = serializers.FloatField(allow_null=True)
    T1WIC = serializers.FloatField(allow_null=True)


class CutoffsSerializer(serializers.Serializer[object]):
    """The protocol's cutoffs: `first` and `second` on T1_T2, `T1WIC` on the enhanced network's score."""

    first = serializers.FloatField(allow_null=True)
    second = serializers.FloatField(allow_null=True)
    T1WIC = serializers.FloatField(allow_null=True)


class ResultSeriesSerializer(serializers.Serializer[object]):
    """One series a run read."""

    uid = serializers.CharField()
    role = serializers.CharField()
    evidence = serializers.CharField()
    resampled = serializers.BooleanField()


class ResultNetworkSerializer(serializers.Serializer[object]):
    """One installed bundle that scored the study."""

    role = serializers.CharField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    synthetic = serializers.BooleanField()
    fat_saturated = serializers.BooleanField(allow_null=True)


class LocalisationSerializer(serializers.Serializer[object]):
    """Of `cases` held-out cases with known lesions, the share that the network's heatmaps reached; beside it, chance's."""

    cases = serializers.IntegerField()
    within_10_mm = serializers.FloatField()
    within_10_mm_by_chance = serializers.FloatField()
    within_one_cell = serializers.FloatField()
    within_one_cell_by_chance = serializers.FloatField()


class HeatmapSerializer(serializers.Serializer[object]):
    """One stored Parametric Map; `peak` in LPS mm or null, `cell_size` of an activation cell (slice, row, column) in mm."""

    sequence = serializers.CharField()
    sop_instance_uid = serializers.CharField()
    series_instance_uid = serializers.CharField()
    peak = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    cell_size = serializers.ListField(child=serializers.FloatField())
    reference_label = serializers.CharField()
    localisation = LocalisationSerializer(allow_null=True)


class NearestSerializer(serializers.Serializer[object]):
    """Of the calibration patients nearest to the T1_T2 score: how many had recurrence, with a 95 % Wilson interval."""

    of = serializers.IntegerField()
    recurrences = serializers.IntegerField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class ResultSerializer(serializers.Serializer[object]):
    """Where a study's triage stands, what it found, what is advised and what was decided."""

    state = serializers.ChoiceField(choices=State.choices)
    reason = serializers.CharField()
    remedy = serializers.CharField()
    stage = serializers.CharField()
    percent = serializers.IntegerField()
    run_id = serializers.IntegerField(allow_null=True)
    result_at = serializers.DateTimeField(allow_null=True)
    tier = serializers.ChoiceField(choices=Tier.choices, allow_null=True)
    final = serializers.ChoiceField(choices=FINAL_CALLS, allow_null=True)
    advice = AdviceSerializer()
    confirmation = ConfirmationSerializer(allow_null=True)
    scores = ScoresSerializer()
    cutoffs = CutoffsSerializer()
    nearest = NearestSerializer(allow_null=True)
    series = ResultSeriesSerializer(many=True)
    bundles = serializers.DictField(child=serializers.CharField(), help_text="{role: SHA-256 of the bundle}")
    networks = ResultNetworkSerializer(many=True)
    protocol = serializers.CharField(allow_null=True)
    heatmaps = HeatmapSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    synthetic = serializers.BooleanField()


class ScopeQuestionSerializer(serializers.Serializer[object]):
    """One question about the examination's scope and its newest answer."""

    key = serializers.CharField()
    text = serializers.CharField()
    answer = serializers.BooleanField(allow_null=True)
    by = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class ScopeSerializer(serializers.Serializer[object]):
    """All scope questions; advice needs every one answered and none with yes."""

    questions = ScopeQuestionSerializer(many=True)
    complete = serializers.BooleanField()
    out_of_scope = serializers.ListField(child=serializers.CharField())


class ScopeAnswersSerializer(serializers.Serializer[object]):
    """Answers by question key."""

    answers = serializers.DictField(child=serializers.BooleanField(), allow_empty=False)


class DecisionSerializer(serializers.Serializer[object]):
    """A decision about contrast; an override names its reason."""

    decision = serializers.ChoiceField(choices=Confirmation.Decision.choices)
    contrast = serializers.BooleanField(allow_null=True, required=False, default=None)
    reason = serializers.CharField(allow_blank=True, required=False, default="", max_length=2000)
    run_id = serializers.IntegerField(
        allow_null=True,
        required=False,
        default=None,
        help_text="The run whose result was read; refused with 409 result_replaced where a newer one has taken its place.",
    )


class WorklistQuerySerializer(serializers.Serializer[object]):
    """Filters, order and page of the worklist; `tier`, `state` and `source` may be repeated or comma-separated."""

    search = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    tier = serializers.CharField(
        required=False, default="", allow_blank=True, help_text="positive, suspicious, negative, none"
    )
    state = serializers.CharField(required=False, default="", allow_blank=True)
    source = serializers.CharField(required=False, default="", allow_blank=True)  # type: ignore[assignment]
    date_from = serializers.DateField(required=False, default=None)
    date_to = serializers.DateField(required=False, default=None)
    ordering = serializers.CharField(
        required=False,
        default="-received_at",
        help_text="received_at, study_date, tier, score, state, patient or result_at; with - in front, descending",
    )


class WorklistPageQuerySerializer(WorklistQuerySerializer):
    """The worklist's query with paging."""

    page = serializers.IntegerField(required=False, default=1, min_value=1)
    page_size = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)


class NeighboursQuerySerializer(WorklistQuerySerializer):
    """The worklist's query around one study."""

    uid = serializers.CharField(max_length=64)
