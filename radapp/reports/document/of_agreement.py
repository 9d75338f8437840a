"""The page of agreement: of two judges, of one reader twice, by site and stage; of several readers together. No Django."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from radapp.reports.analyses.agreement import ALL_CASES, Agreement, Cohort, Group, Pair, Relation
from radapp.reports.analyses.comparisons import label
from radapp.reports.analyses.figures import Figure
from radapp.reports.document import cells, terms
from radapp.reports.document.blocks import Align, Block, Cell, Column, FigureBlock, Row, Section, TableBlock, Words, same
from radapp.reports.document.terms import COHORT, TERMS, joined
from radapp.reports.files.naming import cohort_names

RELATIONS: Mapping[Relation, Words] = {
    Relation.READERS: Words("Between readers", "阅片者之间"),
    Relation.TWICE: Words("One reader twice (hidden repeats)", "同一阅片者两次（隐藏重复）"),
    Relation.NETWORK: Words("Readers and networks", "阅片者与网络"),
}
PERCENT = {
    "agreement": Words("Agreement, %", "一致率，%"),
    "positive_agreement": Words("Positive, %", "阳性一致率，%"),
    "negative_agreement": Words("Negative, %", "阴性一致率，%"),
}
CHANCE = {"kappa": Words("Kappa", "Kappa"), "ac1": Words("AC1", "AC1"), "pabak": Words("PABAK", "PABAK")}
LIKELIHOODS = {
    "icc": Words("ICC", "ICC"),
    "bias": Words("Mean difference", "平均差值"),
    "lower_limit": Words("Lower limit of agreement", "一致性下限"),
    "upper_limit": Words("Upper limit of agreement", "一致性上限"),
    "slope": Words("Slope over the mean", "随均值的斜率"),
    "within_deviation": Words("Within-reader deviation", "阅片者内标准差"),
}
TOGETHER = {
    "fleiss_kappa": Words("Fleiss' kappa", "Fleiss κ"),
    "ac1": Words("AC1", "AC1"),
    "alpha": Words("Krippendorff's α", "Krippendorff α"),
    "icc": Words("ICC of likelihoods", "可能性的 ICC"),
}
CELLS: Mapping[str, tuple[Words, str, str]] = {
    "both": (Words("Both call", "均判复发"), "yes", "yes"),
    "first_only": (Words("Only first calls", "仅前者判复发"), "yes", "no"),
    "second_only": (Words("Only second calls", "仅后者判复发"), "no", "yes"),
    "neither": (Words("Neither calls", "均未判复发"), "no", "no"),
}


def sections(found: Agreement) -> tuple[Section, ...]:
    """One a cohort."""
    names = cohort_names(one.name for one in found.cohorts)
    return tuple(
        Section(name=names[one.name], title=COHORT(one.name), blocks=tuple(_blocks(one, names[one.name])))
        for one in found.cohorts
    )


def _blocks(cohort: Cohort, name: str) -> Iterator[Block]:
    if cohort.pairs:
        yield FigureBlock(
            name=f"{name}-figure",
            caption=Words(
                "Kappa and AC1 of every two, with intervals, over all cases.", "全部病例中每两者的 Kappa 与 AC1 及其区间。"
            ),
            alt=Words("Dots with intervals, a row a pair", "每对一行，点及区间"),
        )
    for relation, of_it in groupby(cohort.pairs, lambda pair: pair.relation):
        pairs = list(of_it)
        kind = relation.name.lower()
        whole, parts = ([one for one in pairs if (one.stratum == ALL_CASES) is all_of] for all_of in (True, False))
        if whole:
            yield _calls(cohort, whole, f"{name}-{kind}", RELATIONS[relation])
        if any("icc" in one.measures for one in whole):
            yield _likelihoods(whole, f"{name}-{kind}-likelihoods", RELATIONS[relation])
        if parts:
            said = joined(RELATIONS[relation], Words("by site and rT stage", "按部位与 rT 分期"), en=", ", zh="，")
            yield _calls(cohort, parts, f"{name}-{kind}-strata", said)
    if cohort.groups:
        yield _groups(cohort, name)


def stratum(name: str) -> Words:
    """Of an analysis: all, site: …, rT stage: …"""
    if name == ALL_CASES:
        return Words("all", "全部")
    kind, _, value = name.partition(": ")
    return Words(name, f"{'部位' if kind == 'site' else 'rT 分期'}：{value}")


def _where(cohort: Cohort, pair: Pair) -> dict[str, str]:
    kind, _, value = pair.stratum.partition(": ")
    within = {"site": {"site": value}, "rT stage": {"stage": value}}.get(kind, {})
    return {"cohort": cohort.name, "judge": label(pair.first), **within}


def _said(pair: Pair, first: str, second: str) -> dict[str, str]:
    if pair.relation is Relation.TWICE:
        return {"call": first, "again": second}
    return {"call": first, "other": label(pair.second), "other_call": second}


def two(pair: Pair) -> Words:
    """Who is held against whom."""
    if pair.relation is Relation.TWICE:
        return terms.judge(pair.first)
    return joined(terms.judge(pair.first), terms.judge(pair.second), en=" / ", zh=" / ")


def _calls(cohort: Cohort, pairs: Sequence[Pair], name: str, words: Words) -> TableBlock:
    split = any(one.stratum != ALL_CASES for one in pairs)
    return TableBlock(
        name=name,
        caption=words,
        columns=(
            Column(head=Words("First / second", "前者 / 后者"), align=Align.LEFT),
            *((Column(head=TERMS["stratum"], align=Align.LEFT),) if split else ()),
            Column(head=TERMS["n"]),
            *(Column(head=said) for said, _, _ in CELLS.values()),
            *(Column(head=said) for said in (*PERCENT.values(), *CHANCE.values())),
        ),
        rows=tuple(Row(cells=tuple(_row(cohort, pair, split))) for pair in pairs),
        notes=(
            Words(
                "No truth is needed: cases without an established reference are in. Kappa falls where nearly all cases are "
                "of one kind: look at positive and negative agreement beside it.",
                "不需要参考标准：参考标准未确定的病例也在内。几乎全为同一类时 Kappa 会下降：请同时看阳性与阴性一致率。",
            ),
        ),
    )


def _row(cohort: Cohort, pair: Pair, split: bool) -> Iterator[Cell]:
    where = _where(cohort, pair)
    yield cells.text(two(pair))
    if split:
        yield cells.text(stratum(pair.stratum))
    yield cells.count(pair.cases, behind={**where, **_said(pair, "any", "any")})
    for key, (_, first, second) in CELLS.items():
        yield cells.count(getattr(pair, key), behind={**where, **_said(pair, first, second)})
    yield from (cells.figure(pair.measures[key], digits=1) for key in PERCENT)
    yield from (cells.figure(pair.measures[key], scale=1, digits=3) for key in CHANCE)


def _likelihoods(pairs: Sequence[Pair], name: str, words: Words) -> TableBlock:
    heads = {key: said for key, said in LIKELIHOODS.items() if any(key in one.measures for one in pairs)}
    return TableBlock(
        name=name,
        caption=Words(f"{words.en}: likelihoods, 0 to 100 (Bland–Altman)", f"{words.zh}：可能性，0 至 100（Bland–Altman）"),
        columns=(
            Column(head=Words("First / second", "前者 / 后者"), align=Align.LEFT),
            *(Column(head=said) for said in heads.values()),
        ),
        rows=tuple(
            Row(cells=(cells.text(two(one)), *(_figure(one.measures, key) for key in heads)))
            for one in pairs
            if "icc" in one.measures
        ),
        notes=(
            Words(
                "Where the slope is not 0, one mean difference for all sizes misleads.",
                "斜率不为 0 时，用一个平均差值概括会误导。",
            ),
        ),
    )


def _figure(measures: Mapping[str, Figure], key: str) -> Cell:
    one = measures.get(key)
    return Cell(text=cells.DASH) if one is None else cells.figure(one, scale=1, digits=3)


def _groups(cohort: Cohort, name: str) -> TableBlock:
    return TableBlock(
        name=f"{name}-together",
        caption=Words("Several readers together", "多位阅片者"),
        columns=(
            Column(head=TERMS["readers"], align=Align.LEFT),
            Column(head=TERMS["n"]),
            *(Column(head=said) for said in TOGETHER.values()),
        ),
        rows=tuple(
            Row(
                cells=(
                    cells.text(_who(one)),
                    cells.count(
                        one.cases,
                        behind={"cohort": cohort.name, "judges": "|".join(label(reader) for reader in one.readers)},
                    ),
                    *(_figure(one.measures, key) for key in TOGETHER),
                )
            )
            for one in cohort.groups
        ),
    )


def _who(one: Group) -> Words:
    kind = {"senior": Words("senior", "高年资"), "junior": Words("junior", "低年资")}.get(
        one.seniority, Words("all", "全部")
    )
    many = len(one.readers)
    return joined(
        Words(f"{many} readers ({kind.en})", f"{many} 位阅片者（{kind.zh}）"),
        terms.setting(one.arm, one.stage) if one.arm else same(""),
        en=", ",
        zh="，",
    )
