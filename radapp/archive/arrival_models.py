"""How series arrive slice by slice from a scanner: what has come, what is expected, and why a series counts as complete."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class SeriesArrival(models.Model):
    """The arrival of one series through a door that takes instances one by one (C-STORE, STOW-RS).

    A series without a row came as a whole (a folder, a page's upload) or was made here: it is complete as it stands.
    """

    class Why(models.TextChoices):
        EXPECTED = "expected"
        PERFORMED = "performed"
        LATER_SERIES = "later_series"
        RELEASED = "released"
        QUIET = "quiet"
        SHORT = "short"

    series = models.OneToOneField("archive.Series", on_delete=models.CASCADE, related_name="arrival")
    arrivals = models.PositiveIntegerField(default=0, help_text="How often something came, repeated slices included.")
    instances = models.PositiveIntegerField(default=0)
    frames = models.PositiveIntegerField(default=0)
    carried = models.PositiveIntegerField(default=0, help_text="Frames since an association or request last ended.")
    stated = models.JSONField(
        default=dict, help_text="{source: number} of images that headers promise; null where they contradict each other."
    )
    performed = models.PositiveIntegerField(null=True, help_text="Instances that a completed MPPS lists.")
    later_begun = models.BooleanField(default=False, help_text="The scanner has begun a later series of the study.")
    interleaved = models.BooleanField(default=False, help_text="Slices came after that: it is no evidence here.")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    complete = models.BooleanField(default=False)
    why = models.CharField(max_length=12, choices=Why.choices, blank=True)
    complete_at = models.DateTimeField(null=True)
    reopened = models.PositiveIntegerField(default=0, help_text="How often a slice came after it counted as complete.")
    reopened_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=200, blank=True, help_text="What re-opened it last, as a sentence.")
    announced = models.BooleanField(default=False, help_text="Whoever waits for it has heard of this standing.")

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="series_that_arrive", condition=Q(complete=False)),
            models.Index(fields=["id"], name="arrivals_to_announce", condition=Q(announced=False)),
            models.Index(fields=["last_at"], name="arrivals_by_last_slice"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_complete_series_says_why",
                condition=Q(complete=False, why="", complete_at__isnull=True)
                | Q(complete=True, complete_at__isnull=False) & ~Q(why=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.series}: {f'complete ({self.why})' if self.complete else 'arriving'}"


class PerformedSeries(models.Model):
    """What a scanner's MPPS says of one series; it may come before the images do."""

    series_instance_uid = models.CharField(max_length=64, unique=True)
    study_instance_uid = models.CharField(max_length=64, db_index=True)
    instances = models.PositiveIntegerField()
    state = models.CharField(max_length=16, help_text="IN PROGRESS, COMPLETED or DISCONTINUED (PS3.3 C.4.14).")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "performed series"

    def __str__(self) -> str:
        return f"{self.series_instance_uid}: {self.instances} by MPPS, {self.state}"
