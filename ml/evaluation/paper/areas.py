"""Areas under ROC curves: what their printed values and sizes alone say. No torch.

Hanley and McNeil, Radiology 1982;143:29-36, and 1983;148:839-843 (two areas of the same cases, with the correlation r of the
areas).
"""

from math import sqrt

from ml.evaluation.estimate import two_sided, z_of
from ml.evaluation.paper.found import Found
from ml.evaluation.paper.pairings import ALPHA
from ml.evaluation.paper.published import Counts, Published

PER_CASE = "An area needs every patient's score, and the paper prints none."
CORRELATION = (
    "It hangs on the correlation r of both areas, which is not printed: the claim holds while r is below the value "
    "beside it."
)


def standard_error(area: float, diseased: int, healthy: int) -> float:
    """Of an area, by Hanley and McNeil (1982)."""
    two_diseased, two_healthy = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (diseased - 1) * (two_diseased - area**2) + (healthy - 1) * (two_healthy - area**2)
    return sqrt(spread / (diseased * healthy))


def area_row(figure: Published, counts: Counts) -> Found:
    """No area, but the interval that one as printed would have."""
    tiers = counts.tiers[figure.parts[2]].values()
    implied = {"n_pos": sum(tier.diseased for tier in tiers), "n_neg": sum(tier.healthy for tier in tiers)}
    area = counts.areas[figure.id]
    error = standard_error(area, figure.inputs["n_pos"], figure.inputs["n_neg"])
    reach = z_of(0.95) * error
    return Found(
        value=None,
        method="interval by Hanley and McNeil",
        parts={"standard_error_of_printed": error, "ci95_of_printed": [area - reach, area + reach]},
        implied=implied,
        undecided=PER_CASE,
        text=f"no area; the printed one would have {area - reach:.4f} to {area + reach:.4f}",
    )


def area_test_row(figure: Published, counts: Counts) -> Found:
    """P of two areas' difference without correlation, and the correlation from which on it is no longer above 0.0167."""
    _, network, cohort, compared = figure.parts
    area, reference, diseased, healthy = (figure.inputs[name] for name in ("auc", "auc_ref", "n_pos", "n_neg"))
    first, second = standard_error(area, diseased, healthy), standard_error(reference, diseased, healthy)
    apart = abs(area - reference)
    alone = two_sided(apart / sqrt(first**2 + second**2))
    turning = (first**2 + second**2 - (apart / z_of(1 - ALPHA)) ** 2) / (2 * first * second)
    tiers = counts.tiers[cohort].values()
    one, _, other = compared.partition("_vs_")
    return Found(
        value=(alone, turning),
        method="difference of areas, Hanley and McNeil",
        parts={"p_at_r0": alone, "r_at_which_p_becomes_0_0167": turning},
        implied={
            "auc": counts.areas[f"auc.{network}.{cohort}.{one}"],
            "auc_ref": counts.areas[f"auc.{network}.{cohort}.{other}"],
            "n_pos": sum(tier.diseased for tier in tiers),
            "n_neg": sum(tier.healthy for tier in tiers),
        },
        claim=turning >= 1 or (False if turning <= 0 else None),
        undecided=CORRELATION if 0 < turning < 1 else "",
        text=f"P {alone:.4f} at r = 0; above {ALPHA} while r < {turning:.5f}",
    )
