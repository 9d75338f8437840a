"""`manage.py report`: what it writes, of which studies, and what the audit chain keeps of it."""

import csv
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from jsonschema import Draft202012Validator
from pytest_django.plugin import DjangoDbBlocker

from radapp.readerstudies.keeping.keys import own_public_key
from radapp.readerstudies.keeping.verifying import verify
from radapp.readerstudies.models import ChainEntry, Membership, ReaderStudy
from radapp.reports.files.drawing import chinese_font
from radapp.reports.files.figure_words import LABELS_ZH
from radapp.reports.files.fonts import NO_FONT
from radapp.reports.files.rendering import as_csv
from radapp.reports.recipes import NOT_LOCKED, NOT_UNBLINDED, OF_STUDIES
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.coding import erring
from tests.radapp.readerstudies.keeping import kept

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FULL = os.environ.get("EVIDENCE") == "full"
TABLES = ("json", "csv", "data")
"""What is there once for all languages: nothing of it is drawn or typeset."""


@pytest.fixture(scope="module")
def made_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ReaderStudy]:
    """The study, in a transaction that ends with the tests here."""
    folder = tmp_path_factory.mktemp("study")
    own = override_settings(STORAGE_DIR=folder / "archive", VAR_DIR=folder)
    with own, django_db_blocker.unblock(), transaction.atomic():
        yield _study()
        transaction.set_rollback(True)


@pytest.fixture
def study(made_once: ReaderStudy, db: None) -> ReaderStudy:
    """What a test does to it is undone."""
    return ReaderStudy.objects.get(pk=made_once.pk)


def _study() -> ReaderStudy:
    """Two cohorts, one of them named to be run by a spreadsheet; read by one reader and the networks; unblinded."""
    made = scene.study("A study")
    member = Membership.objects.create(study=made, name="Somebody", part="reader", seniority="senior")
    for number in range(1, 5):
        case = scene.case(made, number, examined=None, truth=number < 3, cohort="=1+1" if number % 2 else "external")
        erring.reading(member, case, recurrence=number != 2)
        for network in ("T1_T2", "T1WIC", "DARNDEST"):
            erring.call(case, network, number < 3, tier="positive" if number < 3 else "negative")
    return erring.unblinded(made)


def report(name: str, study: ReaderStudy, out: Path, *more: str) -> str:
    said = io.StringIO()
    call_command("report", name, "--study", study.key, "--out", str(out), *more, stdout=said)
    return said.getvalue()


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def said_in(path: Path) -> str:
    """Its text; of a PDF its metadata, of a workbook its texts."""
    if path.suffix != ".xlsx":
        return path.read_bytes().decode(errors="replace")
    with zipfile.ZipFile(path) as archive:
        return " ".join(archive.read(name).decode() for name in archive.namelist())


