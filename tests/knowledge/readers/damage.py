"""Damage to Office files: bytes cut off and changed, in the archive and in the parts within it."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator

from knowledge.readers import read
from knowledge.types import DocumentRefused
from tests.knowledge.readers.test_any_bytes import check

ROUNDS = 60  # of each kind of damage; they take about a second together


def damaged(data: bytes, name: str, rounds: int = ROUNDS, seed: int = 1) -> int:
    """Read many damaged copies of a file, which must each be read or refused; says how many were refused."""
    refusals = 0
    for copy in _copies(data, random.Random(seed), rounds):
        try:
            check(read(copy, name))
        except DocumentRefused as refused:
            assert str(refused).startswith(f"`{name}`")
            refusals += 1
    return refusals


def _copies(data: bytes, dice: random.Random, rounds: int) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    texts = [member for member in parts if member.endswith((".xml", ".rels"))]
    for _ in range(rounds):
        yield _flipped(data, dice)
        yield data[: dice.randrange(len(data))]
        hit = dice.choice(texts)
        yield _zipped(parts | {hit: _flipped(parts[hit], dice)})
        yield _zipped(parts | {hit: _shuffled(parts[hit], dice)})
        yield _zipped({member: part for member, part in parts.items() if member != hit})


def _flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _shuffled(xml: bytes, dice: random.Random) -> bytes:
    """The part with a piece of it gone, doubled, or replaced by a number: it may still be XML."""
    words = xml.split(b'"')
    at = dice.randrange(len(words))
    words[at] = dice.choice((b"", b"-1", b"99999999999", b"x", words[at] * 2, dice.choice(words)))
    return b'"'.join(words)


def _zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, part in parts.items():
            archive.writestr(member, part)
    return buffer.getvalue()
