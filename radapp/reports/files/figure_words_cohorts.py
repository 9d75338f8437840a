"""What figures of subgroups and of the flow of cases say, in English and Chinese."""

from collections.abc import Mapping

COHORTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subgroups_figure": "Subgroups, {judge}, {cohort}",
        "all_cases": "all cases",
        "exploratory": "exploratory: no protocol named these subgroups",
        "stard_figure": "Flow of cases, {cohort}",
        "assessed": "Assessed\n{count} cases",
        "left_out": "Left out: {count}",
        "practice": "for practice: {count}",
        "withdrawn": "withdrawn: {count}",
        "counted": "This cohort\n{cases} cases, {patients} patients",
        "judged": "{judge}\n{count} read",
        "called": "called",
        "not_called": "not called",
        "not_assessable": "not assessable",
        "with_recurrence": "recurrence: {count}",
        "without_recurrence": "no recurrence: {count}",
        "no_truth": "not established: {count}",
    },
    "zh": {
        "subgroups_figure": "亚组，{judge}，{cohort}",
        "all_cases": "全部病例",
        "exploratory": "探索性：方案未预先指定这些亚组",
        "stard_figure": "病例流程，{cohort}",
        "assessed": "评估\n{count} 例",
        "left_out": "排除：{count}",
        "practice": "练习：{count}",
        "withdrawn": "撤出：{count}",
        "counted": "本队列\n{cases} 例，{patients} 名患者",
        "judged": "{judge}\n阅读 {count} 例",
        "called": "判为复发",
        "not_called": "判为无复发",
        "not_assessable": "无法评估",
        "with_recurrence": "有复发：{count}",
        "without_recurrence": "无复发：{count}",
        "no_truth": "未确立：{count}",
    },
}
"""{language: {word: text}}; the same words in each."""
