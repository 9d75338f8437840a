"""The worklist with a million examinations, in a browser: opened, sorted, filtered, searched, paged, and a row pressed.

Seconds from the act to the rows that answer it, as a person at the screen counts them.
"""

import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import peers, searching
from benchmarks.browsing import new_page, sign_in
from benchmarks.peers import System, program
from benchmarks.rows import asked_study

MOST_S = 1.0
ONE = asked_study(4321)
ACTS = {
    "opened": "",
    "sorted by score": "?ordering=-score",
    "sorted by score, lowest first": "?ordering=score",
    "sorted by tier": "?ordering=tier",
    "sorted by state": "?ordering=state",
    "sorted by name": "?ordering=patient",
    "sorted by the examination's date": "?ordering=-study_date",
    "sorted by the result's time": "?ordering=-result_at",
    "positive tier": "?tier=positive",
    "failed": "?state=failed",
    "a month": "?date_from=2020-03-01&date_to=2020-03-31",
    "searched: a Patient ID": f"?search={ONE.patient_id}",
    "searched: a part of a name": "?search=anse",
    "searched: a part of two names, positive": f"?search={ONE.name.replace('^', '+')}&tier=positive",
    "searched: what nobody has": "?search=nobodyhasthis",
    "page 1 000": "?page=1000",
    "page 10 000, the middle": "?page=10000",
    "page 20 000, the last": "?page=20000",
    "page 10 000 by score": "?page=10000&ordering=-score",
}
"""Each by its address, as a click on the page makes it."""


@dataclass(frozen=True)
class Act:
    """One thing that a person does, seconds until its rows stand, and how many studies the page says there are."""

    what: str
    seconds: float
    count: int

    @property
    def holds(self) -> bool:
        """Whether a person need not wait."""
        return self.seconds <= MOST_S


def measure(rounds: int, pictures: Path | None = None) -> list[Act]:
    """Every act `rounds` times, in turn. `pictures`: a folder for screenshots, 1280 and 1920 wide."""
    program("chromium", "chromium")
    with tempfile.TemporaryDirectory() as root, ExitStack() as stack:
        url = searching.database(stack.enter_context(searching.cluster()), "worklist")
        folder = Path(root) / "ours"
        system = stack.enter_context(peers.ours(folder, url))
        peers.manage(folder, "install_bundles")
        searching.fill(folder, searching.MANY, "--triaged")
        return look(system, rounds, pictures)


def look(system: System, rounds: int, pictures: Path | None = None) -> list[Act]:
    """The same with an application that runs already."""
    with new_page(1280, 800) as page:
        base = f"http://127.0.0.1:{system.port}"
        sign_in(page, system.port)
        _settled(page)
        seen: dict[str, list[float]] = {}
        counts: dict[str, int] = {}
        for number in range(rounds):
            for what, query in ACTS.items():
                seconds, counts[what] = _timed(page, base, query)
                seen.setdefault(what, []).append(seconds)
                print(f"{what}: {seconds:.2f} s, {counts[what]} studies", file=sys.stderr, flush=True)
            for what, act in (("next page", _next), ("a row pressed, its study's page", _press)):
                seen.setdefault(what, []).append(act(page, base))
                counts[what] = counts["opened"]
                print(f"{what}: {seen[what][-1]:.2f} s", file=sys.stderr, flush=True)
            if pictures and number == 0:
                _picture(page, base, pictures)
    return [Act(what, median(times), counts[what]) for what, times in seen.items()]


def _settled(page: Any) -> None:
    """Rows or the word that there are none, and nothing on its way."""
    page.locator('[data-testid^="worklist-row-"], [data-testid="worklist-empty"]').first.wait_for()
    page.locator('[aria-busy="true"]').first.wait_for(state="detached")


def _timed(page: Any, base: str, query: str) -> tuple[float, int]:
    """From another address of the list to this one, within the page."""
    answers: list[Any] = []

    def keep(response: Any) -> None:
        if "/api/worklist/?" in response.url:
            answers.append(response)

    if query == "":
        page.goto(f"{base}/workers/")  # a page of its own: opening is a fresh load
        page.wait_for_load_state()
        page.on("response", keep)
        began = time.perf_counter()
        page.goto(f"{base}/worklist/")
    else:
        page.goto(f"{base}/worklist/?search={ONE.accession}")
        _settled(page)
        page.on("response", keep)
        began = time.perf_counter()
        # As the page's own links go: by the router, without a load.
        page.evaluate(
            "query => { history.pushState({}, '', '/worklist/' + query); dispatchEvent(new PopStateEvent('popstate')) }",
            query,
        )
    while not answers:
        page.wait_for_timeout(5)
    _settled(page)
    seconds = time.perf_counter() - began
    page.remove_listener("response", keep)
    return seconds, int(answers[-1].json()["count"])


def _next(page: Any, base: str) -> float:
    page.goto(f"{base}/worklist/")
    _settled(page)
    first = page.locator('[data-testid^="worklist-row-"]').first.get_attribute("data-uid")
    began = time.perf_counter()
    page.get_by_label("Next page").click()
    page.wait_for_function(
        "first => document.querySelector('[data-testid^=worklist-row-]')?.dataset.uid !== first", arg=first
    )
    return time.perf_counter() - began


def _press(page: Any, base: str) -> float:
    """To the study's page, with its place among a million."""
    page.goto(f"{base}/worklist/?page=5000")
    _settled(page)
    page.wait_for_timeout(3000)
    began = time.perf_counter()
    page.locator('[data-testid^="worklist-row-"]').nth(10).click(position={"x": 300, "y": 10})
    page.get_by_text("249,961/1,000,000").wait_for()
    return time.perf_counter() - began


def _picture(page: Any, base: str, folder: Path) -> None:
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": width * 5 // 8})
        page.goto(f"{base}/worklist/?ordering=-score&page=1000")
        _settled(page)
        page.wait_for_timeout(1000)
        page.screenshot(path=folder / f"worklist-million-{width}.png")
    page.set_viewport_size({"width": 1280, "height": 800})
