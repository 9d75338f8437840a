"""`manage.py import_truth`: a whole table or nothing, every problem with its line, an audit row for each truth."""

import hashlib
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from radapp.accounts.models import AuditEntry, User
from radapp.archive.models import Study
from radapp.triage.models import Truth
from tests.radapp.triage import examinations

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "truth.csv"


@pytest.fixture
def studies() -> list[Study]:
    """1.9.1 to 1.9.4; the last two share an accession number."""
    numbers = ("A1", "A2", "B", "B")
    return [
        examinations.study(study_instance_uid=f"1.9.{n}", accession_number=number)
        for n, number in enumerate(numbers, start=1)
    ]


def take_in(table: Path, text: str, *options: str) -> str:
    """What the command prints."""
    table.write_text(text, encoding="utf-8")
    out = StringIO()
    call_command("import_truth", str(table), *options, stdout=out)
    return out.getvalue()


def refusal(table: Path, text: str, *options: str) -> list[str]:
    """The lines of its refusal; nothing may have been stored or noted meanwhile."""
    before = (list(Truth.objects.order_by("pk").values()), AuditEntry.objects.count())
    with pytest.raises(CommandError, match="nothing was stored") as refused:
        take_in(table, text, *options)
    assert (list(Truth.objects.order_by("pk").values()), AuditEntry.objects.count()) == before
    return str(refused.value).splitlines()[1:]


def stored() -> dict[str, tuple[int, str, str]]:
    rows = Truth.objects.values_list("study__study_instance_uid", "label", "kind", "basis")
    return {uid: (int(label), kind, basis) for uid, label, kind, basis in rows}


def test_by_uid_and_by_accession_number(table: Path, studies: list[Study], people: dict[str, User]) -> None:
    text = (
        "\ufeffStudy_Instance_UID,accession_number,label,kind,basis,date,remark\r\n"
        '1.9.1,,1,"deep, necrotic",Histology,2026-03-31,seen twice\r\n'
        "\r\n"
        ",A2,0,,follow-up,,\r\n"
        "1.9.3,B,0,,,,\r\n"
    )
    printed = take_in(table, text, "--by", "investigator")
    assert "3 added, 0 changed, 0 unchanged" in printed
    assert "columns left unread: remark" in printed
    assert stored() == {
        "1.9.1": (1, "deep, necrotic", "histopathology"),
        "1.9.2": (0, "", "follow_up"),
        "1.9.3": (0, "", ""),
    }
    sha256 = hashlib.sha256(table.read_bytes()).hexdigest()
    truth = Truth.objects.get(study=studies[0])
    assert (str(truth.established_on), truth.origin) == ("2026-03-31", f"file {sha256}")
    assert truth.recorded_by == people["investigator"]
    rows = AuditEntry.objects.filter(action="truth_recorded").order_by("id")
    assert {row.actor_name for row in rows} == {"investigator"}
    assert {row.target for row in rows} == {f"file {sha256}"}
    assert [row.study_instance_uid for row in rows] == ["1.9.1", "1.9.2", "1.9.3", ""]
    assert rows[0].after == {
        "label": 1, "kind": "deep, necrotic", "basis": "histopathology", "date": "2026-03-31",
    }  # fmt: skip
    assert rows[3].after == {"name": "truth.csv", "added": 3, "changed": 0, "unchanged": 0}


def test_every_problem_is_told_with_its_line(table: Path, studies: list[Study]) -> None:
    tomorrow = timezone.now().date() + timezone.timedelta(days=1)
    text = (
        "study_instance_uid,accession_number,label,kind,basis,date\n"
        "1.9.1,,1,,,\n"
        "1.9.77,,1,,,\n"
        ",A77,0,,,\n"
        ",B,0,,,\n"
        "1.9.2,,yes,,,\n"
        ",A1,1,,,\n"
        ",,1,,,\n"
        "1.9.2,A1,1,,,\n"
        "1.9.3,,1,,guess,\n"
        "1.9.3,,1,,,31.3.2026\n"
        f"1.9.3,,1,,,{tomorrow}\n"
        f"1.9.3,,1,{'k' * 101},,\n"
        "1.9.3,,1\n"
        "1.9.4,,0,,,\n"
    )
    said = refusal(table, text)
    assert [int(line.split(":")[0].removeprefix("line ")) for line in said] == list(range(3, 15))
    expected = (
        "the archive holds no study 1.9.77",
        "no study with the accession number A77",
        "2 studies have the accession number B (1.9.3, 1.9.4)",
        "the label is 'yes'",
        "repeats the study of line 2",
        "names no study",
        "study 1.9.2 has the accession number A2, not A1",
        "the basis is 'guess'",
        "the date is '31.3.2026'",
        "lies in the future",
        "the kind has 101 characters",
        "one cell for each column",
    )
    for words, line in zip(expected, said, strict=True):
        assert words in line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "of an empty line"),
        (b"accession_number;label\nA1;1\n", "has the columns accession_number;label; expected"),
        (b"study_instance_uid,truth\n1.9.1,1\n", "has the columns study_instance_uid, truth; expected"),
        (b"label,kind\n1,x\n", "has the columns label, kind; expected"),
        (b"label,study_instance_uid,label\n1,1.9.1,0\n", "the column label twice"),
        (b"accession_number,label\n", "no line below its first"),
        ("accession_number,label\n复发,1\n".encode("gb18030"), "is not UTF-8 (byte 23)"),
        ("accession_number,label\nA1,1\n".encode("utf-16-le"), "holds NUL characters, as UTF-16 does"),
        (b"accession_number,label\n" + b"x" * 140_000 + b",1\n", "field larger than field limit"),
    ],
)
@pytest.mark.once
def test_what_is_no_table(table: Path, content: bytes, words: str) -> None:
    table.write_bytes(content)
    with pytest.raises(CommandError, match="1 problem, nothing was stored") as refused:
        call_command("import_truth", str(table))
    assert words in str(refused.value)


