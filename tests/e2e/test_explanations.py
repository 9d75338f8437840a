"""A further map, asked for in the viewer: made by the worker, shown in place of Grad-CAM, with its name."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.application import Application
from tests.e2e.phantoms import make_examination


@pytest.mark.parametrize("method", ["integrated_gradients"])
def test_a_map_on_demand_is_made_and_shown(
    sign_in: Callable[..., Page], application: Application, token: str, tmp_path: Path, method: str
) -> None:
    made = make_examination(tmp_path, first=3)
    assert application.manage("import_dicom", str(made.folder), "--wait").returncode == 0
    application.wait_for_state(made.uid, "done", token)
    address = f"/api/studies/{made.uid}/explanations/"
    assert application.get(address, token)[1] == {"results": []}

    page = sign_in("radiologist")
    page.goto(f"{application.url}/viewer/{made.uid}/")
    expect(page.locator('[data-pane^="T2WI-original"]')).to_have_attribute("data-status", "ready")
    page.keyboard.press("h")
    row = page.get_by_test_id(f"map-T2WI-{method}")
    expect(row).to_have_attribute("data-state", "none")
    expect(row.get_by_role("radio")).to_be_disabled()
    row.get_by_role("button").click()
    # Progress and end come by themselves; nothing on the page changes until the reader chooses the map.
    expect(row).to_have_attribute("data-state", "done", timeout=240_000)
    fused = page.locator('[data-pane^="T2WI-fused"]')
    expect(page.get_by_test_id("viewer-T2WI").get_by_test_id("colour-bar")).to_have_attribute("data-method", "grad_cam")
    row.get_by_role("radio").check()
    expect(fused).to_contain_text("Integrated gradients")
    expect(fused).to_have_attribute("data-status", "ready")
    expect(page.get_by_test_id("viewer-T2WI").get_by_test_id("colour-bar")).to_have_attribute("data-method", method)
    expect(page.locator('[data-pane^="T1WI-fused"]')).not_to_contain_text("Integrated gradients")

    found = application.get(address, token)[1]["results"]
    assert [(one["sequence"], one["method"], one["state"]) for one in found] == [("T2WI", method, "done")]
    generated = [one for one in application.get(f"/api/studies/{made.uid}/", token)[1]["series"] if one["generated"]]
    assert any(one["uid"] == found[0]["series_instance_uid"] for one in generated)
    page.get_by_test_id("map-T2WI-grad_cam").get_by_role("radio").check()
    expect(fused).not_to_contain_text("Integrated gradients")
