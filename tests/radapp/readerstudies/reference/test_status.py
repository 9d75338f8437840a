"""The paper's rule, row by row (docs/tagging.md has the same table in words): what was said, and what follows from it.

A step is written `who: conclusion basis days`: + recurrence, - none, ? undetermined, n nodes alone; days from the
examination. Rows are written from the paper's section on image tagging, apart from the code.
"""

import datetime as dt

import pytest

from radapp.readerstudies.models import ReferenceStep
from radapp.readerstudies.reference.status import ORDER, REVIEWERS, Rule, status_of

EXAMINED = dt.date(2026, 3, 1)
WHO = {"rep": "report", "jun": "junior", "on1": "oncologist_1", "on2": "oncologist_2", "sen": "senior"}
BASIS = {
    "hist": "histopathology",
    "grow": "growth",
    "shri": "shrinkage",
    "year": "one_year_free",
    "imag": "images",
    "foll": "follow_up",
    "unst": "unstated",
}
SAYS = {"+": True, "-": False, "?": None, "n": False}


def steps(text: str) -> list[ReferenceStep]:
    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        who, says, basis, *days = part.split()
        day = EXAMINED + dt.timedelta(days=int(days[0])) if days and days[0].lstrip("-").isdigit() else None
        found.append(
            ReferenceStep(
                step=WHO[who],
                recurrence=SAYS[says],
                nodal_only=says == "n",
                basis=BASIS[basis],
                basis_date=day,
                debatable="debatable" in days,
            )
        )
    return found


ROWS = [
    # nobody, or only the report, the archive or a table
    ("", None, Rule.UNTAGGED, "junior"),
    ("rep + imag", None, Rule.REPORT_ALONE, "junior"),
    ("rep - imag", None, Rule.REPORT_ALONE, "junior"),
    ("rep ? imag", None, Rule.REPORT_ALONE, "junior"),
    ("rep + foll", True, Rule.REPORTED, "junior"),
    ("rep - foll", False, Rule.REPORTED, "junior"),
    ("rep + unst", True, Rule.REPORTED, "junior"),
    ("rep - year 365", False, Rule.REPORTED, "junior"),
    ("rep - year", False, Rule.REPORTED, "junior"),
    ("rep - year 364", None, Rule.REPORT_ALONE, "junior"),
    ("rep + hist", True, Rule.HISTOPATHOLOGY, "junior"),
    ("rep - hist", False, Rule.HISTOPATHOLOGY, "junior"),
    # the chain in its order
    ("rep - foll, jun + grow 90", None, Rule.WAITS, "oncologist_1"),
    ("jun + grow 90", None, Rule.WAITS, "oncologist_1"),
    ("jun + grow 90, on1 - year 400", None, Rule.WAITS, "oncologist_2"),
    ("on2 + grow 90", None, Rule.WAITS, "junior"),
    # histopathology settles, whoever brings it and whatever others see
    ("rep + imag, jun + hist", True, Rule.HISTOPATHOLOGY, "oncologist_1"),
    ("jun + hist, on1 - year 400, on2 - year 400", True, Rule.HISTOPATHOLOGY, ""),
    ("jun - imag, on1 - imag, on2 + hist", True, Rule.HISTOPATHOLOGY, ""),
    ("jun + hist, on1 - hist, on2 - imag", False, Rule.HISTOPATHOLOGY, ""),
    ("rep + hist, jun - imag, on1 + imag, on2 - imag", True, Rule.HISTOPATHOLOGY, ""),
    # agreement by a criterion
    ("jun + grow 90, on1 + grow 90, on2 + grow 90", True, Rule.AGREED, ""),
    ("jun + imag, on1 + imag, on2 + grow -100", True, Rule.AGREED, ""),
    ("jun + shri 60, on1 + imag, on2 + imag", True, Rule.AGREED, ""),
    ("jun - year 400, on1 - year 400, on2 - year 400", False, Rule.AGREED, ""),
    ("rep - foll, jun - imag, on1 - imag, on2 - imag", False, Rule.AGREED, ""),
    ("rep + imag, jun - year 365, on1 - imag, on2 - imag", False, Rule.AGREED, ""),
    ("rep + foll, jun - imag, on1 - imag, on2 - imag", None, Rule.UNCONFIRMED, ""),
    # nodes alone are no local recurrence
    ("jun n imag, on1 n imag, on2 n imag", False, Rule.AGREED, ""),
    ("jun n imag, on1 - imag, on2 - imag", False, Rule.AGREED, ""),
    ("jun n imag, on1 + grow 90, on2 n imag", None, Rule.DISPUTED, "senior"),
    # agreement by no criterion, and nobody who can tell
    ("jun + imag, on1 + imag, on2 + imag", None, Rule.UNCONFIRMED, ""),
    ("jun - imag, on1 - imag, on2 - imag", None, Rule.UNCONFIRMED, ""),
    ("jun - year 300, on1 - year 300, on2 - year 300", None, Rule.UNCONFIRMED, ""),
    ("jun + grow 60, on1 + grow 184, on2 + grow -60", None, Rule.UNCONFIRMED, ""),
    ("jun + shri -5, on1 + shri 0, on2 + imag", None, Rule.UNCONFIRMED, ""),
    ("jun ? imag, on1 ? imag, on2 ? imag", None, Rule.UNDETERMINED, ""),
    # the window's edges
    ("jun + grow 61, on1 + imag, on2 + imag", True, Rule.AGREED, ""),
    ("jun + grow 183, on1 + imag, on2 + imag", True, Rule.AGREED, ""),
    ("jun + grow -61, on1 + imag, on2 + imag", True, Rule.AGREED, ""),
    ("jun + grow -184, on1 + imag, on2 + imag", None, Rule.UNCONFIRMED, ""),
    # a difference goes to the senior, whoever it is that differs, and however
    ("jun + grow 90, on1 - year 400, on2 + grow 90", None, Rule.DISPUTED, "senior"),
    ("jun - imag, on1 + grow 90, on2 + grow 90", None, Rule.DISPUTED, "senior"),
    ("jun + grow 90, on1 + grow 90, on2 ? imag", None, Rule.DISPUTED, "senior"),
    ("rep - foll, jun + grow 90, on1 + grow 90, on2 + grow 90", True, Rule.AGREED, ""),
    # the senior's word is final, by whatever criterion
    ("jun - imag, on1 + grow 90, on2 + grow 90, sen - imag", False, Rule.SENIOR, ""),
    ("jun - imag, on1 + grow 90, on2 + grow 90, sen + imag", True, Rule.SENIOR, ""),
    ("jun - imag, on1 + grow 90, on2 + grow 90, sen n imag", False, Rule.SENIOR, ""),
    ("jun - imag, on1 + grow 90, on2 + grow 90, sen ? imag", None, Rule.UNDETERMINED, ""),
    ("jun - imag, on1 + grow 90, on2 + grow 90, sen + hist", True, Rule.HISTOPATHOLOGY, ""),
    ("jun - imag, on1 + grow 90, on2 + grow 90, sen - imag, jun + grow 90", False, Rule.SENIOR, ""),
    # a later version takes the place of an earlier one of the same step
    ("jun - imag, on1 + grow 90, on2 + grow 90, jun + grow 90", True, Rule.AGREED, ""),
    ("jun + hist, on1 - imag, on2 - year 400, jun - imag", False, Rule.AGREED, ""),
]


