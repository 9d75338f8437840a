"""Pictures of a result as files: SVG and PNG in two languages."""

from collections.abc import Callable, Mapping
from typing import Any

from radapp.reports.analyses.calibration import Calibration
from radapp.reports.analyses.economics import EconomicsTable
from radapp.reports.analyses.economics_sensitivity import EconomicsSensitivity
from radapp.reports.analyses.tactic import TacticTable
from radapp.reports.files.drawing import LATIN, chinese_font, drawing_with, png_of, svg_of
from radapp.reports.files.figure_words import LANGUAGES, WORDS
from radapp.reports.files.figures import calibration, economics, economics_sensitivity, tactic
from radapp.reports.files.figures.pictures import Picture, Source

PICTURES: Mapping[type[Any], Callable[[Any], tuple[Picture, ...]]] = {
    Calibration: calibration.pictures,
    EconomicsSensitivity: economics_sensitivity.pictures,
    EconomicsTable: economics.pictures,
    TacticTable: tactic.pictures,
}
"""{type of a result: its pictures}"""


def figure_files(result: Any, source: Source) -> dict[str, bytes]:
    """{file name without the report's: bytes}; nothing for a result that has no figure, no Chinese PNG without a font."""
    pictures = PICTURES[type(result)](result) if type(result) in PICTURES else ()
    found: dict[str, bytes] = {}
    for picture in pictures:
        for language in LANGUAGES:
            words, name = WORDS[language], f"{picture.name}.{language}"
            with drawing_with([LATIN]):
                found[f"{name}.svg"] = svg_of(*picture.draw(source, words))
            font = chinese_font()
            if language == "en" or font:
                with drawing_with([LATIN, font] if font else [LATIN]):
                    found[f"{name}.png"] = png_of(*picture.draw(source, words))
    return found
