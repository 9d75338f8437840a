"""Who may talk DICOM to the archive, and what modalities tell of their performed procedure steps."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Peer(models.Model):
    """One application entity that is allow-listed. Who calls with another title, or from elsewhere, is rejected."""

    ae_title = models.CharField(max_length=16, unique=True)
    address = models.CharField(max_length=64, help_text="An IP address, or a network such as 10.1.2.0/24.")
    port = models.PositiveIntegerField(null=True, help_text="Where it listens: it may then be the destination of C-MOVE.")
    description = models.CharField(max_length=200, blank=True)
    may_echo = models.BooleanField(default=True)
    may_store = models.BooleanField(default=False)
    may_find = models.BooleanField(default=False)
    may_move = models.BooleanField(default=False)
    may_get = models.BooleanField(default=False)
    may_report = models.BooleanField(default=False, help_text="Performed procedure steps (MPPS).")
    tls = models.BooleanField(default=False, help_text="It calls, and is called, by TLS only.")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["ae_title"]
        constraints: ClassVar = [
            models.CheckConstraint(name="peer_has_a_title_and_an_address", condition=~Q(ae_title="") & ~Q(address="")),
            models.CheckConstraint(
                name="peer_port_is_one", condition=Q(port__isnull=True) | Q(port__gte=1, port__lte=65535)
            ),
            models.CheckConstraint(
                name="a_destination_is_one_machine", condition=Q(port__isnull=True) | ~Q(address__contains="/")
            ),
        ]

    def __str__(self) -> str:
        return self.ae_title


class PerformedStep(models.Model):
    """A Modality Performed Procedure Step (PS3.4 annex F): begun by N-CREATE, completed or discontinued by N-SET."""

    class State(models.TextChoices):
        IN_PROGRESS = "IN PROGRESS"
        COMPLETED = "COMPLETED"
        DISCONTINUED = "DISCONTINUED"

    sop_instance_uid = models.CharField(max_length=64, unique=True)
    peer = models.CharField(max_length=16, help_text="The AE title that told of it.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.IN_PROGRESS)
    step_id = models.CharField(max_length=64, blank=True, help_text="Performed Procedure Step ID.")
    modality = models.CharField(max_length=16, blank=True)
    station = models.CharField(max_length=64, blank=True, help_text="Performed Station AE Title.")
    study_uids = models.JSONField(default=list, help_text="Study Instance UIDs of the scheduled steps it performs.")
    begun = models.CharField(max_length=32, blank=True, help_text="Start date and time as the modality has them.")
    ended = models.CharField(max_length=32, blank=True, help_text="End date and time as the modality has them.")
    received_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="performed_step_state", condition=Q(state__in=["IN PROGRESS", "COMPLETED", "DISCONTINUED"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.sop_instance_uid} {self.state}"


class StepSeries(models.Model):
    """One series of a performed step, with the instances that the modality says it has made."""

    step = models.ForeignKey(PerformedStep, on_delete=models.CASCADE, related_name="series")
    series_instance_uid = models.CharField(max_length=64)
    description = models.CharField(max_length=256, blank=True)
    instance_uids = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "step series"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "series_instance_uid"], name="a_series_once_in_a_step")
        ]

    def __str__(self) -> str:
        return f"{self.series_instance_uid}: {len(self.instance_uids)}"