def columns(path: Path) -> list[str]:
    """Of a table that may have no row."""
    return next(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


WITHOUT_FIGURES = {"behaviour", "checklists"}
"""Behaviour: this study's answers have no times."""
DRAWN = {"stard", "checklists"}
"""Of these every kind of file is made, in any run."""


@pytest.mark.evidence
@pytest.mark.parametrize("name", sorted(OF_STUDIES))
def test_json_and_tables_with_their_dictionary(study: ReaderStudy, tmp_path: Path, name: str) -> None:
    """Reduced: every kind of file of DRAWN; of the others tables, and test_analyses draws and typesets all of them."""
    plain = name == "all" or not (FULL or name in DRAWN)  # the whole report's pictures are those of its chapters
    formats = (*TABLES, *(() if name == "all" else ["xlsx"]))
    report(name, study, tmp_path / "out", *(("--format", *formats) if plain else ()))
    files = {path.name: path for path in (tmp_path / "out").iterdir()}
    said = json.loads(files.pop(f"{name}.json").read_text())
    assert said["recipe"]["analysis"] == name
    assert said["study"]["key"] == study.key
    assert Draft202012Validator(json.loads(files.pop(said["$schema"]).read_text())).is_valid(said)
    drawn = set() if plain else {".pdf"} if name in WITHOUT_FIGURES else {".pdf", ".svg", ".png"}
    drawn |= set() if name == "all" else {".xlsx"}
    assert {path.suffix for path in files.values()} == {".csv", ".imrmc", ".lrc"} | drawn
    files = {name: path for name, path in files.items() if path.suffix == ".csv"}
    known = {(row["file"], row["column"]) for row in rows(files.pop(f"{name}-dictionary.csv"))}
    assert known == {(file, column) for file, path in files.items() for column in columns(path)}
    assert all(row["label"] for path in files.values() for row in rows(path)), "the study is a synthetic one"


@pytest.mark.evidence
def test_the_same_command_twice_gives_the_same_bytes(study: ReaderStudy, tmp_path: Path) -> None:
    """Reduced to tables: that pictures and PDFs are the same bytes is shown where two processes make them."""
    for folder in ("one", "other"):
        report("performance", study, tmp_path / folder, *(() if FULL else ("--format", *TABLES, "xlsx")))
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "other"))
    assert one == other


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["json"], {"tactic.json", "tactic.schema.json"}),
        (["csv"], {"tactic-tiers.csv", "tactic-figures.csv", "tactic-dictionary.csv"}),
        (
            ["data", "json"],
            {"tactic.json", "tactic.schema.json", "tactic-readings.csv", "tactic-dictionary.csv"}
            | {f"tactic-{cohort}.{ending}" for cohort in ("cohort-1", "external") for ending in ("imrmc", "lrc")},
        ),
    ],
)
def test_formats(study: ReaderStudy, tmp_path: Path, wanted: list[str], found: set[str]) -> None:
    report("tactic", study, tmp_path / "out", "--format", *wanted)
    assert {path.name for path in (tmp_path / "out").iterdir()} == found


def test_figures_and_papers_in_both_languages(study: ReaderStudy, tmp_path: Path, monkeypatch: Any) -> None:
    said = report("agreement", study, tmp_path / "out", "--format", "figures", "pdf", "xlsx")
    figures = {f"agreement-{cohort}-figure" for cohort in ("cohort-1", "external")}
    papers = {f"agreement.{language}.{ending}" for language in ("en", "zh") for ending in ("pdf", "xlsx")}
    drawn = {f"{name}.{language}.{ending}" for name in figures for language in ("en", "zh") for ending in ("svg", "png")}
    assert {path.name for path in (tmp_path / "out").iterdir()} == drawn | papers
    assert NO_FONT not in said
    for place in ("files.drawing", "files.papers", "management.commands.report"):
        monkeypatch.setattr(f"radapp.reports.{place}.font_file", lambda: None)
    chinese_font.cache_clear()
    assert NO_FONT in report("agreement", study, tmp_path / "other", "--format", "figures", "pdf", "xlsx")
    chinese_font.cache_clear()
    made = {path.name for path in (tmp_path / "other").iterdir()}
    assert {name for name in drawn | papers if name not in made} == {
        *(name for name in drawn if name.endswith(".zh.png")),
        *(name for name in papers if name.endswith(".pdf")),
    }


def test_the_chain_keeps_every_files_digest(study: ReaderStudy, tmp_path: Path) -> None:
    said = report("checklists", study, tmp_path / "out")
    entry = ChainEntry.objects.get(study=study)
    assert (entry.action, entry.target, entry.actor_name) == ("study_exported", "report checklists", "manage.py report")
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "out").iterdir()}
    assert entry.after["files"] == found
    assert entry.after["inputs"] in said
    assert all(digest in said for digest in found.values())


