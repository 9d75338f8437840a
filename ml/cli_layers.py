"""Measure where Grad-CAM reads best: localisation at the end of each block, on synthetic recurrences."""

import argparse
import json
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--bundle --phantom --cohort --seed --on-demand --json --markdown."""
    parser.add_argument(
        "--bundle", type=Path, nargs="+", required=True, metavar="DIR", help="bundles (weights.safetensors and bundle.json)"
    )
    parser.add_argument("--phantom", type=int, required=True, metavar="N", help="how many synthetic recurrences")
    parser.add_argument(
        "--cohort", choices=("internal", "external"), default="internal", help="external: fat-saturated T2WI and T1WIC"
    )
    parser.add_argument("--seed", type=int, default=80, help="0 to 8999, of the cases (default 80; 9000 on: training)")
    parser.add_argument(
        "--on-demand", action="store_true", help="integrated gradients and occlusion too (some seconds a case and network)"
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print every figure with its interval as one line of JSON")
    shape.add_argument("--markdown", action="store_true", help="print the table for a document (the default)")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; exit status 1 where a bundle cannot be used, 2 where the arguments make no sense."""
    import torch

    from ml.appraisal.layers import ON_DEMAND, Subject, as_markdown, measure_layers, phantom_lesions
    from ml.bundle import Bundle, BundleRefused

    if arguments.phantom < 1 or not 0 <= arguments.seed < 9000:
        sys.stderr.write(
            f"phantom {arguments.phantom}, seed {arguments.seed}; expected cases from 1 and a seed 0 to 8999.\n"
        )
        return 2
    torch.set_num_threads(1)
    try:
        bundles = [Bundle.load(folder) for folder in arguments.bundle]
        roles = list(dict.fromkeys(bundle.role for bundle in bundles))
        lesions = phantom_lesions(arguments.phantom, arguments.seed, arguments.cohort, roles)
        subjects = [Subject.of(bundle) for bundle in bundles]
        rows = measure_layers(subjects, lesions, ON_DEMAND if arguments.on_demand else ())
    except BundleRefused as error:
        sys.stderr.write(f"{error}\n")
        return 1
    text = json.dumps({"cohort": arguments.cohort, "seed": arguments.seed, "rows": rows}, allow_nan=False) + "\n"
    sys.stdout.write(text if arguments.json else as_markdown(rows))
    return 0
