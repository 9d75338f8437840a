"""What the addresses of cases take and answer: candidates, cases, withdrawal, the flow of cases."""

from typing import Any

from rest_framework import serializers

from radapp.archive.models import SequenceRole
from radapp.readerstudies.models import Case
from radapp.triage import worklist
from radapp.triage.models import State

Shape = serializers.Serializer[Any]
SEQUENCES = [(role.value, role.value) for role in SequenceRole if role != SequenceRole.NONE]
TRUTHS = [(truth, truth) for truth in ("any", "known", "positive", "negative", "unknown")]

TIERS = [(tier, tier) for tier in worklist.TIERS]
DRAFT_STATES = [("included", "included"), ("excluded", "excluded")]
RULES = [("exclude_readings", "exclude_readings"), ("keep_submitted", "keep_submitted")]


class CandidateQuerySerializer(Shape):
    """Which examinations of the archive; what is empty leaves nothing out. With a list, nothing beyond it is found."""

    date_from = serializers.DateField(required=False, allow_null=True, default=None)
    date_to = serializers.DateField(required=False, allow_null=True, default=None)
    tiers = serializers.ListField(child=serializers.ChoiceField(TIERS), default=list)
    states = serializers.ListField(child=serializers.ChoiceField(State.choices), default=list)
    sequences = serializers.ListField(
        child=serializers.ChoiceField(SEQUENCES), default=list, help_text="All of these are there."
    )
    truth = serializers.ChoiceField(TRUTHS, default="any", help_text="Of the archive (import_truth).")
    listed = serializers.CharField(
        default="", allow_blank=True, max_length=200_000, help_text="Accession numbers or UIDs, by lines or commas."
    )
    limit = serializers.IntegerField(default=200, min_value=1, max_value=5000, help_text="How many are answered.")


class CaseBarSerializer(Shape):
    """Why an examination cannot be a case (a bar) or what there is to know of it (a note)."""

    code = serializers.CharField()
    detail = serializers.CharField()


class CaseExaminationSerializer(Shape):
    """An examination as the desk knows it: no name, no patient number."""

    uid = serializers.CharField(help_text="Study Instance UID.")
    accession_number = serializers.CharField(allow_blank=True)
    study_date = serializers.DateField(allow_null=True)
    sequences = serializers.ListField(child=serializers.ChoiceField(SEQUENCES))
    synthetic = serializers.BooleanField()


class CandidateSerializer(CaseExaminationSerializer):
    """One examination, whether it can be a case, and why not."""

    truth = serializers.BooleanField(allow_null=True, help_text="Local recurrence by the archive's truths; null: unknown.")
    bars = CaseBarSerializer(many=True)
    notes = CaseBarSerializer(many=True)


class CandidateCountsSerializer(Shape):
    """Of all that the query finds. `free` have no bar; the truths are of those."""

    found = serializers.IntegerField()
    free = serializers.IntegerField()
    barred = serializers.IntegerField()
    positive = serializers.IntegerField()
    negative = serializers.IntegerField()
    unknown = serializers.IntegerField()


class CandidatesSerializer(Shape):
    """What a query finds."""

    counts = CandidateCountsSerializer()
    bars = serializers.DictField(child=serializers.IntegerField(), help_text="{code: how many}.")
    results = CandidateSerializer(many=True)
    not_found = serializers.ListField(child=serializers.CharField(), help_text="Of the list.")
    ambiguous = serializers.ListField(child=serializers.CharField(), help_text="Several examinations have this number.")


class AddCasesSerializer(Shape):
    """Examinations to be added: by `uids`, or all that `query` finds; `fill_targets` draws as many as the targets lack.

    With an exclusion they are noted as left out. What is barred is noted as left out, too, with its bar as the reason.
    """

    uids = serializers.ListField(child=serializers.CharField(max_length=64), required=False, allow_null=True, default=None)
    query = CandidateQuerySerializer(required=False, allow_null=True, default=None)
    fill_targets = serializers.BooleanField(default=False)
    practice = serializers.BooleanField(default=False)
    cohort = serializers.CharField(default="", allow_blank=True, max_length=64)
    exclusion = serializers.ChoiceField(Case.Exclusion.choices, default="", allow_blank=True)
    reason = serializers.CharField(default="", allow_blank=True)
    waive_calibrated = serializers.CharField(
        default="", allow_blank=True, help_text="The reason for taking patients that the networks learnt from."
    )


class RefusedExaminationSerializer(Shape):
    """An examination that was not added at all."""

    uid = serializers.CharField()
    accession_number = serializers.CharField(allow_blank=True)
    bars = CaseBarSerializer(many=True)


