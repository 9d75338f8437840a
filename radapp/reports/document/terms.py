"""Words of tables and sections in English and Chinese, by the names that the analyses use. No Django."""

from collections.abc import Mapping

from radapp.reports.analyses import tactic
from radapp.reports.document.blocks import Words

TERMS: Mapping[str, Words] = {
    tactic.APPARENT: Words(
        tactic.APPARENT, "表观值：截断值正是用这些病例选定的，因此灵敏度和特异度偏高；新病例的结果会更低。"
    ),
    tactic.BEFOREHAND: Words(tactic.BEFOREHAND, "截断值在阅读这些病例之前已经确定。"),
    "tier": Words("Tier", "分层"),
    "positive": Words("positive", "阳性"),
    "suspicious": Words("suspicious", "可疑"),
    "negative": Words("negative", "阴性"),
    "no advice": Words("no advice", "无建议"),
    "cases": Words("Cases", "病例"),
    "diseased": Words("With recurrence", "有复发"),
    "healthy": Words("Without recurrence", "无复发"),
    "detected": Words("Detected", "检出"),
    "missed": Words("Missed", "漏诊"),
    "false_alarms": Words("False alarms", "误报"),
    "enhanced_would_detect": Words("T1WIC would detect", "T1WIC 可检出"),
    "judge": Words("Judge", "判断者"),
    "sensitivity": Words("Sensitivity", "灵敏度"),
    "specificity": Words("Specificity", "特异度"),
    "accuracy": Words("Accuracy", "准确率"),
}
"""{name in results: how it is said}"""


def COHORT(name: str) -> Words:  # noqa: N802 - a term with a gap in it
    """A cohort's heading."""
    return Words(f"Cohort {name}", f"队列 {name}")
