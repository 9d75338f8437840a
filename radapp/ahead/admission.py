"""Who may have an answer: recognised and judged as everywhere, remembered for a few seconds per credentials and study."""

import time
from dataclasses import dataclass, field

from django.core.exceptions import DisallowedHost

from radapp.accounts import audit
from radapp.accounts.access import Verdict, judge
from radapp.accounts.models import User
from radapp.ahead.asked import Asked
from radapp.archive import selectors
from radapp.live.door import recognised

# A token that is revoked, a role or a study that is taken away ends here within these times.
PERSON_S = 5.0
STUDY_S = 10.0
REMEMBERED_AT_MOST = 20_000

Credentials = tuple[str, str, str, str]


@dataclass
class Admissions:
    """What was decided lately. Only permissions are remembered: whoever is refused is refused by Django, in its words."""

    _people: dict[tuple[Credentials, str], tuple[User, float]] = field(default_factory=dict)
    _studies: dict[tuple[int, str], float] = field(default_factory=dict)

    def holds(self, asked: Asked) -> bool:
        """Whether this was allowed a moment ago."""
        now = time.monotonic()
        user, until = self._people.get((credentials(asked), asked.url_name), (None, 0.0))
        return user is not None and until > now and self._studies.get((user.pk, asked.study_uid), 0.0) > now

    def admit(self, asked: Asked) -> bool:
        """Ask the database, in a thread: the person, the registry, the study; notes that the examination is opened."""
        began = time.monotonic()
        user = self._person(asked, began)
        if user is None or not selectors.clinical_studies(user).filter(study_instance_uid=asked.study_uid).exists():
            return False
        audit.record_opening(user, asked.study_uid)
        if len(self._studies) >= REMEMBERED_AT_MOST:
            self._studies.clear()
        self._studies[user.pk, asked.study_uid] = began + STUDY_S
        return True

    def _person(self, asked: Asked, now: float) -> User | None:
        key = (credentials(asked), asked.url_name)
        user, until = self._people.get(key, (None, 0.0))
        if user is not None and until > now:
            return user
        try:
            found = recognised(asked.headers).user
        except DisallowedHost:
            return None
        if not isinstance(found, User) or judge(asked.url_name, "GET", found) is not Verdict.ALLOWED:
            return None
        if len(self._people) >= REMEMBERED_AT_MOST:
            self._people.clear()
        self._people[key] = (found, now + PERSON_S)
        return found

    def clear(self) -> None:
        """Forget everything."""
        self._people.clear()
        self._studies.clear()


def credentials(asked: Asked) -> Credentials:
    """All of a request that says who sends it, and to which of our names."""
    headers = asked.headers
    return (
        headers.get("authorization", ""),
        headers.get("cookie", ""),
        headers.get("host", ""),
        headers.get("x-forwarded-proto", ""),
    )
