"""One request's business beyond the archive: whether it may wait, what its answer has to tell, and what ends with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from django.http import HttpRequest

from radapp.accounts.models import User

MAY_NOT_WAIT = "X-May-Not-Wait"
"""A request header that only our own ASGI application sets: answer WAITS rather than wait for another system."""
WAITS = "X-Waits-For-Source"
"""The response header of that answer."""


@dataclass
class Errand:
    """Who asks, whether the thread may wait, what the answer has to tell, and what is to be ended with it."""

    user: User
    may_wait: bool = True
    warnings: list[str] = field(default_factory=list)
    ends: list[Callable[[], None]] = field(default_factory=list)

    def warn(self, words: str) -> None:
        """Say this once, in the answer's Warning header."""
        if words not in self.warnings:
            self.warnings.append(words)


def errand_of(request: HttpRequest) -> Errand:
    """The request's errand, one for all it asks."""
    facts = vars(request)
    if "errand" not in facts:
        facts["errand"] = Errand(cast(User, request.user), may_wait=MAY_NOT_WAIT not in request.headers)
    return cast(Errand, facts["errand"])
