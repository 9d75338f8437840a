"""The errors of a study as items to be coded: `begin_coding`."""

from radapp.accounts.models import User
from radapp.readerstudies.models import CodingItem, ReaderStudy


def begin_coding(study: ReaderStudy, actor: User | None, *, actor_name: str = "") -> list[CodingItem]:
    """Make an item of every false positive and false negative that has none. Idempotent; belongs in a transaction."""
    raise NotImplementedError
