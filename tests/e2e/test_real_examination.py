"""A real examination from the drop on the page to its tier and its heatmaps over the anatomy."""

import io
import json
import re
import subprocess
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.application import Application
from tests.e2e.pixels import coloured_share, images_of, lit_share
from tests.e2e.words import english
from tests.shared import real_head_mr


@pytest.fixture(scope="module")
def uid() -> str:
    """The Study Instance UID in the zip."""
    with zipfile.ZipFile(real_head_mr()) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dcm"))
        return str(pydicom.dcmread(io.BytesIO(archive.read(name)), stop_before_pixels=True).StudyInstanceUID)


def stored_map(application: Application, uid: str, heatmap: dict[str, Any], token: str) -> bytes:
    """A heatmap as stored: the bytes of its DICOM file."""
    request = urllib.request.Request(
        f"{application.url}/wado?requestType=WADO&studyUID={uid}&seriesUID={heatmap['series_instance_uid']}"
        f"&objectUID={heatmap['sop_instance_uid']}&contentType=application/dicom",
        headers={"Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return bytes(response.read())


def test_dropped_zip_turns_to_its_tier_without_a_reload(
    sign_in: Callable[..., Page], application: Application, uid: str, token: str
) -> None:
    page = sign_in("radiologist")
    page.goto(application.url + "/worklist/")
    page.evaluate("window.neverReloaded = true")
    row = page.get_by_test_id(f"worklist-row-{uid}")
    expect(row).to_have_count(0)
    page.get_by_test_id("upload").set_input_files(real_head_mr())
    expect(row).to_be_visible(timeout=180_000)
    expect(row.get_by_test_id("state")).to_contain_text("done", timeout=300_000)
    expect(row.get_by_test_id("tier")).to_contain_text(re.compile("positive|suspicious|negative|no advice"))
    assert page.evaluate("window.neverReloaded") is True
    result = application.wait_for_state(uid, "done", token)
    assert result["tier"] in {"positive", "suspicious", "negative"}
    assert result["synthetic"] is True, "the shipped networks are demonstrations: every result says so"
    assert result["advice"]["given"] is False, "nobody has answered the scope questions"


def test_sequences_are_taken_as_what_they_are(application: Application, uid: str, token: str) -> None:
    series = application.get(f"/api/studies/{uid}/", token)[1]["series"]
    by_role = {
        role: [one for one in series if one["role"] == role and not one["generated"]] for role in ("T1WI", "T2WI", "none")
    }
    assert [one["plane"] for one in by_role["T2WI"]] == ["axial"]
    assert [(one["plane"], one["acquisition"]) for one in by_role["T1WI"]] == [("sagittal", "3D")]
    assert len(by_role["none"]) == 2
    for derived in by_role["none"]:
        assert re.search("perfusion|derived", derived["evidence"]), derived["evidence"]
    result = application.result(uid, token)
    resampled = {one["role"]: bool(one["resampled"]) for one in result["series"]}
    assert resampled == {"T1WI": True, "T2WI": False}


def test_heatmaps_are_valid_parametric_maps_on_the_sources_grid(
    application: Application, uid: str, token: str, tmp_path: Path
) -> None:
    result = application.result(uid, token)
    series = {one["role"]: one["uid"] for one in result["series"]}
    assert {heatmap["sequence"] for heatmap in result["heatmaps"]} == {"T1WI", "T2WI"}
    for heatmap in result["heatmaps"]:
        source = application.get(f"/dicom-web/studies/{uid}/series/{series[heatmap['sequence']]}/metadata", token)[1]
        path = tmp_path / f"{heatmap['sequence']}.dcm"
        path.write_bytes(stored_map(application, uid, heatmap, token))
        checked = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        errors = [line for line in (checked.stdout + checked.stderr).splitlines() if line.startswith("Error")]
        assert errors == []
        dataset = pydicom.dcmread(path)
        assert dataset.SOPClassUID.name == "Parametric Map Storage"
        assert (dataset.Rows, dataset.Columns) == (source[0]["00280010"]["Value"][0], source[0]["00280011"]["Value"][0])
        assert int(dataset.NumberOfFrames) == len(source)
        assert dataset.FrameOfReferenceUID == source[0]["00200052"]["Value"][0]
        values = dataset.pixel_array
        assert values.min() >= 0
        assert values.max() <= 1
        assert (heatmap["peak"] is not None) is bool(values.max() > 0), "a map without a peak marks nothing"


def test_viewer_shows_anatomy_and_the_heatmap_on_request(
    sign_in: Callable[..., Page], application: Application, uid: str, token: str
) -> None:
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{uid}/")
    for role in ("T1WI", "T2WI"):
        viewport = page.get_by_test_id(f"viewer-{role}")
        expect(viewport).to_be_visible()
        expect(viewport.locator("canvas").first).to_be_visible()
    expect(page.get_by_test_id("viewer-T1WIC")).to_have_count(0)
    for role in ("T1WI", "T2WI"):
        ready = page.get_by_test_id(f"viewer-{role}").locator('[data-pane][data-status="ready"]')
        expect(ready.or_(page.locator(f'[data-testid="viewer-{role}"][data-status="ready"]')).first).to_be_visible(
            timeout=180_000
        )
    page.wait_for_timeout(3000)  # a pane may say ready a moment before it is lit
    before = {role: page.get_by_test_id(f"viewer-{role}").screenshot() for role in ("T1WI", "T2WI")}
    for role, picture in before.items():
        assert lit_share(picture) > 0.15, f"{role} is dark"
        assert coloured_share(picture) < 0.01, f"{role} shows an overlay at opening"
    page.keyboard.press("h")
    for role in ("T1WI", "T2WI"):
        viewport = page.get_by_test_id(f"viewer-{role}")
        expect(viewport.locator('[data-kind="fused"]')).to_have_attribute("data-status", "ready", timeout=120_000)
    expect(page.get_by_text("resampled to axial").first).to_be_visible()


@dataclass(frozen=True)
class Evidence:
    """What a stored heatmap holds: its largest value, and the slices (from 1, upwards) that come near it."""

    value: float
    slices: tuple[int, ...]


def evidence(file: bytes) -> Evidence:
    """Of a Parametric Map's bytes."""
    dataset = pydicom.dcmread(io.BytesIO(file))
    most = dataset.pixel_array.max(axis=(1, 2))
    shared = dataset.SharedFunctionalGroupsSequence[0]
    row, column = np.reshape(shared.PlaneOrientationSequence[0].ImageOrientationPatient, (2, 3)).astype(float)
    along = np.cross(row, column)
    places = [
        float(np.dot(along, np.asarray(frame.PlanePositionSequence[0].ImagePositionPatient, float)))
        for frame in dataset.PerFrameFunctionalGroupsSequence
    ]
    rank = np.argsort(np.argsort(places)) + 1
    near = most >= 0.97 * most.max()
    return Evidence(float(most.max()), tuple(int(n) for n in rank[near]))


def test_heatmaps_say_where_their_evidence_lies_and_lead_there(
    sign_in: Callable[..., Page], application: Application, uid: str, token: str
) -> None:
    found = {
        heatmap["sequence"]: evidence(stored_map(application, uid, heatmap, token))
        for heatmap in application.result(uid, token)["heatmaps"]
    }
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{uid}/")
    for role in found:
        pane = page.locator(f'[data-testid="viewer-{role}"] [data-pane]').first
        expect(pane).to_have_attribute("data-status", "ready", timeout=180_000)
    page.keyboard.press("h")
    legends = {role: page.get_by_test_id(f"heatmap-legend-{role}") for role in found}
    for role, held in found.items():
        # Said on whatever slice stands there after h, whether the heatmap shows on it or not.
        expect(legends[role]).to_contain_text(
            re.compile("strongest" if held.value > 0 else "marks no evidence for recurrence in this series"), timeout=120_000
        )
    if max(held.value for held in found.values()) > 0.35:
        # The first press brings a slice on which one of them is seen.
        away = re.compile("heatmap on slices|nowhere above|outside this series")
        assert not all(away.search(page.get_by_test_id(f"viewer-{role}").inner_text()) for role in found)
    page.get_by_test_id("heatmap-opacity").fill("1")
    page.get_by_test_id("heatmap-threshold").fill("0.1")
    for role, held in found.items():
        if held.value > 0:
            leads_there(page, page.get_by_test_id(f"viewer-{role}"), legends[role], held)


def leads_there(page: Page, viewport: Locator, legend: Locator, held: Evidence) -> None:
    """The key leads to the slice that the legend names, the stored map's own, and the heatmap is seen there."""
    viewport.locator("[data-pane]").first.focus()
    page.keyboard.press("m")
    expect(legend).to_contain_text("on this slice")
    said = re.search(r"strongest (< )?(\d\.\d+)", legend.inner_text())
    assert said
    assert float(said[2]) == pytest.approx(held.value, abs=0.02 + 0.1 * held.value), "thinned in plane, little may be lost"
    expect(viewport).not_to_contain_text(re.compile("outside this series|heatmap on slices"))
    number = int(str(viewport.locator("[data-slice]").first.get_attribute("data-slice")))
    if "resampled" not in viewport.inner_text():  # a reformat counts its slices otherwise
        assert min(abs(number - slice_) for slice_ in held.slices) <= 1, (number, held)
    if held.value < 0.25:
        return  # too dark in inferno to be told from grey
    for _ in range(120):
        if coloured_share(images_of(viewport)) > 0.003:
            return
        page.wait_for_timeout(500)
    pytest.fail(f"no heatmap is seen where its legend led: {legend.inner_text()}, {held}")


def test_chinese_readers_are_told_in_chinese_what_speaks_against_advice(
    sign_in: Callable[..., Page], application: Application, uid: str, token: str
) -> None:
    reason = application.result(uid, token)["advice"]["reason"]
    roles = [role for role in ("T1WI", "T2WI") if f"{role}: " in reason]
    assert roles, f"a volunteer's 3D T1 is like no training image, yet all that is said is: {reason}"
    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{uid}/")
    withheld = page.get_by_test_id("withheld")
    expect(withheld).to_contain_text(reason.split(": ", 1)[1].split(".")[0])
    page.goto(application.url + "/worklist/")
    page.get_by_role("button", name="中").click()
    page.goto(f"{application.url}/viewer/{uid}/")
    expect(withheld).to_contain_text("为何不给建议")
    for role in roles:
        expect(withheld.locator("dt", has_text=role)).to_have_count(1)
    assert english(withheld.inner_text()) == []
    assert english(page.get_by_test_id("tier").inner_text()) == []


def test_second_import_doubles_nothing(application: Application, uid: str, token: str) -> None:
    before = application.get(f"/api/studies/{uid}/", token)[1]
    done = application.manage("import_dicom", str(real_head_mr()), "--wait", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.strip().splitlines()[-1])
    assert report["stored"] == 0
    assert report["already"] > 200
    assert report["studies"] == [uid]
    assert application.get(f"/api/studies/{uid}/", token)[1]["series"] == before["series"]
