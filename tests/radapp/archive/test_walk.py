"""The quick way over ordinary elements says what the walk says without it."""

import pytest

from radapp.archive.encoding import EXPLICIT_LITTLE, encoding_of
from radapp.archive.headers import INDEXED_TAGS
from radapp.archive.limits import LIMITS, LimitExceededError, Limits, MalformedError
from radapp.archive.walk import Walk, Walked
from tests.hostile import generator

pytestmark = pytest.mark.once
FEW = Limits(elements=20)


def said(content: bytes, *, quick: bool, limits: Limits = LIMITS) -> object:
    """What a walk from behind the file meta information finds, or how it refuses."""
    encoding = encoding_of(EXPLICIT_LITTLE)
    assert encoding is not None
    walk = Walk(content, 132 + 12 + int.from_bytes(content[140:144], "little"), encoding, INDEXED_TAGS, limits)
    walk._ordinary = quick
    try:
        return walk.run()
    except (MalformedError, LimitExceededError) as refused:
        return type(refused), str(refused)


@pytest.mark.parametrize("limits", [LIMITS, FEW], ids=["", "few elements"])
def test_both_ways_say_the_same_of_sound_and_hostile_files(limits: Limits) -> None:
    files = [one.content for one in generator.files(7, 150) if 400 < len(one.content) < 1_000_000]
    found = [(said(one, quick=True, limits=limits), said(one, quick=False, limits=limits)) for one in files]
    assert [quick for quick, _ in found] == [slow for _, slow in found]
    assert any(isinstance(slow, tuple) for _, slow in found)
    assert any(not isinstance(slow, tuple) for _, slow in found) or limits is FEW


def test_most_of_a_sound_file_goes_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    slow: list[int] = []
    element = Walk._element
    monkeypatch.setattr(Walk, "_element", lambda walk, level: (slow.append(1), element(walk, level)))
    content = next(one.content for one in generator.files(7, 50) if one.kind == generator.SOUND)
    walked = said(content, quick=True)
    assert isinstance(walked, Walked)
    assert len(slow) < walked.elements / 2
