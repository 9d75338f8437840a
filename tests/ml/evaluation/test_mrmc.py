"""Several readers: against Iowa's OR-DBM, iMRMC, and designs that tell nothing."""

import csv
import json
from typing import Any

import numpy as np
import pytest

from ml.evaluation.mrmc.components import Table, case_components
from ml.evaluation.mrmc.covariances import NOTHING, Covariance, figures
from ml.evaluation.mrmc.obuchowski_rockette import (
    INCOMPLETE,
    ONE_ARM,
    OTHER_DESIGN,
    SINGLE_BLOCKS,
    UNEQUAL,
    Inferred,
    inferred,
    obuchowski_rockette,
)
from ml.evaluation.mrmc.readings import Design, Readings
from ml.evaluation.mrmc.results import NEGATIVE, Inference
from ml.evaluation.mrmc.u_statistics import NOTHING_READ, ONE_CASE, u_statistics
from ml.evaluation.roc import compare_auc
from tests.ml.evaluation.roe_metz import roe_metz
from tests.shared import SHARED, not_here


def rows() -> list[dict[str, str]]:
    """Van Dyke's 114 cases, 5 readers, 2 arms."""
    if SHARED is None:
        not_here("shared/oracles is not beside this checkout")
    with (SHARED / "oracles" / "VanDyke.csv").open() as file:
        return list(csv.DictReader(file))


def readings(kept: list[dict[str, str]]) -> Readings:
    return Readings.from_long(
        [row["treatment"] for row in kept],
        [row["reader"] for row in kept],
        [row["case"] for row in kept],
        [float(row["rating"]) for row in kept],
        [row["truth"] == "1" for row in kept],
    )


def iowa(study: str) -> dict[str, Any]:
    """What OR-DBM 2.51 printed."""
    if SHARED is None:
        not_here("shared/oracles is not beside this checkout")
    return dict(json.loads((SHARED / "oracles" / "mrmc_iowa_OR-DBM_2.51.json").read_text())[study])


def test_areas_and_components_are_iowas() -> None:
    expected, found = iowa("VanDyke"), obuchowski_rockette(readings(rows()), Covariance.JACKKNIFE)
    assert found.design is Design.CROSSED
    assert np.allclose(found.values.T, expected["auc_reader_by_treatment"], rtol=0, atol=5.1e-9)
    squares, one, by_case = found.mean_squares, found.components, found.case_components
    assert (squares.arms, squares.readers, squares.readers_by_arms) == pytest.approx(
        (expected["anova_T"]["MS"], expected["anova_R"]["MS"], expected["anova_T*R"]["MS"]), abs=5.1e-9
    )
    names = {
        "OR_Var(R)": one.reader,
        "OR_Var(T*R)": one.reader_by_arm,
        "OR_COV1": one.same_reader,
        "OR_COV2": one.same_arm,
        "OR_COV3": one.neither,
        "OR_Var(Error)": one.error,
    }
    for name, value in names.items():
        assert value == pytest.approx(expected[name], abs=5.1e-8 if "Var(" in name else 5.1e-9), name
    dbm = expected["DBM"]
    assert (by_case.case, by_case.arm_by_case, by_case.reader_by_case, by_case.error) == pytest.approx(
        (dbm["Var(C)"], dbm["Var(T*C)"], dbm["Var(R*C)"], dbm["Var(T*R*C) + Var(Error)"]), abs=5.1e-9
    )


def check(found: Inferred, expected: dict[str, Any], ends: tuple[float, float]) -> None:
    """The test and the difference to their printed digits."""
    difference = found.differences[0]
    assert found.test.p == pytest.approx(expected["p"], abs=5.1e-5)
    assert difference.p == pytest.approx(expected["p"], abs=5.1e-5)
    assert difference.value == pytest.approx(expected["diff"], abs=5.1e-6)
    assert difference.standard_error == pytest.approx(expected["se"], abs=5.1e-6)
    assert (difference.low, difference.high) == pytest.approx(ends, abs=5.1e-6)
    assert difference.statistic == pytest.approx(expected.get("t", expected.get("z")), abs=5.1e-3)
    statistic = expected.get("F", expected.get("X2"))
    assert found.test.statistic == pytest.approx(statistic, abs=5.1e-3 if "F" in expected else 5.1e-6)
    if "df" in expected:
        assert difference.freedom[0] == pytest.approx(expected["df"], abs=5.1e-3)


