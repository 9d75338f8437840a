"""The methods paragraph in words with numbered references. No Django.

Only what this report used is said: it is read from the recipe, its options and its results.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ml.evaluation.estimate import Interval
from radapp.reports.analyses import (
    agreement,
    behaviour,
    calibration,
    checklists,
    drift,
    economics,
    economics_sensitivity,
    errors,
    ledger,
    performance,
    roc,
    stard,
    subgroups,
    tactic,
)
from radapp.reports.analyses.figures import PAPER
from radapp.reports.analyses.judges import NotAssessable
from radapp.reports.analyses.several import Several
from radapp.reports.book import Book
from radapp.reports.document import methods_beyond_paper, terms
from radapp.reports.document.blocks import Words, same
from radapp.reports.document.methods_beyond_paper import CORRECTIONS
from radapp.reports.document.references import CITATIONS
from radapp.reports.document.sentences import method
from radapp.reports.files.rendering import Report
from radapp.reports.inputs.values import StudyInputs

_CITED = re.compile(r"\[([a-z_, ]+)\]")
_INTERVAL_SOURCES = {
    Interval.WALD: "newcombe",
    Interval.WILSON: "newcombe",
    Interval.WILSON_CORRECTED: "newcombe",
    Interval.EXACT: "clopper",
}
_PAIRED = Words(
    "Sensitivity, specificity and accuracy of two judges of the same cases are compared by McNemar's Z without continuity "
    "correction [mcnemar], the difference has Tango's score interval [tango]; predictive values by the weighted generalised "
    "score test [kosinski].",
    "两位判断者在相同病例上的灵敏度、特异度与准确率用不作连续性校正的 McNemar Z 检验 [mcnemar]，"
    "差值用 Tango 计分区间 [tango]；"
    "预测值用加权广义计分检验 [kosinski]。",
)
_AREAS = Words(
    "Areas under ROC curves and their paired differences are DeLong's [delong], computed by placements [sun].",
    "ROC 曲线下面积及其配对差值用 DeLong 法 [delong]，以快速算法计算 [sun]。",
)


def methods_of(report: Report) -> tuple[tuple[Words, ...], tuple[str, ...]]:
    """The sentences, references in them numbered in their order; and these references."""
    found = list(dict.fromkeys(_sentences(report)))
    order: dict[str, int] = {}
    for words in found:
        for names in _CITED.findall(words.en):
            for name in names.split(", "):
                order.setdefault(name, len(order) + 1)
    numbered = tuple(Words(_numbered(one.en, order), _numbered(one.zh, order)) for one in found)
    return numbered, tuple(CITATIONS[name] for name in order)


def _numbered(text: str, order: Mapping[str, int]) -> str:
    return _CITED.sub(lambda found: f"[{', '.join(str(order[name]) for name in found.group(1).split(', '))}]", text)


def _sentences(report: Report) -> Iterator[Words]:
    options = report.about["recipe"]["options"]
    parts = list(report.result.parts.values()) if isinstance(report.result, Book) else [report.result]
    if not all(type(part) in _COUNTS_ALONE for part in parts):
        yield from _intervals(options)
    for part in parts:
        yield from _of_part(replace(report, result=part), options)
    yield from _not_assessable(options)
    yield from _correction(report, options)
    yield _protocol(report)
    made_by = report.about["made_by"]
    yield Words(f"Computed by {made_by}.", f"由 {made_by} 计算。")


def _of_part(report: Report, options: Mapping[str, Any]) -> Iterator[Words]:
    kind = type(report.result)
    if kind in _OF:
        yield from _OF[kind](report)
    else:
        yield from _BEYOND[kind](report.result, options)


def _intervals(options: Mapping[str, Any]) -> Iterator[Words]:
    level = f"{100 * options.get('level', 0.95):g}"
    name = options.get("intervals")
    if name == "paper":
        kinds = {terms.KINDS[kind]: interval for kind, interval in PAPER.items()}
        english = "; ".join(f"{kind.en.lower()}: {interval.words}" for kind, interval in kinds.items())
        chinese = "；".join(f"{kind.zh}：{method(interval.words).zh}" for kind, interval in kinds.items())
        yield Words(
            f"Intervals of proportions are at {level} %, as in the paper [deng]: {english} [newcombe].",
            f"比例的区间为 {level} %，同论文 [deng]：{chinese} [newcombe]。",
        )
    elif name:
        interval = Interval(name)
        said, source = method(interval.words), _INTERVAL_SOURCES[interval]
        yield Words(
            f"Intervals of proportions are at {level} %, by {said.en} [{source}].",
            f"比例的区间为 {level} %，用 {said.zh} 法 [{source}]。",
        )
    elif "level" in options:
        yield Words(f"Intervals are at {level} %.", f"区间为 {level} %。")


def _not_assessable(options: Mapping[str, Any]) -> Iterator[Words]:
    if options.get("not_assessable") == NotAssessable.SENT_TO_CONTRAST:
        yield Words(
            "A case that a judge could not assess counts as called, since it would be sent to contrast (intention to "
            "diagnose); a case without T1WIC is left out of the T1WIC network's own figures.",
            "判断者无法评估的病例按判为复发计，因其会被送增强检查（意向诊断）；没有 T1WIC 的病例不计入 "
            "T1WIC 网络自身的数字。",
        )
    elif options.get("not_assessable") == NotAssessable.LEFT_OUT:
        yield Words(
            "A case that a judge could not assess is left out of that judge's figures.", "判断者无法评估的病例不计入其数字。"
        )


def _correction(report: Report, options: Mapping[str, Any]) -> Iterator[Words]:
    """Of subgroups their own sentence."""
    if "correction" not in options or isinstance(report.result, subgroups.Subgroups):
        return
    name, alpha = options["correction"] or report.inputs.plan.correction, report.inputs.plan.alpha
    whose = (
        Words(" (the protocol's)", "（方案规定）")
        if options["correction"] is None
        else Words(" (as asked for)", "（按要求）")
    )
    if name == "none":
        yield Words(f"p is not corrected for the number of comparisons{whose.en}.", f"p 未按比较次数校正{whose.zh}。")
        return
    said = CORRECTIONS[name]
    yield Words(
        f"Within each family of comparisons p is corrected by {said.en}{whose.en}, for alpha = {alpha:g}; a comparison that "
        "is not estimable still counts.",
        f"每组比较内 p 用 {said.zh}{whose.zh}，α = {alpha:g}；无法估计的比较仍计入。",
    )


def _protocol(report: Report) -> Words:
    if not isinstance(report.inputs, StudyInputs):
        return Words(
            "These are examinations of clinical use; no study's protocol named figures beforehand: all are exploratory.",
            "数据来自临床使用；没有研究方案事先规定这些数字：全部为探索性。",
        )
    many = len(report.inputs.plan.analyses)
    if not many:
        return Words("The protocol named no analysis: every figure is exploratory.", "方案未规定分析：全部数字为探索性。")
    return Words(
        f"The protocol named {many} analyses; figures that it named before opening are marked §, all "
        f"others are exploratory.",
        f"方案规定了 {many} 项分析；开始前规定的数字标 §，其余为探索性。",
    )


def _performance(report: Report) -> Iterator[Words]:
    share = f"{100 * report.result.prevalence:g}"
    yield Words(
        f"Predictive values hold at the cohort's own prevalence; beside them they are told at {share} %, "
        f"by Bayes' rule with an "
        "interval on the logit scale [mercaldo].",
        f"预测值按队列自身患病率；旁边给出患病率 {share} % 时的值，用 Bayes 公式及 logit 尺度区间 [mercaldo]。",
    )
    yield from _compared(report, areas_alone=False)


def _roc(report: Report) -> Iterator[Words]:
    yield from _compared(report, areas_alone=True)


def _several(found: Sequence[Several]) -> Iterator[Words]:
    """Several readers at once, and networks against their mean, as far as there are any."""
    made = [one for one in found if one.inference is not None]
    against = [one for one in made if "network:" in f"{one.first} {one.second}"]
    methods = " ".join(area.method for one in made if one not in against for area in one.areas)
    if "Obuchowski" in methods:
        yield Words(
            "Several readers at once: Obuchowski and Rockette's method [obuchowski] with Hillis' degrees of "
            "freedom [hillis]; covariances of areas are DeLong's.",
            "多阅片者：Obuchowski–Rockette 法 [obuchowski]，Hillis 自由度 [hillis]；面积协方差用 DeLong 法。",
        )
    if "U-statistics" in methods:
        yield Words(
            "Several readers at once, where the design has no such test: U-statistics [gallas].",
            "多阅片者，设计无该检验时：U 统计量 [gallas]。",
        )
    if against:
        yield Words(
            "A network against the readers' mean: the readers' differences from it as one arm of the same method "
            "[obuchowski, berbaum], the network taken as fixed.",
            "网络与阅片者均值的比较：以各阅片者与其差值作为同一方法的一个方案 [obuchowski, berbaum]，网络视为固定。",
        )


def _compared(report: Report, *, areas_alone: bool) -> Iterator[Words]:
    cohorts = report.result.cohorts
    if any(cohort.families for cohort in cohorts) and not areas_alone:
        yield _PAIRED
    has_area = (
        any(line.area.estimate.value is not None for cohort in cohorts for line in cohort.lines)
        if areas_alone
        else any(row.figures["auc"].estimate.value is not None for cohort in cohorts for row in cohort.rows)
    )
    if has_area:
        yield _AREAS
    yield from _several([one for cohort in cohorts for one in cohort.several])
    yield from _margins(report)


def _margins(report: Report) -> Iterator[Words]:
    found = [one for cohort in report.result.cohorts for one in cohort.margins]
    yield from methods_beyond_paper.margins(found, report.inputs.plan.alpha)


def _tactic(report: Report) -> Iterator[Words]:
    yield Words(
        "Tiers, detected and missed recurrences are counted as in the paper [deng]; cases whose truth is established.",
        "分层、检出与漏诊的复发按论文计数 [deng]；限参考标准已确定的病例。",
    )
    found = report.result.words
    yield terms.TERMS.get(found, same(found))
    validated = [cohort.validated for cohort in report.result.cohorts]
    yield from methods_beyond_paper.validation(validated, report.about["recipe"]["options"])


def _economics(report: Report) -> Iterator[Words]:
    yield Words(
        "Patients, recurrences and costs are the paper's arithmetic [deng]: whole numbers per 1000 with "
        "Wilson limits corrected for "
        "continuity [newcombe], total costs and hours from the exact share that is sent to contrast.",
        "患者、复发与费用用论文的算法 [deng]：每 1000 名取整数，Wilson 连续性校正界限 [newcombe]；"
        "总费用与时间由送增强的精确比例算出。",
    )
    share = f"{100 * report.result.prevalence:g}"
    yield Words(
        f"At a prevalence of {share} % the shares of either kind that each tier takes are weighted anew.",
        f"患病率为 {share} % 时，按各层中两类病例的比例重新加权。",
    )


def _errors(report: Report) -> Iterator[Words]:
    yield Words(
        "Errors are those of the study's coding, by two coders and an adjudicator where they differ; "
        "categories are the paper's "
        "[deng] and the protocol's own; shares have Wilson intervals [newcombe].",
        "错误来自研究的编码：两位编码者，不一致时由裁定者决定；类别为论文 [deng] 及方案自定；占比用 "
        "Wilson 区间 [newcombe]。",
    )
    if report.result.coders:
        yield Words(
            "Coders' agreement: Cohen's kappa [cohen, fleiss_cohen], Gwet's AC1 [gwet], and agreement on "
            "each category [cicchetti].",
            "编码者一致性：Cohen κ [cohen, fleiss_cohen]，Gwet AC1 [gwet]，各类别的一致率 [cicchetti]。",
        )


def _agreement(report: Report) -> Iterator[Words]:
    pairs = [one for cohort in report.result.cohorts for one in cohort.pairs]
    if pairs:
        yield Words(
            "Calls of two: positive and negative agreement [cicchetti], Cohen's kappa [cohen, "
            "fleiss_cohen], AC1 [gwet] and PABAK "
            "[byrt].",
            "两者的判断：阳性与阴性一致率 [cicchetti]，Cohen κ [cohen, fleiss_cohen]，AC1 [gwet] 与 PABAK [byrt]。",
        )
    if any("icc" in one.measures for one in pairs):
        yield Words(
            "Likelihoods of two: intraclass correlation [mcgraw] and limits of agreement [bland].",
            "两者的可能性：组内相关系数 [mcgraw] 与一致性界限 [bland]。",
        )
    if any(cohort.groups for cohort in report.result.cohorts):
        yield Words(
            "Several readers together: Fleiss' kappa [fleiss], AC1 [gwet] and Krippendorff's α [krippendorff].",
            "多位阅片者：Fleiss κ [fleiss]、AC1 [gwet] 与 Krippendorff α [krippendorff]。",
        )


def _behaviour(report: Report) -> Iterator[Words]:
    if behaviour.timed(report.result.paces):
        yield Words(
            "Times: quantiles with limits by order statistics [conover]; change over the order by Theil and "
            "Sen's slope of the "
            "logarithm with Kendall's test [sen].",
            "时间：分位数及次序统计量界限 [conover]；随顺序的变化用对数的 Theil–Sen 斜率与 Kendall 检验 [sen]。",
        )
    if any(cohort.switches for cohort in report.result.cohorts):
        yield Words(
            "Aid: McNemar's Z [mcnemar], exact test and mid-p [fagerland], Tango's interval of the "
            "difference [tango]; shares have "
            "Wilson intervals [newcombe].",
            "辅助：McNemar Z [mcnemar]、精确检验与 mid-p [fagerland]，差值用 Tango 区间 [tango]；占比用 "
            "Wilson 区间 [newcombe]。",
        )
    yield from _margins(report)


_OF: Mapping[type[Any], Callable[[Report], Iterator[Words]]] = {
    performance.Performance: _performance,
    roc.Roc: _roc,
    tactic.TacticTable: _tactic,
    economics.EconomicsTable: _economics,
    errors.Errors: _errors,
    agreement.Agreement: _agreement,
    behaviour.Behaviour: _behaviour,
}
"""{type of a result: what is said of its methods}"""
_BEYOND: Mapping[type[Any], Callable[[Any, Mapping[str, Any]], Iterator[Words]]] = {
    calibration.Calibration: methods_beyond_paper.calibration,
    subgroups.Subgroups: methods_beyond_paper.subgroups,
    stard.Stard: methods_beyond_paper.stard,
    checklists.Checklists: methods_beyond_paper.checklists,
    economics_sensitivity.EconomicsSensitivity: methods_beyond_paper.economics_sensitivity,
    ledger.Ledger: methods_beyond_paper.ledger,
    drift.Drift: methods_beyond_paper.drift,
}
_COUNTS_ALONE = frozenset({stard.Stard, checklists.Checklists})
"""Results without an interval."""
