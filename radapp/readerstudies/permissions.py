"""Who may do what in a study: one table. Deny by default: what it does not name is refused to everyone.

To somebody without a part in a study, and without an account's role that this table names, the study is not there: 404, the
same as for a key that was never given. Somebody with another part hears 403.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from rest_framework.exceptions import PermissionDenied

from radapp.accounts.access import SIGNED_IN, Rule
from radapp.accounts.models import Role, User
from radapp.readerstudies.blinding import names
from radapp.readerstudies.models import Membership, ReaderStudy


class Who(enum.Enum):
    """Parts in one study; the last three are of the account, whatever the study."""

    INVESTIGATOR = "investigator"  # and deputies
    READER = "reader"
    CODER = "coder"
    ADJUDICATOR = "adjudicator"
    TAGGER = "tagger"
    ADMINISTRATOR = "administrator"
    FOUNDER = "founder"  # an account with the role investigator, or administrator
    ANYONE = "anyone"  # who is signed in: the answer shows what is theirs, or the page decides


INVESTIGATOR, READER, CODER, ADJUDICATOR, TAGGER, ADMINISTRATOR, FOUNDER, ANYONE = (frozenset({who}) for who in Who)
MEMBERS = INVESTIGATOR | READER | CODER | ADJUDICATOR | TAGGER

PAGES: Mapping[tuple[str, str], frozenset[Who]] = {
    ("page-reader-studies", "GET"): ANYONE,
    ("page-reader-study", "GET"): ANYONE,
    ("page-reading", "GET"): ANYONE,
    ("page-tagging", "GET"): ANYONE,
    ("page-coding", "GET"): ANYONE,
    ("page-invitation", "GET"): ANYONE,
}
"""Pages are the same file for everybody; what they then ask for is refused by the rows below."""

WATCH = INVESTIGATOR | ADMINISTRATOR
"""Who may look at a study's desk; only investigators and deputies work at it."""
DESK: Mapping[tuple[str, str], frozenset[Who]] = {
    ("api-reader-studies", "GET"): ANYONE,
    ("api-reader-studies", "POST"): FOUNDER,
    ("api-reader-study-presets", "GET"): FOUNDER,
    ("api-invitation", "GET"): ANYONE,
    ("api-invitation", "POST"): ANYONE,
    ("api-reader-study", "GET"): MEMBERS | ADMINISTRATOR,
    ("api-reader-study", "PATCH"): INVESTIGATOR,
    ("api-study-protocol", "PUT"): INVESTIGATOR,
    ("api-study-copy", "POST"): INVESTIGATOR,
    ("api-study-check", "POST"): INVESTIGATOR,
    ("api-study-certificate", "GET"): WATCH,
    ("api-study-timetable", "GET"): WATCH,
    ("api-study-power", "POST"): INVESTIGATOR,
    ("api-study-audit", "GET"): WATCH,
    ("api-study-archive", "GET"): WATCH,
    ("api-study-verification", "GET"): WATCH,
    ("api-study-acts", "GET"): WATCH,
    ("api-study-acts", "POST"): INVESTIGATOR,
    ("api-study-amendments", "POST"): INVESTIGATOR,
    ("api-study-candidates", "POST"): INVESTIGATOR,
    ("api-study-cases", "GET"): WATCH,
    ("api-study-cases", "POST"): INVESTIGATOR,
    ("api-study-case", "GET"): WATCH,
    ("api-study-case", "PATCH"): INVESTIGATOR,
    ("api-study-case", "DELETE"): INVESTIGATOR,
    ("api-study-withdrawal", "POST"): INVESTIGATOR,
    ("api-study-flow", "GET"): WATCH,
    ("api-study-people", "GET"): INVESTIGATOR,
    ("api-study-members", "GET"): WATCH,
    ("api-study-members", "POST"): INVESTIGATOR,
    ("api-study-member", "PATCH"): INVESTIGATOR,
    ("api-study-member-end", "POST"): INVESTIGATOR,
    ("api-study-replacement", "POST"): INVESTIGATOR,
    ("api-study-waivers", "GET"): WATCH,
    ("api-study-waivers", "POST"): INVESTIGATOR,
    ("api-study-invitations", "GET"): WATCH,
    ("api-study-invitations", "POST"): INVESTIGATOR,
    ("api-study-invitation", "DELETE"): INVESTIGATOR,
    ("api-study-reminders", "POST"): INVESTIGATOR,
    ("api-study-progress", "GET"): WATCH,
}
READING: Mapping[tuple[str, str], frozenset[Who]] = {
    ("api-reading", "GET"): READER,
    ("api-reading-next", "POST"): READER,
    ("api-reading-pause", "POST"): READER,
    ("api-reading-session-lock", "POST"): READER,
    ("api-reading-case", "GET"): READER,
    ("api-reading-draft", "PUT"): READER,
    ("api-reading-submission", "POST"): READER,
    ("api-reading-correction", "POST"): READER,
    ("api-reading-events", "POST"): READER,
    ("api-reading-seat", "POST"): READER,
    **names.rows("reading", READER),
}
TAGGING: Mapping[tuple[str, str], frozenset[Who]] = {
    ("api-tagging", "GET"): TAGGER,
    ("api-tagging-case", "GET"): TAGGER,
    ("api-tagging-step", "POST"): TAGGER,
    **names.rows("tagging", TAGGER),
    **names.rows("tagging-comparison", TAGGER),
    ("api-reference", "GET"): INVESTIGATOR,
    ("api-reference", "POST"): INVESTIGATOR,
    ("api-reference-overview", "GET"): INVESTIGATOR,
    ("api-reference-archive", "POST"): INVESTIGATOR,
}
CODING: Mapping[tuple[str, str], frozenset[Who]] = {
    ("api-coding", "GET"): CODER | ADJUDICATOR,
    ("api-coding-item", "GET"): CODER | ADJUDICATOR,
    ("api-coding-codes", "POST"): CODER,
    ("api-coding-adjudication", "POST"): ADJUDICATOR,
    **names.rows("coding-images", CODER | ADJUDICATOR),
    ("api-coding-overview", "GET"): INVESTIGATOR,
    ("api-coding-export", "GET"): INVESTIGATOR,
}
TABLE: Mapping[tuple[str, str], frozenset[Who]] = {**PAGES, **DESK, **READING, **TAGGING, **CODING}
"""Who may call which address by which method: a section for each room."""

