"""What figures of calibration, of the ledger and of drift say, in English and Chinese."""

from collections.abc import Mapping

CLINICAL: Mapping[str, Mapping[str, str]] = {
    "en": {
        "calibration_figure": "Calibration, {cohort}",
        "reliability": "With recurrence (%) by mean score (%) of each bin",
        "net_benefit": "Net benefit per 100 by threshold (%); {share} % recurrent",
        "first_lines": "the first {count} lines; the tables have all",
        "ledger_figure": "Clinical use: recurrences missed without contrast",
        "running": "Missed at {months} months, % of known outcomes, all examinations up to each month",
        "missed_rate": "missed of known",
        "worst_case": "were all unknown ones missed",
        "one_look": "grey: interval of that one look; months since the first examination's",
        "drift_figure": "Scores over time",
        "bands": "bars: middle 50 and 90 % of scores; dots: medians; numbers: examinations; months since the first one's",
        "tactic_drift": "The tactic over time, {protocol}",
        "tiers_over_time": "Tiers, % of examinations, by months since the first one's",
        "withheld_over_time": "Advice withheld, and results with guards, %",
        "withheld": "advice withheld",
        "guarded": "results with guards",
    },
    "zh": {
        "calibration_figure": "校准，{cohort}",
        "reliability": "各组平均分数（%）对应的复发比例（%）",
        "net_benefit": "各阈值（%）下每 100 名的净获益；复发比例 {share} %",
        "first_lines": "仅绘出前 {count} 条线，表中列出全部",
        "ledger_figure": "临床使用：未增强检查中的漏诊复发",
        "running": "{months} 个月时的漏诊，占已知结局的 %，截至各月的全部检查",
        "missed_rate": "已知者中漏诊",
        "worst_case": "不明者全为漏诊时",
        "one_look": "灰色：该次查看的区间；月份自第一次检查所在月起算",
        "drift_figure": "分数随时间的变化",
        "bands": "条：分数的中间 50 % 与 90 %；点：中位数；数字：检查数；月份自第一次检查所在月起算",
        "tactic_drift": "分层策略随时间的变化，{protocol}",
        "tiers_over_time": "各层占检查的 %，按自第一次检查起的月份",
        "withheld_over_time": "未给建议及带有警示的结果，%",
        "withheld": "未给建议",
        "guarded": "带有警示的结果",
    },
}
"""{language: {word: text}}; the same words in each."""
