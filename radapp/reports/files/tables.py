"""Tidy tables of an analysis: one observation a row, every column with its meaning for the data dictionary. No Django."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ml.evaluation.economics import Economics, Strategy
from ml.evaluation.estimate import Comparison, Estimate, Proportion
from radapp.reports.analyses.comparisons import Family, label
from radapp.reports.analyses.economics import EconomicsTable
from radapp.reports.analyses.figures import Figure
from radapp.reports.analyses.judges import Judge

MEANINGS: Mapping[str, str] = {
    "cohort": "cohort of the cases, such as internal or external",
    "judge": "who called: a network, the tactic (DARNDEST), or a reader by seniority and number",
    "kind": "network, tactic or reader",
    "seniority": "of a reader: senior or junior",
    "arm": "of a reader: key of the protocol's arm",
    "stage": "of a reader: only, unaided or aided",
    "measure": (
        "what is estimated; ppv_at_prevalence and npv_at_prevalence hold at the recipe's prevalence; of tiers: patients, "
        "diseased and detected per 1000, cost_per_detected in the tariff's currency, and how many are detected in the first "
        "tier for one in this; of times: seconds, and learning, the factor over 100 places; of aid: right_calls (share with "
        "aid minus without), lost (of right calls without aid), gained (of wrong ones)"
    ),
    "value": "the estimate; empty where there is none, and why stands under reason",
    "low": "lower limit of the interval at level",
    "high": "upper limit of the interval at level",
    "level": "confidence level of the interval",
    "method": "how estimate and interval were made",
    "count": "of a proportion: how many",
    "n": "of how many cases",
    "reason": "why something is not estimable, or what was left out",
    "standing": "pre-specified by the protocol, or exploratory",
    "small": "yes where a cell behind the figure holds fewer than 5 cases",
    "cases": "cases that entered",
    "not_assessable": "of the cases judged, those that could not be assessed",
    "without_truth": "of the cases judged, those without an established reference, in no figure",
    "true_positive": "called, with recurrence",
    "false_negative": "not called, with recurrence",
    "false_positive": "called, without recurrence",
    "true_negative": "not called, without recurrence",
    "family": "comparisons that are corrected together",
    "first": "first judge of a comparison",
    "second": "second judge of a comparison",
    "statistic": "of the test of no difference",
    "p": "two-sided, as tested",
    "adjusted_p": "corrected within the family, to be held against alpha",
    "correction": "how p was corrected",
    "alpha": "significance level of the family",
    "alpha_each": "level that a single uncorrected p of the family is held against",
    "significant": "yes where the corrected p is at most alpha; no shows no equality",
    "tier": "positive, suspicious, negative, or no advice",
    "diseased": "with recurrence",
    "healthy": "without recurrence",
    "detected": "with recurrence, and called by the tactic",
    "false_alarms": "without recurrence, and called by the tactic",
    "missed": "with recurrence, and not called by the tactic",
    "enhanced_would_detect": "with recurrence, and called by the T1WIC network, asked or not",
    "enhanced": "yes where the tier is sent to contrast",
    "apparent": "yes where the cutoffs were chosen on these cases, so that figures flatter",
    "prevalence": "share with recurrence at which the row holds; empty: the cohort's own",
    "strategy": "tactic; conventional (everybody has contrast); unenhanced_only (nobody); saved (conventional minus tactic)",
    "cost": "of 1000 patients, in currency",
    "currency": "of cost",
    "exchanged": "cost in exchange_currency",
    "exchange_currency": "of exchanged",
    "hours": "of the scanner for 1000 patients",
    "percent_of_strategy": "the tactic's cost in percent of this strategy's",
    "false_positive_rate": "1 - specificity: the x of an ROC curve",
    "sensitivity": "the y of an ROC curve",
    "cutoff": "called at or above it; empty at the first point, where nothing is called",
    "readers": "how many readers took part in the figure",
    "reader": "whose figure; empty: all readers' mean",
    "side": "which of the two sides, by its name in a protocol",
    "design": "who read which cases, as the analysis of several readers found it",
    "inference": "whom the figure is about: readers like these, or these readers alone",
    "relation": "between readers; one reader twice (hidden repeats); reader and network",
    "stratum": "all cases, or those with a site or of an rT stage of the reference standard",
    "both": "called recurrence by both",
    "first_only": "called recurrence by the first alone",
    "second_only": "called recurrence by the second alone",
    "neither": "called recurrence by neither",
    "aided": "the reader with aid",
    "unaided": "the same reader without",
    "among": "which cases; the advice is the tactic's call",
    "stayed_right": "right without and with aid",
    "to_right": "wrong without, right with aid",
    "to_wrong": "right without, wrong with aid: where the advice was wrong, it was followed",
    "stayed_wrong": "wrong without and with aid",
    "error": "false_positive (misdiagnosis) or false_negative (missed)",
    "total": "wrong calls of this kind, coded or not; value: their share of the cases of that truth that were called",
    "settled": "of the wrong calls, those of which a category is in force",
    "adjudicated": "of those settled, how many an adjudicator decided",
    "category": "key of a category of errors",
    "primary": "settled errors that the category led; value: their share of the settled ones",
    "among_causes": "settled errors that the category led or contributed to",
    "first_coder": "number of a coder, in the order in which they joined",
    "second_coder": "number of the other coder",
    "note": "why it is not about readers in general, and what else limits it",
    "label": "what the figures are, where they are preliminary or synthetic",
}
"""Every column that a table may have."""

JUDGE = ("judge", "kind", "seniority", "arm", "stage")
ESTIMATE = ("value", "low", "high", "level", "method", "count", "n", "reason")


@dataclass(frozen=True)
class Table:
    """One file: its name without ending, its columns (MEANINGS, or `own` first), and rows of cells by column."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    own: Mapping[str, str] = field(default_factory=dict)


