"""Sentences that analyses say - notes, reasons, rules, labels - in Chinese beside their English. No Django.

A sentence with numbers or names in it is known by its pattern. What is not here is told in English in both languages.
"""

import re
from collections.abc import Mapping

from ml.evaluation import (
    agreement,
    agreement_many,
    bland_altman,
    durations,
    intraclass,
    margins,
    paired,
    roc,
)
from ml.evaluation import economics as arithmetic
from ml.evaluation.mrmc import covariances, fixed_modality, obuchowski_rockette, results, u_statistics
from radapp.reports.analyses import areas, behaviour, comparisons, economics, errors, several, standing
from radapp.reports.document import clinical_sentences
from radapp.reports.document.blocks import Words
from radapp.reports.files import mrmc
from radapp.reports.files.figure_words import LABELS_ZH

NOTES_ZH: Mapping[str, str] = {
    standing.THIS_READER: "同一年资的阅片者少于两位：数字只说明这位阅片者，不能就年资下任何结论。",
    standing.NO_EQUIVALENCE: "差异无统计学意义并不表示等效；等效需要事先规定的界值。",
    standing.SEQUENTIAL: "序贯辅助：每次有辅助的判断都紧接同一阅片者无辅助的判断。",
    standing.SIMULATED: "阅片者为模拟：没有真人阅片。",
    standing.DEBATABLE: "有争议的病例保留在内。",
    standing.CLUSTERED: "部分患者有多次检查：区间按病例独立计算，因而过窄。",
    **dict(
        zip(
            economics.RULES,
            (
                "检出：阳性层由 T1_T2 判定，可疑层由 T1WIC 判定；阴性层为 T1WIC 本可检出者，分层策略不计入。",
                "每检出一例复发的费用（论文规则）：1000 次增强检查费用除以该层每 1000 名患者检出的复发数，与层的大小无关。",
                "费用仅为检查收费：不含召回患者、漏诊及阅片者的费用。",
                "无建议的病例送增强检查。",
            ),
            strict=True,
        )
    ),
}
REASONS_ZH: Mapping[str, str] = {
    covariances.NOTHING: "无人判断过该类病例",
    arithmetic.NOBODY: "没有可供估计的病例",
    arithmetic.NONE_DETECTED: "未检出复发：每例费用没有上限",
    arithmetic.UNBOUNDED: "无上限：检出数的下限为零",
    "no interval: two samples and a prevalence are in it": "无区间：其中含两个样本和一个患病率",
    roc.NO_SPREAD: "评分将两类病例完全分开：DeLong 方差为 0，没有区间",
    roc.ALIKE: "差值没有方差：两种评分对每个病例的排序相同",
    paired.NO_DISCORDANT: "没有不一致的病例对：两者在相同病例上判对与判错",
    paired.NO_CASES: "没有两者都判断的病例",
    agreement.NOTHING: "没有两者都判断的病例",
    agreement.ONE_CATEGORY: "两者把全部病例归为同一类：仅凭机遇即完全一致",
    agreement.NOWHERE: "两者都未使用此类别",
    agreement.NO_SPREAD: "此表的渐近标准误为 0：没有区间",
    agreement_many.NO_PAIR: "没有由两位判断者共同判断的病例",
    agreement_many.ONE_CATEGORY: "全部归为一类：仅凭机遇即完全一致",
    agreement_many.ONE_KNOWN: "只有一个类别；请列出评定者可选的全部类别",
    agreement_many.ONE_THING: "仅一个病例，没有方差",
    bland_altman.TOO_FEW: "需要两个有两次测量的病例",
    bland_altman.NO_SPREAD: "全部差值相等：没有区间",
    bland_altman.FEW_FOR_LINE: "拟合直线需要三个病例",
    bland_altman.MEANS_ALIKE: "全部病例均值相同：没有直线",
    bland_altman.ON_A_LINE: "全部差值在一条直线上：没有区间",
    intraclass.TOO_FEW: "组内相关系数需要两个病例，且至少两位评定者各有评分",
    intraclass.CONSTANT: "所有病例与评定者的数值相同：没有变异",
    intraclass.CASES_ALIKE: "病例均值没有变异：只有评定者之间的分歧",
    intraclass.UNBOUNDED: "此形式的区间在此没有界",
    intraclass.PERFECT: "评分与病例和评定者所预示的完全相同：没有区间",
    durations.NONE: "没有数值",
    durations.FEW_FOR_LIMITS: "数值太少，达不到此水平：界限会超出全部数值",
    durations.FEW_FOR_TREND: "趋势至少需要三个不同位置的数值",
    durations.ALL_ALIKE: "全部数值相同：无可检验",
    areas.NO_SCORES: "只有判断而无评分：没有曲线下面积",
    comparisons.NO_SCORES: "其中一方或双方只有判断而无评分：没有可比较的面积",
    behaviour.NO_TIMES: "没有已知的阅片时间",
    behaviour.NO_AID: "没有阅片者在无辅助和有辅助下判断相同病例",
    errors.NOT_CODED: "尚无错误被编码：编码未开始，或没有人锁定同一错误的两份编码",
    economics.ONE_KIND: "该队列缺少有复发或无复发的病例",
    results.NEGATIVE: "方差估计不大于 0：由这些阅片无法估计",
    obuchowski_rockette.INCOMPLETE: "有阅片缺失，或各区组大小不同：协方差用无偏估计，取所有阅片者的平均",
    obuchowski_rockette.SINGLE_BLOCKS: "每位阅片者有各自的病例：无法区分阅片者与病例的变异",
    obuchowski_rockette.OWN_CASES: "每个方案有各自的病例：仅这些病例无可比较",
    obuchowski_rockette.ONE_ARM: "只有一个方案：无可比较",
    u_statistics.NOTHING_READ: "某方案下没有阅片者同时判断过两类病例",
    u_statistics.ONE_CASE: "计算方差需要两类病例各两例",
    "for a variance two of each kind are needed": "计算方差需要两类病例各两例",
    "one of the two calls nobody so: there is nothing to compare": "两者之一没有如此判断任何病例：无可比较",
    "the difference has no variance: both call the same cases so, or none of them wrongly": (
        "差值没有方差：两者如此判断的病例相同，或都没有判错"
    ),
    "there are no cases with, or none without, recurrence": "没有有复发的病例，或没有无复发的病例",
    "sensitivity or specificity is 0 or 1: its interval is not estimable": "灵敏度或特异度为 0 或 1：无法估计区间",
    "nobody is called so": "没有病例被如此判断",
    "the comparison is not estimable, and still one of the family": "该比较无法估计，但仍计入该组",
    "all groups are of one kind: nothing differs, and no test says more": "各组结果全部相同：没有差异，无可检验",
    "every score is 0, 0.5 or 1: nothing to test": "全部评分为 0、0.5 或 1：无可检验",
    "one kind of case has a single patient: there is nothing to choose from without it": (
        "某一类病例只有一名患者：去掉后无从选择截断值"
    ),
    "a fold leaves one kind of case only, so no cutoff can be chosen without it": "某一折之外只剩一类病例，无法选择截断值",
    "there are no such cases": "没有此类病例",
    "its variance is 0": "方差为 0",
    paired.NOTHING_APART: "两者对全部病例均判对，且界值为 0：计分没有方差",
    fixed_modality.NO_READER: "没有可比较的阅片者",
    obuchowski_rockette.OTHER_DESIGN: "此设计没有该检验：请用适合任何设计的 U 统计量",
    obuchowski_rockette.UNEQUAL: "各方案的阅片者人数不同：请用 U 统计量",
}
_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"(\d+) group\(s\) with cases: two are needed", r"有病例的组仅 \1 个：需要两个"),
    (
        r"too few cases for (\d+) groups: the smallest expected count is ([\d.]+)",
        r"病例太少，不足以比较 \1 组：最小期望数为 \2",
    ),
    (r"the fit did not settle in (\d+) steps", r"拟合在 \1 步内未收敛"),
    (r"(\d+) of (\d+) cases have no score and are left out", r"\2 例中有 \1 例没有评分，已排除"),
    (r"(\d+) of (\d+) answers have no such time and are left out", r"\2 个判断中有 \1 个没有此时间，已排除"),
    (r"(\d+) of (\d+) cases are positive; both kinds are needed", r"\2 例中 \1 例有复发：需要两类病例"),
    (r"(\d+) of (\d+) cases are positive; an area needs both kinds", r"\2 例中 \1 例有复发：面积需要两类病例"),
    (
        r"(\d+) positive and (\d+) negative cases[:;] (?:for a variance )?two of each are needed",
        r"有复发 \1 例、无复发 \2 例：两类各需两例",
    ),
    (
        r"with (\d+) reader\(s\) nothing can be said of others: readers are taken as fixed",
        r"阅片者仅 \1 位，不能推及其他阅片者：阅片者视为固定",
    ),
    (
        r"(\d+) readers are few: an answer about readers in general takes (\d+)",
        r"\1 位阅片者太少：推及一般阅片者需要 \2 位",
    ),
    (r"No OR-DBM MRMC file of cohort (.*): (.*)\.", r"队列 \1 没有 OR-DBM MRMC 文件：\2。"),
    (
        r"OR-DBM MRMC's file of cohort (.*) holds (\d+) of (\d+) cases: those of established truth that every reader "
        r"assessed throughout\.",
        r"队列 \1 的 OR-DBM MRMC 文件含 \3 例中的 \2 例：参考标准已确定且每位阅片者全程都作出评估的病例。",
    ),
    (re.escape(several.TWICE).replace(r"\{0\}", "(.*)"), r"在 \1 下有阅片者对同一病例给出多个可能性：请指定阶段或方案"),
    (
        r"a reader has (\d+) cases with and (\d+) without recurrence; for the (?:area|sensitivity|specificity) "
        r"two (?:of each )?are needed",
        r"某阅片者有 \1 例有复发、\2 例无复发的病例；灵敏度或特异度需要该类两例",
    ),
    (re.escape(several.TOGETHER).replace(r"\{0\}", "(.*)"), r"没有网络与全部 \1 位阅片者都判断的病例"),
    (re.escape(several.CASES_OF_ALL).replace(r"\{0\}", "(.*)"), r"限于网络与这些阅片者都判断的 \1 例"),
)
_BEFORE: Mapping[str, str] = {margins.NO_ERROR.format(""): "差值没有标准误："}
"""{beginning of a sentence that ends with another reason: how it begins in Chinese}"""
_WITHIN: Mapping[str, str] = {
    mrmc.NOT_CROSSED: "阅片者未在每个方案和阶段下全部阅片，而 OR-DBM MRMC 需要交叉设计",
    mrmc.ONE_KIND: "没有每位阅片者全程都作出评估的有复发病例，或没有此类无复发病例",
    mrmc.NO_READERS: "没有阅片者阅片",
}
SENTENCES_ZH: Mapping[str, str] = {
    **clinical_sentences.RULES_ZH,
    **clinical_sentences.REASONS_ZH,
    **NOTES_ZH,
    **REASONS_ZH,
    **LABELS_ZH,
    **_WITHIN,
}


_METHODS_ZH: Mapping[str, str] = {
    "Wilson with continuity correction": "Wilson 连续性校正",
    "Clopper-Pearson": "Clopper-Pearson 精确区间",
}


def method(name: str) -> Words:
    """An interval or test by the name that the library gives it; names of people stay."""
    return Words(name, _METHODS_ZH.get(name, name))


def chinese(text: str) -> str | None:
    """Of a sentence of an analysis; None where there is none."""
    if text in SENTENCES_ZH:
        return SENTENCES_ZH[text]
    for english, words in _BEFORE.items():
        if text.startswith(english):
            rest = chinese(text.removeprefix(english))
            return None if rest is None else f"{words}{rest}"
    for pattern, words in _PATTERNS:
        found = re.fullmatch(pattern, text)
        if found:
            return found.expand(words) if ": " not in text else _within(found.expand(words))
    parts = [chinese(part) for part in text.split("; ")] if "; " in text else [None]
    return "；".join(part for part in parts if part) if all(parts) else None


def _within(text: str) -> str:
    for english, words in _WITHIN.items():
        text = text.replace(english, words)
    return text


def sentence(text: str) -> Words:
    """In both languages as far as there is Chinese."""
    return Words(text, chinese(text) or text)
