"""Presentation contexts under which a source may send us objects: each class in each transfer syntax that is read here."""

from collections.abc import Iterator, Sequence

from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AllStoragePresentationContexts, build_context
from pynetdicom.presentation import PresentationContext

CONTEXTS_AT_MOST = 127
PACKED = (
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.1.99",
)
NATIVE = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
USUAL_CLASSES = (
    "1.2.840.10008.5.1.4.1.1.4",  # MR
    "1.2.840.10008.5.1.4.1.1.4.1",  # enhanced MR
    "1.2.840.10008.5.1.4.1.1.7",  # secondary capture
    "1.2.840.10008.5.1.4.1.1.88.11",  # basic text SR
    "1.2.840.10008.5.1.4.1.1.88.22",  # enhanced SR
    "1.2.840.10008.5.1.4.1.1.88.33",  # comprehensive SR
    "1.2.840.10008.5.1.4.1.1.11.1",  # presentation state
    "1.2.840.10008.5.1.4.1.1.2",  # CT
)


def storage_contexts(classes: Sequence[str]) -> Iterator[PresentationContext]:
    """Contexts for C-GET: uncompressed for all classes, then one for each compressed syntax while there is room.

    One syntax a context: so the source sends objects as it has them, rather than what it likes best of a list.
    """
    found = [build_context(one, [*NATIVE]) for one in classes[:CONTEXTS_AT_MOST]]
    for syntax in PACKED:
        for one in classes:
            if len(found) < CONTEXTS_AT_MOST:
                found.append(build_context(one, syntax))
    yield from found


def any_storage() -> Iterator[PresentationContext]:
    """What a listener accepts: every storage class that pynetdicom knows, in every syntax."""
    for context in AllStoragePresentationContexts:
        yield build_context(str(context.abstract_syntax), [*NATIVE, *PACKED])
