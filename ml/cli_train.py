"""Train networks on a data set: DICOM studies with a table of truths, the public NPC layout, or a synthetic cohort."""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml.material.preparation import Prepared
    from ml.material.sources import DataSource
    from ml.material.split import Split
    from ml.preprocessing import Preprocessing
    from ml.training.runs import RunPlan

SEQUENCES = ("T1WI", "T2WI", "T1WIC")
DETAILS = """\
Layouts:
  dicom    DIR/CASE/… any DICOM files, and DIR/truth.csv with the columns case and label (0 or 1), and patient where one
           has several cases. `manage.py export_training_set` writes it, `python -m ml phantom` too.
  npc      DIR/NNN/{T1WI,T2WI,CE-T1WI}/*.dcm and DIR/NNN/ROI-{T1,T2,CE-T1}.nii: the public NPC data set. Labels come from
           truth.csv where there is one, else from the masks: 1 where one marks a voxel.
           `python -m ml phantom --layout npc` writes synthetic patients so.
  phantom  no folder: --data internal:60:8100 makes 60 synthetic patients of seed 8100.

For instance, three small networks on a CPU; full-size ones want a GPU:
  python -m ml train --data DIR --architecture densenet-compact --recipe fast --out RUN

A run that was stopped, or killed, goes on with the same command from its last full epoch. Curves: RUN/SEQUENCE/curves.csv.
Then: python -m ml calibrate RUN, and python -m ml bundle RUN --out SET --name NAME.

--json: {"networks": {SEQUENCE: {"folder", "epochs", "best": {"epoch", "validation_loss", "validation_auc", …}}},
         "left_out": [TEXT, …]}. Progress goes to the standard error output.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything about data, network, recipe and machine."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = DETAILS
    data = parser.add_argument_group("data")
    data.add_argument("--data", required=True, metavar="DIR", help="the data set's folder (phantom: COHORT:CASES:SEED)")
    data.add_argument("--layout", choices=("dicom", "npc", "phantom"), default="dicom", help="default dicom; see below")
    data.add_argument("--truth", type=Path, default=None, metavar="CSV", help="another table of truths than DIR/truth.csv")
    data.add_argument("--sequence", choices=(*SEQUENCES, "all"), default="all", help="which network (default all three)")
    data.add_argument(
        "--split", default="8:1:1", metavar="A:B:C", help="training, validation, test; the paper's: 8:1:1, 1.4:1:1"
    )
    data.add_argument(
        "--split-file", type=Path, default=None, metavar="JSON", help="split.json of another run instead of drawing one"
    )
    data.add_argument(
        "--skip-unusable", action="store_true", help="leave out cases with problems instead of refusing the set"
    )
    what = parser.add_argument_group("network and recipe")
    names = ("densenet121", "resnet34", "densenet-compact", "resnet-compact")
    what.add_argument(
        "--architecture", choices=names, default="densenet121", help="default densenet121; the compact ones suit a CPU"
    )
    what.add_argument(
        "--recipe", choices=("paper", "fast"), default="paper", help="the paper's to the letter (default), or fast"
    )
    what.add_argument("--epochs", type=int, default=None, metavar="N", help="default: the recipe's, 60")
    what.add_argument(
        "--seed", type=int, default=2025, metavar="N", help="of split, weights, order and variation (default 2025)"
    )
    what.add_argument(
        "--crop", default=None, metavar="SxRxC", help="voxels about the nasopharynx (full size 24x128x128, compact 20x48x48)"
    )
    what.add_argument(
        "--spacing", default=None, metavar="MMxMMxMM", help="of these voxels (full size 5x1.5x1.5, compact 5x2.3x2.3)"
    )
    what.add_argument(
        "--rise", type=float, default=None, metavar="MM",
        help="how far the crop's centre lies above the nasopharynx's (full size 0, compact 10)",
    )  # fmt: skip
    machine = parser.add_argument_group("machine")
    machine.add_argument("--out", type=Path, required=True, metavar="RUN", help="the run's folder; the same one goes on")
    machine.add_argument(
        "--devices", type=_count, default=1, metavar="N", help="how many GPUs, or processes on a CPU (default 1)"
    )
    machine.add_argument(
        "--accelerator", choices=("auto", "cpu", "cuda"), default="auto", help="default: a GPU if there is one"
    )
    machine.add_argument(
        "--precision",
        choices=("32-true", "16-mixed", "bf16-mixed"),
        default="32-true",
        help="mixed: faster on GPUs (default 32-true)",
    )
    machine.add_argument(
        "--threads", type=_count, default=os.cpu_count() or 1, metavar="N", help="CPU threads (default: all)"
    )
    machine.add_argument(
        "--workers", type=int, default=0, metavar="N", help="processes that vary cases ahead of a GPU (default 0)"
    )
    machine.add_argument(
        "--processes", type=_count, default=1, metavar="N", help="processes that crop cases before training (default 1)"
    )
    machine.add_argument("--json", action="store_true", help="print what came of it as one line of JSON")


def _count(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Prepare and train; exit status 1 where data or run are refused, 2 where arguments make no sense."""
    import torch
    from lightning_fabric import Fabric

    from ml.material.problems import DataRefused
    from ml.material.split import parse_ratio
    from ml.training.checkpoint import RunRefused
    from ml.training.loop import Machine
    from ml.training.runs import train_roles

    torch.set_num_threads(arguments.threads)
    started = time.monotonic()
    # Fabric starts this command again for every further device; these need not repeat what the first one says.
    first = int(os.environ.get("LOCAL_RANK", "0")) == 0

    def report(text: str) -> None:
        if first:
            sys.stderr.write(f"[{(time.monotonic() - started) / 60:5.1f} min] {text}\n")

    try:
        plan = _plan(arguments)
        parse_ratio(arguments.split)
        if arguments.accelerator == "cuda" and not torch.cuda.is_available():
            raise ValueError("PyTorch finds no GPU here. Leave out --accelerator cuda, or install a PyTorch made for CUDA.")
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        source = _source(arguments)
        prepared = _prepare(arguments, source, plan.preprocessing, report)
        strategy = "ddp" if arguments.devices > 1 else "auto"
        fabric = Fabric(
            accelerator=arguments.accelerator, strategy=strategy, devices=arguments.devices, precision=arguments.precision
        )
        fabric.launch()
        machine = Machine(fabric, arguments.workers)
        summary = train_roles(plan, prepared, source.description, arguments.out, report, machine)
    except (DataRefused, RunRefused) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if first:
        _print(summary, [str(problem) for problem in prepared.left_out], arguments.json)
    return 0


