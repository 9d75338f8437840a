"""Deflated data sets: what was packed comes out, what ends early or grows beyond bounds is refused without memory."""

import random
import tracemalloc
import zlib

import pytest

from radapp.archive.inflating import inflated
from radapp.archive.limits import LimitExceededError, Limits, MalformedError

pytestmark = pytest.mark.once

SMALL = Limits(inflated_freely=2_000_000, inflated_bytes=8_000_000)
CONTENTS = {
    "nothing": b"",
    "one byte": b"x",
    "zeros": bytes(1_900_000),
    "noise": random.Random(1).randbytes(1_500_000),
    "both": bytes(1_000_000) + random.Random(2).randbytes(90_000),
}


def deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize("content", list(CONTENTS.values()), ids=list(CONTENTS))
def test_what_was_packed_comes_out(content: bytes) -> None:
    for behind in (b"", b"\0", b"something else" * 9000):
        assert inflated(b"head" + deflate(content) + behind, 4, SMALL) == content


@pytest.mark.parametrize("content", list(CONTENTS.values()), ids=list(CONTENTS))
def test_an_early_end_is_one(content: bytes) -> None:
    packed = deflate(content)
    for left in {0, 1, len(packed) // 2, len(packed) - 1}:
        with pytest.raises(MalformedError, match="truncated"):
            inflated(packed[:left], 0, SMALL)


def test_other_bytes_are_none() -> None:
    with pytest.raises(MalformedError, match="cannot be inflated"):
        inflated(b"\xff" * 1000, 0, SMALL)


def test_a_bomb_takes_no_memory() -> None:
    bomb = deflate(bytes(50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(LimitExceededError, match="more than 8000000 bytes, a deflate bomb"):
            inflated(bomb, 0, SMALL)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
