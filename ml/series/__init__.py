"""Which of the tactic's sequences (T1WI, T2WI, T1WIC) a DICOM series is: `read_facts`, `recognise`, `choose`."""

from ml.series.choice import Candidate, choose
from ml.series.facts import SeriesFacts, read_facts
from ml.series.recognition import Recognition, recognise
from ml.series.role import Role

__all__ = ["Candidate", "Recognition", "Role", "SeriesFacts", "choose", "read_facts", "recognise"]
