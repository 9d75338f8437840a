"""Facts about stored bytes, by their SHA-256: where the pixels lie in them, and which of them are to go."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class ByteIndex(models.Model):
    """Where the pixel data lies in stored bytes, so that a frame is sent without parsing. Bytes never change, nor does this.

    Made when the bytes are stored; for older ones at the first look (radapp.archive.byte_index).
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    transfer_syntax_uid = models.CharField(max_length=64)
    bare = models.BooleanField(help_text="Without preamble and DICM at byte 128.")
    keyword = models.CharField(max_length=24, blank=True, help_text="Of the pixel element; empty: no frames can be read.")
    offset = models.BigIntegerField(default=0, help_text="Of the pixel data's value in the stored bytes.")
    length = models.BigIntegerField(default=0, help_text="Of the value, in bytes.")
    frames = models.PositiveIntegerField(default=0)
    frame_bits = models.BigIntegerField(default=0, help_text="Of one uncompressed frame.")
    bits_allocated = models.PositiveIntegerField(default=0)
    # NULL, not empty: "cannot be told apart by frames" is no list of fragments.
    ranges = models.BinaryField(
        null=True, help_text="Compressed frames: radapp.archive.fragments.pack; NULL: not told apart."
    )

    class Meta:
        verbose_name_plural = "byte indices"

    def __str__(self) -> str:
        return self.sha256


class Discarded(models.Model):
    """Bytes that no row named when they were marked. They go in two steps once due, and never while a row names them."""

    class Step(models.TextChoices):
        MARKED = "marked"
        REMOVED = "removed"  # lie among the removed ones, from where a read brings them back

    sha256 = models.CharField(max_length=64, primary_key=True)
    step = models.CharField(max_length=8, choices=Step.choices, default=Step.MARKED)
    marked_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(db_index=True, help_text="When the next step may be taken.")

    class Meta:
        ordering: ClassVar = ["due_at"]
        verbose_name_plural = "discarded"
        constraints: ClassVar = [
            models.CheckConstraint(name="discarded_step_is_known", condition=Q(step__in=["marked", "removed"]))
        ]

    def __str__(self) -> str:
        return f"{self.sha256} {self.step}"
