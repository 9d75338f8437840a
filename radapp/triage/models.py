"""Bundles, protocols, runs and their results: the facts behind a tier."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Concat

from ml.explanation import ON_DEMAND
from radapp.archive.models import SequenceRole, Study
from radapp.triage.draft_models import ProtocolDraft as ProtocolDraft
from radapp.triage.report_models import Report as Report
from radapp.triage.report_models import ReportDue as ReportDue
from radapp.triage.report_models import ReportObject as ReportObject
from radapp.triage.report_models import Segmentation as Segmentation
from radapp.triage.training_models import TrainingCase as TrainingCase
from radapp.triage.training_models import TrainingSet as TrainingSet
from radapp.triage.training_models import Truth as Truth


class Tier(models.TextChoices):
    """The tactic's tiers (DIGEST: cutoffs on the T1_T2 score)."""

    POSITIVE = "positive"
    SUSPICIOUS = "suspicious"
    NEGATIVE = "negative"


class State(models.TextChoices):
    """Where a study stands. WAITING and NOT_ASSESSABLE belong to a study, the others to its current run too."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    NOT_ASSESSABLE = "not_assessable"
    FAILED = "failed"


class ProtocolFrozen(ValueError):  # noqa: N818 - a refusal
    """A protocol that a run used was to be changed."""


class InstalledBundle(models.Model):
    """A model bundle on disk (ml.bundle), addressed by its hash and never changed."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=8, choices=SequenceRole.choices)
    architecture = models.CharField(max_length=50)
    path = models.CharField(max_length=500, help_text="Folder, relative to the project's root or absolute.")
    manifest = models.JSONField(help_text="bundle.json as installed.")
    synthetic = models.BooleanField()
    fat_saturated = models.BooleanField(null=True)
    installed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:8]}"


