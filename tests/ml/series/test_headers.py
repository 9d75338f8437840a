"""The table of header sets: role, evidence and fat saturation of each row."""

import pytest

from ml.series import Role, read_facts, recognise
from tests.ml.series.build import datasets_of, recognised
from tests.ml.series.headers import Row
from tests.ml.series.table import ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    found = recognised(row.header, row.others)
    assert found.role == row.role, found.evidence
    assert row.evidence in found.evidence
    assert found.fat_saturated is row.fat, found.evidence
    assert (found.preference > 0) is (found.role is not Role.NONE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_one_header_is_enough(row: Row) -> None:
    """The role does not depend on how many of a series' headers were read (mixed series apart, which need several)."""
    series = (row.header, *row.others)
    facts = [read_facts(datasets_of(header, str(number), count=1), instances=24) for number, header in enumerate(series)]
    assert recognise(facts)[0].role == row.role


def test_the_table_is_what_the_issue_asks_for() -> None:
    """At least forty rows, every vendor, classic and enhanced, Chinese words, and no two rows of one name."""
    assert len(ROWS) >= 40
    assert len({row.name for row in ROWS}) == len(ROWS)
    makers = {str(row.header["Manufacturer"]).split()[0].upper() for row in ROWS if row.header["Manufacturer"]}
    assert {"GE", "SIEMENS", "PHILIPS", "UIH", "CANON_MEC"} <= makers
    assert any("压脂" in row.header["SeriesDescription"] for row in ROWS)
    assert {row.role for row in ROWS} == {role.value for role in Role}
