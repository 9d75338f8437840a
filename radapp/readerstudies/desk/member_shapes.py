"""What the addresses of people take and answer: members, invitations, waivers, reminders, progress, the timetable."""

from typing import Any

from rest_framework import serializers

from radapp.readerstudies.models import Membership, Waiver

Shape = serializers.Serializer[Any]
CELLS = [(one, one) for one in ("waiting", "opened", "paused", "submitted", "locked", "withdrawn")]
STANDINGS = [(one, one) for one in ("open", "accepted", "revoked", "expired")]

RULES = [("drop_readings", "drop_readings"), ("keep_submitted", "keep_submitted")]


class IndependenceConflictSerializer(Shape):
    """Why somebody should not read: what they did with a case or in the study; waived or not."""

    ground = serializers.ChoiceField(Waiver.Ground.choices)
    detail = serializers.CharField()
    case = serializers.CharField(allow_null=True, help_text="Its key; null: all of them.")
    number = serializers.IntegerField(allow_null=True)
    waived = serializers.BooleanField()


class StudyMemberSerializer(Shape):
    """One person's part."""

    key = serializers.CharField()
    part = serializers.ChoiceField(Membership.Part.choices)
    name = serializers.CharField(help_text="As it stands in reports.")
    username = serializers.CharField(allow_null=True)
    person = serializers.CharField(allow_blank=True, help_text="The account's name in full.")
    seniority = serializers.ChoiceField(Membership.Seniority.choices, allow_blank=True)
    years = serializers.IntegerField(allow_null=True)
    site = serializers.CharField(allow_blank=True)
    chair = serializers.ChoiceField(Membership.Chair.choices, allow_blank=True)
    simulated = serializers.BooleanField()
    replaces = serializers.CharField(allow_null=True, help_text="Key of the reader whose place was taken.")
    added_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_reason = serializers.CharField(allow_blank=True)
    conflicts = IndependenceConflictSerializer(many=True)


class MemberFactsSerializer(Shape):
    """What a membership says of a person; each part takes what is its own."""

    name = serializers.CharField(default="", allow_blank=True, max_length=200, help_text="Empty: made from the part.")
    seniority = serializers.ChoiceField(Membership.Seniority.choices, default="", allow_blank=True)
    years = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=0, max_value=80)
    site = serializers.CharField(default="", allow_blank=True, max_length=200)
    chair = serializers.ChoiceField(Membership.Chair.choices, default="", allow_blank=True)


class NewMemberSerializer(MemberFactsSerializer):
    """Somebody with an account here to be added."""

    username = serializers.CharField(max_length=150)
    part = serializers.ChoiceField(Membership.Part.choices)


class MemberChangeSerializer(Shape):
    """What shall change; what is not sent stays."""

    name = serializers.CharField(required=False, max_length=200)
    seniority = serializers.ChoiceField(Membership.Seniority.choices, required=False)
    years = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=80)
    site = serializers.CharField(required=False, allow_blank=True, max_length=200)
    chair = serializers.ChoiceField(Membership.Chair.choices, required=False)


class EndMemberSerializer(Shape):
    """Why somebody's part ends."""

    reason = serializers.CharField()


class ReplacementSerializer(MemberFactsSerializer):
    """Who takes a reader's place, and why."""

    username = serializers.CharField(max_length=150)
    reason = serializers.CharField()


class ReplacedSerializer(Shape):
    """What the new reader reads, by the protocol's rule."""

    member = StudyMemberSerializer()
    rule = serializers.ChoiceField(RULES)
    assigned = serializers.IntegerField()
    kept = serializers.IntegerField(help_text="Readings of the old reader that still count.")
    dropped = serializers.IntegerField(help_text="Readings of the old reader that no longer count.")
    words = serializers.CharField()


class StudyPersonSerializer(Shape):
    """An account, and whether it may take a part."""

    username = serializers.CharField()
    person = serializers.CharField()
    fits = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True, help_text="Why not.")


class PeopleQuerySerializer(Shape):
    """For which part."""

    part = serializers.ChoiceField(Membership.Part.choices)
    search = serializers.CharField(default="", allow_blank=True)


class WaiverSerializer(Shape):
    """One exception, as given."""

    username = serializers.CharField(allow_null=True)
    case = serializers.CharField(allow_null=True)
    number = serializers.IntegerField(allow_null=True)
    ground = serializers.ChoiceField(Waiver.Ground.choices)
    reason = serializers.CharField()
    given_by = serializers.CharField(allow_blank=True)
    given_at = serializers.DateTimeField()


