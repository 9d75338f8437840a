"""What a reader has seen elsewhere is not given to them when its turn comes: without a word of why, but noted."""

from django.db import transaction

from radapp.accounts.audit import record_opening
from radapp.readerstudies.models import Assignment, Case, ReadingEvent, ReferenceStep, Waiver
from tests.radapp.readerstudies.reading import rows
from tests.radapp.readerstudies.reading.rows import Reader


def _open_clinically(one: Reader, number: int) -> None:
    examined = Case.objects.get(number=number).examination
    assert examined is not None
    with transaction.atomic():
        record_opening(rows.person_of(one), examined.study_instance_uid)


def _case_of(key: str) -> int:
    return Assignment.objects.get(key=key).case.number


def test_what_was_opened_clinically_is_passed_over_until_it_is_waived(db: None) -> None:
    study = rows.opened(cases=3)
    one = rows.reader(study)
    _open_clinically(one, 1)
    first = one.open()
    assert _case_of(first["key"]) == 2
    [event] = ReadingEvent.objects.filter(kind="set_aside")
    assert (event.assignment.case.number, event.detail) == (1, {"grounds": ["opened"]})
    one.submit(first["key"], rows.NO)
    assert _case_of(one.read()) == 3
    room = one.room()
    assert (room["state"], room["progress"]["done"], room["progress"]["total"]) == ("waiting", 2, 3)
    for _ in range(3):
        status, body = one.next()
        assert (status, body["code"]) == (409, "set_aside")
        assert "opened" not in body["detail"]
    assert ReadingEvent.objects.filter(kind="set_aside").count() == 1
    case = Case.objects.get(number=1)
    Waiver.objects.create(study=study, user=rows.person_of(one), case=case, ground="opened", reason="Two years ago.")
    assert one.room()["state"] == "ready"
    assert _case_of(one.read()) == 1


def test_it_does_not_come_ahead_either(db: None) -> None:
    study = rows.opened(cases=3)
    one, other = rows.reader(study), rows.reader(study, "bob")
    ReferenceStep.objects.create(
        case=Case.objects.get(number=2),
        step="junior",
        recurrence=True,
        basis="histopathology",
        made_by=rows.person_of(one),
    )
    for reader, number in ((one, 3), (other, 2)):
        ahead = reader.open()["ahead"]["root"].rsplit("/", 1)[1]
        assert _case_of(ahead) == number
    assert ReadingEvent.objects.get(kind="set_aside").detail == {"grounds": ["tagged"]}