@pytest.mark.once
@pytest.mark.parametrize(("said", "recurrence", "rule", "waits_for"), ROWS)
def test_what_follows(said: str, recurrence: bool | None, rule: Rule, waits_for: str) -> None:
    found = status_of(steps(said), EXAMINED)
    assert (found.recurrence, found.rule, found.waits_for) == (recurrence, rule, waits_for)
    assert found.settled == (recurrence is not None)
    assert found.why.endswith(".")
    assert bool(found.basis) == found.settled


@pytest.mark.once
def test_every_rule_has_a_row() -> None:
    assert {row[2] for row in ROWS} == set(Rule)


@pytest.mark.once
@pytest.mark.parametrize(
    ("said", "debatable", "disputed"),
    [
        ("jun + grow 90, on1 + grow 90, on2 + grow 90", False, False),
        ("jun + grow 90 debatable, on1 + grow 90, on2 + grow 90", True, False),
        ("jun + grow 90 debatable, on1 + grow 90, on2 + grow 90, jun + grow 90", False, False),
        ("rep + imag debatable", True, False),
        ("jun - imag, on1 + grow 90, on2 + grow 90", False, True),
        ("jun - imag, on1 + grow 90, on2 + grow 90, sen + grow 90", True, True),
        ("jun + hist, on1 + hist, on2 + imag", False, False),
        ("jun + hist, on1 - hist, on2 - imag", True, True),
        ("jun - hist, on1 + grow 90, on2 - imag", True, True),
        ("jun - hist, on1 + imag, on2 - imag", False, True),
    ],
)
def test_debatable_cases_are_kept_and_flagged(said: str, debatable: bool, disputed: bool) -> None:
    found = status_of(steps(said), EXAMINED)
    assert (found.debatable, found.disputed) == (debatable, disputed)


@pytest.mark.once
def test_without_a_date_of_the_examination_no_distance_is_asked_for() -> None:
    assert status_of(steps("jun - year 300, on1 - year 300, on2 - year 300"), None).recurrence is False


@pytest.mark.once
def test_the_lesion_is_described_by_the_last_who_agrees() -> None:
    said = steps("rep + hist, jun + imag, on1 + imag, on2 - imag")
    said[1].rt_stage, said[1].sites = "rT1", ["skull_base"]
    said[2].rt_stage, said[2].sites, said[2].kinds = "rT3", ["orbit"], ["necrotic"]
    said[2].marks = [{"point": [1.0, 2.0, 3.0], "radius": 5.0}]
    found = status_of(said, EXAMINED)
    assert (found.rt_stage, found.sites, found.kinds) == ("rT3", ("orbit",), ("necrotic",))
    assert found.marks == ({"point": [1.0, 2.0, 3.0], "radius": 5.0},)


@pytest.mark.once
def test_three_opinions_in_all_their_combinations() -> None:
    """By the paper: all equal and by a criterion, that; all equal without, left out; else the senior."""
    for first in "+-?":
        for second in "+-?":
            for third in "+-?":
                opinions = [first, second, third]
                basis = {"+": "shri 90", "-": "year 400", "?": "imag"}
                text = ", ".join(
                    f"{who} {one} {basis[one]}" for who, one in zip(("jun", "on1", "on2"), opinions, strict=True)
                )
                found = status_of(steps(text), EXAMINED)
                expected = SAYS[first] if len(set(opinions)) == 1 else None
                assert found.recurrence is expected, text
                assert found.waits_for == ("" if len(set(opinions)) == 1 else "senior"), text
    assert [*REVIEWERS, "senior"] == [step for step in ORDER if step != "report"]