class Compares(Protocol):
    """A cohort that has families of comparisons."""

    @property
    def name(self) -> str:
        """The cohort's."""

    @property
    def families(self) -> tuple[Family, ...]:
        """Of its judges."""


def comparisons(cohorts: Iterable[Compares]) -> Table:
    """One row for each measure of each pair."""
    tests = ("statistic", "p", "adjusted_p", "correction", "alpha", "alpha_each", "significant", "standing", "small")
    estimate = tuple(name for name in ESTIMATE if name != "count")
    columns = ("cohort", "family", "first", "second", "measure", *estimate, *tests)
    return table("comparisons", columns, _tests(cohorts))


def _tests(cohorts: Iterable[Compares]) -> Iterator[dict[str, Any]]:
    for cohort in cohorts:
        for family in cohort.families:
            for pair in family.pairs:
                for measure, one in pair.measures.items():
                    yield {
                        "cohort": cohort.name,
                        "family": family.name,
                        "first": label(pair.first),
                        "second": label(pair.second),
                        "measure": measure,
                        **estimate_cells(one.comparison),
                        "adjusted_p": one.adjusted.adjusted,
                        "correction": family.correction,
                        "alpha": one.adjusted.alpha,
                        "alpha_each": family.alpha_each,
                        "significant": one.adjusted.rejected,
                        "standing": one.standing,
                        "small": one.small,
                    }


def of_economics(found: EconomicsTable) -> tuple[Table, ...]:
    """Tiers per 1000, and strategies; at the cohort's prevalence and at the one asked for."""
    tiers, strategies = [], []
    for cohort in found.cohorts:
        small = {tier.tier: tier.small for tier in cohort.tiers}
        for one in filter(None, (cohort.own, cohort.elsewhere)):
            where = {"cohort": cohort.name, "prevalence": one.prevalence}
            tiers += [{**where, "small": small[row["tier"]], **row} for row in _per_thousand(one)]
            strategies += [{**where, **row, "currency": found.tariff.currency} for row in _strategies(one)]
    for row in strategies:
        row["exchange_currency"] = found.tariff.exchange_currency
    estimate = tuple(name for name in ESTIMATE if name != "count")
    costs = ("cost", "currency", "exchanged", "exchange_currency", "hours", "percent_of_strategy")
    return (
        table("tiers-per-1000", ("cohort", "prevalence", "tier", "measure", *estimate, "small"), tiers),
        table("strategies", ("cohort", "prevalence", "strategy", *costs), strategies),
    )


def _per_thousand(one: Economics) -> Iterator[dict[str, Any]]:
    for tier, found in one.tiers.items():
        for measure in ("patients", "diseased", "detected", "cost_per_detected"):
            yield {"tier": tier, "measure": measure, **estimate_cells(getattr(found, measure))}
        yield {"tier": tier, "measure": "detected_in_first_tier_for_one_here", "value": found.ratio}


def _strategies(one: Economics) -> Iterator[dict[str, Any]]:
    percents = {"conventional": one.percent_of_conventional, "unenhanced_only": one.percent_of_unenhanced_only}
    for name in ("conventional", "unenhanced_only", "tactic", "saved"):
        found: Strategy = getattr(one, name)
        yield {"strategy": name, **vars(found), "percent_of_strategy": percents.get(name)}


def table(name: str, columns: Sequence[str], rows: Any) -> Table:
    """Rows as they come."""
    return Table(name, tuple(columns), tuple(rows))


def judge_cells(judge: Judge) -> dict[str, Any]:
    """Columns JUDGE."""
    return {
        "judge": judge.name,
        "kind": judge.kind,
        "seniority": judge.seniority,
        "arm": judge.arm,
        "stage": judge.stage,
    }


def figure_rows(figures: Mapping[str, Figure]) -> Iterator[dict[str, Any]]:
    """One row a measure."""
    for measure, one in figures.items():
        yield {"measure": measure, **estimate_cells(one.estimate), "standing": one.standing, "small": one.small}


def estimate_cells(one: Estimate) -> dict[str, Any]:
    """Columns ESTIMATE, and those of a test where it is one."""
    cells = {name: getattr(one, name) for name in ("value", "low", "high", "level", "method", "n", "reason")}
    if isinstance(one, Proportion):
        cells["count"] = one.count
    if isinstance(one, Comparison):
        cells |= {"statistic": one.statistic, "p": one.p}
    return cells
