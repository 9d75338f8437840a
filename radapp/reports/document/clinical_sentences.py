"""Words of clinical use, drift and calibration in English and Chinese, by how the analyses say them. No Django."""

from collections.abc import Mapping

from ml.evaluation import decision, shift
from radapp.reports.analyses import drift, ledger
from radapp.reports.document.blocks import Words
from radapp.reports.inputs.clinical import Advised, Contrast, Decided, Withheld

RULES_ZH: Mapping[str, str] = {
    **dict(
        zip(
            ledger.RULES,
            (
                "只有经人决定不做增强、且档案中没有增强序列的检查才算“未增强离开”；无人决定且无增强序列的，是否增强不明。",
                "期限届满后结局才算到期。此前发现的复发单独计数，不计入漏诊率：立即计入会使漏诊率偏高，因为此时尚无人可确认无复发。",
                "随访确认的无复发须在接近期限或之后确定；过早的不算结局。",
                "每个点包含截至该月的全部检查，区间仅对这一次查看有效：每月查看并据第一次不佳即行动者，出错的机会高于该水平。",
            ),
            strict=True,
        )
    ),
    **dict(
        zip(
            drift.RULES,
            (
                "每次检查按现行结果计一次。时段自第一次检查起算。",
                "分数与选定方案截断值所用病例的分数（如有保存）以及该序列的首个时段比较。复发比例不同，网络未变分数也会移动。",
                "Brier 评分、校准误差、斜率和截距仅基于参考标准已确定的检查；这些检查可能与其余不同：手术者更早得到结论。",
                "稳定性指数仅凭机遇也大于 0，病例越少越大：其机遇值列于旁边。各距离的 P 值按 Holm 法一并校正。",
            ),
            strict=True,
        )
    ),
}
REASONS_ZH: Mapping[str, str] = {
    shift.NO_SCORES: "没有分数",
    shift.NO_REFERENCE: "没有参照",
    "one score against one tells nothing": "一个分数对一个分数说明不了什么",
    "no interval: see what it is by chance": "无区间：请看其机遇值",
    "one of the two has no case": "其中一方没有病例",
    "one of the two has fewer than two cases": "其中一方少于两例",
    "neither of the two has a variance": "两者都没有方差",
    "there is no case to estimate it from": "没有可供估计的病例",
    "there are no cases": "没有病例",
    "one case has no variance": "仅一个病例，没有方差",
    "all scores are equal": "全部分数相等",
    "a threshold separates the labels, so the slope has no bound": "存在将两类完全分开的阈值，斜率没有界限",
    "no interval: the error is biased upwards in few cases": "无区间：病例少时该误差偏高",
    "no interval; the Brier score itself has one": "无区间；Brier 评分本身有区间",
    "all cases are of one kind: their share alone makes no error": "全部病例属同一类：仅凭比例即无误差",
    decision.NO_SPREAD: "每个病例贡献相同：没有区间",
    "fewer than two cases, or two of a kind": "少于两个病例，或某一类少于两例",
    f"fewer than {drift.FEWEST} cases with a truth": f"参考标准已确定的病例少于 {drift.FEWEST} 例",
    f"fewer than {drift.SMALL} cases of a kind with a truth": f"某一类参考标准已确定的病例少于 {drift.SMALL} 例",
}
SAID: Mapping[str, Words] = {
    Advised.CONTRAST: Words("contrast advised", "建议增强"),
    Advised.NO_CONTRAST: Words("contrast not advised", "不建议增强"),
    Advised.WITHHELD: Words("advice withheld", "未给建议"),
    Decided.CONFIRMED: Words("confirmed", "已确认"),
    Decided.OVERRIDDEN: Words("overridden", "已改变"),
    Decided.NOBODY: Words("nobody decided", "无人决定"),
    Contrast.GIVEN: Words("given", "已增强"),
    Contrast.NOT_GIVEN: Words("not given", "未增强"),
    Contrast.UNKNOWN: Words("unknown", "不明"),
    Withheld.UNREAD: Words(Withheld.UNREAD, "网络无法读取"),
    Withheld.STALE: Words(Withheld.STALE, "较新的图像尚未读取"),
    Withheld.UNCALIBRATED: Words(Withheld.UNCALIBRATED, "方案未校准，或校准病例过少"),
    Withheld.GUARD: Words(Withheld.GUARD, "图像与训练图像不同"),
    Withheld.OUT_OF_SCOPE: Words(Withheld.OUT_OF_SCOPE, "超出适用范围"),
    Withheld.UNANSWERED: Words(Withheld.UNANSWERED, "适用范围问题未回答"),
    Withheld.THEN: Words(Withheld.THEN, "决定时未给建议"),
    Withheld.NONE: Words("for no known reason", "原因不明"),
    ledger.Outcome.RECURRENCE: Words("Recurrence", "复发"),
    ledger.Outcome.FREE: Words("No recurrence", "无复发"),
    ledger.Outcome.NOT_DUE: Words("Not yet due", "未到期"),
    ledger.Outcome.AWAITED: Words("Due, not known yet", "到期，尚不明"),
    ledger.Outcome.LOST: Words("Lost", "失访"),
    ledger.Outcome.TOO_SHORT: Words("Followed too short", "随访过短"),
    "all": Words("all", "全部"),
    "as advised": Words("as advised", "按建议"),
    "advice withheld": Words("advice withheld", "未给建议"),
    "contrast advised, overridden": Words("contrast advised, overridden", "建议增强，被改变"),
    "calibration": Words("calibration cases", "校准病例"),
    "first period": Words("first period", "首个时段"),
    "mean score": Words("mean score", "平均分数"),
    "Brier score": Words("Brier score", "Brier 评分"),
    "tier positive": Words("tier positive, share", "阳性层比例"),
    "tier suspicious": Words("tier suspicious, share", "可疑层比例"),
    "tier negative": Words("tier negative, share", "阴性层比例"),
    "guarded": Words("results with guards, share", "带有警示的结果比例"),
}
"""{as analyses say it: in words}"""
