"""Show what a bundle is: sequence, network, hash, provenance and figures; checked as it is read."""

import argparse
import json
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FOLDER --json."""
    parser.add_argument("folder", type=Path, help="a folder with weights.safetensors and bundle.json")
    parser.add_argument("--json", action="store_true", help="print bundle.json and the hash as one line")


def run(arguments: argparse.Namespace) -> int:
    """Read and print; exit status 1 where it is no bundle."""
    from ml.bundle import Bundle, BundleRefused

    try:
        bundle = Bundle.load(arguments.folder)
    except BundleRefused as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if arguments.json:
        sys.stdout.write(json.dumps({**bundle.manifest, "sha256": bundle.sha256}) + "\n")
        return 0
    lines = {
        "name": bundle.name,
        "sequence": str(bundle.role),
        "label": bundle.label,
        "sha256": bundle.sha256,
        "network": json.dumps(bundle.network.to_json()),
        "cutoff": repr(bundle.cutoff),
        "held-out": json.dumps(bundle.manifest["metrics"].get("heldout")),
    }
    sys.stdout.write("".join(f"{name:10} {value}\n" for name, value in lines.items()))
    return 0
