"""Answers against a form: what is missing, what does not fit, what contradicts itself."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from radapp.archive.models import SequenceRole
from radapp.readerstudies.form_questions import Question

TEXT_AT_MOST = 5000
EVEN = 50
"""The likelihood that agrees with either answer."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one answer: the question's key, a word for programs, a sentence."""

    question: str
    code: str
    detail: str


@dataclass(frozen=True)
class Checked:
    """Answers that were looked at: those to questions that were asked, what stops a submission, what is to be queried."""

    answers: dict[str, Any]
    problems: tuple[Problem, ...]
    contradictions: tuple[Problem, ...]


def about(form: Sequence[Question], roles: Sequence[SequenceRole]) -> list[Question]:
    """The form where only these sequences are shown: none of the others can have decided it.

    Options of `decided_by` whose key is a sequence's (t1wi, t2wi, t1wic) are left out, the question with its last one.
    """
    unseen = {role.value.lower() for role in SequenceRole if role != SequenceRole.NONE and role not in roles}
    found = []
    for question in form:
        options = tuple(one for one in question.options if one.key not in unseen)
        if question.meaning != "decided_by" or options == question.options:
            found.append(question)
        elif options:
            found.append(question.model_copy(update={"options": options}))
    return found


def asked(form: Sequence[Question], answers: Mapping[str, Any]) -> list[Question]:
    """The questions whose conditions hold, in order."""
    found: list[Question] = []
    open_keys: set[str] = set()
    for question in form:
        condition = question.when
        if condition is None or (
            condition.question in open_keys and _holds(condition.equals, answers.get(condition.question))
        ):
            found.append(question)
            open_keys.add(question.key)
    return found


def _holds(equals: tuple[bool | str, ...], answer: Any) -> bool:
    return any(one in equals for one in (answer if isinstance(answer, list) else [answer]))


def check(form: Sequence[Question], answers: Mapping[str, Any], *, complete: bool, forced_point: bool = False) -> Checked:
    """Look at answers; `complete`: what is required and missing is a problem, too (a submission, not a draft).

    `forced_point`: the question that means location is asked and required whatever its condition says (LROC designs).
    Answers to questions that were not asked are left out; keys of no question are a problem.
    """
    questions = asked(form, answers)
    if forced_point:
        questions = [one for one in form if one in questions or one.meaning == "location"]
    problems = [
        Problem(key, "unknown_question", f"The form has no question {key!r}.")
        for key in answers
        if key not in {question.key for question in form}
    ]
    kept: dict[str, Any] = {}
    for question in questions:
        value = answers.get(question.key)
        needed = question.required or (forced_point and question.meaning == "location")
        if value is None or value in ("", []):
            if complete and needed:
                problems.append(Problem(question.key, "missing", f"{_name(question)}: an answer is needed."))
            continue
        wrong = _wrong(question, value)
        if wrong:
            problems.append(Problem(question.key, "invalid", f"{_name(question)}: {wrong}"))
        else:
            kept[question.key] = value
    return Checked(kept, tuple(problems), tuple(contradictions(form, kept)))


def contradictions(form: Sequence[Question], answers: Mapping[str, Any]) -> list[Problem]:
    """Yes with a likelihood below even, or no with one above: to be queried, never corrected (DOMAIN.md)."""
    means = {question.meaning: answers.get(question.key) for question in form if question.meaning}
    keys = {question.meaning: question.key for question in form}
    yes, likelihood = means.get("recurrence"), means.get("likelihood")
    if not isinstance(yes, bool) or not isinstance(likelihood, int):
        return []
    if likelihood < EVEN if yes else likelihood > EVEN:
        said = "yes" if yes else "no"
        words = f"Recurrence is answered {said}, its likelihood {likelihood} of 100. Is that what you mean?"
        return [Problem(keys["likelihood"], "contradiction", words)]
    return []


def _name(question: Question) -> str:
    return question.label.get("en") or next(iter(question.label.values()))


def _wrong(question: Question, value: Any) -> str:
    """What does not fit about a value, or nothing."""
    return _CHECKS[question.kind](question, value)


def _yes_no(_: Question, value: Any) -> str:
    return "" if isinstance(value, bool) else f"expected yes or no, found {value!r}"


def _scale(_: Question, value: Any) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return "" if whole and 0 <= value <= 100 else f"expected a whole number from 0 to 100, found {value!r}"


def _point(_: Question, value: Any) -> str:
    point = value.get("point") if isinstance(value, dict) else None
    sequences = {role.value for role in SequenceRole if role != SequenceRole.NONE}
    if not isinstance(value, dict) or set(value) != {"point", "sequence"} or value["sequence"] not in sequences:
        return f"expected a point and the sequence that it was marked in ({', '.join(sorted(sequences))})"
    good = isinstance(point, list) and len(point) == 3 and all(_is_number(one) for one in point)
    return "" if good else "expected three coordinates in mm"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 10_000


def _choice(question: Question, value: Any) -> str:
    known = [option.key for option in question.options]
    return "" if value in known else f"expected one of {', '.join(known)}, found {value!r}"


def _choices(question: Question, value: Any) -> str:
    known = [option.key for option in question.options]
    fits = isinstance(value, list) and all(one in known for one in value) and len(set(value)) == len(value)
    return "" if fits else f"expected some of {', '.join(known)}, each once"


def _text(_: Question, value: Any) -> str:
    fits = isinstance(value, str) and len(value) <= TEXT_AT_MOST
    return "" if fits else f"expected text of at most {TEXT_AT_MOST} characters"


_CHECKS = {
    "yes_no": _yes_no,
    "scale": _scale,
    "point": _point,
    "choice": _choice,
    "choices": _choices,
    "text": _text,
}
