"""What protocol and data of a study know that reporting guidelines ask for, in words. What is not known is not there."""

from collections import Counter
from collections.abc import Callable, Mapping

from radapp.reports.analyses.judges import ENHANCED, FUSED, NETWORKS, TACTIC
from radapp.reports.document.blocks import Words
from radapp.reports.inputs.values import Cutoffs, Named, StudyInputs

Fact = Callable[[StudyInputs], Words | None]
MODEL_CARD = Words(
    "See the model card that comes with each bundle of networks.",
    "见每个网络包所附的模型卡（model card）。",
)


def facts_of(inputs: StudyInputs) -> dict[str, Words]:
    """{fact: what is known}."""
    found = {name: fact(inputs) for name, fact in FACTS.items()}
    return {name: words for name, words in found.items() if words is not None}


def _held_here(inputs: StudyInputs) -> bool:
    """Whether the readings were made in this application, under its blinding; an imported study's were not."""
    return bool(inputs.answers) and inputs.cutoffs is Cutoffs.SET_BEFOREHAND and bool(inputs.plan.arms)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name or '–'} {count}" for name, count in counts.items())


def _question(inputs: StudyInputs) -> Words | None:
    return Words(inputs.plan.question, inputs.plan.question) if inputs.plan.question else None


def _hypotheses(inputs: StudyInputs) -> Words | None:
    named = inputs.plan.analyses
    if not named:
        return Words("No analysis was named beforehand: all are exploratory.", "未预先指定任何分析：全部为探索性。")
    before = sum(one.named is Named.BEFORE_OPENING for one in named)
    each = "; ".join(
        f"{one.key}: {one.endpoint}, {one.hypothesis}, {one.first}{f' v {one.second}' if one.second else ''}"
        f"{f', margin {one.margin:g}' if one.margin is not None else ''}"
        for one in named
    )
    first = inputs.plan.primary or "–"
    return Words(
        f"{before} of {len(named)} analyses were named before opening (primary: {first}). {each}.",
        f"{len(named)} 项分析中有 {before} 项在启动前指定（主要：{first}）。{each}。",
    )


def _design(inputs: StudyInputs) -> Words | None:
    if not _held_here(inputs):
        return None
    arms = ", ".join(
        f"{one.key} ({one.images}{', aid' if one.aid else ''}{', prior' if one.prior else ''})" for one in inputs.plan.arms
    )
    kind = (
        Words("unaided, then aided in one sitting", "同次先无辅助后有辅助")
        if inputs.plan.sequential
        else Words("arms", "分组")
    )
    return Words(
        f"The examinations were made before the study; the readings were planned before they were made ({kind.en}: {arms}).",
        f"检查先于研究完成；阅片在进行之前已有计划（{kind.zh}：{arms}）。",
    )


def _left_out(inputs: StudyInputs) -> Words | None:
    flow = inputs.flow
    why = _counted(flow.left_out)
    return Words(
        f"{flow.assessed} examinations assessed; left out: {why or 'none'}; withdrawn after opening: {flow.withdrawn}.",
        f"评估 {flow.assessed} 次检查；排除：{why or '无'}；启动后撤出：{flow.withdrawn}。",
    )


def _networks(inputs: StudyInputs) -> Words | None:
    there = [name for name in NETWORKS if any(name in row.networks for row in inputs.cases)]
    readers = len({row.reader for row in inputs.answers})
    if not there and not readers:
        return None
    return Words(
        f"Networks: {', '.join(there) or 'none'}; readers: {readers}. Versions of networks stand with each result.",
        f"网络：{'、'.join(there) or '无'}；阅片者 {readers} 人。网络版本记录于每个结果。",
    )


def _reference(inputs: StudyInputs) -> Words | None:
    bases = Counter(row.basis for row in inputs.cases if row.truth is not None)
    open_ones = sum(row.truth is None for row in inputs.cases)
    debatable = sum(row.debatable for row in inputs.cases)
    each = _counted(dict(sorted(bases.items())))
    return Words(
        f"By basis: {each or 'none'}; not established: {open_ones}; debatable: {debatable}.",
        f"按依据：{each or '无'}；未确立：{open_ones}；存疑：{debatable}。",
    )


def _categories(_: StudyInputs) -> Words:
    return Words(
        "Viable local recurrence: yes or no. Recurrence in nodes alone is no local recurrence.",
        "存活的局部复发：是或否。仅淋巴结复发不属局部复发。",
    )


def _cutoffs(inputs: StudyInputs) -> Words | None:
    found: dict[str, set[float]] = {}
    for row in inputs.cases:
        for name, said in row.networks.items():
            if said.cutoff is not None:
                found.setdefault(name, set()).add(said.cutoff)
    if not found:
        return None
    each = "; ".join(f"{name} {', '.join(f'{value:.6g}' for value in sorted(values))}" for name, values in found.items())
    if inputs.cutoffs is Cutoffs.THESE_CASES:
        return Words(f"{each}. Chosen on these cases: figures are apparent.", f"{each}。由这些病例选定：数值为表观值。")
    return Words(f"{each}. Set before these cases were read.", f"{each}。在阅读这些病例之前确定。")


