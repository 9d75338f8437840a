"""The tables, as Markdown, and their place in docs/performance.md."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.generation import LEAST_A_MINUTE, Generation
from benchmarks.gpu import LEAST_RATIO as GPU_RATIO
from benchmarks.gpu import STUDIES, GpuComparison
from benchmarks.inference import HEATMAP_TOLERANCE, LEAST_RATIO, SCORE_TOLERANCE, Comparison, Files
from benchmarks.machine import Machine
from benchmarks.memory import MOST_MB, Memory
from benchmarks.preparing import LEAST_RATIO as PREPARING_RATIO
from benchmarks.preparing import TOLERANCE, PreparingComparison
from benchmarks.training import BATCH, StepComparison
from benchmarks.web import WebStart

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
NAMES = {"openvino": "OpenVINO", "torch": "torch"}


@dataclass(frozen=True)
class Part:
    """One benchmark's text, and whether what it promises held."""

    text: str
    holds: bool


@dataclass(frozen=True)
class Surroundings:
    """The machine before and after, and how often each way was timed."""

    before: Machine
    after: Machine
    rounds: int

    def __str__(self) -> str:
        day = datetime.now(UTC).date().isoformat()
        return (
            f"Medians of {self.rounds} rounds, {day}: {self.before}, {self.after.gflops:.0f} GFLOP/s and load "
            f"{self.after.load:.1f} at the end."
        )


def inference_part(comparisons: Sequence[Comparison], files: Files, where: Surroundings) -> Part:
    """Seconds for both sequences together, the ratio, and how equal both sides are."""
    lines = table(
        "crop | computed by | plain, s | ours, s | of that preparing, s | times faster | promised | scores apart | "
        "heatmaps apart, of maximum",
        [
            f"{c.crop} | {NAMES[c.backend]} | {c.plain:.2f} | {c.ours:.2f} | {c.preprocessing:.3f} | **{c.ratio:.2f}** | "
            f"{LEAST_RATIO[c.backend]:g} | {c.score_difference:.0e} | {c.heatmap_difference:.0e}"
            for c in comparisons
        ],
    )
    lines += [
        "",
        f"{where} Promised besides: scores within {SCORE_TOLERANCE:g}, heatmaps within {HEATMAP_TOLERANCE:g} of their "
        "maximum.",
        "",
        f"Apart from it, for both series: reading the DICOM files {files.reading:.2f} s, "
        f"making the Parametric Maps {files.maps:.2f} s.",
    ]
    return Part("\n".join(lines), all(c.holds for c in comparisons))


def gpu_part(comparisons: Sequence[GpuComparison | None], where: Surroundings) -> Part:
    """The same for batches on a GPU, or that there was none."""
    measured = [c for c in comparisons if c is not None]
    if not measured:
        return Part("Not measured: there was no GPU.", True)
    lines = table(
        f"device | crop | loop over {STUDIES} studies, s | batches, s | times faster | precision | scores apart",
        [
            f"{c.device} | {c.crop} | {c.loop:.2f} | {c.batches:.2f} | **{c.ratio:.2f}** | {c.precision} | "
            f"{c.score_difference:.0e}"
            for c in measured
        ],
    )
    return Part("\n".join([*lines, "", f"{where} Promised: {GPU_RATIO:g} times."]), all(c.holds for c in measured))


def preparing_part(comparisons: Sequence[PreparingComparison], where: Surroundings) -> Part:
    """Milliseconds a study, ours and SimpleITK's."""
    lines = table(
        "crop | series | SimpleITK, ms | ours, ms | times faster | apart | finding the nasopharynx, ms",
        [
            f"{c.crop} | {c.series} | {1e3 * c.peer:.1f} | {1e3 * c.ours:.1f} | **{c.ratio:.2f}** | {c.difference:.0e} | "
            f"{1e3 * c.search:.1f}"
            for c in comparisons
        ],
    )
    promise = f"{where} One core each. Promised: {PREPARING_RATIO:g} times, within {TOLERANCE:g}."
    return Part("\n".join([*lines, "", promise]), all(c.holds for c in comparisons))


def training_part(found: StepComparison, where: Surroundings) -> Part:
    """Seconds a step."""
    lines = table(
        "batch | MONAI's blocks, s | ours, s | times faster | first losses apart",
        [f"{BATCH} | {found.peer:.2f} | {found.ours:.2f} | **{found.ratio:.2f}** | {found.difference:.0e}"],
    )
    return Part("\n".join([*lines, "", f"{where} Promised: no slower."]), found.holds)


def generation_part(found: Generation) -> Part:
    """Studies a minute and core."""
    text = (
        f"**{found.a_minute:.0f} studies** a minute and core (by CPU time, median of {found.studies}; by the clock "
        f"{found.by_the_clock:.0f}), three series each, DICOM files included, SEG apart. Promised: {LEAST_A_MINUTE:g}."
    )
    return Part(text, found.holds)


def memory_part(found: Sequence[Memory]) -> Part:
    """MB of a worker's process."""
    lines = table(
        "computed by | start | peak, MB | afterwards, MB",
        [f"{NAMES[m.backend]} | {_start(m)} | **{m.peak:.0f}** | {m.settled:.0f}" for m in found],
    )
    return Part("\n".join([*lines, "", f"Promised: below {MOST_MB:.0f} MB."]), all(m.holds for m in found))


def _start(memory: Memory) -> str:
    if memory.backend != "openvino":
        return "any"
    return "reads what was compiled" if memory.compiled_before else "compiles"


def web_part(start: WebStart) -> Part:
    """One sentence."""
    torch = "torch is in its memory" if start.torch else "no torch in its memory"
    text = (
        f"From its start to its first answer (401 for an anonymous client, through every middleware and the database): "
        f"**{start.seconds:.1f} s**, **{start.megabytes:.0f} MB** for all of the server's processes, {torch} "
        f"(median of {start.rounds} starts)."
    )
    return Part(text, not start.torch)


def table(head: str, rows: Sequence[str]) -> list[str]:
    """The lines of a Markdown table; cells are separated by " | "."""
    return [f"| {head} |", "|" + "---|" * (head.count("|") + 1), *(f"| {row} |" for row in rows)]


def write(parts: Mapping[str, Part], page: Path = PAGE) -> None:
    """Replace what stands between each part's two markers."""
    text = page.read_text(encoding="utf-8")
    for name, part in parts.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{page} has no place for {name!r}; it needs the lines <!-- {name} --> and <!-- /{name} -->.")
        text = pattern.sub(lambda found, part=part: f"{found[1]}{part.text}\n{found[2]}", text)
    page.write_text(text, encoding="utf-8")
