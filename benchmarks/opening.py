"""From an open worklist to the first image on screen: ours, and OHIF on Orthanc, the same study in the same Chromium.

A browser with an empty profile each time. Lit pixels on a canvas count, told by one and the same script for both; the clock
starts with the click's own event: ours on the row, OHIF's on the viewer's button of a row that is open already.
"""

import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import peers
from benchmarks.browsing import GIVE_UP_MS, new_page, sign_in
from benchmarks.images import Slice
from benchmarks.peers import PeerMissingError, System, program
from benchmarks.turns import in_turn
from deploy import ohif
from ml.phantom.case import generate_case
from ml.phantom.dicom import write_study

MOST = 0.4
"""Ours, of OHIF's time."""
SEED = 910_000
STUDIES = 2
PROBE = """
(() => {
  const copy = document.createElement('canvas')
  copy.width = copy.height = 48
  const pen = copy.getContext('2d', { willReadFrequently: true })
  window.clicked = window.lit = null
  document.addEventListener('click', (event) => {
    if (window.armed && window.clicked === null) window.clicked = event.timeStamp
  }, true)
  const look = () => {
    if (window.clicked !== null && window.lit === null)
      for (const canvas of document.querySelectorAll('canvas')) {
        if (canvas.clientWidth < 200 || canvas.width < 200) continue
        pen.clearRect(0, 0, 48, 48)
        pen.drawImage(canvas, 0, 0, 48, 48)
        const seen = pen.getImageData(0, 0, 48, 48).data
        let bright = 0
        for (let at = 0; at < seen.length; at += 4)
          if (Math.max(seen[at], seen[at + 1], seen[at + 2]) > 40 && seen[at + 3] > 0) bright++
        if (bright > 0.03 * 48 * 48) { window.lit = performance.now(); break }
      }
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})()
"""
"""3 % of a canvas brighter than 40 of 255; a frame's letters and lines alone are less."""
SETTLED_MS = 3000

OHIF_CONFIGURATION = """
window.config = {
  routerBasename: null, extensions: [], modes: [], customizationService: {}, showStudyList: true,
  maxNumberOfWebWorkers: 2, showWarningMessageForCrossOrigin: false, showCPUFallbackMessage: false,
  showLoadingIndicator: true, strictZSpacingForVolumeViewport: true, investigationalUseDialog: { option: 'never' },
  defaultDataSourceName: 'orthanc',
  dataSources: [{
    namespace: '@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'orthanc',
    configuration: {
      friendlyName: 'Orthanc', name: 'Orthanc', qidoRoot: '/dicom-web', wadoRoot: '/dicom-web', wadoUriRoot: '/wado',
      qidoSupportsIncludeField: true, imageRendering: 'wadors', thumbnailRendering: 'wadors', enableStudyLazyLoad: true,
      supportsFuzzyMatching: true, supportsWildcard: true, omitQuotationForMultipartRequest: true,
      bulkDataURI: { enabled: true },
    },
  }],
}
"""


@dataclass(frozen=True)
class Opening:
    """Seconds from the click to the first image, medians."""

    ours: float
    ohif: float
    slices: int

    @property
    def share(self) -> float:
        """Ours, as a part of OHIF's time."""
        return self.ours / self.ohif

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.share <= MOST


@contextmanager
def _viewer(folder: Path, orthanc: System) -> Iterator[int]:
    """OHIF's published files, and Orthanc under the same address, by nginx; its port."""
    if not ohif.is_there():
        raise PeerMissingError("OHIF is not unpacked: python3 deploy/setup.py test")
    folder.mkdir(parents=True)
    (folder / "app-config.js").write_text(OHIF_CONFIGURATION)
    types = "text/html html; text/css css; text/javascript js mjs; application/wasm wasm; application/json json"
    server = (
        f"root {ohif.DIST};\n"
        f"location = /app-config.js {{ root {folder}; }}\n"
        f"location /dicom-web/ {{ proxy_pass http://127.0.0.1:{orthanc.port}; proxy_http_version 1.1; "
        'proxy_set_header Connection ""; proxy_buffering off; }\n'
        "location / { try_files $uri /index.html; }"
    )
    with peers.running_nginx(folder, f"types {{ {types}; }}", server) as port:
        yield port


