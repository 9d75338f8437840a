"""Cases from a folder of DICOM studies with a truth.csv, read through the same doors as in the application."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pydicom
from pydicom.errors import InvalidDicomError

from ml.appraisal.assessment import ROLES, KnownCase, Words
from ml.phantom.dicom import MASKS, TRUTH_FILE, read_mask
from ml.series import Role, choose_by_headers
from ml.volume import Volume, VolumeRefused, load_series


class FolderRefused(ValueError):  # noqa: N818 - a refusal, named like the others in ml
    """A folder that holds no cohort: what was found, what was expected."""


def read_cases(folder: Path, left_out: list[dict[str, str]]) -> Iterator[KnownCase]:
    """One case for each row of truth.csv; one that cannot be read is appended to `left_out` with the reason."""
    for row in read_truth(folder):
        place = folder / row["case"]
        try:
            volumes = read_study(place)
            if not volumes:
                raise FolderRefused(f"{place} holds no series that was recognised as T1WI, T2WI or T1WIC.")
        except (FolderRefused, VolumeRefused) as error:
            left_out.append({"case": row["case"], "reason": str(error)})
            continue
        yield _known(folder, row, volumes)


def read_truth(folder: Path) -> list[dict[str, str]]:
    """The rows of a folder's truth.csv; FolderRefused says what is wrong with it."""
    path = folder / TRUTH_FILE
    if not path.is_file():
        raise FolderRefused(f"{path} is missing; expected a table with the columns case and label.")
    # Spreadsheets put a byte order mark in front.
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"case", "label"} <= set(rows[0]):
        raise FolderRefused(f"{path} has the columns {sorted(rows[0]) if rows else 'of no row'}; expected case and label.")
    wrong = [row["case"] for row in rows if row["label"] not in {"0", "1"}]
    if wrong:
        raise FolderRefused(f"{path}: the label of case {wrong[0]} is neither 0 nor 1 ({len(wrong)} such rows).")
    return rows


def read_study(folder: Path) -> dict[Role, Volume]:
    """The volumes that the tactic would take from a study's files: recognised, chosen, loaded."""
    paths: dict[str, list[Path]] = defaultdict(list)
    headers: dict[str, list[pydicom.Dataset]] = defaultdict(list)
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")):
        try:
            header = pydicom.dcmread(path, stop_before_pixels=True)
        except InvalidDicomError:
            continue
        uid = str(header.get("SeriesInstanceUID", ""))
        paths[uid].append(path)
        headers[uid].append(header)
    if not paths:
        raise FolderRefused(f"{folder} holds no DICOM files.")
    chosen = choose_by_headers(headers)
    return {role: load_series(paths[chosen[role].uid]).volume for role in ROLES if role in chosen}


def _known(folder: Path, row: dict[str, str], volumes: dict[Role, Volume]) -> KnownCase:
    mask, label = folder / MASKS / f"{row['case']}.npz", int(row["label"])
    reference = next(iter(volumes.values())).frame_of_reference_uid
    lesion = read_mask(mask, reference) if label and mask.is_file() else None
    head = float(row.get("head_ml") or 0)
    share = float(row.get("lesion_ml") or 0) / head if label and head > 0 else 0.0
    words = Words(
        stage=row.get("stage") or "",
        site=row.get("site") or "",
        imitators=tuple(name.strip() for name in (row.get("imitators") or "").split(";") if name.strip()),
        # Only the phantom's own table has a seed: its imitators lie where the phantom paints them.
        synthetic=bool(row.get("seed")),
    )
    return KnownCase(row["case"], label, row.get("kind") or "", volumes, lesion, share, words)
