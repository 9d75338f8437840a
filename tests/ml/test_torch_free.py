"""What a web process reads of ml brings no torch with it."""

import subprocess
import sys

MODULES = (
    "ml.protocol, ml.presets, ml.tactic_calibration, ml.volume, ml.tactic, ml.series, ml.parametric_map, ml.preprocessing, "
    "ml.bundle, ml.architecture, ml.explanation, ml.evaluation.paper.rows"
)


def test_importing_them_leaves_torch_out() -> None:
    code = f"import sys, {MODULES}; print(*sorted({{n.partition('.')[0] for n in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "pydicom" in loaded
    assert not {"torch", "captum", "torchio", "monai", "django"} & set(loaded)
