"""A real examination from the drop on the page to its tier and its heatmaps over the anatomy."""

import io
import json
import re
import subprocess
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.pixels import coloured_share, lit_share
from tests.shared import real_head_mr


@pytest.fixture(scope="module")
def uid() -> str:
    """The Study Instance UID in the zip."""
    with zipfile.ZipFile(real_head_mr()) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dcm"))
        return str(pydicom.dcmread(io.BytesIO(archive.read(name)), stop_before_pixels=True).StudyInstanceUID)


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
        request = urllib.request.Request(
            f"{application.url}/wado?requestType=WADO&studyUID={uid}&seriesUID={heatmap['series_instance_uid']}"
            f"&objectUID={heatmap['sop_instance_uid']}&contentType=application/dicom",
            headers={"Authorization": f"Bearer {token}"},
        )
        path = tmp_path / f"{heatmap['sequence']}.dcm"
        with urllib.request.urlopen(request, timeout=60) as response:
            path.write_bytes(response.read())
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
        assert 0 < values.max() <= 1


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
        # The first heatmaps bring a slice on which both are seen: neither leads the other off its series.
        viewport = page.get_by_test_id(f"viewer-{role}")
        expect(viewport.locator('[data-kind="fused"]')).to_have_attribute("data-status", "ready", timeout=120_000)
    for role in ("T1WI", "T2WI"):
        expect(page.get_by_test_id(f"viewer-{role}")).not_to_contain_text(
            re.compile("outside this series|heatmap on slices")
        )
    for role in ("T1WI", "T2WI"):
        viewport = page.get_by_test_id(f"viewer-{role}")
        viewport.locator("[data-pane]").first.focus()
        page.keyboard.press("m")  # to this network's peak: the other's may lie where this one shows nothing
        for _ in range(120):
            if coloured_share(viewport.screenshot()) > 0.003:
                break
            page.wait_for_timeout(500)
        else:
            pytest.fail(f"{role} shows no heatmap after h")
    expect(page.get_by_text("resampled to axial").first).to_be_visible()


def test_second_import_doubles_nothing(application: Application, uid: str, token: str) -> None:
    before = application.get(f"/api/studies/{uid}/", token)[1]
    done = application.manage("import_dicom", str(real_head_mr()), "--wait", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.strip().splitlines()[-1])
    assert report["stored"] == 0
    assert report["already"] > 200
    assert report["studies"] == [uid]
    assert application.get(f"/api/studies/{uid}/", token)[1]["series"] == before["series"]
