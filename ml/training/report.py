"""The figures of an assessment as a short text for people."""

from collections.abc import Mapping
from typing import Any


def as_text(result: Mapping[str, Any]) -> str:
    """Tables of AUC, tiers and localisation; parts that could not be computed say so."""
    lines = [f"{result['n']} cases, {result['positives']} recurrences (synthetic cohorts say nothing about patients)", ""]
    lines.append("model    AUC    95 % CI")
    for name, value in result["auc"].items():
        interval = result["ci"][name]
        lines.append(f"{name:8} " + (f"{value:.3f}  {interval[0]:.3f}-{interval[1]:.3f}" if interval else "not estimable"))
    lines += ["", "tier        cases  recurrences"]
    lines += [f"{tier:10} {row['cases']:6} {row['recurrences']:12}" for tier, row in result["tiers"].items()]
    lines += ["", "heatmap   peak in lesion   by chance   ratio"]
    for role, found in result["heatmaps"].items():
        figures = (
            f"{found['rate']:.3f}            {found['chance']:.4f}      {found['ratio']:.0f}" if found else "no lesion masks"
        )
        lines.append(f"{role:9} {figures}")
    if "histogram_auc" in result:
        lines += ["", "AUC from brightness alone: " + ", ".join(f"{k} {v:.3f}" for k, v in result["histogram_auc"].items())]
    if result.get("left_out"):
        lines += ["", f"{len(result['left_out'])} cases left out:"] + [
            f"  {row['case']}: {row['reason']}" for row in result["left_out"]
        ]
    return "\n".join(lines) + "\n"
