"""Recompute every published figure of the paper from its counts: published | recomputed | method | verdict."""

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--only --json --markdown."""
    parser.add_argument(
        "--only",
        metavar="TABLE",
        help='print only rows of one table or part of the paper, such as "Table 1", Discussion or Derived; '
        "the last line and the exit status are still those of all",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows there, in full precision")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write all rows there as a page (docs/paper.md)")


def run(arguments: argparse.Namespace) -> int:
    """Print, write; exit status 1 where the sums are not those of the paper as published, or nothing is so called."""
    from ml.evaluation.paper.page import page
    from ml.evaluation.paper.rows import EXPECTED, reproduce, sums, tally
    from ml.evaluation.paper.words import as_document, as_text, sections

    rows = reproduce()
    chosen = [row for row in rows if not arguments.only or arguments.only.casefold() in row.section.casefold()]
    if not chosen:
        known = "; ".join(sections(rows))
        sys.stderr.write(f"No part of the paper is called {arguments.only!r}; there are: {known}.\n")
        return 1
    try:
        if arguments.json:
            arguments.json.write_text(as_document(chosen), encoding="utf-8")
        if arguments.markdown:
            arguments.markdown.write_text(page(rows), encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{as_text(chosen)}\n")
    if arguments.only:
        sys.stdout.write(f"{arguments.only}: {sums(tally(chosen))}\nThe whole paper:\n")
    found = tally(rows)
    sys.stdout.write(f"{sums(found)}\n")
    if found != EXPECTED:
        sys.stderr.write(f"Expected {sums(EXPECTED)}: a count, a recipe or an explanation has changed.\n")
        return 1
    return 0
