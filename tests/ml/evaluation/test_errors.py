"""Errors by kind: the rule's precedence, and its counts."""

import pytest

from ml.evaluation.errors import (
    FalseAlarm,
    Imitator,
    Lesion,
    Miss,
    code_at_peak,
    code_false_alarm,
    code_miss,
    count_errors,
    main_cause,
    presence,
    site_of,
)


@pytest.mark.parametrize(
    ("imitators", "primary", "contributors"),
    [
        ([Imitator("fibrosis", 2.0), Imitator("sinusitis", 40.0)], FalseAlarm.FIBROSIS, ()),
        ([Imitator("fibrosis", 6.0), Imitator("enhancing turbinate", 3.0)], FalseAlarm.SINUSITIS, (FalseAlarm.FIBROSIS,)),
        ([Imitator("fibrosis", 0.0), Imitator("necrosis", 0.0)], FalseAlarm.NECROSIS, (FalseAlarm.FIBROSIS,)),
        ([Imitator("fibrosis", 0.0), Imitator("bulky fibrosis", 1.0)], FalseAlarm.FIBROSIS, ()),
        ([Imitator("fibrosis", 10.1)], FalseAlarm.OTHER, ()),
        ([Imitator("dark clivus", 1.0)], FalseAlarm.OTHER, ()),
        ([], FalseAlarm.OTHER, ()),
        ([Imitator("sinusitis"), Imitator("fibrosis")], FalseAlarm.FIBROSIS, (FalseAlarm.SINUSITIS,)),
    ],
)
def test_a_false_alarm_is_what_lies_at_the_peak(
    imitators: list[Imitator], primary: FalseAlarm, contributors: tuple[FalseAlarm, ...]
) -> None:
    code = code_false_alarm(imitators)
    assert (code.primary, code.contributors) == (primary, contributors)


def test_it_says_what_decided() -> None:
    assert "nearest" in code_false_alarm([Imitator("fibrosis", 2.0)]).by
    assert "place unknown" in code_false_alarm([Imitator("fibrosis")]).by
    assert "nothing known" in code_false_alarm([Imitator("fibrosis", 99.0)]).by


@pytest.mark.parametrize(
    ("lesion", "primary", "contributors"),
    [
        (Lesion("focal mucosal", "rT1", "roof", 4.0), Miss.FOCAL, (Miss.CONFIDENCE,)),
        (Lesion("atypical site", "rT1", "left nasal cavity", 30.0), Miss.ATYPICAL, (Miss.FOCAL, Miss.POSITION)),
        (Lesion("advanced", "rT3", "left nasopharynx, skull base", 10.0), Miss.CONFIDENCE, ()),
        (Lesion("advanced", "rT3", "left nasopharynx", 10.1), Miss.POSITION, ()),
        (Lesion("cavernous or intracranial", "rT4", "left cavernous sinus", None), Miss.SKULL_BASE, ()),
        (Lesion("necrotic", "rT3", "", 0.0), Miss.NECROSIS, (Miss.CONFIDENCE,)),
        (Lesion(), Miss.OTHER, ()),
    ],
)
def test_a_miss_is_what_it_is_before_where_the_network_looked(
    lesion: Lesion, primary: Miss, contributors: tuple[Miss, ...]
) -> None:
    code = code_miss(lesion)
    assert (code.primary, code.contributors) == (primary, contributors)


def test_every_error_is_counted_once_as_primary() -> None:
    codes = [
        code_miss(Lesion("focal mucosal", "rT1", "", 2.0)),
        code_miss(Lesion("advanced", "rT3", "", 3.0)),
        code_miss(Lesion()),
    ]
    rows = {row.category: row for row in count_errors(codes, Miss)}
    assert sum(row.primary for row in rows.values()) == 3 == rows[Miss.FOCAL].of
    assert (rows[Miss.CONFIDENCE].primary, rows[Miss.CONFIDENCE].any) == (1, 2)


def test_what_everybody_has_explains_nothing() -> None:
    rows = presence([("fibrosis", "necrosis"), ("fibrosis",)], [("fibrosis",), ("fibrosis", "sinusitis")])
    assert [row.name for row in rows] == ["necrosis", "fibrosis", "sinusitis"]
    assert (rows[0].wrong.count, rows[0].wrong.n, rows[0].right.count) == (1, 2, 0)
    assert rows[1].wrong.value == rows[1].right.value == 1.0
    assert presence([], [("a",)])[0].wrong.value is None


def test_what_an_alarm_hangs_on_goes_before_where_the_heatmap_points() -> None:
    tried = [
        Imitator("sinusitis", 0.0, fall=0.01),
        Imitator("fibrosis", 50.0, fall=0.2, decides=True),
        Imitator("necrosis", 50.0, fall=0.1, decides=True),
    ]
    code = code_false_alarm(tried)
    assert (code.primary, code.contributors) == (FalseAlarm.FIBROSIS, (FalseAlarm.NECROSIS,))
    assert code.by == "not called without it"
    assert code_at_peak(tried).primary == FalseAlarm.SINUSITIS
    assert main_cause(tried) == tried[1]


def test_where_no_single_imitator_decides_none_is_blamed() -> None:
    tried = [Imitator("sinusitis", 0.0, fall=0.3), Imitator("fibrosis", 0.0, fall=-0.1)]
    assert main_cause(tried) is None
    assert code_false_alarm(tried).primary == FalseAlarm.OTHER


@pytest.mark.parametrize(
    ("site", "expected"),
    [("left nasal cavity", "nasal cavity"), ("clivus and right petrous apex", "clivus and petrous apex"), ("roof", "roof")],
)
def test_a_site_has_no_side(site: str, expected: str) -> None:
    assert site_of(site) == expected
