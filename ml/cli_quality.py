"""How often guard and quality gates speak, on sound synthetic cases and on those with a known fault."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ml.preprocessing import Preprocessing
    from ml.screening import Screening
    from ml.series.role import Role

    Kept: TypeAlias = tuple[dict[Role, Screening], Preprocessing]

DETAILS = """\
  python -m ml quality --bundles ml/bundles/demonstration --cases 50   the guards that a set of bundles keeps
  python -m ml quality --fit 100 --cases 50                            guards made for this from 100 + 100 synthetic cases
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--bundles | --fit, --cohort --cases --matrix --work --json."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = DETAILS
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--bundles", type=Path, help="folder with T1WI/, T2WI/ and T1WIC/")
    source.add_argument("--fit", type=int, metavar="N", help="make guards from N training and N calibration cases")
    parser.add_argument("--cohort", choices=("internal", "external"), default="internal")
    parser.add_argument("--cases", type=int, default=50, help="cases to try, each with every fault (default 50)")
    parser.add_argument("--matrix", type=int, default=None, help="pixels along a side, for quicker trials")
    parser.add_argument(
        "--work", type=Path, default=Path("var") / "quality", help="where --fit keeps what it saw (default var/quality)"
    )
    parser.add_argument("--json", action="store_true", help="print the rates as JSON instead of a table")


def run(arguments: argparse.Namespace) -> int:
    """Try and print; exit status 1 where the bundles cannot be used, 2 where the numbers make no sense."""
    from tqdm import tqdm

    from ml.bundle import BundleRefused
    from ml.training.guard_trials import Plan, as_table, judgements, rates

    if arguments.cases < 1 or (arguments.fit is not None and arguments.fit < 20):
        sys.stderr.write(f"cases {arguments.cases}, fit {arguments.fit}; expected at least 1 case, and 20 to fit on.\n")
        return 2
    try:
        screenings, preprocessing = _of_bundles(arguments.bundles) if arguments.bundles else _fitted(arguments)
        plan = Plan(screenings, preprocessing, arguments.cohort, arguments.cases, matrix=arguments.matrix)
        found = list(tqdm(judgements(plan), unit="series", disable=not sys.stderr.isatty()))
    except (BundleRefused, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    result = rates(found)
    sys.stdout.write(json.dumps(result) + "\n" if arguments.json else as_table(result))
    return 0


def _of_bundles(folder: Path) -> "Kept":
    """What a set of bundles keeps."""
    from ml.bundle import Bundle
    from ml.phantom.case import ROLES

    bundles = {role: Bundle.load(folder / role) for role in ROLES}
    made = {bundle.preprocessing for bundle in bundles.values()}
    if len(made) > 1:
        raise ValueError("The bundles are preprocessed in different ways; the trials prepare each case once.")
    return {role: bundle.screening for role, bundle in bundles.items()}, made.pop()


def _fitted(arguments: argparse.Namespace) -> "Kept":
    """Guards and gates made for the trial, with the shipped networks' preprocessing."""
    from ml.crops import COMPACT_CROP
    from ml.material.cohort import CohortPlan
    from ml.screening import Screening
    from ml.training.guarding import cohort_safeguards

    start = 9007 if arguments.cohort == "internal" else 9017
    training, calibration = (
        CohortPlan(name, arguments.fit, start + k, arguments.cohort) for k, name in enumerate(("training", "calibration"))
    )
    made = cohort_safeguards(
        training, calibration, COMPACT_CROP, arguments.work, most=arguments.fit, matrix=arguments.matrix
    )
    return {role: Screening.from_json(one.guard, one.quality) for role, one in made.items()}, COMPACT_CROP
