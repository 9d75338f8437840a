"""A reader study, the versions of its protocol, and the signatures under its acts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from radapp.accounts.models import AppendOnly
from radapp.readerstudies.models.keys import LENGTH, new_key, new_salt


class ReaderStudy(models.Model):
    """One reader study. What it is to be stands in `draft` until it is opened, then in the newest ProtocolVersion."""

    class State(models.TextChoices):
        """DRAFT may change; CHECKED was found fit to open; OPEN is read; CLOSED is read no more; LOCKED is final, and its
        answers can be seen; UNBLINDED: answers have met the reference standard, errors are coded.
        """

        DRAFT = "draft"
        CHECKED = "checked"
        OPEN = "open"
        CLOSED = "closed"
        LOCKED = "locked"
        UNBLINDED = "unblinded"

    key = models.CharField(max_length=LENGTH, unique=True, default=new_key, help_text="Its name in addresses.")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    draft = models.JSONField(default=dict, help_text="The protocol while it is drafted (radapp.readerstudies.protocol).")
    revision = models.PositiveIntegerField(default=1, help_text="Of the draft: raised by every change.")
    seed = models.BigIntegerField(null=True, help_text="Every order was made from it; drawn or named, kept from opening on.")
    salt = models.CharField(max_length=64, default=new_salt, editable=False, help_text="Of its pseudonyms.")
    check_report = models.JSONField(null=True, help_text="What the last check found, fit or not; null before any.")
    synthetic = models.BooleanField(default=False, help_text="A case, a model or a reader of it is synthetic or simulated.")
    imported = models.BooleanField(default=False, help_text="Read elsewhere: only then may a case have no images.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    unblinded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "reader studies"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_study_is_opened_before_it_is_read",
                condition=Q(state__in=["draft", "checked"], opened_at__isnull=True)
                | Q(state__in=["open", "closed", "locked", "unblinded"], opened_at__isnull=False, seed__isnull=False),
            ),
            models.CheckConstraint(
                name="a_final_study_is_locked",
                condition=Q(state__in=["locked", "unblinded"], locked_at__isnull=False)
                | Q(state__in=["draft", "checked", "open", "closed"], locked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="an_unblinded_study_says_when",
                condition=Q(state="unblinded", unblinded_at__isnull=False)
                | ~Q(state="unblinded") & Q(unblinded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def is_drafted(self) -> bool:
        """Whether it may still become another study."""
        return self.state in {self.State.DRAFT, self.State.CHECKED}


class ProtocolVersion(AppendOnly):
    """What was promised, from one moment on: version 1 at opening, each further one an amendment with its reason."""

    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, related_name="protocols")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64, help_text="Of the content as canonical JSON.")
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "version"], name="one_protocol_of_each_version"),
            models.CheckConstraint(name="an_amendment_has_a_reason", condition=Q(version=1) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"protocol {self.version} of {self.study}"


class StudySignature(AppendOnly):
    """One signature: who, when, under what meaning, after showing the password again."""

    class Act(models.TextChoices):
        OPEN = "open"
        CLOSE = "close"
        REOPEN = "reopen"
        LOCK = "lock"
        UNBLIND = "unblind"
        AMEND = "amend"
        WITHDRAW_CASE = "withdraw_case"

    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, related_name="signatures")
    act = models.CharField(max_length=16, choices=Act.choices)
    statement = models.TextField(help_text="What was signed, in words.")
    reason = models.TextField(blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_name = models.CharField(max_length=200, help_text="The signer's name as printed then.")
    signed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.act} of {self.study} by {self.signed_name}"
