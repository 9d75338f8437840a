"""Why thirteen printed figures do not follow from the paper's counts; each reason is itself computed. No torch.

A figure counts as explained only while its reason `shows`: a misprint's source is found again, a range is that of the rows
that the sentence must have meant. Where nothing printed gives the figure, that is what is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ml.evaluation.paper.economics import limits_per_thousand, yuan
from ml.evaluation.paper.found import half_up, per_thousand, percent
from ml.evaluation.paper.pairings import unenhanced_against_enhanced
from ml.evaluation.paper.proportions import cell, spread
from ml.evaluation.paper.published import NETWORKS, Counts, Printed, Published

Figures = Mapping[str, Published]


@dataclass(frozen=True)
class Explanation:
    """Words for people, and whether the computation behind them still holds."""

    words: str
    shows: Callable[[Counts, Figures], bool]


def _other_cohorts_cell(arm: str) -> Callable[[Counts, Figures], bool]:
    """The internal specificity as printed is the external one, while the interval beside it is the arm's own."""

    def shows(counts: Counts, figures: Figures) -> bool:
        own, other = (counts.of(cohort, arm).specificity for cohort in ("internal", "external"))
        name = f"t1.internal.{arm}.specificity"
        return figures[name].printed == half_up(percent(other.value), 2) and figures[f"{name}.ci95"].printed == _rounded(
            (percent(own.low), percent(own.high))
        )

    return shows


def _rounded(pair: tuple[float, float]) -> tuple[float, float]:
    return half_up(pair[0], 2), half_up(pair[1], 2)


def _range_of(figure: str, name: str, arms: tuple[str, ...]) -> Callable[[Counts, Figures], bool]:
    """The printed range is that of these arms' counts."""
    return lambda counts, figures: figures[figure].printed == _rounded(spread(counts, "internal", name, arms))


def _range_of_printed(figure: str, arms: tuple[str, ...]) -> Callable[[Counts, Figures], bool]:
    """The printed range is that of these arms' specificities as Table 1 prints them, misprints included."""

    def shows(_: Counts, figures: Figures) -> bool:
        printed = [_number(figures[f"t1.internal.{arm}.specificity"].printed) for arm in arms]
        return figures[figure].printed == (min(printed), max(printed))

    return shows


def _number(printed: Printed) -> float:
    if not isinstance(printed, float | int):
        raise ValueError(f"{printed!r} is printed; expected one number.")
    return float(printed)


def _junior_external(counts: Counts, figures: Figures) -> bool:
    """Table 1 itself prints what the counts give, and the range does not reach it."""
    own = half_up(percent(cell(counts.of("external", "Doctor-J"), "specificity").value), 2)
    printed = figures["range.results.external.specificity_models_vs_J"].printed
    return figures["t1.external.Doctor-J.specificity"].printed == own and isinstance(printed, tuple) and printed[1] < own


def _internal_over_external(_: Counts, figures: Figures) -> bool:
    internal, external = (_number(figures[f"cost.{cohort}.DARNDEST.cny"].printed) for cohort in ("internal", "external"))
    return figures["pct_of_T1_T2.external"].printed == half_up(100 * internal / external, 2)


def _digit_missing(counts: Counts, figures: Figures) -> bool:
    """The printed upper limit is the recomputed one less a digit; the lower one is right."""
    printed = figures["cost_per_tp.internal.negative.ci95"].printed
    total = yuan(counts, "conventional")
    least, most = limits_per_thousand(counts.tiers["internal"]["negative"].detected, counts.total("internal"))
    whole = f"{total / least:.0f}"
    shorter = {whole[:place] + whole[place + 1 :] for place in range(len(whole))}
    return isinstance(printed, tuple) and printed[0] == half_up(total / most, 0) and f"{printed[1]:.0f}" in shorter


def _no_quotient(counts: Counts, figures: Figures) -> bool:
    """Patients of a thousand, patients, printed costs: none of them has that ratio."""
    tiers, n = counts.tiers["internal"], counts.total("internal")
    first, second = tiers["positive"].detected, tiers["suspicious"].detected
    costs = [_number(figures[f"cost_per_tp.internal.{tier}"].printed) for tier in ("suspicious", "positive")]
    ratios = [first / second, per_thousand(first, n) / per_thousand(second, n), costs[0] / costs[1]]
    return figures["ratio.internal.suspicious"].printed not in {half_up(ratio, 1) for ratio in ratios}


