"""Whether a reader may be given a case at this moment: what they tagged, coded or opened clinically they may not read."""

from radapp.readerstudies.models import Case, Membership


def grounds(reader: Membership, case: Case) -> tuple[str, ...]:
    """Why not, as keys of Waiver.Ground without those that were waived; nothing: they may."""
    return ()
