"""What a study's addresses take and answer: lists, the desk, protocol, check, signed acts. Cases and members: beside it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from radapp.readerstudies.desk.schema import ReaderStudyProtocol
from radapp.readerstudies.models import Membership, ReaderStudy, StudySignature

Shape = serializers.Serializer[Any]
ACTS = [(act.value, act.label) for act in StudySignature.Act if act.value in {"open", "close", "reopen", "lock", "unblind"}]
LEVELS = [("stop", "stop"), ("warn", "warn")]
STEPS = [(step, step) for step in ("aim", "cases", "members", "design", "form", "blinding")]


@extend_schema_field(ReaderStudyProtocol)  # type: ignore[arg-type]  # its extension in schema.py knows what it is
class ProtocolField(serializers.JSONField):
    """A protocol as it is stored; what it may be is checked by radapp.readerstudies.protocol."""


class ReadingDoneSerializer(Shape):
    """How far one reader is, in cases that count."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()


class StudyCountsSerializer(Shape):
    """Of a study's cases and people. `positive`, `negative` and `unknown` are of the included cases that count."""

    assessed = serializers.IntegerField()
    included = serializers.IntegerField()
    excluded = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    practice = serializers.IntegerField()
    positive = serializers.IntegerField()
    negative = serializers.IntegerField()
    unknown = serializers.IntegerField()
    readers = serializers.IntegerField()


class ReaderStudyRowSerializer(Shape):
    """One study in the list of somebody who takes part. `progress`: a reader's own; `counts`: for who works at the desk."""

    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(ReaderStudy.State.choices)
    synthetic = serializers.BooleanField()
    imported = serializers.BooleanField()
    parts = serializers.ListField(child=serializers.ChoiceField(Membership.Part.choices))
    progress = ReadingDoneSerializer(allow_null=True)
    counts = StudyCountsSerializer(allow_null=True)
    created_at = serializers.DateTimeField(allow_null=True, help_text="For the desk alone.")
    opened_at = serializers.DateTimeField(allow_null=True, help_text="For the desk alone.")


class ReaderStudyListSerializer(Shape):
    """The studies of the person who asks; all for an administrator."""

    may_found = serializers.BooleanField(help_text="Whether this account may make a study.")
    results = ReaderStudyRowSerializer(many=True)


class CheckFindingSerializer(Shape):
    """One thing that a check found. `stop`: the study cannot be opened so."""

    code = serializers.CharField()
    level = serializers.ChoiceField(LEVELS)
    step = serializers.ChoiceField(STEPS)
    detail = serializers.CharField()
    cases = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers of the cases that it is about.")
    members = serializers.ListField(child=serializers.CharField(), help_text="Keys of the members that it is about.")


class CheckReportSerializer(Shape):
    """What a check found; `fit`: nothing stops."""

    fit = serializers.BooleanField()
    checked_at = serializers.DateTimeField()
    current = serializers.BooleanField(help_text="Nothing was changed since.")
    findings = CheckFindingSerializer(many=True)


class StudyActSerializer(Shape):
    """One act that is signed: whether it is possible now, else why not, and the sentence under the signature."""

    act = serializers.ChoiceField(ACTS)
    possible = serializers.BooleanField()
    code = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)
    statement = serializers.CharField()
    reason_needed = serializers.BooleanField()
    warnings = serializers.ListField(child=serializers.CharField())


class StudySignatureSerializer(Shape):
    """One signature: name, time, meaning."""

    act = serializers.ChoiceField(StudySignature.Act.choices)
    statement = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    signed_name = serializers.CharField()
    signed_at = serializers.DateTimeField()


class ProtocolVersionSerializer(Shape):
    """One version of the frozen protocol."""

    version = serializers.IntegerField()
    sha256 = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    made_by = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()


class StudyDeskSerializer(Shape):
    """All that an investigator, a deputy or an administrator sees of a study on one page."""

    revision = serializers.IntegerField(help_text="Of the draft; sent back with a change of it.")
    protocol = ProtocolField(help_text="The draft, from opening on the version in force.")
    versions = ProtocolVersionSerializer(many=True)
    added_analyses = serializers.ListField(
        child=serializers.CharField(), help_text="Keys of analyses that were added after opening: not pre-specified."
    )
    seed = serializers.CharField(allow_null=True, help_text="As text: it may be greater than JavaScript's whole numbers.")
    check = CheckReportSerializer(allow_null=True)
    counts = StudyCountsSerializer()
    acts = StudyActSerializer(many=True)
    signatures = StudySignatureSerializer(many=True)
    mail = serializers.BooleanField(help_text="Whether invitations and reminders are sent by e-mail.")
    created_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    locked_at = serializers.DateTimeField(allow_null=True)
    unblinded_at = serializers.DateTimeField(allow_null=True)


class ReaderStudySerializer(Shape):
    """One study. `desk` is null for readers, coders, adjudicators and taggers."""

    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(ReaderStudy.State.choices)
    synthetic = serializers.BooleanField()
    imported = serializers.BooleanField()
    parts = serializers.ListField(child=serializers.ChoiceField(Membership.Part.choices))
    progress = ReadingDoneSerializer(allow_null=True)
    desk = StudyDeskSerializer(allow_null=True)


class NewStudySerializer(Shape):
    """A study to be drafted; `preset` fills its protocol."""

    title = serializers.CharField(max_length=200)
    preset = serializers.CharField(default="paper", help_text="A key of the presets.")


class StudyTitleSerializer(Shape):
    """Another title."""

    title = serializers.CharField(max_length=200)


class ProtocolChangeSerializer(Shape):
    """The whole protocol as it shall be, and the revision that it was made from."""

    revision = serializers.IntegerField()
    protocol = ProtocolField()


class StudyPresetSerializer(Shape):
    """A protocol to begin with."""

    key = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    description = serializers.DictField(child=serializers.CharField())
    protocol = ProtocolField()


class SigningSerializer(Shape):
    """One act to be signed. `seed`: named at opening; empty: drawn."""

    act = serializers.ChoiceField(ACTS)
    password = serializers.CharField(trim_whitespace=False, write_only=True)
    reason = serializers.CharField(default="", allow_blank=True)
    seed = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=2**63 - 1, help_text="Of every order."
    )


class StudyAmendmentSerializer(Shape):
    """An amendment: the protocol as it shall be from now on, and why."""

    protocol = ProtocolField()
    password = serializers.CharField(trim_whitespace=False, write_only=True)
    reason = serializers.CharField()


class CopyStudySerializer(Shape):
    """What a copy takes along."""

    title = serializers.CharField(max_length=200)
    cases = serializers.BooleanField(default=False)
    reference = serializers.BooleanField(default=False, help_text="What stands of the cases' reference standard.")
    members = serializers.BooleanField(default=False)


class AuditEntrySerializer(Shape):
    """One entry of the chain. What would tell answers or codes to somebody who may not know them is `withheld`."""

    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    action = serializers.CharField()
    target = serializers.CharField(allow_blank=True)
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    digest = serializers.CharField()
    withheld = serializers.BooleanField()


class AuditPageSerializer(Shape):
    """A page of the chain, the newest entries first; `before`: the sequence to ask for next, null at the end."""

    count = serializers.IntegerField()
    results = AuditEntrySerializer(many=True)
    next_before = serializers.IntegerField(allow_null=True)


class AuditQuerySerializer(Shape):
    """Which entries."""

    before = serializers.IntegerField(required=False, allow_null=True, default=None, help_text="Entries below it.")
    action = serializers.CharField(default="", allow_blank=True)
    size = serializers.IntegerField(default=100, min_value=1, max_value=1000)
