"""The investigator's view: bars as in Fig. 3, what is open, and the table; nothing of errors still to code."""

import csv
import io
from typing import Any

import pytest

from radapp.readerstudies.coding.codes import adjudicate, submit_code
from radapp.readerstudies.models import CodingItem, Membership, ReaderStudy
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.coding import erring

pytestmark = pytest.mark.django_db
Items = dict[tuple[int, str], CodingItem]


@pytest.fixture
def study() -> ReaderStudy:
    """With an investigator."""
    study = scene.study()
    scene.member(study, scene.person("ivy"), "investigator")
    return study


@pytest.fixture
def items(study: ReaderStudy) -> Items:
    """Three internal cases and an external one, all missed: by T1_T2, T1WIC, a reader; and by the tactic on two tiers."""
    reader = scene.member(study, scene.person("rita"), "reader", name="Senior reader 1", simulated=True)
    for number, tier in ((1, "negative"), (2, "suspicious"), (3, ""), (4, "")):
        case = scene.case(study, number, examined=None, cohort="external" if number == 4 else "internal")
        erring.truth(case, True, rt_stage="rT1")
        erring.reading(reader, case, number == 3)
        if tier:
            erring.call(case, "T1_T2", False)
            erring.call(case, "T1WIC", False)
            erring.call(case, "DARNDEST", False, tier=tier)
    for name, part in (("ada", "coder"), ("bob", "coder"), ("eve", "adjudicator")):
        erring.coder(study, name, part)
    return erring.begun(study)


def settle(items: Items, *names: tuple[int, str], first: list[str], second: list[str]) -> None:
    """Two codes for each of these."""
    study = next(iter(items.values())).case.study
    for member, said in (("ada", first), ("bob", second)):
        coder = Membership.objects.get(study=study, name=member)
        for name in names:
            submit_code(items[name], coder, said, "=SUM(1)")


def overview(study: ReaderStudy) -> dict[str, Any]:
    """As ivy sees it."""
    found = erring.client_of(scene.person("ivy")).get(f"/api/reader-studies/{study.key}/coding/")
    assert found.status_code == 200
    body: dict[str, Any] = found.json()
    return body


def test_nothing_stands_there_before_coding_has_begun(study: ReaderStudy) -> None:
    found = overview(study)
    assert (found["begun"], found["total"], found["bars"], found["agreement"]) == (False, 0, [], [])
    client = erring.client_of(scene.person("ivy"))
    assert client.get(f"/api/reader-studies/{study.key}/coding/export/").json()["code"] == "not_unblinded"


@pytest.mark.once
def test_an_investigator_sees_who_is_missing_until_the_first_code(study: ReaderStudy, items: Items) -> None:
    assert overview(study)["missing"] is None
    Membership.objects.filter(name="bob").update(ended_at="2026-01-01T00:00Z", ended_reason="Left.")
    assert overview(study)["missing"] == {"coders": 1, "adjudicator": False}


def test_counts_by_source_cohort_and_category(study: ReaderStudy, items: Items) -> None:
    settle(items, (1, "Senior reader 1"), (1, "T1_T2"), first=["focal", "position"], second=["focal"])
    settle(items, (2, "T1WIC"), first=["necrosis"], second=["skull_base"])
    found = overview(study)
    counts = {name: found[name] for name in ("total", "uncoded", "coded_once", "differing", "settled", "adjudicated")}
    assert counts == {"total": 7, "uncoded": 4, "coded_once": 0, "differing": 1, "settled": 2, "adjudicated": 0}
    assert [(one["number"], one["name"], one["done"]) for one in found["coders"]] == [(1, "ada", 3), (2, "bob", 3)]
    bars = {(one["kind"], one["name"], one["cohort"]): one for one in found["bars"]}
    assert set(bars) == {
        ("reader", "Senior reader 1", "internal"),
        ("reader", "Senior reader 1", "external"),
        ("network", "T1_T2", "internal"),
        ("network", "T1WIC", "internal"),
        ("tactic", "DARNDEST", "internal"),
    }
    reader = bars["reader", "Senior reader 1", "internal"]
    assert (reader["total"], reader["settled"], reader["simulated"], reader["stage"]) == (2, 1, True, "only")
    cells = {one["key"]: (one["primary"], one["any"], one["cases"]) for one in reader["categories"]}
    assert cells["focal"] == (1, 1, [1])
    assert cells["position"] == (0, 1, [])
    assert cells["missed_other"] == (0, 0, [])
    assert bars["network", "T1WIC", "internal"]["settled"] == 0


@pytest.mark.once
def test_the_tactic_errs_where_the_network_that_decided_errs(study: ReaderStudy, items: Items) -> None:
    settle(items, (1, "T1_T2"), first=["focal"], second=["focal"])
    settle(items, (2, "T1WIC"), first=["necrosis"], second=["necrosis"])
    settle(items, (1, "T1WIC"), (2, "T1_T2"), first=["skull_base"], second=["skull_base"])
    bar = next(one for one in overview(study)["bars"] if one["kind"] == "tactic")
    cells = {one["key"]: one["cases"] for one in bar["categories"] if one["primary"]}
    assert (bar["total"], bar["settled"], cells) == (2, 2, {"focal": [1], "necrosis": [2]})


def test_the_table_holds_what_is_locked_and_nothing_else(study: ReaderStudy, items: Items) -> None:
    settle(items, (1, "Senior reader 1"), first=["focal", "position"], second=["focal"])
    settle(items, (2, "T1WIC"), first=["necrosis"], second=["skull_base"])
    adjudicate(items[2, "T1WIC"], Membership.objects.get(name="eve"), ["skull_base"], "Bone.")
    submit_code(items[4, "Senior reader 1"], Membership.objects.get(name="ada"), ["focal"])
    found = erring.client_of(scene.person("ivy")).get(f"/api/reader-studies/{study.key}/coding/export/")
    assert found["Content-Type"] == "text/csv; charset=utf-8"
    text = found.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["case"], row["source"]) for row in rows] == [("1", "Senior reader 1"), ("2", "T1WIC")]
    reader, network = rows
    assert (reader["first_primary"], reader["first_contributors"], reader["final_contributors"]) == (
        "focal",
        "position",
        "position",
    )
    assert (reader["likelihood"], reader["simulated"], reader["proposal"]) == ("20", "yes", "focal")
    assert reader["first_remark"] == "'=SUM(1)", "no spreadsheet computes a remark"
    assert (network["score"], network["cutoff"], network["state"]) == ("0.2", "0.5", "settled")
    assert (network["adjudicated_primary"], network["final_primary"], network["adjudication_reason"]) == (
        "skull_base",
        "skull_base",
        "Bone.",
    )


@pytest.mark.once
@pytest.mark.parametrize(("who", "status"), [("ivy", 200), ("ada", 403), ("rita", 403), ("nobody", 404)])
def test_only_investigators_have_the_overview(study: ReaderStudy, items: Items, who: str, status: int) -> None:
    settle(items, (1, "T1_T2"), first=["focal"], second=["focal"])
    client = erring.client_of(scene.person(who))
    for address in ("", "export/"):
        assert client.get(f"/api/reader-studies/{study.key}/coding/{address}").status_code == status
