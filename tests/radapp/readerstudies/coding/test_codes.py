"""Two codes, apart; then who erred; then, where they differ, adjudication. All through the API."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from radapp.readerstudies.coding.codes import submit_code
from radapp.readerstudies.models import (
    Adjudication,
    ChainEntry,
    Code,
    CodingItem,
    Membership,
    Proposal,
    ReaderStudy,
)
from tests.radapp.readerstudies import scene
from tests.radapp.readerstudies.coding import erring

pytestmark = pytest.mark.django_db


@dataclass
class Room:
    """A study with one false negative of a reader and one of T1WI on case 1 (rT1, 10 mm from the reader's mark), and a
    false positive of the reader on case 2.
    """

    study: ReaderStudy
    clients: dict[str, Client]
    items: dict[tuple[int, str], CodingItem]

    def get(self, who: str, item: tuple[int, str] | None = None) -> Any:
        """A response: the queue, or an item."""
        return self.clients[who].get(self._path(item))

    def code(self, who: str, item: tuple[int, str], *categories: str, remark: str = "") -> Any:
        """Submit a code."""
        return self._post(who, item, "codes/", {"categories": categories, "remark": remark})

    def adjudicate(self, who: str, item: tuple[int, str], *categories: str, reason: str = "") -> Any:
        """Submit a decision."""
        return self._post(who, item, "adjudication/", {"categories": categories, "reason": reason})

    def _post(self, who: str, item: tuple[int, str], address: str, body: dict[str, Any]) -> Any:
        return self.clients[who].post(self._path(item) + address, json.dumps(body), content_type="application/json")

    def _path(self, item: tuple[int, str] | None) -> str:
        root = f"/api/coding/{self.study.key}/"
        return root if item is None else f"{root}items/{self.items[item].key}/"

    def states(self, who: str) -> dict[tuple[int, str], str]:
        """What the queue says of each item that is in it."""
        names = {item.key: name for name, item in self.items.items()}
        return {names[one["key"]]: one["state"] for one in self.get(who).json()["items"]}


READER, NETWORK, ALARM = (1, "Senior reader 1"), (1, "T1WI"), (2, "Senior reader 1")


@pytest.fixture
def room() -> Room:
    """Coders ada and bob, adjudicator eve, and the reader, who codes here, too."""
    study = scene.study(content={**scene.PAPER, "coding": {"precedence": ["low_confidence", "focal"]}})
    first, second = scene.case(study, 1, examined=None), scene.case(study, 2, examined=None)
    erring.truth(first, True, rt_stage="rT1", marks=erring.LESION, sites=["fossa_of_rosenmueller"])
    erring.truth(second, False)
    reader = scene.member(study, scene.person("rita"), "reader", name="Senior reader 1")
    erring.reading(reader, first, False, point=[15.4, 0, 0], likelihood=35)
    erring.call(first, "T1WI", False, peak=[60.4, 0, 0])
    erring.reading(reader, second, True)
    members = [erring.coder(study, "ada"), erring.coder(study, "bob"), erring.coder(study, "eve", "adjudicator")]
    clients = {one.name: erring.client_of(one.user) for one in members}
    return Room(study, clients, erring.begun(study))


@pytest.mark.once
def test_nobody_hears_who_erred_before_both_codes_are_locked(room: Room) -> None:
    for item in (READER, NETWORK):
        found = room.get("ada", item)
        body = found.json()
        assert (body["error"], body["state"], body["mine"], body["revealed"]) == ("false_negative", "to_code", None, None)
        assert set(body) == {"key", "error", "state", "images", "marker", "reference", "mine", "revealed"}
        for word in ("Senior", "T1WI", "rita", "network", "likelihood", "score", "peak", "arm"):
            assert word not in found.content.decode()
    assert room.get("ada", READER).json()["marker"] == [15, 0, 0]
    assert room.get("ada", NETWORK).json()["marker"] == [60, 0, 0]
    assert room.get("eve", READER).status_code == 404
    assert room.states("eve") == {}


@pytest.mark.once
def test_the_reference_is_shown_without_its_date(room: Room) -> None:
    assert room.get("ada", READER).json()["reference"] == {
        "recurrence": True,
        "basis": "histopathology",
        "rt_stage": "rT1",
        "sites": ["fossa_of_rosenmueller"],
        "kinds": [],
        "nodal_only": False,
        "debatable": False,
        "marks": [{"point": [0, 0, 0], "radius": 5}],
        "segmented": False,
    }


@pytest.mark.once
def test_a_coder_never_sees_the_others_code_first(room: Room) -> None:
    answer = room.code("ada", READER, "focal", remark="small").json()
    assert (answer["state"], answer["revealed"]) == ("waiting", None)
    assert answer["mine"] == {"primary": "focal", "contributors": [], "remark": "small"}
    other = room.get("bob", READER)
    assert (other.json()["mine"], other.json()["revealed"], other.json()["state"]) == (None, None, "to_code")
    assert "small" not in other.content.decode()
    assert room.get("bob").json()["agreement"] == []


@pytest.mark.once
def test_what_a_case_reveals_waits_for_its_last_error(room: Room) -> None:
    """Whoever has seen a case's heatmap cannot code another error of that case neutrally."""
    room.code("ada", READER, "focal")
    room.code("bob", READER, "focal")
    assert room.states("bob") == {READER: "hidden", NETWORK: "to_code", ALARM: "to_code"}
    assert room.get("bob", READER).json()["revealed"] is None
    assert room.get("bob").json()["agreement"] == []
    room.code("bob", NETWORK, "position")
    revealed = room.get("bob", READER).json()["revealed"]
    assert revealed["erred"]["name"] == "Senior reader 1"
    assert room.get("ada", READER).json()["revealed"] is None
    assert room.states("bob") == {READER: "settled", NETWORK: "waiting", ALARM: "to_code"}


def locked(room: Room, first: str = "focal", second: str = "low_confidence") -> dict[str, Any]:
    """Both codes of both errors of case 1; what eve then sees of the reader's."""
    room.code("ada", READER, first)
    room.code("bob", READER, second)
    for who in ("ada", "bob"):
        room.code(who, NETWORK, "position")
    found: dict[str, Any] = room.get("eve", READER).json()
    return found


@pytest.mark.once
def test_after_both_locks_everything_is_shown(room: Room) -> None:
    found = locked(room)
    assert (found["state"], found["marker"]) == ("to_adjudicate", [15.4, 0, 0])
    revealed = found["revealed"]
    assert revealed["erred"] == {
        "kind": "reader",
        "name": "Senior reader 1",
        "arm": {"en": "Complete"},
        "stage": "only",
        "simulated": False,
        "likelihood": 35,
        "score": None,
        "cutoff": None,
    }
    assert [(one["coder"], one["primary"], one["mine"]) for one in revealed["codes"]] == [
        (1, "focal", False),
        (2, "low_confidence", False),
    ]
    assert (revealed["differs"], revealed["may_adjudicate"], revealed["final"]) == (True, True, None)
    proposal = revealed["proposal"]
    assert proposal["category"] == "low_confidence"
    assert [one["category"] for one in proposal["evidence"]] == ["low_confidence", "focal"]
    assert proposal["evidence"][0]["figures"]["distance_mm"] == 10.4
    network = room.get("eve", NETWORK).json()["revealed"]
    assert (network["erred"]["name"], network["erred"]["score"], network["erred"]["cutoff"]) == ("T1WI", 0.2, 0.5)
    assert (network["proposal"]["category"], network["differs"]) == ("focal", False)
    assert network["final"] == {"primary": "position", "contributors": []}


def test_the_proposal_is_stored_apart_with_the_second_code(room: Room) -> None:
    room.code("ada", READER, "focal")
    assert Proposal.objects.count() == 0
    room.code("bob", READER, "low_confidence")
    assert Proposal.objects.get().item == room.items[READER]
    assert set(Code.objects.values_list("primary", flat=True)) == {"focal", "low_confidence"}
    assert [entry.action for entry in ChainEntry.objects.order_by("sequence")][-3:] == ["coded", "coded", "proposed"]


def test_adjudication_decides_once(room: Room) -> None:
    locked(room)
    answer = room.adjudicate("eve", READER, "focal", "low_confidence", reason="Both hold.")
    assert answer.json()["state"] == "settled"
    assert answer.json()["revealed"]["final"] == {"primary": "low_confidence", "contributors": ["focal"]}
    assert answer.json()["revealed"]["adjudication"]["reason"] == "Both hold."
    again = room.adjudicate("eve", READER, "low_confidence", "focal", reason="Both hold.")
    assert (again.status_code, Adjudication.objects.count()) == (200, 1)
    changed = room.adjudicate("eve", READER, "focal")
    assert (changed.status_code, changed.json()["code"]) == (409, "locked")
    assert ChainEntry.objects.filter(action="adjudicated").count() == 1


@pytest.mark.once
def test_equal_codes_need_no_adjudication(room: Room) -> None:
    assert locked(room, "focal", "focal")["state"] == "settled"
    refused = room.adjudicate("eve", READER, "focal")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_adjudicate")


@pytest.mark.once
@pytest.mark.parametrize(("rule", "state"), [("primary", "settled"), ("any", "to_adjudicate")])
def test_whether_contributors_are_adjudicated_is_the_protocols(room: Room, rule: str, state: str) -> None:
    room.study.draft = {**room.study.draft, "coding": {"adjudicate": rule}}
    room.study.save()
    room.code("ada", ALARM, "fibrosis", "radiation_necrosis")
    room.code("bob", ALARM, "radiation_necrosis")
    found = room.get("eve", ALARM).json()
    assert found["state"] == state
    if rule == "primary":
        assert found["revealed"]["final"] == {"primary": "radiation_necrosis", "contributors": ["fibrosis"]}


@pytest.mark.once
def test_a_new_category_of_the_adjudicator_needs_a_reason(room: Room) -> None:
    locked(room)
    refused = room.adjudicate("eve", READER, "necrosis")
    assert (refused.status_code, refused.json()["code"]) == (400, "reason_needed")
    assert room.adjudicate("eve", READER, "necrosis", reason="A rim around fluid.").status_code == 200


def test_a_code_is_locked_and_the_same_again_is_the_same(room: Room) -> None:
    first = room.code("ada", READER, "focal", "low_confidence", remark=" seen ")
    again = room.code("ada", READER, "low_confidence", "focal", remark="seen")
    assert (first.json()["mine"], Code.objects.count()) == (again.json()["mine"], 1)
    assert first.json()["mine"]["primary"] == "low_confidence"
    for categories, remark in ((("focal",), "seen"), (("focal", "low_confidence"), "")):
        refused = room.code("ada", READER, *categories, remark=remark)
        assert (refused.status_code, refused.json()["code"]) == (409, "locked")
    assert ChainEntry.objects.filter(action="coded").count() == 1


@pytest.mark.parametrize(
    ("categories", "remark", "code"),
    [
        (["fibrosis"], "", "invalid"),
        (["nonsense"], "", "invalid"),
        ([], "", "invalid"),
        (["missed_other"], " ", "remark_needed"),
        (["focal", "missed_other"], "", "remark_needed"),
    ],
)
@pytest.mark.once
def test_what_is_no_code(room: Room, categories: list[str], remark: str, code: str) -> None:
    refused = room.code("ada", READER, *categories, remark=remark)
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert Code.objects.count() == 0


@pytest.mark.parametrize(
    ("left", "also", "missing", "words"),
    [
        (["bob"], [], {"coders": 1, "adjudicator": False}, "Missing: one coder."),
        (["eve"], [], {"coders": 0, "adjudicator": True}, "Missing: an adjudicator who is none of the two coders."),
        (["bob", "eve"], [], {"coders": 1, "adjudicator": True}, "Missing: one coder and an adjudicator"),
        (["eve"], [("bob", "adjudicator")], {"coders": 0, "adjudicator": True}, "Missing: an adjudicator who is none"),
        (["eve"], [("bob", "adjudicator"), ("cyd", "coder")], None, ""),
    ],
)
@pytest.mark.once
def test_no_code_before_two_coders_and_an_adjudicator(
    room: Room, left: list[str], also: list[tuple[str, str]], missing: dict[str, Any] | None, words: str
) -> None:
    Membership.objects.filter(name__in=left).update(ended_at="2026-01-01T00:00Z", ended_reason="Left.")
    for name, part in also:
        erring.coder(room.study, name, part)
    assert room.get("ada").json()["missing"] == missing
    answer = room.code("ada", READER, "focal")
    assert answer.status_code == (409 if missing else 200), answer.json()
    assert Code.objects.count() == (0 if missing else 1)
    if missing:
        assert answer.json()["code"] == "understaffed"
        assert words in answer.json()["detail"]


@pytest.mark.once
def test_once_coding_has_begun_somebody_may_leave(room: Room) -> None:
    room.code("ada", READER, "focal")
    Membership.objects.filter(name__in=["bob", "eve"]).update(ended_at="2026-01-01T00:00Z", ended_reason="Left.")
    assert room.get("ada").json()["missing"] is None
    assert room.code("ada", NETWORK, "focal").status_code == 200


@pytest.mark.once
def test_a_third_coder_finds_two_codes(room: Room) -> None:
    third = erring.coder(room.study, "cyd")
    room.clients["cyd"] = erring.client_of(third.user)
    room.code("ada", READER, "focal")
    room.code("bob", READER, "focal")
    assert READER not in room.states("cyd")
    assert room.code("cyd", READER, "focal").status_code == 404
    assert room.states("cyd")[NETWORK] == "to_code"


def test_the_database_itself_keeps_to_two_codes(room: Room) -> None:
    item, coder = room.items[READER], Membership.objects.get(name="ada")
    submit_code(item, coder, ["focal"])
    again = {"item": item, "primary": "focal"}
    for values in ({"coder": coder, "place": 2}, {"coder": Membership.objects.get(name="bob"), "place": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Code.objects.create(**again, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Code.objects.create(**again, coder=Membership.objects.get(name="bob"), place=3)


@pytest.mark.once
def test_nobody_codes_what_they_read(room: Room) -> None:
    """Not even with a coder's part, and not what they read in another study."""
    elsewhere = scene.study("Another")
    scene.member(room.study, scene.person("rita"), "coder")
    room.clients["rita"] = erring.client_of(scene.person("rita"))
    assert room.states("rita") == {}
    assert room.code("rita", READER, "focal").status_code == 404
    bob = scene.person("bob")
    erring.reading(scene.member(elsewhere, bob, "reader"), scene.case(elsewhere, 1, examined=None), True)
    assert len(room.states("bob")) == 3
    case = room.items[ALARM].case
    erring.reading(scene.member(elsewhere, bob, "reader", ended_at="2026-01-01T00:00Z", ended_reason="-"), case, True)
    assert ALARM not in room.states("bob")


@pytest.mark.once
def test_who_coded_it_does_not_adjudicate_it(room: Room) -> None:
    scene.member(room.study, scene.person("ada"), "adjudicator")
    locked(room)
    assert room.states("ada")[READER] == "differing"
    refused = room.adjudicate("ada", READER, "focal")
    assert (refused.status_code, refused.json()["code"]) == (409, "coded_by_you")


@pytest.mark.once
def test_a_second_membership_is_the_same_person(room: Room) -> None:
    room.code("ada", READER, "focal")
    Membership.objects.filter(name="ada").update(ended_at="2026-01-01T00:00Z", ended_reason="Left.")
    scene.member(room.study, scene.person("ada"), "coder", name="ada again")
    refused = room.code("ada", READER, "low_confidence")
    assert (refused.status_code, refused.json()["code"]) == (409, "locked")


@pytest.mark.once
@pytest.mark.parametrize("state", ["open", "closed", "locked"])
def test_nothing_is_coded_before_unblinding(room: Room, state: str) -> None:
    facts: dict[str, Any] = {"state": state, "unblinded_at": None}
    if state != "locked":
        facts["locked_at"] = None
    ReaderStudy.objects.filter(pk=room.study.pk).update(**facts)
    assert room.states("ada") == {}
    assert room.get("ada", READER).status_code == 404
    assert room.code("ada", READER, "focal").status_code == 404


@pytest.mark.once
def test_each_coder_has_an_order_of_their_own_and_it_stays(room: Room) -> None:
    orders = [[one["key"] for one in room.get(who).json()["items"]] for who in ("ada", "bob", "ada")]
    assert orders[0] == orders[2]
    keys = [item.key for item in room.items.values()]
    assert all(sorted(order) == sorted(keys) for order in orders)
    shuffled = {tuple(orders[0]), tuple(orders[1])}
    for number in range(6):
        another = erring.coder(room.study, f"coder {number}")
        room.clients[another.name] = erring.client_of(another.user)
        shuffled.add(tuple(one["key"] for one in room.get(another.name).json()["items"]))
    assert len(shuffled) > 1


def test_agreement_so_far(room: Room) -> None:
    locked(room)
    for who, said in (("ada", "fibrosis"), ("bob", "fibrosis")):
        room.code(who, ALARM, said)
    pairs = {one["error"]: one for one in room.get("eve").json()["agreement"]}
    assert set(pairs) == {"false_negative", "false_positive"}
    missed = pairs["false_negative"]
    assert (missed["first"], missed["second"], missed["kappa"]["n"]) == (1, 2, 2)
    assert missed["kappa"]["value"] == pytest.approx(1 / 3)
    assert pairs["false_positive"]["kappa"]["value"] is None
    assert "chance alone" in pairs["false_positive"]["kappa"]["reason"]


@pytest.mark.once
def test_parts(room: Room) -> None:
    """Coders do not decide, adjudicators do not code, investigators do neither and readers see nothing."""
    locked(room)
    for who, part in (("ivy", "investigator"), ("tom", "tagger"), ("ron", "reader")):
        scene.member(room.study, scene.person(who), part)
        room.clients[who] = erring.client_of(scene.person(who))
        assert room.get(who).status_code == room.get(who, READER).status_code == 403
        assert room.code(who, READER, "focal").status_code == 403
        assert room.adjudicate(who, READER, "focal").status_code == 403
    assert room.adjudicate("ada", READER, "focal").status_code == 403
    assert room.code("eve", READER, "focal").status_code == 403
    room.clients["nobody"] = erring.client_of(scene.person("nobody"))
    assert room.get("nobody").status_code == room.get("nobody", READER).status_code == 404
    other = scene.study("Another")
    room.clients["otto"] = erring.client_of(erring.coder(other, "otto").user)
    assert room.get("otto", READER).status_code == 404
