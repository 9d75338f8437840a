"""What the pictures of the sensitivity of costs say, in English and Chinese."""

from collections.abc import Mapping

from ml.evaluation import call_back

OWN: Mapping[str, Mapping[str, str]] = {
    "en": {
        "tornado": "One thing changed at a time, {cohort}",
        "draws": "All drawn at once, {cohort}",
        "sweep": "Over the share with recurrence, {cohort}",
        "call-back": "Calling back for contrast, {cohort}",
        "at": "{share} % with recurrence",
        "over": "0.5 to 60 %",
        "tornado_foot": (
            "per 1000 patients, against contrast for all; white: the low end, dark: the high end; in brackets both ends: "
            "prices and seconds by the range, shares by Wilson's limits"
        ),
        "draws_foot": "per 1000 patients; dots: draws, large dot: their median; bars: dark money, white scanner time",
        "sweep_foot": "per 1000 patients, against contrast for all; the tiers' sensitivity and specificity taken to stay",
        "call-back_foot": (
            "per 1000 patients, against contrast for all; dot: nothing is saved from here on, grey: its interval, of the "
            "share that needs contrast"
        ),
        "saved": "Saved ({currency})",
        "cost_per_detected": "Cost of a detected recurrence ({currency})",
        "hours_saved": "Scanner hours saved",
        "unenhanced": "price of an examination",
        "surcharge": "what contrast adds to it",
        "exchange_rate": "exchange rate",
        "seconds": "seconds of an examination",
        "more_seconds": "seconds that contrast adds",
        "negative_of_diseased": "recurrences spared contrast",
        "negative_of_healthy": "others spared contrast",
        "positive_of_enhanced_diseased": "recurrences in the positive tier",
        "called_of_suspicious_diseased": "suspicious recurrences called",
        "prevalence": "share with recurrence",
        "plane": "Saved ({currency})",
        "missed_more": "recurrences missed more than with contrast for all",
        "chance": "How likely something is saved",
        "called_back": "of those who need contrast, called back (%)",
        "predictive": "PPV and NPV (%)",
        "missed": "Recurrences missed",
        call_back.NOTHING_SAVED: "no break-even: contrast adds nothing",
        call_back.NO_LOSS: "no break-even: a second visit adds nothing",
        call_back.NOBODY: "no break-even: nobody needs contrast",
        call_back.ALWAYS: "no break-even: something is saved even if all come back",
    },
    "zh": {
        "tornado": "单因素敏感性分析，{cohort}",
        "draws": "概率敏感性分析，{cohort}",
        "sweep": "随复发比例变化，{cohort}",
        "call-back": "召回补做增强，{cohort}",
        "at": "复发比例 {share} %",
        "over": "0.5 % 至 60 %",
        "tornado_foot": (
            "每 1000 名患者，与全部增强相比；白色：低端，深色：高端；括号内为两端：价格与时间按范围，比例按 Wilson 界限"
        ),
        "draws_foot": "每 1000 名患者；小点：各次抽样，大点：中位数；柱：深色为费用，白色为扫描时间",
        "sweep_foot": "每 1000 名患者，与全部增强相比；假定各层灵敏度与特异度不变",
        "call-back_foot": "每 1000 名患者，与全部增强相比；圆点：此后不再节省，灰色：由需增强比例得出的区间",
        "saved": "节省（{currency}）",
        "cost_per_detected": "每检出一例复发的费用（{currency}）",
        "hours_saved": "节省的扫描小时数",
        "unenhanced": "平扫检查价格",
        "surcharge": "增强附加费用",
        "exchange_rate": "汇率",
        "seconds": "平扫检查秒数",
        "more_seconds": "增强附加秒数",
        "negative_of_diseased": "复发者中免增强者",
        "negative_of_healthy": "无复发者中免增强者",
        "positive_of_enhanced_diseased": "阳性层中的复发者",
        "called_of_suspicious_diseased": "可疑层中判出的复发者",
        "prevalence": "复发比例",
        "plane": "节省（{currency}）",
        "missed_more": "比全部增强多漏诊的复发",
        "chance": "能够节省的概率",
        "called_back": "需增强者中被召回的比例（%）",
        "predictive": "阳性与阴性预测值（%）",
        "missed": "漏诊的复发",
        call_back.NOTHING_SAVED: "无盈亏平衡点：增强不增加费用",
        call_back.NO_LOSS: "无盈亏平衡点：再次检查不增加费用",
        call_back.NOBODY: "无盈亏平衡点：无人需要增强",
        call_back.ALWAYS: "无盈亏平衡点：即使全部召回仍有节省",
    },
}
"""{language: {word: text}}; the same words in each."""
