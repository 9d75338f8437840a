"""Who reads what, when and under which arm: rows made once, from the study's seed, when it is opened."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from radapp.accounts.models import AppendOnly
from radapp.readerstudies.models.cases import Case
from radapp.readerstudies.models.keys import LENGTH, new_key
from radapp.readerstudies.models.members import Membership


class Session(AppendOnly):
    """One sitting of one reader. A later one begins no earlier than the washout after the last answer of the one before."""

    key = models.CharField(max_length=LENGTH, unique=True, default=new_key)
    reader = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(help_text="From 1.")
    washout_days = models.PositiveSmallIntegerField(default=0, help_text="Since the session before.")

    class Meta:
        ordering: ClassVar = ["reader", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reader", "number"], name="one_session_of_each_number"),
            models.CheckConstraint(
                name="at_least_four_weeks_between_sessions", condition=Q(number=1) | Q(washout_days__gte=28)
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.number} of {self.reader}"


class Assignment(AppendOnly):
    """One case at one place in one reader's order. Its key is all that the reader hears of which case it is."""

    key = models.CharField(max_length=LENGTH, unique=True, default=new_key)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="assignments")
    position = models.PositiveIntegerField(help_text="From 1 in its session; practice cases come first.")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    arm = models.CharField(max_length=40, help_text="Key of an arm of the protocol.")
    practice = models.BooleanField(default=False)
    repeat = models.BooleanField(default=False, help_text="A hidden repeat: this reader read the case before.")

    class Meta:
        ordering: ClassVar = ["session", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "position"], name="one_case_at_each_position"),
            models.UniqueConstraint(fields=["session", "case", "arm", "repeat"], name="a_case_once_in_an_order"),
        ]

    def __str__(self) -> str:
        return f"{self.position} in {self.session}"
