"""Pictures of a result as files: SVG and PNG in two languages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from radapp.reports.analyses.agreement import Agreement
from radapp.reports.analyses.behaviour import Behaviour
from radapp.reports.analyses.calibration import Calibration
from radapp.reports.analyses.drift import Drift
from radapp.reports.analyses.economics import EconomicsTable
from radapp.reports.analyses.economics_sensitivity import EconomicsSensitivity
from radapp.reports.analyses.errors import Errors
from radapp.reports.analyses.ledger import Ledger
from radapp.reports.analyses.performance import Performance
from radapp.reports.analyses.roc import Roc
from radapp.reports.analyses.stard import Stard
from radapp.reports.analyses.subgroups import Subgroups
from radapp.reports.analyses.tactic import TacticTable
from radapp.reports.book import Book
from radapp.reports.files.drawing import LATIN, chinese_font, drawing_with, png_of, svg_of
from radapp.reports.files.figure_words import LANGUAGES, WORDS
from radapp.reports.files.figures import (
    agreement,
    behaviour,
    calibration,
    drift,
    economics,
    economics_sensitivity,
    errors,
    ledger,
    performance,
    roc,
    stard,
    subgroups,
    tactic,
)
from radapp.reports.files.figures.pictures import Picture, Source
from radapp.reports.files.rendering import Report

PICTURES: Mapping[type[Any], Callable[[Any], tuple[Picture, ...]]] = {
    Agreement: agreement.pictures,
    Behaviour: behaviour.pictures,
    Calibration: calibration.pictures,
    Drift: drift.pictures,
    EconomicsSensitivity: economics_sensitivity.pictures,
    EconomicsTable: economics.pictures,
    Ledger: ledger.pictures,
    Stard: stard.pictures,
    Subgroups: subgroups.pictures,
    Errors: errors.pictures,
    Performance: performance.pictures,
    Roc: roc.pictures,
    TacticTable: tactic.pictures,
}
"""{type of a result: its pictures}"""


def source_of(report: Report) -> Source:
    """What every figure of a report says."""
    return Source(report.labels, report.inputs.sha256)


def figure_files(
    result: Any, source: Source, languages: Sequence[str] = LANGUAGES, drawn: dict[str, Mapping[str, bytes]] | None = None
) -> dict[str, bytes]:
    """{file name without the report's: bytes}; nothing for a result that has no figure, no Chinese PNG without a font.

    `drawn`: {language: SVGs} that are there already, and are added.
    """
    found: dict[str, bytes] = {}
    for language in languages:
        shown = _once(result, source, language, {} if drawn is None else drawn)
        found |= {f"{name}.{language}.svg": content for name, content in shown.items()}
        font, words = chinese_font(), WORDS[language]
        if language != "en" and font is None:
            continue
        for picture in pictures_of(result):
            with drawing_with([LATIN, font] if font else [LATIN]):
                found[f"{picture.name}.{language}.png"] = png_of(*picture.draw(source, words))
    return found


def svgs_of(report: Report, language: str) -> Mapping[str, bytes]:
    """As `svgs`, of a report; drawn once."""
    return _once(report.result, source_of(report), language, report.drawn)


def _once(result: Any, source: Source, language: str, drawn: dict[str, Mapping[str, bytes]]) -> Mapping[str, bytes]:
    if language not in drawn:
        drawn[language] = svgs(result, source, language)
    return drawn[language]


def svgs(result: Any, source: Source, language: str) -> dict[str, bytes]:
    """{name of a picture: its SVG in one language}, as FigureBlock.name has it."""
    found: dict[str, bytes] = {}
    for picture in pictures_of(result):
        with drawing_with([LATIN]):
            found[picture.name] = svg_of(*picture.draw(source, WORDS[language]))
    return found


def pictures_of(result: Any) -> tuple[Picture, ...]:
    """None for a result that has no figure; of a whole report those of every analysis, named after it, too."""
    if isinstance(result, Book):
        named = [(name, one) for name, found in result.parts.items() for one in pictures_of(found)]
        return tuple(replace(one, name=f"{name}-{one.name}") for name, one in named)
    return PICTURES[type(result)](result) if type(result) in PICTURES else ()
