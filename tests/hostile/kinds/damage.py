"""Sound files harmed in transit, cut, packed, or made another program's too."""

import gzip
import random
import zlib

from tests.hostile.parts import ITEM_END, SEQUENCE_END, Names, any_sound, sound, split


def bit_flips(rng: random.Random, names: Names) -> bytes:
    data = bytearray(any_sound(rng, names))
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def header_flips(rng: random.Random, names: Names) -> bytes:
    """Where it hurts: within the first 2 kB."""
    data = bytearray(any_sound(rng, names))
    for _ in range(rng.choice((1, 3, 20))):
        data[rng.randrange(128, min(len(data), 2000))] = rng.randrange(256)
    return bytes(data)


def truncated(rng: random.Random, names: Names) -> bytes:
    data = any_sound(rng, names)
    return data[: rng.randrange(len(data))]


def holes(rng: random.Random, names: Names) -> bytes:
    """A block lost, zeroed or doubled, as a bad disk or a retried transfer leaves it."""
    data = any_sound(rng, names)
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice((1, 2, 16, 512)))
    return data[:start] + rng.choice((b"", bytes(end - start), data[start:end] * 2)) + data[end:]


def trailing(rng: random.Random, names: Names) -> bytes:
    rest = rng.choice((bytes(700), b"\xff" * 33, rng.randbytes(100), b"\n", ITEM_END, SEQUENCE_END * 50, sound(names)))
    return any_sound(rng, names) + rest


def noise(rng: random.Random, names: Names) -> bytes:
    return rng.choice((b"", b"\0" * 128 + b"DICM", sound(names)[:200])) + rng.randbytes(rng.choice((0, 1, 7, 4000)))


def wrapped(rng: random.Random, names: Names) -> bytes:
    """A sound file packed, cut at the front, doubled, or with its marks in other places."""
    file = sound(names)
    ways = (
        *(gzip.compress(file, mtime=0), zlib.compress(file), file[128:], file[132:], b"DICM" + file, b"\xef\xbb\xbf" + file),
        *(b"\r\n" + file, file[:128] + b"dicm" + file[132:], file[:132] + file, file + file, file[:132] * 2 + file[132:]),
        *(b"\0" * 128 + b"DICM" + split(file)[1], bytes(len(file)), file[:132], file.hex().encode(), file[::-1]),
    )
    return rng.choice(ways)


def polyglot(rng: random.Random, names: Names) -> bytes:
    """Sound files whose preamble is another program's beginning, and other programs' files with DICM in them."""
    file = sound(names)
    heads = (
        b"MZ",
        b"\x7fELF",
        b"PK\x03\x04",
        b"GIF89a",
        b"%PDF-1.7",
        b"II*\0",
        b"#!/bin/sh\n",
        b"<?php ",
        b"\xff\xd8\xff\xe0",
    )
    head = rng.choice(heads)
    return rng.choice(
        (head.ljust(128, b"\0") + file[128:], head + rng.randbytes(3000), head.ljust(128, b" ") + b"DICM" + head)
    )
