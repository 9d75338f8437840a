"""What figures say, in English and Chinese."""

from collections.abc import Mapping

from radapp.reports.files.figure_words_clinical import CLINICAL
from radapp.reports.files.figure_words_cohorts import COHORTS
from radapp.reports.files.figure_words_readers import READERS

LANGUAGES = ("en", "zh")
_FIRST: Mapping[str, Mapping[str, str]] = {
    "en": {
        "positive": "positive",
        "suspicious": "suspicious",
        "negative": "negative",
        "no advice": "no advice",
        "patients": "patients",
        "diseased": "recurrences",
        "detected": "recurrences detected",
        "missed": "recurrences missed",
        "healthy": "without recurrence",
        "per_thousand": "Per 1000 patients",
        "cost_per_detected": "Cost of a detected recurrence ({currency}, log scale)",
        "total": "Examinations of 1000 patients ({currency})",
        "tactic": "tactic",
        "conventional": "contrast for all",
        "unenhanced_only": "contrast for none",
        "hours": "{hours} h",
        "unbounded": "unbounded",
        "none": "not estimable",
        "own_prevalence": "{share} % with recurrence (the cohort's own)",
        "at_prevalence": "{share} % with recurrence",
        "economics": "Economics, {cohort}",
        "tiers": "Cases by tier",
        "figures": "{level} % intervals",
        "apparent": "apparent: cutoffs chosen on these cases",
        "tactic_figure": "The tactic, {cohort}",
        "sensitivity": "sensitivity",
        "specificity": "specificity",
        "accuracy": "accuracy",
        "small": "† a cell of fewer than 5 cases",
        "intervals": "bars and lines: estimates with {level} % intervals",
        "cohort": "cohort {name}",
        "inputs": "inputs {digest}",
        "sent": "sent to contrast: {words} %",
        "rules": (
            "detected in the negative tier: what T1WIC would have detected, which the tactic does not; "
            "cost of a detected recurrence: 1000 enhanced examinations by the recurrences detected in the tier per 1000"
        ),
    },
    "zh": {
        "positive": "阳性",
        "suspicious": "可疑",
        "negative": "阴性",
        "no advice": "无建议",
        "patients": "患者",
        "diseased": "复发",
        "detected": "检出的复发",
        "missed": "漏诊的复发",
        "healthy": "无复发",
        "per_thousand": "每 1000 名患者",
        "cost_per_detected": "每检出一例复发的费用（{currency}，对数刻度）",
        "total": "1000 名患者的检查费用（{currency}）",
        "tactic": "分层策略",
        "conventional": "全部增强",
        "unenhanced_only": "全部平扫",
        "hours": "{hours} 小时",
        "unbounded": "无上限",
        "none": "无法估计",
        "own_prevalence": "复发比例 {share} %（队列自身）",
        "at_prevalence": "复发比例 {share} %",
        "economics": "费用分析，{cohort}",
        "tiers": "各层病例",
        "figures": "{level} % 区间",
        "apparent": "表观值：截断值由这些病例选定",
        "tactic_figure": "分层策略，{cohort}",
        "sensitivity": "灵敏度",
        "specificity": "特异度",
        "accuracy": "准确率",
        "small": "† 某格少于 5 例",
        "intervals": "柱与线：估计值及 {level} % 区间",
        "cohort": "队列 {name}",
        "inputs": "输入 {digest}",
        "sent": "送增强检查：{words} %",
        "rules": (
            "阴性层检出：T1WIC 本可检出而分层策略未检出者；每例费用：1000 次增强检查费用除以该层每 1000 名患者检出的复发数"
        ),
    },
}
WORDS: Mapping[str, Mapping[str, str]] = {
    one: {**_FIRST[one], **CLINICAL[one], **COHORTS[one], **READERS[one]} for one in LANGUAGES
}
"""{language: {word: text}}; the same words in each."""
LABELS_ZH: Mapping[str, str] = {
    "synthetic or simulated data: nothing here is about patients": "合成或模拟数据：与患者无关",
    "PRELIMINARY: the study is not locked; answers and reference may still change": (
        "初步结果：研究尚未锁定，答案与参考标准仍可能变化"
    ),
    "made before unblinding": "揭盲前所作",
}
"""Labels of reports in Chinese; one that is not here stays English."""
