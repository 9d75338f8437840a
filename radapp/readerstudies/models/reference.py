"""The reference standard: the paper's chain of taggers, step by step. What a case's status is follows from its steps."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from radapp.accounts.models import AppendOnly
from radapp.readerstudies.models.cases import Case


class ReferenceStep(AppendOnly):
    """What one person of the chain concluded on one case, from what. The newest version of each step counts."""

    class Step(models.TextChoices):
        """DIGEST, Reference standard: in this order."""

        REPORT = "report"
        JUNIOR = "junior"
        ONCOLOGIST_1 = "oncologist_1"
        ONCOLOGIST_2 = "oncologist_2"
        SENIOR = "senior"

    class Basis(models.TextChoices):
        """What a conclusion rests on: the paper's criteria, this examination alone, or what came from elsewhere."""

        HISTOPATHOLOGY = "histopathology"
        GROWTH = "growth"  # on images three months before or after
        SHRINKAGE = "shrinkage"  # of a suspicious lesion after treatment
        ONE_YEAR_FREE = "one_year_free"  # no viable lesion, and none in one year of follow-up
        IMAGES = "images"  # this examination alone: a report's first word
        FOLLOW_UP = "follow_up"  # established elsewhere by follow-up, which criterion is not said
        UNSTATED = "unstated"  # established elsewhere, from what is not said

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reference_steps")
    step = models.CharField(max_length=12, choices=Step.choices)
    version = models.PositiveSmallIntegerField(default=1)
    recurrence = models.BooleanField(null=True, help_text="Viable local recurrence; null: cannot be determined.")
    basis = models.CharField(max_length=16, choices=Basis.choices)
    basis_date = models.DateField(null=True, help_text="Of the histopathology, the other images, or the end of follow-up.")
    rt_stage = models.CharField(max_length=4, blank=True, help_text="rT1 to rT4, of a recurrence.")
    sites = models.JSONField(default=list, help_text="Keys of radapp.readerstudies.anatomy.")
    kinds = models.JSONField(default=list, help_text="Such as submucosal, necrotic: keys of radapp.readerstudies.anatomy.")
    marks = models.JSONField(default=list, help_text="[{point: [x, y, z] LPS mm, radius: mm}]")
    segmentation = models.CharField(max_length=64, blank=True, help_text="SOP Instance UID of a SEG in the examination.")
    nodal_only = models.BooleanField(default=False, help_text="Recurrence in nodes alone: counts as negative.")
    debatable = models.BooleanField(default=False)
    remark = models.TextField(blank=True)
    submission = models.UUIDField(
        unique=True, default=uuid.uuid4, help_text="The client's name of this act: repeated, it is the same act."
    )
    reason = models.TextField(blank=True, help_text="Of a later version.")
    origin = models.CharField(max_length=100, blank=True, help_text="Such as 'file' and its SHA-256; empty: the page.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "step", "version"], name="one_step_of_each_version"),
            models.CheckConstraint(name="a_changed_step_has_a_reason", condition=Q(version=1) | ~Q(reason="")),
            models.CheckConstraint(
                name="nodes_alone_are_no_local_recurrence", condition=Q(nodal_only=False) | Q(recurrence=False)
            ),
            models.CheckConstraint(
                name="a_criterion_says_what_it_can_say",
                condition=Q(basis__in=["growth", "shrinkage"], recurrence=True)
                | Q(basis="one_year_free", recurrence=False)
                | Q(basis__in=["histopathology", "follow_up", "unstated"], recurrence__isnull=False)
                | Q(basis="images"),
            ),
            models.CheckConstraint(
                name="only_a_report_is_established_elsewhere",
                condition=Q(step="report") | ~Q(basis__in=["follow_up", "unstated"]),
            ),
            models.CheckConstraint(name="only_a_recurrence_has_a_stage", condition=Q(rt_stage="") | Q(recurrence=True)),
        ]

    def __str__(self) -> str:
        return f"{self.step} on {self.case}"
