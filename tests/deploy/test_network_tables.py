"""The pages about the shipped networks say what these say of themselves."""

import pytest

from deploy import network_tables


@pytest.mark.parametrize("name", network_tables.PAGES)
def test_a_page_has_the_figures_of_what_ships(name: str) -> None:
    page = (network_tables.ROOT / name).read_text(encoding="utf-8")
    assert page == network_tables.filled(page, network_tables.tables()), "run `python deploy/network_tables.py`"


def test_an_old_figure_is_written_anew_and_an_unknown_table_refused() -> None:
    page = "before\n<!-- auc -->\n| old |\n<!-- end -->\nafter\n"
    assert network_tables.filled(page, {"auc": "| new |"}) == "before\n<!-- auc -->\n| new |\n<!-- end -->\nafter\n"
    with pytest.raises(ValueError, match="No table is called 'auc'; expected one of layers"):
        network_tables.filled(page, {"layers": ""})
