"""The tables, as Markdown, and their place in docs/performance.md."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.inference import HEATMAP_TOLERANCE, LEAST_RATIO, SCORE_TOLERANCE, Comparison, Files
from benchmarks.machine import Machine
from benchmarks.web import WebStart

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


@dataclass(frozen=True)
class Part:
    """One benchmark's text, and whether what it promises held."""

    text: str
    holds: bool


def inference_part(comparisons: Sequence[Comparison], files: Files, before: Machine, after: Machine, rounds: int) -> Part:
    """Seconds for both sequences together, the ratio, and how equal both sides are."""
    lines = [
        "| crop | plain, s | ours, s | of that preparing, s | times faster | scores apart | heatmaps apart, of maximum |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {c.crop} | {c.plain:.2f} | {c.ours:.2f} | {c.preprocessing:.2f} | **{c.ratio:.2f}** | "
        f"{c.score_difference:.0e} | {c.heatmap_difference:.0e} |"
        for c in comparisons
    ]
    day = datetime.now(UTC).date().isoformat()
    lines += [
        "",
        f"Medians of {rounds} rounds, {day}: {before}, {after.gflops:.0f} GFLOP/s and load {after.load:.1f} at the end. "
        f"Promised: at least {LEAST_RATIO:g} times, scores within {SCORE_TOLERANCE:g}, heatmaps within "
        f"{HEATMAP_TOLERANCE:g} of their maximum.",
        "",
        f"Apart from it, for both series: reading the DICOM files {files.reading:.2f} s, "
        f"making the Parametric Maps {files.maps:.2f} s.",
    ]
    return Part("\n".join(lines), all(c.holds for c in comparisons))


def web_part(start: WebStart) -> Part:
    """One sentence."""
    torch = "torch is in its memory" if start.torch else "no torch in its memory"
    text = (
        f"From its start to its first answer (401 for an anonymous client, through every middleware and the database): "
        f"**{start.seconds:.1f} s**, **{start.megabytes:.0f} MB** for all of the server's processes, {torch} "
        f"(median of {start.rounds} starts)."
    )
    return Part(text, not start.torch)


def write(parts: Mapping[str, Part], page: Path = PAGE) -> None:
    """Replace what stands between each part's two markers."""
    text = page.read_text(encoding="utf-8")
    for name, part in parts.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{page} has no place for {name!r}; it needs the lines <!-- {name} --> and <!-- /{name} -->.")
        text = pattern.sub(lambda found, part=part: f"{found[1]}{part.text}\n{found[2]}", text)
    page.write_text(text, encoding="utf-8")
