"""What a coder or adjudicator may see of an item, and when: `sight_of` and the two questions behind it.

Coders see the same sequences of every examination, whatever the arm showed: what was read would tell who erred. The heatmap
of a case waits until this person has no further error of that case to code: another item of it is coded without having seen
it.
"""

from django.db.models import Q, QuerySet
from django.http import Http404

from radapp.accounts.models import User
from radapp.readerstudies.coding.erring import items_of
from radapp.readerstudies.coding.standing import CODERS
from radapp.readerstudies.models import Answer, Case, CodingItem, Membership, NetworkCall, ReaderStudy
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.sight import COMPLETE, Sight
from radapp.triage.models import Heatmap

Part = Membership.Part


def read_by(user: User | None) -> Q:
    """Cases whose examination this person read, in this or another study: nobody codes what they read."""
    if user is None:
        return Q(pk__in=[])
    mine = Answer.objects.filter(Q(submitted_by=user) | Q(assignment__session__reader__user=user))
    return Q(pk__in=mine.values("assignment__case_id")) | Q(
        examination__in=mine.filter(assignment__case__examination__isnull=False).values("assignment__case__examination_id")
    )


def barred_cases(study: ReaderStudy, user: User | None) -> set[int]:
    """Of a study, by database number."""
    return set(Case.objects.filter(read_by(user), study=study).values_list("pk", flat=True))


def is_coded_by(item: CodingItem, user: User | None, membership: Membership | None = None) -> bool:
    """Whether one of its codes is this person's, under whichever membership."""
    return any(
        (user is not None and code.coder.user_id == user.pk) or (membership is not None and code.coder_id == membership.pk)
        for code in item.codes.all()
    )


def is_open_to(item: CodingItem, user: User) -> bool:
    """Whether this person, a coder who did not read the case, could still code it."""
    return len(item.codes.all()) < CODERS and not is_coded_by(item, user)


def holds(admitted: Admitted, part: str) -> bool:
    """Whether the person has this part in the study now."""
    return any(one.part == part for one in admitted.memberships)


def visible_items(admitted: Admitted) -> list[CodingItem]:
    """A person's items: a coder's own and those that they could code, an adjudicator's that both coders have locked."""
    if admitted.study.state != ReaderStudy.State.UNBLINDED:
        return []
    barred = barred_cases(admitted.study, admitted.user)
    free = [item for item in items_of(admitted.study) if item.case_id not in barred]
    return [item for item in free if _is_visible(admitted, item)]


def _is_visible(admitted: Admitted, item: CodingItem) -> bool:
    user = admitted.user
    if holds(admitted, Part.CODER) and (is_coded_by(item, user) or is_open_to(item, user)):
        return True
    return holds(admitted, Part.ADJUDICATOR) and len(item.codes.all()) == CODERS


def item_or_404(admitted: Admitted, key: str) -> CodingItem:
    """The item of this key, where it is this person's to see; 404 otherwise, in the same words for every reason."""
    found = items_of(admitted.study).filter(key=key).exclude(case__in=barred_cases(admitted.study, admitted.user)).first()
    if admitted.study.state != ReaderStudy.State.UNBLINDED or found is None or not _is_visible(admitted, found):
        raise Http404
    return found


def open_cases(admitted: Admitted, case: Case | None = None) -> set[int]:
    """Cases (or of one `case`, whether it is one) of which this person still has an error to code, by database number.

    Empty for who codes nothing.
    """
    if not holds(admitted, Part.CODER):
        return set()
    found = CodingItem.objects.filter(case__study=admitted.study).prefetch_related("codes__coder")
    if case is not None:
        found = found.filter(case=case)
    barred = barred_cases(admitted.study, admitted.user)
    return {item.case_id for item in found if item.case_id not in barred and is_open_to(item, admitted.user)}


def is_revealed(item: CodingItem, still_open: set[int]) -> bool:
    """Whether who erred, the heatmap, the proposal and both codes may be shown, given this person's `open_cases`."""
    return len(item.codes.all()) == CODERS and item.case_id not in still_open


def heatmaps_of(case: Case) -> tuple[Heatmap, ...]:
    """Of the result that the case's calls were taken from, in the order of the networks."""
    call = NetworkCall.objects.filter(case=case, result__isnull=False).order_by("pk").first()
    if call is None:
        return ()
    found: QuerySet[Heatmap] = Heatmap.objects.filter(result=call.result_id)
    return tuple(sorted(found, key=lambda one: COMPLETE.index(one.sequence)))


def sight_of(admitted: Admitted, key: str) -> Sight:
    """For blinding's routes. 404 for what is not this person's, and for an imported case without images."""
    return sight_on(admitted, item_or_404(admitted, key))


def sight_on(admitted: Admitted, item: CodingItem) -> Sight:
    """The same, of an item that was looked up; Http404 without images. Its pseudonyms are this person's for this item."""
    if item.case.examination is None:
        raise Http404
    revealed = is_revealed(item, open_cases(admitted, item.case))
    viewer = admitted.membership(Part.CODER, Part.ADJUDICATOR)
    return Sight(
        study=admitted.study,
        viewpoint=f"coding {item.key} {viewer.key}",
        examination=item.case.examination,
        roles=COMPLETE,
        heatmaps=heatmaps_of(item.case) if revealed else (),
    )
