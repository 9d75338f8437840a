"""The protocol of a reader study as one typed, frozen value, as it is stored in `draft` and `ProtocolVersion.content`.

Shape alone is checked here (types, ranges, names that must agree); whether a study may be opened is `desk.checking`'s word.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from radapp.readerstudies.coding.categories import problem_with
from radapp.readerstudies.form_questions import PAPER_FORM, Question, Words, check_form
from radapp.readerstudies.models.readings import Stage

WASHOUT_DAYS = 28
"""At least four weeks between readings of one case (DOMAIN.md)."""
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Text = Annotated[str, Field(max_length=10_000)]


class Value(BaseModel):
    """Frozen, strict, and nothing that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Analysis(Value):
    """One pre-specified analysis. `first` and `second` name what is compared: `arm:KEY`, `seniority:senior`,
    `network:T1_T2`, `reader:all`; an empty second estimates the first alone.
    """

    key: Key
    endpoint: Literal["auc", "sensitivity", "specificity", "accuracy", "ppv", "npv", "agreement", "time", "lroc"]
    hypothesis: Literal["estimate", "superiority", "non_inferiority", "equivalence"] = "estimate"
    first: str = Field(max_length=60)
    second: str = Field(default="", max_length=60)
    margin: float | None = Field(default=None, gt=0, lt=1)

    @model_validator(mode="after")
    def _has_a_margin(self) -> Self:
        if (self.hypothesis in {"non_inferiority", "equivalence"}) != (self.margin is not None):
            raise ValueError(f"a margin belongs to non-inferiority and equivalence, and only there; found {self.hypothesis}")
        return self


class Aim(Value):
    """The question, and what was promised to be calculated before anybody read."""

    hypothesis: Text = ""
    primary: Key | None = Field(default=None, description="Key of the primary analysis.")
    analyses: tuple[Analysis, ...] = ()
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    correction: Literal["none", "bonferroni", "holm"] = "bonferroni"

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        known = [one.key for one in self.analyses]
        if len(set(known)) < len(known):
            raise ValueError(f"each analysis has a key of its own; found {', '.join(known)}")
        if self.primary is not None and self.primary not in known:
            raise ValueError(f"the primary analysis {self.primary} is none of {', '.join(known) or '(none)'}")
        return self


class Told(Value):
    """What every reader is told, the same for all."""

    prevalence: Text = ""
    clinical_facts: Text = ""
    instructions: Text = ""


class Targets(Value):
    """How many cases of each truth the study wants."""

    positive: int = Field(default=0, ge=0, le=100_000)
    negative: int = Field(default=0, ge=0, le=100_000)


class Arm(Value):
    """What may be seen."""

    key: Key
    name: Words
    images: Literal["unenhanced", "complete"]
    ai: bool = False
    prior: bool = False


class Design(Value):
    """How arms are read.

    `single`: one arm, one session. `sequential`: one arm with AI, each case unaided, locked, then aided in the same sitting.
    `washout`: each arm in sessions of its own. `crossover`: in each session one share of the cases under each arm, another
    share in the next. `split_plot`: each group of readers has cases of its own, read under every arm.
    """

    kind: Literal["single", "sequential", "washout", "crossover", "split_plot"] = "single"
    arms: tuple[Arm, ...] = Field(default=(), max_length=6)
    washout_days: int = Field(default=WASHOUT_DAYS, ge=WASHOUT_DAYS, le=1000)
    groups: int = Field(default=1, ge=1, le=20, description="Of readers, in a split-plot design.")
    lock: Literal["reading", "session"] = "reading"
    lroc: bool = Field(default=False, description="Every case has a forced most suspicious point.")

    @model_validator(mode="after")
    def _arms_fit(self) -> Self:
        keys = [arm.key for arm in self.arms]
        if len(set(keys)) < len(keys):
            raise ValueError(f"each arm has a key of its own; found {', '.join(keys)}")
        if self.arms and self.kind in {"single", "sequential"} and len(self.arms) != 1:
            raise ValueError(f"a {self.kind} design has one arm; found {len(self.arms)}")
        if self.arms and self.kind == "sequential" and not self.arms[0].ai:
            raise ValueError("the arm of a sequential design has AI: it is what comes after the lock")
        return self

    def arm(self, key: str) -> Arm:
        """The arm of that key; KeyError for none."""
        for one in self.arms:
            if one.key == key:
                return one
        raise KeyError(key)

    def stages(self, arm: Arm) -> tuple[Stage, ...]:
        """In which order an assignment under this arm is answered."""
        return (Stage.UNAIDED, Stage.AIDED) if self.kind == "sequential" and arm.ai else (Stage.ONLY,)


class Order(Value):
    """How each reader's order is drawn: in blocks of hidden size, each with the study's share of either truth."""

    block_sizes: tuple[int, ...] = Field(default=(4, 6, 8), min_length=1, max_length=10)
    repeats: int = Field(default=0, ge=0, le=200, description="Hidden repeats for each reader and session.")

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        if not all(2 <= size <= 100 for size in self.block_sizes):
            raise ValueError(f"block sizes lie from 2 to 100; found {', '.join(map(str, self.block_sizes))}")
        return self


class Blinding(Value):
    """What becomes of dates: gone, or shifted by one amount for each case, so that a prior keeps its distance."""

    dates: Literal["removed", "shifted"] = "removed"


class Category(Value):
    """One category of errors that the study adds to the paper's."""

    key: Key
    error: Literal["false_positive", "false_negative"]
    name: Words
    definition: Words


class Coding(Value):
    """How errors are coded, fixed beforehand."""

    hit_radius_mm: float = Field(default=15.0, gt=0, le=100)
    precedence: tuple[Key, ...] = Field(
        default=(), description="Categories, the first that applies is primary; empty: ours."
    )
    categories: tuple[Category, ...] = Field(default=(), max_length=50)
    adjudicate: Literal["primary", "any"] = Field(
        default="primary", description="Which difference between two coders is decided: of the primary code, or of any."
    )

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        problem = problem_with((one.key for one in self.categories), self.precedence)
        if problem:
            raise ValueError(problem)
        return self


class Rules(Value):
    """What becomes of readings when a case or a reader leaves after opening."""

    withdrawn_case: Literal["exclude_readings", "keep_submitted"] = "exclude_readings"
    replaced_reader: Literal["drop_readings", "keep_submitted"] = "drop_readings"


class Protocol(Value):
    """All of it."""

    aim: Aim = Aim()
    told: Told = Told()
    targets: Targets = Targets()
    design: Design = Design()
    order: Order = Order()
    form: tuple[Question, ...] = PAPER_FORM
    blinding: Blinding = Blinding()
    coding: Coding = Coding()
    rules: Rules = Rules()

    @model_validator(mode="after")
    def _form_fits(self) -> Self:
        check_form(self.form)
        return self

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """From stored JSON. Raises pydantic's ValidationError, whose errors `problems_of` tells."""
        return cls.model_validate_json(_as_json(content))

    def content(self) -> dict[str, Any]:
        """As it is stored."""
        return self.model_dump(mode="json")


def _as_json(content: Mapping[str, Any]) -> bytes:
    # Strict mode takes JSON's lists for tuples only where it reads JSON itself.
    from radapp.readerstudies.canonical import canonical

    return canonical(content)


def problems_of(error: ValidationError) -> list[dict[str, str]]:
    """[{field: 'design.arms.0.key', detail: sentence}] of what was wrong with a protocol."""
    return [
        {"field": ".".join(map(str, one["loc"])), "detail": one["msg"].removeprefix("Value error, ")}
        for one in error.errors()
    ]