def _readers_knew(inputs: StudyInputs) -> Words | None:
    if not _held_here(inputs):
        return None
    told = "; ".join(text for text in inputs.plan.told.values() if text)
    return Words(
        "Readers saw neither the reference standard nor other readers' answers, and examinations under pseudonyms. "
        f"Told to all alike: {told or 'nothing'}.",
        f"阅片者看不到参考标准及他人的答案，检查均为化名。统一告知：{told or '无'}。",
    )


def _taggers_knew(inputs: StudyInputs) -> Words | None:
    if not _held_here(inputs):
        return None
    return Words(
        "Taggers saw neither networks nor readings, and did not read in the study.",
        "参考标准判定者看不到网络结果与阅片结果，且不参与阅片。",
    )


def _methods(inputs: StudyInputs) -> Words:
    plan = inputs.plan
    return Words(
        f"Level {plan.alpha:g}, correction {plan.correction}. Each report's methods paragraph names intervals and tests.",
        f"检验水准 {plan.alpha:g}，校正 {plan.correction}。各报告的方法段落列出区间与检验。",
    )


def _indeterminate(inputs: StudyInputs) -> Words:
    readers = sum(row.call is None for row in inputs.answers if not row.repeat)
    tactic = sum(TACTIC in row.networks and not row.networks[TACTIC].tier for row in inputs.cases)
    return Words(
        f"Kept, as sent to contrast. Readings not assessable: {readers}; cases without a tier: {tactic}.",
        f"保留，计为送增强检查。无法评估的阅片：{readers}；无分层的病例：{tactic}。",
    )


def _missing(inputs: StudyInputs) -> Words:
    truth = sum(row.truth is None for row in inputs.cases)
    enhanced = sum(not row.t1wic for row in inputs.cases)
    return Words(
        f"Without an established reference: {truth}, in no figure. Without T1WIC: {enhanced}, left out of its figures.",
        f"参考标准未确立：{truth}，不计入任何数值。无 T1WIC：{enhanced}，不计入其数值。",
    )


def _sample_size(inputs: StudyInputs) -> Words | None:
    wanted = inputs.plan.targets
    if not any(wanted.values()):
        return None
    positive, negative = wanted.get("positive", 0), wanted.get("negative", 0)
    return Words(
        f"Wanted: {positive} with recurrence and {negative} without. How they were reckoned is the authors' to say.",
        f"目标：有复发 {positive} 例，无复发 {negative} 例。其计算依据由作者说明。",
    )


def _severity(inputs: StudyInputs) -> Words | None:
    diseased = [row for row in inputs.cases if row.truth]
    stages = Counter(row.rt_stage or "–" for row in diseased)
    kinds = Counter(kind for row in diseased for kind in row.kinds)
    if not diseased:
        return None
    each = _counted(dict(sorted(stages.items()))), _counted(dict(sorted(kinds.items())))
    return Words(
        f"{len(diseased)} recurrences; rT stage: {each[0]}; kinds: {each[1] or 'not said'}.",
        f"{len(diseased)} 例复发；rT 分期：{each[0]}；类型：{each[1] or '未说明'}。",
    )


def _limitations(inputs: StudyInputs) -> Words | None:
    known = {
        Words("synthetic cases", "合成病例"): inputs.synthetic,
        Words("cutoffs chosen on these cases", "截断值由这些病例选定"): inputs.cutoffs is Cutoffs.THESE_CASES,
        Words("simulated readers", "模拟阅片者"): any(row.simulated for row in inputs.answers),
        Words("fewer than two readers of one seniority", "同一年资的阅片者少于两位"): _few(inputs),
        Words("patients with several cases", "部分患者有多个病例"): len({row.patient for row in inputs.cases})
        < len(inputs.cases),
    }
    there = [words for words, holds in known.items() if holds]
    if not there:
        return None
    return Words(
        f"Known from the data: {'; '.join(w.en for w in there)}.", f"由数据可知：{'；'.join(w.zh for w in there)}。"
    )


def _few(inputs: StudyInputs) -> bool:
    counts = Counter(seniority for _, seniority in {(row.reader, row.seniority) for row in inputs.answers})
    return any(count < 2 for count in counts.values())


def _imaging(inputs: StudyInputs) -> Words | None:
    makers = Counter(row.scanner for row in inputs.cases if row.scanner)
    if not makers:
        return None
    each = _counted(dict(sorted(makers.items())))
    return Words(f"Makers of scanners: {each}.", f"扫描仪厂商：{each}。")


