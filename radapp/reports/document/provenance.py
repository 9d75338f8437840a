"""Where the figures of a report come from, row by row. No Django."""

from collections.abc import Iterator, Mapping
from typing import Any

from radapp.reports.document.blocks import Words, same
from radapp.reports.files.rendering import Report
from radapp.reports.inputs.values import Cutoffs, StudyInputs
from radapp.reports.option_words import option_said

CUTOFFS: Mapping[str, Words] = {
    Cutoffs.SET_BEFOREHAND: Words("set beforehand", "事先确定"),
    Cutoffs.THESE_CASES: Words("chosen on these very cases (apparent)", "由这些病例选定（表观）"),
}
STATES: Mapping[str, Words] = {
    "draft": Words("draft", "草稿"),
    "checked": Words("checked", "已检查"),
    "open": Words("open", "进行中"),
    "closed": Words("closed", "已关闭"),
    "locked": Words("locked", "已锁定"),
    "unblinded": Words("unblinded", "已揭盲"),
    "cohort": Words("cohort of the archive", "档案队列"),
    "use": Words("clinical use", "临床使用"),
}
"""Of a study, or what the source is where there is no study."""


def provenance_of(report: Report) -> tuple[tuple[Words, Words], ...]:
    """What is told of where the figures come from: facts that are the same every time."""
    about, inputs = report.about, report.inputs
    recipe, study = about["recipe"], about["study"]
    cohorts = inputs.cohorts if isinstance(inputs, StudyInputs) else {}
    counts = ", ".join(f"{name or '–'}: {len(cases)}" for name, cases in cohorts.items())
    options = list(_options(recipe["options"]))
    data = Words("synthetic or simulated", "合成或模拟") if inputs.synthetic else Words("of examinations", "来自真实检查")
    source = Words("Cohort", "队列") if study["state"] == "cohort" else Words("Study", "研究")
    return (
        (source, same(f"{study['title']} ({study['key']})")),
        (Words("State", "状态"), STATES.get(str(study["state"]), same(str(study["state"])))),
        (Words("Data", "数据"), data),
        *([(Words("Cohorts and cases", "队列与病例数"), same(counts))] if counts else []),
        (Words("Answers", "判断数"), same(str(len(inputs.answers)))),
        (Words("Cutoffs", "截断值"), CUTOFFS.get(inputs.cutoffs, same(str(inputs.cutoffs)))),
        (Words("Recipe", "分析"), _versioned(report.title, recipe["version"])),
        (Words("Options", "选项"), Words("; ".join(one.en for one in options), "；".join(one.zh for one in options))),
        (Words("Inputs (SHA-256)", "输入数据（SHA-256）"), _versioned(same(about["inputs"]["sha256"]), inputs.version)),
        (Words("Made by", "生成程序"), same(about["made_by"])),
    )


def _versioned(what: Words, version: int) -> Words:
    return Words(f"{what.en}, version {version}", f"{what.zh}，版本 {version}")


def _options(options: Mapping[str, Any]) -> Iterator[Words]:
    """Those of a part, such as a tariff, beside the others, as options are asked for."""
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from _options(value)
        else:
            yield option_said(name, value)
