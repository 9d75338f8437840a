"""Why readers and networks erred: two coders, adjudication, and a proposal kept apart from them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from radapp.accounts.models import AppendOnly
from radapp.readerstudies.models.cases import Case, NetworkCall
from radapp.readerstudies.models.keys import LENGTH, new_key
from radapp.readerstudies.models.members import Membership
from radapp.readerstudies.models.readings import Answer


class CodingItem(AppendOnly):
    """One false positive or false negative of one reader or network. Coders do not see whose."""

    class Error(models.TextChoices):
        FALSE_POSITIVE = "false_positive"
        FALSE_NEGATIVE = "false_negative"

    key = models.CharField(max_length=LENGTH, unique=True, default=new_key)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="coding_items")
    error = models.CharField(max_length=16, choices=Error.choices)
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, null=True, related_name="coding_item")
    call = models.OneToOneField(NetworkCall, on_delete=models.PROTECT, null=True, related_name="coding_item")
    marker = models.JSONField(null=True, help_text="[x, y, z] LPS mm: where the reader or heatmap pointed, drawn neutrally.")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="an_error_is_of_a_reader_or_a_network",
                condition=Q(answer__isnull=False, call__isnull=True) | Q(answer__isnull=True, call__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.error} on {self.case}"


class Code(AppendOnly):
    """One coder's code of one error; submitting it locks it."""

    item = models.ForeignKey(CodingItem, on_delete=models.PROTECT, related_name="codes")
    coder = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="codes")
    place = models.PositiveSmallIntegerField(help_text="1 or 2: two codes of each error, however many coders there are.")
    primary = models.CharField(max_length=40, help_text="Key of a category.")
    contributors = models.JSONField(default=list, help_text="Keys of further categories.")
    remark = models.TextField(blank=True)
    coded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "coder"], name="one_code_of_each_coder"),
            models.UniqueConstraint(fields=["item", "place"], name="one_code_at_each_place"),
            models.CheckConstraint(name="two_codes_of_each_error", condition=Q(place__in=[1, 2])),
        ]

    def __str__(self) -> str:
        return f"{self.primary} for {self.item}"


class Adjudication(AppendOnly):
    """The code in force, decided where two coders differ."""

    item = models.OneToOneField(CodingItem, on_delete=models.PROTECT, related_name="adjudication")
    adjudicator = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    primary = models.CharField(max_length=40)
    contributors = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.primary} for {self.item}, adjudicated"


class Proposal(AppendOnly):
    """What the program would call an error, and why; shown after both codes are locked, never in their place."""

    item = models.OneToOneField(CodingItem, on_delete=models.PROTECT, related_name="proposal")
    category = models.CharField(max_length=40, blank=True, help_text="Empty: nothing is proposed.")
    evidence = models.JSONField(default=list, help_text="Sentences with their figures.")
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"proposal {self.category or '(none)'} for {self.item}"
