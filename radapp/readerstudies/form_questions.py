"""The typed questions of a reading form, with conditions and labels in several languages; and the paper's own form."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from radapp.readerstudies.anatomy import SIDES, SITES, Term

Words = Annotated[dict[str, Annotated[str, Field(max_length=2000)]], Field(min_length=1, max_length=20)]
"""{language: text}, such as {"en": "Site", "zh": "部位"}; English is there, or what there is is shown."""
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Meaning = Literal["recurrence", "likelihood", "location", "site", "side", "decided_by", "quality", "remark", ""]


class Piece(BaseModel):
    """Frozen, strict, and nothing that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Option(Piece):
    """One thing to choose."""

    key: Key
    label: Words


class Anchor(Piece):
    """A mark under a scale."""

    at: int = Field(ge=0, le=100)
    label: Words


class Condition(Piece):
    """Asked only where another question's answer is one of these (booleans, or keys of options)."""

    question: Key
    equals: tuple[bool | str, ...] = Field(min_length=1, max_length=50)


class Question(Piece):
    """One question. `meaning` tells analyses what it is, whatever it is called; each meaning stands once in a form.

    Values of answers: yes_no: bool; scale: whole number 0–100; point: {"point": [x, y, z] in LPS mm, "sequence": role};
    choice: key; choices: list of keys; text: string.
    """

    key: Key
    kind: Literal["yes_no", "scale", "point", "choice", "choices", "text"]
    label: Words
    help: dict[str, str] = Field(default_factory=dict)
    meaning: Meaning = ""
    required: bool = True
    when: Condition | None = None
    options: tuple[Option, ...] = Field(default=(), max_length=100)
    anchors: tuple[Anchor, ...] = Field(default=(), max_length=11)

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        choosing = self.kind in {"choice", "choices"}
        if choosing != bool(self.options):
            raise ValueError(f"options belong to choice and choices, and only there; found {self.kind}")
        keys = [option.key for option in self.options]
        if len(set(keys)) < len(keys):
            raise ValueError(f"each option has a key of its own; found {', '.join(keys)}")
        wanted = KINDS_OF_MEANINGS.get(self.meaning)
        if wanted and self.kind not in wanted:
            raise ValueError(f"a question that means {self.meaning} is of kind {' or '.join(wanted)}; found {self.kind}")
        return self


KINDS_OF_MEANINGS: dict[str, tuple[str, ...]] = {
    "recurrence": ("yes_no",),
    "likelihood": ("scale",),
    "location": ("point",),
    "site": ("choice", "choices"),
    "side": ("choice",),
    "decided_by": ("choice", "choices"),
    "quality": ("choice",),
    "remark": ("text",),
}


def check_form(form: tuple[Question, ...]) -> None:
    """ValueError where questions do not fit together: keys, meanings, conditions on earlier questions."""
    seen: dict[str, Question] = {}
    meanings: set[str] = set()
    for question in form:
        if question.key in seen:
            raise ValueError(f"each question has a key of its own; found {question.key} twice")
        if question.meaning and question.meaning in meanings:
            raise ValueError(f"one question means {question.meaning}; found two")
        _check_condition(question, seen)
        seen[question.key] = question
        meanings.add(question.meaning)
    missing = {"recurrence", "likelihood"} - meanings
    if missing:
        raise ValueError(f"a form asks for {' and '.join(sorted(missing))}: they make sensitivity and the ROC curve")


def _check_condition(question: Question, earlier: dict[str, Question]) -> None:
    if question.when is None:
        return
    other = earlier.get(question.when.question)
    if other is None:
        raise ValueError(f"{question.key} hangs on {question.when.question}, which is no question before it")
    allowed: set[Any] = {True, False} if other.kind == "yes_no" else {option.key for option in other.options}
    strange = [str(value) for value in question.when.equals if value not in allowed]
    if strange:
        raise ValueError(f"{question.key} hangs on {other.key} being {', '.join(strange)}, which is no answer to it")


def _options(terms: tuple[Term, ...]) -> tuple[Option, ...]:
    return tuple(Option(key=term.key, label={"en": term.english, "zh": term.chinese}) for term in terms)


_YES = Condition(question="recurrence", equals=(True,))
PAPER_FORM: tuple[Question, ...] = (
    Question(
        key="recurrence",
        kind="yes_no",
        meaning="recurrence",
        label={"en": "Local recurrence?", "zh": "局部复发？"},
    ),
    Question(
        key="likelihood",
        kind="scale",
        meaning="likelihood",
        label={"en": "Likelihood of local recurrence", "zh": "局部复发的可能性"},
        help={
            "en": "0 to 100: how likely recurrence is, not how sure you are.",
            "zh": "0–100：指复发的可能性，而非您的把握程度。",
        },
        anchors=(
            Anchor(at=0, label={"en": "certainly not", "zh": "肯定没有"}),
            Anchor(at=25, label={"en": "unlikely", "zh": "不太可能"}),
            Anchor(at=50, label={"en": "even", "zh": "各半"}),
            Anchor(at=75, label={"en": "likely", "zh": "很可能"}),
            Anchor(at=100, label={"en": "certain", "zh": "肯定有"}),
        ),
    ),
    Question(
        key="location",
        kind="point",
        meaning="location",
        label={"en": "Most suspicious point", "zh": "最可疑的点"},
        help={"en": "Click it in any image.", "zh": "在任一图像上单击。"},
        when=_YES,
    ),
    Question(
        key="site", kind="choice", meaning="site", label={"en": "Site", "zh": "部位"}, options=_options(SITES), when=_YES
    ),
    Question(
        key="side", kind="choice", meaning="side", label={"en": "Side", "zh": "侧别"}, options=_options(SIDES), when=_YES
    ),
    Question(
        key="decided_by",
        kind="choices",
        meaning="decided_by",
        label={"en": "What decided it?", "zh": "依据哪个序列？"},
        options=(
            Option(key="t1wi", label={"en": "T1", "zh": "T1"}),
            Option(key="t2wi", label={"en": "T2", "zh": "T2"}),
            Option(key="t1wic", label={"en": "Enhanced T1", "zh": "增强 T1"}),
        ),
    ),
    Question(
        key="quality",
        kind="choice",
        meaning="quality",
        label={"en": "Image quality", "zh": "图像质量"},
        options=(
            Option(key="good", label={"en": "Good", "zh": "好"}),
            Option(key="fair", label={"en": "Fair", "zh": "尚可"}),
            Option(key="poor", label={"en": "Poor", "zh": "差"}),
            Option(key="not_assessable", label={"en": "Not assessable", "zh": "无法评估"}),
        ),
    ),
    Question(key="remark", kind="text", meaning="remark", label={"en": "Remark", "zh": "备注"}, required=False),
)
"""DIGEST, Reader study, and DOMAIN.md: yes or no first, then likelihood; where, what decided it, quality, remark."""
