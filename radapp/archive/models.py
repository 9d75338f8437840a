"""What the archive holds: studies, series, instances, what was set aside, and how it came in."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from radapp.archive.arrival_models import PerformedSeries as PerformedSeries
from radapp.archive.arrival_models import SeriesArrival as SeriesArrival
from radapp.archive.byte_models import ByteIndex as ByteIndex
from radapp.archive.byte_models import Discarded as Discarded
from radapp.archive.deletion_models import Deletion as Deletion
from radapp.archive.indexes import FoldedIndex, NameGroup
from radapp.archive.rejection_models import MergedStudy as MergedStudy
from radapp.archive.rejection_models import PatientMerge as PatientMerge
from radapp.archive.rejection_models import Rejection as Rejection
from radapp.archive.rejection_models import RejectionNote as RejectionNote

NAME = models.CharField(max_length=324)


class SequenceRole(models.TextChoices):
    """Which of the tactic's sequences a series is."""

    T1WI = "T1WI"
    T2WI = "T2WI"
    T1WIC = "T1WIC"
    NONE = "none"


class Source(models.TextChoices):
    """How bytes came in."""

    IMPORT = "import"
    PAGE = "page"
    STOW = "stow"
    DIMSE = "dimse"
    UPSTREAM = "upstream"
    GENERATED = "generated"


class Study(models.Model):
    """One examination. Attributes are those of the first instance received; nothing stored changes by itself."""

    study_instance_uid = models.CharField(max_length=64, unique=True)
    patient_id = models.CharField(max_length=64, blank=True, db_index=True)
    issuer_of_patient_id = models.CharField(max_length=64, blank=True)
    patient_name = models.CharField(max_length=324, blank=True, db_index=True, help_text="DICOM PN, ^-separated.")
    ideographic_name = models.GeneratedField(expression=NameGroup("patient_name", 2), output_field=NAME, db_persist=True)
    phonetic_name = models.GeneratedField(expression=NameGroup("patient_name", 3), output_field=NAME, db_persist=True)
    patient_sex = models.CharField(max_length=16, blank=True)
    patient_birth_date = models.DateField(null=True)
    study_date = models.DateField(null=True, db_index=True)
    study_time = models.CharField(max_length=16, blank=True, help_text="DICOM TM as received.")
    accession_number = models.CharField(max_length=64, blank=True, db_index=True)
    study_id = models.CharField(max_length=64, blank=True)
    study_description = models.CharField(max_length=256, blank=True)
    referring_physician_name = models.CharField(max_length=324, blank=True)
    source = models.CharField(max_length=16, choices=Source.choices)
    synthetic = models.BooleanField(default=False, help_text="Made by ml.phantom, said so in the data set.")
    received_at = models.DateTimeField(auto_now_add=True)
    images_deleted_at = models.DateTimeField(
        null=True, help_text="Its images were deleted; the row stays for what stands on it (radapp.archive.deletion)."
    )

    class Meta:
        ordering: ClassVar = ["-received_at", "-id"]
        indexes: ClassVar = [
            models.Index(
                F("received_at").desc(), F("id").desc(), name="studies_shown", condition=Q(images_deleted_at__isnull=True)
            ),
            FoldedIndex(fields=["patient_name"], name="studies_by_name"),
            FoldedIndex(fields=["ideographic_name"], name="studies_by_ideographic_name"),
            FoldedIndex(fields=["phonetic_name"], name="studies_by_phonetic_name"),
        ]

    def __str__(self) -> str:
        return self.study_instance_uid


