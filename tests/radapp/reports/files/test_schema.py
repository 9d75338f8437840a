"""The JSON Schema of every report: what is written is valid against it, and what is bent is not."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import jsonschema
import pytest

from radapp.reports.files.rendering import files_of
from radapp.reports.files.schema import report_schema
from radapp.reports.inputs.values import StudyInputs
from radapp.reports.recipes import ANALYSES, OF_STUDIES, Stand, make
from tests.radapp.reports.made import answer, case, inputs, said

pytestmark = pytest.mark.once
LOCKED = Stand(key="k", title="标题", state="locked", locked=True, unblinded=True, made_by="DARNDEST")
CASES = [
    case(number, number < 4, {"T1_T2": said(number < 3, 0.5 + number / 100), "DARNDEST": said(number < 3, tier="positive")})
    for number in range(1, 7)
]


@cache
def checked(schema: bytes) -> jsonschema.Draft202012Validator:
    """Of a schema that is one."""
    jsonschema.Draft202012Validator.check_schema(json.loads(schema))
    return jsonschema.Draft202012Validator(json.loads(schema))


def written(name: str, found: StudyInputs) -> tuple[dict[str, Any], jsonschema.Draft202012Validator]:
    analysis = ANALYSES[name]
    files = files_of(make(analysis, found, analysis.options(), LOCKED), ["json"])
    return json.loads(files[f"{name}.json"]), checked(files[f"{name}.schema.json"])


@pytest.mark.parametrize("name", sorted(OF_STUDIES))
@pytest.mark.parametrize(
    "found",
    [
        inputs(CASES, [answer(number, number % 2 == 0) for number in range(1, 7)]),
        inputs(CASES, [answer(number, None, likelihood=50.0) for number in range(1, 7)]),
        inputs([case(1, True)]),
        inputs([case(1, None)], [answer(1, True)]),
    ],
    ids=["read", "not assessable", "nobody called", "no truth"],
)
def test_every_report_is_valid(name: str, found: StudyInputs) -> None:
    content, validator = written(name, found)
    assert [error.message for error in validator.iter_errors(content)] == []
    assert content["$schema"] == f"{name}.schema.json"


@pytest.mark.parametrize(
    "bent",
    [
        {"report": "another"},
        {"labels": "none"},
        {"more": 1},
        {"result": {}},
        {"inputs": {"sha256": "0", "version": 1, "cases": 1, "answers": 1, "cutoffs": ""}},
    ],
)
def test_what_is_bent_is_refused(bent: dict[str, Any]) -> None:
    content, validator = written("tactic", inputs(CASES))
    assert not validator.is_valid({**content, **bent})


def test_a_member_that_lacks_or_is_no_number_is_refused() -> None:
    content, validator = written("tactic", inputs(CASES))
    cohort = content["result"]["cohorts"][0]
    for bent in ({**cohort, "cases": "6"}, {key: value for key, value in cohort.items() if key != "cases"}):
        assert not validator.is_valid({**content, "result": {**content["result"], "cohorts": [bent]}})


@dataclass(frozen=True)
class Pair:
    """Two of a kind, and itself."""

    two: tuple[int, str]
    which: Literal["a", "b"]
    next: "Pair | None"


@dataclass(frozen=True)
class Strange:
    """Holds what JSON cannot."""

    value: complex


def test_types() -> None:
    found = report_schema("one", Pair, Pair)["$defs"]["test_schema.Pair"]
    assert found["description"] == "Two of a kind, and itself."
    assert found["properties"] == {
        "two": {
            "type": "array",
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "minItems": 2,
            "maxItems": 2,
        },
        "which": {"enum": ["a", "b"]},
        "next": {"anyOf": [{"$ref": "#/$defs/test_schema.Pair"}, {"type": "null"}]},
    }
    with pytest.raises(TypeError, match="complex"):
        report_schema("one", Pair, Strange)


def test_a_whole_report_s_schema_describes_every_chapter() -> None:
    content, validator = written("all", inputs(CASES))
    parts = validator.schema["properties"]["result"]["properties"]["parts"]
    assert set(parts["properties"]) == set(parts["required"]) == set(content["result"]["parts"])
    bent = {**content["result"]["parts"], "tactic": {}}
    assert not validator.is_valid({**content, "result": {"parts": bent}})
