"""Sights kept for some seconds, so that the many frames of a case do not each ask the study's whole state.

Every request still asks who comes (session, account, study, memberships: permissions.admit) and for the newest entry of the
audit chain that could concern this person. Whatever changes a stage, a membership, a case or a protocol has its entry in
the same transaction, so a kept Sight never outlives such a change; what other readers do does not concern it.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from django.db.models import Q

from radapp.accounts.models import User
from radapp.readerstudies.chain import Action
from radapp.readerstudies.models import ChainEntry, ReaderStudy
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.sight import Sight

SightOf = Callable[[Admitted, str], Sight]
KEPT_SECONDS = 5.0
KEPT_AT_MOST = 2048
READERS_OWN = (
    Action.READING_OPENED,
    Action.READING_EVENT,
    Action.ANSWERED,
    Action.ANSWER_CORRECTED,
    Action.READING_LOCKED,
    Action.SESSION_LOCKED,
)
"""What one reader does is nothing to another."""


def newest_entry(study: ReaderStudy, user: User) -> int:
    """Sequence of the newest chain entry that could change what this person sees; 0 for none."""
    concerning = Q(actor=user) | ~Q(action__in=READERS_OWN)
    found = ChainEntry.objects.filter(concerning, study=study).order_by("-sequence").values_list("sequence", flat=True)
    return found.first() or 0


@dataclass(frozen=True)
class Sights:
    """What `sight_of` says, kept while it is known to hold."""

    sight_of: SightOf
    _kept: dict[Hashable, tuple[int, float, Sight]] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def of(self, admitted: Admitted, subject: str) -> Sight:
        """The Sight of this person on this subject now. Raises what `sight_of` raises."""
        study, memberships = admitted.study, tuple(one.pk for one in admitted.memberships)
        key = (study.pk, study.key, study.state, admitted.user.pk, memberships, subject)
        # Asked before the Sight is made: a change in between makes it look older than it is, never newer.
        newest = newest_entry(study, admitted.user)
        known = self._kept.get(key)
        if known is not None and known[0] == newest and time.monotonic() - known[1] < KEPT_SECONDS:
            return known[2]
        sight = self.sight_of(admitted, subject)
        with self._guard:
            if len(self._kept) >= KEPT_AT_MOST:
                self._kept.clear()
            self._kept[key] = (newest, time.monotonic(), sight)
        return sight
