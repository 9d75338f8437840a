"""A bundle's model card: what it is for, where it comes from, how it was trained, what it reached, its limits. No torch.

The headings follow Mitchell et al., "Model Cards for Model Reporting" (FAT* 2019). Everything is read from bundle.json, so a
card says nothing that the bundle does not; what the bundle does not know is said to be unknown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

FILE = "model-card.md"
NAMES = {"densenet3d": "3D DenseNet", "resnet3d": "3D ResNet"}
SYNTHETIC = (
    "It was trained on synthetic images only. Its figures say that the machinery works and nothing about patients; it is no "
    "medical device and must not guide care."
)
UNPROVEN = "It is research software, no medical device; whoever uses it proves it on their own patients first."


def model_card(manifest: Mapping[str, Any]) -> str:
    """Markdown from bundle.json as plain values (`Bundle.manifest`)."""
    parts = [
        f"# {manifest['name']}",
        f"**{manifest['label']}**" if manifest["label"] else "",
        _purpose(manifest),
        "## What it is",
        _table(("", ""), _facts(manifest)),
        "## What it was made from",
        _table(("part", "cases", "recurrences", "SHA-256"), _data(manifest["provenance"])),
        _code(manifest["provenance"]),
        "## How it was trained",
        _table(("", ""), [(name, str(value)) for name, value in manifest["provenance"].get("recipe", {}).items()]),
        _course(manifest["provenance"]),
        "## What it reached",
        _reached(manifest["metrics"]),
        _localised(manifest),
        "## Where it ends",
        _limits(manifest),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _purpose(manifest: Mapping[str, Any]) -> str:
    caution = SYNTHETIC if manifest["synthetic"] else UNPROVEN
    return (
        f"Reads the {manifest['role']} series of a follow-up MRI after radiotherapy for nasopharyngeal carcinoma and gives "
        f"a score from 0 to 1 for local recurrence, with a heatmap. {caution}"
    )


def _facts(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    network, given = manifest["network"], manifest["preprocessing"]
    saturated = {True: "saturated", False: "not saturated", None: "either"}[manifest["fat_saturated"]]
    return [
        (
            "network",
            f"{NAMES.get(network['architecture'], network['architecture'])}, blocks {_joined(network['block_config'])}",
        ),
        ("input", f"{_joined(given['shape'], ' × ')} voxels of {_joined(given['spacing'], ' × ')} mm {_where(given)}"),
        ("fat in its training images", saturated),
        ("own cutoff (Youden)", str(manifest["cutoff"])),
        ("heatmap", f"Grad-CAM at {_place(manifest)}; raw value {manifest['heatmap_reference']:.3g} is shown as 1"),
        ("weights, SHA-256", str(manifest.get("weights_sha256", "unknown"))),
    ]


def _where(given: Mapping[str, Any]) -> str:
    rise = given.get("rise", 0.0)
    return f"about a point {rise:g} mm above the nasopharynx" if rise else "about the nasopharynx"


def _place(manifest: Mapping[str, Any]) -> str:
    place = manifest.get("heatmap_layer", "last")
    return "the entrance of the head" if place == "last" else f"the end of {place}"


def _data(provenance: Mapping[str, Any]) -> list[tuple[str, ...]]:
    found = provenance.get("data", {})
    rows = [(name, part) for name, part in found.items() if isinstance(part, Mapping) and "cases" in part]
    return [
        (name, str(part["cases"]), str(part.get("recurrences", "unknown")), str(part.get("sha256", "unknown"))[:12])
        for name, part in rows
    ]


def _code(provenance: Mapping[str, Any]) -> str:
    said = [f"Cohort: {provenance['cohort']}." if "cohort" in provenance else ""]
    said.append(f"Made by `{provenance['made_by']}`." if "made_by" in provenance else "")
    code = provenance.get("code", {})
    said.append("Code: " + ", ".join(f"{name} {str(value)[:12]}" for name, value in code.items()) + "." if code else "")
    return " ".join(part for part in said if part) or "Where its training data come from is not recorded."


def _course(provenance: Mapping[str, Any]) -> str:
    """The curves, a row an epoch; the kept one is marked."""
    curves: Sequence[Mapping[str, float]] = provenance.get("curves", [])
    if not curves:
        return "Its curves are not recorded."
    last = provenance.get("recipe", {}).get("kept") == "last"
    kept = curves[-1] if last else min(curves, key=lambda row: row["validation_loss"])
    rows = [
        (
            f"**{row['epoch']:.0f}** (kept)" if row is kept else f"{row['epoch']:.0f}",
            *(f"{row[name]:.3f}" for name in ("training_loss", "validation_loss", "validation_auc")),
        )
        for row in curves
    ]
    return _table(("epoch", "training loss", "validation loss", "validation AUC"), rows)


def _reached(metrics: Mapping[str, Any]) -> str:
    """AUC and the shares at the network's own cutoff, of the calibration and of the held-out cases."""
    rows = []
    calibration = metrics.get("calibration", {})
    if calibration.get("auc"):
        rows.append(
            ("calibration cases (cutoff chosen on them)", str(calibration.get("cases", "")), _area(calibration["auc"]))
        )
    heldout = metrics.get("heldout", {})
    if heldout.get("auc") is not None:
        low, high = heldout["ci95"] or (None, None)
        rows.append(("held-out cases", str(heldout["cases"]), _area({"value": heldout["auc"], "low": low, "high": high})))
    text = _table(("", "cases", "AUC (95 % CI, DeLong)"), rows) if rows else "Nothing is recorded."
    shares = [
        (words, *(_share(calibration[key][name]) for name in ("sensitivity", "specificity", "accuracy")))
        for key, words in (("apparent", "apparent"), ("cross_validated", "cross-validated"))
        if calibration.get(key)
    ]
    head = ("at its own cutoff, calibration cases", "sensitivity", "specificity", "accuracy")
    return "\n\n".join([text, *([_table(head, shares)] if shares else [])])


