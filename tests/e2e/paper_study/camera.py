"""Looks at every page of a journey: what axe finds wrong, whether it scrolls sideways, and pictures of it where wanted."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.test_worklist import violations

SIZES = ((1280, 800), (1920, 1080))
SETTLED_MS = 700
"""Before a picture: rows fade in, charts and images are drawn again after a change of size."""
STILL = """
new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() => Promise.race([
  Promise.allSettled(document.getAnimations().map(one => one.finished)), new Promise(end => setTimeout(end, 1000))
]))
"""
"""What fades in has its colours at its end only; some animations have none."""
DRAWN = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Camera:
    """Pictures go to `folder`; without one, pages are judged and not pictured. `complaints`: what was wrong, by page."""

    folder: Path | None
    seen: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def look(self, page: Page, what: str, *, of: str) -> None:
        """Judge the page as it stands, once; `of`: which study's. Without pictures, pages of two studies are the same."""
        name = f"{of} {what}" if self.folder else what
        if name in self.seen:
            return
        self.seen.append(name)
        page.evaluate(STILL)
        self.complaints += [f"{name}: {found}" for found in violations(page)]
        before = page.viewport_size
        assert before is not None
        for width, height in SIZES if self.folder else SIZES[:1]:
            page.set_viewport_size({"width": width, "height": height})
            if self.folder:
                page.wait_for_timeout(SETTLED_MS)
            else:
                page.evaluate(DRAWN)
            if page.evaluate(SIDEWAYS) > 0:
                self.complaints.append(f"{name} scrolls sideways at {width}")
            if self.folder:
                stem = re.sub(r"\W+", "-", name)
                page.screenshot(path=self.folder / f"{len(self.seen):02d}-{stem}-{width}.png")
        page.set_viewport_size(before)
