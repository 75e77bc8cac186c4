"""Which paragraphs of a slide are items of a list, and by which mark: their own word for it or an inherited one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.readers.office import Node, child, children, local

BULLET = "•"
MAX_ROMAN = 3999

_KINDS = ("buNone", "buChar", "buAutoNum", "buBlip")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bullet:
    """How an item is marked: by a bullet, or by numbers of a kind (`arabicPeriod`) that begin with `start`."""

    numbered: str = ""
    start: int = 1


def bullet(paragraph: Node, level: int, styles: Iterable[Node | None]) -> Bullet | None:
    """How a paragraph is marked; None if it is not an item.

    Args:
        paragraph: The paragraph's element.
        level: Its level, from 1.
        styles: Where it inherits from, the nearest first: lists of properties by level.
    """
    for properties in (child(paragraph, "pPr"), *(child(style, f"lvl{level}pPr") for style in styles)):
        said = next((part for part in children(properties) if local(part.tag) in _KINDS), None)
        if said is not None:
            kind = local(said.tag)
            if kind == "buNone":
                return None
            start = said.get("startAt") or "1"
            numbered = said.get("type") or "arabicPeriod" if kind == "buAutoNum" else ""
            return Bullet(numbered, int(start) if start.isdecimal() else 1)
    return None


def number_words(number: int, kind: str) -> str:
    """A number as lists write it: `kind` is decimal, lowerLetter, upperLetter, lowerRoman or upperRoman."""
    if kind in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 10)
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in ("lowerRoman", "upperRoman") and 0 < number <= MAX_ROMAN:
        words = ""
        for value, sign in _ROMAN:
            words += sign * (number // value)
            number %= value
        return words if kind == "lowerRoman" else words.upper()
    return str(number)


def slide_mark(number: int, kind: str) -> str:
    """The mark of a numbered item on a slide, by the format's name for it: `alphaLcParenR` gives `b)`."""
    names = {"alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman", "romanUc": "upperRoman"}
    words = number_words(number, next((name for start, name in names.items() if kind.startswith(start)), "decimal"))
    if kind.endswith("ParenBoth"):
        return f"({words})"
    return f"{words})" if kind.endswith("ParenR") else f"{words}."


class Counter:
    """Counts the numbered items of one text, level by level."""

    def __init__(self) -> None:
        self._counted: dict[int, tuple[Bullet, int]] = {}

    def mark(self, level: int, marked: Bullet | None) -> str:
        """The mark of the next paragraph; empty for one that is not an item."""
        for deeper in [other for other in self._counted if other > level]:
            del self._counted[deeper]
        if marked is None or not marked.numbered:
            self._counted.pop(level, None)
            return BULLET if marked else ""
        before = self._counted.get(level)
        number = before[1] + 1 if before is not None and before[0] == marked else marked.start
        self._counted[level] = (marked, number)
        return slide_mark(number, marked.numbered)
