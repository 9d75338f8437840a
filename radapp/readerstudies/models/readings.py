"""Reading: what was answered (append-only), what is being answered (drafts), and when what was seen."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from radapp.accounts.models import AppendOnly
from radapp.readerstudies.models.orders import Assignment, Session


class Stage(models.TextChoices):
    """ONLY where an arm has one; UNAIDED is locked before AIDED begins."""

    ONLY = "only"
    UNAIDED = "unaided"
    AIDED = "aided"


LAST_STAGES = frozenset({Stage.ONLY.value, Stage.AIDED.value})
"""Whichever stages an arm has, one of these is its last: whoever answered it is done with the case, has submitted it."""


class Reading(models.Model):
    """Where one assignment stands. Derived, kept by the service: what counts are its answers and events."""

    class State(models.TextChoices):
        OPENED = "opened"
        PAUSED = "paused"
        ANSWERED = "answered"  # may be corrected until its session is locked
        LOCKED = "locked"

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="reading")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPENED)
    stage = models.CharField(max_length=7, choices=Stage.choices)
    seat = models.CharField(max_length=64, blank=True, help_text="Which tab of which machine holds it.")
    seat_seen_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"reading of {self.assignment} ({self.state})"


class Answer(AppendOnly):
    """One submitted answer. A correction before the lock is the next version, with its reason."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="answers")
    stage = models.CharField(max_length=7, choices=Stage.choices)
    version = models.PositiveSmallIntegerField(default=1)
    answers = models.JSONField(help_text="{question key: value} as radapp.readerstudies.form checked them.")
    reason = models.TextField(blank=True)
    submission = models.UUIDField(unique=True, help_text="The client's name of this act: repeated, it is the same act.")
    timing = models.JSONField(default=dict, help_text="Milliseconds: total, to the first image, away (service of reading).")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(help_text="Never earlier than what the study's chain knew then.")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "stage", "version"], name="one_answer_of_each_version"),
            models.CheckConstraint(name="a_correction_has_a_reason", condition=Q(version=1) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"answer {self.version} ({self.stage}) to {self.assignment}"


class Draft(models.Model):
    """What a reader has filled in and not submitted: one for each stage of an assignment."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="drafts")
    stage = models.CharField(max_length=7, choices=Stage.choices)
    answers = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(
        default=0, help_text="The client's count of its changes: an older one is ignored."
    )
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["assignment", "stage"], name="one_draft_of_a_stage")]

    def __str__(self) -> str:
        return f"draft of {self.assignment} ({self.stage})"


class ReadingEvent(AppendOnly):
    """What happened while a case was read, by the server's clock."""

    class Kind(models.TextChoices):
        OPENED = "opened"
        FIRST_IMAGE = "first_image"
        AWAY = "away"
        BACK = "back"
        PAUSED = "paused"
        RESUMED = "resumed"
        SEAT_TAKEN = "seat_taken"
        AID_SHOWN = "aid_shown"
        AID_HIDDEN = "aid_hidden"
        CONTRADICTION_QUERIED = "contradiction_queried"
        FEEDBACK_SHOWN = "feedback_shown"
        SET_ASIDE = "set_aside"  # its turn came, and its reader may not read it (independence)

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    stage = models.CharField(max_length=7, choices=Stage.choices)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.assignment}"


class SessionLock(AppendOnly):
    """A session whose answers are final, where the protocol locks by session."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="lock")
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    locked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"lock of {self.session}"
