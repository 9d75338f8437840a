"""What is negotiated: every class and transfer syntax that the conformance statement names, by service."""

import re

import pytest
from pydicom.uid import UID
from pynetdicom import build_context

from radapp.archive.encoding import encoding_of
from radapp.dimse.contexts import STORAGE, VERIFICATION, supported
from radapp.dimse.peers import Service
from radapp.environment import ROOT

pytestmark = pytest.mark.once

MR = "1.2.840.10008.5.1.4.1.1.4"
PAGE = (ROOT / "docs" / "conformance.md").read_text()


def test_every_stated_class_is_taken() -> None:
    table = PAGE.split("#### 4.2.1.1 SOP classes\n", 1)[1].split("\n\n", 1)[0]
    classes = re.findall(r"\| (1\.[\d.]+) \|", table)
    assert {MR, VERIFICATION, "1.2.840.10008.5.1.4.1.1.88.34", "1.3.46.670589.11.0.0.12.4"} <= set(classes)
    assert len(classes) == table.count("\n") - 2  # but the head, and "every other"
    for uid in classes:
        assert [one.abstract_syntax for one in supported([build_context(uid, "1.2.840.10008.1.2")], list(Service))] == [uid]


COMMON = [
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.1.98",
    "1.2.840.10008.1.2.2",
    *(f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 57, 70, 80, 81, 90, 91, 92, 93, 100, 102, 108, 201, 202, 203)),
    "1.2.840.10008.1.2.5",
]


@pytest.mark.parametrize("syntax", COMMON, ids=lambda uid: UID(uid).keyword)
def test_every_common_syntax_is_taken_as_it_is_proposed(syntax: str) -> None:
    (context,) = supported([build_context(MR, syntax)], [Service.STORE])
    assert context.transfer_syntax == [syntax]
    assert encoding_of(syntax) is not None


def test_the_peers_own_order_of_syntaxes_counts() -> None:
    proposed = ["1.2.3.4", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.1"]
    (context,) = supported([build_context(MR, proposed)], [Service.STORE])
    assert context.transfer_syntax == proposed[1:]


def test_what_a_peer_may_decides_and_everyone_may_verify() -> None:
    everything = [build_context(uid, "1.2.840.10008.1.2") for uid in (VERIFICATION, MR, "1.2.840.10008.5.1.4.1.2.2.1")]
    assert [one.abstract_syntax for one in supported(everything, [Service.FIND])] == [
        VERIFICATION,
        everything[2].abstract_syntax,
    ]
    assert [one.abstract_syntax for one in supported(everything, [])] == [VERIFICATION]


def test_results_of_this_application_are_among_the_classes() -> None:
    assert {f"1.2.840.10008.5.1.4.1.1.{end}" for end in ("30", "66.4", "88.22", "88.33", "7")} <= STORAGE