def _ours(page: Any, port: int, uid: str) -> None:
    """Sign in and open the worklist; then the click."""
    sign_in(page, port)
    row = page.get_by_test_id(f"worklist-row-{uid}")
    row.wait_for()
    page.wait_for_timeout(SETTLED_MS)
    page.evaluate("window.armed = true")
    row.click(position={"x": 300, "y": 10})


def _ohif(page: Any, port: int, accession: str) -> None:
    """Open the study list and choose the study's row; then the click on the viewer's button beside the list."""
    page.goto(f"http://127.0.0.1:{port}/")
    page.get_by_text(accession, exact=True).first.click()
    button = (
        page.get_by_role("button", name=re.compile("^Basic")).or_(page.get_by_role("link", name=re.compile("^Basic"))).first
    )
    button.wait_for()
    page.wait_for_timeout(SETTLED_MS)
    page.evaluate("window.armed = true")
    button.click()


def _seconds(act: Callable[[Any], None], picture: Path | None) -> float:
    """One opening in a browser of its own."""
    with new_page(1440, 900) as page:
        page.add_init_script(PROBE)
        try:
            act(page)
            page.wait_for_function("() => window.lit !== null", timeout=GIVE_UP_MS)  # no text: our pages forbid eval
        finally:
            if picture:
                page.screenshot(path=picture)
        return float(page.evaluate("window.lit - window.clicked")) / 1000


def measure(rounds: int, pictures: Path | None = None) -> Opening:
    """Both, taking turns; the order turns round by round. `pictures`: a folder for what was on screen at that moment."""
    program("chromium", "chromium")
    with tempfile.TemporaryDirectory() as root, ExitStack() as stack:
        folder = Path(root)
        slices = _write(folder / "files")
        opened = slices[0]
        orthanc = stack.enter_context(peers.orthanc(folder / "orthanc"))
        peers.load_orthanc(orthanc, [one.path.read_bytes for one in slices])
        viewer = stack.enter_context(_viewer(folder / "nginx", orthanc))
        own = stack.enter_context(peers.ours(folder / "ours"))
        peers.take_in(folder / "ours", folder / "files")
        accession = _accession(orthanc, opened.study)
        ways = {
            "ours": lambda page: _ours(page, own.port, opened.study),
            "ohif": lambda page: _ohif(page, viewer, accession),
        }
        seen: dict[str, list[float]] = {name: [] for name in ways}
        for number, name in in_turn(list(ways), rounds):
            picture = pictures / f"first-image-{name}.png" if pictures and number == 0 else None
            seen[name].append(_seconds(ways[name], picture))
            print(f"{name}: {seen[name][-1]:.2f} s", file=sys.stderr, flush=True)
    count = sum(one.series == opened.series for one in slices)
    return Opening(median(seen["ours"]), median(seen["ohif"]), count)


def _write(folder: Path) -> list[Slice]:
    """A worklist of synthetic examinations, three series each; the one that is opened comes first."""
    import pydicom

    found = []
    for seed in range(SEED, SEED + STUDIES):
        target = folder / str(seed)
        target.mkdir(parents=True)
        write_study(generate_case(seed), target)
        for path in sorted(target.rglob("*.dcm")):
            header = pydicom.dcmread(path, stop_before_pixels=True)
            found.append(Slice(header.StudyInstanceUID, header.SeriesInstanceUID, header.SOPInstanceUID, path, 0, 0))
    return found


def _accession(orthanc: System, uid: str) -> str:
    """The accession number of a study: what OHIF's list shows of it in one piece."""
    connection = orthanc.connect()
    (one,) = json.loads(orthanc.get(connection, f"/dicom-web/studies?StudyInstanceUID={uid}", peers.JSON))
    return str(one["00080050"]["Value"][0])
