"""Header sets as scanners write them, with what recognition must make of each: the table behind docs/sequences.md."""

from tests.ml.series.table import canon, enhanced, ge, other, philips, public, siemens, united

ROWS = (*ge.ROWS, *siemens.ROWS, *philips.ROWS, *enhanced.ROWS, *united.ROWS, *canon.ROWS, *other.ROWS, *public.ROWS)
