"""The power calculation in terms of a study's cases: it asks ml.evaluation, whose figures have their own sources."""

from typing import Any

import pytest

from ml.evaluation import power as paired
from radapp.accounts.errors import ApiError
from radapp.readerstudies.desk import power
from tests.radapp.readerstudies.desk import bench

pytestmark = pytest.mark.once


def test_a_sensitivity_is_of_the_cases_with_recurrence() -> None:
    """Connor's n counts the cases with recurrence; a fifth of the study's are."""
    question = power.Question("proportions", 0.9, 0.8, correlation=0.2, prevalence=0.2, power=0.8)
    found = power.solve(question)
    n = paired.mcnemar(*paired.discordance(0.9, 0.8, 0.2), power=0.8).n
    assert n is not None
    assert found["cases"] == 5 * n
    assert found["positives"] == n
    assert found["power"] >= 0.8


@pytest.mark.parametrize("test", ["areas", "proportions", "non_inferiority", "readers"])
def test_cases_from_power_and_power_from_cases_agree(test: str) -> None:
    facts: dict[str, Any] = {"first": 0.86, "second": 0.8, "margin": 0.05, "readers": 6}
    wanted = power.solve(power.Question(test, **facts, power=0.8))
    again = power.solve(power.Question(test, **facts, cases=wanted["cases"]))
    assert again["power"] == pytest.approx(0.8, abs=0.02)
    assert wanted["assumptions"][-1] == power.NO_EQUIVALENCE
    assert wanted["reference"]


@pytest.mark.parametrize(
    "facts",
    [
        {"test": "areas", "power": 0.8, "cases": 100},
        {"test": "areas"},
        {"test": "areas", "power": 0.8, "prevalence": 0},
        {"test": "non_inferiority", "power": 0.8},
        {"test": "proportions", "power": 0.8, "correlation": -0.9},
    ],
)
def test_what_does_not_fit(facts: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refused:
        power.solve(power.Question(**{"first": 0.9, "second": 0.85, **facts}))
    assert refused.value.status_code == 400


def test_by_its_address(db: None) -> None:
    study = bench.draft()
    response = bench.client(bench.investigator()).post(
        f"/api/reader-studies/{study.key}/power/",
        {"test": "areas", "first": 0.9, "second": 0.85, "power": 0.8},
        content_type="application/json",
    )
    assert response.status_code == 200, response.content
    assert response.json()["cases"] > 100
