"""Train the shipped bundles from nothing on synthetic data; a run that was stopped goes on."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml.training.demonstration import DemonstrationPlan

BUNDLES = Path(__file__).resolve().parent / "bundles"
WORK = Path("var") / "train-demo"
NAMES = ("internal-densenet121", "internal-resnet34", "external-densenet121", "external-resnet34")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--only --work --out, sizes, --recipe --epochs --processes --json."""
    parser.add_argument("--only", choices=NAMES, action="append", default=[], help="this set alone (may be given again)")
    parser.add_argument(
        "--work", type=Path, default=WORK, help=f"folder for cohorts and unfinished networks (default {WORK})"
    )
    parser.add_argument(
        "--out", type=Path, default=BUNDLES, help="where the finished sets go, a folder each (default: the shipped ones)"
    )
    for part in ("training", "validation", "calibration", "heldout"):
        parser.add_argument(
            f"--{part}-cases", type=int, default=None, help=f"size of each {part} cohort (default: as shipped)"
        )
    parser.add_argument(
        "--lesions", type=int, default=None, help="recurrences to choose Grad-CAM's layer on (default: as shipped)"
    )
    parser.add_argument("--target", default=None, help="sensitivity for the second cutoff (default 0.85, as shipped)")
    parser.add_argument("--recipe", choices=("paper", "fast"), default=None, help="default: as shipped")
    parser.add_argument("--epochs", type=int, default=None, help="passes over the training cohort (default: as shipped)")
    parser.add_argument(
        "--processes",
        type=int,
        default=min(2, os.cpu_count() or 1),
        help="networks trained and cases made at once, one CPU thread each (default 2)",
    )
    parser.add_argument("--json", action="store_true", help="print the held-out figures as JSON at the end")


def run(arguments: argparse.Namespace) -> int:
    """Train, calibrate, prove, write; exit status 1 where a folder for the bundles holds something else, 2 where the
    arguments make no sense.
    """
    import torch

    from ml.appraisal.report import as_text
    from ml.bundle import BundleRefused
    from ml.training import comparison
    from ml.training.demonstration import SETS, train_demonstration

    torch.set_num_threads(1)
    started = time.monotonic()

    def report(text: str) -> None:
        sys.stderr.write(f"[{(time.monotonic() - started) / 60:5.1f} min] {text}\n")

    try:
        plan = _plan(arguments)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    shipped = comparison.read_all({name: BUNDLES / one.name for name, one in SETS.items()})
    try:
        proofs = train_demonstration(plan, arguments.work, arguments.out, report, arguments.processes, arguments.only)
    except BundleRefused as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if arguments.json:
        sys.stdout.write(json.dumps(proofs) + "\n")
    else:
        sys.stdout.write("\n".join(f"{name}\n\n{as_text(proof)}" for name, proof in proofs.items()))
        made = comparison.read_all({name: arguments.out / SETS[name].name for name in proofs})
        sys.stdout.write("\nHow near this came to what ships\n\n" + comparison.as_text(shipped, made))
    return 0


def _plan(arguments: argparse.Namespace) -> "DemonstrationPlan":
    from dataclasses import replace

    from ml.training.demonstration import DemonstrationPlan
    from ml.training.recipe import RECIPES

    plan = DemonstrationPlan()
    if arguments.recipe is not None:
        plan = replace(plan, recipe=RECIPES[arguments.recipe])
    if arguments.epochs is not None:
        plan = replace(plan, epochs=arguments.epochs)
    if arguments.target is not None:
        plan = replace(plan, target=arguments.target)
    if arguments.lesions is not None:
        plan = replace(plan, lesions=arguments.lesions)
    for part in ("validation", "calibration"):
        cases = getattr(arguments, f"{part}_cases")
        plan = plan if cases is None else replace(plan, **{part: cases})
    if arguments.training_cases is not None:
        plan = replace(plan, training=dict.fromkeys(plan.training, arguments.training_cases))
    if arguments.heldout_cases is not None:
        plan = replace(plan, heldout=dict.fromkeys(plan.heldout, arguments.heldout_cases))
    return plan
