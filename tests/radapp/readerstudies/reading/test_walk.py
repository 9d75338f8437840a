"""One reader reads a study from the first case to the last."""

from radapp.readerstudies.models import Answer, ChainEntry, Reading
from tests.radapp.readerstudies.reading import rows


def test_a_study_is_read_in_its_stored_order(db: None) -> None:
    one = rows.reader(rows.opened(cases=2))
    assert (one.room()["state"], one.room()["current"]) == ("ready", None)
    first = one.open()
    assert (first["position"], first["of"], first["stage"], first["seat_held"]) == (1, 2, "only", True)
    assert first["ahead"] is not None
    assert one.draft(first["key"], {"recurrence": True}, 1)[0] == 200
    assert one.case(first["key"])[1]["draft"]["answers"] == {"recurrence": True}
    status, receipt = one.submit(first["key"], rows.YES)
    assert (status, receipt["version"], receipt["case"]) == (200, 1, None)
    assert one.case(first["key"])[0] == 404
    second = one.open()
    assert (second["position"], second["ahead"]) == (2, None)
    assert one.submit(second["key"], rows.NO)[0] == 200
    room = one.room()
    assert (room["state"], room["progress"]["done"], room["session"]["locked"]) == ("finished", 2, True)
    assert Reading.objects.filter(state="locked").count() == Answer.objects.count() == 2
    actions = list(ChainEntry.objects.values_list("action", flat=True))
    assert actions == ["reading_opened", "answered", "reading_locked"] * 2
