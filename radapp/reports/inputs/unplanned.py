"""What was promised where no protocol promised anything: every figure is exploratory. No Django."""

from radapp.readerstudies.coding.categories import ERRORS, PAPER
from radapp.reports.inputs.values import Plan

NOTHING_PROMISED = Plan(
    alpha=0.05,
    correction="bonferroni",
    primary=None,
    analyses=(),
    sequential=False,
    arms=(),
    categories={error: tuple(one.key for one in PAPER if one.error == error) for error in ERRORS},
)
