"""All that a browser exchanged, showed and kept: to be searched for words that it must not meet."""

import json
import re
from collections.abc import Iterable

from playwright.sync_api import Frame, Page, Request, Response

from tests.e2e.application import Application, in_application

EMPTY = frozenset({204, 301, 302, 303, 304})
KEPT = """async () => {
  const cached = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) cached.push([name, request.url, await (await cache.match(request)).text()])
  }
  const { cookie, referrer } = document
  return { cached, cookie, referrer, session: { ...sessionStorage }, state: history.state }
}"""


class Exchange:
    """Listens to a page from its next navigation on. To be read before it is left: a browser forgets bodies then."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._answers: list[Response] = []
        self._console: list[str] = []
        self._asked: list[Request] = []
        self._arrived = False
        page.wait_for_load_state("networkidle")  # what is on its way belongs to the page before
        page.on("request", lambda request: self._asked.append(request))
        page.on("response", lambda answer: self._answers.append(answer))
        page.on("console", lambda message: self._console.append(message.text))
        page.on("framenavigated", self._navigated)

    def _navigated(self, frame: Frame) -> None:
        """What the page before still got is gone with it, the first time; afterwards nothing may be."""
        if frame == self._page.main_frame and not self._arrived:
            self._arrived = True
            self._answers = [one for one in self._answers if one.request.is_navigation_request()]

    def read(self) -> dict[str, str]:
        """By where it stood: what is shown and kept now; since it was read last, requests (without bodies) and answers."""
        page = self._page
        assert self._arrived, "nothing was navigated to since"
        found = {
            "console": "\n".join(self._console),
            "page": f"{page.url}\n{page.title()}\n{page.content()}",
            "storage": json.dumps(page.context.storage_state(indexed_db=True)),
            "kept": json.dumps(page.evaluate(KEPT)),
        }
        for number, asked in enumerate(self._asked):
            found[f"request {number} {asked.url}"] = f"{asked.url}\n{asked.all_headers()}"
        for number, answer in enumerate(self._answers):
            bodiless = answer.status in EMPTY or answer.request.resource_type == "font"  # which no browser hands out
            body = b"" if bodiless else answer.body()
            found[f"answer {number} {answer.url}"] = f"{answer.all_headers()}\n{body.decode('latin-1')}"
        for heard in (self._asked, self._answers, self._console):
            heard.clear()
        return {where: text.lower() for where, text in found.items()}


def met(texts: dict[str, str], words: Iterable[str]) -> list[str]:
    """Which of the words stand where."""
    return [f"{where}: {word}" for word in words for where, text in texts.items() if _holds(text, word)]


def _holds(text: str, word: str) -> bool:
    """A number, such as a date, within a longer one is a pseudonym's chance."""
    return word in text and (not word.isdigit() or re.search(rf"(?<!\d){word}", text) is not None)


def unheard(application: Application, study: str, who: str) -> dict[str, list[str]]:
    """What this person's browser must not meet, as blinded_words.py has it."""
    found = dict(json.loads(in_application(application, "blinded_words.py", study, who)))
    assert len(found["always"]) > 20
    return found
