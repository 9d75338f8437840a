"""Assess sets of bundles on cases whose truth is known: the paper's Table 1, tiers, errors by kind, heatmaps."""

import argparse
import json
import sys
from pathlib import Path

WORK = Path("var") / "evaluate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--bundles --data --phantom --prevalence --json --markdown --causes --work --processes --threads."""
    parser.add_argument(
        "--bundles",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="folders with T1WI/, T2WI/, T1WIC/ and protocol.json each",
    )
    parser.add_argument(
        "--data",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="folder with one folder of DICOM files a case and truth.csv (columns case, label); may be given again",
    )
    parser.add_argument(
        "--phantom",
        nargs="+",
        default=[],
        metavar="COHORT:CASES",
        help="synthetic cohorts made on the fly, such as internal:400 external:200 (a seed may follow: internal:400:77); "
        "each is read by the sets that were trained with its fat saturation",
    )
    parser.add_argument(
        "--prevalence",
        type=float,
        nargs="+",
        default=[0.03, 0.1],
        metavar="SHARE",
        help="PPV and NPV at these prevalences of recurrence too, besides the cohort's own (default 0.03 0.1)",
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print everything as one line of JSON")
    shape.add_argument("--markdown", action="store_true", help="print the tables for a document")
    parser.add_argument(
        "--causes",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="make every false alarm of a synthetic cohort again without each of its imitators, to say what it hangs on "
        "(default; takes about as long again)",
    )
    parser.add_argument("--work", type=Path, default=WORK, help=f"folder for partial results (default {WORK})")
    parser.add_argument("--processes", type=int, default=1, help="processes that make and read synthetic cases (default 1)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of each (default 1)")


def run(arguments: argparse.Namespace) -> int:
    """Assess every set on every cohort; exit status 1 where bundles or data cannot be used."""
    import torch

    from ml.appraisal.evaluation import PhantomMaterial, Reading, evaluate
    from ml.appraisal.folder import FolderRefused
    from ml.appraisal.report import as_markdown, as_tables
    from ml.bundle import BundleRefused
    from ml.protocol import ProtocolRefused

    if arguments.threads < 1:
        sys.stderr.write(f"Asked for {arguments.threads} threads; at least 1 is needed.\n")
        return 1
    torch.set_num_threads(arguments.threads)
    try:
        materials = [*(PhantomMaterial.parse(text) for text in arguments.phantom), *arguments.data]
        if not materials:
            raise ValueError("There is nothing to assess the bundles on: give --data DIR or --phantom COHORT:CASES.")
        if not all(0 < share < 1 for share in arguments.prevalence):
            raise ValueError(f"Prevalences are {arguments.prevalence}; expected shares between 0 and 1.")
        result = evaluate(
            arguments.bundles,
            materials,
            arguments.prevalence,
            Reading(arguments.work, arguments.processes, _say, arguments.causes),
        )
    except (BundleRefused, ProtocolRefused, FolderRefused, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if arguments.json:
        sys.stdout.write(json.dumps(result, allow_nan=False) + "\n")
    elif arguments.markdown:
        sys.stdout.write(as_markdown(result))
    else:
        sys.stdout.write(as_tables(result))
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