class AddedSerializer(Shape):
    """What became of what was to be added."""

    added = serializers.IntegerField()
    excluded = serializers.IntegerField(help_text="Noted as left out.")
    refused = RefusedExaminationSerializer(many=True)
    not_found = serializers.ListField(child=serializers.CharField())
    ambiguous = serializers.ListField(child=serializers.CharField())


class CaseTruthSerializer(Shape):
    """What the reference standard says of a case so far."""

    recurrence = serializers.BooleanField(allow_null=True)
    settled = serializers.BooleanField()
    basis = serializers.CharField(allow_blank=True)
    debatable = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True)


class StudyCaseSerializer(Shape):
    """One case as the desk sees it."""

    key = serializers.CharField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(Case.State.choices)
    exclusion = serializers.ChoiceField(Case.Exclusion.choices, allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    practice = serializers.BooleanField()
    cohort = serializers.CharField(allow_blank=True)
    synthetic = serializers.BooleanField()
    patient = serializers.CharField(help_text="Its pseudonym in this study: equal for examinations of one patient.")
    examination = CaseExaminationSerializer(allow_null=True)
    prior = CaseExaminationSerializer(allow_null=True)
    external_id = serializers.CharField(allow_blank=True)
    truth = CaseTruthSerializer()
    bars = CaseBarSerializer(many=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class StudyCasesSerializer(Shape):
    """All cases of a study, in the order of their numbers."""

    results = StudyCaseSerializer(many=True)


class WithdrawalEffectSerializer(Shape):
    """What becomes of readings when this case is withdrawn, by the protocol's rule."""

    rule = serializers.ChoiceField(RULES)
    submitted = serializers.IntegerField(help_text="Readings of it that are submitted.")
    unread = serializers.IntegerField(help_text="Readings that will not take place.")
    words = serializers.CharField()


class CaseDetailSerializer(StudyCaseSerializer):
    """One case, the earlier examinations of its patient, and what its withdrawal would do (null before opening)."""

    earlier = CaseExaminationSerializer(many=True)
    withdrawal = WithdrawalEffectSerializer(allow_null=True)


class CaseChangeSerializer(Shape):
    """What shall change; what is not sent stays."""

    state = serializers.ChoiceField(DRAFT_STATES, required=False)
    exclusion = serializers.ChoiceField(Case.Exclusion.choices, required=False, allow_blank=True)
    reason = serializers.CharField(required=False, allow_blank=True)
    practice = serializers.BooleanField(required=False)
    cohort = serializers.CharField(required=False, allow_blank=True, max_length=64)
    prior = serializers.CharField(required=False, allow_null=True, max_length=64, help_text="Study Instance UID, or null.")
    waive_calibrated = serializers.CharField(required=False, allow_blank=True)


class CaseWithdrawalSerializer(Shape):
    """A withdrawal to be signed."""

    password = serializers.CharField(trim_whitespace=False, write_only=True)
    reason = serializers.CharField()


class ExclusionCountSerializer(Shape):
    """How many for one reason."""

    exclusion = serializers.ChoiceField(Case.Exclusion.choices)
    reason = serializers.CharField(allow_blank=True, help_text="In words, where it is another than the paper's four.")
    count = serializers.IntegerField()


class FlowTruthSerializer(Shape):
    """Included cases by their reference standard."""

    positive = serializers.IntegerField()
    negative = serializers.IntegerField()
    unknown = serializers.IntegerField()


class WithdrawnCaseSerializer(Shape):
    """One withdrawn case."""

    number = serializers.IntegerField()
    reason = serializers.CharField()


class FlowReaderSerializer(Shape):
    """How many of the included cases one reader has read, counted once each."""

    reader = serializers.CharField()
    name = serializers.CharField()
    read = serializers.IntegerField()
    total = serializers.IntegerField()


class CaseFlowSerializer(Shape):
    """The flow of cases, as STARD draws it."""

    assessed = serializers.IntegerField()
    excluded = serializers.IntegerField()
    exclusions = ExclusionCountSerializer(many=True)
    practice = serializers.IntegerField()
    included = serializers.IntegerField(help_text="That count: without practice and withdrawn cases.")
    truth = FlowTruthSerializer()
    patients = serializers.IntegerField()
    withdrawn = WithdrawnCaseSerializer(many=True)
    read = FlowReaderSerializer(many=True)
    targets = FlowTruthSerializer(help_text="What the protocol wants; unknown is 0.")
