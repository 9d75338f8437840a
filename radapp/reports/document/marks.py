"""The signs of marks, and what is told of them under a table. No Django."""

from collections.abc import Mapping

from radapp.reports.document.blocks import Mark, Words

SIGNS: Mapping[Mark, tuple[str, Words]] = {
    Mark.SIGNIFICANT: (
        "*",
        Words(
            "significant: p, corrected within its family, is at most alpha; where it is not, nothing is shown to be equal",
            "有统计学意义：组内校正后的 p 值不大于 α；无统计学意义并不表示相等",
        ),
    ),
    Mark.PRE_SPECIFIED: (
        "§",
        Words("pre-specified by the protocol; what bears no § is exploratory", "方案预先规定；无 § 者为探索性"),
    ),
    Mark.ADDED: (
        "§§",
        Words("added to the protocol after the study was opened, before unblinding", "研究开放后、揭盲前补入方案"),
    ),
    Mark.SMALL: ("†", Words("a cell of fewer than five cases is behind it", "其背后某格少于 5 例")),
    Mark.APPARENT: (
        "‡",
        Words("apparent: the cutoffs were chosen on these very cases", "表观值：截断值正是用这些病例选定的"),
    ),
}
"""{mark: its sign, and what it means}, in the order in which they are told."""
