"""Write synthetic studies as DICOM, with their truth beside them."""

import argparse
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ml.phantom.case import COHORTS, ROLES, SAGITTAL, Case, cohort_seeds, generate_case
from ml.phantom.defects import Defect
from ml.phantom.dicom import MASKS, SERIES_NUMBERS, TRUTH_FILE, write_mask, write_study, write_truth
from ml.series.role import Role


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--cases --first --seed --out --layout --cohort --roles --seg --sagittal --sagittal-share --defect."""
    parser.add_argument("--cases", type=int, required=True, help="how many patients")
    parser.add_argument("--first", type=int, default=0, help="leave out this many patients before them (to go on later)")
    parser.add_argument(
        "--seed", type=int, required=True, help="0 to 8999; the same seed gives the same bytes (9000 on: training)"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for 001/…, 002/…, truth.csv and masks/")
    parser.add_argument(
        "--layout",
        choices=("dicom", "npc"),
        default="dicom",
        help="npc: as the public NPC data set, 001/{T1WI,T2WI,CE-T1WI}/*.dcm, and 001/ROI-*.nii for truth",
    )
    parser.add_argument("--cohort", choices=COHORTS, default="internal", help="external: fat-saturated T2WI and T1WIC")
    parser.add_argument(
        "--roles", default=",".join(ROLES), help="series to write, such as T1WI,T2WI (an examination without contrast)"
    )
    parser.add_argument(
        "--seg", action="store_true", help="lesion masks also as DICOM SEG, in segmentations/001.dcm and so on"
    )
    parser.add_argument(
        "--sagittal", choices=SAGITTAL, default="none", help="a sagittal 3D T1 beside the axial T1WI or instead of it"
    )
    parser.add_argument(
        "--sagittal-share", type=float, default=1.0, help="share of the cases that get it, 0 to 1 (default: all)"
    )
    parser.add_argument(
        "--defect", choices=[str(d) for d in Defect], help="spoil every axial series in this way, to try quality gates on"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the cohort; exit status 2 where the arguments make no sense."""
    problem = _problem(arguments)
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    roles = [Role(name) for name in arguments.roles.split(",")]
    arguments.out.mkdir(parents=True, exist_ok=True)
    truths = []
    seeds = islice(cohort_seeds(arguments.first + arguments.cases, arguments.seed), arguments.first, None)
    for number, (seed, label) in enumerate(
        tqdm(seeds, total=arguments.cases, unit="case", disable=not sys.stderr.isatty()), start=arguments.first + 1
    ):
        chosen = np.random.default_rng([seed, 17]).random() < arguments.sagittal_share
        case = generate_case(
            seed,
            arguments.cohort,
            label=label,
            roles=roles,
            sagittal=arguments.sagittal if chosen else "none",
            defect=Defect(arguments.defect) if arguments.defect else None,
        )
        name = f"{number:03d}"
        truths.append((name, case.truth))
        if arguments.layout == "npc":
            _write_patient(case, arguments.out / name)
            continue
        paths = write_study(case, arguments.out / name)
        _write_lesion(case, paths, arguments.out, name, seg=arguments.seg)
    if arguments.layout == "npc":
        marked = sum(truth.label for _, truth in truths)
        sys.stdout.write(
            f"{arguments.cases} synthetic patients in {arguments.out}, {marked} with recurrence by their masks\n"
        )
        return 0
    write_truth(truths, arguments.out / TRUTH_FILE)
    sys.stdout.write(f"{arguments.cases} synthetic studies and {TRUTH_FILE} in {arguments.out}\n")
    return 0


def _write_patient(case: Case, place: Path) -> None:
    # Masks need nibabel, one of the training packages: only who asks for this layout needs them.
    from ml.material.npc_source import write_patient

    write_patient(case, place)


def _problem(arguments: argparse.Namespace) -> str:
    unknown = set(arguments.roles.split(",")) - {str(role) for role in ROLES}
    if arguments.cases < 1 or arguments.first < 0 or arguments.seed < 0 or unknown:
        return (
            f"cases {arguments.cases}, first {arguments.first}, seed {arguments.seed}, roles {arguments.roles}; "
            f"expected at least one case, first and seed from 0, and roles out of {','.join(ROLES)}."
        )
    if not 0 <= arguments.sagittal_share <= 1:
        return f"sagittal share {arguments.sagittal_share}; expected 0 to 1."
    plain = set(arguments.roles.split(",")) == {str(role) for role in ROLES} and arguments.sagittal == "none"
    if arguments.layout == "npc" and (arguments.seg or arguments.defect or not plain):
        return "The layout npc has three axial series and masks, no more; leave out --roles, --seg, --sagittal and --defect."
    if arguments.sagittal == "instead" and arguments.roles.split(",") == ["T1WI"] and arguments.seg:
        return "A segmentation needs an axial series; leave one of T2WI and T1WIC in --roles, or leave out --seg."
    return ""


def _write_lesion(case: Case, paths: Sequence[Path], out: Path, name: str, *, seg: bool) -> None:
    """The mask for evaluation, and with `seg` the segmentation of the first axial series among T2WI, T1WI, T1WIC."""
    if case.lesion is None:
        return
    write_mask(case.lesion, out / MASKS / f"{name}.npz")
    if not seg or not case.lesion.voxels.any():
        return
    # highdicom takes half a second to import: only who asks for it waits.
    from ml.phantom.segmentation import FOLDER, write_segmentation

    for role in (Role.T2WI, Role.T1WI, Role.T1WIC):
        source = [path for path in paths if path.parent.name == f"{SERIES_NUMBERS[role]:03d}"]
        if source and not case.acquisitions[role].inversion_time:
            write_segmentation(case, source, out / FOLDER / f"{name}.dcm")
            return
