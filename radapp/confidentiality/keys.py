"""A project's pseudonyms, UIDs and date shifts, from its one secret: the same in every export, meaningless without it."""

import hmac
import re
import uuid
from dataclasses import dataclass

from pydicom.uid import UID_dictionary

from radapp.archive.models import Study
from radapp.archive.pseudonyms import identity_of
from radapp.confidentiality.models import Project

DIGITS = 12
NEAREST_DAYS, FARTHEST_DAYS = 100, 3650
"""How far a patient's dates move into the past."""
WELL_KNOWN = frozenset(UID_dictionary)
"""What the standard itself defines: classes, syntaxes, frames of reference. Its root alone says nothing: some misuse it."""
_KEPT_UIDS = """
SOPClassUID ReferencedSOPClassUID CodingSchemeUID ContextUID MappingResourceUID ContextGroupExtensionCreatorUID
TransferSyntaxUID RelatedGeneralSOPClassUID OriginalSpecializedSOPClassUID
"""
KEPT_UIDS = frozenset(_KEPT_UIDS.split())
"""UIDs of classes and codes, never of instances."""
_CLASS = re.compile(r"[0-2](\.(0|[1-9]\d{0,6})){2,}")
"""No number of it is long enough for a date or a patient's number."""


def is_of_a_class(keyword: str, uid: str) -> bool:
    """Whether an attribute's UID is a class's or a code's, private ones included, and so nobody's."""
    return keyword in KEPT_UIDS and _CLASS.fullmatch(uid) is not None


@dataclass(frozen=True)
class Pseudonymous:
    """A patient as a project knows him: name and number in one, and by how many days his dates move (less than 0)."""

    name: str
    days: int


class ProjectKey:
    """What the project's secret makes of identities."""

    def __init__(self, project: Project) -> None:
        """`project.name` begins every pseudonym, in what a DICOM identifier may hold."""
        self._secret = bytes.fromhex(project.secret)
        self._prefix = re.sub(r"[^A-Za-z0-9]+", "-", project.name).strip("-").upper() or "PROJECT"

    def patient(self, study: Study) -> Pseudonymous:
        """Of the study's patient: the same for all studies of one patient."""
        identity = identity_of(study)
        days = NEAREST_DAYS + int.from_bytes(self._keyed("days", identity)[:8]) % (FARTHEST_DAYS - NEAREST_DAYS + 1)
        return Pseudonymous(f"{self._prefix}-{self._keyed('patient', identity).hex()[:DIGITS].upper()}", -days)

    def uid(self, uid: str) -> str:
        """Another UID of the form 2.25.N (PS3.5 section B.2); what the standard defines stays."""
        if uid in WELL_KNOWN:
            return uid
        return f"2.25.{uuid.UUID(bytes=self._keyed('uid', uid)[:16], version=5).int}"

    def short(self, uid: str) -> str:
        """Eight hexadecimal digits for a folder's name."""
        return self._keyed("folder", uid).hex()[:8]

    def _keyed(self, kind: str, identity: str) -> bytes:
        return hmac.digest(self._secret, f"{kind}\0{identity}".encode("utf-8", "surrogateescape"), "sha256")
