"""Calling back those who left the scanner before the advice was there: what it costs, and when it uses up what is saved.

The paper's own objection to the tactic. A share e of patients needs contrast. Of these a share q comes back for a second
visit, which costs V on top of the unenhanced examination U, where the enhanced one, in one go, costs E. Saved against
contrast for all is, per patient, (1 - e)(E - U) - e·q·(U + V - E): 0 at q = (1 - e)(E - U) / (e·(U + V - E)). Arithmetic of
the tariff alone; the same for scanner seconds. No torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from ml.evaluation.cost_sensitivity import Setting
from ml.evaluation.economics import PER
from ml.evaluation.estimate import LEVEL, Estimate, proportion
from ml.evaluation.pathways import Pathway, Prices, Shares, outcomes

METHOD = "break-even share called back; limits from those of the share that needs contrast (Wilson, square-and-add)"
NOTHING_SAVED = "contrast adds nothing: there is nothing to save, whoever is called back"
NO_LOSS = "a second visit adds no more than contrast at once does: calling back uses up nothing"
NOBODY = "nobody needs contrast: nobody is called back"
ALWAYS = "something is saved even where all who need contrast are called back"
SHARES = tuple(round(0.05 * place, 2) for place in range(21))


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where a share of those who need contrast is called back: how many of 1000, and what is saved then."""

    share: float
    patients: float
    cost: float
    saved: float
    hours: float
    hours_saved: float


@dataclass(frozen=True, kw_only=True)
class CalledBack:
    """`needing`: patients of 1000 who need contrast. `of_cost`, `of_hours`: the break-even share, None with a reason."""

    needing: Estimate
    second_visit: float
    second_seconds: float
    steps: tuple[Step, ...]
    of_cost: Estimate
    of_hours: Estimate


def call_back(
    pathways: Sequence[Pathway], setting: Setting, steps: Sequence[float] = SHARES, level: float = LEVEL
) -> CalledBack | None:
    """At every share of `steps`, and the break-even; None where the cohort lacks one kind of patients."""
    shares = Shares.of(pathways)
    if shares is None:
        return None
    prices = Prices.of(setting.tariff, setting.back)
    needing = needing_contrast(pathways, setting.prevalence, level)
    return CalledBack(
        needing=needing,
        second_visit=float(prices.second_visit),
        second_seconds=float(prices.second_seconds),
        steps=tuple(_step(shares, setting, prices, one, needing.value or 0.0) for one in steps),
        of_cost=break_even(needing, float(prices.surcharge), float(prices.second_visit)),
        of_hours=break_even(needing, float(prices.more_seconds), float(prices.second_seconds)),
    )


def needing_contrast(pathways: Sequence[Pathway], prevalence: float, level: float = LEVEL) -> Estimate:
    """Patients of 1000 who are sent to contrast; both kinds of patients must be there.

    Limits: Wilson's of both kinds' shares, put together by square-and-add (Zou and Donner, Stat Med 2008;27:1693-1702).
    """
    value, down, up, n = 0.0, 0.0, 0.0, 0
    for kind, weight in (("diseased", prevalence), ("healthy", 1 - prevalence)):
        total = sum(getattr(one, kind) for one in pathways)
        share = proportion(sum(getattr(one, kind) for one in pathways if one.enhanced), total, level=level)
        middle, low, high = (one or 0.0 for one in (share.value, share.low, share.high))
        value, n = value + weight * middle, n + total
        down, up = hypot(down, weight * (middle - low)), hypot(up, weight * (high - middle))
    method = f"per {PER}: Wilson, square-and-add"
    limits = PER * max(0.0, value - down), PER * min(1.0, value + up)
    return Estimate(value=PER * value, low=limits[0], high=limits[1], level=level, method=method, n=n)


def break_even(needing: Estimate, surcharge: float, second: float) -> Estimate:
    """The share called back at which nothing is saved, `surcharge` being what contrast adds, `second` a second visit's.

    None where that would be more than all, or where calling back or contrast costs nothing.
    """
    share = (needing.value or 0.0) / PER
    value = _even(share, surcharge, second)
    reason = {
        NOTHING_SAVED: surcharge <= 0,
        NOBODY: share <= 0,
        NO_LOSS: second <= surcharge,
        ALWAYS: value is not None and value > 1,
    }
    why = next((words for words, holds in reason.items() if holds), "")
    if why:
        value, low, high = None, None, None
    else:
        # The more patients need contrast, the fewer of them may come back.
        low = _even((needing.high or 0.0) / PER, surcharge, second)
        high = _even((needing.low or 0.0) / PER, surcharge, second)
        high = 1.0 if high is None else min(1.0, high)
    return Estimate(
        value=value, low=low, high=high, level=needing.level, method=METHOD, n=needing.n, reason=why
    )  # fmt: skip


def _even(share: float, surcharge: float, second: float) -> float | None:
    return (1 - share) * surcharge / (share * (second - surcharge)) if share > 0 and second > surcharge else None


def _step(shares: Shares, setting: Setting, prices: Prices, share: float, needing: float) -> Step:
    found = outcomes(shares, setting.prevalence, prices, share)
    figures = {name: float(found[name]) for name in ("cost", "saved", "hours", "hours_saved")}
    return Step(share=share, patients=needing * share, **figures)
