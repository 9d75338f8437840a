"""The protocol that is in force for a study's readers."""

from radapp.readerstudies.models import ProtocolVersion, ReaderStudy
from radapp.readerstudies.protocol import Protocol


def protocol_in_force(study: ReaderStudy) -> Protocol:
    """The newest version; of a study that was never opened: its draft."""
    newest = ProtocolVersion.objects.filter(study=study).order_by("-version").first()
    return Protocol.of(newest.content if newest is not None else study.draft)
