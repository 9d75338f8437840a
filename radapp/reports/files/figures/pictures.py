"""What every picture says of itself, and how its numbers read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from ml.evaluation.estimate import Estimate
from radapp.reports.files.drawing import Said
from radapp.reports.files.figure_words import LABELS_ZH, WORDS

Words = Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """What every figure says: the report's labels and the hash of its inputs."""

    labels: tuple[str, ...]
    sha256: str

    def said(self, title: str, words: Words, *, level: float | None, small: bool, rules: str = "") -> Said:
        """Title and foot in the language of `words`; the description in English, in full. No `level`: no intervals."""
        labels = self.labels if words is WORDS["en"] else [LABELS_ZH.get(one, one) for one in self.labels]
        intervals = "" if level is None else words["intervals"].format(level=text_of(100 * level))
        foot = [intervals, words["small"] if small else ""]
        last = "; ".join((*filter(None, foot), words["inputs"].format(digest=self.sha256[:16])))
        return Said(
            title,
            "; ".join(labels),
            "\n".join(filter(None, (rules, last))),
            "; ".join((*self.labels, f"inputs {self.sha256}")),
        )


@dataclass(frozen=True)
class Picture:
    """`name`: without report, language and ending, as radapp.reports.document names it. `draw`: in the given words."""

    name: str
    draw: Callable[[Source, Words], tuple[Figure, Said]]


def tier_name(name: str, words: Words, *, small: bool) -> str:
    """Marked where few cases are behind it."""
    return f"{words.get(name, name)}{' †' if small else ''}"


def named(cohort: str, words: Words) -> str:
    """A cohort in a title."""
    if not cohort:
        return words["all_cases"]
    return words["cohort"].format(name=cohort if len(cohort) < 40 else f"{cohort[:39]}…")


def percent_of(one: Estimate) -> str:
    """Value and limits; empty for none."""
    if one.value is None:
        return ""
    value = f"{100 * one.value:.1f}"
    return value if one.low is None or one.high is None else f"{value} ({100 * one.low:.1f}–{100 * one.high:.1f})"


def text_of(value: float | None) -> str:
    """One decimal, none where it is 0."""
    return "" if value is None else f"{value:.1f}".removesuffix(".0")
