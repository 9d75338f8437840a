"""The scope of the advice: six questions asked once per examination, where the data do not say (DOMAIN, "Scope")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from radapp.triage.models import ScopeAnswer


@dataclass(frozen=True)
class Question:
    """One question; yes puts the examination out of scope, for the reason that `statement` words."""

    key: str
    text: str
    statement: str


QUESTIONS: tuple[Question, ...] = (
    Question("within_three_months", "Is this within 3 months after radiotherapy?", "under 3 months after radiotherapy"),
    Question("nasopharyngeal_surgery", "Was there surgery to the nasopharynx?", "surgery to the nasopharynx"),
    Question("other_tumour", "Is there another tumour in the nasopharynx?", "another tumour in the nasopharynx"),
    Question("new_symptoms", "Are there new symptoms?", "new symptoms"),
    Question("rising_ebv_dna", "Is EBV-DNA rising?", "rising EBV-DNA"),
    Question("other_reason_for_contrast", "Is there another reason for contrast?", "another reason for contrast"),
)
KEYS = frozenset(question.key for question in QUESTIONS)


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question and its newest answer; `answer` is None while nobody answered."""

    key: str
    text: str
    answer: bool | None
    by: str
    at: datetime | None


@dataclass(frozen=True)
class ScopeStanding:
    """Where an examination stands on all questions."""

    questions: tuple[AnsweredQuestion, ...]

    @property
    def asked(self) -> int:
        """How many questions there are."""
        return len(self.questions)

    @property
    def unanswered(self) -> list[str]:
        """Keys nobody answered."""
        return [question.key for question in self.questions if question.answer is None]

    @property
    def out_of_scope(self) -> list[Question]:
        """The questions answered with yes."""
        answered_yes = {question.key for question in self.questions if question.answer}
        return [question for question in QUESTIONS if question.key in answered_yes]

    def as_shape(self) -> dict[str, object]:
        """As the API gives it."""
        return {
            "questions": self.questions,
            "complete": not self.unanswered,
            "out_of_scope": [question.key for question in self.out_of_scope],
        }


def standing(newest: Mapping[str, ScopeAnswer]) -> ScopeStanding:
    """The standing from the newest answer per question key."""
    return ScopeStanding(tuple(_answered(question, newest.get(question.key)) for question in QUESTIONS))


def _answered(question: Question, answer: ScopeAnswer | None) -> AnsweredQuestion:
    if answer is None:
        return AnsweredQuestion(question.key, question.text, None, "", None)
    return AnsweredQuestion(question.key, question.text, answer.answer, answer.answered_by.display_name, answer.answered_at)


def standings(study_ids: Iterable[int]) -> dict[int, ScopeStanding]:
    """The standing of each study (by primary key), in one query."""
    wanted = list(study_ids)
    newest: dict[int, dict[str, ScopeAnswer]] = {study_id: {} for study_id in wanted}
    for answer in ScopeAnswer.objects.filter(study_id__in=wanted).select_related("answered_by").order_by("id"):
        newest[answer.study_id][answer.question] = answer
    return {study_id: standing(answers) for study_id, answers in newest.items()}
