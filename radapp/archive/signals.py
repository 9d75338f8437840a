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

images_deleted = Signal()
"""An administrator deleted images. `study_uid: str`; `whole: bool`, whether none of the study's are left.

Sent on commit, `sender` is Study; `series_roles_changed` follows where some are left.
"""

association_released = Signal()
"""A DICOM peer that stored something has released its association, or lost it. `study_uids: list[str]` and
`series_uids: list[str]` are what it stored into; the latter is empty where it was lost, which is no end of anything.

Sent outside any transaction, after the rows are committed, `sender` is Intake; `studies_received` of the same instances
follows once the peer has been quiet.
"""

performed_step_changed = Signal()
"""A modality has told of a performed procedure step (MPPS). `study_uid: str`, `state: str` ("IN PROGRESS", "COMPLETED" or
"DISCONTINUED"), `series: dict[str, int]` is the number of instances that it says each series has.

Sent on commit, once for each study that the step names.
"""
