"""Who takes part in a study, as what; who is invited, reminded, and what was waived."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from radapp.accounts.models import AppendOnly
from radapp.readerstudies.models.keys import LENGTH, new_key
from radapp.readerstudies.models.study import ReaderStudy


class Membership(models.Model):
    """One person's part in one study. What it says of a reader is fixed as data when the study is opened."""

    class Part(models.TextChoices):
        """INVESTIGATOR and DEPUTY may do the same; only an investigator may name a deputy."""

        INVESTIGATOR = "investigator"
        DEPUTY = "deputy"
        READER = "reader"
        CODER = "coder"
        ADJUDICATOR = "adjudicator"
        TAGGER = "tagger"

    class Seniority(models.TextChoices):
        SENIOR = "senior"
        JUNIOR = "junior"

    class Chair(models.TextChoices):
        """A tagger's place in the paper's chain."""

        JUNIOR = "junior"
        ONCOLOGIST_1 = "oncologist_1"
        ONCOLOGIST_2 = "oncologist_2"
        SENIOR = "senior"

    key = models.CharField(max_length=LENGTH, unique=True, default=new_key)
    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, related_name="members")
    # Null: a reader of an imported or simulated study who has no account here.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="study_memberships")
    name = models.CharField(max_length=200, help_text="As it stands in reports: 'Senior reader 1'.")
    part = models.CharField(max_length=12, choices=Part.choices)
    seniority = models.CharField(max_length=6, choices=Seniority.choices, blank=True, help_text="Of a reader.")
    years = models.PositiveSmallIntegerField(null=True, help_text="Of experience, at the time.")
    site = models.CharField(max_length=200, blank=True)
    chair = models.CharField(max_length=12, choices=Chair.choices, blank=True, help_text="Of a tagger.")
    simulated = models.BooleanField(default=False, help_text="No person: answers are computed, and labelled so.")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    added_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["study", "user", "part"], condition=Q(ended_at__isnull=True), name="one_part_once_in_a_study"
            ),
            models.CheckConstraint(
                name="a_reader_has_a_seniority",
                condition=Q(part="reader", seniority__in=["senior", "junior"]) | ~Q(part="reader") & Q(seniority=""),
            ),
            models.CheckConstraint(
                name="a_tagger_has_a_chair",
                condition=Q(part="tagger", chair__in=["junior", "oncologist_1", "oncologist_2", "senior"])
                | ~Q(part="tagger") & Q(chair=""),
            ),
            models.CheckConstraint(
                name="an_ended_membership_has_a_reason", condition=Q(ended_at__isnull=True) | ~Q(ended_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.part} of {self.study}"


class Waiver(AppendOnly):
    """One exception from 'nobody reads what they tagged, coded or opened clinically', with its reason."""

    class Ground(models.TextChoices):
        TAGGED = "tagged"
        CODED = "coded"
        OPENED = "opened"
        INVESTIGATES = "investigates"
        CALIBRATED = "calibrated"

    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, related_name="waivers")
    # Null: of a case that was calibrated on, whoever reads it.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey("readerstudies.Case", on_delete=models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=12, choices=Ground.choices)
    reason = models.TextField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.CheckConstraint(name="a_waiver_has_a_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"waiver ({self.ground}) in {self.study}"


class Invitation(models.Model):
    """An address that was asked to take part. Only the SHA-256 of its token is stored; `key` names it at the desk."""

    key = models.CharField(max_length=LENGTH, unique=True, default=new_key)
    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    part = models.CharField(max_length=12, choices=Membership.Part.choices)
    terms = models.JSONField(default=dict, help_text="Name, seniority, years, site or chair of the membership to be.")
    digest = models.CharField(max_length=64, unique=True)
    # Null: of a study that was restored where this account is not.
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    membership = models.OneToOneField(Membership, on_delete=models.PROTECT, null=True, related_name="invitation")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="an_accepted_invitation_has_its_membership",
                condition=Q(accepted_at__isnull=True, membership__isnull=True)
                | Q(accepted_at__isnull=False, membership__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"invitation of {self.email} to {self.study}"


class Reminder(AppendOnly):
    """One reminder that was handed to the mail server."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="reminders")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"reminder to {self.membership}"
