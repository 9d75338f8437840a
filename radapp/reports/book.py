"""The whole report: every analysis of a study in one document, one PDF and one workbook, a chapter each. No Django."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from ml.evaluation.economics import Tariff
from ml.evaluation.estimate import LEVEL
from radapp.reports.analyses.judges import NotAssessable
from radapp.reports.analyses.performance import FOLLOW_UP
from radapp.reports.document.blocks import Block, FigureBlock, Section, TableBlock, Words
from radapp.reports.files.tables import Table
from radapp.reports.inputs.values import StudyInputs

if TYPE_CHECKING:
    from radapp.reports.recipes import Analysis

NAME = "all"
TITLE = Words("Whole report", "完整报告")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Given to every analysis that has them; each has its own defaults for the rest."""

    intervals: str = "wilson"
    prevalence: float = FOLLOW_UP
    correction: str | None = None
    not_assessable: NotAssessable = NotAssessable.SENT_TO_CONTRAST
    tariff: Tariff = field(default_factory=Tariff)
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Each analysis refuses what does not fit; so does this, where it is made."""
        if not 0 < self.prevalence < 1:
            raise ValueError(f"prevalence: found {self.prevalence}, expected a share between 0 and 1")


@dataclass(frozen=True, kw_only=True)
class Book:
    """{name of an analysis: its result}, each as in the report of that name."""

    parts: Mapping[str, Any]


Parts = Mapping[str, "Analysis"]


def version(parts: Parts) -> int:
    """Raised with that of any part, and with a new one."""
    return sum(one.version for one in parts.values())


def run(parts: Parts) -> Callable[[StudyInputs, Options], Book]:
    """Runs one after the other."""
    return lambda inputs, options: Book(
        parts={name: one.run(inputs, _own(one.options, options)) for name, one in parts.items()}
    )


def _own(kind: type[Any], options: Options) -> Any:
    """None, of `correction`, is each one's own default: mostly the protocol's."""
    known = {one.name for one in fields(kind)}
    given = {one.name: getattr(options, one.name) for one in fields(options) if one.name in known}
    return kind(**{name: value for name, value in given.items() if value is not None})


def kinds(result: Any) -> dict[str, type[Any]] | None:
    """{name of an analysis: the type of its result}; None of a result that is no whole report."""
    return {name: type(one) for name, one in result.parts.items()} if isinstance(result, Book) else None


def tables(parts: Parts) -> Callable[[Book], tuple[Table, ...]]:
    """All of them, named after their analysis, too."""
    return lambda book: tuple(
        replace(table, name=f"{name}-{table.name}")
        for name, found in book.parts.items()
        for table in parts[name].tables(found)
    )


def sections(parts: Parts) -> Callable[[Book], tuple[Section, ...]]:
    """A chapter an analysis."""
    return lambda book: tuple(
        replace(
            section, name=f"{name}-{section.name}", chapter=parts[name].title, blocks=tuple(_renamed(name, section.blocks))
        )
        for name, found in book.parts.items()
        for section in parts[name].sections(found)
    )


def _renamed(name: str, blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield replace(block, name=f"{name}-{block.name}") if isinstance(block, TableBlock | FigureBlock) else block
