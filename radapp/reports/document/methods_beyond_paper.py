"""Methods in words of what the paper has not: calibration, subgroups, flow, checklists, sensitivity of costs, clinical use.

And of two parts of other reports: margins, and what cutoffs chosen on the same cases are worth. References are names in
brackets (radapp.reports.document.references). No Django.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ml.evaluation.cost_sensitivity import Spread
from ml.evaluation.heterogeneity import CHI_SQUARED, EXACT
from ml.evaluation.margins import Hypothesis
from ml.evaluation.plain import plain
from radapp.reports.analyses.calibration import Calibration
from radapp.reports.analyses.checklists import Checklists
from radapp.reports.analyses.drift import Drift
from radapp.reports.analyses.economics_sensitivity import EconomicsSensitivity
from radapp.reports.analyses.economics_sensitivity import Options as OwnOptions
from radapp.reports.analyses.ledger import Ledger
from radapp.reports.analyses.margins import Answer
from radapp.reports.analyses.stard import Stard
from radapp.reports.analyses.subgroups import Subgroups
from radapp.reports.analyses.tactic import Options as TacticOptions
from radapp.reports.analyses.validation import Validated
from radapp.reports.document.blocks import Words

Options = Mapping[str, Any]
CORRECTIONS: Mapping[str, Words] = {
    "bonferroni": Words("Bonferroni's correction [dunn]", "Bonferroni 校正 [dunn]"),
    "holm": Words("Holm's correction [holm]", "Holm 校正 [holm]"),
}


def calibration(found: Calibration, _: Options) -> Iterator[Words]:
    """Only of scores where there are any; net benefit of calls alone, too."""
    lines = [line for cohort in found.cohorts for line in cohort.lines]
    if lines:
        yield Words(
            "Scores are held against the truth by the Brier score [brier], also scaled by that of the cohort's own share "
            "with recurrence, by the calibration error over bins of equally many cases [naeini], and by slope and intercept "
            "of a logistic regression of the truth on the logit of the score [cox, van_calster].",
            "评分与参考标准的符合程度用 Brier 评分 [brier]（并按队列自身复发比例标化）、等病例数分箱的校准误差 [naeini]，"
            "以及参考标准对评分 logit 的逻辑回归斜率与截距 [cox, van_calster]。",
        )
    if found.tests:
        yield Words(
            f"Whether scores could be chances is tested by Spiegelhalter's z [spiegelhalter]: {found.tests} p in all, none "
            "of them corrected.",
            f"评分是否可视为概率用 Spiegelhalter 检验 [spiegelhalter]：共 {found.tests} 个 p，均未校正。",
        )
    if any(cohort.judged for cohort in found.cohorts):
        share = f"{100 * found.prevalence:g}"
        yield Words(
            "Net benefit of acting on scores or calls is told over threshold chances from 1 to 50 % [vickers], with normal "
            f"intervals, and at a prevalence of {share} % from sensitivity and specificity [cronin].",
            "按评分或判断处理的净获益以 1 % 至 50 % 的阈值概率给出 [vickers]，用正态区间；"
            f"患病率为 {share} % 时由灵敏度与特异度推算 [cronin]。",
        )


def subgroups(found: Subgroups, _: Options) -> Iterator[Words]:
    """Which tests were made, and how p is corrected."""
    tests = [
        one
        for cohort in found.cohorts
        for row in cohort.rows
        for split in row.splits
        for one in split.tests.values()
        if one.test.p is not None
    ]
    methods = {one.test.method for one in tests}
    if CHI_SQUARED in methods:
        yield Words(
            "That shares of groups are alike is tested by Pearson's chi-squared test [pearson] where Cochran's rule allows "
            "it [cochran].",
            "各组比例是否相同用 Pearson 卡方检验 [pearson]，须满足 Cochran 规则 [cochran]。",
        )
    if EXACT in methods:
        yield Words(
            "Two groups too small for the chi-squared test: Fisher's exact test [fisher].",
            "两组病例过少而不宜用卡方检验时：Fisher 精确检验 [fisher]。",
        )
    if not tests:
        return
    if found.correction == "none":
        yield Words("p of groups are not corrected.", "组间检验的 p 未校正。")
        return
    said = CORRECTIONS[found.correction]
    yield Words(
        f"Tests between groups of one judge are one family over all factors and measures: p is corrected by {said.en}, for "
        f"alpha = {found.alpha:g}.",
        f"同一判断者的全部组间检验为一组：p 用 {said.zh}，α = {found.alpha:g}。",
    )


def stard(_: Stard, __: Options) -> Iterator[Words]:
    """Counts alone."""
    yield Words(
        "The flow of cases is drawn as STARD 2015 asks [stard]; it holds counts alone.",
        "病例流程按 STARD 2015 的要求绘制 [stard]；仅含计数。",
    )


def checklists(_: Checklists, __: Options) -> Iterator[Words]:
    """Which lists."""
    yield Words(
        "Checklists: STARD 2015 [stard], STARD-AI [stard_ai] and CLAIM in its edition of 2020 [claim]; filled from protocol "
        "and data alone.",
        "报告清单：STARD 2015 [stard]、STARD-AI [stard_ai] 与 2020 版 CLAIM [claim]；仅由方案与数据填写。",
    )


def _spread(spread: Spread, by: str) -> Words:
    if spread is Spread.FIXED:
        return Words("prices and seconds stay as they are", "价格与时间不变")
    within = {
        Spread.UNIFORM: Words(f"uniform within {by} % either way", f"在上下 {by} % 内均匀分布"),
        Spread.GAMMA: Words(f"gamma, 95 % of it within about {by} % either way", f"gamma 分布，约 95 % 在上下 {by} % 内"),
    }[spread]
    return Words(f"prices and seconds times factors of mean 1, {within.en}", f"价格与时间乘以均值为 1 的系数，{within.zh}")


def economics_sensitivity(found: EconomicsSensitivity, options: Options) -> Iterator[Words]:
    """What was varied, drawn, and called back. Options that a whole report does not name are the analysis' own."""
    options = {**plain(OwnOptions()), **options}
    made = [one for one in found.cohorts if not one.reason]
    if not made:
        return
    share, by = f"{100 * found.prevalence:g}", f"{100 * found.price_range:g}"
    yield Words(
        f"One thing at a time [briggs_claxton]: prices, seconds and exchange rate by {by} % up and down, shares of the "
        f"tiers to their Wilson limits [newcombe]; all else at a prevalence of {share} %.",
        f"单因素敏感性分析 [briggs_claxton]：价格、时间与汇率上下变动 {by} %，各层比例取 Wilson 界限 [newcombe]；"
        f"其余按患病率 {share} %。",
    )
    if any(one.simulated for one in made):
        spread, draws, seed = _spread(Spread(options["spread"]), by), options["draws"], options["seed"]
        yield Words(
            "All at once [briggs_ades]: shares of either kind of patients by a Dirichlet distribution of the counts, with "
            f"one case spread over all ways added [perks]; {spread.en}; "
            f"{draws} draws, seed {seed}.",
            "概率敏感性分析 [briggs_ades]：两类患者的比例按计数的 Dirichlet 分布抽取，先验共计一例、均分于各途径 [perks]；"
            f"{spread.zh}；抽样 {draws} 次，种子 {seed}。",
        )
    if any(one.called_back for one in made):
        yield Words(
            "The share called back at which nothing is saved any more is arithmetic of the tariff; its limits come from "
            "Wilson's by square-and-add [zou].",
            "使节省归零的召回比例由收费标准算出；其界限由 Wilson 界限经平方和法得到 [zou]。",
        )


