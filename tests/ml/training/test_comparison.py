"""How near a training came to what ships."""

import json
from pathlib import Path

from ml.training.comparison import Figures, as_text, read_all

TACTIC = {"sensitivity": {"value": 0.9}, "specificity": {"value": None}, "spared_contrast": 0.4}


def _set(folder: Path, auc: float, weights: bytes, n: int = 400) -> Path:
    for role in ("T1WI", "T2WI", "T1WIC"):
        (folder / role).mkdir(parents=True)
        (folder / role / "weights.safetensors").write_bytes(weights if role == "T1WI" else b"the same")
    heldout = {"n": n, "positives": 180, "auc": {"T1WI": auc}, "tactic": TACTIC}
    (folder / "protocol.json").write_text(json.dumps({"calibration": {"heldout": heldout}}))
    return folder


def test_figures_stand_beside_figures(tmp_path: Path) -> None:
    shipped = read_all({"a": _set(tmp_path / "shipped", 0.9, b"one"), "b": tmp_path / "nothing"})
    made = read_all({"a": _set(tmp_path / "made", 0.875, b"two"), "b": _set(tmp_path / "b", 0.8, b"three")})
    text = as_text(shipped, made)
    row = next(line for line in text.splitlines() if "AUC T1WI" in line)
    assert row.split()[-3:] == ["0.900", "0.875", "-0.025"]
    assert next(line for line in text.splitlines() if "specificity" in line).endswith("not estimable")
    assert "a                      weights bit for bit as shipped: T2WI, T1WIC" in text
    assert "b                      no shipped set" in text


def test_cohorts_of_another_size_are_not_compared(tmp_path: Path) -> None:
    shipped, made = (Figures.read(_set(tmp_path / str(n), 0.9, b"one", n)) for n in (400, 4))
    assert "held-out cohorts differ: 400 cases as shipped, 4 now" in as_text({"a": shipped}, {"a": made})
