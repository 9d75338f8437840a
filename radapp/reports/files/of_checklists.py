"""Table of the checklists. No Django."""

from radapp.reports.analyses.checklists import Checklists
from radapp.reports.files.tables import Table

OWN = {
    "guideline": "STARD 2015, STARD-AI or CLAIM",
    "item": "number in the published list; of STARD-AI a letter of our own",
    "asks": "what the item asks for, in our words",
    "known": "what protocol and data know of it; empty: for the authors to write",
    "known_zh": "the same in Chinese",
}


def of_checklists(found: Checklists) -> tuple[Table, ...]:
    """One row an item."""
    rows = tuple(
        {
            "guideline": one.guideline.value,
            "item": item.number,
            "asks": item.asks.en,
            "known": item.known.en if item.known else None,
            "known_zh": item.known.zh if item.known else None,
        }
        for one in found.lists
        for item in one.items
    )
    return (Table("items", ("guideline", "item", "asks", "known", "known_zh"), rows, OWN),)
