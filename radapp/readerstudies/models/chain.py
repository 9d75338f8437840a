"""The audit chain of a study: every fact with the hash of the one before, and heads signed with a key kept elsewhere."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from radapp.accounts.models import AppendOnly
from radapp.readerstudies.models.study import ReaderStudy


class ChainEntry(AppendOnly):
    """One fact. `digest` is the SHA-256 of the canonical JSON of everything else in the row (radapp.readerstudies.chain)."""

    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, related_name="chain")
    sequence = models.PositiveBigIntegerField(help_text="From 1, without a gap.")
    at = models.DateTimeField(help_text="UTC by the server's clock; the sequence, not this, tells the order.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=40)
    target = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    rows = models.JSONField(
        default=dict, help_text="{name: digest} of the rows that it wrote, null of those that it removed (facts.py)."
    )
    previous = models.CharField(max_length=64, help_text="Digest of the entry before; of the first: 64 zeros.")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["study", "sequence"]
        verbose_name_plural = "chain entries"
        indexes: ClassVar = [models.Index(fields=["study", "at"], name="chain_by_time")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "sequence"], name="one_entry_of_each_sequence"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class SignedHead(AppendOnly):
    """The chain's newest digest at one moment, signed by Ed25519 with the installation's key, and written out as a file."""

    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, related_name="heads")
    sequence = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    occasion = models.CharField(max_length=40, help_text="Such as lock.")
    public_key = models.CharField(max_length=64, help_text="Ed25519, hexadecimal.")
    signature = models.CharField(max_length=128, help_text="Of the head's canonical JSON, hexadecimal.")
    signed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"head {self.sequence} of {self.study}"
