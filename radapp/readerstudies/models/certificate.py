"""What the blinding check found, as it was signed under."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from radapp.accounts.models import AppendOnly
from radapp.readerstudies.models.study import ReaderStudy


class BlindingCertificate(AppendOnly):
    """One run of the blinding check (radapp.readerstudies.blinding.certificate). The newest counts."""

    study = models.ForeignKey(ReaderStudy, on_delete=models.PROTECT, related_name="certificates")
    ok = models.BooleanField()
    content = models.JSONField(help_text="As it is printed; it names cases by their numbers, and nobody.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"blinding certificate of {self.study} ({'ok' if self.ok else 'not ok'})"
