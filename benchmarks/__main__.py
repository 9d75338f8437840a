"""`python -m benchmarks`: run every benchmark, print the tables, and with --write put them into docs/performance.md."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

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
    retrieval,
    retrieval_report,
    searching,
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


def _inference(options: argparse.Namespace) -> report.Part:
    before = machine.look()
    with tempfile.TemporaryDirectory() as folder:
        series = inference.phantom_series(Path(folder))
        found = [one for crop in _crops(options) for one in inference.compare(crop, series, options.rounds)]
        files = inference.time_files(series, min(options.rounds, 5))
    return report.inference_part(found, files, report.Surroundings(before, machine.look(), options.rounds))


def _preparing(options: argparse.Namespace) -> report.Part:
    before = machine.look()
    with tempfile.TemporaryDirectory() as folder:
        volumes = [one.volume for one in inference.phantom_series(Path(folder))]
    # One core each: ours uses no more, and workers share a machine.
    measure = partial(preparing.compare, volumes=volumes, rounds=max(options.rounds, 9), threads=1)
    found = [measure(crop, inference.CROPS[crop]) for crop in _crops(options)]
    return report.preparing_part(found, report.Surroundings(before, machine.look(), max(options.rounds, 9)))


def _gpu(options: argparse.Namespace) -> report.Part:
    before = machine.look()
    found = [gpu.compare(crop, options.rounds) for crop in _crops(options)]
    return report.gpu_part(found, report.Surroundings(before, machine.look(), options.rounds))


def _training(options: argparse.Namespace) -> report.Part:
    before = machine.look()
    found = training.compare(options.rounds)
    return report.training_part(found, report.Surroundings(before, machine.look(), options.rounds))


def _generation(options: argparse.Namespace) -> report.Part:
    return report.generation_part(generation.measure(max(options.rounds, 5)))


def _memory(options: argparse.Namespace) -> report.Part:
    return report.memory_part([one for backend in inference.backends() for one in memory.measure(backend)])


def _web(options: argparse.Namespace) -> report.Part:
    return report.web_part(web.measure(min(options.rounds, 5)))


def _against_peers(options: argparse.Namespace, measure: Callable[[int], report.Part]) -> report.Part:
    """A part that needs other archives; where they are not installed, it says so and is not kept."""
    try:
        return measure(options.rounds)
    except PeerMissingError as error:
        return report.Part(f"Not measured: {error}", False)


def _frames(options: argparse.Namespace) -> report.Part:
    def measure(rounds: int) -> report.Part:
        before = machine.look()
        found = retrieval.frames(rounds)
        return retrieval_report.frames_part(found, report.Surroundings(before, machine.look(), rounds))

    return _against_peers(options, measure)


def _metadata(options: argparse.Namespace) -> report.Part:
    def measure(rounds: int) -> report.Part:
        before = machine.look()
        found = retrieval.metadata(rounds)
        return retrieval_report.times_part(found, report.Surroundings(before, machine.look(), rounds))

    return _against_peers(options, measure)


def _series(options: argparse.Namespace) -> report.Part:
    def measure(rounds: int) -> report.Part:
        before = machine.look()
        found = retrieval.series(rounds)
        return retrieval_report.times_part(found, report.Surroundings(before, machine.look(), rounds))

    return _against_peers(options, measure)


def _ingest(options: argparse.Namespace) -> report.Part:
    def measure(rounds: int) -> report.Part:
        before = machine.look()
        found = [ingest.stow(rounds), ingest.c_store(rounds)]
        return retrieval_report.ingest_part(found, report.Surroundings(before, machine.look(), rounds))

    return _against_peers(options, measure)


def _searching(options: argparse.Namespace) -> report.Part:
    def measure(rounds: int) -> report.Part:
        before = machine.look()
        found = searching.against_orthanc(rounds)
        return archive_report.orthanc_part(found, report.Surroundings(before, machine.look(), rounds))

    return _against_peers(options, measure)


def _million(options: argparse.Namespace) -> report.Part:
    def measure(rounds: int) -> report.Part:
        before = machine.look()
        found = searching.against_itself(rounds)
        return archive_report.million_part(found, report.Surroundings(before, machine.look(), rounds))

    return _against_peers(options, measure)


def _worklist(options: argparse.Namespace) -> report.Part:
    def measure(rounds: int) -> report.Part:
        before = machine.look()
        found = worklist.measure(rounds)
        return archive_report.worklist_part(found, report.Surroundings(before, machine.look(), rounds))

    return _against_peers(options, measure)


def _opening(options: argparse.Namespace) -> report.Part:
    def measure(rounds: int) -> report.Part:
        before = machine.look()
        found = opening.measure(rounds)
        return archive_report.opening_part(found, report.Surroundings(before, machine.look(), rounds))

    return _against_peers(options, measure)


PARTS: dict[str, Callable[[argparse.Namespace], report.Part]] = {
    "inference": _inference,
    "gpu": _gpu,
    "preparing": _preparing,
    "training": _training,
    "generation": _generation,
    "memory": _memory,
    "web": _web,
    "frames": _frames,
    "metadata": _metadata,
    "series": _series,
    "ingest": _ingest,
    "searching": _searching,
    "million": _million,
    "worklist": _worklist,
    "opening": _opening,
}
"""In the order of docs/performance.md."""


if __name__ == "__main__":
    sys.exit(main())
