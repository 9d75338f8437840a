"""What was promised where no protocol promised anything: every figure is exploratory. No Django."""

from radapp.reports.inputs.values import Plan

NOTHING_PROMISED = Plan(
    alpha=0.05, correction="bonferroni", primary=None, analyses=(), sequential=False, arms=(), categories={}
)
