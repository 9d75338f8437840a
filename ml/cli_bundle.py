"""Show what a bundle is, or write a set of bundles with protocol.json from finished training runs."""

import argparse
import json
import sys
from pathlib import Path

DETAILS = """\
  python -m ml bundle ml/bundles/demonstration/T2WI               shows sequence, network, hash, provenance and figures
  python -m ml bundle RUN --out SET --name NAME                   writes SET/{T1WI,T2WI,T1WIC} and SET/protocol.json
  python -m ml bundle RUN1 RUN2 RUN3 --out SET --name NAME        the same, each sequence trained in a folder of its own
  .venv/bin/python manage.py install_bundles SET --activate       then installs it, and uses it for new studies

--json, of a set: {"set", "bundles": {SEQUENCE: SHA-256}, "label", "guard": {"made", "trained", "further", "needed"}}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FOLDER… --out --name --label --target --json."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = DETAILS
    parser.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDER", help="a bundle; with --out: folders of `python -m ml train`"
    )
    parser.add_argument("--out", type=Path, default=None, metavar="SET", help="write a set there")
    parser.add_argument("--name", default=None, help="with --out: what its protocol and bundles are called")
    parser.add_argument("--label", default=None, help="with --out: what stands beside every result")
    parser.add_argument("--target", default="0.9", help="with --out: as of `calibrate` (default 0.9)")
    parser.add_argument(
        "--json", action="store_true", help="print bundle.json and the hash, or the set's hashes, as one line"
    )


def run(arguments: argparse.Namespace) -> int:
    """Show or write; exit status 1 where there is no bundle or no finished run, 2 where arguments make no sense."""
    if arguments.out is None and len(arguments.folders) == 1:
        return _show(arguments.folders[0], arguments.json)
    if arguments.out is None or not arguments.name:
        sys.stderr.write("Expected one bundle to show, or runs with --out SET and --name NAME.\n")
        return 2
    return _write(arguments)


def _show(folder: Path, as_json: bool) -> int:
    from ml.bundle import Bundle, BundleRefused

    try:
        bundle = Bundle.load(folder)
    except BundleRefused as error:
        sys.stderr.write(f"{_instead(folder) or error}\n")
        return 1
    if as_json:
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


def _instead(folder: Path) -> str:
    """What to do with a folder that holds no bundle itself, where that can be told."""
    if any(folder.glob("*/run.json")):
        return f"{folder} is a training run. Write its set of bundles with --out SET and --name NAME."
    inner = sorted(path.parent.name for path in folder.glob("*/bundle.json"))
    return f"{folder} is a set of bundles. Name one of them: {folder / inner[0]}." if inner else ""


def _write(arguments: argparse.Namespace) -> int:
    """Calibrate the runs' networks and write the set."""
    from ml.bundle import BundleRefused
    from ml.protocol import bundle_hashes
    from ml.training.bundling import write_set
    from ml.training.checkpoint import RunRefused
    from ml.training.guarding import FEWEST
    from ml.training.runs import load_runs

    try:
        trained = load_runs(arguments.folders)
        facts = trained.describe(arguments.name, arguments.label)
        write_set(arguments.out, trained.networks, trained.calibrate(arguments.target), facts, {})
        hashes = bundle_hashes(arguments.out)
    except (RunRefused, BundleRefused, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    counts = {"trained": trained.seen_in_training, "further": trained.seen_further, "needed": FEWEST}
    if arguments.json:
        answer = {"set": str(arguments.out), "bundles": hashes, "label": facts.label}
        sys.stdout.write(json.dumps({**answer, "guard": {"made": trained.guarded, **counts}}) + "\n")
        return 0
    sys.stdout.write("".join(f"{role:6} {digest}\n" for role, digest in hashes.items()))
    cases = f"{counts['trained']} training and {counts['further']} other cases"
    sys.stdout.write(
        f"guard and quality gates: from {cases}\n"
        if trained.guarded
        else f"no guard and no quality gates: {cases}, at least {FEWEST} of each are needed. Each result will say that its "
        "images were compared with nothing.\n"
    )
    sys.stdout.write(f"Install and use it: .venv/bin/python manage.py install_bundles {arguments.out} --activate\n")
    return 0
