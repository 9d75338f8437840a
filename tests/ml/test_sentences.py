"""The front end's list of what guard and gates say is whole: each template of the code stands in it."""

import ast
import json
import re
from pathlib import Path

import pytest

from ml.guard.headers import NAMES
from ml.quality import Outcome
from tests.ml.sentences import FIXTURE, NAMED, sentences

ROOT = Path(__file__).resolve().parents[2]
INTERNAL = {"zone ", "cut off", *Outcome}
"""Names that the code gives to things; nobody reads them on a page."""


def test_the_front_ends_list_is_what_the_code_says() -> None:
    assert json.loads(FIXTURE.read_text()) == sentences(), "renew it: python -m tests.ml.sentences"
    assert set(NAMED) == set(NAMES)


@pytest.mark.parametrize("path", ["ml/guard/guard.py", "ml/guard/headers.py", "ml/guard/statistics.py", "ml/quality.py"])
def test_no_template_of_the_code_is_missing(path: str) -> None:
    said = " ".join(sentences())
    templates = [one for one in _templates(ROOT / path) if re.search(r"[a-z]{3}.* ", "".join(one))]
    assert templates
    missing = [one for one in templates if "".join(one) not in INTERNAL and not all(piece in said for piece in one)]
    assert missing == []


def _templates(path: Path) -> list[list[str]]:
    """Each text of a module in its fixed pieces, without docstrings and what is raised (those are for programmers)."""
    tree = ast.parse(path.read_text())
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.Raise | ast.Assert):
            skipped.update(ast.walk(node))
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == "METHOD" for one in node.targets):
            skipped.update(ast.walk(node))
        if isinstance(node, ast.JoinedStr):
            skipped.update(part for value in node.values if isinstance(value, ast.Constant) for part in ast.walk(value))
    found: list[list[str]] = []
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            found.append([str(part.value) for part in node.values if isinstance(part, ast.Constant)])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append([node.value])
    return found
