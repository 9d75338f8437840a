"""Triggers: the database itself refuses to change frozen inputs, a report's files, and a report that is done or failed."""

from radapp.reports.models import FrozenInputs, ReportFile, SavedReport
from radapp.triage.frozen import Frozen, Triggers

TRIGGERS = Triggers(
    (
        Frozen(FrozenInputs, "frozen inputs are written once"),
        Frozen(ReportFile, "files of a report are written once"),
        Frozen(
            SavedReport, "a report that has ended does not change; make another", where="OLD.state IN ('done', 'failed')"
        ),
    )
)
