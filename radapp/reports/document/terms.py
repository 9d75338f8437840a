"""Words of tables and sections in English and Chinese, by the names that the analyses use. No Django."""

from collections.abc import Mapping

from radapp.readerstudies.coding.categories import PAPER
from radapp.reports.analyses import tactic
from radapp.reports.analyses.judges import Judge, Kind
from radapp.reports.document.blocks import Words, same

TERMS: Mapping[str, Words] = {
    tactic.APPARENT: Words(
        tactic.APPARENT, "表观值：截断值正是用这些病例选定的，因此灵敏度和特异度偏高；新病例的结果会更低。"
    ),
    tactic.BEFOREHAND: Words(tactic.BEFOREHAND, "截断值在阅读这些病例之前已经确定：数字无需校正。"),
    "tier": Words("Tier", "分层"),
    "positive": Words("positive", "阳性"),
    "suspicious": Words("suspicious", "可疑"),
    "negative": Words("negative", "阴性"),
    "no advice": Words("no advice", "无建议"),
    "cases": Words("Cases", "病例"),
    "diseased": Words("With recurrence", "有复发"),
    "healthy": Words("Without recurrence", "无复发"),
    "without_truth": Words("Truth not established", "参考标准未确定"),
    "not_assessable": Words("Not assessable", "无法评估"),
    "debatable": Words("Debatable", "有争议"),
    "detected": Words("Detected", "检出"),
    "missed": Words("Missed", "漏诊"),
    "false_alarms": Words("False alarms", "误报"),
    "enhanced_would_detect": Words("T1WIC would detect", "T1WIC 可检出"),
    "judge": Words("Judge", "判断者"),
    "n": Words("n", "例数"),
    "measure": Words("Measure", "指标"),
    "sensitivity": Words("Sensitivity", "灵敏度"),
    "specificity": Words("Specificity", "特异度"),
    "accuracy": Words("Accuracy", "准确率"),
    "ppv": Words("PPV", "阳性预测值"),
    "npv": Words("NPV", "阴性预测值"),
    "auc": Words("AUC", "AUC"),
    "true_positive": Words("True positive", "真阳性"),
    "false_negative": Words("False negative", "假阴性"),
    "false_positive": Words("False positive", "假阳性"),
    "true_negative": Words("True negative", "真阴性"),
    "first_minus_second": Words("First − second", "前者 − 后者"),
    "difference": Words("Difference", "差值"),
    "first_only": Words("Only first right", "仅前者正确"),
    "second_only": Words("Only second right", "仅后者正确"),
    "p": Words("p", "p"),
    "adjusted_p": Words("Corrected p", "校正后 p"),
    "networks": Words("Networks", "网络"),
    "the tactic": Words("Tactic", "分层策略"),
    "readers": Words("Readers", "阅片者"),
    "stratum": Words("Cases", "病例"),
}
"""{name in results: how it is said}"""
KINDS: Mapping[Kind, Words] = {
    Kind.NETWORK: TERMS["networks"],
    Kind.TACTIC: TERMS["the tactic"],
    Kind.READER: TERMS["readers"],
}
CATEGORIES: Mapping[str, Words] = {one.key: Words(one.name["en"], one.name["zh"]) for one in PAPER}
"""The paper's categories of errors; a study's own is told by its key."""
_SENIORITIES = {"senior": Words("Senior reader", "高年资阅片者"), "junior": Words("Junior reader", "低年资阅片者")}
_STAGES = {"aided": Words("aided", "有辅助"), "unaided": Words("unaided", "无辅助")}


def COHORT(name: str) -> Words:  # noqa: N802 - a term with a gap in it
    """A cohort's heading."""
    return Words(f"Cohort {name}", f"队列 {name}") if name else Words("All cases", "全部病例")


def reader(name: str) -> Words:
    """senior_1 as people say it."""
    seniority, _, number = name.rpartition("_")
    if seniority not in _SENIORITIES:
        return same(name)
    said = _SENIORITIES[seniority]
    return Words(f"{said.en} {number}", f"{said.zh} {number}")


def judge(one: Judge) -> Words:
    """A network by its name; a reader with arm and stage."""
    if one.kind is not Kind.READER:
        return same(one.name)
    parts = [
        reader(one.name),
        *([same(one.arm)] if one.arm else []),
        *([_STAGES[one.stage]] if one.stage in _STAGES else []),
    ]
    return Words(", ".join(part.en for part in parts), "，".join(part.zh for part in parts))


def setting(arm: str, stage: str) -> Words:
    """An arm, and a stage of it where there are two."""
    stage_words = _STAGES.get(stage)
    return same(arm) if stage_words is None else Words(f"{arm}, {stage_words.en}", f"{arm}，{stage_words.zh}")


def category(key: str) -> Words:
    """Of an error."""
    return CATEGORIES.get(key, same(key))


def joined(*parts: Words, en: str = " ", zh: str = "") -> Words:
    """One after the other."""
    return Words(en.join(part.en for part in parts), zh.join(part.zh for part in parts))
