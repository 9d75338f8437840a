"""`python -m ml COMMAND`: phantom, train, calibrate, bundle, evaluate, train-demo, reproduce-paper."""

import argparse
import sys
from collections.abc import Sequence

from ml import (
    cli_benchmark,
    cli_bundle,
    cli_calibrate,
    cli_errors,
    cli_evaluate,
    cli_layers,
    cli_paper,
    cli_phantom,
    cli_quality,
    cli_sanity,
    cli_train,
    cli_train_demo,
)

COMMANDS = {
    "phantom": cli_phantom,
    "train": cli_train,
    "train-demo": cli_train_demo,
    "evaluate": cli_evaluate,
    "errors": cli_errors,
    "calibrate": cli_calibrate,
    "quality": cli_quality,
    "bundle": cli_bundle,
    "benchmark": cli_benchmark,
    "layers": cli_layers,
    "sanity": cli_sanity,
    "reproduce-paper": cli_paper,
}

TRAINING = frozenset({"lightning_fabric", "torchio", "nibabel"})
"""Packages of requirements-train.txt that the application itself does without."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m ml", description="DARNDEST's networks: synthetic cohort, training, evaluation."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        summary = (module.__doc__ or "").splitlines()[0]
        module.add_arguments(commands.add_parser(name, help=summary, description=summary))
    chosen = parser.parse_args(arguments)
    try:
        return COMMANDS[chosen.command].run(chosen)
    except ModuleNotFoundError as error:
        if error.name not in TRAINING:
            raise
        sys.stderr.write(f"{chosen.command} needs {error.name}, which is not installed. make setup-train installs it.\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