def test_all_three_inferences_are_iowas() -> None:
    expected, found = iowa("VanDyke"), obuchowski_rockette(readings(rows()), Covariance.JACKKNIFE)
    for key, inference in (("RRRC", found.random), ("FRRC", found.fixed_readers), ("RRFC", found.fixed_cases)):
        check(inference, expected[key], tuple(expected[key]["ci"]))
    for arm, printed in zip(found.random.arms, expected["RRRC"]["single"], strict=True):
        assert (arm.value, arm.standard_error, arm.low, arm.high) == pytest.approx(
            (printed[0], printed[1], printed[3], printed[4]), abs=5.1e-9
        )
        assert arm.freedom[0] == pytest.approx(printed[2], abs=5.1e-3)
    for arm, printed in zip(found.fixed_readers.arms, expected["FRRC"]["single"], strict=True):
        assert (arm.value, arm.standard_error, arm.low, arm.high) == pytest.approx(tuple(printed), abs=5.1e-9)
    for reader, printed in zip(found.readers, expected["FRRC"]["per_reader"], strict=True):
        z, p, rest = reader.statistic, reader.p, (reader.value, reader.standard_error, reader.low, reader.high)
        assert rest == pytest.approx((printed[0], printed[1], printed[4], printed[5]), abs=5.1e-6)
        assert (z, p) == pytest.approx((printed[2], printed[3]), abs=5.1e-3)
    assert (found.advised, found.note) == (Inference.RANDOM, "")


def test_frankens_study_from_its_printed_components() -> None:
    """Its readings are not here; areas and components are, and a covariance of readers below that between arms."""
    expected = iowa("Franken")
    areas = np.array(expected["auc_reader_by_treatment"]).T
    same_arm = [row[5] for row in expected["RRRC"]["single"]]
    covariance = np.full((2, 4, 2, 4), expected["OR_COV3"])
    for reader in range(4):
        covariance[:, reader, :, reader] = expected["OR_COV1"]
    for arm in range(2):
        covariance[arm, :, arm, :] = same_arm[arm]
        for reader in range(4):
            covariance[arm, reader, arm, reader] = expected["OR_Var(Error)"]
    table = Table(areas, covariance, Design.CROSSED, np.zeros(4, int))
    assert table.components().reader_by_arm == pytest.approx(expected["OR_Var(T*R)"], abs=2e-8)
    for key, kind in (("RRRC", Inference.RANDOM), ("FRRC", Inference.FIXED_READERS), ("RRFC", Inference.FIXED_CASES)):
        check(inferred(table, kind, ("1", "2"), 100), expected[key], tuple(expected[key]["ci"]))
    for arm, printed in zip(
        inferred(table, Inference.RANDOM, ("1", "2"), 100).arms, expected["RRRC"]["single"], strict=True
    ):
        assert (arm.value, arm.standard_error) == pytest.approx((printed[0], printed[1]), abs=2e-7)
        assert arm.freedom[0] == pytest.approx(printed[2], rel=1e-4)
    assert case_components(table.components(), 100).arm_by_case == pytest.approx(expected["DBM"]["Var(T*C)"], abs=2e-6)


IMRMC = {
    "crossed": (
        (0.89703703703704, 0.00109370448987996, 11.757308109302),
        (0.94083735909823, 0.00046187159143613, 11.523346226915),
        (-0.043800322061192, 0.00042731251674497, 12.813411005982),
        (-0.088839736027889, 0.0012390919055055, 0.055646664321811),
    ),
    "split-plot": (
        (0.89140504374678, 0.00102887809466775, 4.0),
        (0.94184251158003, 0.00030821098088121, 4.379106295781),
        (-0.050437467833248, 0.00070791909775664, 6.1052360383872),
        (-0.11554183753045, 0.014666901863951, 0.10680996359457),
    ),
    "missing": (
        (0.90107969551033, 0.00119289646511616, 11.902782448405),
        (0.94572586300943, 0.00035606905674853, 11.971393388410),
        (-0.044646167499098, 0.00036653615081719, 12.443973816614),
        (-0.086359830796026, -0.0029325042021698, 0.0379335306212),
    ),
}
"""R iMRMC 2.1.2, doAUCmrmc on Van Dyke's data: area or difference, variance, dfBDG; botCIBDG, topCIBDG, pValueBDG."""


def kept(which: str) -> list[dict[str, str]]:
    """Split-plot: readers 1 and 2 read odd cases, 3 to 5 even ones. Missing: every reading whose numbers add up so."""
    if which == "crossed":
        return rows()
    if which == "split-plot":
        return [row for row in rows() if (row["reader"] in "12") == (int(row["case"]) % 2 == 1)]
    return [row for row in rows() if (int(row["reader"]) * 7 + int(row["case"]) * 3 + int(row["treatment"]) * 5) % 11]


@pytest.mark.parametrize("which", IMRMC)
def test_u_statistics_are_imrmcs(which: str) -> None:
    expected, found = IMRMC[which], u_statistics(readings(kept(which)))
    for one, (value, variance, freedom) in zip((*found.arms, *found.differences), expected[:3], strict=True):
        assert (one.value, one.standard_error**2) == pytest.approx((value, variance), rel=1e-10)
        assert one.freedom[0] == pytest.approx(freedom, rel=1e-9)
    assert (found.differences[0].low, found.differences[0].high, found.differences[0].p) == pytest.approx(
        expected[3], rel=1e-9
    )


