"""The marks that items of a list stand behind: bullets, dashes, numbers and letters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

BULLETS = frozenset("•◦▪▫‣●○■□·∙⁃➢➤►▶✓✔❖◆◇\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0e0\uf0a8\uf071\uf06e\uf0be")
_DASHES = frozenset("-–—*")
_NUMBERED = re.compile(r"\(?(?P<number>\d{1,3})[.)]|\(?(?P<roman>[ivx]{2,6})[.)]|\(?(?P<letter>[a-z])[.)]")
BARE = re.compile(r"\d{1,2}", re.ASCII)
"""A number that is a mark only among its like: `1`, `2`, `3` below each other."""
_CLAUSE = re.compile(r"\d{1,3}(?:\.\d{1,3})+[.)]?")


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands before an item: its style, what it counts (0 for what counts nothing), and its characters."""

    style: str
    """bullet, dash, number, roman, letter or clause (3.1)."""
    value: int
    text: str
    hanging: bool
    """The text behind it stands off, as in a list and not as in a sentence."""


def read_mark(text: str, hanging: bool, bare: bool = False) -> Mark | None:
    """The mark that a word is; None for any other word.

    Args:
        text: The word.
        hanging: What follows stands off.
        bare: A number without a point counts, too.
    """
    if text in BULLETS or (text == "o" and hanging):
        return Mark("bullet", 0, text, hanging)
    if text in _DASHES:
        return Mark("dash", 0, text, hanging)
    if _CLAUSE.fullmatch(text):
        return Mark("clause", 0, text, hanging) if hanging else None
    if hanging and bare and BARE.fullmatch(text):
        return Mark("number", int(text), text, hanging)
    match = _NUMBERED.fullmatch(text)
    if match is None:
        return None
    style = str(match.lastgroup)
    return Mark(style, _COUNTS[style](match[style]), text, hanging)


def _roman(digits: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[digit] for digit in digits]
    return sum(-value if value < max(values[n:]) else value for n, value in enumerate(values))


_COUNTS: dict[str, Callable[[str], int]] = {
    "number": int,
    "roman": _roman,
    "letter": lambda letter: ord(letter) - ord("a") + 1,
}
