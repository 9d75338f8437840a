"""How the options of analyses are asked for, and what they mean in words. No Django."""

from collections.abc import Mapping
from enum import StrEnum

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