@pytest.mark.once
def test_a_file_that_is_not_there(table: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read \\(No such file or directory\\)"):
        call_command("import_truth", str(table))


def test_again_and_otherwise(table: Path, studies: list[Study]) -> None:
    take_in(table, "accession_number,label,kind,basis\nA1,1,deep,histology\nA2,0,,\n")
    same = AuditEntry.objects.filter(action="truth_recorded").exclude(study_instance_uid="")
    assert "0 added, 0 changed, 2 unchanged" in take_in(table, "accession_number,label\nA1,1\nA2,0\n")
    assert same.count() == 2
    # What was not said yet contradicts nothing.
    assert "0 added, 1 changed, 0 unchanged" in take_in(table, "accession_number,label,basis\nA2,0,follow up\n")
    said = refusal(table, "accession_number,label,kind,basis\nA2,1,,\nA1,1,focal,biopsy\n")
    assert said == [
        "line 2: the label 0 is stored, found 1 (--replace takes the file's word)",
        "line 3: the kind deep is stored, found focal (--replace takes the file's word)",
    ]
    assert "0 added, 2 changed" in take_in(table, "accession_number,label,kind\nA2,1,\nA1,1,focal\n", "--replace")
    # Another label leaves nothing behind of what the former rested on; the same one keeps what the file does not say.
    assert stored() == {"1.9.1": (1, "focal", "histopathology"), "1.9.2": (1, "", "")}
    newest = same.filter(study_instance_uid="1.9.2").first()
    assert newest is not None
    assert newest.before == {"label": 0, "kind": "", "basis": "follow_up", "date": None}
    assert newest.after == {"label": 1, "kind": "", "basis": "", "date": None}
    assert newest.actor_name == "manage.py import_truth"


def test_a_dry_run_checks_and_stores_nothing(table: Path, studies: list[Study]) -> None:
    printed = take_in(table, "accession_number,label\nA1,1\n", "--dry-run")
    assert "nothing stored; would be: 1 added" in printed
    assert not Truth.objects.exists()
    assert not AuditEntry.objects.exists()
    assert "A9" in refusal(table, "accession_number,label\nA9,1\n", "--dry-run")[0]


@pytest.mark.once
@pytest.mark.parametrize("name", ["radiologist", "reader", "newcomer", "nobody"])
def test_those_who_stay_blind_bring_no_truths(table: Path, studies: list[Study], people: dict[str, User], name: str) -> None:
    with pytest.raises(CommandError, match=f"{name}"):
        take_in(table, "accession_number,label\nA1,1\n", "--by", name)
    assert not Truth.objects.exists()


def test_many_studies_in_few_queries(table: Path, django_assert_max_num_queries: object) -> None:
    made = Study.objects.bulk_create(
        Study(study_instance_uid=f"1.8.{n}", accession_number=f"N{n}", source="import") for n in range(1100)
    )
    text = "accession_number,label\n" + "".join(f"{one.accession_number},0\n" for one in made)
    assert "1100 added" in take_in(table, text)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert "1100 unchanged" in take_in(table, text)


def test_the_database_knows_what_a_truth_is(studies: list[Study]) -> None:
    Truth.objects.create(study=studies[0], label=True, origin="test")
    for wrong in ({"study": studies[0]}, {"study": studies[1], "basis": "guess"}, {"study": studies[1], "origin": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Truth.objects.create(**({"label": True, "origin": "test"} | wrong))


@pytest.mark.once
def test_no_answer_of_the_application_changes_with_a_truth(studies: list[Study], signed_in: Callable[[str], Client]) -> None:
    """The addresses that speak of studies, as everyone: the bodies are the same before and after."""
    uid = studies[0].study_instance_uid
    places = [
        "/api/worklist/",
        f"/api/worklist/?search={studies[0].patient_id}",
        f"/api/studies/{uid}/",
        f"/api/worklist/neighbours/?uid={uid}",
        f"/dicom-web/studies?StudyInstanceUID={uid}&includefield=all",
    ]
    asked = [(name, place) for name in ("radiologist", "administrator", "investigator", "reader") for place in places]

    def answers() -> list[tuple[int, bytes]]:
        found = [signed_in(name).get(place) for name, place in asked]
        return [(one.status_code, b"".join(one) if one.streaming else one.content) for one in found]

    before = answers()
    assert [status for status, _ in before[:5]] == [200] * 5, "the addresses are those of the application"
    Truth.objects.create(study=studies[0], label=True, kind="unmistakable", basis="follow_up", origin="test")
    assert answers() == before
