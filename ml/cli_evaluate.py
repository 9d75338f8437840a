"""Assess bundles on a folder of DICOM studies with a truth.csv: AUC, tiers, heatmaps against lesions."""

import argparse
import json
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--bundles --data --json --threads."""
    parser.add_argument("--bundles", type=Path, required=True, help="folder with T1WI/, T2WI/, T1WIC/ and protocol.json")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with one folder a case and truth.csv (columns case, label)"
    )
    parser.add_argument("--json", action="store_true", help="print figures as one line of JSON")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default 1)")


def run(arguments: argparse.Namespace) -> int:
    """Assess every case of truth.csv; exit status 1 where bundles or data cannot be used."""
    import torch

    from ml.bundle import BundleRefused
    from ml.training.assessment import assess, load_cutoffs, load_predictors, predict_case
    from ml.training.folder import FolderRefused, read_cases
    from ml.training.report import as_text
    from ml.volume import VolumeRefused

    if arguments.threads < 1:
        sys.stderr.write(f"Asked for {arguments.threads} threads; at least 1 is needed.\n")
        return 1
    torch.set_num_threads(arguments.threads)
    try:
        predictors, cutoffs = load_predictors(arguments.bundles), load_cutoffs(arguments.bundles)
        left_out: list[dict[str, str]] = []
        predictions = []
        for case in read_cases(arguments.data, left_out):
            try:
                predictions.append(predict_case(case, predictors))
            except VolumeRefused as refused:
                left_out.append({"case": case.name, "reason": str(refused)})
        if not predictions:
            raise FolderRefused(f"No case of {arguments.data} could be read: {left_out}.")
    except (BundleRefused, FolderRefused, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    result = {
        **assess(predictions, cutoffs),
        "left_out": left_out,
        "label": str(next(iter(predictors.values())).bundle.label),
    }
    sys.stdout.write(json.dumps(result) + "\n" if arguments.json else as_text(result))
    return 0
