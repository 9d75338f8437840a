"""Two judges of the same patients, where the paper prints each one's counts but not which patients. No torch.

How many both have right lies between bounds; McNemar's P is monotone in it. Tiers fix some pairings: DARNDEST calls all that
T1_T2 calls, and T1WIC's calls are printed tier by tier.
"""

from dataclasses import dataclass

from ml.evaluation.agreement import cohen_kappa
from ml.evaluation.diagnostic import Diagnostic
from ml.evaluation.paired import McNemar, PairedTable, mcnemar, paired_difference
from ml.evaluation.paper.found import NOT_PRINTED, Found
from ml.evaluation.paper.published import Counts, Published

ALPHA = 0.0167
"""As printed: 0.05 for three comparisons."""
BOUNDS = "McNemar's Z over all pairings"
HANGS = (
    "The paper does not print it, and it hangs on which patients both have right: P lies between the bounds that the counts "
    "allow."
)


@dataclass(frozen=True)
class Pairing:
    """Right calls of a first and a second judge, in strata of (first right, second right, cases)."""

    strata: tuple[tuple[int, int, int], ...]

    def table(self, most_apart: bool) -> PairedTable:
        """The pairing with the most cases that only one has right, or with the fewest."""
        both = [max(0, a + b - n) if most_apart else min(a, b) for a, b, n in self.strata]
        first, second, n = (sum(column) for column in zip(*self.strata, strict=True))
        return PairedTable(sum(both), first - sum(both), second - sum(both), n - first - second + sum(both))

    def bounds(self) -> dict[str, float]:
        """Difference in right calls (first minus second), discordant pairs, and P, least and greatest each."""
        few, many = self.table(most_apart=False), self.table(most_apart=True)
        return {
            "b_minus_c": few.first_only - few.second_only,
            "discordant_min": few.discordant,
            "discordant_max": many.discordant,
            "p_min": p_of(few),
            "p_max": p_of(many),
        }


def p_of(table: PairedTable) -> float:
    """McNemar's P; 1 where no pair is discordant, and nothing speaks for a difference."""
    found = mcnemar(table).p
    return 1.0 if found is None else found


def pairing(first: Diagnostic, second: Diagnostic, name: str) -> Pairing:
    """Of both fourfold tables; for accuracy, cases with recurrence and those without are paired among themselves."""
    diseased = (first.true_positive, second.true_positive, first.sensitivity.n)
    healthy = (first.true_negative, second.true_negative, first.specificity.n)
    return Pairing({"sensitivity": (diseased,), "specificity": (healthy,), "accuracy": (diseased, healthy)}[name])


def unenhanced_against_enhanced(counts: Counts, cohort: str) -> PairedTable:
    """T1_T2 (first) and T1WIC on the diseased: T1WIC alone finds those whom it calls outside the positive tier."""
    t1t2, t1wic = (counts.of(cohort, arm).true_positive for arm in ("T1_T2", "T1WIC"))
    tiers = counts.tiers[cohort]
    alone = tiers["suspicious"].detected + tiers["negative"].detected
    both = t1wic - alone
    return PairedTable(both, t1t2 - both, alone, sum(tier.diseased for tier in tiers.values()) - t1t2 - alone)


def tactic_against_enhanced(counts: Counts, cohort: str) -> PairedTable:
    """DARNDEST (first) and T1WIC on the diseased: T1WIC alone finds those whom it would call in the negative tier."""
    tactic, t1wic = (counts.of(cohort, arm).true_positive for arm in ("DARNDEST", "T1WIC"))
    alone = counts.tiers[cohort]["negative"].detected
    both, diseased = t1wic - alone, sum(tier.diseased for tier in counts.tiers[cohort].values())
    return PairedTable(both, tactic - both, alone, diseased - tactic - alone)


def tactic_against_unenhanced(counts: Counts, cohort: str, name: str) -> PairedTable:
    """DARNDEST (first) and T1_T2: they differ by what T1WIC calls among the suspicious."""
    suspicious, table = counts.tiers[cohort]["suspicious"], counts.of(cohort, "T1_T2")
    gained, lost = suspicious.detected, suspicious.false_alarms or 0
    diseased = PairedTable(table.true_positive, gained, 0, table.false_negative - gained)
    healthy = PairedTable(table.true_negative - lost, 0, lost, table.false_positive)
    together = PairedTable(diseased.both + healthy.both, gained, lost, diseased.neither + healthy.neither)
    return {"sensitivity": diseased, "specificity": healthy, "accuracy": together}[name]


def known_pairing(counts: Counts, cohort: str, name: str, compared: str) -> PairedTable:
    """What tiers fix; ValueError for another pair."""
    if compared in {"DARNDEST_vs_T1_T2", "DARNDEST_minus_T1_T2"}:
        return tactic_against_unenhanced(counts, cohort, name)
    if compared == "DARNDEST_minus_T1WIC" and name == "sensitivity":
        return tactic_against_enhanced(counts, cohort)
    if compared == "T1_T2_minus_T1WIC" and name == "sensitivity":
        return unenhanced_against_enhanced(counts, cohort)
    raise ValueError(f"Tiers do not fix the pairing of {compared} for the {name}.")


