"""Shapes of the coding API's JSON."""

from typing import Any

from rest_framework import serializers

from radapp.readerstudies.blinding.shown import ShownSerializer
from radapp.readerstudies.coding.selectors import STATES
from radapp.readerstudies.models import CodingItem, ReaderStudy, ReferenceStep
from radapp.readerstudies.models.readings import Stage

SOURCES = ("reader", "network", "tactic")
ADJUDICATED = ("primary", "any")


class Shape(serializers.Serializer[Any]):
    """Of anything with these attributes or keys."""


class PointField(serializers.ListField):
    """[x, y, z], LPS mm."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.FloatField(), min_length=3, max_length=3, **kwargs)


class CodingCategorySerializer(Shape):
    """One category; in the order of precedence within its kind of error."""

    key = serializers.CharField()
    error = serializers.ChoiceField(choices=CodingItem.Error.choices)
    name = serializers.DictField(child=serializers.CharField())
    definition = serializers.DictField(child=serializers.CharField())
    own = serializers.BooleanField(help_text="Of the study, not of the paper.")
    other = serializers.BooleanField(help_text="Needs a remark.")


class AgreementEstimateSerializer(Shape):
    """A figure with its interval, or the reason why there is none."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    level = serializers.FloatField()
    method = serializers.CharField()
    n = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)


class OnCategorySerializer(Shape):
    """Agreement on one category."""

    category = serializers.CharField()
    agreement = AgreementEstimateSerializer()


class PairAgreementSerializer(Shape):
    """Agreement of two coders, by number, on one kind of error."""

    first = serializers.IntegerField()
    second = serializers.IntegerField()
    error = serializers.ChoiceField(choices=CodingItem.Error.choices)
    kappa = AgreementEstimateSerializer()
    categories = OnCategorySerializer(many=True)


class CodingTermSerializer(Shape):
    """The words of a site or kind of the reference standard."""

    key = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())


class CodingStudySerializer(Shape):
    """Which study."""

    key = serializers.CharField()
    title = serializers.CharField()
    synthetic = serializers.BooleanField()
    state = serializers.ChoiceField(choices=ReaderStudy.State.choices)


class QueuedErrorSerializer(Shape):
    """One error and where it stands for this person."""

    key = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)


class MissingCodersSerializer(Shape):
    """Who is missing before the first code can be locked."""

    coders = serializers.IntegerField()
    adjudicator = serializers.BooleanField()


class CodingQueueSerializer(Shape):
    """The queue of a coder or adjudicator."""

    study = CodingStudySerializer()
    coder = serializers.BooleanField()
    adjudicator = serializers.BooleanField()
    hit_radius_mm = serializers.FloatField()
    adjudicate = serializers.ChoiceField(choices=ADJUDICATED, help_text="Which difference is decided.")
    categories = CodingCategorySerializer(many=True)
    terms = CodingTermSerializer(many=True)
    missing = MissingCodersSerializer(allow_null=True, help_text="Null: nobody, or coding has begun.")
    items = QueuedErrorSerializer(many=True, help_text="In an order of this person's own.")
    agreement = PairAgreementSerializer(many=True, help_text="On what is shown to this person.")


class CodingImagesSerializer(ShownSerializer):
    """The blinded images and where their DICOMweb is rooted."""

    root = serializers.CharField()  # type: ignore[assignment]  # of a serializer's own `root`


class CodingMarkSerializer(Shape):
    """One mark of the reference lesion."""

    point = PointField()
    radius = serializers.FloatField(help_text="mm")


class CodingReferenceSerializer(Shape):
    """The reference standard of the case; no dates."""

    recurrence = serializers.BooleanField()
    basis = serializers.ChoiceField(choices=ReferenceStep.Basis.choices, allow_blank=True)
    rt_stage = serializers.CharField(allow_blank=True)
    sites = serializers.ListField(child=serializers.CharField())
    kinds = serializers.ListField(child=serializers.CharField())
    nodal_only = serializers.BooleanField()
    debatable = serializers.BooleanField()
    marks = CodingMarkSerializer(many=True)
    segmented = serializers.BooleanField(help_text="A segmentation of the lesion is stored; its marks are shown, it is not.")


class SubmittedCodeSerializer(Shape):
    """A locked code."""

    primary = serializers.CharField()
    contributors = serializers.ListField(child=serializers.CharField())
    remark = serializers.CharField(allow_blank=True)


class CoderCodeSerializer(SubmittedCodeSerializer):
    """A locked code of one of the coders, by number."""

    coder = serializers.IntegerField()
    mine = serializers.BooleanField()


