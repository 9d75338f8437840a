"""The reference standard as a table: out and in again, in two languages, all or nothing, told by line, audited."""

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest

from radapp.archive.models import Study
from radapp.readerstudies.models import ChainEntry, ReferenceStep
from radapp.readerstudies.reference.archive_truths import take_from_archive
from radapp.readerstudies.reference.guarding import guarded
from radapp.readerstudies.reference.status import statuses
from radapp.readerstudies.reference.steps import TaggingRefused
from radapp.readerstudies.reference.table import TableRefused, bare, read
from radapp.triage.training_models import Truth
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.reference.conftest import EXAMINED, FREE, Send, Tagging

HEAD = "case,step,recurrence,basis,basis_date"
LATER = (EXAMINED + dt.timedelta(days=92)).isoformat()
BOM = b"\xef\xbb\xbf"
Import = Callable[..., Any]


@pytest.fixture
def take(tagging: Tagging) -> Import:
    """Import a table as the investigator."""

    def act(text: str | bytes, **query: str) -> Any:
        body = text if isinstance(text, bytes) else text.encode()
        url = f"/api/reader-studies/{tagging.study.key}/reference/"
        return tagging.client("investigator").post(
            url, body, content_type="text/csv", QUERY_STRING="&".join(f"{k}={v}" for k, v in query.items())
        )

    return act


def exported(tagging: Tagging) -> tuple[bytes, list[dict[str, str]]]:
    response = tagging.client("investigator").get(f"/api/reader-studies/{tagging.study.key}/reference/")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    return response.content, list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def problems(response: Any) -> dict[str, str]:
    assert response.status_code == 400, response.content
    return {one["field"]: one["detail"] for one in response.json()["problems"]}


def test_a_table_is_taken_in_with_its_hash_in_every_entry(tagging: Tagging, take: Import) -> None:
    lines = [
        f"{HEAD},rt_stage,sites,marks",
        f'1,report,yes,growth,{LATER},rt2,skull_base; 眼眶,"[[1, -2, 3.5, 8]]"',
        "2,report,no,follow up,,,,",
    ]
    text = "\n".join(lines)
    report = take(text).json()
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    assert report == {"stored": True, "added": 2, "corrected": 0, "unchanged": 0, "ignored": [], "sha256": sha256}
    step = ReferenceStep.objects.get(case=tagging.cases[0])
    assert (step.rt_stage, step.sites, step.origin) == ("rT2", ["skull_base", "orbit"], f"file {sha256}")
    assert step.marks == [{"point": [1.0, -2.0, 3.5], "radius": 8.0}]
    assert [one.recurrence for one in statuses(tagging.study).values()] == [True, False]
    entries = ChainEntry.objects.filter(study=tagging.study).order_by("sequence")
    assert [one.action for one in entries] == ["reference_step", "reference_step", "reference_imported"]
    assert entries[2].target == f"file {sha256}"
    assert entries[2].after == {"added": 2, "corrected": 0, "unchanged": 0}


def test_out_and_in_again_changes_nothing(tagging: Tagging, send: Send, take: Import) -> None:
    send("junior", remark='=HYPERLINK("http://x")', sites=["orbit"], kinds=["mass", "necrotic"], debatable=True,
         marks=[{"point": [-1, 2, 3], "radius": 9}])  # fmt: skip
    send("junior", number=2, **FREE, remark="'quoted'\nin two lines, with a comma")
    content, rows = exported(tagging)
    assert content.startswith(BOM)
    assert rows[0]["remark"].startswith("'=")
    assert (rows[0]["status"], rows[0]["settled"], rows[0]["version"]) == ("open", "no", "1")
    report = take(content).json()
    assert (report["stored"], report["added"], report["corrected"], report["unchanged"]) == (True, 0, 0, 2)
    assert set(report["ignored"]) == {"origin", "made_at", "status", "settled", "why"}
    assert ReferenceStep.objects.count() == 2
    noted = ChainEntry.objects.filter(action="reference_exported").get()
    assert noted.target == f"file {hashlib.sha256(content).hexdigest()}"


@pytest.mark.once
@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "'", "''=1", "'=1"])
def test_no_cell_is_a_formula_and_none_is_lost(cell: str) -> None:
    assert guarded(cell).startswith("'")
    assert bare(guarded(cell)) == cell


