"""PINs, the switch of shadow mode, and what was advised at which moment."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from radapp.accounts.models import AppendOnly
from radapp.archive.models import Study
from radapp.triage.models import Result, Tier


class ConsolePin(models.Model):
    """Who may decide at the console: a person with a PIN. Radiographers need no other right in this application."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="console_pin")
    digest = models.CharField(max_length=200, help_text="As passwords are kept.")
    set_at = models.DateTimeField(auto_now=True)
    wrong = models.PositiveSmallIntegerField(default=0, help_text="Wrong PINs in a row.")
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"PIN of {self.user.username}"


class Signature(AppendOnly):
    """One signature under the console's advice being shown, or no longer. Advice is shown while both roles' stand."""

    class As(models.TextChoices):
        ADMINISTRATOR = "administrator"
        RADIOLOGIST = "radiologist"

    signed_as = models.CharField(max_length=16, choices=As.choices)
    shown = models.BooleanField(help_text="For showing advice at the console; False: back to shadow mode.")
    statement = models.TextField(help_text="What was signed, in words.")
    reason = models.TextField(blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(name="switching_off_has_a_reason", condition=Q(shown=True) | ~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{'shown' if self.shown else 'hidden'}, {self.signed_by.username} as {self.signed_as}"


class KeptAdvice(AppendOnly):
    """What the advice on one examination was from this moment on, and whether the console showed it."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="kept_advice")
    result = models.ForeignKey(Result, on_delete=models.CASCADE, null=True, related_name="+")
    tier = models.CharField(max_length=10, choices=Tier.choices, blank=True)
    final = models.CharField(max_length=10, blank=True, help_text="The tactic's call: positive, negative, pending.")
    enhanced = models.BooleanField(default=False, help_text="The result has read T1WIC.")
    given = models.BooleanField()
    text = models.TextField()
    reason = models.TextField(blank=True)
    shown = models.BooleanField(help_text="False: shadow mode.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "kept advice"

    def __str__(self) -> str:
        return f"{self.study}: {self.text}"
