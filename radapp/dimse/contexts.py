"""What is negotiated: the SOP classes of each service, and the transfer syntaxes they are taken in."""

from collections.abc import Collection, Iterable

from pydicom.uid import UID
from pynetdicom import sop_class
from pynetdicom.presentation import PresentationContext

from radapp.archive.encoding import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, encoding_of
from radapp.dimse.peers import Service

VERIFICATION = "1.2.840.10008.1.1"
MPPS = "1.2.840.10008.3.1.2.3.3"
PATIENT_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.1.1"
PATIENT_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.1.2"
PATIENT_ROOT_GET = "1.2.840.10008.5.1.4.1.2.1.3"
STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
STUDY_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
STUDY_ROOT_GET = "1.2.840.10008.5.1.4.1.2.2.3"
PATIENT_ROOT = frozenset({PATIENT_ROOT_FIND, PATIENT_ROOT_MOVE, PATIENT_ROOT_GET})

# Raw data and protocols that MR scanners send among their images: refusing them fails the scanner's whole transfer.
PRIVATE_STORAGE = {
    "1.3.12.2.1107.5.9.1": "Siemens CSA Non-Image Storage",
    "1.3.46.670589.11.0.0.12.1": "Philips Private MR Spectrum Storage",
    "1.3.46.670589.11.0.0.12.2": "Philips Private MR Series Data Storage",
    "1.3.46.670589.11.0.0.12.4": "Philips Private MR Examcard Storage",
}
LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"  # younger than pynetdicom's table
STORAGE = frozenset(sop_class._STORAGE_CLASSES.values()) | {LABEL_MAP, *PRIVATE_STORAGE}

_SERVICES: dict[str, Service] = {
    VERIFICATION: Service.ECHO,
    MPPS: Service.MPPS,
    PATIENT_ROOT_FIND: Service.FIND,
    STUDY_ROOT_FIND: Service.FIND,
    PATIENT_ROOT_MOVE: Service.MOVE,
    STUDY_ROOT_MOVE: Service.MOVE,
    PATIENT_ROOT_GET: Service.GET,
    STUDY_ROOT_GET: Service.GET,
}
MESSAGE_SYNTAXES = frozenset({EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG})


def supported(proposed: Iterable[PresentationContext], services: Collection[Service]) -> list[PresentationContext]:
    """What a peer with these services may have of what it proposes, its favourite transfer syntax first."""
    syntaxes: dict[str, list[str]] = {}
    for context in proposed:
        syntaxes.setdefault(str(context.abstract_syntax), []).extend(map(str, context.transfer_syntax))
    return [one for uid, found in syntaxes.items() if (one := _context(uid, found, services)) is not None]


def _context(abstract_syntax: str, proposed: list[str], services: Collection[Service]) -> PresentationContext | None:
    service = _SERVICES.get(abstract_syntax)
    if service is not None:
        known = [syntax for syntax in proposed if syntax in MESSAGE_SYNTAXES]
        # Whoever may associate at all may verify it (PS3.2 section 7.1).
        return _made(abstract_syntax, known) if service in {Service.ECHO, *services} else None
    if abstract_syntax not in STORAGE or not {Service.STORE, Service.GET} & set(services):
        return None
    context = _made(abstract_syntax, [syntax for syntax in proposed if encoding_of(syntax) is not None])
    # Of the requestor: it sends as SCU (C-STORE), or is sent to as SCP (C-GET).
    context.scu_role, context.scp_role = Service.STORE in services, Service.GET in services
    return context


def _made(abstract_syntax: str, transfer_syntaxes: Iterable[str]) -> PresentationContext:
    """A context; one without a transfer syntax that is known here names the default, which the peer did not propose."""
    context = PresentationContext()
    context.abstract_syntax = UID(abstract_syntax)
    context.transfer_syntax = [UID(syntax) for syntax in dict.fromkeys(transfer_syntaxes)] or [UID(IMPLICIT_LITTLE)]
    return context
