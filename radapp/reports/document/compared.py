"""Families of comparisons as tables: pairs by measure, with discordant pairs, p and corrected p. No Django."""

import re
from collections.abc import Iterator, Sequence

from radapp.reports.analyses.comparisons import Compared, Family, Tested, label
from radapp.reports.document import cells, terms
from radapp.reports.document.blocks import Align, Cell, Column, Row, TableBlock, Words, same
from radapp.reports.document.terms import TERMS, joined

COUNTED = {"sensitivity": {"truth": "yes"}, "specificity": {"truth": "no"}, "accuracy": {}}
"""Measures that have discordant pairs, and among which cases."""
CORRECTIONS = {
    "bonferroni": Words("Bonferroni", "Bonferroni"),
    "holm": Words("Holm", "Holm"),
    "none": Words("not corrected", "未校正"),
}
NO_EQUIVALENCE = Words(
    "Not significant shows no equivalence; that takes a margin named beforehand.",
    "无统计学意义并不表示等效；等效需要事先规定的界值。",
)
DISCORDANT = Words(
    "Only one right: the discordant pairs that McNemar's test is made from.", "仅一方正确：McNemar 检验所用的不一致对。"
)
AREAS = Words(
    "Differences of areas are on the scale 0 to 1, all others in percentage points.",
    "面积差值的范围为 0 至 1，其余为百分点。",
)
_FAMILIES: tuple[tuple[str, str, str], ...] = (
    (r"networks against (T1WIC)", "Networks against {0}", "各网络与 {0} 比较"),
    (r"networks against (\S+)(.*)", "Networks against {0}", "各网络与 {0} 比较"),
    (r"tactic against (\S+)", "Tactic against {0}", "分层策略与 {0} 比较"),
    (r"readers, (.*)", "Readers against each other, {0}", "阅片者之间比较，{0}"),
    (r"aided against unaided", "Aided against unaided", "有辅助与无辅助比较"),
    (r"arms of one reader", "Arms of one reader", "同一阅片者的不同方案比较"),
)


def family(one: Family) -> Words:
    """Its name, how many comparisons it has, and what a p is held against."""
    return joined(_name(one), multiplicity(len(one.pairs), one.correction, one.alpha_each), en=": ", zh="：")


def multiplicity(number: int, correction: str, alpha_each: float) -> Words:
    """How many comparisons a family has, in words."""
    many = "1 comparison" if number == 1 else f"{number} comparisons"
    said, alpha = CORRECTIONS[correction], f"{alpha_each:.4f}".rstrip("0")
    if correction == "holm":
        return Words(f"{many}, {said.en}, alpha {alpha}", f"{number} 个比较，{said.zh}，α = {alpha}")
    return Words(f"{many}, {said.en}, each p held against {alpha}", f"{number} 个比较，{said.zh}，每个 p 与 {alpha} 比较")


def _name(one: Family) -> Words:
    for pattern, english, chinese in _FAMILIES:
        found = re.fullmatch(pattern, one.name)
        if found:
            against = same(found.group(1)) if found.groups() else same("")
            if pattern.startswith("networks against (\\S"):
                against = terms.judge(one.pairs[0].second)
            return Words(english.format(against.en), chinese.format(against.zh))
    return same(one.name)


def table(name: str, cohort: str, families: Sequence[Family], *, areas_alone: bool = False) -> TableBlock | None:
    """Every family under its heading; None where there is none. `areas_alone`: without discordant pairs."""
    if not families:
        return None
    heads = ["difference", *([] if areas_alone else ["first_only", "second_only"]), "p", "adjusted_p"]
    return TableBlock(
        name=name,
        caption=Words("Comparisons on the same cases, first minus second", "相同病例上的比较，前者减后者"),
        columns=(
            Column(head=TERMS["first_minus_second"], align=Align.LEFT),
            Column(head=TERMS["measure"], align=Align.LEFT),
            Column(head=TERMS["n"]),
            *(Column(head=TERMS[one]) for one in heads),
        ),
        rows=tuple(_rows(cohort, families, areas_alone)),
        notes=(NO_EQUIVALENCE,) if areas_alone else (DISCORDANT, AREAS, NO_EQUIVALENCE),
    )


def _rows(cohort: str, families: Sequence[Family], areas_alone: bool) -> Iterator[Row]:
    for one in families:
        yield cells.heading(family(one))
        for pair in one.pairs:
            for measure, tested in pair.measures.items():
                yield Row(cells=tuple(_cells(cohort, pair, measure, tested, areas_alone)))


def _cells(cohort: str, pair: Compared, measure: str, one: Tested, areas_alone: bool) -> Iterator[Cell]:
    first, second = terms.judge(pair.first), terms.judge(pair.second)
    both = {"cohort": cohort, "judge": label(pair.first), "other": label(pair.second)}
    area = measure == "auc"
    entered = {**both, "truth": "known", "call": "any", "other_call": "any", **({"scored": "yes"} if areas_alone else {})}
    yield cells.text(joined(first, second, en=f" {cells.MINUS} ", zh=f" {cells.MINUS} "))
    yield cells.text(TERMS[measure])
    yield cells.count(pair.cases, behind=entered)
    difference, plain, corrected = cells.comparison(one, scale=1 if area else 100, digits=4 if area else 2)
    yield difference
    if not areas_alone:
        for right, found in (("yes", one.first_only), ("no", one.second_only)):
            other = {"yes": "no", "no": "yes"}[right]
            where = {**both, "right": right, "other_right": other, **COUNTED.get(measure, {})}
            yield cells.Cell(text=cells.DASH) if found is None else cells.count(found, behind=where)
    yield from (plain, corrected)
