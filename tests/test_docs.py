"""The pages of docs/ and README.md: links lead somewhere; commands, their options and make's targets are there."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

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


_COMMAND = re.compile(r"manage\.py +([a-z_]+)((?:[^\n`#|]|\\\n)*)")
_TARGET = re.compile(r"\bmake ((?:[a-z0-9-]+ ?)+)")


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _parsers(inner)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_is_there(page: Path) -> None:
    known = get_commands()
    for name, words in _COMMAND.findall(page.read_text()):
        assert name in known, f"manage.py {name}"
        command = load_command_class(known[name], name) if isinstance(known[name], str) else known[name]
        parser = command.create_parser("manage.py", name)
        options = {option for one in _parsers(parser) for action in one._actions for option in action.option_strings}
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", words):
            assert option in options, f"manage.py {name} {option}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_target_of_make_is_there(page: Path) -> None:
    rules = re.findall(r"^([a-z0-9-]+(?: [a-z0-9-]+)*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    targets = {target for rule in rules for target in rule.split()}
    for line in re.findall(r"`([^`]*)`|^ *(make [^\n#]*)", page.read_text(), re.MULTILINE):
        said = _TARGET.match("".join(line))
        assert said is None or said[1].split()[0] in targets, said[0]
