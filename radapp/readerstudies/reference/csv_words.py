"""The words of the reference standard's table, in English and Chinese: what a column or a cell may be called."""

from collections.abc import Iterable, Mapping
from typing import Final

from radapp.readerstudies import anatomy
from radapp.readerstudies.models import ReferenceStep

Step, Basis = ReferenceStep.Step, ReferenceStep.Basis

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "case": ("病例", "病例编号"),
    "external_id": ("外部编号",),
    "accession_number": ("检查号",),
    "step": ("步骤",),
    "version": ("版本",),
    "recurrence": ("复发", "局部复发"),
    "basis": ("依据",),
    "basis_date": ("依据日期", "日期"),
    "rt_stage": ("rt分期", "分期"),
    "sites": ("部位",),
    "kinds": ("类型",),
    "nodal_only": ("仅淋巴结",),
    "debatable": ("存疑", "有争议"),
    "remark": ("备注",),
    "marks": ("标记",),
    "segmentation": ("分割",),
    "reason": ("更正理由", "理由"),
}
"""Columns that are read, and their Chinese names."""
TOLD: Final = ("origin", "made_at", "status", "settled", "why")
"""Columns that an export tells beside them; an import leaves them alone."""
RECURRENCE: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("yes", "1", "true", "positive", "recurrence", "是", "有", "复发", "阳性"), True),
    **dict.fromkeys(("no", "0", "false", "negative", "否", "无", "未复发", "阴性"), False),
    **dict.fromkeys(("undetermined", "unknown", "?", "不确定", "无法判定"), None),
}
YES_NO: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("yes", "1", "true", "是", "有"), True),
    **dict.fromkeys(("no", "0", "false", "", "否", "无"), False),
}
STEPS: Final[Mapping[str, str]] = {
    "report": Step.REPORT,
    "报告": Step.REPORT,
    "影像报告": Step.REPORT,
    "junior": Step.JUNIOR,
    "低年资": Step.JUNIOR,
    "低年资放射科医师": Step.JUNIOR,
    "oncologist_1": Step.ONCOLOGIST_1,
    "肿瘤医师1": Step.ONCOLOGIST_1,
    "放疗医师1": Step.ONCOLOGIST_1,
    "oncologist_2": Step.ONCOLOGIST_2,
    "肿瘤医师2": Step.ONCOLOGIST_2,
    "放疗医师2": Step.ONCOLOGIST_2,
    "senior": Step.SENIOR,
    "高年资": Step.SENIOR,
    "高年资放射科医师": Step.SENIOR,
}
BASES: Final[Mapping[str, str]] = {
    **{basis.value: basis.value for basis in Basis},
    "histology": Basis.HISTOPATHOLOGY,
    "pathology": Basis.HISTOPATHOLOGY,
    "biopsy": Basis.HISTOPATHOLOGY,
    "病理": Basis.HISTOPATHOLOGY,
    "组织病理": Basis.HISTOPATHOLOGY,
    "增大": Basis.GROWTH,
    "病灶增大": Basis.GROWTH,
    "缩小": Basis.SHRINKAGE,
    "治疗后缩小": Basis.SHRINKAGE,
    "一年未复发": Basis.ONE_YEAR_FREE,
    "随访一年未复发": Basis.ONE_YEAR_FREE,
    "影像": Basis.IMAGES,
    "仅本次影像": Basis.IMAGES,
    "随访": Basis.FOLLOW_UP,
    "未说明": Basis.UNSTATED,
}


def names_of_columns() -> dict[str, str]:
    """{name in lower case: column}."""
    return {alias: column for column, aliases in COLUMNS.items() for alias in (column, *aliases)}


def names_of_terms(terms: Iterable[anatomy.Term]) -> dict[str, str]:
    """{name in lower case: key} by key, English and Chinese, with what stands in brackets and without."""
    return {name.lower(): term.key for term in terms for name in _names(term)}


def _names(term: anatomy.Term) -> tuple[str, ...]:
    short = (term.english.split(" (")[0], term.chinese.split("（")[0])
    return (term.key, term.english, term.chinese, *short)