def _about_a_tenth(figure: str, expected: float) -> Callable[[Counts, Figures], bool]:
    """A test set near the ratio's part, and not it: less than 2 % off."""
    return lambda _, figures: 0 < abs(_number(figures[figure].printed) - expected) < 0.02 * expected


def _all_but_one(counts: Counts, _: Figures) -> bool:
    others = tuple(arm for arm in NETWORKS if arm != "T1WI")
    return (
        spread(counts, "external", "sensitivity", others)[0] > 81
        and spread(counts, "external", "accuracy", NETWORKS)[0] > 81
    )


def _alike_in_the_internal_set(counts: Counts, _: Figures) -> bool:
    """No difference at all: such a test's power is its level."""
    table = unenhanced_against_enhanced(counts, "internal")
    return table.first_only == table.second_only


EXPLANATIONS: dict[str, Explanation] = {
    "t1.internal.T1WI.specificity": Explanation(
        "Misprint: 82.57 is the external specificity of T1WI (90 of 109). Its internal counts, 196 of 236, give 83.05, and "
        "the interval printed beside it is theirs.",
        _other_cohorts_cell("T1WI"),
    ),
    "t1.internal.T2WI.specificity": Explanation(
        "Misprint: 85.32 is the external specificity of T2WI (93 of 109). Its internal counts, 196 of 236 as T1WI's, give "
        "83.05, and the interval printed beside it is theirs.",
        _other_cohorts_cell("T2WI"),
    ),
    "pct_of_T1_T2.external": Explanation(
        "Misprint: 100.53 is the internal DARNDEST cost in per cent of the external one (2,371,293 of 2,358,723). 2,358,723 "
        "of 2,246,000, as the sentence says, is 105.02 %.",
        _internal_over_external,
    ),
    "cost_per_tp.internal.negative.ci95": Explanation(
        "Misprint: a digit is missing. The upper limit is 2,444,000 (the whole cost, for one patient detected); the printed "
        "244,000 lies below the estimate itself, 488,800.",
        _digit_missing,
    ),
    "ratio.internal.suspicious": Explanation(
        "Misprint: 383 detected by 28 is 13.7, and so is 87,286 by 6,381. No printed figure gives 13.4.", _no_quotient
    ),
    "split.internal_test_n": Explanation(
        "Not the ratio's part (434.9): the split was random, and the sizes of the other sets stand in Fig. 1 alone.",
        _about_a_tenth("split.internal_test_n", 4349 / 10),
    ),
    "split.external_test_n": Explanation(
        "Not the ratio's part (199.1): the split was random, and the sizes of the other sets stand in Fig. 1 alone.",
        _about_a_tenth("split.external_test_n", 677 / 3.4),
    ),
    "range.results.internal.specificity_models_vs_J": Explanation(
        "Misprint in a text range: 82.57 is the misprinted cell of T1WI, and 85.17 leaves out T1_T2 (85.59). By the counts "
        "the range is 82.63 (junior radiologist) to 85.59 (T1_T2).",
        _range_of_printed("range.results.internal.specificity_models_vs_J", ("T1WIC", "T1WI", "Doctor-J")),
    ),
    "range.results.external.specificity_models_vs_J": Explanation(
        "Misprint in a text range: the junior radiologist's 105 of 109 are 96.33, as Table 1 has it, and not 96.22.",
        _junior_external,
    ),
    "range.discussion.internal.sensitivity_models": Explanation(
        "Misprint in a text range: 84.26 is the greatest only without T1WI, whose 168 of 197 are 85.28.",
        _range_of("range.discussion.internal.sensitivity_models", "sensitivity", ("T1WIC", "T2WI", "T1_T2")),
    ),
    "range.discussion.internal.specificity_models": Explanation(
        "Misprint in a text range: 82.57 is the misprinted cell of T1WI. By the counts the least is 83.05.",
        _range_of_printed("range.discussion.internal.specificity_models", NETWORKS),
    ),
    "claim.acc_sens_over_81_external": Explanation(
        "Misprint in a text range: T1WI's external sensitivity is 80.65 (75 of 93). Over 81 holds for the other three "
        "networks, and for the accuracy of all four.",
        _all_but_one,
    ),
    "claim.power_over_95": Explanation(
        "Nothing in the counts gives a power over 95 %: what went into the calculation is not printed. T1_T2 and T1WIC are "
        "right alone on 14 diseased patients each in the internal set; a test's power where there is no difference is its "
        "level.",
        _alike_in_the_internal_set,
    ),
}
"""By the figure's id."""
