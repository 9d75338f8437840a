"""The cases of a study, those that were left out and why, and what the networks say of each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from radapp.accounts.models import AppendOnly
from radapp.archive.models import Study
from radapp.readerstudies.models.keys import LENGTH, new_key
from radapp.readerstudies.models.study import ReaderStudy
from radapp.triage.models import Result


class Case(models.Model):
    """One examination that was looked at for a study: in it, left out with a reason, or withdrawn after opening."""

    class State(models.TextChoices):
        INCLUDED = "included"
        EXCLUDED = "excluded"
        WITHDRAWN = "withdrawn"

    class Exclusion(models.TextChoices):
        """The paper's four (DIGEST, Cohorts) and free text."""

        IMAGE_QUALITY = "image_quality"  # artefacts or incomplete images
        UNCONFIRMED = "unconfirmed"  # diagnosis not confirmed
        OTHER_TUMOUR = "other_tumour"  # another tumour at the site
        SURGERY = "surgery"  # to the nasopharynx
        OTHER = "other"

    key = models.CharField(max_length=LENGTH, unique=True, default=new_key)
    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField(help_text="From 1, as the cases were added; investigators call it by this.")
    # Null: only in imported, finished studies.
    examination = models.ForeignKey(Study, on_delete=models.PROTECT, null=True, related_name="+")
    prior = models.ForeignKey(Study, on_delete=models.PROTECT, null=True, related_name="+", help_text="Of the same patient.")
    external_id = models.CharField(max_length=64, blank=True, help_text="Its name where an imported study was read.")
    patient = models.CharField(
        max_length=64, help_text="One patient, one pseudonym of this study: for clustered statistics."
    )
    cohort = models.CharField(max_length=64, blank=True, help_text="Such as internal or external.")
    practice = models.BooleanField(default=False, help_text="Read first, with feedback; in no analysis.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.INCLUDED)
    exclusion = models.CharField(max_length=16, choices=Exclusion.choices, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was left out or withdrawn, in words.")
    synthetic = models.BooleanField(default=False)
    shown = models.JSONField(
        default=dict,
        help_text="{role, or 'prior role': Series Instance UID} as certified: seen from then on.",
    )
    added_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "number"], name="one_case_of_each_number"),
            models.UniqueConstraint(
                fields=["study", "examination"],
                condition=Q(examination__isnull=False),
                name="an_examination_once_in_a_study",
            ),
            models.CheckConstraint(
                name="what_is_left_out_has_a_reason",
                condition=Q(state="included", exclusion="")
                | Q(state="excluded") & ~Q(exclusion="") & (~Q(exclusion="other") | ~Q(reason=""))
                | Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.number} of {self.study}"


class NetworkCall(AppendOnly):
    """What one network, or the tactic, says of one case: taken from its result when the study is locked, or imported."""

    class Network(models.TextChoices):
        T1WI = "T1WI"
        T2WI = "T2WI"
        T1_T2 = "T1_T2"
        T1WIC = "T1WIC"
        DARNDEST = "DARNDEST"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="calls")
    network = models.CharField(max_length=8, choices=Network.choices)
    score = models.FloatField(null=True, help_text="Null for the tactic, which has no score of its own.")
    cutoff = models.FloatField(null=True)
    positive = models.BooleanField(null=True, help_text="Null: not assessable.")
    tier = models.CharField(max_length=10, blank=True)
    peak = models.JSONField(null=True, help_text="[x, y, z] of its heatmap's maximum, LPS mm.")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, related_name="+")
    synthetic = models.BooleanField(default=False)
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "network"], name="one_call_of_each_network"),
            models.CheckConstraint(
                name="a_score_is_a_probability", condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} on {self.case}"
