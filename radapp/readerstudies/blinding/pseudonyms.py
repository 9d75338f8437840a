"""Names of images that say nothing: made from the installation's secret, the study's salt and who looks at what.

Nothing is stored and nothing has to be looked up: the few names in a Sight are made anew, and compared.
"""

import enum
import hashlib
import hmac

from django.conf import settings

from radapp.readerstudies.sight import Sight

PREFIX = "2.25."
_LEAST = 10**38
_SPAN = 2**128 - _LEAST
"""All numbers of 39 digits that a UUID holds (PS3.5 B.2), so that every pseudonym has the same length."""
LENGTH = len(PREFIX) + len(str(_LEAST))


class Kind(enum.StrEnum):
    """What is named: the same UID under two kinds gets two names."""

    STUDY = "study"
    SERIES = "series"
    INSTANCE = "instance"
    FRAME_OF_REFERENCE = "frame of reference"


def pseudonym(sight: Sight, kind: Kind, original: str) -> str:
    """A UID, `2.25.` and 39 digits, that only the server can make.

    It depends on the viewpoint: two looks at one examination share none, nor do two people, cases, patients or studies.
    """
    said = "\0".join((sight.viewpoint, kind, original))
    number = int.from_bytes(hmac.digest(_key(sight.study.salt), said.encode(), hashlib.sha256))
    return f"{PREFIX}{_LEAST + number % _SPAN}"


def _key(salt: str) -> bytes:
    """The study's own key: whoever knows one study's pseudonyms learns nothing of another's."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"reader study pseudonyms\0{salt}".encode(), hashlib.sha256)