def _plan(arguments: argparse.Namespace) -> "RunPlan":
    from dataclasses import replace

    from ml.architecture import ARCHITECTURES
    from ml.training.recipe import RECIPES
    from ml.training.runs import RunPlan

    recipe = replace(RECIPES[arguments.recipe], seed=arguments.seed)
    if arguments.epochs is not None:
        recipe = replace(recipe, epochs=arguments.epochs)
    network = ARCHITECTURES[arguments.architecture]
    return RunPlan(arguments.architecture, network, recipe, _preprocessing(arguments))


def _preprocessing(arguments: argparse.Namespace) -> "Preprocessing":
    from dataclasses import replace

    from ml.crops import crop_for

    usual = crop_for(arguments.architecture)
    found: dict[str, Any] = {}
    if arguments.crop is not None:
        found["shape"] = tuple(int(n) for n in _three(arguments.crop, "24x128x128", r"\d+"))
    if arguments.spacing is not None:
        found["spacing"] = tuple(float(mm) for mm in _three(arguments.spacing, "5x1.5x1.5", r"\d+(?:\.\d+)?"))
    if arguments.rise is not None:
        found["rise"] = arguments.rise
    return replace(usual, **found)


def _three(text: str, example: str, number: str) -> list[str]:
    """The three numbers of AxBxC; ValueError where it is none."""
    parts = text.split("x")
    if len(parts) != 3 or not all(re.fullmatch(number, part) for part in parts):
        raise ValueError(f"Crop or spacing is {text!r}; expected three numbers such as {example}.")
    return parts


def _source(arguments: argparse.Namespace) -> "DataSource":
    from ml.material.dicom_source import DicomSource
    from ml.material.npc_source import NpcSource
    from ml.material.phantom_source import PhantomSource
    from ml.material.problems import DataRefused, Problem

    if arguments.layout == "phantom":
        return PhantomSource.parse(arguments.data)
    folder = Path(arguments.data)
    if not folder.is_dir():
        raise DataRefused([Problem(None, folder, "is no folder", "Name the folder of the data set with --data.")])
    if arguments.layout == "npc":
        return NpcSource(folder, arguments.truth)
    source = DicomSource(folder, arguments.truth)
    if not source.table.is_file() and NpcSource(folder).patients():
        remedy = "Add --layout npc, which reads truth from the masks, or a truth.csv."
        raise DataRefused([Problem(None, folder, "is laid out as the public NPC data set and holds no truth.csv", remedy)])
    return source


def _prepare(
    arguments: argparse.Namespace, source: "DataSource", preprocessing: "Preprocessing", report: Callable[[str], None]
) -> "Prepared":
    from ml.material.preparation import Handling, prepare
    from ml.material.split import parse_ratio
    from ml.series.role import Role
    from ml.training.runs import INPUTS

    roles = [Role(name) for name in (SEQUENCES if arguments.sequence == "all" else (arguments.sequence,))]
    drawn = (parse_ratio(arguments.split), arguments.seed)
    settings = _stored_split(arguments.split_file) if arguments.split_file else drawn
    handling = Handling(arguments.out / INPUTS, arguments.processes, arguments.skip_unusable)
    return prepare(source, roles, preprocessing, settings, handling, report)


def _stored_split(path: Path) -> "Split":
    from ml.material.problems import DataRefused, Problem
    from ml.material.split import Split

    try:
        return Split.read(path)
    except DataRefused:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "Name the split.json of another run with --split-file."
        raise DataRefused([Problem(None, path, f"cannot be read as a split ({error!r})", remedy)]) from error


def _print(summary: dict[str, dict[str, object]], left_out: list[str], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"networks": summary, "left_out": left_out}) + "\n")
        return
    for role, found in summary.items():
        best = found["best"]
        assert isinstance(best, dict)
        sys.stdout.write(
            f"{role:6} kept epoch {best['epoch']:.0f} of {found['epochs']}: validation loss {best['validation_loss']:.4f}, "
            f"AUC {best['validation_auc']:.3f}\n"
        )
    sys.stdout.write("".join(f"left out: {line}\n" for line in left_out))
