"""What cases are split by, and the groups, in words. No Django."""

from collections.abc import Mapping

from radapp.readerstudies.anatomy import KINDS, SITES
from radapp.reports.analyses.subgroups import UNKNOWN, Factor
from radapp.reports.document.blocks import Words, same

FACTORS: Mapping[Factor, Words] = {
    Factor.SCANNER: Words("Scanner", "扫描仪"),
    Factor.T1WI_FAT: Words("Fat saturation of T1WI", "T1WI 脂肪抑制"),
    Factor.T2WI_FAT: Words("Fat saturation of T2WI", "T2WI 脂肪抑制"),
    Factor.T1WIC_FAT: Words("Fat saturation of T1WIC", "T1WIC 脂肪抑制"),
    Factor.SITE: Words("Site of the recurrence", "复发部位"),
    Factor.STAGE: Words("rT stage", "rT 分期"),
    Factor.NECROSIS: Words("Necrosis", "坏死"),
    Factor.KIND: Words("Kind of recurrence", "复发类型"),
    Factor.BASIS: Words("Reference standard rests on", "参考标准依据"),
    Factor.DEBATABLE: Words("Debatable reference standard", "参考标准存疑"),
}
BASES: Mapping[str, Words] = {
    "histopathology": Words("histopathology", "组织病理"),
    "growth": Words("growth on other images", "其他影像上增大"),
    "shrinkage": Words("shrinkage after treatment", "治疗后缩小"),
    "one_year_free": Words("one year free", "随访一年无病灶"),
    "images": Words("this examination alone", "仅本次影像"),
    "follow_up": Words("follow-up", "随访"),
    "unstated": Words("not stated", "未说明"),
}
EXCLUSIONS: Mapping[str, Words] = {
    "image_quality": Words("image quality or incomplete images", "图像质量差或图像不完整"),
    "unconfirmed": Words("diagnosis not confirmed", "诊断未确认"),
    "other_tumour": Words("another tumour at the site", "该部位另有肿瘤"),
    "surgery": Words("surgery to the nasopharynx", "鼻咽部手术史"),
    "other": Words("other reasons", "其他原因"),
    "the networks learnt from the patient, or their cutoffs were chosen on them": Words(
        "the networks learnt from the patient, or their cutoffs were chosen on them", "患者用于网络训练或截断值选定"
    ),
    "not read yet": Words("not read yet", "网络尚未读取"),
    "read by another protocol": Words("read by another protocol", "按其他方案读取"),
}
"""{why a case was left out, by key of a study or as radapp.reports.inputs.cohort says it: in words}"""
_PLAIN: Mapping[str, Words] = {"yes": Words("yes", "是"), "no": Words("no", "否"), UNKNOWN: Words("not known", "未知")}
_ANATOMY: Mapping[str, Words] = {term.key: Words(term.english, term.chinese) for term in (*SITES, *KINDS)}


def factor_words(factor: Factor) -> Words:
    """A factor's heading."""
    return FACTORS[factor]


def group_words(factor: Factor, group: str) -> Words:
    """A group of a factor; a scanner's maker and a stage as they are."""
    known = {**_PLAIN, **(BASES if factor is Factor.BASIS else {}), **(_ANATOMY if factor in ANATOMICAL else {})}
    return known.get(group, same(group))


ANATOMICAL = frozenset({Factor.SITE, Factor.KIND})
