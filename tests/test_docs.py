"""The pages of docs/ and README.md: every relative link leads to a file, and to a heading where it names one."""

import re
from pathlib import Path

import pytest

from radapp.environment import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def links(page: Path) -> list[str]:
    """What a page points at in this repository."""
    return [link for link in _LINK.findall(_FENCED.sub("", page.read_text())) if "://" not in link]


def anchors(page: Path) -> set[str]:
    """Its headings as a forge names them: lower case, without signs, spaces as hyphens."""
    headings = re.findall(r"^#+ +(.+)$", _FENCED.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_reached_from_the_readme() -> None:
    reached, open_pages = set(), [ROOT / "README.md"]
    while open_pages:
        page = open_pages.pop()
        if page not in reached:
            reached.add(page)
            targets = ((page.parent / link.partition("#")[0]).resolve() for link in links(page))
            open_pages += [target for target in targets if target.suffix == ".md" and target.is_file()]
    assert {page.name for page in PAGES} <= {page.name for page in reached}
