"""A page of a PDF as plain values: what the layout code works on, with nothing of a PDF library in it.

Lengths are in points (1/72 inch). `x` runs to the right and `top` downwards from the upper left corner of the page as
people see it, so that text always runs from left to right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

HYPHEN = "\ufffe"
"""What stands in a page's own text where a word was broken at the end of a line."""

FAR = 100_000.0
"""Points; 14,400 (200 inches) is the largest page that viewers take."""

CONTROLS = frozenset((*range(32), 0x7F, 0xFEFF, 0xFFFF))
"""Codes that are no characters of a text; white space among them."""

_DROPPED = dict.fromkeys((*CONTROLS, ord(HYPHEN)))

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom."""


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without white space between them."""

    at: int
    """Its number in the file's order of the page, in which words that are set aside count as well."""
    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False
    broken: bool = False
    """The rest of it is the next one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page."""

    number: int
    """Counted from 1."""
    width: float
    height: float
    words: tuple[Word, ...] = ()
    """In the order in which the file has them, which is that of `text`."""
    text: str = ""
    """The page's own text, as the PDF library gives it."""
    aside: tuple[str, ...] = ()
    """Texts that run in another direction (a watermark) or lie outside the page."""
    grids: tuple[tuple[Box, ...], ...] = ()
    """The cells of each table with ruling lines."""
    dots: tuple[Box, ...] = ()
    """Drawn shapes as small as a bullet."""
    picture: bool = False
    """There is next to no text on it, but a picture."""
    hidden: bool = False
    """Its text is not drawn: a scanner's software read it and laid it under the picture."""
    warnings: tuple[tuple[str, str], ...] = ()
    """What could not be read: each as the end of a sentence about one page, and about several."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible part of a page, and which way its text runs: degrees against the clock."""

    turn: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Of the page, its text upright."""
        return self.top - self.bottom if self.turn in (90, 270) else self.right - self.left

    @property
    def height(self) -> float:
        """Of the page, its text upright."""
        return self.right - self.left if self.turn in (90, 270) else self.top - self.bottom

    def seen(self, box: Box) -> Box:
        """A box of the file (left, bottom, right, top) as people see it who hold the page so that text is upright."""
        left, bottom, right, top = box
        if self.turn == 90:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.turn == 180:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        if self.turn == 270:
            return self.top - top, self.right - right, self.top - bottom, self.right - left
        return left - self.left, self.top - top, right - self.left, self.top - bottom

    def holds(self, box: Box) -> bool:
        """Whether some of a box lies on the page."""
        return box[2] > 0 and box[0] < self.width and box[3] > 0 and box[1] < self.height


def finite(value: float) -> float:
    """A length that can be reckoned with: broken files have infinite ones, and some that are not numbers."""
    if -FAR < value < FAR:
        return value
    return 0.0 if math.isnan(value) else math.copysign(FAR, value)


def squeezed(text: str) -> str:
    """A text without white space and joined hyphens, to compare what was laid out with the page's own text."""
    return "".join(text.translate(_DROPPED).split())
