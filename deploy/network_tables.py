"""The tables of docs/networks.md and docs/heatmaps.md, written from what the shipped sets say of themselves.

`python deploy/network_tables.py` rewrites them in place, between `<!-- NAME -->` and `<!-- end -->`; `tables` is what a test
compares the pages with, so that no figure of them is older than the networks.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUNDLES = ROOT / "ml" / "bundles"
PAGES = ("docs/networks.md", "docs/heatmaps.md")
SETS = {
    "demonstration": "internal, 3D DenseNet",
    "internal-resnet34": "internal, 3D ResNet",
    "external-densenet121": "external, 3D DenseNet",
    "external-resnet34": "external, 3D ResNet",
}
MODELS = ("T1WI", "T2WI", "T1_T2", "T1WIC")
ROLES = ("T1WI", "T2WI", "T1WIC")
NO_KIND = {"none": "no recurrence"}

Json = Mapping[str, Any]


def tables() -> dict[str, str]:
    """Each table in Markdown by its name."""
    protocols = {name: _read(BUNDLES / name / "protocol.json") for name in SETS}
    heldout = {name: protocol["calibration"]["heldout"] for name, protocol in protocols.items()}
    return {
        "auc": _auc(heldout),
        "tactic": _tactic(protocols),
        "localisation": _localisation(heldout),
        "kinds": _kinds(heldout),
        "layers": _layers(),
    }


def filled(page: str, found: Mapping[str, str]) -> str:
    """A page's text with every named table as it should be; ValueError for a name that is none."""

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in found:
            raise ValueError(f"No table is called {name!r}; expected one of {', '.join(found)}.")
        return f"<!-- {name} -->\n{found[name]}\n<!-- end -->"

    return re.sub(r"<!-- (?P<name>[a-z]+) -->\n.*?<!-- end -->", fill, page, flags=re.DOTALL)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _percent(value: float, digits: int = 1) -> str:
    return f"{100 * value:.{digits}f} %"


def _interval(found: Json) -> str:
    return f"{_percent(found['value'])} ({100 * found['low']:.1f}–{100 * found['high']:.1f})"


def _auc(heldout: Mapping[str, Json]) -> str:
    rows = []
    for name, what in SETS.items():
        one = heldout[name]
        cells = [f"{one['auc'][m]:.3f} ({one['ci'][m][0]:.3f}–{one['ci'][m][1]:.3f})" for m in MODELS]
        rows.append([f"`{name}` ({what})", *cells])
    return _table(("set", *MODELS), rows)


def _tactic(protocols: Mapping[str, Json]) -> str:
    rows = []
    for name, protocol in protocols.items():
        calibration = protocol["calibration"]
        one = calibration["heldout"]
        tiers = [
            f"{one['tiers'][t]['cases']} ({one['tiers'][t]['recurrences']})" for t in ("positive", "suspicious", "negative")
        ]
        figures = [_interval(one["tactic"]["sensitivity"]), _interval(one["tactic"]["specificity"])]
        second = calibration["second"]["attainment"].replace("_", " ")
        rows.append([f"`{name}`", *tiers, *figures, _percent(one["tactic"]["spared_contrast"], 0), second])
    head = ("set", "positive", "suspicious", "negative", "sensitivity", "specificity", "spared contrast", "second cutoff")
    return _table(head, rows)


def _localisation(heldout: Mapping[str, Json]) -> str:
    rows = []
    for name in SETS:
        for role in ROLES:
            found = heldout[name]["heatmaps"][role]["localisation"]
            layer = _read(BUNDLES / name / role / "bundle.json").get("heatmap_layer", "last")
            chance = found["chance"]
            near = [_interval(found["within_10_mm"]), _percent(chance["within_10_mm"])]
            rows.append([f"`{name}`", role, layer, _interval(found["hit"]), _percent(chance["hit"]), *near])
    return _table(("set", "network", "reads at", "peak in lesion", "chance", "within 10 mm", "chance"), rows)


def _kinds(heldout: Mapping[str, Json]) -> str:
    kinds = sorted({kind for one in heldout.values() for kind in one["kinds"]}, key=lambda kind: NO_KIND.get(kind, kind))
    rows = []
    for kind in kinds:
        found = [one["kinds"].get(kind) for one in heldout.values()]
        cells = [f"{_percent(k['at_or_above_second'], 0)} of {k['cases']}" if k else "none" for k in found]
        rows.append([NO_KIND.get(kind, kind), *cells])
    return _table(("kind", *(f"`{name}`" for name in SETS)), rows)


def _layers() -> str:
    rows = []
    for name in SETS:
        for role in ROLES:
            manifest = _read(BUNDLES / name / role / "bundle.json")
            chosen = manifest.get("heatmap_layer", "last")
            places = manifest["provenance"]["layers"]["places"]
            for place in sorted(places, key=lambda place: (place == "last", place)):
                found = places[place]
                shares = [
                    "–" if found[share] is None else f"{100 * found[share]:.0f}"
                    for share in ("hit", "within_10_mm", "within_one_cell", "energy")
                ]
                rows.append([name, role, place, *shares, "chosen" if place == chosen else ""])
    head = ("set", "sequence", "place", "peak in lesion", "within 10 mm", "within one cell", "energy in lesion", "")
    return _table(head, rows)


def main() -> None:
    """Rewrite the pages."""
    found = tables()
    for name in PAGES:
        path = ROOT / name
        path.write_text(filled(path.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
