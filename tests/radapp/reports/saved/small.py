"""A small unblinded study with an investigator, and a report of it made as a worker makes it."""

from functools import partial
from typing import Any

import pytest
from django.test import Client

from radapp.readerstudies.models import Membership, ReaderStudy
from radapp.reports import leases, work
from radapp.reports.files.rendering import FORMATS
from radapp.reports.making import made
from radapp.reports.models import SavedReport
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.coding import erring


def study(title: str = "A study") -> ReaderStudy:
    """Two cohorts of two cases, read by one reader and the networks; unblinded. Its investigator is `investigator_in`."""
    made = scene.study(title)
    scene.member(made, scene.person("investigator_in", is_investigator=True), "investigator")
    member = Membership.objects.create(study=made, name="Somebody", part="reader", seniority="senior")
    for number in range(1, 5):
        case = scene.case(made, number, examined=None, truth=number < 3, cohort="internal" if number % 2 else "external")
        erring.reading(member, case, recurrence=number != 2)
        for network in ("T1_T2", "T1WIC", "DARNDEST"):
            erring.call(case, network, number < 3, tier="positive" if number < 3 else "negative")
    return erring.unblinded(made)


def client_of(name: str, **roles: bool) -> Client:
    """Their session."""
    client = Client()
    client.force_login(scene.person(name, **roles), backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(client: Client, made: ReaderStudy, analysis: str = "tactic", **more: Any) -> Any:
    """The answer to asking for a report."""
    said = {"source": f"study:{made.key}", "analysis": analysis, **more}
    return client.post("/api/reports/", said, content_type="application/json")


def worked(key: str, *formats: str) -> SavedReport:
    """The report of this key, after a worker made it; of `formats` alone where any are named."""
    row = SavedReport.objects.get(key=key)
    lease = leases.claim(row.pk)
    assert lease is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "made", partial(made, formats=formats or FORMATS))
        work.make_files(lease)
    row.refresh_from_db()
    return row