def test_fixed_readers_agree_with_obuchowski_and_rockette() -> None:
    """The same unbiased covariances, averaged by kind there and summed here: alike without their smoothing."""
    both = readings(rows())
    smooth = obuchowski_rockette(both, Covariance.UNBIASED).fixed_readers.differences[0]
    plain = u_statistics(both).fixed_differences[0]
    assert plain.value == pytest.approx(smooth.value)
    assert plain.standard_error == pytest.approx(smooth.standard_error, rel=1e-9)


def test_one_reader_is_delongs_test() -> None:
    x = readings(rows()).ratings[:, :1]
    y = readings(rows()).labels
    found = obuchowski_rockette(Readings.of(x, y))
    paired = compare_auc(x[0, 0], x[1, 0], y)
    fixed = found.fixed_readers.differences[0]
    assert (fixed.value, fixed.standard_error, fixed.p) == pytest.approx((paired.value, paired.standard_error, paired.p))
    assert "1 reader(s)" in found.random.differences[0].reason
    assert (found.random.test.p, found.advised) == (None, Inference.FIXED_READERS)


def test_designs_without_this_test_say_so() -> None:
    rng = np.random.default_rng(1)
    read = np.ones((2, 4, 40), bool)
    read[0, 0] = False
    once = obuchowski_rockette(roe_metz(rng, read, 20))
    assert (once.design, once.reason, once.random) == (None, OTHER_DESIGN, None)
    read[0, 0, 1:] = True
    hole = obuchowski_rockette(roe_metz(rng, read, 20))
    assert (hole.design, hole.covariance, hole.note) == (Design.INCOMPLETE, Covariance.UNBIASED, INCOMPLETE)
    blocks = np.zeros((2, 5, 60), bool)
    blocks[:, :2, ::2], blocks[:, 2:, 1::2] = True, True
    assert obuchowski_rockette(roe_metz(rng, blocks, 30)).design is Design.INCOMPLETE
    nested = np.zeros((2, 5, 60), bool)
    nested[0, :2], nested[1, 2:] = True, True
    assert obuchowski_rockette(roe_metz(rng, nested, 30)).reason == UNEQUAL
    alone = np.zeros((2, 4, 80), bool)
    for reader in range(4):
        alone[:, reader, reader::4] = True
    own = obuchowski_rockette(roe_metz(rng, alone, 40))
    assert own.design is Design.BLOCKS
    assert own.random.test.freedom == (1.0, 3.0)
    assert own.random.arms[0].low is not None
    pairs = np.zeros((2, 4, 80), bool)
    pairs[:, :2, ::2], pairs[:, 2:, 1::2] = True, True
    assert SINGLE_BLOCKS not in obuchowski_rockette(roe_metz(rng, pairs, 40)).random.test.reason


def test_readings_that_tell_nothing() -> None:
    y = np.arange(20) < 10
    constant = obuchowski_rockette(Readings.of(np.ones((2, 4, 20)), y))
    assert constant.random.test.reason == NEGATIVE
    assert (constant.random.differences[0].value, constant.random.differences[0].reason) == (0.0, NEGATIVE)
    perfect = np.broadcast_to(y, (2, 4, 20)).astype(float)
    assert obuchowski_rockette(Readings.of(perfect, y)).fixed_readers.arms[0].reason == NEGATIVE
    assert u_statistics(Readings.of(perfect, y)).arms[0].reason == NEGATIVE
    one_kind = Readings.of(np.ones((2, 4, 20)), np.ones(20))
    assert "two of each" in obuchowski_rockette(one_kind).reason
    assert u_statistics(one_kind).differences[0].reason == NOTHING_READ
    single = Readings.of(np.ones((2, 4, 11)), np.arange(11) < 1)
    assert u_statistics(single).arms[0].reason == ONE_CASE
    nobody = Readings.of(np.full((2, 3, 5), np.nan), np.ones(5))
    assert (nobody.left_out, obuchowski_rockette(nobody).reason) == (5, NOTHING)
    assert u_statistics(nobody).arms[0].reason == NOTHING_READ
    assert figures(nobody) == NOTHING
    arm = obuchowski_rockette(roe_metz(np.random.default_rng(1), np.ones((1, 4, 40), bool), 20))
    assert (arm.random.test.reason, arm.random.differences, arm.random.arms[0].low is None) == (ONE_ARM, (), False)


def test_rows_that_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="two ratings"):
        Readings.from_long(["a", "a"], ["r", "r"], [1, 1], [1.0, 2.0], [True, True])
    with pytest.raises(ValueError, match="one truth"):
        Readings.from_long(["a", "b"], ["r", "r"], [1, 1], [1.0, 2.0], [True, False])
    with pytest.raises(ValueError, match="arms, readers, cases"):
        Readings.of(np.ones((2, 3)), np.ones(3))
    with pytest.raises(ValueError, match="infinite"):
        Readings.of(np.full((1, 1, 2), np.inf), [0, 1])
    with pytest.raises(ValueError, match="names"):
        Readings.of(np.ones((1, 1, 2)), [0, 1], arms=["a", "b"])
