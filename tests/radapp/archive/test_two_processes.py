"""Two processes take in the same zip at once: nothing doubled, nothing lost, on the database in use."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from radapp.archive.ingest import Ingest
from radapp.archive.models import Instance, Series, Source, Study
from radapp.archive.outcomes import IntakeReport
from tests import ready
from tests.radapp.archive import makers
from tests.radapp.archive.conftest import files_below


def database_url() -> str:
    """The test database's address, for other processes."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgresql://{values['USER']}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once(tmp_path: Path, storage_dir: Path, settings: Any) -> None:
    files = {}
    for series in range(1, 5):
        for number in range(1, 16):
            dataset = makers.mr(number, study=f"{makers.ROOT}4", series=f"{makers.ROOT}4.{series}")
            files[f"{series}/{number}.dcm"] = makers.content(dataset)
    archive = makers.zipped(files, tmp_path / "study.zip")
    environment = os.environ | {
        "DATABASE_URL": database_url(), "STORAGE_URL": f"file://{storage_dir}", "VAR_DIR": str(settings.VAR_DIR),
    }  # fmt: skip
    together = Barrier(2)

    def take_in(_: int) -> "subprocess.CompletedProcess[str]":
        together.wait(timeout=180)
        return ready.manage(("import_dicom", "--json", str(archive)), environment)

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(take_in, range(2)))
    assert [process.returncode for process in both] == [0, 0], [process.stderr for process in both]
    reports = [json.loads(process.stdout.splitlines()[-1]) for process in both]
    assert [report["refused"] + report["set_aside"] for report in reports] == [[], []]
    assert sum(report["stored"] for report in reports) == sum(report["already"] for report in reports) == len(files)
    assert (Study.objects.count(), Series.objects.count(), Instance.objects.count()) == (1, 4, len(files))
    assert len(files_below(storage_dir)) == len(files)


@pytest.mark.django_db(transaction=True)
def test_four_threads_with_the_same_files(tmp_path: Path) -> None:
    """Released together, so that they meet in the database: the losers look again and find everything there already."""
    files = {
        f"{n}.dcm": makers.content(makers.mr(n, study=f"{makers.ROOT}5", series=f"{makers.ROOT}5.1")) for n in range(30)
    }
    folder = makers.folder(files, tmp_path / "disc")
    together = Barrier(4)

    def take_in(_: int) -> IntakeReport:
        try:
            together.wait(timeout=180)
            with Ingest(Source.IMPORT) as ingest:
                ingest.add_path(folder)
            return ingest.report
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(take_in, range(4)))
    assert sum(report.stored for report in reports) == 30
    assert sum(report.already for report in reports) == 90
    assert [report.refused + report.set_aside for report in reports] == [[]] * 4
    assert (Study.objects.count(), Series.objects.count(), Instance.objects.count()) == (1, 1, 30)
