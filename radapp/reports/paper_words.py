"""What the rows of the reproduced paper say, in Chinese: sections, methods, reasons and notes. No Django."""

from collections.abc import Mapping

from radapp.reports.document.blocks import Words, same

CHINESE: Mapping[str, str] = {
    # Where in the paper.
    "Table 1": "表 1",
    "Table 2": "表 2",
    "Table 2, abstract": "表 2、摘要",
    "Derived": "推算",
    "Results": "结果",
    "Results, Table 1": "结果、表 1",
    "Results: economic analysis": "结果：经济学分析",
    "Results: demographics": "结果：人口学",
    "Discussion": "讨论",
    "Ranges in the text": "正文中的范围",
    "Methods": "方法",
    # How it is recomputed.
    "McNemar's Z over all pairings": "对所有可能配对的 McNemar Z",
    "Wald": "Wald",
    "Wilson with continuity correction": "带连续性校正的 Wilson",
    "share of patients": "患者占比",
    "TP / (TP + FN)": "TP / (TP + FN)",
    "TN / (TN + FP)": "TN / (TN + FP)",
    "(TP + TN) / all": "(TP + TN) / 全部",
    "TP / (TP + FP)": "TP / (TP + FP)",
    "TN / (TN + FN)": "TN / (TN + FN)",
    "interval by Hanley and McNeil": "Hanley–McNeil 区间",
    "the test set's share of 1000": "测试集占比折合每 1000 人",
    "difference of areas, Hanley and McNeil": "面积之差，Hanley–McNeil",
    "paired difference, Tango's score interval": "配对差，Tango 得分区间",
    "least and greatest of Table 1's rows, by their counts": "表 1 各行按计数的最小值与最大值",
    "CNY at 7.17 a dollar": "按 1 美元兑 7.17 元人民币",
    "cost of 1000 enhanced examinations by patients detected": "1000 次增强检查的费用除以检出患者数",
    "McNemar's Z; tiers fix the pairing": "McNemar Z；分层确定了配对",
    "corrected Wilson limits of 1000": "校正的 Wilson 界限折合每 1000 人",
    "difference of both, as rounded": "两者（取整后）之差",
    "one cost in per cent of another": "一项费用占另一项的百分比",
    "detected in one tier by those in another": "一层检出数除以另一层检出数",
    "the same by corrected Wilson limits, swapped": "同上，用校正的 Wilson 界限（上下互换）",
    "1000 examinations at the tariff": "1000 次检查按收费标准计",
    "both tariffs by the exact share enhanced": "两种收费按实际增强占比计",
    "both printed hours by the exact share enhanced": "两种印出的小时数按实际增强占比计",
    "1000 examinations by their seconds": "1000 次检查按所需秒数计",
    "the cohort's part by the printed ratio": "队列按印出的比例所占部分",
    "Cohen's kappa": "Cohen κ",
    "least of Table 1's networks, by their counts": "表 1 各网络按计数的最小值",
    "power of McNemar's Z (Connor), T1_T2 against T1WIC": "McNemar Z 的检验效能（Connor），T1_T2 对 T1WIC",
    # Why it is explained.
    "Misprint: 82.57 is the external specificity of T1WI (90 of 109). Its internal counts, 196 of 236, give "
    "83.05, and the interval printed beside it is theirs.": (
        "印刷错误：82.57 是 T1WI 的外部特异度（90/109）。其内部计数 196/236 得 83.05，旁边印出的区间正是后者的区间。"
    ),
    "Misprint: 85.32 is the external specificity of T2WI (93 of 109). Its internal counts, 196 of 236 as T1WI's, "
    "give 83.05, and the interval printed beside it is theirs.": (
        "印刷错误：85.32 是 T2WI 的外部特异度（93/109）。其内部计数与 T1WI 同为 196/236，得 83.05，旁边印出的区间"
        "正是后者的区间。"
    ),
    "Misprint: 100.53 is the internal DARNDEST cost in per cent of the external one (2,371,293 of 2,358,723). "
    "2,358,723 of 2,246,000, as the sentence says, is 105.02 %.": (
        "印刷错误：100.53 是 DARNDEST 内部费用占外部费用的百分比（2,371,293/2,358,723）。按该句所说，"
        "2,358,723/2,246,000 为 105.02 %。"
    ),
    "Misprint: a digit is missing. The upper limit is 2,444,000 (the whole cost, for one patient detected); the "
    "printed 244,000 lies below the estimate itself, 488,800.": (
        "印刷错误：漏了一位数字。上限为 2,444,000（只检出一名患者时的全部费用）；印出的 244,000 低于估计值本身 488,800。"
    ),
    "Misprint: 383 detected by 28 is 13.7, and so is 87,286 by 6,381. No printed figure gives 13.4.": (
        "印刷错误：383 除以 28 得 13.7，87,286 除以 6,381 亦然。没有任何印出的数字能得 13.4。"
    ),
    "Not the ratio's part (434.9): the split was random, and the sizes of the other sets stand in Fig. 1 alone.": (
        "不是按比例应得的部分（434.9）：划分是随机的，其余各组的例数只见于图 1。"
    ),
    "Not the ratio's part (199.1): the split was random, and the sizes of the other sets stand in Fig. 1 alone.": (
        "不是按比例应得的部分（199.1）：划分是随机的，其余各组的例数只见于图 1。"
    ),
    "Misprint in a text range: 82.57 is the misprinted cell of T1WI, and 85.17 leaves out T1_T2 (85.59). By the "
    "counts the range is 82.63 (junior radiologist) to 85.59 (T1_T2).": (
        "正文范围印刷错误：82.57 是 T1WI 印错的那一格，85.17 漏了 T1_T2（85.59）。按计数，范围为 82.63（低年资放"
        "射科医师）至 85.59（T1_T2）。"
    ),
    "Misprint in a text range: the junior radiologist's 105 of 109 are 96.33, as Table 1 has it, and not 96.22.": (
        "正文范围印刷错误：低年资放射科医师的 105/109 为 96.33（如表 1），而非 96.22。"
    ),
    "Misprint in a text range: 84.26 is the greatest only without T1WI, whose 168 of 197 are 85.28.": (
        "正文范围印刷错误：只有不计 T1WI（168/197 为 85.28）时 84.26 才是最大值。"
    ),
    "Misprint in a text range: 82.57 is the misprinted cell of T1WI. By the counts the least is 83.05.": (
        "正文范围印刷错误：82.57 是 T1WI 印错的那一格。按计数，最小值为 83.05。"
    ),
    "Misprint in a text range: T1WI's external sensitivity is 80.65 (75 of 93). Over 81 holds for the other "
    "three networks, and for the accuracy of all four.": (
        "正文范围印刷错误：T1WI 的外部灵敏度为 80.65（75/93）。“超过 81”对其余三个网络成立，对全部四个网络的准确率也成立。"
    ),
    "Nothing in the counts gives a power over 95 %: what went into the calculation is not printed. T1_T2 and "
    "T1WIC are right alone on 14 diseased patients each in the internal set; a test's power where there is no "
    "difference is its level.": (
        "计数中没有任何数据能得出超过 95 % 的检验效能：计算所用的数据没有印出。在内部测试集中，T1_T2 与 T1WIC 各"
        "有 14 名有复发的患者仅由其一判断正确；没有差别时，检验效能等于检验水准。"
    ),
    # Why it cannot be decided.
    "The paper does not print it: it follows from the counts, and there is nothing to hold it against.": (
        "论文没有印出：它由计数推得，没有可比对的数字。"
    ),
    "An area needs every patient's score, and the paper prints none.": "曲线下面积需要每名患者的评分，而论文没有印出。",
    "It hangs on the correlation r of both areas, which is not printed: the claim holds while r is below the "
    "value beside it.": "取决于两个面积的相关系数 r，而 r 没有印出：r 小于旁边的数值时，结论成立。",
    "It hangs on which patients both have right, which is not printed: the claim holds where at least 9 patients "
    "are right for one alone.": (
        "取决于哪些患者两者都判断正确，而这没有印出：至少有 9 名患者仅由其一判断正确时，结论成立。"
    ),
    "The paper does not print it, and it hangs on which patients both have right: P lies between the bounds that "
    "the counts allow.": "论文没有印出，且取决于哪些患者两者都判断正确：P 位于计数允许的界限之间。",
    "Its sentence is lost at a page break of the text at hand, and we lack Fig. 4: there is nothing to hold it "
    "against.": "该句在现有文本的换页处缺失，且没有图 4：没有可比对的数字。",
    "It stands in Fig. 4 alone, which is not in the text at hand: there is nothing to hold it against.": (
        "它只见于图 4，而现有文本中没有图 4：没有可比对的数字。"
    ),
    # Notes.
    "Tiers fix the pairing: 14 against 14, P = 1.0000.": "分层确定了配对：14 对 14，P = 1.0000。",
    "Tiers fix the pairing: 7 against 6, P = 0.7815.": "分层确定了配对：7 对 6，P = 0.7815。",
    "The lower limit of patients detected rounds to 0: no upper limit of the cost.": (
        "检出患者数的下限取整为 0：费用没有上限。"
    ),
}
"""{what a row says: the same in Chinese}; a test holds it to every row."""


def said(text: str) -> Words:
    """In both languages; as it is where no Chinese is known."""
    return Words(text, CHINESE[text]) if text in CHINESE else same(text)
