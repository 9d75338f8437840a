"""A language made in a process beside this one: the same bytes, and no hanging where it fails."""

import io
import pickle
from dataclasses import replace
from typing import Any

import pytest

from radapp.reports import book, making
from radapp.reports.files.beside import Beside, BesideError, answer
from radapp.reports.files.rendering import files_of
from radapp.reports.making import made
from radapp.reports.recipes import ANALYSES, CHAPTERS, Stand, make
from tests.radapp.reports.made import case, inputs, said

pytestmark = pytest.mark.once
STAND = Stand(key="k", title="标题", state="locked", locked=True, unblinded=True, made_by="DARNDEST")
CASES = [
    case(number, number < 4, {"T1_T2": said(number < 3, 0.5 + number / 100), "DARNDEST": said(number < 3, tier="positive")})
    for number in range(1, 7)
]


def whole(monkeypatch: pytest.MonkeyPatch, cores: int) -> tuple[Any, ...]:
    """The whole report with two chapters."""
    some = {name: CHAPTERS[name] for name in ("checklists", "tactic")}
    short = replace(ANALYSES["all"], run=book.run(some), tables=book.tables(some), sections=book.sections(some))
    monkeypatch.setattr(making, "cores", lambda: cores)
    return made(short, inputs(CASES), book.Options(), STAND, formats=("json", "figures", "pdf", "xlsx"))


def test_two_processes_make_the_bytes_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    alone, beside = whole(monkeypatch, 1), whole(monkeypatch, 2)
    assert {one.name: (one.format, one.sha256) for one in alone} == {one.name: (one.format, one.sha256) for one in beside}
    assert {"all.en.pdf", "all.zh.pdf", "all.zh.xlsx", "all-tactic-cohort-1-figure.zh.svg"} <= {one.name for one in beside}


def test_the_other_process_answers_with_its_languages_files() -> None:
    report = make(ANALYSES["stard"], inputs(CASES), ANALYSES["stard"].options(), STAND)
    told = io.BytesIO()
    answer(io.BytesIO(pickle.dumps((report, ("json", "figures"), ("zh",)))), told)
    found = pickle.loads(told.getvalue())
    assert list(found) == ["figures"], "what there is once for all languages is not made twice"
    assert found["figures"] == files_of(report, ["figures"], ["zh"])
    assert all(".zh." in name for name in found["figures"])


def test_a_process_that_ends_is_told_and_left_in_peace() -> None:
    report = make(ANALYSES["stard"], inputs(CASES), ANALYSES["stard"].options(), STAND)
    with Beside() as other:
        other._process.kill()
        other._process.wait()
        with pytest.raises(BesideError, match="before it had the report"):
            other.give(report, ["pdf"], ["zh"])
        with pytest.raises(BesideError, match="ended with -9, expected 0"):
            other.take()
    assert other._process.poll() is not None


def test_the_block_ends_the_process() -> None:
    with pytest.raises(ZeroDivisionError), Beside() as other:
        1 / 0  # noqa: B018 - what goes wrong while it waits
    assert other._process.poll() is not None
