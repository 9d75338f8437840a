"""Projects that studies leave for without their patients, and what left. No address of the application shows any of it."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


def new_secret() -> str:
    """32 random bytes as hexadecimal digits."""
    return secrets.token_hex(32)


class Project(models.Model):
    """Whom studies leave for. Its secret makes pseudonyms, UIDs and date shifts: the same in every export of the project.

    Whoever has the secret can tell whose a pseudonym is; it stays in the database and in its backups.
    """

    name = models.CharField(max_length=40, unique=True)
    secret = models.CharField(max_length=64, default=new_secret, help_text="Hexadecimal. Never changes, never shown.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(name="a_project_has_a_name_and_a_secret", condition=~Q(name="") & ~Q(secret=""))
        ]

    def __str__(self) -> str:
        return self.name


class Export(models.Model):
    """One export of a project."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="exports")
    folder = models.CharField(max_length=500, help_text="Where it was written, as it was named then.")
    options = models.JSONField(
        help_text="Codes of the profile and its options, and whether burned-in annotation was allowed."
    )
    objects_written = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField()
    report_sha256 = models.CharField(max_length=64, help_text="Of its report.json.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"export {self.pk} of {self.project}"


class ExportedStudy(models.Model):
    """One study in one export, and under which name. Names study and patient themselves: it outlives the study's row."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="studies")
    study_instance_uid = models.CharField(max_length=64, db_index=True)
    patient_id = models.CharField(max_length=64, blank=True, db_index=True)
    issuer_of_patient_id = models.CharField(max_length=64, blank=True)
    patient = models.CharField(max_length=64, help_text="The patient's pseudonym.")
    new_study_instance_uid = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "study_instance_uid"], name="a_study_once_in_an_export")
        ]

    def __str__(self) -> str:
        return f"{self.new_study_instance_uid} in {self.export}"