def ledger(found: Ledger, _: Options) -> Iterator[Words]:
    """When an outcome is due, and the interval of the rate."""
    horizon, grace = found.options.horizon, found.options.grace
    yield Words(
        f"Outcomes are due {horizon} months after an examination and awaited {grace} months longer. Rates of missed "
        "recurrences have exact intervals [clopper]; each month's interval is of that look alone.",
        f"结局在检查后 {horizon} 个月到期，再等待 {grace} 个月。漏诊率用精确区间 [clopper]；"
        "每月的区间只对应当月的一次查看。",
    )


def drift(found: Drift, _: Options) -> Iterator[Words]:
    """Of scores over time where there are any, and of shares of tiers."""
    periods = [period for track in found.tracks for period in track.periods]
    if periods:
        yield Words(
            f"Periods of {found.months} months. Medians have limits by order statistics [conover]; scores with an "
            "established truth have Brier score [brier], calibration error [naeini], slope and intercept "
            "[cox, van_calster].",
            f"每 {found.months} 个月为一时段。中位数用次序统计量界限 [conover]；"
            "参考标准已确定的评分给出 Brier 评分 [brier]、校准误差 [naeini]、斜率与截距 [cox, van_calster]。",
        )
    if any(period.against for period in periods):
        yield Words(
            "Scores are held against others by the population stability index [lewis], beside what it is by chance "
            "[yurdakul], and by Kolmogorov and Smirnov's two-sample test [smirnov], whose p are corrected together by Holm "
            "[holm].",
            "评分与参照的比较用群体稳定性指数 [lewis]（旁列其机遇值 [yurdakul]）与 Kolmogorov–Smirnov 两样本检验 [smirnov]，"
            "其 p 用 Holm 法一并校正 [holm]。",
        )
    if found.tactics:
        yield Words("Shares have Wilson intervals [newcombe].", "比例用 Wilson 区间 [newcombe]。")
    if any(one.changes for one in found.tactics):
        yield Words(
            "Differences of shares between periods have Newcombe's interval [newcombe_two].",
            "时段间比例之差用 Newcombe 区间 [newcombe_two]。",
        )
    if any(one.changes for one in found.tracks):
        yield Words(
            "Differences of mean scores and Brier scores have normal intervals.", "平均评分与 Brier 评分之差用正态区间。"
        )


