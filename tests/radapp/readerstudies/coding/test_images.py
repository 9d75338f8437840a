"""What a coder sees of the images: the same sequences whoever erred, no heatmap before both codes are locked."""

from typing import Any

import pytest
from django.test import Client

from radapp.readerstudies.coding.codes import submit_code
from radapp.readerstudies.models import CodingItem
from radapp.triage.models import Heatmap
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.coding import erring
from tests.radapp.triage import examinations

pytestmark = pytest.mark.django_db


@pytest.fixture
def items() -> dict[tuple[int, str], CodingItem]:
    """Two errors of one case with images and one of another, a result behind the calls; two coders, an adjudicator."""
    study = scene.study(content={"design": scene.SEQUENTIAL["design"]})
    case = scene.case(study, 1, examined=scene.examination(1), truth=True)
    other = scene.case(study, 2, examined=scene.examination(2), truth=True)
    reader = scene.member(study, scene.person("rita"), "reader")
    for one in (case, other):
        erring.reading(reader, one, False, stage="unaided", arm="aided")
    erring.coder(study, "ada")
    erring.coder(study, "bob")
    erring.coder(study, "eve", "adjudicator")
    return erring.begun(study)


def _seen(client: Client, item: CodingItem) -> dict[str, Any]:
    found = client.get(f"/api/coding/{item.case.study.key}/items/{item.key}/")
    assert found.status_code == 200
    images: dict[str, Any] = found.json()["images"]
    return images


@pytest.mark.once
def test_all_sequences_are_shown_whatever_the_arm_showed(items: dict[tuple[int, str], CodingItem]) -> None:
    ada, bob = (erring.client_of(scene.person(name)) for name in ("ada", "bob"))
    first, second = items[1, "rita"], items[2, "rita"]
    seen = _seen(ada, first)
    assert [one["role"] for one in seen["series"]] == ["T1WI", "T2WI", "T1WIC"]
    assert seen["heatmaps"] == []
    uids = {one["study_uid"] for one in (seen, _seen(bob, first), _seen(ada, second))}
    assert len(uids) == 3, "two looks share no name"
    root = f"{seen['root']}/dicom-web/studies/{seen['study_uid']}"
    listing = ada.get(f"{root}/series")
    assert listing.status_code == 200
    assert scene.ROOT not in listing.content.decode()
    assert "secret" not in listing.content.decode().lower()
    assert bob.get(f"{root}/series").status_code == 404
    series = seen["series"][0]["series_uid"]
    assert ada.get(f"{root}/series/{series}/metadata").status_code == 200


@pytest.mark.once
def test_a_coders_images_are_gone_with_their_part(items: dict[tuple[int, str], CodingItem]) -> None:
    ada = erring.client_of(scene.person("ada"))
    seen = _seen(ada, items[1, "rita"])
    address = f"{seen['root']}/dicom-web/studies/{seen['study_uid']}/series"
    member = items[1, "rita"].case.study.members.get(name="ada")
    member.ended_at, member.ended_reason = "2026-01-01T00:00Z", "Left."
    member.save()
    assert ada.get(address).status_code == 404


def test_the_heatmap_comes_with_the_second_code(
    items: dict[tuple[int, str], CodingItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = items[1, "rita"]
    assert item.case.examination is not None
    protocol = examinations.protocol()
    from radapp.readerstudies.coding import sight
    from radapp.triage.models import Result, Run

    run = Run.objects.create(study=item.case.examination, protocol=protocol, fingerprint="f", inputs={}, state="done")
    result = Result.objects.create(
        run=run, score_t1wi=0.1, score_t2wi=0.1, score_t1_t2=0.1, tier="negative", series=[], bundles={}, synthetic=True
    )
    for role in ("T1WIC", "T1WI"):
        Heatmap.objects.create(
            result=result,
            sequence=role,
            sop_instance_uid=f"1.2.{len(role)}",
            series_instance_uid=f"1.3.{len(role)}",
            cell_size=[1, 1, 1],
        )
    erring.call(item.case, "DARNDEST", False, result=result)
    sights = []
    monkeypatch.setattr("radapp.readerstudies.coding.selectors.shown", lambda one: sights.append(one) or _nothing())
    ada = erring.client_of(scene.person("ada"))
    coders = item.case.study.members.filter(part="coder")
    _seen(ada, item)
    for coder in coders:
        submit_code(item, coder, ["focal"])
    _seen(ada, item)
    assert [[one.sequence for one in sight_.heatmaps] for sight_ in sights] == [[], ["T1WI", "T1WIC"]]
    assert sight.heatmaps_of(items[2, "rita"].case) == ()


def _nothing() -> dict[str, Any]:
    return {"study_uid": "2.25.1", "series": [], "heatmaps": []}
