"""Shadow mode: hidden until two sign, hidden again by one; advice is kept either way and compared with what was done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from django.utils import timezone

from radapp.accounts.errors import ApiError
from radapp.accounts.models import AppendOnlyError, AuditEntry, User
from radapp.archive.models import SeriesArrival, Study
from radapp.console import keeping, shadow
from radapp.console.models import KeptAdvice, Signature
from radapp.triage import decisions, services
from tests.radapp.console.conftest import enhanced
from tests.radapp.triage import examinations as given

pytestmark = pytest.mark.django_db
URL = "/api/shadow-mode/"


@pytest.fixture
def signing(people: dict[str, User], signed_in: Callable[[str], Client], settings: Any) -> Callable[..., Any]:
    """Signs as a person does on the page."""
    for person in people.values():
        person.set_password("right-password-17")
        person.save()

    def act(name: str, *, shown: bool = True, password: str = "right-password-17", **facts: object) -> Any:
        body = {"signed_as": name, "shown": shown, "password": password, **facts}
        return signed_in(name).post(URL, body, content_type="application/json")

    return act


def test_a_new_installation_is_in_shadow_mode() -> None:
    assert not shadow.is_shown()


def test_two_signatures_show_and_one_hides_at_once(signing: Callable[..., Any]) -> None:
    first = signing("radiologist")
    assert (first.status_code, first.json()["shown"], first.json()["missing"]) == (200, False, ["administrator"])
    assert signing("administrator").json()["shown"] is True
    refused = signing("radiologist", shown=False)
    assert (refused.status_code, refused.json()["code"]) == (400, "reason_needed")
    off = signing("radiologist", shown=False, reason="Two calls were wrong today.")
    assert (off.json()["shown"], off.json()["missing"]) == (False, ["administrator", "radiologist"])
    assert signing("radiologist").json()["missing"] == ["administrator"], "the old signatures are void"
    assert Signature.objects.count() == 4
    audited = AuditEntry.objects.filter(action="console_switched").order_by("id")
    assert [(row.before["shown"], row.after["shown"]) for row in audited] == [
        (False, False),
        (False, True),
        (True, False),
        (False, False),
    ]


def test_a_signature_that_stands_alone_can_be_taken_back(signing: Callable[..., Any]) -> None:
    assert signing("radiologist", shown=False, reason="x").json()["code"] == "nothing_to_switch_off"
    signing("radiologist")
    assert signing("administrator", shown=False, reason="Not yet.").json()["missing"] == ["administrator", "radiologist"]


def test_a_wrong_password_signs_nothing(signing: Callable[..., Any]) -> None:
    refused = signing("radiologist", password="guess")
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_password")
    assert not Signature.objects.exists()


def test_nobody_signs_twice_nor_for_another_role(signing: Callable[..., Any], signed_in: Callable[[str], Client]) -> None:
    signing("radiologist")
    assert signing("radiologist").json()["code"] == "already_signed"
    body = {"signed_as": "administrator", "shown": True, "password": "right-password-17"}
    refused = signed_in("radiologist").post(URL, body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_role")
    signing("administrator")
    assert signing("administrator").json()["code"] == "already_shown"


def test_one_person_with_both_roles_is_not_two(people: dict[str, User]) -> None:
    both = people["administrator"]
    both.is_radiologist = True
    both.save()
    shadow.sign(user=both, signed_as="administrator", shown=True)
    with pytest.raises(ApiError, match="another one must sign"):
        shadow.sign(user=both, signed_as="radiologist", shown=True)
    assert not shadow.is_shown()


def test_other_roles_neither_see_nor_sign(signed_in: Callable[[str], Client], kiosk: Client) -> None:
    for name in ("reader", "investigator", "newcomer"):
        assert signed_in(name).get(URL).status_code == 403
    assert kiosk.get(URL).status_code == 401


def test_signatures_and_kept_advice_are_written_once(people: dict[str, User], examined: Callable[..., Study]) -> None:
    examined()
    keeping.keep()
    kept = shadow.sign(user=people["radiologist"], signed_as="radiologist", shown=True)
    for row in (kept, KeptAdvice.objects.get()):
        with pytest.raises(AppendOnlyError):
            row.save()
        with pytest.raises(AppendOnlyError):
            row.delete()
        with pytest.raises((IntegrityError, OperationalError), match="written once"), transaction.atomic():
            type(row).objects.update(reason="another")


def rows() -> list[tuple[str, bool, bool, bool]]:
    found = KeptAdvice.objects.order_by("id")
    return [(row.tier, row.given, row.shown, row.enhanced) for row in found]


def test_advice_is_kept_when_it_changes_whether_shown_or_not(
    people: dict[str, User], examined: Callable[..., Study]
) -> None:
    study = examined(0.4, 0.4)
    assert (keeping.keep(), keeping.keep()) == (1, 0)
    for role in ("administrator", "radiologist"):
        shadow.sign(user=people[role], signed_as=role, shown=True)
    assert keeping.keep() == 1
    enhanced(study)
    keeping.keep()
    given.finished(study, given.findings(0.4, 0.4, 0.8))
    keeping.keep()
    assert rows() == [
        ("suspicious", True, False, False),
        ("suspicious", True, True, False),
        ("suspicious", False, True, False),
        ("suspicious", True, True, True),
    ]


def test_nothing_is_kept_of_what_is_not_on_the_table() -> None:
    given.protocol()
    folder = given.study(study_date=timezone.now().date())
    given.series(folder, "T1WI")
    services.consider(folder.study_instance_uid)
    assert keeping.keep() == 0


def over(study: Study) -> None:
    """Its last slice was long ago."""
    SeriesArrival.objects.filter(series__study=study).update(last_at=timezone.now() - timedelta(hours=3))


def test_advice_is_compared_with_what_was_done(
    examined: Callable[..., Study], radiographer: User, signed_in: Callable[[str], Client]
) -> None:
    followed, ignored, spared, enhanced_anyway, unread, undecided = (
        examined(*scores, answered=answered, accession_number=name)
        for name, scores, answered in (
            ("followed", (0.9, 0.9), True),
            ("ignored", (0.9, 0.9), True),
            ("spared", (0.1, 0.1), True),
            ("enhanced", (0.1, 0.1), True),
            ("unread", (0.9, 0.9), False),
            ("undecided", (0.4, 0.4), True),
        )
    )
    keeping.keep()
    for study in (followed, enhanced_anyway, unread):
        enhanced(study)
        keeping.keep()
    for study in (followed, ignored, spared, enhanced_anyway, unread):
        over(study)
    answer = signed_in("administrator").get(URL).json()
    assert answer["counts"] == {
        "positive": {"contrast": 1, "without": 1, "open": 0},
        "suspicious": {"contrast": 0, "without": 0, "open": 1},
        "negative": {"contrast": 1, "without": 1, "open": 0},
        "none": {"contrast": 1, "without": 0, "open": 0},
    }
    by_name = {one["accession_number"]: (one["advised"], one["done"], one["shown"]) for one in answer["examinations"]}
    assert by_name["followed"] == ("positive", "contrast", False), "the advice before contrast counts, not what came after"
    assert by_name["unread"] == ("none", "contrast", False)
    assert undecided.study_instance_uid in {one["uid"] for one in answer["examinations"]}


def test_a_decision_against_contrast_is_what_was_done(examined: Callable[..., Study], radiographer: User) -> None:
    study = examined()
    keeping.keep()
    decisions.confirm(study=study, decision="overridden", contrast=False, reason="Allergy", user=radiographer)
    (found,) = keeping.compared()
    assert (found.advised, found.done, found.decision) == ("positive", "without", "overridden")
