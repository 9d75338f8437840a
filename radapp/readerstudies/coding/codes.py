"""Coding an error and adjudicating it: append-only, locked by submitting, the same act again is the same act."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model

from ml.evaluation.marks import Ball
from radapp.accounts.models import User
from radapp.readerstudies import chain
from radapp.readerstudies.coding.categories import OTHERS, Chosen, precedence_of, primary_of
from radapp.readerstudies.coding.counted import reference_of
from radapp.readerstudies.coding.erring import items_of, said_by
from radapp.readerstudies.coding.proposals import Known, propose
from radapp.readerstudies.coding.sight import barred_cases, is_coded_by
from radapp.readerstudies.coding.standing import CODERS, Standing, State, chosen, standing_of
from radapp.readerstudies.coding.team import RULE, missing_before_the_first_code
from radapp.readerstudies.models import Adjudication, Code, CodingItem, Membership, Proposal, ReaderStudy
from radapp.readerstudies.protocol import Protocol
from radapp.readerstudies.reference.status import Status
from radapp.readerstudies.terms import protocol_in_force

Row = TypeVar("Row", Code, Adjudication)
Part = Membership.Part


class CodingRefused(ValueError):  # noqa: N818 - a refusal
    """What cannot be coded or decided; `code` for programs, the text for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Act:
    """Who says what of an item: `by` in their part; `remark` is an adjudication's reason, too.

    `name` is for a member without an account: a coder of an imported or simulated study.
    """

    by: Membership
    categories: frozenset[str]
    remark: str = ""

    @property
    def user(self) -> User | None:
        """The account behind it."""
        return self.by.user


def submit_code(item: CodingItem, coder: Membership, categories: Collection[str], remark: str = "") -> Code:
    """Code an error; that locks the code. With the second code the proposal is made. CodingRefused says why not."""
    act = Act(coder, frozenset(categories), remark.strip())
    return _once_more(lambda: _submit_code(item.pk, act))


def adjudicate(item: CodingItem, adjudicator: Membership, categories: Collection[str], reason: str = "") -> Adjudication:
    """Decide between two codes that differ. CodingRefused says why not."""
    act = Act(adjudicator, frozenset(categories), reason.strip())
    return _once_more(lambda: _adjudicate(item.pk, act))


def _once_more(write: Callable[[], Row]) -> Row:
    """Two who submit at once meet in the database; the second looks again at what the first wrote."""
    try:
        return write()
    except IntegrityError:
        return write()


@transaction.atomic
def _submit_code(pk: int, act: Act) -> Code:
    item, protocol = _locked(pk)
    _refuse_wrong(item, act, Part.CODER)
    said = _chosen(item, act, protocol)
    mine = next((code for code in item.codes.all() if is_coded_by_member(code, act)), None)
    if mine is not None:
        return _same(mine, chosen(mine) == said and mine.remark == act.remark, "Your code is locked; it cannot be changed.")
    missing = missing_before_the_first_code(item.case.study)
    if missing:
        raise CodingRefused("understaffed", RULE.format(missing=missing))
    place = len(item.codes.all()) + 1
    if place > CODERS:
        raise CodingRefused("coded_by_others", "Two coders have coded this error already. Go on to the next one.")
    code = Code.objects.create(
        item=item,
        coder=act.by,
        place=place,
        primary=said.primary,
        contributors=list(said.contributors),
        remark=act.remark,
    )
    said_so = {**fact_of(code), "coder": act.by.key, "place": place, "remark": act.remark}
    _record(item, act, chain.Action.CODED, code, said_so)
    if place == CODERS:
        _propose(item, act, protocol)
    return code


