"""What the page of the sensitivity of costs says, in English and Chinese. No Django."""

from collections.abc import Callable, Mapping

from ml.evaluation import call_back, cost_sensitivity
from radapp.reports.analyses import economics_sensitivity as analysis
from radapp.reports.document.blocks import Words
from radapp.reports.document.sentences import sentence

RULES_SAID: Mapping[str, Words] = {
    words: Words(words, chinese)
    for words, chinese in zip(
        analysis.RULES,
        (
            "费用只含检查及召回后的再次检查；不含漏诊与阅片的费用。",
            "每检出一例复发的费用：分层策略的总费用除以其检出的复发数；与论文以单层检出数为分母的算法不同。",
            "假定各层的灵敏度与特异度不随复发比例变化。",
            "无建议的病例送增强检查，并计为判为复发。",
            "召回：需增强者中，建议未及时给出而已离开扫描仪的患者。未再来者不计。",
        ),
        strict=True,
    )
}
REASONS: Mapping[str, Words] = {
    one: Words(one, chinese)
    for one, chinese in {
        cost_sensitivity.ONE_KIND: "该队列缺少有复发或无复发的病例",
        cost_sensitivity.NONE_DETECTED: "部分抽样中没有检出复发：每例费用没有上限",
        cost_sensitivity.NO_CASE: "没有病例属于此路径：无可变动",
        call_back.NOTHING_SAVED: "增强不增加费用：无论召回多少都无可节省",
        call_back.NO_LOSS: "再次检查不比当场增强更贵：召回不消耗节省",
        call_back.NOBODY: "无人需要增强：无人被召回",
        call_back.ALWAYS: "即使所有需增强者都被召回仍有节省",
    }.items()
}
PARAMETERS: Mapping[str, Words] = {
    "unenhanced": Words("Price of an examination", "平扫检查价格"),
    "surcharge": Words("What contrast adds to it", "增强附加费用"),
    "seconds": Words("Seconds of an examination", "平扫检查秒数"),
    "more_seconds": Words("Seconds that contrast adds", "增强附加秒数"),
    "exchange_rate": Words("Exchange rate", "汇率"),
    "negative_of_diseased": Words("Recurrences spared contrast", "复发者中免增强者"),
    "negative_of_healthy": Words("Others spared contrast", "无复发者中免增强者"),
    "positive_of_enhanced_diseased": Words("Recurrences in the positive tier, of those sent", "送增强的复发者中属阳性层者"),
    "called_of_suspicious_diseased": Words("Suspicious recurrences called", "可疑层复发者中判出者"),
    "prevalence": Words("Share with recurrence", "复发比例"),
}
OUTCOMES: Mapping[str, Callable[[str], Words]] = {
    "cost": lambda currency: Words(f"Cost ({currency})", f"费用（{currency}）"),
    "saved": lambda currency: Words(f"Saved ({currency})", f"节省（{currency}）"),
    "hours_saved": lambda _: Words("Scanner hours saved", "节省的扫描小时数"),
    "detected": lambda _: Words("Recurrences detected", "检出的复发"),
    "missed": lambda _: Words("Recurrences missed", "漏诊的复发"),
    "missed_more": lambda _: Words("Missed more than with contrast for all", "比全部增强多漏诊"),
    "cost_per_detected": lambda currency: Words(
        f"Cost of a detected recurrence ({currency})", f"每检出一例复发的费用（{currency}）"
    ),
}
CAPTIONS: Mapping[str, Words] = {
    "break-even": Words("Calling back: where nothing is saved any more", "召回：不再节省的界限"),
    "call-back-table": Words(
        "Calling back a share of those who need contrast, per 1000 patients", "召回部分需增强者，每 1000 名患者"
    ),
    "tornado-table": Words(
        "One thing changed at a time, per 1000 patients: at the low … at the high end",
        "单因素敏感性分析，每 1000 名患者：低端 … 高端",
    ),
    "draws-table": Words("All drawn at once: medians and intervals", "概率敏感性分析：中位数与区间"),
    "chance-to-save": Words("Share of the draws in which something is saved", "有节省的抽样所占比例"),
    "sweep-table": Words("Over the share with recurrence, per 1000 patients", "随复发比例变化，每 1000 名患者"),
}
FIGURES: Mapping[str, tuple[Words, Words]] = {
    "tornado": (
        Words("One thing changed at a time.", "单因素敏感性分析。"),
        Words("Bars about what is saved as things stand", "围绕基准节省额的条形"),
    ),
    "draws": (
        Words("All drawn at once, and how likely something is saved.", "概率敏感性分析及节省的概率。"),
        Words("Dots of draws; bars of chances", "抽样散点；概率条形"),
    ),
    "sweep": (
        Words("Over the share with recurrence.", "随复发比例变化。"),
        Words("Lines of money, hours, predictive values and misses", "费用、小时、预测值与漏诊的曲线"),
    ),
    "call-back": (
        Words("What calling back uses up.", "召回所消耗的节省。"),
        Words("Lines of what is saved by the share called back", "节省随召回比例变化的直线"),
    ),
}


def said(reason: str) -> Words:
    """A reason of these analyses in both languages."""
    return REASONS.get(reason) or sentence(reason)


def SHARE(prevalence: float, own: float, called_back: float) -> Words:  # noqa: N802 - a term with gaps in it
    """At which shares the section holds."""
    return Words(
        f"At {prevalence:g} % with recurrence (the cohort's own share: {own:.1f} %); {called_back:g} % of those who need "
        "contrast are called back, unless a table says otherwise.",
        f"复发比例 {prevalence:g} %（队列自身：{own:.1f} %）；除另有说明外，需增强者中 {called_back:g} % 被召回。",
    )
