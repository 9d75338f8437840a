"""The versions of a protocol, and what became of it since the study was opened."""

from radapp.accounts.models import User
from radapp.readerstudies.canonical import digest_of
from radapp.readerstudies.models import ProtocolVersion, ReaderStudy
from radapp.readerstudies.protocol import Protocol


def freeze(study: ReaderStudy, protocol: Protocol, *, made_by: User | None, reason: str = "") -> ProtocolVersion:
    """Store the next version."""
    content = protocol.content()
    last = study.protocols.first()
    return ProtocolVersion.objects.create(
        study=study,
        version=last.version + 1 if last else 1,
        content=content,
        sha256=digest_of(content),
        reason=reason,
        made_by=made_by,
    )


def added_analyses(study: ReaderStudy) -> list[str]:
    """Keys of analyses that the first version did not have: added after opening, not pre-specified."""
    newest, first = study.protocols.first(), study.protocols.filter(version=1).first()
    if newest is None or first is None:
        return []
    known = {one["key"] for one in first.content["aim"]["analyses"]}
    return [one["key"] for one in newest.content["aim"]["analyses"] if one["key"] not in known]