@pytest.mark.evidence
@pytest.mark.parametrize("state", ["draft", "open", "closed"])
def test_a_study_that_is_not_locked_is_refused_or_watermarked(study: ReaderStudy, tmp_path: Path, state: str) -> None:
    """Reduced: tables, and of an open study PDF and workbook; test_figures looks at pictures."""
    study.state, study.locked_at, study.unblinded_at = state, None, None
    study.opened_at = None if state == "draft" else study.opened_at
    study.save()
    with pytest.raises(CommandError, match="--watermark"):
        report("tactic", study, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not ChainEntry.objects.exists()
    formats = (*TABLES, *(("pdf", "xlsx") if state == "open" else ()))
    report("tactic", study, tmp_path / "out", "--watermark", *(() if FULL else ("--format", *formats)))
    paths = list((tmp_path / "out").iterdir())
    assert {path.name for path in paths if not path.name.startswith("preliminary-")} == set()
    chinese = LABELS_ZH[NOT_LOCKED]  # what a Chinese PDF says of itself is Chinese
    silent = {path.name for path in paths if (chinese if path.name.endswith(".zh.pdf") else NOT_LOCKED) not in said_in(path)}
    assert silent == set()
    assert ChainEntry.objects.get().after["state"] == state


def test_a_locked_study_is_not_watermarked_and_says_that_it_is_not_unblinded(study: ReaderStudy, tmp_path: Path) -> None:
    study.state, study.unblinded_at = "locked", None
    study.save()
    report("performance", study, tmp_path / "out", "--watermark", "--format", "json")
    said = (tmp_path / "out" / "performance.json").read_text()
    assert NOT_LOCKED not in said
    assert NOT_UNBLINDED in said


def test_no_cell_is_a_formula_and_numbers_stay_numbers(study: ReaderStudy, tmp_path: Path) -> None:
    report("performance", study, tmp_path / "out", "--format", "csv")
    found = rows(tmp_path / "out" / "performance-figures.csv")
    assert {row["cohort"] for row in found} == {"'=1+1", "external"}
    cells = as_csv(("a", "b", "c"), [{"a": -0.5, "b": "@SUM(1)", "c": True}]).decode("utf-8-sig").splitlines()
    assert cells[1] == "-0.5,'@SUM(1),yes"


def test_the_audit_chain_is_whole_afterwards(tmp_path: Path, settings: Any) -> None:
    study = kept.finished()
    report("performance", study, tmp_path / "out", "--format", "json")
    verdict = verify(study, Path(settings.AUDIT_HEADS_DIR), frozenset({own_public_key() or ""}))
    assert (verdict.findings, verdict.remarks) == ([], [])


def test_few_cases_are_flagged(study: ReaderStudy, tmp_path: Path) -> None:
    report("performance", study, tmp_path / "out", "--format", "csv")
    assert {row["small"] for row in rows(tmp_path / "out" / "performance-counts.csv")} == {"yes"}


def test_options(study: ReaderStudy, tmp_path: Path) -> None:
    asked = ("--intervals", "exact", "--prevalence", "0.1", "--correction", "holm", "--format", "json")
    report("performance", study, tmp_path / "a", *asked)
    said = json.loads((tmp_path / "a" / "performance.json").read_text())["recipe"]["options"]
    assert said == {
        "intervals": "exact",
        "prevalence": 0.1,
        "correction": "holm",
        "not_assessable": "sent_to_contrast",
        "level": 0.95,
    }
    tariff = ("--enhanced", "100", "--unenhanced", "50", "--currency", "EUR", "--format", "csv")
    report("economics", study, tmp_path / "b", *tariff)
    found = rows(tmp_path / "b" / "economics-strategies.csv")
    assert [(row["strategy"], row["cost"], row["currency"]) for row in found[:2]] == [
        ("conventional", "100000.0", "EUR"),
        ("unenhanced_only", "50000.0", "EUR"),
    ]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("tactic", "--prevalence", "0.1"), "takes no prevalence"),
        (("performance", "--prevalence", "3"), "expected a share"),
        (("economics", "--enhanced", "-1"), "above 0"),
    ],
)
def test_options_that_do_not_fit_are_refused(study: ReaderStudy, tmp_path: Path, more: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        report(more[0], study, tmp_path / "out", *more[1:])


def test_a_folder_that_holds_something_is_left_alone(study: ReaderStudy, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="no empty folder"):
        report("tactic", study, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_nothing_is_told_where_nothing_was_written(study: ReaderStudy, tmp_path: Path, monkeypatch: Any) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("radapp.reports.exporting._write", full)
    with pytest.raises(CommandError, match="nothing was written"):
        report("tactic", study, tmp_path / "out", "--format", "json")
    assert not ChainEntry.objects.exists()
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_an_unknown_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="found no reader study"):
        call_command("report", "tactic", "--study", "none", "--out", str(tmp_path / "out"))