class Series(models.Model):
    """One series, with the role that recognition or a person gave it."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="series")
    series_instance_uid = models.CharField(max_length=64, unique=True)
    modality = models.CharField(max_length=16, blank=True)
    series_number = models.IntegerField(null=True)
    series_description = models.CharField(max_length=256, blank=True)
    series_date = models.DateField(null=True)
    series_time = models.CharField(max_length=16, blank=True)
    body_part_examined = models.CharField(max_length=64, blank=True)
    protocol_name = models.CharField(max_length=256, blank=True)
    manufacturer = models.CharField(max_length=256, blank=True)
    station_name = models.CharField(max_length=64, blank=True)
    frame_of_reference_uid = models.CharField(max_length=64, blank=True)
    performed_start_date = models.DateField(null=True, help_text="Of the performed procedure step.")
    performed_start_time = models.CharField(max_length=16, blank=True)
    scheduled_step_id = models.CharField(max_length=64, blank=True, help_text="Of the first request that it names.")
    requested_procedure_id = models.CharField(max_length=64, blank=True)
    generated = models.BooleanField(default=False, help_text="Written by this application (heatmaps).")
    superseded_at = models.DateTimeField(
        null=True, help_text="When newer objects of this application took its place; it stays as it is."
    )
    received_at = models.DateTimeField(auto_now_add=True)

    recognised_role = models.CharField(max_length=8, choices=SequenceRole.choices, default=SequenceRole.NONE)
    evidence = models.CharField(max_length=1000, blank=True, help_text="Why it has its role, in words.")
    plane = models.CharField(max_length=16, blank=True, help_text="axial, sagittal, coronal, oblique or empty.")
    acquisition = models.CharField(max_length=4, blank=True, help_text="2D or 3D.")
    fat_saturated = models.BooleanField(null=True)
    preference = models.FloatField(default=0.0, help_text="Higher is the better candidate among series of one role.")
    # NULL, not empty: "nobody assigned one" is no role, and the constraint below says so.
    assigned_role = models.CharField(max_length=8, choices=SequenceRole.choices, null=True)  # noqa: DJ001
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["series_number", "id"]
        verbose_name_plural = "series"
        indexes: ClassVar = [models.Index(fields=["modality", "study"], name="series_by_modality")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="assigned_role_names_a_person",
                condition=Q(assigned_role__isnull=True, assigned_by__isnull=True)
                | Q(assigned_role__isnull=False, assigned_by__isnull=False, assigned_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.series_instance_uid

    @property
    def role(self) -> str:
        """The role in force: a person's over the recognised one."""
        return self.assigned_role or self.recognised_role


class ShownInstances(models.Manager["Instance"]):
    """The instances that no rejection note hides: those that every question means, but questions about bytes."""

    def get_queryset(self) -> models.QuerySet["Instance"]:
        """Without the hidden ones."""
        return super().get_queryset().filter(rejected=False)


class Instance(models.Model):
    """One SOP instance; its bytes lie in storage under their SHA-256, exactly as received.

    `objects` leaves out what a rejection note hides, also through `series.instances`; joins (`series__instances`) do not.
    `every` has them all.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="instances")
    sop_instance_uid = models.CharField(max_length=64, unique=True)
    sop_class_uid = models.CharField(max_length=64)
    transfer_syntax_uid = models.CharField(max_length=64)
    instance_number = models.IntegerField(null=True)
    rows = models.PositiveIntegerField(null=True)
    columns = models.PositiveIntegerField(null=True)
    number_of_frames = models.PositiveIntegerField(default=1)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    dataset_digest = models.CharField(
        max_length=64, help_text="SHA-256 of the data set without file meta information and group lengths."
    )
    pixel_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the pixel data's value, or empty.")
    source = models.CharField(max_length=16, choices=Source.choices)
    received_at = models.DateTimeField(auto_now_add=True)
    rejected = models.BooleanField(default=False, help_text="A rejection note hides it (radapp.archive.rejections).")

    objects: ClassVar = ShownInstances()
    every: ClassVar = models.Manager()

    class Meta:
        ordering: ClassVar = ["instance_number", "id"]
        indexes: ClassVar = [
            models.Index(fields=["series", "rejected"], name="instances_shown_of_a_series"),
            models.Index(fields=["series"], name="rejected_instances", condition=Q(rejected=True)),
        ]

    def __str__(self) -> str:
        return self.sop_instance_uid


class SetAside(models.Model):
    """Another data set under a stored SOP Instance UID, equal pixels: kept for an administrator to accept or refuse."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    class Decision(models.TextChoices):
        ACCEPTED = "accepted"
        REFUSED = "refused"

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="set_aside")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    transfer_syntax_uid = models.CharField(max_length=64)
    dataset_digest = models.CharField(max_length=64)
    differences = models.JSONField(help_text="[{keyword, tag, stored, received}], the attributes that differ.")
    source = models.CharField(max_length=16, choices=Source.choices)
    received_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "set aside"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["instance", "dataset_digest"], name="set_aside_once_per_data_set"),
            models.CheckConstraint(
                name="decision_names_a_person",
                condition=Q(state="waiting", decided_by__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"set aside: {self.instance.sop_instance_uid}"


class Intake(models.Model):
    """One act of taking studies in (a drop on the page, an import, a STOW request): what came, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    source = models.CharField(max_length=16, choices=Source.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    active_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True)
    stored = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    set_aside = models.JSONField(default=list, help_text="[{path, reason}]")
    refused = models.JSONField(default=list, help_text="[{path, reason}]")
    studies = models.JSONField(default=list, help_text="Study Instance UIDs touched.")
    storage_full = models.BooleanField(default=False, help_text="The disk was full before every file was in.")

    class Meta:
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="intake_ends_after_it_starts",
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
            )
        ]

    def __str__(self) -> str:
        return f"intake {self.id} ({self.source})"


class StudyChange(models.Model):
    """The change counter that feeds the page's live events: one row whenever what a worklist row shows has changed."""

    study_instance_uid = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.id} {self.study_instance_uid}"
