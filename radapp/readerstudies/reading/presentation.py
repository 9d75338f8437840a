"""The reading room and the case in it as the API tells them. What is not named here, no reader hears."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.readerstudies.blinding.shown import shown
from radapp.readerstudies.models import Answer, Assignment, Draft, ReaderStudy, Reading
from radapp.readerstudies.models.readings import Stage
from radapp.readerstudies.permissions import Admitted
from radapp.readerstudies.protocol import Protocol, Told
from radapp.readerstudies.reading import places
from radapp.readerstudies.reading.acts import READER
from radapp.readerstudies.reading.aid import current_result, cutoffs_of, scores_of
from radapp.readerstudies.reading.corrections import is_correctable
from radapp.readerstudies.reading.looks import View, Why, next_ahead, view_of
from radapp.readerstudies.reading.opening import next_of
from radapp.readerstudies.reading.places import Place, Stand, stand_of
from radapp.readerstudies.reference.status import statuses
from radapp.readerstudies.terms import protocol_in_force

State = ReaderStudy.State


def room(admitted: Admitted) -> dict[str, Any]:
    """What GET /api/reading/{key}/ answers (RoomSerializer). Before a study is opened its readers hear its title alone."""
    study, reader = admitted.study, admitted.membership(READER)
    protocol = protocol_in_force(study)
    stand = stand_of(reader, protocol)
    session = stand.session or (stand.sessions[-1] if stand.sessions else None)
    number = session.number if session else 0
    ends = places.opens_at(session) if session and stand.session else None
    waits_until = ends if ends is not None and timezone.now() < ends else None
    told = Told() if study.is_drafted else protocol.told
    return {
        "study": {"key": study.key, "title": study.title, "synthetic": study.synthetic},
        "told": told.model_dump(),
        "lroc": protocol.design.lroc,
        "lock": protocol.design.lock,
        "session": {
            "number": number,
            "of": len(stand.sessions),
            "opens_at": waits_until,
            "locked": number in stand.locked or (not stand.locks_sessions and number > 0 and stand.session is None),
            "lockable": study.state == State.OPEN and stand.is_lockable(number),
        },
        "later": _later(stand, waits_until or timezone.now()) if study.state == State.OPEN else [],
        "progress": _progress(stand, number),
        "state": _state(study, stand, waits_until),
        "current": stand.open.key if stand.open and study.state == State.OPEN else None,
        "done": [_done(place, study, protocol, stand) for place in stand.of(number) if place.done],
    }


def _later(stand: Stand, begins: datetime) -> list[dict[str, Any]]:
    """The sessions after the one that is read: when each opens at the earliest, were those before read on their first day.

    `begins`: when the one that is read may be read, or now. Where it only waits for its lock its last answer counts.
    """
    if stand.session is None:
        return []
    later = [one for one in stand.sessions if one.number > stand.session.number]
    earliest, found = begins, []
    for one in later:
        answered = places.opens_at(one) if one == later[0] and stand.is_lockable(stand.session.number) else None
        earliest = answered or earliest + timedelta(days=one.washout_days)
        found.append({"number": one.number, "washout_days": one.washout_days, "earliest": earliest})
    return found


def _progress(stand: Stand, session: int) -> dict[str, int]:
    practice, others = stand.of(session, practice=True), stand.of(session, practice=False)
    return {
        "done": sum(place.done for place in others),
        "total": len(others),
        "practice_done": sum(place.done for place in practice),
        "practice_total": len(practice),
    }


def _state(study: ReaderStudy, stand: Stand, waits_until: datetime | None) -> str:
    if study.is_drafted:
        return "waiting"
    if study.state != State.OPEN:
        return "closed"
    if stand.open is not None:
        state = Reading.objects.get(assignment_id=stand.open.pk).state
        return "paused" if state == Reading.State.PAUSED else "ready"
    if stand.session is None:
        return "finished" if stand.sessions else "waiting"
    if stand.is_lockable(stand.session.number):
        return "finished" if stand.session == stand.sessions[-1] else "waiting"
    if waits_until is not None or next_of(stand.left(stand.session.number), stand.session).place is None:
        return "waiting"
    return "ready"


def _done(place: Place, study: ReaderStudy, protocol: Protocol, stand: Stand) -> dict[str, Any]:
    may = study.state == State.OPEN and protocol.design.lock == "session" and not place.practice
    return {
        "key": place.key,
        "position": place.number,
        "practice": place.practice,
        "correctable": may and place.session not in stand.locked,
    }


def case(admitted: Admitted, key: str, seat: str) -> dict[str, Any]:
    """One case as its reader sees it now (CaseViewSerializer).

    Raises Http404 where it is not in sight, or only lies ahead; ApiError 409 (paused).
    """
    view = view_of(admitted, key)
    if view.reading is None:
        raise Http404
    stand = stand_of(view.reader, view.protocol)
    place = next(one for one in stand.places if one.key == key)
    images = images_of(view)
    arm = view.arm
    done = view.why != Why.READ
    return {
        "key": key,
        "position": place.number,
        "of": len(stand.of(place.session, practice=place.practice)),
        "practice": place.practice,
        "stage": view.stage,
        "stages": list(view.stages),
        "answered": done,
        "correctable": is_correctable(view.protocol.design, view.assignment) and done,
        "form": [question.model_dump(mode="json") for question in view.form],
        "arm": {"name": arm.name, "images": arm.images, "ai": arm.ai, "prior": arm.prior},
        "seat_held": bool(seat) and view.reading.seat == seat,
        "images": images,
        "draft": None if done else _draft(view),
        "first": _first(view),
        "submitted": _answer(view.assignment, view.stages[-1]) if done else None,
        "aid": _aid(view, images) if view.shows_aid else None,
        "feedback": _feedback(view) if view.why == Why.FEEDBACK else None,
        "ahead": _ahead(admitted, view, stand),
    }


def case_or_none(admitted: Admitted, key: str, seat: str) -> dict[str, Any] | None:
    """The same; None where it is out of sight."""
    try:
        return case(admitted, key, seat)
    except (Http404, ApiError):
        return None


def images_of(view: View) -> dict[str, Any]:
    """As ShownImagesSerializer has them."""
    return {**shown(view.sight), "root": f"/api/reading/{view.study.key}/readings/{view.assignment.key}"}


def _ahead(admitted: Admitted, view: View, stand: Stand) -> dict[str, Any] | None:
    place = next_ahead(stand) if view.why == Why.READ else None
    return images_of(view_of(admitted, place.key)) if place is not None else None


def _draft(view: View) -> dict[str, Any] | None:
    draft = Draft.objects.filter(assignment=view.assignment, stage=view.stage).first()
    if draft is None:
        return None
    return {"answers": draft.answers, "revision": draft.revision, "saved_at": draft.saved_at}


def _first(view: View) -> dict[str, Any] | None:
    return _answer(view.assignment, Stage.UNAIDED) if Stage.UNAIDED in view.stages else None


def _answer(assignment: Assignment, stage: Stage) -> dict[str, Any] | None:
    answer = Answer.objects.filter(assignment=assignment, stage=stage).order_by("-version").first()
    return {"answers": answer.answers} if answer is not None else None


def _aid(view: View, images: dict[str, Any]) -> dict[str, Any]:
    sight = view.sight
    result = current_result(sight.examination)
    return {
        "scores": scores_of(result, sight.roles),
        "cutoffs": cutoffs_of(result, sight.roles),
        "heatmaps": images["heatmaps"],
    }


def _feedback(view: View) -> dict[str, Any]:
    found = statuses(view.study)[view.assignment.case_id]
    return {
        "recurrence": found.recurrence,
        "sites": list(found.sites),
        "rt_stage": found.rt_stage,
        "kinds": list(found.kinds),
    }
