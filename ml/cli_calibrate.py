"""Find a set's cutoffs: on the part of the data that no network of a run has seen, or on other patients' studies."""

import argparse
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml.tactic_calibration import TacticCalibration

DETAILS = """\
  python -m ml calibrate RUN                         cutoffs of the networks that were trained in RUN, on its test part
  python -m ml calibrate RUN1 RUN2 RUN3              the same where each sequence was trained in a folder of its own
  python -m ml calibrate SET --data DIR --out SET2   new cutoffs for finished bundles, on DIR's studies with truth.csv

The first two print what `python -m ml bundle RUN --out SET --name NAME` will write. The last one writes SET2, the same
bundles with another protocol.json, to be installed with `manage.py install_bundles SET2`.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FOLDER… --target --data --out --name --json."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = DETAILS
    parser.add_argument("folders", type=Path, nargs="+", metavar="RUN", help="folders of `python -m ml train`, or one set")
    parser.add_argument("--target", default="0.9", help="sensitivity that the second cutoff is to reach (default 0.9)")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="studies to calibrate a finished set on")
    parser.add_argument("--out", type=Path, default=None, metavar="SET2", help="with --data: where the new set goes")
    parser.add_argument("--name", default=None, help="with --data: the new protocol's name (default: the set's)")
    parser.add_argument("--json", action="store_true", help="print everything as one line of JSON")


def run(arguments: argparse.Namespace) -> int:
    """Calibrate and print; exit status 1 where runs, bundles or studies are refused, 2 where arguments make no sense."""
    from ml.bundle import BundleRefused
    from ml.protocol import ProtocolRefused
    from ml.training.checkpoint import RunRefused
    from ml.training.folder import FolderRefused

    if (arguments.data is None) != (arguments.out is None) or (arguments.data is not None and len(arguments.folders) != 1):
        sys.stderr.write("Expected runs alone, or one finished set with --data and --out.\n")
        return 2
    try:
        found, left_out = _calibrate_set(arguments) if arguments.data else (_calibrate_runs(arguments), [])
    except (RunRefused, BundleRefused, ProtocolRefused, FolderRefused, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    stored = found.to_json()
    cutoffs = {"first": found.cutoffs.first, "second": found.cutoffs.second, "T1WIC": found.cutoffs.t1wic}
    if arguments.json:
        sys.stdout.write(json.dumps({"cutoffs": cutoffs, "left_out": left_out, **stored}, allow_nan=False) + "\n")
    else:
        sys.stdout.write(_text(cutoffs, stored) + "".join(f"left out: {line}\n" for line in left_out))
    return 0


def _calibrate_runs(arguments: argparse.Namespace) -> "TacticCalibration":
    from ml.training.runs import load_runs

    return load_runs(arguments.folders).calibrate(arguments.target).tactic


def _calibrate_set(arguments: argparse.Namespace) -> "tuple[TacticCalibration, list[str]]":
    """Score the studies with a finished set and write the same bundles with a new protocol.json beside them."""
    from ml.protocol import FILE, ROLES, ProtocolFile, write_protocol
    from ml.training.assessment import load_predictors, predict_case
    from ml.training.calibration import calibrate_predictions
    from ml.training.folder import read_cases

    (folder,) = arguments.folders
    if arguments.out.exists():
        raise ValueError(
            f"{arguments.out} is there already; bundles and protocols are never written over. Name another folder."
        )
    predictors, protocol = load_predictors(folder), ProtocolFile.load(folder / FILE)
    left_out: list[dict[str, str]] = []
    predictions = [predict_case(case, predictors) for case in read_cases(arguments.data, left_out)]
    calibration, incomplete = calibrate_predictions(predictions, weights=protocol.weights, target=arguments.target)
    arguments.out.mkdir(parents=True)
    for role in ROLES:
        shutil.copytree(folder / role, arguments.out / role)
    bundle = next(iter(predictors.values())).bundle
    name = arguments.name or protocol.name
    write_protocol(arguments.out, calibration, name=name, label=bundle.label, synthetic=bundle.synthetic)
    told = [f"{row['case']}: {row['reason']}" for row in left_out]
    return calibration, told + [f"{case}: without T1WI or T2WI" for case in incomplete]


def _text(cutoffs: Mapping[str, float], stored: Mapping[str, Any]) -> str:
    tactic = stored["tactic"]
    second = stored["second"]
    lines = [
        f"{stored['patients']} patients, {stored['recurrences']} of {stored['examinations']} examinations with recurrence",
        *(f"{name} cutoff {value!r}" for name, value in cutoffs.items()),
        f"second cutoff: {second['attainment']}{'. ' + second['note'] if second.get('note') else ''}",
    ]
    for words, key in (("on the same cases", "apparent"), ("cross-validated", "cross_validated")):
        figures = [f"{name} {_share(tactic[key][name])}" for name in ("sensitivity", "specificity")]
        lines.append(f"the tactic, {words}: {', '.join(figures)}, spared contrast {_share(tactic[f'{key}_spared'])}")
    return "\n".join(lines) + "\n"


def _share(estimate: Mapping[str, Any]) -> str:
    value = estimate.get("value")
    return "not estimable" if value is None else f"{value:.3f} ({estimate['low']:.3f}-{estimate['high']:.3f})"
