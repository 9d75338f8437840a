"""The PACS that stand behind this application: sources, what is kept of them for a while, and what goes back to them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class UpstreamSource(models.Model):
    """One PACS, asked by DICOMweb or by DIMSE. What it last answered stands here too, for every process to heed.

    No secret is kept: `secret_variable` names the environment variable that holds it.
    """

    class Kind(models.TextChoices):
        DICOMWEB = "dicomweb"
        DIMSE = "dimse"

    class Auth(models.TextChoices):
        NONE = "none"
        BASIC = "basic"
        BEARER = "bearer"

    class Retrieve(models.TextChoices):
        GET = "get"
        MOVE = "move"

    class Results(models.TextChoices):
        NONE = "none"
        HELD = "held"
        ALL = "all"

    name = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    enabled = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(default=100, help_text="The lower, the earlier: which of two is believed.")

    url = models.CharField(max_length=500, blank=True, help_text="DICOMweb: the address below which /studies lies.")
    auth = models.CharField(max_length=6, choices=Auth.choices, default=Auth.NONE)
    secret_variable = models.CharField(
        max_length=200, blank=True, help_text="Environment variable with the token, or USER:PASSWORD."
    )
    verify_tls = models.BooleanField(default=True)
    ca_file = models.CharField(max_length=500, blank=True, help_text="Certificates that its TLS is checked against.")

    host = models.CharField(max_length=255, blank=True, help_text="DIMSE")
    port = models.PositiveIntegerField(null=True)
    ae_title = models.CharField(max_length=16, blank=True, help_text="Its application entity.")
    calling_ae_title = models.CharField(max_length=16, blank=True, help_text="Ours, as it knows us.")
    retrieve_by = models.CharField(max_length=4, choices=Retrieve.choices, default=Retrieve.GET)
    move_ae_title = models.CharField(max_length=16, blank=True, help_text="Ours, as the destination of its C-MOVE.")
    move_port = models.PositiveIntegerField(null=True, help_text="The port that it knows for that destination.")

    results = models.CharField(
        max_length=4, choices=Results.choices, default=Results.NONE, help_text="held: of the studies that it holds itself."
    )
    prefetch = models.BooleanField(default=False, help_text="The day's MR studies, and their patients' earlier ones.")
    added_at = models.DateTimeField(auto_now_add=True)

    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    retry_at = models.DateTimeField(null=True, help_text="Not asked before this time; null: it answers.")
    fetch_failures = models.PositiveIntegerField(default=0, help_text="In a row, of retrieving alone.")
    fetch_retry_at = models.DateTimeField(null=True, help_text="Nothing is retrieved from it before this time.")
    answered_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["priority", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_source_has_an_address",
                condition=Q(kind="dicomweb") & ~Q(url="")
                | Q(kind="dimse", port__isnull=False) & ~Q(host="") & ~Q(ae_title="") & ~Q(calling_ae_title=""),
            ),
            models.CheckConstraint(name="a_secret_has_a_variable", condition=Q(auth="none") | ~Q(secret_variable="")),
            models.CheckConstraint(
                name="a_move_has_a_destination",
                condition=~Q(kind="dimse", retrieve_by="move") | Q(move_port__isnull=False) & ~Q(move_ae_title=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CachedStudy(models.Model):
    """A study of a source that was opened or prefetched here. It is no part of the archive."""

    source = models.ForeignKey(UpstreamSource, on_delete=models.CASCADE, related_name="studies")
    study_instance_uid = models.CharField(max_length=64, unique=True)
    record = models.JSONField(help_text="As the source described it: DICOM JSON.")
    found_at = models.DateTimeField(auto_now_add=True)
    listed_at = models.DateTimeField(null=True, help_text="When the source last named its series.")

    class Meta:
        ordering: ClassVar = ["-found_at", "-id"]
        verbose_name_plural = "cached studies"

    def __str__(self) -> str:
        return self.study_instance_uid


class CachedSeries(models.Model):
    """One series of such a study. `whole`: every instance that the source named lies in the cache, verified."""

    study = models.ForeignKey(CachedStudy, on_delete=models.CASCADE, related_name="series")
    series_instance_uid = models.CharField(max_length=64, unique=True)
    record = models.JSONField(help_text="As the source described it: DICOM JSON.")
    expected = models.PositiveIntegerField(null=True, help_text="Instances that the source counts; null: it does not say.")
    whole = models.BooleanField(default=False)
    used_at = models.DateTimeField(db_index=True, help_text="The least recently used series is given up first.")
    failed_at = models.DateTimeField(null=True, help_text="When it last could not be fetched whole; null: it could.")
    trouble = models.TextField(blank=True, help_text="Why it could not.")

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "cached series"

    def __str__(self) -> str:
        return self.series_instance_uid


class CachedInstance(models.Model):
    """One verified instance in the cache's folder, named by the SHA-256 of its bytes."""

    series = models.ForeignKey(CachedSeries, on_delete=models.CASCADE, related_name="instances")
    sop_instance_uid = models.CharField(max_length=64, unique=True)
    sop_class_uid = models.CharField(max_length=64)
    transfer_syntax_uid = models.CharField(max_length=64)
    instance_number = models.IntegerField(null=True)
    rows = models.PositiveIntegerField(null=True)
    columns = models.PositiveIntegerField(null=True)
    number_of_frames = models.PositiveIntegerField(default=1)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["instance_number", "id"]

    def __str__(self) -> str:
        return self.sop_instance_uid


class Retrieval(models.Model):
    """A person's wish to take a source's study into the archive for good, and how far it is."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    study_instance_uid = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(auto_now_add=True)
    series_done = models.PositiveIntegerField(default=0)
    series_total = models.PositiveIntegerField(null=True)
    reason = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["study_instance_uid"],
                name="one_open_retrieval_per_study",
                condition=Q(state__in=["queued", "running"]),
            ),
            models.CheckConstraint(name="a_failed_retrieval_has_a_reason", condition=~Q(state="failed") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"retrieval of {self.study_instance_uid} ({self.state})"


class Delivery(models.Model):
    """One result's way to one source. A row stays when it has arrived: it is why the result is not sent twice."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        REFUSED = "refused"
        FAILED = "failed"
        OVERTAKEN = "overtaken"

    source = models.ForeignKey(UpstreamSource, on_delete=models.CASCADE, related_name="deliveries")
    study_instance_uid = models.CharField(max_length=64)
    series_instance_uid = models.CharField(max_length=64)
    sop_instance_uid = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(db_index=True)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "sop_instance_uid"], name="a_result_goes_to_a_source_once"),
            models.CheckConstraint(name="a_sent_result_has_its_time", condition=~Q(state="sent") | Q(sent_at__isnull=False)),
            models.CheckConstraint(
                name="an_undelivered_result_has_a_reason", condition=~Q(state__in=["refused", "failed"]) | ~Q(last_error="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sop_instance_uid} to {self.source} ({self.state})"
