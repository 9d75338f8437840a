"""Asking for a report: its inputs are frozen in the same transaction, so that no later change alters it."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from ml.evaluation.plain import plain
from radapp.accounts.models import User
from radapp.reports import leases
from radapp.reports.inputs.reading import Inputs, inputs_from
from radapp.reports.models import FrozenInputs, SavedReport
from radapp.reports.offered import source_of
from radapp.reports.options import OptionsRefusedError, Problem, flat, options_from
from radapp.reports.recipes import ANALYSES, Analysis
from radapp.reports.sources import Exported, ReportRefusedError, Source, address
from radapp.reports.stand import Stand

MOST_OPEN_OF_ONE = 20
TOO_MANY = "{count} of your reports are still being made; {most} are allowed at once. Wait for one of them."
NOT_LOCKED = (
    "The study is {state}; a report is made of a locked one. With a watermark (--watermark) it is made all the same, and "
    "every file of it says that it is preliminary."
)
NO_CASE = "There is no case that counts; there is nothing to report."
OTHER_SOURCE = "{name} is made of another kind of source; /api/reports/analyses/ says of which."
GONE = "The analysis {name} is not there any more; expected one of {known}."


@dataclass(frozen=True)
class Recipe:
    """What to make: an analysis with its options; `watermark`: also of a source that is not final."""

    analysis: Analysis
    options: Any
    watermark: bool = False


def recipe(analysis: str, options: Mapping[str, Any], *, watermark: bool = False) -> Recipe:
    """From names, as programs send them. Raises OptionsRefusedError."""
    found = ANALYSES.get(analysis)
    if found is None:
        words = f"found {analysis!r}, expected one of {', '.join(ANALYSES)}"
        raise OptionsRefusedError((Problem("", words, of="analysis"),))
    return Recipe(found, options_from(found.options, options), watermark)


def taken(source: Source, recipe: Recipe) -> tuple[Inputs, Stand]:
    """The source's inputs and stand as they are now. ReportRefusedError where no report is made of them.

    Inputs are those that their canonical JSON gives: what is frozen and read again makes the same bytes.
    """
    stand = source.stand()
    if not stand.locked and not recipe.watermark:
        raise ReportRefusedError(NOT_LOCKED.format(state=stand.state))
    inputs = source.inputs(recipe.analysis.reads)
    if not isinstance(inputs, recipe.analysis.reads):
        raise ReportRefusedError(OTHER_SOURCE.format(name=recipe.analysis.name))
    if not inputs.cases:
        raise ReportRefusedError(NO_CASE)
    return inputs_from(inputs.canonical), stand


def ask(source: Source, recipe: Recipe, user: User) -> SavedReport:
    """Freeze the inputs, keep the recipe, and ring for a worker on commit. Raises ReportRefusedError."""
    with transaction.atomic():
        source.hold()
        waiting = SavedReport.objects.filter(made_by=user, state__in=leases.OPEN).count()
        if waiting >= MOST_OPEN_OF_ONE:
            raise ReportRefusedError(TOO_MANY.format(count=waiting, most=MOST_OPEN_OF_ONE))
        inputs, stand = taken(source, recipe)
        row = SavedReport.objects.create(
            source=address(source),
            **source.columns(),
            inputs=frozen(inputs),
            analysis=recipe.analysis.name,
            version=recipe.analysis.version,
            options=flat(recipe.options),
            stand=plain(stand),
            watermark=recipe.watermark,
            made_by=user,
        )
        said = Exported(analysis=row.analysis, inputs=inputs.sha256, report=row.key)
        source.audit(said, asked=True, actor=user)
        number = row.pk
        transaction.on_commit(lambda: leases.send(number))
    return row


def again(report: SavedReport, user: User) -> SavedReport:
    """The same recipe over the inputs as they are now: another report. Raises ReportRefusedError."""
    return ask(source_of(report), recipe_of(report), user)


def recipe_of(report: SavedReport) -> Recipe:
    """As it was asked for, of the analysis as it is now. ReportRefusedError where that is gone or takes other options."""
    analysis = ANALYSES.get(report.analysis)
    if analysis is None:
        raise ReportRefusedError(GONE.format(name=report.analysis, known=", ".join(sorted(ANALYSES))))
    try:
        options = options_from(analysis.options, report.options)
    except ValueError as error:
        raise ReportRefusedError(f"The analysis {analysis.name} takes other options by now: {error}") from error
    return Recipe(analysis, options, report.watermark)


def frozen(inputs: Inputs) -> FrozenInputs:
    """The row that keeps these inputs: the one that is there, or a new one."""
    sha256 = inputs.sha256
    known = FrozenInputs.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    content = zlib.compress(inputs.canonical, 6)
    try:
        with transaction.atomic():
            return FrozenInputs.objects.create(
                sha256=sha256,
                version=inputs.version,
                content=content,
                cases=len(inputs.cases),
                synthetic=inputs.synthetic,
            )
    except IntegrityError:  # somebody else froze the same a moment ago
        return FrozenInputs.objects.get(sha256=sha256)