class NewWaiverSerializer(Shape):
    """An exception to be made: for a person, a case, or both."""

    username = serializers.CharField(required=False, allow_null=True, default=None, max_length=150)
    case = serializers.CharField(required=False, allow_null=True, default=None)
    ground = serializers.ChoiceField(Waiver.Ground.choices)
    reason = serializers.CharField()


class InvitationSerializer(Shape):
    """One invitation. `link` stands in the answer to making it alone, where no e-mail could be sent: pass it on."""

    id = serializers.CharField()
    email = serializers.EmailField()
    part = serializers.ChoiceField(Membership.Part.choices)
    terms = MemberFactsSerializer()
    standing = serializers.ChoiceField(STANDINGS)
    invited_by = serializers.CharField()
    invited_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    sent = serializers.BooleanField(help_text="Whether an e-mail was handed to the mail server just now.")
    link = serializers.CharField(allow_null=True)


class NewInvitationSerializer(MemberFactsSerializer):
    """Whom to invite as what."""

    email = serializers.EmailField()
    part = serializers.ChoiceField(Membership.Part.choices)


class InvitationOfferSerializer(Shape):
    """What an invitation offers to the person who holds it."""

    study = serializers.CharField(help_text="The study's title.")
    key = serializers.CharField(allow_null=True, help_text="The study's key, once accepted by this person.")
    part = serializers.ChoiceField(Membership.Part.choices)
    terms = MemberFactsSerializer()
    invited_by = serializers.CharField()
    expires_at = serializers.DateTimeField()
    standing = serializers.ChoiceField(STANDINGS)
    fits = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True, help_text="Why this account cannot accept it.")


class ReminderRequestSerializer(Shape):
    """Whom to remind: keys of readers; empty: all who have not finished."""

    members = serializers.ListField(child=serializers.CharField(), default=list)


class RemindedSerializer(Shape):
    """Whether one reader was sent a reminder, else why not."""

    member = serializers.CharField()
    name = serializers.CharField()
    sent = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True)


class SessionProgressSerializer(Shape):
    """One session: states and counts alone."""

    number = serializers.IntegerField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    locked = serializers.BooleanField()
    washout_days = serializers.IntegerField()


class ProgressCellSerializer(Shape):
    """Where one reading of one case stands. One case may have several: sessions, arms, a hidden repeat."""

    case = serializers.IntegerField(help_text="The case's number.")
    session = serializers.IntegerField()
    arm = serializers.CharField()
    practice = serializers.BooleanField()
    repeat = serializers.BooleanField()
    state = serializers.ChoiceField(CELLS)


class ReaderProgressSerializer(Shape):
    """How far one reader is."""

    key = serializers.CharField()
    name = serializers.CharField()
    seniority = serializers.ChoiceField(Membership.Seniority.choices)
    simulated = serializers.BooleanField()
    ended = serializers.BooleanField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    practice_done = serializers.IntegerField()
    practice_total = serializers.IntegerField()
    last_active_at = serializers.DateTimeField(allow_null=True)
    reminded_at = serializers.DateTimeField(allow_null=True)
    sessions = SessionProgressSerializer(many=True)
    cells = ProgressCellSerializer(many=True)


class ProgressCaseSerializer(Shape):
    """A column of the matrix."""

    number = serializers.IntegerField()
    practice = serializers.BooleanField()
    withdrawn = serializers.BooleanField()


class StudyProgressSerializer(Shape):
    """The matrix readers × cases, of states only."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()
    cases = ProgressCaseSerializer(many=True)
    readers = ReaderProgressSerializer(many=True)


class PlannedBlockSerializer(Shape):
    """Part of a session: so many cases under one arm."""

    arm = serializers.CharField()
    cases = serializers.IntegerField()
    practice = serializers.IntegerField()
    repeats = serializers.IntegerField()


class PlannedSessionSerializer(Shape):
    """One session of one reader; `earliest_day` counts from the end of the first one."""

    number = serializers.IntegerField()
    earliest_day = serializers.IntegerField()
    blocks = PlannedBlockSerializer(many=True)


class PlannedReaderSerializer(Shape):
    """One reader's sessions."""

    key = serializers.CharField(allow_blank=True, help_text="Empty: a reader yet to be found.")
    name = serializers.CharField()
    sessions = PlannedSessionSerializer(many=True)


class TimetableSerializer(Shape):
    """Who reads how much when. `stored`: as it was made at opening; else an example of how it would be."""

    stored = serializers.BooleanField()
    supposed_cases = serializers.BooleanField(help_text="Drawn with as many cases as the targets want: there are none yet.")
    readers = PlannedReaderSerializer(many=True)
    problem = serializers.CharField(allow_blank=True, help_text="Why no timetable can be drawn.")