def validation(found: Sequence[Validated | None], options: Options) -> Iterator[Words]:
    """Where cutoffs were chosen again in any cohort."""
    made = [one for one in found if one is not None and not one.reason]
    if not made:
        return
    target = f"{100 * made[0].target:g}"
    options = {**plain(TacticOptions()), **options}
    folds, repeats, resamples = (options[name] for name in ("folds", "repeats", "resamples"))
    yield Words(
        f"Cutoffs are chosen again by the paper's rule [deng], Youden's index [youden] and {target} % sensitivity of the "
        f"whole tactic, and judged by cross-validation [stone], {repeats} times {folds} folds, stratified, patients kept "
        "together; limits about the mean are Wilson's with continuity correction [newcombe].",
        f"截断值按论文规则重新选择 [deng]：约登指数 [youden] 与策略整体灵敏度 {target} %，"
        f"并用交叉验证评估 [stone]，{repeats} 次 {folds} 折，分层且同一患者不拆分；"
        "均值的界限用 Wilson 连续性校正 [newcombe]。",
    )
    if any(one.optimism is not None for one in made):
        yield Words(
            f"Apparent minus optimism: the bootstrap's [efron, harrell], {resamples} resamples.",
            f"表观值减乐观偏倚：自助法 [efron, harrell]，重抽样 {resamples} 次。",
        )


def margins(found: Sequence[Answer], alpha: float) -> Iterator[Words]:
    """Of the hypotheses that were answered."""
    found = [one for one in found if one.against.value is not None]
    if not found:
        return
    kinds = {one.hypothesis for one in found}
    rules = [
        *([("non-inferiority [blackwelder]", "非劣效 [blackwelder]")] if Hypothesis.NON_INFERIORITY in kinds else []),
        *([("equivalence by two one-sided tests [schuirmann]", "等效（双单侧检验）[schuirmann]")]
          if Hypothesis.EQUIVALENCE in kinds else []),
    ]  # fmt: skip
    ways = list(_ways(found))
    yield Words(
        f"Margins of the protocol: {' and '.join(en for en, _ in rules)}, each test one-sided at {alpha / 2:g}: "
        f"{'; '.join(one.en for one in ways)}.",
        f"按方案界值：{' 与'.join(zh for _, zh in rules)}，每个检验为单侧 {alpha / 2:g}："
        f"{'；'.join(one.zh for one in ways)}。",
    )


def _ways(found: Sequence[Answer]) -> Iterator[Words]:
    two = [one for one in found if one.inference is None]
    if any(one.endpoint != "auc" for one in two):
        yield Words("two judges' shares by Tango's score [tango]", "两位判断者的比例用 Tango 计分 [tango]")
    if any(one.endpoint == "auc" for one in two):
        yield Words("two areas by DeLong's standard error [delong]", "两个面积用 DeLong 标准误 [delong]")
    if len(two) < len(found):
        yield Words(
            "several readers by Obuchowski and Rockette's [obuchowski]", "多阅片者用 Obuchowski–Rockette 标准误 [obuchowski]"
        )
