"""Lists of a PDF, nested by their indent, over columns and pages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from knowledge.readers.builder import Piece, Point
from knowledge.readers.pdf_lines import Line, is_below
from knowledge.readers.pdf_marks import Mark
from knowledge.readers.pdf_values import HYPHEN
from knowledge.types import BlockKind

LEVEL_SLACK = 0.4
"""Times the size of the letters by which the items of one level may differ in their left edges."""
MIN_UNSURE_ITEMS = 2
"""One line behind a dash or a number may as well be an aside or a clause."""
_ITEMS = frozenset(("bullet", "dash", "number", "roman", "letter"))


@dataclass(frozen=True, slots=True)
class Par:
    """Lines that belong together, and the mark before them."""

    lines: tuple[Line, ...]

    @property
    def mark(self) -> Mark | None:
        """What stands before it."""
        return self.lines[0].mark

    @property
    def page(self) -> int:
        """On which it begins."""
        return self.lines[0].page

    @property
    def size(self) -> float:
        """Of the letters of its first line."""
        return self.lines[0].size

    @property
    def joined(self) -> bool:
        """A word in it was put together."""
        return any(line.joined for line in self.lines)

    def text(self) -> tuple[str, tuple[int, ...]]:
        """Its words without the mark, and the offsets in them at which pages turn."""
        text = ""
        turns: list[int] = []
        for before, line in zip((None, *self.lines), self.lines, strict=False):
            if before is not None:
                text += HYPHEN if before.broken else "" if _is_hyphened(before, line) else " "
                turns += [len(text)] * (line.page - before.page)
            text += line.text
        return text + ("-" if self.lines[-1].broken else ""), tuple(turns)

    def with_mark(self) -> tuple[str, tuple[int, ...]]:
        """Its words with the mark."""
        text, turns = self.text()
        if self.mark is None:
            return text, turns
        head = f"{self.mark.text} "
        return head + text, tuple(turn + len(head) for turn in turns)


def _is_hyphened(line: Line, below: Line) -> bool:
    """Whether a word goes on in the line below behind a hyphen that stays, as nobody can tell what it stood for."""
    return len(line.text) > 1 and line.text[-1] == "-" and line.text[-2].isalpha() and below.text[0].islower()


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: where its texts begin, and its latest mark."""

    x0: float
    mark: Mark


def list_end(pars: Sequence[object], n: int, headings: Collection[int]) -> int:
    """The number of the paragraph after the list that begins at `n`; 0 if none begins there."""
    levels: list[_Level] = []
    before: Par | None = None
    items = 0
    end = n
    while end < len(pars) and end not in headings:
        par = pars[end]
        if not isinstance(par, Par):
            break
        if par.mark is not None and par.mark.style in _ITEMS:
            found = _placed(levels, par, before)
            if found is None:
                break
            levels = found
            items += 1
        elif before is None or not _is_more(before, par):
            break
        if par.mark is not None:
            before = par
        end += 1
    first = pars[n]
    return end if isinstance(first, Par) and items and _is_sure(first, items, pars[n - 1] if n else None) else 0


def _is_sure(first: Par, items: int, above: object) -> bool:
    assert first.mark is not None
    if first.mark.style == "bullet" or first.mark.hanging or items >= MIN_UNSURE_ITEMS:
        return True
    return isinstance(above, Par) and above.lines[-1].text.endswith(":")


def _is_more(item: Par, par: Par) -> bool:
    """Whether a paragraph without a mark is another one of the item above: it begins where the item's text does."""
    first, last = par.lines[0], item.lines[-1]
    slack = LEVEL_SLACK * first.size
    same = abs(first.x0 - item.lines[0].x0) <= slack and item.lines[0].x0 > item.lines[0].left + slack
    return par.mark is None and same and is_below(last, first) and abs(par.size - item.size) <= 1


def _placed(levels: Sequence[_Level], par: Par, before: Par | None) -> list[_Level] | None:
    """The levels that are open once an item has its place; None if it begins a list of its own."""
    mark, line = par.mark, par.lines[0]
    assert mark is not None
    slack = LEVEL_SLACK * line.size
    shifted = list(levels)
    if before is not None and not is_below(before.lines[-1], line) and not _at(levels, line.x0, slack):
        same = next((level for level in reversed(levels) if level.mark.style == mark.style), None)
        if same is not None:  # the list goes on in another column, or on a page with another margin
            shifted = [replace(level, x0=level.x0 + line.x0 - same.x0) for level in levels]
    while shifted and line.x0 < shifted[-1].x0 - slack:
        shifted.pop()
    if shifted and line.x0 <= shifted[-1].x0 + slack:
        if not _follows(mark, shifted[-1].mark):
            return None
        shifted.pop()
    elif levels and not shifted:
        return None  # further out than the first item
    return [*shifted, _Level(line.x0, mark)]


def _at(levels: Sequence[_Level], x0: float, slack: float) -> bool:
    return any(abs(level.x0 - x0) <= slack for level in levels)


def _follows(mark: Mark, before: Mark) -> bool:
    """Whether a mark may come after another one in one list; `(i)` comes after `(h)`, too."""
    if mark.style == before.style:
        return mark.value == 0 or mark.value == before.value + 1
    pair = {mark.style, before.style}
    return pair == {"letter", "roman"} and mark.text.strip("().") in ("ii", "iii", "iv", "v", "vi", "x", "xi")


def list_piece(pars: Sequence[Par]) -> Piece:
    """The list that paragraphs make; those without a mark belong to the item above."""
    points: list[Point] = []
    levels: list[_Level] = []
    before: Par | None = None
    for par in pars:
        text = par.text()[0]
        if par.mark is None:
            points[-1] = replace(points[-1], text=f"{points[-1].text}\n{text}")
            continue
        levels = _placed(levels, par, before) or [_Level(par.lines[0].x0, par.mark)]
        shown = "•" if par.mark.value == 0 else par.mark.text
        points.append(Point(text, len(levels), shown, par.page))
        before = par
    ordered = pars[0].mark is not None and pars[0].mark.value > 0
    joined = any(par.joined for par in pars)
    return Piece(BlockKind.LIST, ordered=ordered, points=tuple(points), page=pars[0].page, joined=joined)
