"""People, their roles and tokens, and the audit trail."""

from collections.abc import Set
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """What a person may do; READER excludes every other role, so that nobody reads a study with clinical knowledge."""

    RADIOLOGIST = "radiologist"
    READER = "reader"
    INVESTIGATOR = "investigator"
    ADMINISTRATOR = "administrator"


class User(AbstractUser):
    """A named person. Roles are columns, so that the database itself refuses a reader with a second role."""

    is_radiologist = models.BooleanField(default=False)
    is_reader = models.BooleanField(default=False)
    is_investigator = models.BooleanField(default=False)
    is_administrator = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="reader_is_exclusive",
                condition=Q(is_reader=False) | Q(is_radiologist=False, is_investigator=False, is_administrator=False),
            )
        ]

    @property
    def roles(self) -> Set[Role]:
        """The roles this person holds."""
        return frozenset(role for role in Role if getattr(self, f"is_{role.value}"))

    @property
    def display_name(self) -> str:
        """Full name, or the user name where none is stored."""
        return self.get_full_name() or self.username


class AccessToken(models.Model):
    """A bearer token for scripts. Only its SHA-256 is stored; the text is shown once, by `manage.py create_token`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"token of {self.user.username}"


class Kiosk(models.Model):
    """A screen at a scanner's console. Its token opens the console's addresses, nothing else, and stands for nobody."""

    name = models.CharField(max_length=100, unique=True, help_text="Where it stands, such as 'MR 2'.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of its token.")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class AppendOnlyError(RuntimeError):
    """A row that is written once was to be changed or deleted."""


class AppendOnly(models.Model):
    """A row that is written once. The database refuses changes too: each of its tables has triggers."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise AppendOnlyError(f"row {self.pk} of {self._meta.db_table} cannot be changed; write another one")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise AppendOnlyError(f"row {self.pk} of {self._meta.db_table} cannot be deleted")


class AuditEntry(AppendOnly):
    """One fact about who did what, written in the same transaction as what it tells. Append-only; id is the sequence."""

    class Action(models.TextChoices):
        SIGN_IN = "sign_in"
        SIGN_OUT = "sign_out"
        PERSON_ADDED = "person_added"
        TOKEN_CREATED = "token_created"  # noqa: S105 - an action's name, not a secret
        EXAMINATION_OPENED = "examination_opened"
        STUDY_RECEIVED = "study_received"
        SET_ASIDE = "set_aside"
        SET_ASIDE_DECIDED = "set_aside_decided"
        ROLE_CHANGED = "role_changed"
        SCOPE_ANSWERED = "scope_answered"
        CONFIRMATION = "confirmation"
        RUN_RETRIED = "run_retried"
        EXPLANATION_ASKED = "explanation_asked"
        PROTOCOL_ACTIVATED = "protocol_activated"
        BUNDLE_INSTALLED = "bundle_installed"
        TRUTH_RECORDED = "truth_recorded"
        EXPORT = "export"
        KIOSK_CREATED = "kiosk_created"
        KIOSK_REVOKED = "kiosk_revoked"
        CONSOLE_PIN_SET = "console_pin_set"
        CONSOLE_SWITCHED = "console_switched"
        PEER_ADDED = "peer_added"
        PEER_REMOVED = "peer_removed"
        STUDY_SENT = "study_sent"
        INSTANCES_REJECTED = "instances_rejected"
        PATIENT_MERGED = "patient_merged"
        SOURCE_ADDED = "source_added"
        SOURCE_CHANGED = "source_changed"
        SOURCE_REMOVED = "source_removed"
        STUDY_RETRIEVED = "study_retrieved"
        RESULT_SENT = "result_sent"
        IMAGES_DELETED = "images_deleted"
        IMAGES_RESTORED = "images_restored"
        BACKUP_RESTORED = "backup_restored"
        BYTES_REPAIRED = "bytes_repaired"
        PROTOCOL_DRAFTED = "protocol_drafted"

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=150, help_text="User name at the time, or the command that acted.")
    action = models.CharField(max_length=40, choices=Action.choices)
    study_instance_uid = models.CharField(max_length=64, blank=True, db_index=True)
    target = models.CharField(max_length=200, blank=True, help_text="What was acted on, such as 'series 1.2.3'.")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.action}"


class Opening(models.Model):
    """A person's latest opening of one examination: it lasts until 30 minutes pass without a request for that study.

    One row for each person and study, renewed in place; the audit trail keeps every opening.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    study_instance_uid = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "study_instance_uid"], name="one_opening_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.user.username} opened {self.study_instance_uid}"
