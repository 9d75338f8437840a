"""DOMAIN's words, and when they are withheld."""

import pytest

from radapp.triage.advice import NO_ADVICE, STALE, Finding, advise, contrast_advised
from radapp.triage.models import Tier
from radapp.triage.scope import QUESTIONS, AnsweredQuestion, ScopeStanding

pytestmark = pytest.mark.once

# As in DOMAIN.md, "Words and colours of a tier"; no closing word among them.
WORDS = [
    (Tier.POSITIVE, "positive", "Recurrence suspected on unenhanced images. Enhanced examination advised."),
    (Tier.SUSPICIOUS, "pending", "Undetermined on unenhanced images. Enhanced examination advised."),
    (
        Tier.SUSPICIOUS,
        "positive",
        "Undetermined on unenhanced images. Enhanced network above its cutoff: a radiologist must read.",
    ),
    (
        Tier.SUSPICIOUS,
        "negative",
        "Undetermined on unenhanced images. Enhanced network below its cutoff: a radiologist must read.",
    ),
    (
        Tier.NEGATIVE,
        "negative",
        "Below both cutoffs: contrast not advised by this tactic. "
        "Does not exclude recurrence; nodes and brain are not assessed.",
    ),
]


def _scope(*answers: bool | None) -> ScopeStanding:
    padded = [*answers, *[False] * (len(QUESTIONS) - len(answers))]
    return ScopeStanding(
        tuple(AnsweredQuestion(q.key, q.text, answer, "", None) for q, answer in zip(QUESTIONS, padded, strict=True))
    )


@pytest.mark.parametrize(("tier", "final", "words"), WORDS)
def test_words(tier: Tier, final: str, words: str) -> None:
    given = advise(Finding(tier, final), standing="", scope=_scope())
    assert (given.given, given.text, given.reason) == (True, words, "")
    for closing in ("clear", "normal", "finished", "no recurrence", "negative"):
        assert closing not in given.text.lower()


@pytest.mark.parametrize(("tier", "final", "_"), WORDS)
def test_contrast_is_advised_for_positive_and_suspicious(tier: Tier, final: str, _: str) -> None:
    assert contrast_advised(Finding(tier, final)) == (tier != Tier.NEGATIVE)


@pytest.mark.parametrize(
    ("finding", "standing", "scope", "reason"),
    [
        (None, "T2WI has not arrived.", _scope(), "T2WI has not arrived."),
        (Finding(Tier.NEGATIVE, "negative"), STALE, _scope(), STALE),
        (Finding(Tier.NEGATIVE, "negative", ("T2WI is fat-saturated.",)), "", _scope(), "T2WI is fat-saturated."),
        (Finding(Tier.NEGATIVE, "negative"), "", _scope(None, None), "Scope questions are unanswered (2 of 6)."),
        (
            Finding(Tier.NEGATIVE, "negative"),
            "",
            _scope(True, None, False, True),
            "Out of scope: under 3 months after radiotherapy, new symptoms.",
        ),
    ],
    ids=["missing", "stale", "guarded", "unanswered", "out of scope"],
)
def test_withheld(finding: Finding | None, standing: str, scope: ScopeStanding, reason: str) -> None:
    withheld = advise(finding, standing=standing, scope=scope)
    assert (withheld.given, withheld.text, withheld.reason) == (False, NO_ADVICE, reason)
