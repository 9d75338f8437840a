"""A table for people, made once and shown in a terminal or in a document."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Sheet:
    """`title`, a head, rows of texts, and a note below. The first `place` columns say of which set and cohort a row is."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    place: int = 0

    @classmethod
    def of(cls, title: str, head: Sequence[str], rows: Sequence[Sequence[str]], note: str = "", place: int = 0) -> "Sheet":
        """From any sequences."""
        return cls(title, tuple(head), tuple(tuple(row) for row in rows), note, place)

    def markdown(self, level: str = "###") -> str:
        """Heading, table, note."""
        lines = ["| " + " | ".join(self.head) + " |", "|" + "---|" * len(self.head)]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n\n".join(part for part in (f"{level} {self.title}", "\n".join(lines), self.note) if part)

    def text(self) -> str:
        """Title, aligned columns without the place, note."""
        table = [row[self.place :] for row in (self.head, *self.rows)]
        widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
        note = textwrap.wrap(self.note, 116)
        return "\n".join([self.title, *(f"  {line}" for line in (*lines, *note))])

    def turned(self) -> "Sheet":
        """Rows as columns, without the place: for a table too wide for a terminal."""
        table = [row[self.place :] for row in (self.head, *self.rows)]
        head, *rows = zip(*table, strict=True)
        return replace(self, head=tuple(head), rows=tuple(tuple(row) for row in rows), place=0)
