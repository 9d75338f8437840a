"""What the check finds about people: readers, their accounts, independence, who codes and tags."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from django.utils import timezone

from radapp.accounts.models import Role
from radapp.readerstudies.coding import team
from radapp.readerstudies.desk import independence, readings
from radapp.readerstudies.desk.findings import Finding, listed, of_members
from radapp.readerstudies.desk.independence import Conflict
from radapp.readerstudies.models import Answer, Membership, ReaderStudy
from radapp.readerstudies.protocol import Protocol

Part = Membership.Part


def look(study: ReaderStudy, protocol: Protocol) -> Iterator[Finding]:
    """All findings about people."""
    readers = readings.active_readers(study)
    if not readers:
        yield Finding("no_readers", True, "members", "Nobody is to read.")
    yield from _accounts(readers)
    yield from _groups(readers, protocol)
    yield from _seniority(readers, protocol)
    yield from _independence(study, readers)
    yield from _memories(study, readers)
    yield from _others(study)


def _accounts(readers: Sequence[Membership]) -> Iterator[Finding]:
    people = [one for one in readers if one.user is not None]
    unfit = [one for one in people if one.user and not (one.user.is_active and Role.READER in one.user.roles)]
    words = "The account of {which} is switched off, or has not the role reader."
    yield from of_members("account_unfit", True, words, unfit)
    words = "{which}: no person, answers are computed. Everything shown is labelled so."
    yield from of_members("simulated", False, words, [one for one in readers if one.simulated])


def _groups(readers: Sequence[Membership], protocol: Protocol) -> Iterator[Finding]:
    design = protocol.design
    if design.kind == "split_plot" and readers and len(readers) < design.groups:
        words = f"{design.groups} groups of readers, and {len(readers)} readers."
        yield Finding("too_few_readers", True, "members", words)
    elif design.kind == "split_plot" and readers and len(readers) % design.groups:
        words = f"{len(readers)} readers in {design.groups} groups: the groups are not equal."
        yield Finding("unequal_groups", False, "members", words)
    if len(design.arms) > 1 and readers and len(readers) % len(design.arms):
        words = f"{len(readers)} readers and {len(design.arms)} arms: the orders of arms are not fully balanced."
        yield Finding("unbalanced", False, "members", words)


def _seniority(readers: Sequence[Membership], protocol: Protocol) -> Iterator[Finding]:
    counts = Counter(one.seniority for one in readers)
    asked = any(name.startswith("seniority:") for one in protocol.aim.analyses for name in (one.first, one.second))
    if readers and (asked or len(counts) > 1) and min(counts[level] for level in Membership.Seniority) < 2:
        words = "Fewer than two readers of one seniority allow no statement about seniority: reports say 'this reader'."
        yield Finding("seniority", False, "members", words)


def _independence(study: ReaderStudy, readers: Sequence[Membership]) -> Iterator[Finding]:
    found = independence.conflicts(study)
    for reader in readers:
        mine = found.get(reader.user_id or 0, [])
        for waived in (False, True):
            yield from _conflicts(reader, [one for one in mine if one.waived == waived], waived=waived)


def _conflicts(reader: Membership, found: Sequence[Conflict], *, waived: bool) -> Iterator[Finding]:
    """One finding for each ground."""
    by_ground: Mapping[str, list[Conflict]] = {one.ground: [] for one in found}
    for one in found:
        by_ground[one.ground].append(one)
    for ground, some in by_ground.items():
        numbers = tuple(sorted(one.number for one in some if one.number is not None))
        where = f" ({listed(numbers)})" if numbers else ""
        end = "This was waived with a reason." if waived else "Nobody reads such a case: leave it out, or waive it."
        words = f"{reader.name} {some[0].detail}{where}. {end}"
        code = f"not_independent_{ground}" + ("_waived" if waived else "")
        yield Finding(code, not waived, "members", words, cases=numbers, members=(reader.key,))


def _memories(study: ReaderStudy, readers: Sequence[Membership]) -> Iterator[Finding]:
    """Readers who read one of the examinations in another study: they may remember it."""
    examinations = study.cases.filter(state="included").values("examination")
    for reader in readers:
        if reader.user is None:
            continue
        answered = Answer.objects.filter(
            assignment__session__reader__user=reader.user, assignment__case__examination__in=examinations
        ).exclude(assignment__session__reader__study=study)
        count = answered.values("assignment__case__examination").distinct().count()
        if count:
            words = f"{reader.name} has read {count} of these examinations in another study, and may remember them."
            yield Finding("read_before", False, "members", words, members=(reader.key,))


def _others(study: ReaderStudy) -> Iterator[Finding]:
    missing = team.missing_of(study)
    if missing.coders:
        words = f"Errors are coded by two coders. Still to be named: {team.NUMBERS[missing.coders]}, before the first code."
        yield Finding("few_coders", False, "members", words)
    if missing.adjudicator:
        words = "Where coders differ an adjudicator decides. Still to be named: one, before the first code."
        yield Finding("no_adjudicator", False, "members", words)
    waiting = study.invitations.filter(
        part=Part.READER, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).count()
    if waiting:
        words = f"{waiting} invited readers have not accepted; once the study is open they cannot."
        yield Finding("invited", False, "members", words)
