"""How figures and places are written in the tables of an evaluation."""

from collections.abc import Mapping
from typing import Any

NETWORKS = {"densenet3d": "3D DenseNet", "resnet3d": "3D ResNet"}


def percent(figure: Mapping[str, Any] | None) -> str:
    """A share with its interval in per cent, as the paper prints it; a dash where there is none."""
    if figure is None or figure["value"] is None:
        return "–"
    if figure["low"] is None:
        return f"{100 * figure['value']:.2f}"
    return f"{100 * figure['value']:.2f} ({100 * figure['low']:.2f}, {100 * figure['high']:.2f})"


def area(figure: Mapping[str, Any] | None) -> str:
    """An AUC with its interval; a dash where there is none."""
    if figure is None or figure["value"] is None:
        return "–"
    return f"{figure['value']:.3f}" + ("" if figure["low"] is None else f" ({figure['low']:.3f}, {figure['high']:.3f})")


def share_and_chance(figure: Mapping[str, Any], chance: float) -> str:
    """A share in whole per cent with its interval, and chance in per cent."""
    if figure["value"] is None:
        return f"– / {100 * chance:.1f}"
    interval = "" if figure["low"] is None else f" ({100 * figure['low']:.0f}, {100 * figure['high']:.0f})"
    return f"{100 * figure['value']:.0f}{interval} / {100 * chance:.1f}"


def network(one: Mapping[str, Any]) -> str:
    """The architecture as the paper names it."""
    return NETWORKS.get(str(one["architecture"]), str(one["architecture"]))


def place_of(one: Mapping[str, Any]) -> list[str]:
    """Cohort and network, the first two cells of a row; a proof without them stands alone."""
    return [str(one.get("cohort", "")), network(one) if "architecture" in one else ""]
