"""How the options of analyses are asked for, and what they mean in words. No Django."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from radapp.reports.document.blocks import Words


class Kind(StrEnum):
    """How an option is asked for. NUMBERS: a list of them. FLAG: yes or no."""

    CHOICE = "choice"
    SHARE = "share"
    NUMBER = "number"
    NUMBERS = "numbers"
    MONEY = "money"
    TEXT = "text"
    FLAG = "flag"


HELP: Mapping[str, Words] = {
    "intervals": Words(
        "Intervals of proportions; paper: Wald for networks, Wilson with continuity correction for readers and DARNDEST.",
        "比例的置信区间；paper：网络用 Wald，阅片者与 DARNDEST 用连续性校正的 Wilson。",
    ),
    "prevalence": Words(
        "Prevalence at which predictive values, tiers and costs are told beside the cohort's own.",
        "在队列自身患病率之外，用于计算预测值、分层与费用的患病率。",
    ),
    "correction": Words("Correction for several comparisons; none named: the protocol's.", "多重比较校正；未指定时按方案。"),
    "not_assessable": Words(
        "Cases that a judge could not assess: sent to contrast (by intention to diagnose), or left out.",
        "无法评估的病例：按送增强扫描计（意向性诊断），或不计入。",
    ),
    "level": Words("Level of confidence intervals.", "置信水平。"),
    "horizon": Words("Months after which an outcome is due.", "结局到期所需的月数。"),
    "grace": Words(
        "Months for which an outcome that is due is awaited before it counts as lost.", "到期后等待结局的月数，之后算失访。"
    ),
    "early": Words("Months by which a follow-up may end before the horizon.", "随访可早于期限结束的月数。"),
    "months": Words("Length of a period in months: 1, 3, 6 or 12.", "时段长度（月）：1、3、6 或 12。"),
    "bins": Words("Bins of the reliability curve.", "可靠性曲线的分箱数。"),
    "prevalence_low": Words("Lowest prevalence of the tornado.", "龙卷风图的最低患病率。"),
    "prevalence_high": Words("Highest prevalence of the tornado.", "龙卷风图的最高患病率。"),
    "price_range": Words("By which share prices and seconds are varied.", "价格与时间变动的比例。"),
    "spread": Words("How prices and seconds are drawn.", "价格与时间的抽样分布。"),
    "draws": Words("How many draws.", "抽样次数。"),
    "seed": Words("Seed of draws and resampling.", "抽样与重抽样的种子。"),
    "target": Words("Sensitivity that the tactic's cutoffs are chosen for again.", "重新选择分层策略界值时的目标灵敏度。"),
    "folds": Words("Folds of the cross-validation.", "交叉验证的折数。"),
    "repeats": Words("Repeats of the cross-validation.", "交叉验证的重复次数。"),
    "resamples": Words("Resamples of the bootstrap.", "自助法的重抽样次数。"),
    "called_back": Words("Share of those who need contrast that is called back.", "需增强者中被召回的比例。"),
    "second_visit": Words(
        "What a second visit costs; none named: an enhanced examination.", "再次就诊的费用；未指定时按一次增强检查。"
    ),
    "second_seconds": Words(
        "How long a second visit keeps the scanner, in seconds; none named: an enhanced examination.",
        "再次就诊占用扫描仪的秒数；未指定时按一次增强检查。",
    ),
    "enhanced": Words("Price of one examination with contrast.", "一次增强检查的价格。"),
    "unenhanced": Words("Price of one examination without contrast.", "一次平扫检查的价格。"),
    "seconds_enhanced": Words(
        "Scanner time of one examination with contrast, in seconds.", "一次增强检查占用扫描仪的秒数。"
    ),
    "seconds_unenhanced": Words(
        "Scanner time of one examination without contrast, in seconds.", "一次平扫检查占用扫描仪的秒数。"
    ),
    "currency": Words("Currency of the prices.", "价格的货币。"),
    "exchange_rate": Words("How much of that currency one unit of the other costs.", "一单位另一货币折合多少该货币。"),
    "exchange_currency": Words("The other currency.", "另一货币。"),
}
"""{option: what it means}; an option that is not here is told by its name."""
NAMES: Mapping[str, Words] = {
    "intervals": Words("intervals of proportions", "比例的区间"),
    "prevalence": Words("other prevalence", "另一患病率"),
    "correction": Words("correction of p", "p 的校正"),
    "not_assessable": Words("not assessable cases", "无法评估的病例"),
    "level": Words("level of intervals", "置信水平"),
    "bins": Words("bins", "分箱数"),
    "prevalence_low": Words("lowest prevalence", "最低患病率"),
    "prevalence_high": Words("highest prevalence", "最高患病率"),
    "price_range": Words("prices varied by", "价格变动"),
    "spread": Words("prices drawn", "价格抽样"),
    "draws": Words("draws", "抽样次数"),
    "seed": Words("seed", "种子"),
    "target": Words("target sensitivity", "目标灵敏度"),
    "folds": Words("folds", "折数"),
    "repeats": Words("repeats", "重复次数"),
    "resamples": Words("resamples", "重抽样次数"),
    "called_back": Words("called back", "召回比例"),
    "second_visit": Words("price of a second visit", "再次就诊费用"),
    "second_seconds": Words("scanner time of a second visit, s", "再次就诊扫描时间，秒"),
    "enhanced": Words("price with contrast", "增强检查价格"),
    "unenhanced": Words("price without contrast", "平扫检查价格"),
    "seconds_enhanced": Words("scanner time with contrast, s", "增强检查扫描时间，秒"),
    "seconds_unenhanced": Words("scanner time without contrast, s", "平扫检查扫描时间，秒"),
    "currency": Words("currency", "货币"),
    "exchange_rate": Words("exchange rate", "汇率"),
    "exchange_currency": Words("other currency", "另一货币"),
    "horizon": Words("outcome due after, months", "结局到期，月"),
    "grace": Words("then awaited, months", "到期后等待，月"),
    "early": Words("follow-up may end sooner by, months", "随访可提前结束，月"),
    "months": Words("length of a period, months", "时段长度，月"),
}
"""{option: its name in a line}"""
_VALUES: Mapping[str, Mapping[str, Words]] = {
    "intervals": {
        "paper": Words("as in the paper", "同论文"),
        "wald": Words("Wald", "Wald"),
        "wilson": Words("Wilson", "Wilson"),
        "wilsoncc": Words("Wilson with continuity correction", "Wilson 连续性校正"),
        "exact": Words("exact (Clopper-Pearson)", "精确（Clopper-Pearson）"),
    },
    "correction": {
        "bonferroni": Words("Bonferroni", "Bonferroni"),
        "holm": Words("Holm", "Holm"),
        "none": Words("none", "不校正"),
    },
    "not_assessable": {
        "sent_to_contrast": Words("sent to contrast", "送增强检查"),
        "left_out": Words("left out", "不计入"),
    },
    "spread": {
        "fixed": Words("not at all", "不抽样"),
        "uniform": Words("uniform", "均匀分布"),
        "gamma": Words("gamma", "gamma 分布"),
    },
}
_NONE: Mapping[str, Words] = {
    "correction": Words("the protocol's", "按方案"),
    "second_visit": Words("that of an enhanced examination", "同一次增强检查"),
    "second_seconds": Words("that of an enhanced examination", "同一次增强检查"),
}
"""Where an option is left to protocol or analysis."""
_PER_CENT = frozenset({"prevalence", "level", "prevalence_low", "prevalence_high", "price_range", "target", "called_back"})


def option_said(name: str, value: Any) -> Words:
    """One option with its value in words. One that is not known here is told by its name, as JSON has it."""
    told = NAMES.get(name, Words(name, name))
    said = _said(name, value)
    return Words(f"{told.en}: {said.en}", f"{told.zh}：{said.zh}")


def _said(name: str, value: Any) -> Words:
    if value is None:
        return _NONE.get(name, Words("default", "默认"))
    if str(value) in _VALUES.get(name, {}):
        return _VALUES[name][str(value)]
    shown = f"{100 * value:g} %" if name in _PER_CENT else f"{value:g}" if isinstance(value, float) else str(value)
    return Words(shown, shown)
