"""The categories of errors: the paper's (DIGEST, Error categories; Fig. 3), what a study adds, and which one is primary.

Misdiagnosis is a false positive, missed diagnosis a false negative; each category belongs to one of them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from radapp.readerstudies.protocol import Coding

Error = Literal["false_positive", "false_negative"]
ERRORS: Final[tuple[Error, ...]] = ("false_positive", "false_negative")


@dataclass(frozen=True)
class Category:
    """One category: `name` and `definition` by language. `own`: of the study, not of the paper."""

    key: str
    error: Error
    name: dict[str, str]
    definition: dict[str, str]
    own: bool = False

    @property
    def is_other(self) -> bool:
        """Whether it says nothing without a remark."""
        return self.key in OTHERS


def _misdiagnosis(key: str, names: tuple[str, str], definitions: tuple[str, str]) -> Category:
    return Category(key, "false_positive", _words(names), _words(definitions))


def _missed(key: str, names: tuple[str, str], definitions: tuple[str, str]) -> Category:
    return Category(key, "false_negative", _words(names), _words(definitions))


def _words(both: tuple[str, str]) -> dict[str, str]:
    return {"en": both[0], "zh": both[1]}


OTHERS: Final = frozenset({"misdiagnosis_other", "missed_other"})
PAPER: Final = (
    _misdiagnosis(
        "difficult",
        ("Difficult to differentiate", "难以鉴别"),
        (
            "Recurrence and radiation necrosis cannot be told apart on these images, even with the reference known.",
            "即使已知参考标准，在这些图像上仍无法区分复发与放射性坏死。",
        ),
    ),
    _misdiagnosis(
        "radiation_necrosis",
        ("Radiation necrosis", "放射性坏死"),
        (
            "Necrosis after radiotherapy was taken for recurrence: mixed, fluid-like T2, air, or a defect of the mucosa.",
            "将放疗后坏死误认为复发：T2 混杂、近似液体信号，含气或黏膜缺损。",
        ),
    ),
    _misdiagnosis(
        "fibrosis",
        ("Radiation-induced fibrosis", "放疗后纤维化"),
        (
            "Scar after radiotherapy was taken for recurrence: bands, retraction or asymmetric thickening, T1 and T2 like "
            "muscle or darker.",
            "将放疗后瘢痕误认为复发：条索、牵拉或不对称增厚，T1、T2 信号等于或低于肌肉。",
        ),
    ),
    _misdiagnosis(
        "sinusitis_turbinate",
        ("Sinusitis or enhanced turbinate", "鼻窦炎或鼻甲强化"),
        (
            "Inflamed mucosa of a sinus, or an enhancing turbinate, was taken for recurrence.",
            "将鼻窦黏膜炎症或强化的鼻甲误认为复发。",
        ),
    ),
    _misdiagnosis(
        "misdiagnosis_other",
        ("Other", "其他"),
        ("Something else was taken for recurrence: say what in the remark.", "将其他情况误认为复发：请在备注中说明。"),
    ),
    _missed(
        "atypical_site",
        ("Atypical recurrent site", "非典型复发部位"),
        (
            "The recurrence lies where nasopharyngeal carcinoma seldom recurs: nasolacrimal duct, nasal cavity.",
            "复发位于鼻咽癌少见的部位，如鼻泪管、鼻腔等。",
        ),
    ),
    _missed(
        "skull_base",
        ("Skull base", "颅底"),
        (
            "The recurrence lies in the bone of the skull base, the cavernous sinus or inside the skull.",
            "复发位于颅底骨质、海绵窦或颅内。",
        ),
    ),
    _missed(
        "necrosis",
        ("Necrosis", "坏死"),
        ("The recurrence is necrotic, or hidden in necrosis.", "复发灶坏死，或隐藏于坏死之中。"),
    ),
    _missed(
        "focal",
        ("Focal recurrence (rT1)", "局灶复发（rT1）"),
        (
            "An early recurrence of stage rT1: small, confined to the nasopharynx.",
            "rT1 期早期复发：病灶小，局限于鼻咽。",
        ),
    ),
    _missed(
        "position",
        ("Positional misjudgement", "位置判断错误"),
        ("The wrong place was looked at: the recurrence lies elsewhere.", "注意了错误的位置：复发位于别处。"),
    ),
    _missed(
        "low_confidence",
        ("Right location, low confidence", "位置正确，把握不足"),
        (
            "The recurrence's place was looked at, and recurrence was thought too unlikely there.",
            "已注意到复发所在位置，但认为复发的可能性不足。",
        ),
    ),
    _missed(
        "missed_other",
        ("Other", "其他"),
        ("It was missed for another reason: say which in the remark.", "因其他原因漏诊：请在备注中说明。"),
    ),
)
"""In our default precedence: first what the lesion is (as ml.evaluation.errors does), then how it was looked at."""
PAPER_KEYS: Final = frozenset(category.key for category in PAPER)


@dataclass(frozen=True)
class Chosen:
    """One primary category, and those that contributed, in the order of precedence."""

    primary: str
    contributors: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return frozenset((self.primary, *self.contributors))


def listed(coding: "Coding") -> list[dict[str, Any]]:
    """Every category as an API says it, by kind of error and precedence."""
    found = (one for error in ERRORS for one in categories_of(coding, error))
    return [asdict(one) | {"other": one.is_other} for one in found]


def categories_of(coding: "Coding", error: str) -> tuple[Category, ...]:
    """The paper's categories of one kind of error and the study's own, by the protocol's precedence.

    What the precedence does not name follows it: the study's own before "other", all in our order.
    """
    own = [
        Category(one.key, one.error, dict(one.name), dict(one.definition), own=True)
        for one in coding.categories
        if one.error == error
    ]
    paper = [one for one in PAPER if one.error == error]
    ours = [*(one for one in paper if not one.is_other), *own, *(one for one in paper if one.is_other)]
    place = {key: number for number, key in enumerate(coding.precedence)}
    return tuple(sorted(ours, key=lambda one: place.get(one.key, len(place))))


def precedence_of(coding: "Coding", error: str) -> tuple[str, ...]:
    """Keys of one kind of error; the first that applies is primary."""
    return tuple(one.key for one in categories_of(coding, error))


def primary_of(chosen: Collection[str], precedence: Sequence[str]) -> Chosen:
    """The primary category among those chosen, and the contributors. ValueError for none, or for one without a place."""
    strange = sorted(set(chosen) - set(precedence))
    if strange:
        raise ValueError(f"found {', '.join(strange)}; expected some of {', '.join(precedence)}")
    inside = [key for key in precedence if key in chosen]
    if not inside:
        raise ValueError("no category was chosen; expected at least one")
    return Chosen(inside[0], tuple(inside[1:]))


def problem_with(keys: Iterable[str], precedence: Iterable[str]) -> str:
    """What is wrong with a study's own keys and its precedence, or nothing: for the protocol's own check."""
    own, order = list(keys), list(precedence)
    for name, found in (("category", own), ("place in the precedence", order)):
        twice = sorted({key for key in found if found.count(key) > 1})
        if twice:
            return f"each {name} stands once; found {', '.join(twice)} twice"
    taken = sorted(set(own) & PAPER_KEYS)
    if taken:
        return f"{', '.join(taken)}: the paper's categories are there already; give the study's own another key"
    unknown = sorted(set(order) - PAPER_KEYS - set(own))
    if unknown:
        known = ", ".join(sorted(PAPER_KEYS | set(own)))
        return f"the precedence names {', '.join(unknown)}, which is no category; there are {known}"
    return ""
