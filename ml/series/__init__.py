"""Which of the tactic's sequences (T1WI, T2WI, T1WIC) a DICOM series is: `read_facts`, `recognise`, `choose`,
or all three by `choose_by_headers`."""

from ml.series.choice import Candidate, choose
from ml.series.facts import SeriesFacts, read_facts
from ml.series.recognition import Recognition, recognise
from ml.series.role import Role
from ml.series.study import choose_by_headers

__all__ = ["Candidate", "Recognition", "Role", "SeriesFacts", "choose", "choose_by_headers", "read_facts", "recognise"]
