"""Write synthetic studies as DICOM, with their truth beside them."""

import argparse
import sys
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from ml.phantom.case import COHORTS, ROLES, cohort_seeds, generate_case
from ml.phantom.dicom import MASKS, TRUTH_FILE, write_mask, write_study, write_truth
from ml.series.role import Role


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--cases --first --seed --out --cohort --roles."""
    parser.add_argument("--cases", type=int, required=True, help="how many patients")
    parser.add_argument("--first", type=int, default=0, help="leave out this many patients before them (to go on later)")
    parser.add_argument(
        "--seed", type=int, required=True, help="0 to 8999; the same seed gives the same bytes (9000 on: training)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for 001/…, 002/…, truth.csv and masks/")
    parser.add_argument("--cohort", choices=COHORTS, default="internal", help="external: fat-saturated T2WI and T1WIC")
    parser.add_argument(
        "--roles", default=",".join(ROLES), help="series to write, such as T1WI,T2WI (an examination without contrast)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the cohort; exit status 2 where the arguments make no sense."""
    unknown = set(arguments.roles.split(",")) - {str(role) for role in ROLES}
    if arguments.cases < 1 or arguments.first < 0 or arguments.seed < 0 or unknown:
        sys.stderr.write(
            f"cases {arguments.cases}, first {arguments.first}, seed {arguments.seed}, roles {arguments.roles}; "
            f"expected at least one case, first and seed from 0, and roles out of {','.join(ROLES)}.\n"
        )
        return 2
    roles = [Role(name) for name in arguments.roles.split(",")]
    arguments.out.mkdir(parents=True, exist_ok=True)
    truths = []
    seeds = islice(cohort_seeds(arguments.first + arguments.cases, arguments.seed), arguments.first, None)
    for number, (seed, label) in enumerate(
        tqdm(seeds, total=arguments.cases, unit="case", disable=not sys.stderr.isatty()), start=arguments.first + 1
    ):
        case = generate_case(seed, arguments.cohort, label=label, roles=roles)
        name = f"{number:03d}"
        write_study(case, arguments.out / name)
        if case.lesion is not None:
            write_mask(case.lesion, arguments.out / MASKS / f"{name}.npz")
        truths.append((name, case.truth))
    write_truth(truths, arguments.out / TRUTH_FILE)
    sys.stdout.write(f"{arguments.cases} synthetic studies and {TRUTH_FILE} in {arguments.out}\n")
    return 0