@pytest.mark.once
@pytest.mark.parametrize("cell", ["", "plain", "a=b", "1", "鼻咽"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


@pytest.mark.once
def test_a_table_may_be_in_chinese(tagging: Tagging, take: Import) -> None:
    text = (
        "病例;步骤;局部复发;依据;依据日期;分期;部位;仅淋巴结;存疑\n"
        "1;报告;是;病理;2025年4月2日;rT3;颅底；眼眶;否;是\n"
        "2;报告;否;影像;;;;是;\n"
    )
    assert take(BOM + text.encode()).status_code == 200, take(text).content
    first, second = ReferenceStep.objects.order_by("case__number")
    assert (first.recurrence, first.basis, first.basis_date, first.debatable) == (
        True,
        "histopathology",
        dt.date(2025, 4, 2),
        True,
    )
    assert first.sites == ["skull_base", "orbit"]
    assert (second.recurrence, second.nodal_only) == (False, True)


def test_each_line_that_cannot_be_taken_is_told_and_nothing_is_stored(tagging: Tagging, take: Import) -> None:
    lines = [
        f"{HEAD},rt_stage",
        f"1,report,yes,growth,{LATER},",  # 2: good
        "9,report,yes,growth,,",  # 3: no such case
        "2,report,maybe,growth,,",  # 4
        f"2,junior,yes,growth,{LATER},rT9",  # 5
        "2,report,yes,growth",  # 6
        f"1,report,yes,growth,{LATER},",  # 7: again
        ",report,yes,growth,,",  # 8
        "2,report,no,one_year_free,yesterday,",  # 9
    ]
    response = take("\n".join(lines))
    found = problems(response)
    assert set(found) == {f"line {number}" for number in (3, 4, 5, 6, 7, 8, 9)}
    assert "case 9 names none" in found["line 3"]
    assert "maybe" in found["line 4"]
    assert "rT9" in found["line 5"]
    assert "4 cells, expected 6" in found["line 6"]
    assert "line 2" in found["line 7"]
    assert "yesterday" in found["line 9"]
    assert response.json()["code"] == "invalid"
    assert not ReferenceStep.objects.exists()
    assert not ChainEntry.objects.exists()


@pytest.mark.once
def test_a_rehearsal_says_the_same_and_stores_nothing(tagging: Tagging, take: Import) -> None:
    good = f"{HEAD}\n1,report,yes,growth,{LATER}\n"
    report = take(good, dry_run="true").json()
    assert (report["stored"], report["added"]) == (False, 1)
    assert "line 2" in problems(take(f"{HEAD}\n9,report,yes,growth,\n", dry_run="true"))
    assert not ReferenceStep.objects.exists()


@pytest.mark.once
def test_a_correction_needs_a_reason_and_the_version_it_corrects(tagging: Tagging, send: Send, take: Import) -> None:
    send("junior")
    _, rows = exported(tagging)
    changed = f"{HEAD},version,reason\n1,junior,no,one year free,{FREE['basis_date']},{{}},{{}}\n"
    assert "needs a reason" in problems(take(changed.format(1, "")))["line 2"]
    assert rows[0]["version"] == "1"
    send("junior", reason="Once more.", remark="Meanwhile.")
    assert "export again" in problems(take(changed.format(1, "Follow-up came.")))["line 2"]
    assert take(changed.format(2, "Follow-up came.")).json()["corrected"] == 1
    newest = ReferenceStep.objects.order_by("version").last()
    assert newest is not None
    assert (newest.version, newest.reason, newest.recurrence) == (3, "Follow-up came.", False)


@pytest.mark.once
def test_a_table_keeps_the_order_of_the_chain(tagging: Tagging, take: Import) -> None:
    assert "none of the junior" in problems(take(f"{HEAD}\n1,oncologist_1,yes,growth,{LATER}\n"))["line 2"]
    chain = [f"1,{step},yes,growth,{LATER}" for step in ("oncologist_2", "junior", "oncologist_1")]
    assert "senior" in problems(take("\n".join([HEAD, *chain, "1,senior,yes,images,"])))["line 5"]
    chain[1] = "1,junior,undetermined,images,"
    assert take("\n".join([HEAD, *chain, "1,senior,yes,images,"])).json()["added"] == 4
    assert statuses(tagging.study)[tagging.cases[0].pk].rule == "senior"


@pytest.mark.once
def test_a_case_is_named_by_number_key_external_name_or_accession_number(tagging: Tagging, take: Import) -> None:
    first, second = tagging.cases
    type(first).objects.filter(pk=first.pk).update(external_id="A-17")
    Study.objects.filter(pk=second.examination_id or 0).update(accession_number="SECRETACC4")
    text = "external_id,accession_number,step,recurrence,basis\nA-17,,report,yes,unstated\n,SECRETACC4,report,no,unstated\n"
    assert take(text).json()["added"] == 2
    both = f"case,external_id,step,recurrence,basis\n{second.key},A-17,report,yes,unstated\n"
    assert "several cases" in problems(take(both))["line 2"]
    assert "SECRETACC" not in exported(tagging)[0].decode()


@pytest.mark.once
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"case,step\n1,report\n",
        f"{HEAD}\n".encode(),
        f"{HEAD},basis\n1,report,yes,growth,,growth\n".encode(),
        f"{HEAD}\n1,报告,yes,growth,\n".encode("gb18030"),
        f"{HEAD}\n1,report,yes,growth,\n".encode("utf-16"),
        b"x" * (5 * 1024 * 1024 + 1),
        f'{HEAD}\n1,"report,yes,growth,'.encode() + b"x" * 200_000,
    ],
)
@pytest.mark.once
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(TableRefused):
        read(content)


