"""`python -m benchmarks`: run every benchmark, print the tables, and with --write put them into docs/performance.md."""

import argparse
import sys
import tempfile
from pathlib import Path

import torch

from benchmarks import inference, machine, report, web
from ml.prediction import set_threads


def main(arguments: list[str] | None = None) -> int:
    """Exit 1 where a promise (ratio, equality, no torch in the web process) is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often each way is timed (default 9, at least 5 to count)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="torch threads (default: the cores)")
    parser.add_argument("--only", choices=["inference", "web"], help="run one part")
    parser.add_argument("--crop", choices=list(inference.CROPS), action="append", help="one crop size; may be repeated")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    options = parser.parse_args(arguments)
    set_threads(options.threads)
    parts: dict[str, report.Part] = {}
    if options.only != "web":
        parts["inference"] = _inference(options.crop or list(inference.CROPS), options.rounds)
    if options.only != "inference":
        parts["web"] = report.web_part(web.measure(min(options.rounds, 5)))
    for part in parts.values():
        print(part.text, flush=True)
    if options.write:
        report.write(parts)
    return 0 if all(part.holds for part in parts.values()) else 1


def _inference(crops: list[str], rounds: int) -> report.Part:
    seen = machine.look()
    print(f"Measuring on {seen}; this takes minutes.", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        series = inference.phantom_series(Path(folder))
        comparisons = [inference.compare(crop, series, rounds) for crop in crops]
        files = inference.time_files(series, min(rounds, 5))
    return report.inference_part(comparisons, files, seen, machine.look(), rounds)


if __name__ == "__main__":
    sys.exit(main())
