"""Who may see reports of what: one question to the database, the same whether or not a thing is there.

Administrators, and the investigators and deputies of a study; of them nobody who also reads, tags or codes in it before it
is unblinded.
"""

from django.db.models import Q, QuerySet

from radapp.accounts.models import Role, User
from radapp.readerstudies.models import Membership, ReaderStudy

Part = Membership.Part
OWN = (Part.INVESTIGATOR, Part.DEPUTY)
BLINDED = (Part.READER, Part.TAGGER, Part.CODER, Part.ADJUDICATOR)
"""Whoever reads, tags or codes as well learns nothing of answers and truth before they are unblinded."""


def studies_for(user: User) -> QuerySet[ReaderStudy]:
    """Now, by the parts that the person holds now."""
    now = Membership.objects.filter(user=user, ended_at=None)
    blinded = Q(pk__in=now.filter(part__in=BLINDED).values("study")) & ~Q(state=ReaderStudy.State.UNBLINDED)
    own = Q() if Role.ADMINISTRATOR in user.roles else Q(pk__in=now.filter(part__in=OWN).values("study"))
    return ReaderStudy.objects.filter(own).exclude(blinded)
