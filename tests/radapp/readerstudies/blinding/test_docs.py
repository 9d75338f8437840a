"""docs/blinding.md prints the allow-list as it is."""

import re

import pytest

from radapp.environment import ROOT
from radapp.readerstudies.blinding import allowed
from radapp.readerstudies.blinding.rules import DATE_TAG, IMAGE_TAGS

pytestmark = pytest.mark.once


def test_the_page_has_every_row_and_no_other() -> None:
    text = (ROOT / "docs" / "blinding.md").read_text()
    printed = re.findall(r"^\| (\w+) \| (\w+) \| (.+) \|$", text, re.MULTILINE)
    assert printed == [(row.keyword, row.made.value, row.why) for row in (*allowed.IMAGE, allowed.DATE)]


def test_the_rules_and_the_allow_list_agree() -> None:
    assert {row.tag for row in allowed.IMAGE} == IMAGE_TAGS
    assert allowed.DATE.tag == DATE_TAG


def test_every_row_says_why() -> None:
    assert all(row.why for table in allowed.tables() for row in table)
