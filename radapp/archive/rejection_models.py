"""What was taken back: rejection notes and the instances they name, and patients that turned out to be one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class RejectionNote(models.Model):
    """A Key Object Selection by which a sender takes instances back (IHE IOCM). While it stands, they are hidden."""

    class Title(models.TextChoices):
        """Its document title (PS3.16 CID 7011)."""

        QUALITY = "113001", "Rejected for Quality Reasons"
        SAFETY = "113037", "Rejected for Patient Safety Reasons"
        WORKLIST = "113038", "Incorrect Modality Worklist Entry"
        RETENTION = "113039", "Data Retention Policy Expired"

    instance = models.OneToOneField("archive.Instance", on_delete=models.CASCADE, related_name="rejection_note")
    title = models.CharField(max_length=6, choices=Title.choices)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rejection_title_is_known", condition=Q(title__in=["113001", "113037", "113038", "113039"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.instance}: {self.get_title_display()}"


class Rejection(models.Model):
    """One instance that a note names. The instance may come later, or never."""

    note = models.ForeignKey(RejectionNote, on_delete=models.CASCADE, related_name="rejections")
    study_instance_uid = models.CharField(max_length=64, db_index=True)
    series_instance_uid = models.CharField(max_length=64, db_index=True)
    sop_instance_uid = models.CharField(max_length=64, db_index=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "sop_instance_uid"], name="rejected_once_by_a_note")
        ]

    def __str__(self) -> str:
        return f"{self.sop_instance_uid} by {self.note_id}"


class PatientMerge(models.Model):
    """Two Patient IDs that are one person: the studies of the first are shown under the second. Bytes stay as they came."""

    from_patient_id = models.CharField(max_length=64, db_index=True)
    into_patient_id = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    actor_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_merge_has_two_patients",
                condition=~Q(from_patient_id="") & ~Q(into_patient_id="") & ~Q(from_patient_id=F("into_patient_id")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_patient_id} into {self.into_patient_id}{' (undone)' if self.undone_at else ''}"


class MergedStudy(models.Model):
    """One study that a merge gave another identity, and what its row had before."""

    merge = models.ForeignKey(PatientMerge, on_delete=models.CASCADE, related_name="studies")
    study_instance_uid = models.CharField(max_length=64, db_index=True)
    before = models.JSONField()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "merged studies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merge", "study_instance_uid"], name="a_study_once_in_a_merge")
        ]

    def __str__(self) -> str:
        return f"{self.study_instance_uid} in merge {self.merge_id}"
