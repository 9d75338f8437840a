"""docs/paper.md from the rows. No torch."""

from collections.abc import Iterable, Sequence

from ml.evaluation.paper.rows import Row, Verdict, sums, tally
from ml.evaluation.paper.words import by_reason, published, recomputed, sections, with_note

COMMAND = ".venv/bin/python -m ml reproduce-paper --markdown docs/paper.md"

HEAD = """# The paper, reproduced

Every figure that the paper prints, and some that follow from its counts, beside what the statistics library \
([statistics.md](statistics.md)) makes of the same counts: **{sums}**.

```bash
.venv/bin/python -m ml reproduce-paper                    # everything; exit status 0 only with just these sums
.venv/bin/python -m ml reproduce-paper --only "Table 2"   # the rows of one table or part
.venv/bin/python -m ml reproduce-paper --json paper.json  # every row in full precision
```

This page is written by `{command}`; a test fails where it is not what \
the command gives. For programs: `ml.evaluation.paper.rows.reproduce()` gives one frozen row a figure.

Source of the figures: Deng et al., *Cancer Imaging* 2025, \
doi:[10.1186/s40644-025-00853-5](https://doi.org/10.1186/s40644-025-00853-5), \
licensed [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/); numbers only. What was changed: \
[ml/evaluation/paper/README.md](../ml/evaluation/paper/README.md).

The counts are those of Table 1, and whole numbers that alone give the printed figures. Nothing that was recomputed \
elsewhere is read. Figures made of other figures (a cost from patients, a saving from costs) are followed back to counts: \
a row whose inputs are not what those counts give is not reproduced.

| verdict | what it means |
|---|---|
| reproduced | rounded half up to the printed decimals, it is what is printed; a claim about P holds for every pairing of \
patients that the counts allow |
| explained | it is not what is printed, and the reason is found. Reasons are computed, too: a figure whose reason no \
longer holds is no longer explained |
| not decidable | the counts alone cannot tell, or the paper does not print it and there is nothing to hold it against |
| not reproduced | it is not what is printed, and nothing explains it: there is none |
"""


def page(rows: Sequence[Row]) -> str:
    """The whole page."""
    blocks = [HEAD.format(sums=sums(tally(rows)), command=COMMAND)]
    for verdict in (Verdict.NOT_REPRODUCED, Verdict.EXPLAINED):
        chosen = [row for row in rows if row.verdict is verdict]
        if chosen:
            cells = ((row.id, published(row), recomputed(row), row.reason) for row in chosen)
            blocks += [f"## {str(verdict).capitalize()}\n", _table(("figure", "published", "recomputed", "why"), cells)]
    blocks.append("## Not decidable\n")
    for reason, chosen in by_reason(rows, Verdict.NOT_DECIDABLE).items():
        cells = ((row.id, published(row), with_note(row), row.method) for row in chosen)
        blocks += [f"{reason}\n", _table(("figure", "published", "recomputed", "method"), cells)]
    blocks.append("## Reproduced\n")
    for section, chosen in sections(row for row in rows if row.verdict is Verdict.REPRODUCED).items():
        cells = ((row.id, published(row), with_note(row), row.method) for row in chosen)
        blocks += [f"### {section}\n", _table(("figure", "published", "recomputed", "method"), cells)]
    return "\n".join(blocks)


def _table(names: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    lines = [names, ["---"] * len(names), *([f"`{first}`", *rest] for first, *rest in cells)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("| --- ", "|---").replace("|--- |", "|---|")
