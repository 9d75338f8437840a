"""The administrator's decision about instances that came again with other attributes."""

from radapp.accounts.models import User
from radapp.archive.models import SetAside


def decide(*, set_aside_id: int, accept: bool, user: User, reason: str) -> SetAside:
    raise NotImplementedError
