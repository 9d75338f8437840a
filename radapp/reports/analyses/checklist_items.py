"""The items of STARD 2015, STARD-AI and CLAIM, in our own short words, and which fact of a study answers each.

STARD 2015: Bossuyt et al., BMJ 2015;351:h5527. CLAIM: Mongan, Moy and Kahn, Radiol Artif Intell 2020;2:e200029 (numbers of
that list). STARD-AI: Sounderajah et al., Nat Med 2025: what it asks beyond STARD 2015, by topic; its numbers are not ours to
give, take them from the published list.
"""

from dataclasses import dataclass
from enum import StrEnum

from radapp.reports.document.blocks import Words

AUTHORS = ""
"""No fact of the data answers it: the authors do."""


class Guideline(StrEnum):
    """Which list."""

    STARD = "STARD 2015"
    STARD_AI = "STARD-AI"
    CLAIM = "CLAIM"


@dataclass(frozen=True)
class Item:
    """One item: its number (a letter for STARD-AI's topics), what it asks, and the fact that answers it."""

    guideline: Guideline
    number: str
    asks: Words
    fact: str = AUTHORS


_STARD = (
    (
        "1",
        "study of diagnostic accuracy, with its measure, in title or abstract",
        "标题或摘要指明诊断准确性研究及其指标",
        "",
    ),
    ("2", "structured abstract", "结构式摘要", ""),
    ("3", "background, intended use and role of the test", "背景、检测的预期用途与作用", ""),
    ("4", "objectives and hypotheses", "目的与假设", "question"),
    ("5", "data collected before or after the tests", "数据采集在检测之前或之后", "design"),
    ("6", "eligibility criteria", "入选标准", "left_out"),
    ("7", "how eligible participants were identified", "如何确定合格受试者", ""),
    ("8", "where and when", "地点与时间", ""),
    ("9", "consecutive, random or convenience series", "连续、随机或便利抽样", ""),
    ("10a", "index test", "待评价检测", "networks"),
    ("10b", "reference standard", "参考标准", "reference"),
    ("11", "why this reference standard", "选择该参考标准的理由", ""),
    ("12a", "cutoffs of the index test, pre-specified or exploratory", "待评价检测的截断值，预先指定或探索性", "cutoffs"),
    ("12b", "categories of the reference standard", "参考标准的分类", "categories"),
    ("13a", "what readers of the index test knew", "待评价检测判读者已知的信息", "readers_knew"),
    ("13b", "what assessors of the reference standard knew", "参考标准判定者已知的信息", "taggers_knew"),
    ("14", "methods of estimating and comparing accuracy", "估计与比较准确性的方法", "methods"),
    ("15", "indeterminate results", "不确定结果的处理", "indeterminate"),
    ("16", "missing data", "缺失数据的处理", "missing"),
    ("17", "variability in accuracy, pre-specified or exploratory", "准确性的变异分析，预先指定或探索性", "variability"),
    ("18", "intended sample size", "预期样本量", "sample_size"),
    ("19", "flow of participants, as a diagram", "受试者流程图", "flow"),
    ("20", "baseline demographic and clinical characteristics", "基线人口学与临床特征", ""),
    ("21a", "severity in those with the condition", "患病者的病情分布", "severity"),
    ("21b", "other diagnoses in those without", "未患病者的其他诊断", ""),
    ("22", "time and treatments between the tests", "两检测之间的间隔与治疗", ""),
    ("23", "cross tabulation of index test and reference standard", "待评价检测与参考标准的交叉表", "tabulation"),
    ("24", "estimates and their precision", "估计值及其精度", "estimates"),
    ("25", "adverse events", "不良事件", ""),
    ("26", "limitations", "局限性", "limitations"),
    ("27", "implications for practice", "对实践的意义", ""),
    ("28", "registration", "注册号", ""),
    ("29", "where the protocol is", "方案的获取", "protocol"),
    ("30", "funding", "资助", ""),
)
_STARD_AI = (
    ("a", "source of the data, and how they were collected", "数据来源与采集方式", "left_out"),
    ("b", "scanners and acquisition", "设备与采集参数", "imaging"),
    ("c", "preparation of the images", "图像预处理", "model_card"),
    ("d", "annotation: who, how, with what", "标注：人员、方法、工具", "reference"),
    ("e", "training, tuning and test data kept apart", "训练、调参与测试数据的分离", "partitions"),
    ("f", "AI test: version, architecture, inputs and outputs", "AI 检测：版本、结构、输入与输出", "networks"),
    ("g", "cutoffs, and on which data they were chosen", "截断值及其选定数据", "cutoffs"),
    ("h", "how people and the AI work together", "人与 AI 的协作方式", "aid"),
    ("i", "who is meant to use it, and their training", "预期使用者及培训", "readers"),
    ("j", "inputs of poor quality or out of scope", "质量差或超范围的输入", "indeterminate"),
    ("k", "analysis of errors", "错误分析", "errors"),
    ("l", "performance in subgroups, fairness", "亚组表现与公平性", "variability"),
    ("m", "does it hold elsewhere", "外部适用性", "cohorts"),
    ("n", "availability of code, model and data", "代码、模型与数据的可得性", ""),
    ("o", "commercial interests", "商业利益", ""),
)
_CLAIM = (
    ("1", "AI and its kind named in title or abstract", "标题或摘要指明 AI 及其类别", ""),
    ("2", "structured summary", "结构式摘要", ""),
    ("3", "background and clinical role", "背景与临床作用", ""),
    ("4", "objectives and hypotheses", "目的与假设", "question"),
    ("5", "prospective or retrospective", "前瞻性或回顾性", "design"),
    ("6", "goal of the study", "研究目标", "hypotheses"),
    ("7", "data sources", "数据来源", ""),
    ("8", "eligibility criteria", "入选标准", "left_out"),
    ("9", "preparation of the data", "数据预处理", "model_card"),
    ("10", "subsets of the data", "数据子集的选取", "cohorts"),
    ("11", "definitions of data elements", "数据元素的定义", "dictionary"),
    ("12", "de-identification", "去标识", "deidentified"),
    ("13", "missing data", "缺失数据", "missing"),
    ("14", "definition of the reference standard", "参考标准的定义", "reference"),
    ("15", "why this reference standard", "选择该参考标准的理由", ""),
    ("16", "who annotated, and their qualifications", "标注者及其资质", ""),
    ("17", "annotation tools", "标注工具", "software"),
    ("18", "variability between and within readers", "阅片者间与自身的变异", "agreement"),
    ("19", "intended sample size", "预期样本量", "sample_size"),
    ("20", "how cases were assigned to partitions", "数据划分方式", "partitions"),
    ("21", "at which level partitions are disjoint", "划分互斥的层级", "partitions"),
    ("22", "the model in detail", "模型细节", "model_card"),
    ("23", "software and frameworks", "软件与框架", "software"),
    ("24", "initialisation of parameters", "参数初始化", "model_card"),
    ("25", "training", "训练方法", "model_card"),
    ("26", "how the final model was selected", "最终模型的选择", "model_card"),
    ("27", "ensembling", "集成方法", "fusion"),
    ("28", "metrics of performance", "性能指标", "estimates"),
    ("29", "significance and uncertainty", "显著性与不确定性", "methods"),
    ("30", "robustness", "稳健性", "variability"),
    ("31", "explainability", "可解释性", "heatmaps"),
    ("32", "testing on external data", "外部数据测试", "cohorts"),
    ("33", "flow of cases, as a diagram", "病例流程图", "flow"),
    ("34", "characteristics of the cases in each partition", "各划分的病例特征", "severity"),
    ("35", "performance on all partitions", "各划分上的性能", "estimates"),
    ("36", "accuracy and its precision", "准确性及其精度", "estimates"),
    ("37", "analysis of failures", "失败分析", "errors"),
    ("38", "limitations", "局限性", "limitations"),
    ("39", "implications for practice", "对实践的意义", ""),
    ("40", "registration", "注册", ""),
    ("41", "where the protocol is", "方案的获取", "protocol"),
    ("42", "funding", "资助", ""),
)
ITEMS: tuple[Item, ...] = tuple(
    Item(guideline, number, Words(english, chinese), fact)
    for guideline, rows in ((Guideline.STARD, _STARD), (Guideline.STARD_AI, _STARD_AI), (Guideline.CLAIM, _CLAIM))
    for number, english, chinese, fact in rows
)
"""All of them, list by list."""
