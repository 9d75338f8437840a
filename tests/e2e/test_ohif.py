"""OHIF, as its makers publish it, opens a triaged study: series, heatmaps on the right slices, the report's words."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.application import Application, in_application
from tests.e2e.ohif import Ohif, running_ohif
from tests.e2e.phantoms import Examination, make_examination
from tests.services import wait_until

LOOK = """async () => {
  const [viewport] = window.cornerstone.getRenderingEngines().flatMap((engine) => engine.getViewports());
  await new Promise((resolve) => {
    viewport.element.addEventListener('CORNERSTONE_IMAGE_RENDERED', resolve, { once: true });
    viewport.render();
    setTimeout(resolve, 10_000);  // a viewport that was replaced meanwhile draws no more
  });
  const { canvas } = viewport, { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  let lit = 0, coloured = 0, x = 0, y = 0;
  for (let at = 0; at < data.length; at += 4) {
    const most = Math.max(data[at], data[at + 1], data[at + 2]), least = Math.min(data[at], data[at + 1], data[at + 2]);
    lit += most > 40;
    if (most - least > 60) { coloured += 1; x += (at / 4) % width; y += Math.floor(at / 4 / width); }
  }
  const scale = coloured * window.devicePixelRatio || 1;
  const point = (place) => [...place];
  return {
    lit: lit / width / height, coloured: coloured / width / height,
    middle: point(viewport.canvasToWorld([x / scale, y / scale])), slice: point(viewport.getCamera().focalPoint),
  };
}"""
"""What the one viewport shows: shares of lit and of coloured pixels, in LPS mm the colour's middle and the slice's."""
LAID_OVER = """() => window.cornerstone.getRenderingEngines().flatMap((engine) => engine.getViewports())
  .some((viewport) => viewport.getActors().length > 1)"""
WAITS_MS = 300_000  # every slice is drawn by the processor


@dataclass(frozen=True)
class Seen:
    """One slice as shown: its index in the series (ascending along row x column), and where its colour's middle lies."""

    index: int
    lit: float
    coloured: float
    middle: np.ndarray


@dataclass(frozen=True)
class Planted:
    """A heatmap of a known place: (slice, row, column) of its strongest point, and the slices that exceed the threshold."""

    affine: np.ndarray
    centre: np.ndarray
    slices: int
    shown: frozenset[int]

    def seen(self, looked: dict[str, Any]) -> Seen:
        inverse = np.linalg.inv(self.affine)
        index = round(float((inverse @ [*looked["slice"], 1])[0]))
        return Seen(index, looked["lit"], looked["coloured"], (inverse @ [*looked["middle"], 1])[:3])

    def millimetres_off(self, middle: np.ndarray) -> float:
        """In the slice's plane, from the strongest point."""
        spacing = np.linalg.norm(self.affine[:3, 1:3], axis=0)
        return float(np.linalg.norm((middle - self.centre)[1:] * spacing))


@pytest.fixture(scope="module")
def ohif(application: Application, token: str, ohif_port: int) -> Iterator[Ohif]:
    with running_ohif(ohif_port) as viewer:
        viewer.point_at(application.url, token)
        yield viewer


def series_names(application: Application, token: str, uid: str) -> list[str]:
    found = application.get(f"/dicom-web/studies/{uid}/series", token)[1]
    return [str(one["0008103E"]["Value"][0]) for one in found]


@pytest.fixture(scope="module")
def examination(application: Application, token: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Examination]:
    """A triaged examination of three sequences, in scope, so that its second report gives the advice; gone afterwards."""
    made = make_examination(tmp_path_factory.mktemp("examination"), first=4, roles="T1WI,T2WI,T1WIC")
    done = application.manage("import_dicom", str(made.folder), "--wait")
    assert done.returncode == 0, done.stdout + done.stderr
    application.wait_for_state(made.uid, "done", token)
    scope = f"/api/studies/{made.uid}/scope/"
    answers = {one["key"]: False for one in application.get(scope, token)[1]["questions"]}
    said = requests.post(application.url + scope, json={"answers": answers}, headers=bearer(token), timeout=120)
    assert said.ok, said.text
    wait_until(
        lambda: any(name.startswith("Advice no. 2") for name in series_names(application, token, made.uid)),
        300, "the report on the scope", every=0.5,
    )  # fmt: skip
    yield made
    # The other tests count on the demo's own studies.
    headers = {**bearer(application.token("administrator")), "X-Deletion-Reason": "the test is over"}
    gone = requests.delete(f"{application.url}/dicom-web/studies/{made.uid}?force=true", headers=headers, timeout=120)
    assert gone.ok, gone.text


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def planted(application: Application, examination: Examination) -> Planted:
    """In the examination's T2WI, as a Parametric Map and as a segmentation."""
    said = json.loads(in_application(application, "plant.py", examination.uid))
    found = Planted(np.array(said["affine"]), np.array(said["centre"]), said["slices"], frozenset(said["shown"]))
    assert not {found.slices - 1 - index for index in found.shown} & found.shown, "a mirror would not show"
    return found


@pytest.fixture
def viewer(new_page: Callable[[], Page], ohif: Ohif, examination: Examination) -> Page:
    """OHIF with the study open, its tour put away."""
    page = new_page()
    page.set_viewport_size({"width": 1000, "height": 640})
    page.set_default_timeout(WAITS_MS)
    page.goto(ohif.viewer(examination.uid))
    page.get_by_text("Skip all").click()
    return page


def open_series(page: Page, name: str) -> None:
    page.locator('[data-cy^="study-browser-thumbnail"]').filter(has_text=name).dblclick()


def through(page: Page, planted: Planted) -> list[Seen]:
    """Every slice, from the first to the last, by the mouse wheel."""
    page.locator(".cornerstone-canvas").hover()
    page.keyboard.press("Home")
    found = []
    for number in range(1, planted.slices + 1):
        counted = page.locator('[data-cy="viewport-grid"]').get_by_text(f"({number}/{planted.slices})")
        expect(counted).to_be_visible(timeout=WAITS_MS)
        found.append(planted.seen(page.evaluate(LOOK)))
        page.mouse.wheel(0, 100)
    assert sorted(one.index for one in found) == list(range(planted.slices)), "each slice once"
    return found


def slices_in_colour(page: Page, planted: Planted) -> list[Seen]:
    """The slices that show colour, once something lies over the images."""
    page.wait_for_function(LAID_OVER, timeout=WAITS_MS)
    return [one for one in through(page, planted) if one.coloured]


def test_the_study_its_images_and_the_report(
    viewer: Page, application: Application, examination: Examination, token: str
) -> None:
    names = series_names(application, token, examination.uid)
    assert len(names) >= 3 + 3 + 2 * 3, names  # images, heatmaps, two reports of three objects
    for name in names:
        listed = viewer.locator('[data-cy^="study-browser-thumbnail"]')
        expect(listed.filter(has=viewer.get_by_text(name, exact=True))).to_have_count(1)
    expect(viewer.locator(".cornerstone-canvas")).to_be_visible(timeout=WAITS_MS)
    wait_until(lambda: viewer.evaluate(LOOK)["lit"] >= 0.1, WAITS_MS / 1000, "the images are not black", every=0.5)
    open_series(viewer, "Advice no. 2")
    result = application.result(examination.uid, token)
    assert result["advice"]["given"] is True
    grid = viewer.locator('[data-cy="viewport-grid"]')
    expect(grid).to_contain_text(f"Tier: {result['tier']}", timeout=WAITS_MS)
    expect(grid).to_contain_text(result["advice"]["text"])
    expect(grid).to_contain_text("Demonstration, synthetic data. Not for clinical use.")


def test_a_heatmap_lies_on_its_slices(viewer: Page, planted: Planted) -> None:
    open_series(viewer, "Heatmap PLANTED (")
    seen = slices_in_colour(viewer, planted)
    strongest = max(seen, key=lambda one: one.coloured)
    assert strongest.index == round(planted.centre[0])
    assert planted.millimetres_off(strongest.middle) < 6
    indices = {one.index for one in seen}
    assert planted.shown <= indices
    assert all(abs(index - planted.centre[0]) < 5 for index in indices), "faint, and still on its side of the middle"


def test_a_segmentation_lies_on_its_slices(viewer: Page, planted: Planted) -> None:
    open_series(viewer, "Heatmap PLANTED above")
    viewer.get_by_role("button", name="Yes").click()
    seen = slices_in_colour(viewer, planted)
    assert {one.index for one in seen} == planted.shown
    assert all(planted.millimetres_off(one.middle) < 3 for one in seen)