class AdjudicationSerializer(Shape):
    """What was decided between two codes."""

    primary = serializers.CharField()
    contributors = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField(allow_blank=True)


class FinalCodeSerializer(Shape):
    """The code in force."""

    primary = serializers.CharField()
    contributors = serializers.ListField(child=serializers.CharField())


class ErredSerializer(Shape):
    """Who erred, and how sure."""

    kind = serializers.ChoiceField(choices=SOURCES)
    name = serializers.CharField()
    arm = serializers.DictField(child=serializers.CharField(), help_text="Its name by language; empty for a network.")
    stage = serializers.ChoiceField(choices=Stage.choices, allow_blank=True)
    simulated = serializers.BooleanField()
    likelihood = serializers.IntegerField(allow_null=True)
    score = serializers.FloatField(allow_null=True)
    cutoff = serializers.FloatField(allow_null=True)


class ErrorEvidenceSerializer(Shape):
    """One finding that speaks for a category."""

    category = serializers.CharField()
    rule = serializers.CharField()
    figures = serializers.JSONField(help_text="Of the rule: distance_mm, hit_radius_mm, sites, stage …")
    text = serializers.CharField()


class ErrorProposalSerializer(Shape):
    """What the program would call it; an empty category proposes nothing."""

    category = serializers.CharField(allow_blank=True)
    evidence = ErrorEvidenceSerializer(many=True)


class RevealedErrorSerializer(Shape):
    """What is shown once both codes are locked and this person has no other error of the case to code."""

    erred = ErredSerializer()
    codes = CoderCodeSerializer(many=True)
    differs = serializers.BooleanField()
    adjudication = AdjudicationSerializer(allow_null=True)
    may_adjudicate = serializers.BooleanField()
    final = FinalCodeSerializer(allow_null=True)
    proposal = ErrorProposalSerializer(allow_null=True)


class CodingItemSerializer(Shape):
    """One error as this person may see it now."""

    key = serializers.CharField()
    error = serializers.ChoiceField(choices=CodingItem.Error.choices)
    state = serializers.ChoiceField(choices=STATES)
    images = CodingImagesSerializer(allow_null=True, help_text="Null: an imported case without images.")
    marker = PointField(allow_null=True, help_text="Where it was pointed; null for nowhere. Whole mm until all is shown.")
    reference = CodingReferenceSerializer()
    mine = SubmittedCodeSerializer(allow_null=True)
    revealed = RevealedErrorSerializer(allow_null=True)


class CodeInSerializer(Shape):
    """A code to be locked."""

    categories = serializers.ListField(child=serializers.CharField(max_length=40), allow_empty=False, max_length=60)
    remark = serializers.CharField(max_length=5000, allow_blank=True, default="")


class AdjudicationInSerializer(Shape):
    """A decision between two codes."""

    categories = serializers.ListField(child=serializers.CharField(max_length=40), allow_empty=False, max_length=60)
    reason = serializers.CharField(max_length=5000, allow_blank=True, default="")


class ErrorBarCategorySerializer(Shape):
    """One segment of a bar."""

    key = serializers.CharField()
    primary = serializers.IntegerField()
    any = serializers.IntegerField(help_text="As primary or contributor.")
    cases = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers of the cases where it is primary.")


class ErrorBarSerializer(Shape):
    """The errors of one kind by one source in one cohort."""

    kind = serializers.ChoiceField(choices=SOURCES)
    name = serializers.CharField()
    arm = serializers.CharField(allow_blank=True)
    stage = serializers.ChoiceField(choices=Stage.choices, allow_blank=True)
    simulated = serializers.BooleanField()
    cohort = serializers.CharField(allow_blank=True)
    error = serializers.ChoiceField(choices=CodingItem.Error.choices)
    total = serializers.IntegerField(help_text="Errors, coded or not.")
    settled = serializers.IntegerField()
    categories = ErrorBarCategorySerializer(many=True)


class OverviewCoderSerializer(Shape):
    """How far a coder is."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    done = serializers.IntegerField()


class CodingOverviewSerializer(Shape):
    """Error coding as investigators see it."""

    begun = serializers.BooleanField()
    total = serializers.IntegerField()
    uncoded = serializers.IntegerField()
    coded_once = serializers.IntegerField()
    differing = serializers.IntegerField(help_text="Wait for an adjudicator.")
    settled = serializers.IntegerField()
    adjudicated = serializers.IntegerField()
    categories = CodingCategorySerializer(many=True)
    agreement = PairAgreementSerializer(many=True)
    coders = OverviewCoderSerializer(many=True)
    missing = MissingCodersSerializer(allow_null=True, help_text="Null: nobody, or coding has begun.")
    bars = ErrorBarSerializer(many=True)
