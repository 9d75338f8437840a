"""The row under every act that is signed, and its entry. That the password was right has been checked before."""

from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.models import ReaderStudy, StudySignature


def sign(study: ReaderStudy, act: StudySignature.Act, statement: str, *, actor: User, reason: str = "") -> StudySignature:
    """Store who signed what when, in words; within the act's transaction."""
    signature = StudySignature.objects.create(
        study=study, act=act, statement=statement, reason=reason, signed_by=actor, signed_name=actor.display_name
    )
    chain.record(
        study,
        actor=actor,
        action=chain.Action.SIGNED,
        target=act.value,
        after={"statement": statement, "name": signature.signed_name, "at": signature.signed_at.isoformat()},
        reason=reason,
        rows=[signature],
    )
    return signature