_ROLES = {
    Who.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
    Who.FOUNDER: frozenset({Role.INVESTIGATOR, Role.ADMINISTRATOR}),
}
_PARTS = {
    Membership.Part.INVESTIGATOR: Who.INVESTIGATOR,
    Membership.Part.DEPUTY: Who.INVESTIGATOR,
    Membership.Part.READER: Who.READER,
    Membership.Part.CODER: Who.CODER,
    Membership.Part.ADJUDICATOR: Who.ADJUDICATOR,
    Membership.Part.TAGGER: Who.TAGGER,
}


def rules() -> tuple[Rule, ...]:
    """The table as the access registry wants it: parts are looked at by the views, roles of accounts by the registry."""
    return tuple(Rule(name, frozenset({method}), _roles(who)) for (name, method), who in TABLE.items())


def _roles(who: frozenset[Who]) -> frozenset[Role]:
    return frozenset.union(*(_ROLES[one] for one in who)) if who <= set(_ROLES) else SIGNED_IN


@dataclass(frozen=True)
class Admitted:
    """Who came to which study, with the parts that they hold in it now."""

    study: ReaderStudy
    user: User
    memberships: tuple[Membership, ...]

    def membership(self, *parts: Membership.Part) -> Membership:
        """The one of these parts; LookupError for none."""
        for one in self.memberships:
            if one.part in parts:
                return one
        raise LookupError(f"{self.user.username} has none of the parts {', '.join(parts)} in {self.study}")

    @property
    def who(self) -> frozenset[Who]:
        """As the table names them."""
        mine = {_PARTS[Membership.Part(one.part)] for one in self.memberships}
        return frozenset(mine | {who for who, roles in _ROLES.items() if roles & self.user.roles})


def admit(request: HttpRequest, key: str) -> Admitted:
    """Let the person of this request into the study of this key, for this address and method.

    Raises Http404 where the study is none of theirs, or is none at all; PermissionDenied (403) where their part may not.
    """
    match, user = request.resolver_match, request.user
    assert match is not None
    assert isinstance(user, User)
    method = "GET" if request.method == "HEAD" else str(request.method)
    allowed = TABLE.get((match.view_name, method), frozenset())
    study = ReaderStudy.objects.filter(key=key).first()
    if study is None:
        raise Http404
    mine = tuple(Membership.objects.filter(study=study, user=user, ended_at=None))
    found = Admitted(study, user, mine)
    if found.who & allowed:
        return found
    if not mine and Who.ADMINISTRATOR not in found.who:
        raise Http404
    raise PermissionDenied("Your part in this study does not include this.")