@pytest.mark.once
def test_what_is_no_table_is_refused_with_a_sentence(take: Import) -> None:
    response = take("a,b\n1,2\n")
    assert (response.status_code, response.json()["code"]) == (400, "no_table")


@pytest.mark.once
def test_a_locked_study_takes_nothing_in_but_tells(tagging: Tagging, send: Send, take: Import) -> None:
    send("junior")
    scene.opened(tagging.study)
    tagging.study.state, tagging.study.locked_at = "locked", dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
    tagging.study.save()
    response = take(f"{HEAD}\n2,report,yes,growth,{LATER}\n")
    assert (response.status_code, response.json()["code"]) == (409, "study_locked")
    with pytest.raises(TaggingRefused):
        take_from_archive(tagging.study, tagging.investigator)
    assert len(exported(tagging)[1]) == 1


@pytest.mark.parametrize(
    ("basis", "days", "label", "becomes"),
    [
        ("histopathology", 10, True, "histopathology"),
        ("histopathology", None, False, "histopathology"),
        ("follow_up", 400, False, "one_year_free"),
        ("follow_up", 300, False, "follow_up"),
        ("follow_up", None, False, "follow_up"),
        ("follow_up", 400, True, "follow_up"),
        ("", None, True, "unstated"),
    ],
)
def test_the_archives_truths_become_reports(
    tagging: Tagging, basis: str, days: int | None, label: bool, becomes: str
) -> None:
    day = None if days is None else EXAMINED + dt.timedelta(days=days)
    examination = tagging.cases[0].examination
    assert examination is not None
    Truth.objects.create(study=examination, label=label, basis=basis, established_on=day, kind="mass", origin="file abc")
    taken = take_from_archive(tagging.study, tagging.investigator)
    assert (taken.taken, taken.already, taken.unknown) == (1, 0, 1)
    step = ReferenceStep.objects.get()
    assert (step.basis, step.basis_date, step.origin, step.remark) == (becomes, day, "archive: file abc", "mass")
    found = statuses(tagging.study)[tagging.cases[0].pk]
    assert (found.recurrence, found.settled) == (label, True)
    again = take_from_archive(tagging.study, tagging.investigator)
    assert (again.taken, again.already) == (0, 1)
    assert ChainEntry.objects.filter(action="reference_step").count() == 1


@pytest.mark.once
def test_an_investigator_sees_the_standard_in_numbers(tagging: Tagging, send: Send) -> None:
    client, url = tagging.client("investigator"), f"/api/reader-studies/{tagging.study.key}/reference"
    assert client.post(f"{url}/archive/").json() == {"taken": 0, "already": 0, "unknown": 2}
    send("junior", basis="histopathology", basis_date=None, debatable=True)
    found = client.get(f"{url}/overview/").json()
    assert found["standings"] == [
        {"standing": "positive", "cases": 1},
        {"standing": "negative", "cases": 0},
        {"standing": "open", "cases": 1},
        {"standing": "unusable", "cases": 0},
    ]
    assert found["bases"] == [{"basis": "histopathology", "positive": 1, "negative": 0}]
    assert [(one["chair"], one["waiting"]) for one in found["chairs"]][:2] == [("junior", 1), ("oncologist_1", 1)]
    assert all(one["staffed"] for one in found["chairs"])
    assert [(one["number"], one["rule"], one["debatable"]) for one in found["cases"]] == [
        (1, "histopathology", True),
        (2, "untagged", False),
    ]


@pytest.mark.once
def test_taggers_do_not_see_the_table(tagging: Tagging) -> None:
    client, url = tagging.client("senior"), f"/api/reader-studies/{tagging.study.key}/reference"
    assert client.get(f"{url}/").status_code == 403
    assert client.get(f"{url}/overview/").status_code == 403
    assert client.post(f"{url}/", b"", content_type="text/csv").status_code == 403
    assert client.post(f"{url}/archive/").status_code == 403
