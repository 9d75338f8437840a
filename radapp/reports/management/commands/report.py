"""`manage.py report NAME --study KEY --out FOLDER`: one report of a finished reader study, in every kind of file."""

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ml.evaluation.cost_sensitivity import Spread
from ml.evaluation.economics import Tariff
from radapp.readerstudies.models import ReaderStudy
from radapp.reports.analyses.comparisons import CORRECTIONS
from radapp.reports.analyses.figures import INTERVALS
from radapp.reports.analyses.judges import NotAssessable
from radapp.reports.exporting import ReportRefusedError, Wish, export_report
from radapp.reports.files.fonts import NO_FONT, font_file
from radapp.reports.files.rendering import FORMATS
from radapp.reports.recipes import ANALYSES, Analysis

ACTOR = "manage.py report"
PRICES = tuple(field.name for field in fields(Tariff))
SENSITIVITY: Mapping[str, tuple[Any, str]] = {
    "prevalence_low": (float, "lowest share with recurrence of the tornado; default 0.01"),
    "prevalence_high": (float, "highest one; default 0.1"),
    "price_range": (float, "by which share prices and seconds are varied; default 0.2"),
    "spread": (Spread, f"how they are drawn: {', '.join(Spread)}; default uniform"),
    "draws": (int, "how many; default 5000"),
    "seed": (int, "of draws and of resampling (tactic); default 2025"),
    "target": (float, "sensitivity that the tactic's cutoffs are chosen for again (tactic); default 0.9"),
    "folds": (int, "of the cross-validation (tactic); default 10"),
    "repeats": (int, "of the cross-validation (tactic); default 20"),
    "resamples": (int, "of the bootstrap (tactic); default 1000"),
    "called_back": (float, "share of those who need contrast that is called back; default 0"),
    "second_visit": (float, "what a second visit costs; default: an enhanced examination"),
    "second_seconds": (float, "how long it keeps the scanner; default: an enhanced examination"),
}
"""Options of economics_sensitivity, and of tactic where it says so: what they are, and for whoever asks."""


class Command(BaseCommand):
    """The folder appears whole or not at all."""

    help = "Write a report of a locked reader study: the paper's tables and figures, and more, from its own readings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which report, of which study, where to, and with which options."""
        parser.add_argument("name", choices=sorted(ANALYSES), metavar="NAME", help=", ".join(sorted(ANALYSES)))
        parser.add_argument("--study", required=True, metavar="KEY", help="the study's key, as addresses have it")
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="a folder that is new or empty")
        parser.add_argument(
            "--watermark", action="store_true", help="also of a study that is not locked: every file says so"
        )
        parser.add_argument(
            "--format", nargs="+", choices=FORMATS, default=FORMATS, help=f"which files; default all: {', '.join(FORMATS)}"
        )
        parser.add_argument(
            "--intervals", choices=INTERVALS, help="of proportions (performance, tactic, roc); default wilson"
        )
        parser.add_argument(
            "--prevalence", type=float, metavar="SHARE", help="at which PPV, NPV and costs are told as well; default 0.03"
        )
        parser.add_argument(
            "--correction", choices=CORRECTIONS, help="of p (performance, roc, behaviour); default: the protocol's"
        )
        parser.add_argument(
            "--not-assessable",
            choices=[one.value for one in NotAssessable],
            help="of cases that were not assessable (performance, roc, agreement, behaviour); default sent_to_contrast",
        )
        parser.add_argument("--bins", type=int, metavar="COUNT", help="of the reliability curve (calibration); default 10")
        for price in PRICES:
            kind = type(getattr(Tariff(), price))
            parser.add_argument(
                f"--{price.replace('_', '-')}",
                type=float if kind in {int, float} else str,
                help=f"tariff (economics); default {getattr(Tariff(), price)}",
            )

        for name, (kind, words) in SENSITIVITY.items():
            parser.add_argument(
                f"--{name.replace('_', '-')}",
                type=kind,
                help=words if "(tactic)" in words else f"{words} (economics_sensitivity)",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the report and tell."""
        analysis = ANALYSES[options["name"]]
        study = ReaderStudy.objects.filter(key=options["study"]).first()
        if study is None:
            raise CommandError(f"found no reader study {options['study']!r}, expected a key as addresses have it")
        try:
            wish = Wish(analysis, _options(analysis, options), watermark=options["watermark"], formats=options["format"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        try:
            written = export_report(study, wish, options["out"], actor=None, actor_name=ACTOR)
        except ReportRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{analysis.name} of {study.title} ({study.key}), inputs {written.inputs}")
        for name, digest in written.files.items():
            self.stdout.write(f"  {digest}  {options['out'] / name}")
        if font_file() is None and {"figures", "pdf"} & set(options["format"]):
            self.stdout.write(NO_FONT)


def _options(analysis: Analysis, given: dict[str, Any]) -> Any:
    """The analysis' options from what was given; ValueError where one is given that it does not have."""
    said = {name: given[name] for name in ("intervals", "prevalence", "correction", "bins") if given[name] is not None}
    if given["not_assessable"] is not None:
        said["not_assessable"] = NotAssessable(given["not_assessable"])
    said |= {name: given[name] for name in SENSITIVITY if given[name] is not None}
    prices = {name: given[name] for name in PRICES if given[name] is not None}
    if prices:
        said["tariff"] = Tariff(**prices)
    known = {field.name for field in fields(analysis.options)}
    strange = sorted(set(said) - known)
    if strange:
        raise ValueError(f"{analysis.name} takes no {', '.join(strange)}; it takes {', '.join(sorted(known - {'level'}))}")
    return analysis.options(**said)
