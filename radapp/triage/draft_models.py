"""Drafts of protocols: cutoffs that somebody found, with what they are worth. No run, no advice and no switch reads them."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DraftFrozen(ValueError):  # noqa: N818 - a refusal
    """A draft was to be changed."""


class ProtocolDraft(models.Model):
    """Two cutoffs on three bundles, and the figures of their calibration; written once.

    A protocol is what runs use; a draft is none and cannot become the active one. `source` and `inputs_sha256` say what it
    was found on.
    """

    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    t1wi = models.ForeignKey("triage.InstalledBundle", on_delete=models.PROTECT, related_name="+")
    t2wi = models.ForeignKey("triage.InstalledBundle", on_delete=models.PROTECT, related_name="+")
    t1wic = models.ForeignKey("triage.InstalledBundle", on_delete=models.PROTECT, related_name="+")
    weight_t1wi = models.FloatField()
    weight_t2wi = models.FloatField()
    first_cutoff = models.FloatField()
    second_cutoff = models.FloatField()
    t1wic_cutoff = models.FloatField()
    calibration = models.JSONField(help_text="As a protocol keeps it: figures, rule, resampling, cases without names.")
    source = models.CharField(max_length=120, help_text="Such as 'study:KEY'.")
    cohort = models.CharField(max_length=200, blank=True, help_text="Of the source; empty: all of it.")
    inputs_sha256 = models.CharField(max_length=64)
    synthetic = models.BooleanField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "version"], name="one_draft_per_version"),
            models.CheckConstraint(
                name="a_draft_s_cutoffs_in_order",
                condition=Q(second_cutoff__lte=F("first_cutoff"), second_cutoff__gte=0, first_cutoff__lte=1)
                & Q(t1wic_cutoff__gte=0, t1wic_cutoff__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Once."""
        if self.pk is not None:
            raise DraftFrozen(f"Draft {self} is written and cannot change; save another version of it.")
        super().save(*args, **kwargs)
