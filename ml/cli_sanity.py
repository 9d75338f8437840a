"""Check that maps explain the network: similarity as its weights, or its labels, become random (Adebayo et al., 2018)."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

WORK = Path("var") / "sanity"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--bundle --phantom --labels --work --json."""
    parser.add_argument("--bundle", type=Path, required=True, metavar="DIR", help="the network to check")
    parser.add_argument("--phantom", type=int, default=4, metavar="N", help="synthetic recurrences to explain (default 4)")
    parser.add_argument(
        "--labels",
        type=int,
        default=0,
        metavar="N",
        help="train three networks of the same kind on N synthetic cases too: true labels twice, permuted labels once",
    )
    parser.add_argument("--work", type=Path, default=WORK, help=f"folder for the cases of --labels (default {WORK})")
    parser.add_argument("--json", action="store_true", help="print as one line of JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check every method; exit status 1 where one fails or the bundle cannot be used, 2 where arguments make no sense."""
    import torch

    from ml.bundle import Bundle, BundleRefused

    if arguments.phantom < 1 or arguments.labels < 0:
        sys.stderr.write(f"phantom {arguments.phantom}, labels {arguments.labels}; expected at least 1 and 0.\n")
        return 2
    torch.set_num_threads(1)
    try:
        bundle = Bundle.load(arguments.bundle)
    except BundleRefused as error:
        sys.stderr.write(f"{error}\n")
        return 1
    result, passed = _check(bundle, arguments)
    if arguments.json:
        sys.stdout.write(json.dumps(result, allow_nan=False) + "\n")
    else:
        sys.stdout.write(_as_markdown(result))
    return 0 if passed else 1


def _check(bundle: Any, arguments: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    from dataclasses import asdict

    import torch

    from ml.appraisal.layers import phantom_lesions
    from ml.appraisal.sanity import PASSES_BELOW, cascade_similarity, compare_labels, first_part
    from ml.explanation import Method
    from ml.phantom.case import Cohort
    from ml.prediction import load_network

    cohort: Cohort = "external" if bundle.fat_saturated else "internal"
    lesions = phantom_lesions(arguments.phantom, 81, cohort, [bundle.role])
    prepared = (bundle.preprocessing.apply(lesion.volumes[bundle.role]).voxels for lesion in lesions)
    inputs = [torch.from_numpy(voxels)[None, None] for voxels in prepared]
    network, spacing = load_network(bundle), bundle.preprocessing.spacing
    result: dict[str, Any] = {"bundle": bundle.name, "cases": len(inputs), "passes_below": PASSES_BELOW, "weights": {}}
    passed, places = True, ("head", *network.spec.stages, first_part(network))
    for method in Method:
        steps = cascade_similarity(network, inputs, method, spacing=spacing, place=bundle.heatmap_layer, only=places)
        result["weights"][str(method)] = [asdict(step) for step in steps]
        passed &= steps[-1].similarity < PASSES_BELOW
    if arguments.labels:
        networks, result["by_heart"] = _by_heart(bundle, cohort, arguments)
        checks = [compare_labels(networks, inputs, method, spacing, bundle.heatmap_layer) for method in Method]
        result["labels"] = [{**asdict(check), "passed": check.passed} for check in checks]
        passed &= all(check.passed for check in checks)
    return result, passed


def _by_heart(bundle: Any, cohort: Any, arguments: argparse.Namespace) -> tuple[Any, list[float]]:
    """Three networks of the bundle's kind: true labels, true labels from another start, permuted labels."""
    from ml.appraisal.sanity import fit_by_heart, permuted
    from ml.material.cohort import CohortPlan, make_inputs

    plan = CohortPlan("sanity", arguments.labels, 82, cohort)
    made = make_inputs(plan, bundle.preprocessing, arguments.work, roles=(bundle.role,))
    voxels = made.voxels[bundle.role]
    fitted = []
    for seed, labels in enumerate((made.labels, made.labels, permuted(made.labels, 7))):
        said = f"network {seed + 1} of 3, "
        fitted.append(
            fit_by_heart(
                bundle.network,
                voxels,
                labels,
                seed=seed,
                report=lambda text, said=said: _say(said + text),  # type: ignore[misc]
            )
        )
    return tuple(one.network for one in fitted), [one.accuracy for one in fitted]


def _as_markdown(result: dict[str, Any]) -> str:
    lines = ["| random from the head down to | " + " | ".join(result["weights"]) + " |"]
    lines.append("|" + "---|" * (1 + len(result["weights"])))
    columns = list(result["weights"].values())
    for steps in zip(*columns, strict=True):
        lines.append(f"| {steps[0]['part']} | " + " | ".join(f"{step['similarity']:.2f}" for step in steps) + " |")
    if "labels" in result:
        known = ", ".join(f"{100 * share:.0f} %" for share in result["by_heart"])
        lines += ["", f"Labels known by heart (true, true, permuted): {known}.", ""]
        lines += ["| method | another start, true labels | permuted labels | passed |", "|---|---|---|---|"]
        lines += [
            f"| {row['method']} | {row['to_true_labels']:.2f} | {row['to_permuted_labels']:.2f} "
            f"| {'yes' if row['passed'] else 'no'} |"
            for row in result["labels"]
        ]
    return "\n".join(lines) + "\n"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
