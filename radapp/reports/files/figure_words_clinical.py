"""What figures of calibration, of the ledger and of drift say, in English and Chinese."""

from collections.abc import Mapping

CLINICAL: Mapping[str, Mapping[str, str]] = {
    "en": {
        "calibration_figure": "Calibration, {cohort}",
        "reliability": "With recurrence (%) by mean score (%) of each bin",
        "net_benefit": "Net benefit per 100 patients by threshold (%); {share} % with recurrence",
        "first_lines": "the first {count} lines; the tables have all",
    },
    "zh": {
        "calibration_figure": "校准，{cohort}",
        "reliability": "各组平均分数（%）对应的复发比例（%）",
        "net_benefit": "各阈值（%）下每 100 名患者的净获益；复发比例 {share} %",
        "first_lines": "仅绘出前 {count} 条线，表中列出全部",
    },
}
"""{language: {word: text}}; the same words in each."""
