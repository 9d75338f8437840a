"""Several readers at once as tables: readers with readers, and networks with readers. No Django."""

from collections.abc import Iterator, Mapping, Sequence

from ml.evaluation.mrmc.results import Inference
from radapp.reports.analyses.several import ALL, Several
from radapp.reports.document import cells, compared
from radapp.reports.document.blocks import Align, Cell, Column, Row, TableBlock, Words, same
from radapp.reports.document.sentences import sentence
from radapp.reports.document.terms import TERMS, joined

INFERENCES: Mapping[Inference, Words] = {
    Inference.RANDOM: Words("readers like these and cases like these", "此类阅片者与此类病例"),
    Inference.FIXED_READERS: Words("these readers, and cases like these", "这些阅片者与此类病例"),
    Inference.FIXED_CASES: Words("readers like these, and these cases", "此类阅片者与这些病例"),
}
DESIGNS: Mapping[str, Words] = {
    "crossed": Words("crossed", "完全交叉"),
    "readers nested": Words("readers nested in arms", "阅片者嵌套于方案"),
    "cases nested": Words("cases nested in arms", "病例嵌套于方案"),
    "blocks": Words("blocks (split-plot)", "区组（裂区）"),
    "incomplete": Words("incomplete", "不完整"),
    "uneven": Words("uneven", "不规则"),
}
_SIDES: Mapping[str, Words] = {
    ALL: Words("All readers", "全部阅片者"),
    "stage:aided": Words("Aided", "有辅助"),
    "stage:unaided": Words("Unaided", "无辅助"),
    "seniority:senior": Words("Senior readers", "高年资阅片者"),
    "seniority:junior": Words("Junior readers", "低年资阅片者"),
}


def side(name: str) -> Words:
    """Of a protocol's analysis."""
    if name.startswith("arm:"):
        key = name.removeprefix("arm:")
        return Words(f"Arm {key}", f"方案 {key}")
    return _SIDES.get(name, same(name.removeprefix("network:")))


def several_tables(cohort: str, name: str, found: Sequence[Several]) -> Iterator[TableBlock]:
    """A table for each measure: readers with readers, and networks with readers; each a family of its own."""
    for measure in dict.fromkeys(one.measure for one in found):
        of_it = [one for one in found if one.measure == measure]
        for networks in (False, True):
            some = [one for one in of_it if _network(one) is networks]
            if some:
                suffix = "" if measure == "auc" else f"-{measure}"
                kind = "networks-several" if networks else "several"
                yield _table(cohort, f"{name}-{kind}{suffix}", some, measure, networks=networks)


def _network(one: Several) -> bool:
    return "network:" in one.first or "network:" in one.second


def _table(cohort: str, name: str, found: Sequence[Several], measure: str, *, networks: bool) -> TableBlock:
    tests = [one.adjusted for one in found if one.adjusted is not None]
    notes = list(dict.fromkeys(_about(one, sides=not networks) for one in found))
    if tests:
        correction = tests[0].method.lower()
        each = tests[0].alpha / (len(tests) if correction == "bonferroni" else 1)
        family = compared.multiplicity(len(tests), correction, each)
        notes.append(joined(Words("One family", "同一组"), family, en=": ", zh="："))
    what = TERMS[measure] if measure != "auc" else Words("Area", "面积")
    return TableBlock(
        name=name,
        caption=_caption(what, networks=networks),
        columns=(
            Column(head=Words("Sides", "比较双方"), align=Align.LEFT),
            Column(head=TERMS["readers"]),
            Column(head=TERMS["n"]),
            Column(head=Words(f"{what.en}, first", f"前者{what.zh}")),
            Column(head=Words(f"{what.en}, second", f"后者{what.zh}")),
            Column(head=TERMS["difference"]),
            Column(head=TERMS["p"]),
            Column(head=TERMS["adjusted_p"]),
        ),
        rows=tuple(Row(cells=tuple(_cells(cohort, one))) for one in found),
        notes=(*notes, compared.NO_EQUIVALENCE),
    )


def _caption(what: Words, *, networks: bool) -> Words:
    if networks:
        return Words(
            f"A network against the mean of several readers (MRMC): {what.en.lower()}",
            f"网络与多位阅片者平均值的比较（MRMC）：{what.zh}",
        )
    return Words(
        f"Several readers at once (MRMC): mean {what.en.lower()}", f"多阅片者多病例（MRMC）：平均{what.zh}"
    )  # fmt: skip


def _sides(one: Several) -> Words:
    return joined(side(one.first), *([side(one.second)] if one.second else []), en=f" {cells.MINUS} ", zh=f" {cells.MINUS} ")


def _cells(cohort: str, one: Several) -> Iterator[Cell]:
    marks = cells.marks_of(one.standing, small=one.small)
    sides = "|".join(filter(None, (one.first, one.second)))
    opens = one.measure == "auc" and not _network(one)
    behind = {"cohort": cohort, "truth": "known", "sides": sides} if opens else None
    scale, digits = (1.0, 4) if one.measure == "auc" else (100.0, 2)
    yield cells.text(_sides(one))
    yield cells.count(len(one.readers))
    yield cells.count(one.cases, behind=behind)
    for place in (0, 1):
        if place < len(one.areas):
            yield cells.estimate(one.areas[place], scale=scale, digits=digits, marks=() if one.second else marks)
        else:
            yield Cell(text=cells.DASH)
    if one.difference is None:
        yield from (Cell(text=cells.DASH),) * 3
        return
    yield cells.estimate(one.difference, scale=scale, digits=digits, marks=marks)
    yield from cells.ps(one.difference, one.adjusted)


def _about(one: Several, *, sides: bool) -> Words:
    """Whom the answer is about, and why not about others."""
    parts = [_sides(one)] if sides else []
    if one.design:
        parts.append(DESIGNS.get(one.design, same(one.design)))
    if one.inference is not None:
        about = INFERENCES[one.inference]
        parts.append(Words(f"about {about.en}", f"结论针对{about.zh}"))
    if one.note:
        parts.append(sentence(one.note))
    return joined(*parts, en="; ", zh="；")