def _partitions(inputs: StudyInputs) -> Words | None:
    if inputs.cutoffs is Cutoffs.THESE_CASES:
        return None
    return Words(
        "Patients whom the networks learnt from, or their cutoffs were chosen on, are kept out, patient by patient.",
        "已安装网络训练或其截断值选定所用的患者均按患者排除。",
    )


def _aid(inputs: StudyInputs) -> Words | None:
    aided = [one.key for one in inputs.plan.arms if one.aid]
    if not inputs.plan.arms:
        return None
    if not aided:
        return Words("Readers read without the networks.", "阅片者在无网络辅助下阅片。")
    how = (
        Words("after their unaided answer was locked", "在其无辅助答案锁定之后")
        if inputs.plan.sequential
        else Words("while reading", "在阅片时")
    )
    arms = ", ".join(aided)
    return Words(f"In {arms} readers saw what the networks say {how.en}.", f"在 {arms} 中，阅片者{how.zh}看到网络结果。")


def _readers(inputs: StudyInputs) -> Words | None:
    counts = Counter(seniority for _, seniority in sorted({(row.reader, row.seniority) for row in inputs.answers}))
    return Words(f"Readers: {_counted(counts)}.", f"阅片者：{_counted(counts)}。") if counts else None


def _cohorts(inputs: StudyInputs) -> Words:
    each = _counted({name: len(rows) for name, rows in inputs.cohorts.items()})
    return Words(f"Cohorts, each reported apart: {each}.", f"各队列分别报告：{each}。")


def _fusion(inputs: StudyInputs) -> Words | None:
    if not any(FUSED in row.networks for row in inputs.cases):
        return None
    return Words(f"{FUSED} is the weighted mean of T1WI and T2WI.", f"{FUSED} 为 T1WI 与 T2WI 的加权平均。")


def _errors(inputs: StudyInputs) -> Words | None:
    if not inputs.errors:
        return None
    settled = sum(bool(row.primary) for row in inputs.errors)
    return Words(
        f"{len(inputs.errors)} wrong calls coded by two people, {settled} settled: see Errors.",
        f"{len(inputs.errors)} 个错误由两人编码，{settled} 个已确定：见错误分析。",
    )


def _agreement(inputs: StudyInputs) -> Words | None:
    if not inputs.answers:
        return None
    repeats = sum(row.repeat for row in inputs.answers)
    return Words(f"See Agreement; hidden repeats: {repeats}.", f"见一致性；隐藏的重复阅片：{repeats}。")


def _said(english: str, chinese: str) -> Fact:
    return lambda _: Words(english, chinese)


def _heatmaps(inputs: StudyInputs) -> Words | None:
    if not any(name in row.networks for row in inputs.cases for name in (FUSED, ENHANCED)):
        return None
    return Words(
        "Grad-CAM, one fixed scale for all studies; the size of its cells is told with it.",
        "Grad-CAM，所有研究采用同一固定刻度，并注明其单元大小。",
    )


FACTS: Mapping[str, Fact] = {
    "question": _question,
    "hypotheses": _hypotheses,
    "design": _design,
    "left_out": _left_out,
    "networks": _networks,
    "reference": _reference,
    "categories": _categories,
    "cutoffs": _cutoffs,
    "readers_knew": _readers_knew,
    "taggers_knew": _taggers_knew,
    "methods": _methods,
    "indeterminate": _indeterminate,
    "missing": _missing,
    "variability": _said("See Subgroups; all of it exploratory.", "见亚组分析；全部为探索性。"),
    "sample_size": _sample_size,
    "flow": _said("See Flow of cases.", "见病例流程。"),
    "severity": _severity,
    "tabulation": _said("See Diagnostic performance: the fourfold table of each judge.", "见诊断效能：各判断者的四格表。"),
    "estimates": _said("See Diagnostic performance and ROC curves, with intervals.", "见诊断效能与 ROC 曲线，均附区间。"),
    "limitations": _limitations,
    "protocol": _said("Kept with the study, every version in its audit chain.", "随研究保存，各版本均在其审计链中。"),
    "imaging": _imaging,
    "model_card": lambda inputs: MODEL_CARD if any(row.networks for row in inputs.cases) else None,
    "partitions": _partitions,
    "aid": _aid,
    "readers": _readers,
    "cohorts": _cohorts,
    "fusion": _fusion,
    "errors": _errors,
    "agreement": _agreement,
    "dictionary": _said("Every table has a data dictionary.", "每个表格均附数据字典。"),
    "deidentified": _said(
        "Reports hold cases by number, readers by seniority and number, no day.",
        "报告仅含病例编号、阅片者年资与编号，不含日期。",
    ),
    "software": _said("DARNDEST, the version that made this report.", "DARNDEST，即生成本报告的版本。"),
    "heatmaps": _heatmaps,
}
"""{fact: how it is told}"""