class Protocol(models.Model):
    """Three bundles, fusion weights and cutoffs; versioned, immutable once a run used it."""

    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    t1wi = models.ForeignKey(InstalledBundle, on_delete=models.PROTECT, related_name="+")
    t2wi = models.ForeignKey(InstalledBundle, on_delete=models.PROTECT, related_name="+")
    t1wic = models.ForeignKey(InstalledBundle, on_delete=models.PROTECT, related_name="+")
    weight_t1wi = models.FloatField(default=0.5)
    weight_t2wi = models.FloatField(default=0.5)
    first_cutoff = models.FloatField(help_text="c1: positive at or above, on the T1_T2 score.")
    second_cutoff = models.FloatField(help_text="c2: suspicious from here to below c1, negative below.")
    t1wic_cutoff = models.FloatField()
    calibration = models.JSONField(default=dict, help_text="Where the cutoffs come from, with figures.")
    calibrated_on = models.CharField(
        max_length=200,
        blank=True,
        help_text="SHA-256 of the bundles its cutoffs were found on, T1WI T2WI T1WIC; empty: unknown, no advice is given.",
    )
    active = models.BooleanField(default=False)
    synthetic = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "version"], name="one_protocol_per_version"),
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="one_active_protocol"),
            models.CheckConstraint(
                name="cutoffs_in_order",
                condition=Q(second_cutoff__lte=F("first_cutoff"), second_cutoff__gte=0, first_cutoff__lte=1)
                & Q(t1wic_cutoff__gte=0, t1wic_cutoff__lte=1),
            ),
            models.CheckConstraint(
                name="calibrated_on_its_own_bundles",
                condition=Q(calibrated_on="")
                | Q(
                    calibrated_on=Concat("t1wi_id", Value(" "), "t2wi_id", Value(" "), "t1wic_id", output_field=CharField())
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to change what a run has used; only `active` may change then. Changing a protocol makes a new version."""
        if self.pk is not None and self.runs.exists():
            stored = Protocol.objects.get(pk=self.pk)
            names = [field.attname for field in self._meta.concrete_fields if field.name != "active"]
            changed = [name for name in names if getattr(stored, name) != getattr(self, name)]
            if changed:
                raise ProtocolFrozen(
                    f"Protocol {stored} has been used and cannot change ({', '.join(changed)}); make a new version of it."
                )
        super().save(*args, **kwargs)


class Run(models.Model):
    """One attempt series at one input: claimed by lease, written only by the holder of the lease (fencing token)."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        NOT_ASSESSABLE = "not_assessable"
        FAILED = "failed"
        SUPERSEDED = "superseded"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="runs")
    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="runs")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 over input instances and roles.")
    inputs = models.JSONField(help_text="{role: series_instance_uid} the run reads.")
    urgent = models.BooleanField(default=False, help_text="The patient is on the table: read before the others.")
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    stage = models.CharField(max_length=40, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "protocol", "fingerprint"], name="one_run_per_input"),
            models.UniqueConstraint(
                fields=["study"], condition=Q(state__in=["queued", "running"]), name="one_open_run_per_study"
            ),
            models.CheckConstraint(
                name="running_has_a_lease",
                condition=~Q(state="running") | Q(lease__isnull=False, heartbeat_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.id} of {self.study} ({self.state})"


class Result(models.Model):
    """What a run found. Written once, in the transaction that the run's tier is committed in; heatmaps follow."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="result")
    score_t1wi = models.FloatField()
    score_t2wi = models.FloatField()
    score_t1_t2 = models.FloatField()
    score_t1wic = models.FloatField(null=True)
    tier = models.CharField(max_length=10, choices=Tier.choices)
    series = models.JSONField(help_text="[{uid, role, evidence, resampled}] as read.")
    bundles = models.JSONField(help_text="{role: sha256}")
    preprocessing = models.JSONField(default=dict)
    guards = models.JSONField(default=list, help_text="Sentences: why advice must be withheld whatever the scores say.")
    notes = models.JSONField(
        default=list, help_text="Sentences a reader of the result should know (resampled, T1WIC unreadable)."
    )
    synthetic = models.BooleanField(help_text="The model or the case is synthetic.")
    created_at = models.DateTimeField(auto_now_add=True)
    heatmaps_at = models.DateTimeField(null=True, help_text="When every heatmap object was stored; done means this too.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="results_by_time")]

    def __str__(self) -> str:
        return f"{self.tier} ({self.score_t1_t2:.3f})"


class Heatmap(models.Model):
    """One stored Parametric Map of one network."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="heatmaps")
    sequence = models.CharField(max_length=8, choices=SequenceRole.choices)
    sop_instance_uid = models.CharField(max_length=64, unique=True)
    series_instance_uid = models.CharField(max_length=64)
    peak = models.JSONField(
        null=True, help_text="[x, y, z] of the maximum, LPS mm; null where no cell speaks for recurrence."
    )
    cell_size = models.JSONField(help_text="[slice, row, column] cell of the activation map, mm.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["result", "sequence"], name="one_heatmap_per_network")]

    def __str__(self) -> str:
        return f"heatmap {self.sequence} {self.sop_instance_uid}"


class Explanation(models.Model):
    """One further map that a person asked for: one network of one result, by a method that takes many passes.

    Claimed by lease and written only by its holder, like a run; asking again for the same is the same row.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="explanations")
    sequence = models.CharField(max_length=8, choices=SequenceRole.choices)
    method = models.CharField(max_length=24, choices=[(method.value, method.value) for method in ON_DEMAND])
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    percent = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    sop_instance_uid = models.CharField(max_length=64, blank=True)
    series_instance_uid = models.CharField(max_length=64, blank=True)
    peak = models.JSONField(
        null=True, help_text="[x, y, z] of the maximum, LPS mm; null where nothing speaks for recurrence."
    )
    cell_size = models.JSONField(default=list, help_text="[slice, row, column] of one cell of the map, mm.")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["result", "sequence", "method"], name="one_explanation_per_method"),
            models.CheckConstraint(
                name="a_running_explanation_has_a_lease",
                condition=~Q(state="running") | Q(lease__isnull=False, heartbeat_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_finished_explanation_has_its_object", condition=~Q(state="done") | ~Q(sop_instance_uid="")
            ),
            models.CheckConstraint(name="a_failed_explanation_has_a_reason", condition=~Q(state="failed") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.sequence} ({self.state})"


class StudyTriage(models.Model):
    """Where a study stands now: one row per study, what the worklist sorts and filters by. Derived, kept by services."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="triage")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.ForeignKey(
        Result,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Of `run`, or of the run before while it is open.",
    )
    tier = models.CharField(max_length=10, choices=Tier.choices, blank=True, help_text="Empty: no tier.")
    score = models.FloatField(null=True, help_text="T1_T2 score.")
    waiting_since = models.DateTimeField(
        null=True, db_index=True, help_text="When the newest images came, while a role is missing."
    )
    considered_at = models.DateTimeField(null=True, help_text="When the stored images were last weighed.")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "study triage"
        indexes: ClassVar = [
            models.Index(fields=["score", "study"], name="triage_by_score"),
            models.Index(fields=["tier", "study"], name="triage_by_tier"),
            models.Index(fields=["state", "study"], name="triage_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.study}: {self.state}"


class ScopeAnswer(models.Model):
    """One answer to one scope question of one examination. Append-only: the newest counts."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="scope_answers")
    question = models.CharField(max_length=40)
    answer = models.BooleanField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.question}: {'yes' if self.answer else 'no'}"


class Confirmation(models.Model):
    """A named radiologist's decision about contrast for one result. Append-only: the newest counts, all are kept."""

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed"
        OVERRIDDEN = "overridden"

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="confirmations")
    decision = models.CharField(max_length=12, choices=Decision.choices)
    contrast = models.BooleanField(help_text="Whether the examination goes on to contrast.")
    advice_given = models.BooleanField(help_text="Whether advice stood on the screen at that moment.")
    advice_text = models.TextField()
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="an_override_has_a_reason", condition=Q(decision="confirmed") | ~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{self.decision} by {self.decided_by.username}"


class WorkerProcess(models.Model):
    """One worker process as it last described itself: a row for each place (node and slot), taken over by who follows."""

    node = models.CharField(max_length=200, help_text="Celery's name of the worker.")
    slot = models.PositiveSmallIntegerField(help_text="Which of the node's processes.")
    pid = models.PositiveIntegerField()
    device = models.CharField(max_length=20, help_text="cpu, or cuda:N.")
    device_name = models.CharField(max_length=200)
    threads = models.PositiveSmallIntegerField()
    batch = models.PositiveSmallIntegerField(help_text="Studies it reads in one forward pass at most.")
    networks = models.JSONField(
        default=list, help_text="[{sha256, name, role, architecture, backend, precision, megabytes, remarks}] kept ready."
    )
    current = models.JSONField(default=list, help_text="Numbers of the runs it works on.")
    memory_mb = models.FloatField(help_text="Resident memory of the process.")
    device_memory_mb = models.FloatField(null=True, help_text="What it holds of the accelerator's memory.")
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    warm_at = models.DateTimeField(null=True, help_text="When it had its networks ready.")
    heartbeat_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, help_text="When it ended in order.")

    class Meta:
        ordering: ClassVar = ["node", "slot"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "slot"], name="one_row_per_worker_process"),
            models.CheckConstraint(
                name="an_error_has_its_time",
                condition=Q(last_error="", last_error_at__isnull=True)
                | (~Q(last_error="") & Q(last_error_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node}/{self.slot}"