@transaction.atomic
def _adjudicate(pk: int, act: Act) -> Adjudication:
    item, protocol = _locked(pk)
    _refuse_wrong(item, act, Part.ADJUDICATOR)
    if is_coded_by(item, act.user, act.by):
        raise CodingRefused("coded_by_you", "You coded this error yourself; somebody else decides between the two codes.")
    said, standing = _chosen(item, act, protocol), _standing(item, protocol)
    if standing.adjudication is not None:
        known = standing.adjudication
        same = known.adjudicator_id == act.by.pk and chosen(known) == said and known.reason == act.remark
        return _same(known, same, "This error has been adjudicated; the decision stands.")
    if standing.state is not State.DIFFERING:
        words = "Both codes agree: nothing is to be decided." if standing.both_locked else "Both codes are not locked yet."
        raise CodingRefused("nothing_to_adjudicate", words)
    named = frozenset.union(*(chosen(code).all for code in standing.codes))
    if not act.remark and not said.all <= named:
        raise CodingRefused("reason_needed", "Neither coder named this category: give a reason for it.")
    made = Adjudication.objects.create(
        item=item,
        adjudicator=act.by,
        primary=said.primary,
        contributors=list(said.contributors),
        reason=act.remark,
    )
    _record(item, act, chain.Action.ADJUDICATED, made, {**fact_of(made), "adjudicator": act.by.key}, act.remark)
    return made


def fact_of(row: Code | Adjudication) -> dict[str, Any]:
    """What the chain says of a code or a decision, beside who made it."""
    return {"primary": row.primary, "contributors": list(row.contributors)}


def is_coded_by_member(code: Code, act: Act) -> bool:
    """Whether this code is this person's, under whichever membership."""
    return code.coder_id == act.by.pk or (act.user is not None and code.coder.user_id == act.user.pk)


def _locked(pk: int) -> tuple[CodingItem, Protocol]:
    """The item, its row locked until the transaction ends, as it now is; and the study's protocol."""
    CodingItem.objects.select_for_update().only("pk").get(pk=pk)
    study = ReaderStudy.objects.get(cases__coding_items=pk)
    item = items_of(study).get(pk=pk)
    item.case.study = study
    return item, protocol_in_force(study)


def _refuse_wrong(item: CodingItem, act: Act, part: str) -> None:
    study = item.case.study
    if study.state != ReaderStudy.State.UNBLINDED:
        raise CodingRefused("not_unblinded", f"The study is {study.state}; errors are coded once it is unblinded.")
    if act.by.study_id != study.pk or act.by.part != part or act.by.ended_at is not None:
        raise CodingRefused("no_part", f"{act.by.name} is no {part} of this study now.")
    if item.case_id in barred_cases(study, act.user):
        raise CodingRefused("read_by_you", "You read this case in a study; somebody else codes its errors.")


def _chosen(item: CodingItem, act: Act, protocol: Protocol) -> Chosen:
    precedence = precedence_of(protocol.coding, item.error)
    try:
        said = primary_of(act.categories, precedence)
    except ValueError as error:
        raise CodingRefused("invalid", f"Categories: {error}.") from error
    if said.all & OTHERS and not act.remark:
        raise CodingRefused("remark_needed", "'Other' says nothing alone: write in the remark what it was.")
    return said


def _standing(item: CodingItem, protocol: Protocol) -> Standing:
    return standing_of(item, protocol.coding, precedence_of(protocol.coding, item.error))


def _same(row: Row, same: bool, words: str) -> Row:
    if not same:
        raise CodingRefused("locked", words)
    return row


def _record(item: CodingItem, act: Act, action: chain.Action, row: Model, after: dict[str, Any], reason: str = "") -> None:
    chain.record(
        item.case.study,
        actor=act.user,
        actor_name="" if act.user else act.by.name,
        action=action,
        target=item.key,
        after=after,
        reason=reason,
        rows=[row],
    )


def _propose(item: CodingItem, act: Act, protocol: Protocol) -> None:
    truth = reference_of(item.case)
    precedence = precedence_of(protocol.coding, item.error)
    found = propose(known_of(item, truth, protocol), precedence, protocol.coding.hit_radius_mm)
    made = Proposal.objects.create(item=item, category=found.category, evidence=found.stored())
    _record(item, act, chain.Action.PROPOSED, made, {"category": found.category, "evidence": found.stored()})


def known_of(item: CodingItem, truth: Status, protocol: Protocol) -> Known:
    """What a proposal is made from."""
    return Known(
        error=item.error,
        by_network=item.call is not None,
        rt_stage=truth.rt_stage,
        sites=truth.sites,
        kinds=truth.kinds,
        lesion=tuple(Ball(tuple(mark["point"]), mark.get("radius") or 0.0) for mark in truth.marks),
        marker=tuple(item.marker) if item.marker else None,
        **said_by(item, protocol),
    )
