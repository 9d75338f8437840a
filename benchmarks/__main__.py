"""`python -m benchmarks`: run every benchmark, print the tables, and with --write put them into docs/performance.md."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks import (
    archive_report,
    generation,
    gpu,
    inference,
    ingest,
    machine,
    memory,
    opening,
    preparing,
    report,
    reporting,
    retrieval,
    retrieval_report,
    searching,
    statistics,
    statistics_report,
    training,
    web,
    worklist,
)
from benchmarks.peers import PeerMissingError
from ml.cores import usable_cores
from ml.prediction import set_threads


def main(arguments: list[str] | None = None) -> int:
    """Exit 1 where a promise (ratio, equality, memory, no torch in the web process) is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often each way is timed (default 9, at least 9 to count)")
    parser.add_argument("--threads", type=int, default=usable_cores(), help="CPU threads (default: the usable cores)")
    parser.add_argument("--only", choices=list(PARTS), action="append", help="one part; may be repeated")
    parser.add_argument("--crop", choices=list(inference.CROPS), action="append", help="one crop size; may be repeated")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    options = parser.parse_args(arguments)
    set_threads(options.threads)
    chosen = options.only or list(PARTS)
    parts: dict[str, report.Part] = {}
    for name in chosen:
        print(f"Measuring {name} …", file=sys.stderr, flush=True)
        parts[name] = PARTS[name](options)
        print(f"\n## {name}: {'kept' if parts[name].holds else 'NOT KEPT'}\n\n{parts[name].text}", flush=True)
    if options.write:
        report.write(parts)
    return 0 if all(part.holds for part in parts.values()) else 1


def _crops(options: argparse.Namespace) -> list[str]:
    return options.crop or list(inference.CROPS)


Crops = Sequence[str]
Way = Callable[[argparse.Namespace], report.Part]
Measured = TypeVar("Measured")


def _timed(
    measure: Callable[[int, Crops], Measured], tell: Callable[[Measured, report.Surroundings], report.Part], least: int = 1
) -> Way:
    """A part that is measured between two looks at the machine, over `least` rounds or more.

    Where it needs another archive that is not installed, it says so and is not kept.
    """

    def part(options: argparse.Namespace) -> report.Part:
        rounds = max(options.rounds, least)
        before = machine.look()
        try:
            found = measure(rounds, _crops(options))
        except PeerMissingError as error:
            return report.Part(f"Not measured: {error}", False)
        return tell(found, report.Surroundings(before, machine.look(), rounds))

    return part


def _inference(rounds: int, crops: Crops) -> tuple[list[inference.Comparison], inference.Files]:
    with tempfile.TemporaryDirectory() as folder:
        series = inference.phantom_series(Path(folder))
        found = [one for crop in crops for one in inference.compare(crop, series, rounds)]
        return found, inference.time_files(series, min(rounds, 5))


def _preparing(rounds: int, crops: Crops) -> list[preparing.PreparingComparison]:
    with tempfile.TemporaryDirectory() as folder:
        volumes = [one.volume for one in inference.phantom_series(Path(folder))]
    # One core each: ours uses no more, and workers share a machine.
    return [preparing.compare(crop, inference.CROPS[crop], volumes=volumes, rounds=rounds, threads=1) for crop in crops]


def _generation(options: argparse.Namespace) -> report.Part:
    return report.generation_part(generation.measure(max(options.rounds, 5)))


def _memory(options: argparse.Namespace) -> report.Part:
    return report.memory_part([one for backend in inference.backends() for one in memory.measure(backend)])


def _web(options: argparse.Namespace) -> report.Part:
    return report.web_part(web.measure(min(options.rounds, 5)))


PARTS: dict[str, Way] = {
    "inference": _timed(_inference, lambda found, where: report.inference_part(*found, where)),
    "gpu": _timed(lambda rounds, crops: [gpu.compare(crop, rounds) for crop in crops], report.gpu_part),
    "preparing": _timed(_preparing, report.preparing_part, least=9),
    "training": _timed(lambda rounds, _: training.compare(rounds), report.training_part),
    "generation": _generation,
    "memory": _memory,
    "web": _web,
    "frames": _timed(lambda rounds, _: retrieval.frames(rounds), retrieval_report.frames_part),
    "metadata": _timed(lambda rounds, _: retrieval.metadata(rounds), retrieval_report.times_part),
    "series": _timed(lambda rounds, _: retrieval.series(rounds), retrieval_report.times_part),
    "ingest": _timed(lambda rounds, _: [ingest.stow(rounds), ingest.c_store(rounds)], retrieval_report.ingest_part),
    "searching": _timed(lambda rounds, _: searching.against_orthanc(rounds), archive_report.orthanc_part),
    "million": _timed(lambda rounds, _: searching.against_itself(rounds), archive_report.million_part),
    "worklist": _timed(lambda rounds, _: worklist.measure(rounds), archive_report.worklist_part),
    "opening": _timed(lambda rounds, _: opening.measure(rounds), archive_report.opening_part),
    "statistics": _timed(
        lambda rounds, _: [*statistics.against_r(rounds), statistics.several_readers(rounds)],
        statistics_report.statistics_part,
    ),
    "cutoffs": _timed(lambda rounds, _: statistics.cutoff_search(rounds), statistics_report.cutoffs_part),
    "reporting": _timed(lambda rounds, _: reporting.measure(min(rounds, 3)), statistics_report.whole_report_part),
}
"""In the order of docs/performance.md."""


if __name__ == "__main__":
    sys.exit(main())
