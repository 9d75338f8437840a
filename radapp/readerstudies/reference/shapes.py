"""Shapes of tagging's JSON. To a tagger nothing in it tells UIDs, dates, AI, readings or who takes part."""

from typing import Any

from rest_framework import serializers

from radapp.readerstudies import anatomy
from radapp.readerstudies.models import Membership, ReferenceStep
from radapp.readerstudies.reading.serializers import ReadingStudySerializer, ShownImagesSerializer
from radapp.readerstudies.reference.conclusion import RADII, TEXT_AT_MOST
from radapp.readerstudies.reference.criteria import ELSEWHERE
from radapp.readerstudies.reference.status import Rule

OFFERED = tuple(basis.value for basis in ReferenceStep.Basis if basis not in ELSEWHERE)
"""What a person of the chain can rest a conclusion on."""
STEPS = tuple(step.value for step in ReferenceStep.Step)
BASES = tuple(basis.value for basis in ReferenceStep.Basis)
RULES = tuple(rule.value for rule in Rule)
CHAIRS = Membership.Chair.choices


class WaitingCaseSerializer(serializers.Serializer[Any]):
    """One case of the queue."""

    key = serializers.CharField()
    number = serializers.IntegerField(help_text="As the investigator numbers it.")


class TaggedCaseSerializer(WaitingCaseSerializer):
    """One case that this chair has tagged."""

    version = serializers.IntegerField()


class TermSerializer(serializers.Serializer[Any]):
    """One entry of an anatomical list."""

    key = serializers.CharField()
    en = serializers.CharField(source="english")
    zh = serializers.CharField(source="chinese")


class CriteriaSerializer(serializers.Serializer[Any]):
    """The windows of the paper's criteria, in days from the examination."""

    growth_from = serializers.IntegerField()
    growth_to = serializers.IntegerField()
    free = serializers.IntegerField()


class TaggingRoomSerializer(serializers.Serializer[Any]):
    """A tagger's queue and the words of the form."""

    study = ReadingStudySerializer()
    chair = serializers.ChoiceField(choices=CHAIRS)
    open = serializers.BooleanField(help_text="False: the study is locked, nothing can be tagged any more.")
    current = serializers.CharField(allow_null=True, help_text="Key of the case to tag now.")
    waiting = WaitingCaseSerializer(many=True)
    done = TaggedCaseSerializer(many=True)
    later = serializers.IntegerField(help_text="Cases that wait for somebody before this chair.")
    sites = TermSerializer(many=True)
    kinds = TermSerializer(many=True)
    rt_stages = serializers.ListField(child=serializers.ChoiceField(choices=anatomy.RT_STAGES))
    criteria = CriteriaSerializer()


class MarkSerializer(serializers.Serializer[Any]):
    """A sphere around a lesion."""

    point = serializers.ListField(
        child=serializers.FloatField(), min_length=3, max_length=3, help_text="[x, y, z] LPS mm of the examination."
    )
    radius = serializers.FloatField(min_value=RADII[0], max_value=RADII[1], help_text="mm")


class SaidSerializer(serializers.Serializer[Any]):
    """What one of the chain has said, in its newest version. Nobody is named."""

    step = serializers.ChoiceField(choices=STEPS)
    version = serializers.IntegerField()
    recurrence = serializers.BooleanField(allow_null=True, help_text="Null: cannot be determined.")
    basis = serializers.ChoiceField(choices=BASES)
    basis_days = serializers.IntegerField(allow_null=True, help_text="Of the basis, from the examination; null: not known.")
    rt_stage = serializers.CharField(allow_blank=True)
    sites = serializers.ListField(child=serializers.CharField())
    kinds = serializers.ListField(child=serializers.CharField())
    marks = MarkSerializer(many=True)
    segmentation = serializers.CharField(allow_blank=True, help_text="Key of one of the case's segmentations.")
    nodal_only = serializers.BooleanField()
    debatable = serializers.BooleanField()
    remark = serializers.CharField(allow_blank=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """Another examination of the patient, blinded like the case; its images stand in a prior's place beside the case's."""

    key = serializers.CharField()
    days = serializers.IntegerField(allow_null=True, help_text="From the examination; below 0: before it.")
    images = ShownImagesSerializer()


class SegmentationSerializer(serializers.Serializer[Any]):
    """A DICOM segmentation that came with the examination."""

    key = serializers.CharField()
    mark = MarkSerializer(allow_null=True, help_text="The sphere around it; null: it cannot be read.")


class TaggingCaseSerializer(serializers.Serializer[Any]):
    """One case as its tagger sees it."""

    key = serializers.CharField()
    number = serializers.IntegerField()
    chair = serializers.ChoiceField(choices=CHAIRS)
    open = serializers.BooleanField()
    images = ShownImagesSerializer()
    comparisons = ComparisonSerializer(many=True)
    segmentations = SegmentationSerializer(many=True)
    previous = SaidSerializer(many=True, help_text="What was said before this chair, in the chain's order.")
    mine = SaidSerializer(allow_null=True, help_text="This chair's own step.")


class StepSerializer(serializers.Serializer[Any]):
    """A conclusion to store."""

    submission = serializers.UUIDField(help_text="The client's name of this act: repeated, it is the same act.")
    recurrence = serializers.BooleanField(allow_null=True)
    basis = serializers.ChoiceField(choices=OFFERED)
    basis_date = serializers.DateField(allow_null=True, default=None)
    comparison = serializers.CharField(
        allow_blank=True, default="", max_length=64, help_text="Key of the comparison that the basis is: its date is taken."
    )
    as_step = serializers.ChoiceField(
        choices=STEPS,
        allow_blank=True,
        default="",
        help_text="A step before this one, or this chair's own, whose date of the basis is taken.",
    )
    rt_stage = serializers.ChoiceField(choices=anatomy.RT_STAGES, allow_blank=True, default="")
    sites = serializers.ListField(child=serializers.CharField(max_length=40), default=list, max_length=40)
    kinds = serializers.ListField(child=serializers.CharField(max_length=40), default=list, max_length=40)
    marks = MarkSerializer(many=True, default=list)
    segmentation = serializers.CharField(allow_blank=True, default="", max_length=64)
    nodal_only = serializers.BooleanField(default=False)
    debatable = serializers.BooleanField(default=False)
    remark = serializers.CharField(allow_blank=True, default="", max_length=TEXT_AT_MOST)
    reason = serializers.CharField(allow_blank=True, default="", max_length=TEXT_AT_MOST, help_text="Of a correction.")
