"""Who makes a report: one holder of its lease, once; from the same inputs the same bytes in any process."""

import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from radapp import broker
from radapp.accounts.models import AppendOnlyError
from radapp.environment import ROOT
from radapp.reports import asking, leases
from radapp.reports.files.kinds import PAGE
from radapp.reports.files.rendering import FORMATS
from radapp.reports.inputs.reading import UnreadableInputsError, inputs_from
from radapp.reports.making import Made, made
from radapp.reports.models import FrozenInputs, ReportFile, SavedReport
from radapp.reports.offered import KINDS
from radapp.reports.recipes import ANALYSES
from radapp.reports.stand import Stand
from radapp.triage import queues
from tests.radapp.readerstudies import scene
from tests.radapp.reports.saved import small

pytestmark = [pytest.mark.django_db]
FILE = Made("tactic.json", "json", b"{}")


@pytest.fixture
def report(db: None, monkeypatch: pytest.MonkeyPatch) -> SavedReport:
    monkeypatch.setattr(broker, "ring", lambda *said, queue: queue == broker.ANALYSIS_QUEUE)
    monkeypatch.setattr(broker, "waiting_rings", lambda queue: 0)
    source = KINDS["study"].found(small.study().key)
    assert source is not None
    return asking.ask(source, asking.recipe("tactic", {}), scene.person("investigator_in"))


def stopped(report: SavedReport) -> None:
    """As a worker that was killed leaves it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reports_savedreport SET heartbeat_at = '2020-01-01 00:00:00+00:00' WHERE id = %s", [report.pk]
        )


def test_one_holder_writes_and_another_bell_finds_it_taken(report: SavedReport) -> None:
    first = leases.claim(report.pk)
    assert first is not None
    assert leases.claim(report.pk) is None
    stopped(report)
    assert leases.ring_again() == 1
    second = leases.claim(report.pk)
    assert second is not None
    assert second.attempt == 2
    for late in (
        leases.heartbeat,
        lambda lease: leases.tell(lease, "tables", 0.5),
        lambda lease: leases.complete(lease, [FILE]),
    ):
        with pytest.raises(leases.LeaseLost):
            late(first)
    leases.complete(second, [FILE])
    report.refresh_from_db()
    assert (report.state, report.progress, list(report.files.values_list("name", flat=True))) == ("done", 1.0, [FILE.name])
    assert leases.claim(report.pk) is None


def test_it_waits_and_runs_where_workers_are_shown(report: SavedReport) -> None:
    def shown() -> tuple[int, int, bool]:
        (found,) = (one for one in queues.queues() if one.name == broker.ANALYSIS_QUEUE)
        return found.queued, found.running, found.oldest_queued_at == report.made_at

    assert shown() == (1, 0, True)
    leases.claim(report.pk)
    assert shown() == (0, 1, False)


def test_a_worker_that_dies_each_time_ends_it_with_a_sentence(report: SavedReport) -> None:
    for _ in range(leases.ATTEMPTS):
        assert leases.claim(report.pk) is not None
        stopped(report)
        leases.ring_again()
    report.refresh_from_db()
    assert report.state == "failed"
    assert "stopped 3 times" in report.error


@pytest.mark.once
def test_steps_are_told(report: SavedReport, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, float]] = []
    monkeypatch.setattr(leases, "tell", lambda lease, step, share: told.append((step, share)))
    small.worked(report.key, "json", "csv", "xlsx")
    assert [step for step, _ in told] == ["analysis", "tables", "xlsx"]
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] < 1


def test_what_is_done_does_not_change(report: SavedReport) -> None:
    lease = leases.claim(report.pk)
    assert lease is not None
    leases.complete(lease, [FILE])
    for change in (
        lambda: SavedReport.objects.filter(pk=report.pk).update(error="x"),
        lambda: ReportFile.objects.update(sha256="x"),
        lambda: FrozenInputs.objects.update(cases=9),
    ):
        with pytest.raises(IntegrityError, match=r"ended|written once"), transaction.atomic():
            change()
    with pytest.raises(AppendOnlyError):
        FrozenInputs.objects.get().delete()


def test_frozen_inputs_are_read_as_they_were(report: SavedReport) -> None:
    row = FrozenInputs.objects.get()
    assert hashlib.sha256(row.canonical).hexdigest() == row.sha256 == row.read().sha256
    with pytest.raises(UnreadableInputsError, match="version 99"):
        inputs_from(json.dumps({**json.loads(row.canonical), "version": 99}).encode())
    with pytest.raises(UnreadableInputsError, match="expected aaaa"):
        inputs_from(row.canonical, "aaaa")
    with pytest.raises(UnreadableInputsError, match="another shape"):
        inputs_from(json.dumps({**json.loads(row.canonical), "cases": [1]}).encode())


ELSEWHERE = """
import sys
from radapp.reports.inputs.reading import inputs_from
from radapp.reports.making import made
from radapp.reports.recipes import ANALYSES
from radapp.reports.stand import Stand
stand = Stand(key="k", title="t", state="unblinded", locked=True, unblinded=True, made_by="m")
analysis = ANALYSES["tactic"]
for one in made(analysis, inputs_from(open(sys.argv[1], "rb").read()), analysis.options(), stand):
    print(one.sha256, one.name)
"""


@pytest.mark.once
def test_another_process_makes_the_same_bytes(report: SavedReport, tmp_path: Path) -> None:
    """One with an order of sets of its own: by a seed that this process does not have."""
    path = tmp_path / "inputs.json"
    path.write_bytes(FrozenInputs.objects.get().canonical)
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "VAR_DIR": str(tmp_path)}
    words = [sys.executable, "-c", ELSEWHERE, str(path)]
    told = subprocess.run(words, env=environment, check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    stand = Stand(key="k", title="t", state="unblinded", locked=True, unblinded=True, made_by="m")
    analysis = ANALYSES["tactic"]
    here = made(analysis, inputs_from(path.read_bytes()), analysis.options(), stand)
    assert told.splitlines() == [f"{one.sha256} {one.name}" for one in here]
    assert {one.format for one in here} == {*FORMATS, PAGE}


@pytest.mark.once
def test_which_inputs_differ(report: SavedReport, tmp_path: Path) -> None:
    def said(second: str) -> str:
        out = io.StringIO()
        call_command("report_differences", report.key, second, stdout=out)
        return out.getvalue()

    content: dict[str, Any] = json.loads(FrozenInputs.objects.get().canonical)
    assert "Equal" in said(report.inputs.sha256)
    content["answers"][0]["call"] = not content["answers"][0]["call"]
    path = tmp_path / "other.json"
    path.write_text(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")))
    assert said(str(path)) == "reader senior_1, case 1: call yes → no\n1 values differ.\n"
    with pytest.raises(CommandError, match="found neither"):
        said("nothing")


@pytest.mark.once
def test_an_analysis_of_another_kind_of_source_is_refused(report: SavedReport) -> None:
    source = KINDS["study"].found(report.study.key if report.study else "")
    assert source is not None
    with pytest.raises(asking.ReportRefusedError, match="another kind of source"):
        asking.taken(source, asking.recipe("ledger", {}))
