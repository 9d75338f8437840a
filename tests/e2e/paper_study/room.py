"""A reader in the reading room, by the keyboard alone, with what the page itself tells about keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.e2e.paper_study.camera import Camera

NO = ("n", "1", "0", "Enter", "2", "Enter", "1")
"""No, 10, decided by T2, good quality."""
YES = ("y", "7", "0", "Enter", "x", "5", "2", "1", "2", "Enter", "1")
"""Yes, 70, the point in the images' middle, skull base, right, by T1 and T2, good quality."""
SURER = ("8", "5")
COMPLETE, UNENHANCED = ("T1WI", "T2WI", "T1WIC"), ("T1WI", "T2WI")


@dataclass(frozen=True)
class Room:
    """One reader's page at `/reading/…`."""

    page: Page
    camera: Camera
    name: str
    sequences: Sequence[str]
    aided: bool = False

    def look(self, what: str) -> None:
        self.camera.look(self.page, what, of=self.name)

    def enter(self, title: str) -> None:
        """From the list of studies to the start page."""
        self.page.wait_for_url("**/studies/")
        self.page.reload()
        self.look("reader's list")
        self.page.get_by_test_id("study-row").filter(has_text=title).get_by_role("link", name="Read:").click()
        expect(self.page.get_by_test_id("begin")).to_be_focused()
        self.look("reading start")

    def read(self, count: int) -> None:
        """The next `count` cases, from the start page or from a case that is locked."""
        for number in range(count):
            self.page.keyboard.press("Enter")
            self._shown()
            if number == 0:
                self.look("case opened")
            self._answer(YES if number % 3 else NO)
            if number == 1:
                self.look("case answered")
            self.page.keyboard.press("Control+Enter")
            if self.aided:
                expect(self.page.get_by_test_id("aid")).to_be_visible()
                self._look_at_the_aid(number)
                self.page.keyboard.press("Control+Enter")
            expect(self.page.get_by_test_id("case-locked")).to_be_visible()
            self.look("case locked")

    def finish(self) -> None:
        """After the last case the start page says that all is read."""
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_test_id("reading-start")).to_have_attribute("data-state", "finished")
        self.look("reading finished")

    def _shown(self) -> None:
        for sequence in self.sequences:
            pane = self.page.locator(f'[data-testid="blinded-{sequence}"] [data-kind="original"]')
            expect(pane).to_have_attribute("data-status", "ready", timeout=120_000)

    def _answer(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        expect(self.page.get_by_test_id("quality-good")).to_have_attribute("aria-checked", "true")

    def _look_at_the_aid(self, number: int) -> None:
        """In the first cases with the heatmap; every other reading is changed by what the networks say."""
        if number == 0:
            self.page.keyboard.press("h")
            for sequence in self.sequences:
                pane = self.page.locator(f'[data-testid="blinded-{sequence}"] [data-kind="fused"]')
                expect(pane).to_have_attribute("data-status", "ready", timeout=120_000)
            self.look("with the aid")
        if number % 3:
            for key in SURER:
                self.page.keyboard.press(key)
            expect(self.page.get_by_test_id("likelihood-value")).to_have_text("85")
