"""What the reading room refuses, in words. None of them tells which case, whose, or what is known of it."""

from collections.abc import Sequence
from datetime import datetime

from radapp.accounts.errors import ApiError
from radapp.readerstudies.form import Problem


def seat_taken() -> ApiError:
    """Another tab or machine reads this case."""
    return ApiError(
        409,
        "seat_taken",
        "This case is open in another window or on another machine. Go on there, or take it over: what was saved is kept.",
    )


def stage_locked() -> ApiError:
    """The stage was answered before, or its time has not come."""
    return ApiError(
        409, "stage_locked", "This part of the case is locked: its answer was submitted, or another part comes first."
    )


def study_not_open() -> ApiError:
    """Nobody reads now."""
    return ApiError(409, "study_not_open", "The study is not open for reading. What was submitted is kept.")


def washout(ends: datetime) -> ApiError:
    """The next session's time has not come."""
    return ApiError(
        409,
        "washout",
        f"The next session opens at {ends:%Y-%m-%d %H:%M} UTC: that much time must pass after the last answer before it.",
    )


def contradiction(found: Sequence[Problem]) -> ApiError:
    """Answers that do not go together: a question, no correction."""
    words = " ".join(one.detail for one in found)
    return ApiError(409, "contradiction", f"{words} Change an answer, or submit again to confirm.")


def session_locked() -> ApiError:
    """Its answers are final."""
    return ApiError(409, "session_locked", "This session is locked: its answers are final.")


def session_not_locked(number: int) -> ApiError:
    """The session before is answered, but not final."""
    return ApiError(409, "session_not_locked", f"Session {number} is answered. Lock it before you go on.")


def session_unfinished(number: int) -> ApiError:
    """Something is left to answer before it can be locked."""
    return ApiError(
        409, "session_unfinished", f"Session {number} has cases that are not answered yet. Read them before you lock it."
    )


def paused() -> ApiError:
    """The reading rests."""
    return ApiError(409, "paused", "The reading is paused. Go on with it first.")


def case_withdrawn() -> ApiError:
    """It left the study while it was read."""
    return ApiError(409, "case_withdrawn", "This case was withdrawn from the study. Go on with the next one.")


def set_aside() -> ApiError:
    """Nothing that is left may be given to this reader."""
    return ApiError(
        409,
        "set_aside",
        "What is left cannot be given to you at present. The investigator can see this; please wait for word.",
    )


def finished() -> ApiError:
    """Nothing is left."""
    return ApiError(409, "finished", "You have answered every case that was yours to read.")


def not_correctable() -> ApiError:
    """There is no answer of this stage, or none that the protocol lets anybody change."""
    return ApiError(409, "stage_locked", "This answer is locked and cannot be corrected.")


def submission_known() -> ApiError:
    """One UUID, two acts."""
    return ApiError(400, "invalid", "This submission's UUID was used for another act. Make a new one for each act.")


def invalid(problems: Sequence[Problem]) -> ApiError:
    """Answers that do not fit the form."""
    told = [{"field": one.question, "detail": one.detail} for one in problems]
    return ApiError(400, "invalid", " ".join(one.detail for one in problems), told)
