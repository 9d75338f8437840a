"""Shapes of the reading room's JSON. Nothing in them tells a case's number, truth, tier, dates or another reader."""

from typing import Any

from rest_framework import serializers

from radapp.archive.models import SequenceRole
from radapp.readerstudies.blinding.shown import ShownHeatmapSerializer, ShownSerializer
from radapp.readerstudies.models import ReadingEvent
from radapp.readerstudies.models.readings import Stage

ROOM_STATES = ("ready", "waiting", "paused", "finished", "closed")
LOCKS = ("reading", "session")
CLIENT_EVENTS = (
    ReadingEvent.Kind.FIRST_IMAGE.value,
    ReadingEvent.Kind.AWAY.value,
    ReadingEvent.Kind.BACK.value,
    ReadingEvent.Kind.AID_SHOWN.value,
    ReadingEvent.Kind.AID_HIDDEN.value,
)
"""What a page may report; everything else the server notes itself."""
OVERLAYS = ("scores", SequenceRole.T1WI.value, SequenceRole.T2WI.value, SequenceRole.T1WIC.value)
IMAGE_SETS = ("unenhanced", "complete")
SEAT_AT_MOST = 64


class ReadingStudySerializer(serializers.Serializer[Any]):
    """The study as its readers know it."""

    key = serializers.CharField()
    title = serializers.CharField()
    synthetic = serializers.BooleanField(help_text="A case, a model or a reader of it is synthetic or simulated.")


class ToldSerializer(serializers.Serializer[Any]):
    """What every reader is told."""

    prevalence = serializers.CharField(allow_blank=True)
    clinical_facts = serializers.CharField(allow_blank=True)
    instructions = serializers.CharField(allow_blank=True)


class ReadingSessionSerializer(serializers.Serializer[Any]):
    """The session that is read, or comes next."""

    number = serializers.IntegerField()
    of = serializers.IntegerField()
    opens_at = serializers.DateTimeField(allow_null=True, help_text="When the washout ends; null: it may be read.")
    locked = serializers.BooleanField(help_text="Its answers are final.")
    lockable = serializers.BooleanField(
        help_text="Everything is answered and the protocol locks by session: the reader locks it before the next begins."
    )


class LaterSessionSerializer(serializers.Serializer[Any]):
    """A session after the one that is read."""

    number = serializers.IntegerField()
    washout_days = serializers.IntegerField(help_text="After the last answer before it.")
    earliest = serializers.DateTimeField(help_text="When it opens, were those before it finished on their first day.")


class ReadingProgressSerializer(serializers.Serializer[Any]):
    """Of the session."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()
    practice_done = serializers.IntegerField()
    practice_total = serializers.IntegerField()


class DoneReadingSerializer(serializers.Serializer[Any]):
    """One reading of the session that is answered."""

    key = serializers.CharField()
    position = serializers.IntegerField(help_text="From 1, practice cases counted apart.")
    practice = serializers.BooleanField()
    correctable = serializers.BooleanField()


class RoomSerializer(serializers.Serializer[Any]):
    """Where the reader stands."""

    study = ReadingStudySerializer()
    told = ToldSerializer()
    lroc = serializers.BooleanField(help_text="The most suspicious point is asked and needed whatever is answered.")
    lock = serializers.ChoiceField(choices=LOCKS)
    session = ReadingSessionSerializer()
    later = LaterSessionSerializer(many=True)
    progress = ReadingProgressSerializer()
    state = serializers.ChoiceField(choices=ROOM_STATES)
    current = serializers.CharField(allow_null=True, help_text="Key of the assignment that is open.")
    done = DoneReadingSerializer(many=True)


class ReadingArmSerializer(serializers.Serializer[Any]):
    """What may be seen."""

    name = serializers.DictField(child=serializers.CharField(), help_text="{language: text}")
    images = serializers.ChoiceField(choices=IMAGE_SETS)
    ai = serializers.BooleanField()
    prior = serializers.BooleanField()


class ShownImagesSerializer(ShownSerializer):
    """Images in sight; below `root` is their DICOMweb."""

    root = serializers.CharField()  # type: ignore[assignment]  # a field: it is taken off the class


class StoredDraftSerializer(serializers.Serializer[Any]):
    """What the server holds of an unfinished answer."""

    answers = serializers.DictField(child=serializers.JSONField())
    revision = serializers.IntegerField()
    saved_at = serializers.DateTimeField()


class FirstAnswerSerializer(serializers.Serializer[Any]):
    """The unaided answer, which is locked."""

    answers = serializers.DictField(child=serializers.JSONField())


class AidScoresSerializer(serializers.Serializer[Any]):
    """What the networks in sight say, 0 to 1; null: there is no result."""

    T1WI = serializers.FloatField(allow_null=True)
    T2WI = serializers.FloatField(allow_null=True)
    T1_T2 = serializers.FloatField(allow_null=True)
    T1WIC = serializers.FloatField(allow_null=True, help_text="Null, too, where the arm does not show T1WIC.")


class AidCutoffsSerializer(serializers.Serializer[Any]):
    """Of the tactic: the first and second on T1_T2, and the enhanced network's own."""

    first = serializers.FloatField(allow_null=True)
    second = serializers.FloatField(allow_null=True)
    T1WIC = serializers.FloatField(allow_null=True)


