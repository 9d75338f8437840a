"""Draw a typical error of each kind, original | heatmap | fused, and write a page of them (synthetic cohorts)."""

import argparse
import json
import shlex
import sys
from pathlib import Path

from ml.cli_evaluate import WORK


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--bundles --phantom --out --markdown --json --work --processes --threads."""
    parser.add_argument(
        "--bundles",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="folders with T1WI/, T2WI/, T1WIC/ and protocol.json each",
    )
    parser.add_argument(
        "--phantom",
        nargs="+",
        required=True,
        metavar="COHORT:CASES",
        help="synthetic cohorts as for `evaluate`, such as internal:400 external:200 (a seed may follow); each is read by "
        "the sets that were trained with its fat saturation",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the pictures (errors-*.png)")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the page there (default: print the captions)")
    parser.add_argument("--json", action="store_true", help="print what was chosen, with its figures, as one line of JSON")
    parser.add_argument(
        "--work",
        type=Path,
        default=WORK,
        help=f"folder for partial results, those of `evaluate` on the same cases included (default {WORK})",
    )
    parser.add_argument("--processes", type=int, default=1, help="processes that make and read cases (default 1)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of each (default 1)")


def run(arguments: argparse.Namespace) -> int:
    """Choose, draw, write; exit status 1 where bundles or cohorts cannot be used."""
    import torch

    from ml.appraisal.error_page import page, show
    from ml.appraisal.reading import Reading
    from ml.appraisal.typical import choose_typical, read_cohorts
    from ml.bundle import BundleRefused
    from ml.protocol import ProtocolRefused

    if arguments.threads < 1:
        sys.stderr.write(f"Asked for {arguments.threads} threads; at least 1 is needed.\n")
        return 1
    torch.set_num_threads(arguments.threads)
    try:
        read = read_cohorts(arguments.bundles, arguments.phantom, Reading(arguments.work, arguments.processes, _say))
        arguments.out.mkdir(parents=True, exist_ok=True)
        shown = [show(typical, arguments.out) for typical in choose_typical(read)]
        # Only now: a run that failed leaves the older pictures, to which an older page links.
        for old in set(arguments.out.glob("errors-*.png")) - {arguments.out / one.image for one in shown}:
            old.unlink()
    except (BundleRefused, ProtocolRefused, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if arguments.markdown:
        images = Path(_relative(arguments.out, arguments.markdown.parent)).as_posix()
        arguments.markdown.write_text(page(shown, images, _command(arguments)), encoding="utf-8")
    if arguments.json:
        rows = [
            {"kind": s.typical.kind, "of": s.typical.of, "image": s.image, "caption": s.caption, **s.facts} for s in shown
        ]
        sys.stdout.write(json.dumps({"errors": rows}, allow_nan=False) + "\n")
    elif not arguments.markdown:
        sys.stdout.write("\n\n".join(f"{s.image}\n{s.caption}" for s in shown) + "\n")
    return 0


def _relative(target: Path, start: Path) -> str:
    import os

    return os.path.relpath(target.resolve(), start.resolve())


def _command(arguments: argparse.Namespace) -> str:
    words = ["--bundles", *map(str, arguments.bundles), "--phantom", *arguments.phantom]
    words += ["--out", str(arguments.out), "--markdown", str(arguments.markdown)]
    return ".venv/bin/python -m ml errors " + shlex.join(words)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
