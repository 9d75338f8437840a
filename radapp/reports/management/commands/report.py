"""`manage.py report NAME --study KEY --out FOLDER`: one report of a finished reader study as its files."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from radapp.reports.asking import Recipe
from radapp.reports.cohort_source import CohortSource
from radapp.reports.exporting import Wish, export_report
from radapp.reports.files.fonts import NO_FONT, font_file
from radapp.reports.files.rendering import FORMATS
from radapp.reports.inputs.definition import DefinitionRefusedError, definition_from_words
from radapp.reports.offered import KINDS
from radapp.reports.options import Kind, Option, OptionsRefusedError, described, options_from
from radapp.reports.recipes import ANALYSES, Analysis
from radapp.reports.sources import ReportRefusedError, Source

ACTOR = "manage.py report"


class Command(BaseCommand):
    """The folder appears whole or not at all."""

    help = "Write a report of a locked reader study: the paper's tables and figures, and more, from its own readings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which report, of which study, where to, and with which options."""
        parser.add_argument("name", choices=sorted(ANALYSES), metavar="NAME", help=", ".join(sorted(ANALYSES)))
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--study", metavar="KEY", help="the study's key, as addresses have it")
        what.add_argument(
            "--cohort",
            nargs="*",
            metavar="KEY=VALUE",
            help="of the archive's examinations: all, or those that meet such as first_day=2024-01-31 sources=stow,dimse",
        )
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="a folder that is new or empty")
        parser.add_argument(
            "--watermark", action="store_true", help="also of a study that is not locked: every file says so"
        )
        parser.add_argument(
            "--format", nargs="+", choices=FORMATS, default=FORMATS, help=f"which files; default all: {', '.join(FORMATS)}"
        )
        for option, of in _all_options().values():
            _add(parser, option, of)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the report and tell."""
        analysis = ANALYSES[options["name"]]
        source = _source(options)
        recipe = Recipe(analysis, _options(analysis, options), watermark=options["watermark"])
        try:
            written = export_report(source, Wish(recipe, options["format"]), options["out"], actor=None, actor_name=ACTOR)
        except (ReportRefusedError, DefinitionRefusedError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{analysis.name} of {source.title} ({source.key}), inputs {written.inputs}")
        for name, digest in written.files.items():
            self.stdout.write(f"  {digest}  {options['out'] / name}")
        if font_file() is None and {"figures", "pdf"} & set(options["format"]):
            self.stdout.write(NO_FONT)


def _source(options: dict[str, Any]) -> Source:
    """The study or the cohort; CommandError where there is none."""
    if options["cohort"] is not None:
        try:
            return CohortSource(definition_from_words(options["cohort"]))
        except DefinitionRefusedError as error:
            raise CommandError(str(error)) from error
    source = KINDS["study"].found(options["study"])
    if source is None:
        raise CommandError(f"found no reader study {options['study']!r}, expected a key as addresses have it")
    return source


def _all_options() -> dict[str, tuple[Option, list[str]]]:
    """{name: the option as its first analysis has it, and which analyses take it}."""
    found: dict[str, tuple[Option, list[str]]] = {}
    for analysis in ANALYSES.values():
        for option in described(analysis.options):
            found.setdefault(option.name, (option, []))[1].append(analysis.name)
    return found


def _add(parser: ArgumentParser, option: Option, of: list[str]) -> None:
    kinds: dict[Kind, Callable[[str], Any]] = {
        **dict.fromkeys((Kind.NUMBER, Kind.NUMBERS, Kind.SHARE, Kind.MONEY), float),
        Kind.FLAG: _flag,
    }
    among = f" One of {', '.join(option.choices)}." if option.choices else ""
    parser.add_argument(
        f"--{option.name.replace('_', '-')}",
        type=kinds.get(option.kind, str),
        nargs="*" if option.kind is Kind.NUMBERS else None,
        help=f"{option.help.en}{among} Of {', '.join(of)}; default {option.default}.".replace("%", "%%"),
    )


def _flag(text: str) -> bool:
    known = {"yes": True, "no": False}
    if text not in known:
        raise ValueError(f"found {text!r}, expected yes or no")
    return known[text]


def _options(analysis: Analysis, given: dict[str, Any]) -> Any:
    """The analysis' options from what was given; CommandError where one is given that it does not have."""
    said = {name: given[name] for name in _all_options() if given[name] is not None}
    known = {one.name for one in described(analysis.options)}
    strange = sorted(set(said) - known)
    if strange:
        raise CommandError(f"{analysis.name} takes no {', '.join(strange)}; it takes {', '.join(sorted(known))}")
    try:
        return options_from(analysis.options, said)
    except OptionsRefusedError as error:
        raise CommandError(str(error)) from error
