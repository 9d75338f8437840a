"""The tables of searches, of the worklist with a million examinations, and of opening one."""

from collections.abc import Sequence

from benchmarks import opening, searching, worklist
from benchmarks.report import Part, Surroundings, table


def orthanc_part(found: Sequence[searching.Times], where: Surroundings) -> Part:
    """Milliseconds a search, ours and Orthanc's."""
    ratios = [one.ratio("Orthanc", "DARNDEST") for one in found]
    rows = [
        f"{one.kind} | {one.hits:.0f} | {one.milliseconds['Orthanc']:.1f} | {one.milliseconds['DARNDEST']:.1f} | "
        f"**{ratio:.1f}**"
        for one, ratio in zip(found, ratios, strict=True)
    ]
    lines = table("what is asked | records | Orthanc, ms | ours, ms | times faster", rows)
    text = (
        f"{where} {searching.EACH} questions of each kind a round, equal numbers of answers. Promised: {searching.FASTER:g}."
    )
    return Part("\n".join([*lines, "", text]), all(ratio >= searching.FASTER for ratio in ratios))


def million_part(found: Sequence[searching.Times], where: Surroundings) -> Part:
    """Milliseconds a search with few and with many studies."""
    ratios = [one.ratio("large", "small") for one in found]
    rows = [
        f"{one.kind} | {one.hits:.0f} | {one.milliseconds['small']:.1f} | {one.milliseconds['large']:.1f} | **{ratio:.2f}**"
        for one, ratio in zip(found, ratios, strict=True)
    ]
    lines = table("what is asked | records | 10 000 studies, ms | 1 000 000 studies, ms | times as long", rows)
    text = (
        f"{where} PostgreSQL; {searching.EACH} questions of each kind a round, equal numbers of answers, first pages of "
        f"{searching.FIRST_PAGE}. Promised: less than {searching.SLOWER:g}."
    )
    return Part("\n".join([*lines, "", text]), all(ratio < searching.SLOWER for ratio in ratios))


def worklist_part(found: Sequence[worklist.Act], where: Surroundings) -> Part:
    """Seconds until the page shows what was asked for."""
    rows = [f"{one.what} | {f'{one.count:,}'.replace(',', ' ')} | **{one.seconds:.2f}**" for one in found]
    lines = table("what a person does | studies | s", rows)
    return Part(
        "\n".join([*lines, "", f"{where} PostgreSQL. Wanted: {worklist.MOST_S:g} s at most."]),
        all(one.holds for one in found),
    )


def opening_part(found: opening.Opening, where: Surroundings) -> Part:
    """Seconds from the click to the first image."""
    lines = table(
        "slices a series | OHIF on Orthanc, s | ours, s | ours, of OHIF's | promised",
        [f"{found.slices} | {found.ohif:.2f} | {found.ours:.2f} | **{found.share:.2f}** | {opening.MOST:g}"],
    )
    return Part("\n".join([*lines, "", str(where)]), found.holds)
