"""Lists in plain text: bullets, dashes and numbers, nested by their indent, with items that run over several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.readers.lines import Line
from knowledge.types import Block, BlockKind, Item

MIN_UNSURE_ITEMS = 2  # one line behind a dash or number may as well be an aside or a heading

_MARK = re.compile(
    r"(?:(?P<bullet>[•◦▪‣●○■·\uf0b7])\s*|(?P<dash>[-*–])\s+|(?P<number>\d{1,2})[.)]\s+|\(?(?P<letter>[a-z])\)\s+)(?=\S)"
)


@dataclass(frozen=True, slots=True)
class _Marked:
    """A line behind a mark."""

    style: str  # bullet, dash, number or letter
    value: int  # of a number or letter, counted from 1; 0 otherwise
    words_at: int  # offset in the text where the item's words begin


def read_list(text: str, lines: Sequence[Line], n: int) -> tuple[Block, int] | None:
    """Read the list that begins at line `n`.

    Returns:
        The list and the number of the line after it, or None when no list begins here.
    """
    first = _marked(lines[n])
    if first is None:
        return None
    indents: list[int] = []
    counted: dict[int, _Marked] = {}  # the latest item of each level
    items: list[Item] = []
    end = after = n
    while (at := _next_item(lines, after, bool(items))) is not None:
        mark = _marked(lines[at])
        assert mark is not None
        while indents and lines[at].indent < indents[-1]:
            counted.pop(len(indents), None)
            indents.pop()
        if not indents or lines[at].indent > indents[-1]:
            indents.append(lines[at].indent)
        level = len(indents)
        if not _follows(mark, counted.get(level)):
            break
        counted[level] = mark
        end = at
        while end + 1 < len(lines) and _continues(lines[at], lines[end], lines[end + 1]):
            end += 1
        items.append(Item(mark.words_at, lines[end].end, level))
        after = end + 1
    if not items or not _is_sure(lines, n, first, len(items)):
        return None
    ordered = first.style in ("number", "letter")
    return Block(BlockKind.LIST, lines[n].start, items[-1].end, ordered=ordered, items=tuple(items)), after


def _marked(line: Line) -> _Marked | None:
    match = _MARK.match(line.words)
    if match is None:
        return None
    style = str(match.lastgroup)
    mark = match[style]
    value = int(mark) if style == "number" else ord(mark) - ord("a") + 1 if style == "letter" else 0
    return _Marked(style, value, line.start + match.end())


def _next_item(lines: Sequence[Line], n: int, started: bool) -> int | None:
    """The line of the next item; empty lines between two items are passed over."""
    while started and n < len(lines) and not lines[n].words:
        n += 1
    return n if n < len(lines) and _marked(lines[n]) else None


def _follows(mark: _Marked, before: _Marked | None) -> bool:
    if before is None:
        return mark.value <= 1
    return mark.style == before.style and mark.value == before.value + (1 if mark.value else 0)


def _continues(item: Line, line: Line, below: Line) -> bool:
    """Whether the line below goes on with an item: further in than its mark, or in the middle of a sentence."""
    if not below.words or _marked(below):
        return False
    return below.indent > item.indent or (below.words[0].islower() and not line.words.endswith((".", "?", "!")))


def _is_sure(lines: Sequence[Line], n: int, first: _Marked, items: int) -> bool:
    above = lines[n - 1].words if n else ""
    if first.style == "bullet":
        return True
    if items < MIN_UNSURE_ITEMS:
        return above.endswith(":")
    return not above or above.endswith((":", ".", "?", "!", ";")) or items > MIN_UNSURE_ITEMS
