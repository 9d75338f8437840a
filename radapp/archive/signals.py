"""What the archive announces. It knows no listener: triage connects to these."""

from django.dispatch import Signal

studies_received = Signal()
"""An intake or STOW request has ended. `sender` is Intake; `study_uids: list[str]` are the studies that got new instances.

Sent outside any transaction, after the rows are committed and the roles recognised. Not sent for an intake that a full
disk cut short: what it left is incomplete, and the same files taken in again complete and announce it.
"""

series_roles_changed = Signal()
"""A person changed a series' role, or an accepted set-aside instance changed what a study holds. `study_uid: str`.

Sent on commit, `sender` is Study.
"""
