"""`python -m ml errors`: which case is shown of each kind, and the page from cases to pictures."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image

import ml
from ml.__main__ import main
from ml.appraisal.assessment import Prediction, Words
from ml.appraisal.evaluation import PhantomMaterial
from ml.appraisal.operating_points import OperatingPoints
from ml.appraisal.typical import Read, choose_typical
from ml.evaluation.errors import UNEXPLAINED
from ml.series.role import Role
from ml.tactic import Cutoffs
from ml.tactic_cases import FUSED, MODELS

DEMONSTRATION = Path(ml.__file__).parent / "bundles" / "demonstration"
POINTS = OperatingPoints("set", "densenet3d", dict.fromkeys(MODELS, 0.5), Cutoffs(0.5, 0.3, 0.5), {}, {}, "")


def scores(t1: float, t2: float, t1wic: float) -> dict[Role, float]:
    return {Role.T1WI: t1, Role.T2WI: t2, Role.T1WIC: t1wic}


def alarm(name: str, score: float, without: dict[str, float]) -> Prediction:
    left = {imitator: scores(value, value, 0.1) for imitator, value in without.items()}
    words = Words(imitators=tuple(without), synthetic=True)
    return Prediction(name, 0, "none", 0.0, scores(score, score, 0.1), {}, words=words, without=left)


def miss(name: str, kind: str, fused: float, t1wic: float) -> Prediction:
    return Prediction(name, 1, kind, 0.01, scores(fused, fused, t1wic), {}, words=Words(stage="rT1"))


def chosen(cases: list[Prediction]) -> dict[tuple[bool, str], tuple[str, str, int, int]]:
    read = Read(Path("set"), POINTS, PhantomMaterial("internal", len(cases), 1), cases)
    found = choose_typical([read])
    return {(one.missed, one.kind): (one.error.case.name, one.model, one.of, one.among) for one in found}


def test_the_most_typical_case_is_chosen_by_rule() -> None:
    found = chosen(
        [
            alarm("1", 0.7, {"fibrosis": 0.45, "sinusitis": 0.6}),
            alarm("2", 0.6, {"fibrosis": 0.2}),
            alarm("3", 0.9, {"fibrosis": 0.8}),
            alarm("4", 0.55, {"necrosis": 0.5}),
            miss("5", "focal mucosal", 0.1, 0.9),
            miss("6", "focal mucosal", 0.2, 0.9),
            miss("7", "focal mucosal", 0.4, 0.9),
            miss("8", "advanced", 0.9, 0.2),
            miss("9", "atypical site", 0.1, 0.1),
        ]
    )
    assert found == {
        (False, "fibrosis"): ("2", FUSED, 2, 4),
        # Of 3 and 4 the lower score is the median.
        (False, UNEXPLAINED): ("4", FUSED, 2, 4),
        (True, "focal mucosal"): ("6", FUSED, 3, 4),
        (True, "atypical site"): ("9", FUSED, 1, 4),
        # T1_T2 finds every advanced recurrence, T1WIC does not.
        (True, "advanced"): ("8", "T1WIC", 1, 2),
    }


def test_the_command_draws_a_page(coarse: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs = tmp_path / "docs"
    (docs / "images").mkdir(parents=True)
    (docs / "images" / "errors-of-old.png").write_bytes(b"")
    (docs / "images" / "another.png").write_bytes(b"")
    command = ["errors", "--bundles", str(DEMONSTRATION), "--phantom", "internal:6", "--work", str(tmp_path / "work")]
    command += ["--out", str(docs / "images"), "--markdown", str(docs / "errors.md"), "--json"]
    assert main(command) == 0
    rows = json.loads(capsys.readouterr().out)["errors"]
    assert rows
    text = (docs / "errors.md").read_text(encoding="utf-8")
    linked = re.findall(r"\(images/(errors-[a-z-]+\.png)\)", text)
    assert linked == [row["image"] for row in rows]
    assert {path.name for path in (docs / "images").iterdir()} == {*linked, "another.png"}
    for row in rows:
        with Image.open(docs / "images" / row["image"]) as image:
            assert image.width > 400
        assert row["caption"] in text
        called = row["scores"][row["model"]] >= row["cutoffs"][row["model"]]
        assert called == row["image"].startswith("errors-false-alarm")
        if row["distance"] is not None:
            assert row["distance"] >= 0
    assert "Every image on this page is\nsynthetic" in text or "Every image on this page is synthetic" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--phantom", "external:4"], "No set was trained with the fat saturation of the external cohort"),
     (["--phantom", "nowhere:4"], "COHORT:CASES"),
     (["--phantom", "internal:4", "--threads", "0"], "at least 1 is needed")],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said(
    tmp_path: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["errors", "--bundles", str(DEMONSTRATION), *words, "--out", str(tmp_path / "out")]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
