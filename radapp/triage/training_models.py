"""Truths, and the training sets made with them. A reader study's desk alone shows truths: to investigators, not readers."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from radapp.archive.models import Study


class Basis(models.TextChoices):
    """What a truth rests on; results are also told by it."""

    HISTOPATHOLOGY = "histopathology"
    FOLLOW_UP = "follow_up"


class Truth(models.Model):
    """Whether an examination shows local recurrence, from outside the images: one in force for each study.

    Written by `manage.py import_truth`; each change has its audit row. `origin` says where it came from, so that a truth
    derived from a reference standard can stand in the same table.
    """

    # No name leads from a study to its truth: whoever wants it asks for it here.
    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="+")
    label = models.BooleanField(help_text="Local recurrence.")
    kind = models.CharField(max_length=100, blank=True, help_text="Of recurrence, or what imitates one; free words.")
    basis = models.CharField(max_length=16, choices=Basis.choices, blank=True, help_text="Empty: not said.")
    established_on = models.DateField(null=True, help_text="When the reference was established.")
    origin = models.CharField(max_length=100, help_text="Such as 'file' and the SHA-256 of its bytes.")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_truth_has_a_known_basis", condition=Q(basis__in=["", *Basis.values])),
            models.CheckConstraint(name="a_truth_has_an_origin", condition=~Q(origin="")),
        ]

    def __str__(self) -> str:
        return f"{self.study}: {int(self.label)}"


class TrainingSet(models.Model):
    """One export for training: its cases' patients have been learnt from or calibrated on, and are kept for that reason."""

    folder = models.CharField(max_length=500, help_text="Where it was written, as it was named then.")
    identified = models.BooleanField(help_text="Headers as stored, names and dates included.")
    sequences = models.JSONField(help_text="The roles that each case has.")
    truth_sha256 = models.CharField(max_length=64, help_text="Of its truth.csv.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"training set {self.pk}"


class TrainingCase(models.Model):
    """One study in one training set, under which name. Names study and patient themselves: it outlives the study's row."""

    training_set = models.ForeignKey(TrainingSet, on_delete=models.PROTECT, related_name="cases")
    study_instance_uid = models.CharField(max_length=64, db_index=True)
    patient_id = models.CharField(max_length=64, blank=True, db_index=True)
    issuer_of_patient_id = models.CharField(max_length=64, blank=True)
    case = models.CharField(max_length=40, help_text="Its folder's name in the set.")
    patient = models.CharField(max_length=40, help_text="The patient's name in the set's truth.csv.")
    label = models.BooleanField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["training_set", "study_instance_uid"], name="a_study_once_in_a_training_set"),
            models.UniqueConstraint(fields=["training_set", "case"], name="a_case_name_once_in_a_training_set"),
        ]

    def __str__(self) -> str:
        return f"{self.case} of {self.training_set}"
