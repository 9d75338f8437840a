"""The protocol that is in force for a study's readers."""

from functools import lru_cache

from radapp.readerstudies.models import ProtocolVersion, ReaderStudy
from radapp.readerstudies.protocol import Protocol


def protocol_in_force(study: ReaderStudy) -> Protocol:
    """The newest version; of a study that was never opened: its draft."""
    versions = ProtocolVersion.objects.filter(study=study).order_by("-version")
    newest = versions.values_list("version", "sha256").first()
    return _parsed(study.key, *newest) if newest is not None else Protocol.of(study.draft)


@lru_cache(maxsize=64)
def _parsed(study: str, version: int, sha256: str) -> Protocol:
    """A version never changes, and every act needs it while the study's row is locked: parsed once in a process."""
    return Protocol.of(ProtocolVersion.objects.get(study__key=study, version=version, sha256=sha256).content)
