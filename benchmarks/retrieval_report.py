"""The tables of retrieval and of taking in."""

from collections.abc import Sequence

from benchmarks import ingest
from benchmarks.ingest import Taken
from benchmarks.report import Part, Surroundings, table
from benchmarks.retrieval import CONNECTIONS, Rates, Times


def frames_part(found: Sequence[Rates], where: Surroundings) -> Part:
    """Frames a second, and what part of each peer's that is."""
    rows = [
        f"{one.what} | {one.rates['Orthanc']:.0f} | {one.rates['nginx']:.0f} | {one.ours:.0f} | "
        f"**{one.ours / one.rates['Orthanc']:.1f}**{_promised(one, 'Orthanc')} | "
        f"**{one.ours / one.rates['nginx']:.2f}**{_promised(one, 'nginx')}"
        for one in found
    ]
    lines = table("frames | Orthanc, /s | nginx, /s | ours, /s | × Orthanc | × nginx", rows)
    text = f"{where} {CONNECTIONS} connections; ours authorises each request, nginx sends plain files."
    return Part("\n".join([*lines, "", text]), all(one.holds for one in found))


def _promised(one: Rates, peer: str) -> str:
    return f" (promised {one.least[peer]:g})" if peer in one.least else ""


def times_part(found: Sequence[Times], where: Surroundings) -> Part:
    """Milliseconds an answer."""
    rows = [
        f"{one.slices} | {1e3 * one.seconds['Orthanc']:.1f} | {1e3 * one.seconds['nginx']:.1f} | "
        f"{1e3 * one.seconds['DARNDEST']:.1f} | **{one.ratio:.1f}** | {one.least:g} | "
        f"{one.octets['Orthanc'] / 1e3:.0f} | {one.octets['DARNDEST'] / 1e3:.0f}"
        for one in found
    ]
    head = "slices | Orthanc, ms | nginx, ms | ours, ms | times faster than Orthanc | promised | Orthanc, kB | ours, kB"
    return Part("\n".join([*table(head, rows), "", f"{where} One client."]), all(one.holds for one in found))


def ingest_part(found: Sequence[Taken], where: Surroundings) -> Part:
    """Instances a second."""
    rows = [
        f"{one.what} | {one.rates['Orthanc']:.0f} | {one.rates['DARNDEST']:.0f} | "
        f"{one.megabytes * one.rates['DARNDEST']:.0f} | **{one.ratio:.2f}** | {one.least:g}"
        for one in found
    ]
    head = "by | Orthanc, instances/s | ours, instances/s | ours, MB/s | × Orthanc | promised"
    text = f"{where} {found[0].instances} instances of {1e3 * found[0].megabytes:.0f} kB, {ingest.CONNECTIONS} connections."
    return Part("\n".join([*table(head, rows), "", text]), all(one.holds for one in found))
