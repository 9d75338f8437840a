"""What networks and tactic say of a study's cases, taken once from their results: `take_calls`."""

from radapp.accounts.models import User
from radapp.readerstudies.models import NetworkCall, ReaderStudy


def take_calls(study: ReaderStudy, actor: User | None, *, actor_name: str = "") -> list[NetworkCall]:
    """Keep what every network says of every included case that has no calls yet. Idempotent; belongs in a transaction."""
    raise NotImplementedError
