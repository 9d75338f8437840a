"""How fast a set of bundles is on this machine: each backend in turn, how equal they are, and what memory they take."""

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--bundles --rounds --threads --batch --json."""
    parser.add_argument(
        "--bundles", type=Path, required=True, metavar="DIR", help="folder with T1WI/, T2WI/ and T1WIC/, or one bundle"
    )
    parser.add_argument("--rounds", type=int, default=9, help="how often each way is timed; medians are told (default 9)")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: the cores this process may use)")
    parser.add_argument("--batch", type=int, default=8, help="studies in one forward pass, for comparison (default 8)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of a table")


def run(arguments: argparse.Namespace) -> int:
    """Time every bundle; exit status 1 where one cannot be used."""
    from ml.bundle import Bundle, BundleRefused
    from ml.cores import usable_cores
    from ml.prediction import set_threads

    set_threads(arguments.threads or usable_cores())
    try:
        several = [one for one in sorted(arguments.bundles.iterdir()) if (one / "bundle.json").is_file()]
        folders = several or [arguments.bundles]
        found = [row for folder in folders for row in _time(Bundle.load(folder), arguments.rounds, arguments.batch)]
    except (BundleRefused, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {"threads": arguments.threads or usable_cores(), "rounds": arguments.rounds, "peak_mb": peak, "ways": found}
    sys.stdout.write(json.dumps(result) + "\n" if arguments.json else _text(result))
    return 0


def _time(bundle: Any, rounds: int, batch: int) -> list[dict[str, Any]]:
    """One row a way: backend and device, one study at a time and `batch` at once, in turn."""
    from statistics import median

    import numpy as np
    import torch

    from ml import openvino_backend
    from ml.prediction import OPENVINO, TORCH, Predictor
    from ml.preprocessing import NetworkInput

    ways = [("cpu", TORCH), *([("cpu", OPENVINO)] if openvino_backend.installed() else [])]
    ways += [("cuda:0", TORCH)] if torch.cuda.is_available() else []
    predictors = [Predictor(bundle, device, backend=backend, half=device != "cpu") for device, backend in ways]
    generator = np.random.default_rng(0)
    shape = bundle.preprocessing.shape
    inputs = [NetworkInput(generator.random(shape, np.float32), np.eye(4), resampled=False) for _ in range(batch)]
    scores = [predictor.read_all(inputs[:1])[0].score for predictor in predictors]
    seconds: dict[tuple[int, int], list[float]] = {}
    for _ in range(rounds):
        for n, predictor in enumerate(predictors):
            for count in sorted({1, batch}):
                start = time.perf_counter()
                predictor.read_all(inputs[:count])
                seconds.setdefault((n, count), []).append(time.perf_counter() - start)
    return [
        {
            **_facts(predictor),
            "ms_one": 1e3 * median(seconds[n, 1]),
            "ms_each_in_batch": 1e3 * median(seconds[n, batch]) / batch,
            "batch": batch,
            "score_apart": abs(scores[n] - scores[0]),
        }
        for n, predictor in enumerate(predictors)
    ]


def _facts(predictor: Any) -> dict[str, Any]:
    return {
        "bundle": predictor.bundle.name,
        "sha256": predictor.bundle.sha256,
        "device": predictor.device,
        "backend": predictor.backend,
        "precision": predictor.precision,
        "megabytes": predictor.mebibytes,
        "remarks": predictor.remarks,
    }


def _text(result: dict[str, Any]) -> str:
    lines = [
        f"{result['threads']} CPU threads, medians of {result['rounds']} rounds, peak memory {result['peak_mb']:.0f} MB; "
        "milliseconds for one network's score and heatmap, its input made beforehand"
    ]
    for row in result["ways"]:
        lines.append(
            f"{row['bundle']}  {row['device']}, {row['backend']}, {row['precision']}: {row['ms_one']:.1f} ms alone, "
            f"{row['ms_each_in_batch']:.1f} ms each with {row['batch']} at once, {row['megabytes']:.1f} MB, "
            f"score {row['score_apart']:.0e} from torch's on the CPU"
        )
        lines += [f"  {remark}" for remark in row["remarks"]]
    return "\n".join(lines) + "\n"
