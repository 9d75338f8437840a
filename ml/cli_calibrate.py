"""Find a set's cutoffs: of networks just trained, or of finished bundles on other patients' studies."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml.tactic_calibration import TacticCalibration
    from ml.tactic_cases import Resampling

WORK = Path("var") / "calibrate"
FEW = 20
"""Examinations with or without recurrence, below which a calibration is called a trial."""
DETAILS = """\
  python -m ml calibrate RUN                                     networks trained in RUN, on the part no network has seen
  python -m ml calibrate RUN1 RUN2 RUN3                          the same, each sequence trained in a folder of its own
  python -m ml calibrate --bundles SET --data DIR --out SET2     finished bundles, on DIR's studies with truth.csv
  python -m ml calibrate --bundles SET --phantom internal:300 --out SET2

The first two print what `python -m ml bundle RUN --out SET --name NAME` will write. The others write SET2: the same bundles
with another protocol.json, for `manage.py install_bundles SET2 --activate`. DIR has a folder of DICOM files for each case,
and truth.csv with case, label, and patient where one has several cases: none that a network has learnt from.

--json: {"cutoffs": {"first", "second", "T1WIC"}, "left_out": [{"case", "reason"}, …], and what protocol.json keeps}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """RUN… or --bundles with --data or --phantom; --out --name --target, resampling, --work --json."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = DETAILS
    parser.add_argument("runs", type=Path, nargs="*", metavar="RUN", help="folders of `python -m ml train`")
    parser.add_argument("--bundles", type=Path, default=None, metavar="SET", help="finished bundles with protocol.json")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--data", type=Path, default=None, metavar="DIR", help="studies with truth.csv")
    place.add_argument("--phantom", default=None, metavar="COHORT:CASES", help="a synthetic cohort, such as internal:300")
    parser.add_argument("--out", type=Path, default=None, metavar="SET2", help="with --bundles: where the new set goes")
    parser.add_argument("--name", default=None, help="with --bundles: the new protocol's name (default: that of the set)")
    parser.add_argument("--target", default="0.9", help="sensitivity that the second cutoff is to reach (default 0.9)")
    parser.add_argument("--folds", type=int, default=10, help="of the cross-validation (default 10)")
    parser.add_argument("--repeats", type=int, default=20, help="of the cross-validation (default 20)")
    parser.add_argument("--resamples", type=int, default=1000, help="of the bootstrap (default 1000)")
    parser.add_argument("--work", type=Path, default=WORK, help=f"with --phantom: partial results (default {WORK})")
    parser.add_argument("--processes", type=int, default=1, help="with --phantom: processes that make cases (default 1)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default 1)")
    parser.add_argument("--json", action="store_true", help="print everything as one line of JSON")


def run(arguments: argparse.Namespace) -> int:
    """Calibrate and print; exit status 1 where runs, bundles or studies are refused, 2 where arguments make no sense."""
    import torch

    from ml.appraisal.folder import FolderRefused
    from ml.bundle import BundleRefused
    from ml.protocol import ProtocolRefused
    from ml.tactic_cases import Resampling
    from ml.training.checkpoint import RunRefused

    finished = arguments.bundles is not None
    with_material = arguments.out is not None and (arguments.data or arguments.phantom)
    if finished == bool(arguments.runs) or finished != bool(with_material):
        sys.stderr.write("Expected runs alone, or --bundles SET and --out SET2 with --data DIR or --phantom COHORT:CASES.\n")
        return 2
    torch.set_num_threads(arguments.threads)
    try:
        plan = Resampling(folds=arguments.folds, repeats=arguments.repeats, resamples=arguments.resamples)
        found, left_out = _of_bundles(arguments, plan) if finished else (_of_runs(arguments, plan), [])
    except (RunRefused, BundleRefused, ProtocolRefused, FolderRefused, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    stored = found.to_json()
    cutoffs = {"first": found.cutoffs.first, "second": found.cutoffs.second, "T1WIC": found.cutoffs.t1wic}
    if arguments.json:
        sys.stdout.write(json.dumps({"cutoffs": cutoffs, "left_out": left_out, **stored}, allow_nan=False) + "\n")
        return 0
    sys.stdout.write(_text(cutoffs, stored))
    sys.stdout.write("".join(f"left out: {row['case']}: {row['reason']}\n" for row in left_out))
    if finished:
        sys.stdout.write(f"Install and use it: .venv/bin/python manage.py install_bundles {arguments.out} --activate\n")
    return 0


def _of_runs(arguments: argparse.Namespace, plan: "Resampling") -> "TacticCalibration":
    from ml.training.runs import load_runs

    return load_runs(arguments.runs).calibrate(arguments.target, plan).tactic


def _of_bundles(arguments: argparse.Namespace, plan: "Resampling") -> "tuple[TacticCalibration, list[dict[str, str]]]":
    from ml.appraisal.evaluation import PhantomMaterial, Reading
    from ml.protocol import FILE, ProtocolFile
    from ml.training.recalibration import calibrate_set

    def report(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    return calibrate_set(
        arguments.bundles,
        PhantomMaterial.parse(arguments.phantom) if arguments.phantom else arguments.data,
        arguments.out,
        name=arguments.name or ProtocolFile.load(arguments.bundles / FILE).name,
        target=arguments.target,
        resampling=plan,
        reading=Reading(arguments.work, arguments.processes, report),
    )


def _text(cutoffs: Mapping[str, float], stored: Mapping[str, Any]) -> str:
    tactic, second = stored["tactic"], stored["second"]
    lines = [
        f"{stored['examinations']} examinations of {stored['patients']} patients, {stored['recurrences']} with recurrence",
        *(f"{name} cutoff {value!r}" for name, value in cutoffs.items()),
        f"second cutoff: {second.get('note') or second['attainment']}",
    ]
    for words, key in (("on the same cases", "apparent"), ("cross-validated", "cross_validated")):
        said = {name: _share(tactic[key][name]) for name in ("sensitivity", "specificity")}
        said["spared contrast"] = _share(tactic[f"{key}_spared"])
        # What cannot be estimated at all is said once.
        alike = len(set(said.values())) == 1 and tactic[key]["sensitivity"].get("value") is None
        figures = said["sensitivity"] if alike else ", ".join(f"{name} {share}" for name, share in said.items())
        lines.append(f"the tactic, {words}: {figures}")
    optimism = tactic["optimism"]
    lines.append(f"optimism of the sensitivity (bootstrap): {'not estimable' if optimism is None else f'{optimism:.3f}'}")
    lines.append(f"Brier score of T1_T2: {_share(stored['probability']['brier'])}")
    if min(stored["recurrences"], stored["examinations"] - stored["recurrences"]) < FEW:
        lines.append(
            f"note: cutoffs from fewer than {FEW} examinations of a kind hang on single patients: a trial, nothing to act on"
        )
    return "\n".join(lines) + "\n"


def _share(estimate: Mapping[str, Any]) -> str:
    value, low, high = estimate.get("value"), estimate.get("low"), estimate.get("high")
    if value is None:
        return f"not estimable ({estimate.get('reason') or 'too few cases'})"
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} ({low:.3f}-{high:.3f})"
