"""Train the demonstration bundles from nothing on synthetic data; a run that was stopped goes on."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

BUNDLES = Path(__file__).resolve().parent / "bundles" / "demonstration"
WORK = Path("var") / "train-demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--work --out --epochs --training-cases --threads --json."""
    parser.add_argument(
        "--work", type=Path, default=WORK, help=f"folder for cohorts and unfinished networks (default {WORK})"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=BUNDLES,
        help="where the finished bundles and protocol.json go (default: the shipped ones)",
    )
    parser.add_argument("--epochs", type=int, default=None, help="passes over the training cohort (default: as shipped)")
    parser.add_argument("--training-cases", type=int, default=None, help="size of the training cohort (default: as shipped)")
    parser.add_argument(
        "--threads", type=int, default=min(2, os.cpu_count() or 1), help="CPU threads and generating processes"
    )
    parser.add_argument("--json", action="store_true", help="print the held-out figures as JSON at the end")


def run(arguments: argparse.Namespace) -> int:
    """Train, calibrate, prove, write; exit status 1 where the folder for the bundles holds something else."""
    from dataclasses import replace

    import torch

    from ml.bundle import BundleRefused
    from ml.training.demonstration import DemonstrationPlan, train_demonstration

    torch.set_num_threads(arguments.threads)
    plan = DemonstrationPlan()
    if arguments.epochs:
        plan = replace(plan, recipe=replace(plan.recipe, epochs=arguments.epochs))
    if arguments.training_cases:
        plan = replace(plan, training=arguments.training_cases)
    started = time.monotonic()

    def report(text: str) -> None:
        sys.stderr.write(f"[{(time.monotonic() - started) / 60:5.1f} min] {text}\n")

    try:
        proof = train_demonstration(plan, arguments.work, arguments.out, report, arguments.threads)
    except BundleRefused as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if arguments.json:
        sys.stdout.write(json.dumps(proof) + "\n")
    else:
        from ml.training.report import as_text

        sys.stdout.write(as_text(proof))
    return 0
