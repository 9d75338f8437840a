"""By what a cell of a table says which cases it counts. No Django."""

from collections.abc import Mapping

CONDITIONS: Mapping[str, str] = {
    "cohort": "name of a cohort",
    "truth": "yes, no, none where it is not established, known where it is",
    "tier": "positive, suspicious, negative, no advice",
    "sent": "to contrast by the tactic: yes, no",
    "debatable": "yes, no",
    "judge": "who called, as tables name it",
    "call": "of the judge: yes, no, not_assessable, any for what enters the figures",
    "right": "whether the judge's call is that of the reference standard: yes, no",
    "said": "what the judge itself said, whatever a report makes of it: yes, no, not_assessable",
    "other": "a second judge",
    "other_call": "of the second judge",
    "other_right": "of the second judge",
    "again": "the judge's call where the case came back hidden: yes, no, any",
    "advice": "whether the tactic's call is that of the reference standard: right, wrong",
    "error": "of the judge, coded or not: false_positive, false_negative",
    "category": "the category in force of that error; any for one that there is",
    "cause": "a category among the causes of that error",
    "adjudicated": "whether that error was: yes",
    "scored": "yes: judge and second judge, where they are named, gave a score",
    "judges": "judges separated by |, at least one of whom called",
    "sides": "sides of a protocol separated by |: a reader of one of them gave a likelihood",
    "site": "a site of the reference standard",
    "stage": "an rT stage of the reference standard",
    "basis": "a basis of the reference standard",
    "factor": "what subgroups are split by; with group",
    "group": "a group of that factor",
}
"""{condition: what it takes}"""


USE_CONDITIONS: Mapping[str, str] = {
    "advised": "contrast, no contrast, withheld",
    "decided": "confirmed, overridden, nobody decided",
    "contrast": "an enhanced series in the archive: given, not given, unknown",
    "withheld": "why advice was, in the ledger's words; empty where it was not",
    "contrast_decided": "by a person: yes, no, empty for nobody",
    "outcome": "as the ledger names it, or established, early recurrence, due without an outcome",
    "up_to": "months: examinations of these and earlier",
}
"""{condition of the ledger: what it takes}; it takes these alone, and no other report takes any of them."""


class UnknownConditionError(ValueError):
    """A condition that there is none of, or a judge who is not in the study."""
