"""The tables on statistics, cutoffs and reports."""

from collections.abc import Sequence

from benchmarks.report import Part, Surroundings, table
from benchmarks.reporting import MOST_S, WholeReport
from benchmarks.statistics import EQUAL, MOST_BEYOND_SORT_S, PATIENTS, CutoffSearch, StatisticsComparison


def statistics_part(found: Sequence[StatisticsComparison], where: Surroundings) -> Part:
    """Milliseconds of both sides, and how equal they are."""
    rows = [
        f"{one.name} | {one.peer} | {1e3 * one.theirs:.1f} | {1e3 * one.ours:.2f} | **{one.ratio:.0f}** | "
        f"{'' if one.least is None else f'{one.least:g}'} | {'' if one.apart is None else f'{one.apart:.0e}'}"
        for one in found
    ]
    lines = table("what | peer | peer, ms | ours, ms | times faster | promised | apart", rows)
    return Part("\n".join([*lines, "", f"{where} Promised besides: within {EQUAL:g}."]), all(one.holds for one in found))


def cutoffs_part(found: CutoffSearch, where: Surroundings) -> Part:
    """One sentence."""
    beyond = 1e3 * (found.search - found.sort)
    text = (
        f"All three cutoffs of {PATIENTS:,} patients: {1e3 * found.search:.1f} ms; sorting both scores alone "
        f"{1e3 * found.sort:.1f} ms; **{beyond:.1f} ms** beyond the sort. "
        f"Promised: {1e3 * MOST_BEYOND_SORT_S:g} ms.\n\n{where}"
    )
    return Part(text, found.holds)


def whole_report_part(found: WholeReport, where: Surroundings) -> Part:
    """One sentence."""
    text = (
        f"`manage.py report all` of 635 cases, from its start to its end, with JSON, CSV, raw data, PDFs and workbooks: "
        f"**{found.seconds:.1f} s**; with every figure as SVG and PNG files, too, {found.with_figures:.1f} s: {found.files} "
        f"files, {found.megabytes:.1f} MB, {found.pdfs} PDFs. Promised: {MOST_S:g} s with PDFs.\n\n{where}"
    )
    return Part(text, found.holds)
