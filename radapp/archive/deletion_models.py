"""What was deleted on a person's word: who, why, and everything that is needed to bring it back for as long as it can be."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Deletion(models.Model):
    """One act: a study, a series or an instance. Its rows lie here; its bytes stay until `kept_until` at least.

    Rows are never deleted themselves: beside the audit trail they say what there once was.
    """

    class Level(models.TextChoices):
        STUDY = "study"
        SERIES = "series"
        INSTANCE = "instance"

    level = models.CharField(max_length=8, choices=Level.choices)
    study_instance_uid = models.CharField(max_length=64, db_index=True)
    series_instance_uid = models.CharField(max_length=64, blank=True)
    sop_instance_uid = models.CharField(max_length=64, blank=True)
    patient_id = models.CharField(max_length=64, blank=True)
    series = models.PositiveIntegerField(help_text="How many went.")
    instances = models.PositiveIntegerField(help_text="How many went.")
    size = models.BigIntegerField(help_text="Of the instances, in bytes.")
    stood_on_it = models.JSONField(default=list, help_text="Sentences: what it was deleted in spite of; that has stayed.")
    rows = models.BinaryField(help_text="The rows that went: gzipped JSON of Django's serialiser.")
    reason = models.TextField()
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(auto_now_add=True)
    kept_until = models.DateTimeField(help_text="From then on its bytes go, and it cannot be brought back.")
    restored_at = models.DateTimeField(null=True)
    restored_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="a_deletion_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="a_restoration_names_somebody",
                condition=Q(restored_at__isnull=True, restored_by="") | Q(restored_at__isnull=False) & ~Q(restored_by=""),
            ),
        ]

    def __str__(self) -> str:
        uid = self.sop_instance_uid or self.series_instance_uid or self.study_instance_uid
        return f"deletion {self.pk} of {self.level} {uid}"
