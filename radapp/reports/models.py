"""Saved reports: a versioned recipe over frozen inputs, the work on it, and the files that it gave."""

import zlib
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from radapp.accounts.models import AppendOnly
from radapp.readerstudies.models import ReaderStudy
from radapp.readerstudies.models.keys import LENGTH, new_key
from radapp.reports.inputs.reading import Inputs, inputs_from


class FrozenInputs(AppendOnly):
    """One data set that reports were made from, kept once however many they are."""

    sha256 = models.CharField(max_length=64, unique=True, help_text="Of the canonical JSON, hexadecimal.")
    version = models.PositiveIntegerField(help_text="Of the shape (radapp.reports.inputs.values.VERSION).")
    content = models.BinaryField(help_text="The canonical JSON, compressed by zlib.")
    cases = models.PositiveIntegerField()
    synthetic = models.BooleanField()
    frozen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "frozen inputs"

    def __str__(self) -> str:
        return f"inputs {self.sha256[:16]}"

    @property
    def canonical(self) -> bytes:
        """The canonical JSON, whose SHA-256 is `sha256`."""
        return zlib.decompress(bytes(self.content))

    def read(self) -> Inputs:
        """As analyses take them. Raises UnreadableInputsError for those of another version or hash."""
        return inputs_from(self.canonical, self.sha256)


class SavedReport(models.Model):
    """One report that somebody asked for. Claimed by lease and written only by its holder; final once done or failed."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    key = models.CharField(max_length=LENGTH, unique=True, default=new_key, help_text="Its name in addresses.")
    source = models.CharField(max_length=200, db_index=True, help_text="kind:key (radapp.reports.sources).")
    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, null=True, related_name="reports")
    definition = models.JSONField(null=True, help_text="Of a source that is no row of its own, such as a cohort.")
    inputs = models.ForeignKey(FrozenInputs, on_delete=models.PROTECT, related_name="reports")
    analysis = models.CharField(max_length=40)
    version = models.PositiveIntegerField(help_text="Of the analysis, when the report was asked for.")
    options = models.JSONField(default=dict, help_text="All of them, by name, as the analysis understood them.")
    stand = models.JSONField(help_text="How the source stood when its inputs were frozen.")
    watermark = models.BooleanField(
        default=False, help_text="Whether a source that is not final was asked for all the same."
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=20, blank=True, help_text="What is being done (radapp.reports.making.STEPS).")
    progress = models.FloatField(default=0.0, help_text="0 to 1.")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True, help_text="When it was asked for and its inputs were frozen.")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_running_saved_report_has_a_lease",
                condition=~Q(state="running") | Q(lease__isnull=False, heartbeat_at__isnull=False),
            ),
            models.CheckConstraint(name="a_failed_saved_report_says_why", condition=~Q(state="failed") | ~Q(error="")),
            models.CheckConstraint(
                name="a_saved_report_has_one_source",
                condition=Q(study__isnull=False, definition__isnull=True) | Q(study__isnull=True, definition__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.analysis} of {self.source} ({self.state})"


class ReportFile(AppendOnly):
    """One file of a report, bytes and all: written in the transaction that makes the report done."""

    report = models.ForeignKey(SavedReport, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    format = models.CharField(
        max_length=20, help_text="One of radapp.reports.files.rendering.FORMATS; page: read by the page."
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "name"], name="one_file_of_each_name"),
        ]

    def __str__(self) -> str:
        return self.name
