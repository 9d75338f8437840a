"""One saved report from its frozen inputs to its files. A worker's room; knows no torch."""

from radapp.reports import leases
from radapp.reports.asking import recipe_of
from radapp.reports.making import made
from radapp.reports.models import SavedReport
from radapp.reports.sources import ReportRefusedError
from radapp.reports.stand import Stand

OTHER_VERSION = (
    "The report was asked for when the analysis {name} had version {asked}; it has version {now} by now. Ask for it again."
)


def make_files(lease: leases.Lease) -> None:
    """Make and keep every file of the report. Raises what making raises; ReportRefusedError for a recipe of another day."""
    row = SavedReport.objects.select_related("inputs").get(pk=lease.report_id)
    recipe = recipe_of(row)
    if recipe.analysis.version != row.version:
        words = OTHER_VERSION.format(name=row.analysis, asked=row.version, now=recipe.analysis.version)
        raise ReportRefusedError(words)
    inputs = row.inputs.read()
    files = made(recipe.analysis, inputs, recipe.options, Stand(**row.stand), told=lambda *said: leases.tell(lease, *said))
    leases.complete(lease, files)
