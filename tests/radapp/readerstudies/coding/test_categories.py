"""Categories and their precedence; evidence and what it proposes, as tables."""

import pytest
from pydantic import ValidationError

from ml.evaluation.marks import Ball
from radapp.readerstudies.anatomy import ATYPICAL_SITES, SITES, SKULL_BASE_SITES, keys
from radapp.readerstudies.coding.categories import PAPER, categories_of, precedence_of, primary_of
from radapp.readerstudies.coding.proposals import Known, propose
from radapp.readerstudies.protocol import Coding, Protocol

pytestmark = pytest.mark.once
MISSED = ("atypical_site", "skull_base", "necrosis", "focal", "position", "low_confidence", "missed_other")
MISDIAGNOSED = ("difficult", "radiation_necrosis", "fibrosis", "sinusitis_turbinate", "misdiagnosis_other")
OWN = {
    "key": "motion",
    "error": "false_negative",
    "name": {"en": "Motion"},
    "definition": {"en": "The patient moved."},
}


def coding(**facts: object) -> Coding:
    """Of a protocol with these facts."""
    return Protocol.of({"coding": facts}).coding


def test_the_papers_categories_are_all_there_in_both_languages() -> None:
    assert precedence_of(coding(), "false_negative") == MISSED
    assert precedence_of(coding(), "false_positive") == MISDIAGNOSED
    assert all(set(one.name) == set(one.definition) == {"en", "zh"} for one in PAPER)
    assert len({one.key for one in PAPER}) == len(PAPER)


def test_a_studys_own_category_stands_before_other() -> None:
    found = categories_of(coding(categories=[OWN]), "false_negative")
    assert [one.key for one in found] == [*MISSED[:-1], "motion", "missed_other"]
    assert [one.own for one in found] == [False] * 6 + [True, False]
    assert precedence_of(coding(categories=[OWN]), "false_positive") == MISDIAGNOSED


def test_the_protocols_precedence_goes_first() -> None:
    order = coding(categories=[OWN], precedence=["motion", "focal", "fibrosis"])
    assert precedence_of(order, "false_negative")[:3] == ("motion", "focal", "atypical_site")
    assert precedence_of(order, "false_positive")[0] == "fibrosis"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"precedence": ["fokal"]}, "fokal, which is no category"),
        ({"precedence": ["focal", "focal"]}, "focal twice"),
        ({"categories": [OWN, OWN]}, "motion twice"),
        ({"categories": [OWN | {"key": "focal"}]}, "another key"),
    ],
)
def test_names_that_do_not_agree(facts: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        coding(**facts)


@pytest.mark.parametrize(
    ("chosen", "primary", "contributors"),
    [
        ({"focal"}, "focal", ()),
        ({"focal", "atypical_site"}, "atypical_site", ("focal",)),
        ({"missed_other", "low_confidence", "necrosis"}, "necrosis", ("low_confidence", "missed_other")),
        (set(MISSED), "atypical_site", MISSED[1:]),
    ],
)
def test_one_is_primary_by_precedence(chosen: set[str], primary: str, contributors: tuple[str, ...]) -> None:
    found = primary_of(chosen, MISSED)
    assert (found.primary, found.contributors) == (primary, contributors)


@pytest.mark.parametrize(("chosen", "words"), [(set(), "at least one"), ({"fibrosis"}, "found fibrosis")])
def test_what_cannot_be_chosen(chosen: set[str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        primary_of(chosen, MISSED)


BALL = (Ball((0, 0, 0), 5),)
NEAR, EDGE, FAR = (15, 0, 0), (20, 0, 0), (20.1, 0, 0)


def missed(**facts: object) -> Known:
    """A false negative of a reader."""
    return Known(error="false_negative", by_network=False, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "category", "supported"),
    [
        (missed(), "", []),
        (missed(rt_stage="rT1"), "focal", ["focal"]),
        (missed(rt_stage="rT2"), "", []),
        *((missed(sites=(site,)), "atypical_site", ["atypical_site"]) for site in sorted(ATYPICAL_SITES)),
        *((missed(sites=(site,)), "skull_base", ["skull_base"]) for site in sorted(SKULL_BASE_SITES)),
        *((missed(sites=(site,)), "", []) for site in sorted(keys(SITES) - ATYPICAL_SITES - SKULL_BASE_SITES)),
        (missed(sites=("nasopharynx_wall", "nasal_cavity")), "", []),
        (missed(sites=("nasopharynx_wall", "skull_base")), "skull_base", ["skull_base"]),
        (missed(sites=("orbit", "skull_base")), "atypical_site", ["atypical_site", "skull_base"]),
        (missed(kinds=("necrotic",)), "necrosis", ["necrosis"]),
        (missed(kinds=("mass", "submucosal")), "", []),
        (missed(lesion=BALL, marker=NEAR), "low_confidence", ["low_confidence"]),
        (missed(lesion=BALL, marker=EDGE), "low_confidence", ["low_confidence"]),
        (missed(lesion=BALL, marker=FAR), "position", ["position"]),
        (missed(lesion=(), marker=FAR), "", []),
        (missed(lesion=BALL, marker=None), "", []),
        (missed(lesion=(*BALL, Ball((40, 0, 0), 2)), marker=FAR), "position", ["position"]),
        (missed(lesion=(*BALL, Ball((34, 0, 0), 2)), marker=FAR), "low_confidence", ["low_confidence"]),
        (missed(rt_stage="rT1", lesion=BALL, marker=NEAR), "focal", ["focal", "low_confidence"]),
        (Known("false_positive", by_network=True), "", []),
        (Known("false_positive", by_network=True, lesion=BALL, marker=NEAR), "", []),
        (Known("false_positive", by_network=False, rt_stage="rT1"), "", []),
        (Known("false_positive", by_network=False, kinds=("necrotic",), sites=("paranasal_sinus",)), "", []),
    ],
)
def test_evidence_and_what_it_proposes(known: Known, category: str, supported: list[str]) -> None:
    precedence = MISDIAGNOSED if known.error == "false_positive" else MISSED
    found = propose(known, precedence, 15.0)
    assert found.category == category
    assert [one.category for one in found.evidence] == supported


def test_the_hit_radius_and_the_precedence_are_the_protocols() -> None:
    known = missed(rt_stage="rT1", lesion=BALL, marker=FAR)
    assert propose(known, MISSED, 15.2).category == "focal"
    assert propose(known, ("position", *(one for one in MISSED if one != "position")), 15.0).category == "position"
    assert propose(known, ("low_confidence", *(one for one in MISSED if one != "low_confidence")), 15.2).category == (
        "low_confidence"
    )


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (
            missed(lesion=BALL, marker=FAR, likelihood=30),
            "The reader's mark lies 15.1 mm from the reference lesion, farther than the hit radius of 15 mm; "
            "the likelihood given is 30 of 100.",
        ),
        (
            Known("false_negative", by_network=True, lesion=BALL, marker=(0, 0, 0), score=0.412, cutoff=0.49),
            "The heatmap's peak lies 0.0 mm from the reference lesion, within the hit radius of 15 mm; "
            "its score is 0.412, the cutoff 0.490.",
        ),
        (missed(sites=("nasal_cavity",)), "Site of the reference: nasal cavity. Counts as an atypical site of recurrence."),
    ],
)
def test_sentences_have_their_figures(known: Known, text: str) -> None:
    evidence = propose(known, MISSED, 15.0).evidence
    assert [one.text for one in evidence] == [text]
    assert all(one["figures"] for one in propose(known, MISSED, 15.0).stored())
