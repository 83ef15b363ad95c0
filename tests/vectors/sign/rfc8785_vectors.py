"""Writes rfc8785_digests.txt beside this file: SHA-256 of what the PyPI package rfc8785 makes of
100,000 doubles and 100,000 objects, one digest for each 1,000 of them.

The values come from SplitMix64; tests/it/sign_vectors/generator.rs draws the same ones in the same order.
Run: python -m venv v && v/bin/pip install rfc8785==0.1.4 && v/bin/python rfc8785_vectors.py [--check]
"""

import hashlib
import math
import pathlib
import struct
import sys

import rfc8785

BLOCKS, BLOCK = 100, 1000
MASK = (1 << 64) - 1
DOUBLES, OBJECTS = 0x646F75626C6573, 0x6F626A65637473


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bound):
        return self.next() % bound


def any_double(rng):
    while True:
        value = struct.unpack("<d", struct.pack("<Q", rng.next()))[0]
        if math.isfinite(value):
            return value


def money(rng):
    return float(rng.below(10**14)) / 100.0


def double(rng):
    return any_double(rng) if rng.below(2) == 0 else money(rng)


def char(rng):
    kind = rng.below(8)
    if kind < 3:
        code = 0x20 + rng.below(0x5F)
    elif kind == 3:
        code = rng.below(0x20)
    elif kind == 4:
        code = (0x22, 0x5C, 0x2F, 0x7F)[rng.below(4)]
    elif kind == 5:
        code = 0x80 + rng.below(0x780)
    elif kind == 6:
        code = 0x800 + rng.below(0xF000)
        if code >= 0xD800:
            code += 0x800  # steps over the surrogates
    else:
        code = 0x10000 + rng.below(0x100000)
    return chr(code)


def text(rng):
    return "".join([char(rng) for _ in range(rng.below(8))])


def value(rng, depth):
    kind = rng.below(10 if depth < 3 else 7)
    if kind == 0:
        return None
    if kind == 1:
        return rng.below(2) == 1
    if kind == 2:
        return rng.below(2**54 - 1) - (2**53 - 1)
    if kind == 3:
        return rng.below(2000) - 1000
    if kind == 4:
        return double(rng)
    if kind in (5, 6):
        return text(rng)
    if kind in (7, 8):
        return [value(rng, depth + 1) for _ in range(rng.below(4))]
    return members(rng, depth + 1)


def members(rng, depth):
    made = {}
    for _ in range(rng.below(6)):
        key = text(rng)
        made.setdefault(key, value(rng, depth))
    return made


def digests(name, seed, draw):
    for block in range(BLOCKS):
        rng = SplitMix64(seed + block)
        lines = b"".join(rfc8785.dumps(draw(rng)) + b"\n" for _ in range(BLOCK))
        yield f"{name} {block:02} {hashlib.sha256(lines).hexdigest()}\n"


def main():
    made = "".join(digests("doubles", DOUBLES, double)) + "".join(
        digests("objects", OBJECTS, lambda rng: members(rng, 0))
    )
    path = pathlib.Path(__file__).with_name("rfc8785_digests.txt")
    if "--check" in sys.argv[1:]:
        sys.exit(0 if path.read_text() == made else f"{path} differs")
    path.write_text(made)


if __name__ == "__main__":
    main()