class AidSerializer(serializers.Serializer[Any]):
    """What AI adds; there is none before its stage has begun."""

    scores = AidScoresSerializer()
    cutoffs = AidCutoffsSerializer()
    heatmaps = ShownHeatmapSerializer(many=True)


class FeedbackSerializer(serializers.Serializer[Any]):
    """The reference standard of a practice case, after its answer."""

    recurrence = serializers.BooleanField(allow_null=True, help_text="Null: it is not established.")
    sites = serializers.ListField(child=serializers.CharField(), help_text="Keys of the anatomy list.")
    rt_stage = serializers.CharField(allow_blank=True)
    kinds = serializers.ListField(child=serializers.CharField())


class CaseViewSerializer(serializers.Serializer[Any]):
    """One case as its reader sees it now."""

    key = serializers.CharField()
    position = serializers.IntegerField(help_text="From 1, practice cases counted apart.")
    of = serializers.IntegerField()
    practice = serializers.BooleanField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    stages = serializers.ListField(child=serializers.ChoiceField(choices=Stage.choices))
    answered = serializers.BooleanField(help_text="Every stage is answered: only feedback or a correction is left.")
    correctable = serializers.BooleanField(help_text="The last stage's answer may still be corrected, with a reason.")
    form = serializers.ListField(
        child=serializers.JSONField(), help_text="Questions, as the protocol has them, about what the arm shows."
    )
    arm = ReadingArmSerializer()
    seat_held = serializers.BooleanField(help_text="The seat that was named (GET: ?seat=) holds this reading.")
    images = ShownImagesSerializer()
    draft = StoredDraftSerializer(allow_null=True)
    first = FirstAnswerSerializer(allow_null=True)
    submitted = FirstAnswerSerializer(allow_null=True, help_text="The last stage's answer in force, once there is one.")
    aid = AidSerializer(allow_null=True)
    feedback = FeedbackSerializer(allow_null=True)
    ahead = ShownImagesSerializer(allow_null=True)


class SeatOnlySerializer(serializers.Serializer[Any]):
    """Who asks: a random name that each tab makes for itself."""

    seat = serializers.RegexField(r"^[A-Za-z0-9_-]{8,64}$", max_length=SEAT_AT_MOST)


class SeatSerializer(SeatOnlySerializer):
    """`take` false: a sign of life, every 15 seconds. True: take the reading over from another tab or machine."""

    take = serializers.BooleanField(default=False)


class SeatHeldSerializer(serializers.Serializer[Any]):
    """Whether it is now this seat's."""

    seat_held = serializers.BooleanField()


class DraftSerializer(SeatOnlySerializer):
    """All answers so far; `revision` counts the client's changes up."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    answers = serializers.DictField(child=serializers.JSONField(allow_null=True))
    revision = serializers.IntegerField(min_value=1, max_value=2_000_000_000)


class SavedDraftSerializer(serializers.Serializer[Any]):
    """The newest revision that is kept: greater than what was sent where that came late."""

    revision = serializers.IntegerField()
    saved_at = serializers.DateTimeField()


class SubmissionSerializer(SeatOnlySerializer):
    """The act that locks a stage. `submission`: a UUID that the client makes for this act and repeats with it."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    answers = serializers.DictField(child=serializers.JSONField(allow_null=True))
    submission = serializers.UUIDField()
    contradiction_confirmed = serializers.BooleanField(default=False)


class CorrectionSerializer(serializers.Serializer[Any]):
    """A new version of the last stage's answer, with its reason."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    answers = serializers.DictField(child=serializers.JSONField(allow_null=True))
    submission = serializers.UUIDField()
    reason = serializers.CharField(max_length=2000)
    contradiction_confirmed = serializers.BooleanField(default=False)


class SubmittedSerializer(serializers.Serializer[Any]):
    """The receipt of an answer, and the case as it is seen now: null once its images are out of sight."""

    submission = serializers.UUIDField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    case = CaseViewSerializer(allow_null=True)


class ClientEventDetailSerializer(serializers.Serializer[Any]):
    """Which overlay was shown or hidden."""

    overlay = serializers.ChoiceField(choices=OVERLAYS, required=False)


class ClientEventSerializer(SeatOnlySerializer):
    """Something that only the page knows. Its time is the server's."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    kind = serializers.ChoiceField(choices=CLIENT_EVENTS)
    detail = ClientEventDetailSerializer(required=False)


class SessionLockSerializer(serializers.Serializer[Any]):
    """Which session's answers become final."""

    session = serializers.IntegerField(min_value=1)
