"""What was written of results as DICOM beside their heatmaps: segmentations, and the numbered reports of an examination."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from radapp.archive.models import Study


class Segmentation(models.Model):
    """The binary SEG of one heatmap above its threshold; a heatmap that exceeds it nowhere has none."""

    heatmap = models.OneToOneField("triage.Heatmap", on_delete=models.CASCADE, related_name="segmentation")
    sop_instance_uid = models.CharField(max_length=64, unique=True)
    series_instance_uid = models.CharField(max_length=64)
    threshold = models.FloatField()
    volume = models.FloatField(help_text="Of the segment, mm³.")

    def __str__(self) -> str:
        return f"segmentation {self.sop_instance_uid}"


class Report(models.Model):
    """One report of an examination: what is advised or why not, as it was written. A newer one supersedes it, both stay.

    Without `result`, it withdraws the one before: what there was no longer counts, and nothing has come in its place.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="reports")
    number = models.PositiveSmallIntegerField(help_text="From 1, within the study.")
    result = models.ForeignKey("triage.Result", on_delete=models.CASCADE, null=True, related_name="reports")
    advice_given = models.BooleanField()
    advice_text = models.TextField()
    advice_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    superseded_at = models.DateTimeField(null=True, help_text="When a newer one took its place.")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "number"], name="one_report_per_number"),
            models.UniqueConstraint(
                fields=["study"], condition=Q(superseded_at__isnull=True), name="one_current_report_per_study"
            ),
            models.CheckConstraint(
                name="a_report_advises_or_says_why_not",
                condition=Q(advice_given=True, advice_reason="", result__isnull=False)
                | (Q(advice_given=False) & ~Q(advice_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.number} of {self.study}"


class ReportObject(models.Model):
    """One DICOM object of a report, in a series of its own."""

    class Kind(models.TextChoices):
        TEXT = "text"
        MEASUREMENTS = "measurements"
        KEY_IMAGE = "key_image"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="objects_written")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    sop_class_uid = models.CharField(max_length=64)
    sop_instance_uid = models.CharField(max_length=64, unique=True)
    series_instance_uid = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "kind"], name="one_object_per_kind_of_report")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sop_instance_uid}"


class ReportDue(models.Model):
    """A study whose newest report no longer says what the page says: a new one is to be written. Deleted when it is."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="+")
    marks = models.PositiveIntegerField(default=1, help_text="One more with every change, so that none is lost at work.")
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.TextField(blank=True)
    since = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "reports due"

    def __str__(self) -> str:
        return f"report due of {self.study}"
