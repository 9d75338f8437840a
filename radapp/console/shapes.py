"""Shapes of the console's JSON."""

from typing import Any

from rest_framework import serializers

from radapp.archive.models import SequenceRole, SeriesArrival
from radapp.console.keeping import ADVISED, DONE
from radapp.console.models import Signature
from radapp.console.pins import DIGITS
from radapp.triage.models import Confirmation, State, Tier

NETWORK_ROLES = (SequenceRole.T1WI.value, SequenceRole.T2WI.value, SequenceRole.T1WIC.value)
SEGMENT_STATES = ("absent", "arriving", "complete")
CALLS = ("positive", "negative", "pending")


class SegmentSerializer(serializers.Serializer[Any]):
    """One sequence on its way in."""

    role = serializers.ChoiceField(choices=NETWORK_ROLES)
    state = serializers.ChoiceField(choices=SEGMENT_STATES)
    images = serializers.IntegerField()
    expected = serializers.IntegerField(allow_null=True)
    why = serializers.ChoiceField(choices=SeriesArrival.Why.choices, allow_blank=True)
    since = serializers.DateTimeField(allow_null=True, help_text="Since when it counts as complete.")
    remark = serializers.CharField(allow_blank=True, help_text="What re-opened it last.")


class ConsoleAdviceSerializer(serializers.Serializer[Any]):
    """What is advised; `given` false: nothing is, and `reason` says why."""

    given = serializers.BooleanField()
    text = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class DecidedSerializer(serializers.Serializer[Any]):
    """A decision that stands."""

    by = serializers.CharField()
    at = serializers.DateTimeField()
    decision = serializers.ChoiceField(choices=Confirmation.Decision.choices)
    contrast = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)


class ExaminationSerializer(serializers.Serializer[Any]):
    """One examination on the table."""

    id = serializers.IntegerField()
    accession_number = serializers.CharField(allow_blank=True)
    initials = serializers.CharField(allow_blank=True)
    synthetic = serializers.BooleanField()
    segments = SegmentSerializer(many=True)
    others = serializers.IntegerField(help_text="Other series on their way in.")
    came = serializers.IntegerField(help_text="Counts up with whatever comes.")
    quiet_s = serializers.FloatField(help_text="Seconds since the last slice.")
    state = serializers.ChoiceField(choices=State.choices)
    percent = serializers.IntegerField()
    advice = ConsoleAdviceSerializer()
    tier = serializers.ChoiceField(choices=Tier.choices, allow_null=True)
    final = serializers.ChoiceField(choices=CALLS, allow_null=True)
    run_id = serializers.IntegerField(allow_null=True)
    can_decide = serializers.BooleanField()
    decided = DecidedSerializer(allow_null=True)
    open_questions = serializers.IntegerField(help_text="Scope questions that nobody has answered.")


class TableSerializer(serializers.Serializer[Any]):
    """The whole screen."""

    shown = serializers.BooleanField(help_text="False: shadow mode, no advice is shown.")
    examinations = ExaminationSerializer(many=True)
    more = serializers.IntegerField()


class KioskTokenSerializer(serializers.Serializer[Any]):
    """The token that manage.py create_kiosk printed."""

    token = serializers.CharField(max_length=200)


class KioskSerializer(serializers.Serializer[Any]):
    """Which screen this is; empty for a person who is signed in."""

    kiosk = serializers.CharField(allow_blank=True)


class ConsolePersonSerializer(serializers.Serializer[Any]):
    """One who may decide at the console."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="display_name")


class ByPinSerializer(serializers.Serializer[Any]):
    """Who acts, by PIN."""

    person = serializers.IntegerField()
    pin = serializers.CharField(max_length=DIGITS, min_length=DIGITS, write_only=True, style={"input_type": "password"})


class ConsoleDecisionSerializer(ByPinSerializer):
    """A decision about contrast. `run_id` is the run whose result was read."""

    decision = serializers.ChoiceField(choices=Confirmation.Decision.choices)
    contrast = serializers.BooleanField(allow_null=True, required=False, default=None)
    reason = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
    run_id = serializers.IntegerField()


class ConsoleAnswersSerializer(ByPinSerializer):
    """Answers to scope questions."""

    answers = serializers.DictField(child=serializers.BooleanField(), allow_empty=False)


class ConsoleQuestionSerializer(serializers.Serializer[Any]):
    """One scope question and its newest answer."""

    key = serializers.CharField()
    text = serializers.CharField()
    answer = serializers.BooleanField(allow_null=True)


class SignatureSerializer(serializers.Serializer[Any]):
    """One signature."""

    signed_as = serializers.ChoiceField(choices=Signature.As.choices)
    shown = serializers.BooleanField()
    statement = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    by = serializers.CharField(source="signed_by.display_name")
    at = serializers.DateTimeField(source="signed_at")


class CellSerializer(serializers.Serializer[Any]):
    """One examination in the comparison."""

    uid = serializers.CharField()
    accession_number = serializers.CharField(allow_blank=True)
    advised = serializers.ChoiceField(choices=ADVISED)
    shown = serializers.BooleanField()
    done = serializers.ChoiceField(choices=DONE)
    decision = serializers.ChoiceField(choices=Confirmation.Decision.choices, allow_blank=True)


class ShadowSerializer(serializers.Serializer[Any]):
    """The switch, who signed, and how advice compares with what was done."""

    shown = serializers.BooleanField()
    statement = serializers.CharField(help_text="What is signed for showing advice.")
    missing = serializers.ListField(child=serializers.ChoiceField(choices=Signature.As.choices))
    signatures = SignatureSerializer(many=True, help_text="Every one, newest first.")
    counts = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()), help_text="{advised: {done: examinations}}"
    )
    examinations = CellSerializer(many=True, help_text="The newest, behind the counts.")


class SignSerializer(serializers.Serializer[Any]):
    """A signature under the switch: the password once more."""

    signed_as = serializers.ChoiceField(choices=Signature.As.choices)
    shown = serializers.BooleanField()
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    reason = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")