def _localised(manifest: Mapping[str, Any]) -> str:
    """How often the heatmap points at the lesion, beside chance."""
    found = ((manifest["metrics"].get("heldout") or {}).get("heatmap") or {}).get("localisation")
    if not found:
        return "How well its heatmaps point at lesions is not recorded."
    rows = [
        (words, _share(found[name]), f"{100 * found['chance'][name]:.1f} %")
        for name, words in (
            ("hit", "peak inside the lesion"),
            ("within_10_mm", "peak within 10 mm"),
            ("within_one_cell", "peak within one cell"),
            ("energy", "energy inside the lesion"),
        )
    ]
    return f"Heatmaps of {found['cases']} held-out recurrences:\n\n" + _table(("", "reached (95 % CI)", "chance"), rows)


def _limits(manifest: Mapping[str, Any]) -> str:
    said = [SYNTHETIC if manifest["synthetic"] else UNPROVEN]
    if manifest["fat_saturated"] is not None:
        said.append(
            f"Series whose fat is {'not ' if manifest['fat_saturated'] else ''}saturated are not what it was trained on."
        )
    said.append("Its heatmap is a pointer, no contour: cells are centimetres wide.")
    if not manifest.get("guard"):
        said.append("It has no guard: images unlike its training images go unnoticed.")
    if not manifest.get("quality"):
        said.append("It has no quality gates: poor images go unnoticed.")
    return "\n".join(f"- {line}" for line in said)


def _area(figure: Mapping[str, Any]) -> str:
    if figure.get("value") is None:
        return f"not estimable: {figure.get('reason', '')}"
    interval = "" if figure.get("low") is None else f" ({figure['low']:.3f}–{figure['high']:.3f})"
    return f"{figure['value']:.3f}{interval}"


def _share(figure: Mapping[str, Any]) -> str:
    if figure["value"] is None:
        return "not estimable"
    interval = "" if figure["low"] is None else f" ({100 * figure['low']:.1f}–{100 * figure['high']:.1f})"
    return f"{100 * figure['value']:.1f} %{interval}"


def _joined(values: Sequence[object], by: str = "-") -> str:
    return by.join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