def mcnemar_row(figure: Published, counts: Counts) -> Found:
    """T1WIC against another network, or DARNDEST against T1_T2."""
    if figure.parts[2] == "DARNDEST_vs_T1_T2":
        return _nested(figure, counts)
    _, cohort, compared, name = figure.parts
    other = compared.partition("_vs_")[0]
    pair = pairing(counts.of(cohort, "T1WIC"), counts.of(cohort, other), name)
    first, second, n = (sum(column) for column in zip(*pair.strata, strict=True))
    own = _of_inputs(figure, pair, ("correct_T1WIC", "correct_other"))
    bounds = own.bounds()
    low, high = bounds["p_min"], bounds["p_max"]
    note = ""
    if other == "T1_T2" and name == "sensitivity":
        fixed = unenhanced_against_enhanced(counts, cohort)
        note = f"Tiers fix the pairing: {fixed.first_only} against {fixed.second_only}, P = {p_of(fixed):.4f}."
    return Found(
        value=(low, high),
        method=BOUNDS,
        parts=bounds,
        implied={"correct_T1WIC": first, "correct_other": second, "n": n},
        claim=low > ALPHA or (None if high > ALPHA else False),
        undecided="" if low > ALPHA or high <= ALPHA else _least_discordant(own),
        note=note,
        text=_p_words(low, high),
    )


def _of_inputs(figure: Published, pair: Pairing, names: tuple[str, str]) -> Pairing:
    """One stratum as the figure's own inputs have it; strata of an accuracy stand in other figures."""
    if len(pair.strata) > 1:
        return pair
    first, second = (figure.inputs[name] for name in names)
    return Pairing(((first, second, figure.inputs["n"]),))


def _least_discordant(pair: Pairing) -> str:
    table, many = pair.table(most_apart=False), pair.table(most_apart=True)
    while p_of(table) <= ALPHA and table.discordant < many.discordant:
        table = PairedTable(table.both - 1, table.first_only + 1, table.second_only + 1, table.neither - 1)
    return (
        "It hangs on which patients both have right, which is not printed: the claim holds where at least "
        f"{table.discordant} patients are right for one alone."
    )


def _p_words(least: float, greatest: float) -> str:
    low, high = f"{least:.4f}", f"{greatest:.4f}"
    return f"P {low}" if low == high else f"P {low} to {high}"


def bound_row(figure: Published, counts: Counts) -> Found:
    """A radiologist against a network or DARNDEST, at 0.05."""
    _, cohort, compared, name = figure.parts
    other, _, doctor = compared.partition("_vs_")
    pair = pairing(counts.of(cohort, doctor), counts.of(cohort, other), name)
    first, second, n = (sum(column) for column in zip(*pair.strata, strict=True))
    bounds = _of_inputs(figure, pair, ("correct_doctor", "correct_other")).bounds()
    least, greatest = bounds["p_min"], bounds["p_max"]
    verdict = "below 0.05" if greatest < 0.05 else "not below 0.05" if least >= 0.05 else "depends on the pairing"
    return Found(
        value=(least, greatest),
        method=BOUNDS,
        parts={**bounds, "significant_at_0_05": verdict},
        implied={"correct_doctor": first, "correct_other": second, "n": n},
        undecided=HANGS,
        text=f"{_p_words(least, greatest)}: {verdict}",
    )


def _nested(figure: Published, counts: Counts) -> Found:
    _, cohort, compared, name = figure.parts
    known = known_pairing(counts, cohort, name, compared)
    b, c = figure.inputs["b"], figure.inputs["c"]
    table = PairedTable(0, b, c, known.n - b - c)
    tests = {kind: mcnemar(table, kind) for kind in McNemar}
    return Found(
        value=tests[McNemar.Z].p,
        method="McNemar's Z; tiers fix the pairing",
        parts={
            "b": b,
            "c": c,
            "z": tests[McNemar.Z].statistic,
            "p_z": tests[McNemar.Z].p,
            "p_exact": tests[McNemar.EXACT].p,
            "p_midp": tests[McNemar.MID_P].p,
        },
        implied={"b": known.first_only, "c": known.second_only},
        undecided=NOT_PRINTED,
        text=f"Z {tests[McNemar.Z].statistic:.3f}, P {p_of(table):.4f}",
    )


def difference_row(figure: Published, counts: Counts) -> Found:
    """First proportion minus second with Tango's intervals; here the file's c counts the first's own right calls."""
    _, cohort, name, compared = figure.parts
    known = known_pairing(counts, cohort, name, compared)
    first, second, n = figure.inputs["c"], figure.inputs["b"], figure.inputs["n"]
    table = PairedTable(0, first, second, n - first - second)
    wide, narrow = paired_difference(table), paired_difference(table, 0.90)
    return Found(
        value=wide.value,
        method=wide.method,
        parts={"diff": wide.value, "ci95": [wide.low, wide.high], "ci90": [narrow.low, narrow.high]},
        implied={"c": known.first_only, "b": known.second_only, "n": known.n},
        undecided=NOT_PRINTED,
        text=f"{wide.value:.4f} ({wide.low:.4f} to {wide.high:.4f})",
    )


def kappa_row(figure: Published, counts: Counts) -> Found:
    """Cohen's kappa of DARNDEST's calls and T1_T2's."""
    cohort, cells = figure.parts[1], figure.inputs
    tiers = counts.tiers[cohort]
    added = tiers["suspicious"].detected + (tiers["suspicious"].false_alarms or 0)
    implied = {
        "both_pos": tiers["positive"].n,
        "darndest_only": added,
        "t1t2_only": 0,
        "both_neg": counts.total(cohort) - tiers["positive"].n - added,
    }
    calls = (
        (True, True, "both_pos"),
        (True, False, "darndest_only"),
        (False, True, "t1t2_only"),
        (False, False, "both_neg"),
    )
    pairs = [(a, b) for a, b, name in calls for _ in range(cells[name])]
    found = cohen_kappa([a for a, _ in pairs], [b for _, b in pairs])
    return Found(value=found.value, method="Cohen's kappa", implied=implied, undecided=NOT_PRINTED)
