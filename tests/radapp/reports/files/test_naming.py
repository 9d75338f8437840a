"""Cohorts in file names."""

import pytest

from radapp.reports.files.naming import cohort_names

pytestmark = pytest.mark.once


def test_plain_names_stay_and_others_become_numbers() -> None:
    names = ["internal", "=1+1", "../up", "外部", "Internal", "cohort-1", ""]
    assert list(cohort_names(names).values()) == ["internal", *(f"cohort-{number}" for number in range(2, 8))]
