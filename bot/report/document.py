"""What was understood of a document as one page of HTML, which needs nothing from anywhere: blocks, pages, passages."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot import understood
from bot.render_pieces import shortened
from knowledge.passages import cut
from knowledge.types import Block, BlockKind, Document, Passage, Source, spoken_date

DEEPEST_HEADING = 6
"""Of HTML, and the deepest indent of a list that still leaves room for words."""
ADDED_CHARS = 300
"""Shown of what is put before a passage when it is searched."""
DATES_SHOWN = 12
BETWEEN = "between"
"""The kind of text that lies in no block."""
KINDS = {
    "heading": "heading",
    "paragraph": "paragraph",
    "list": "list",
    "table": "table",
    "furniture": "furniture: menus, captions and the like, kept and never quoted",
    BETWEEN: "in no block: kept, never searched",
}
"""What is coloured, in the order of the legend."""


@dataclass(frozen=True, slots=True)
class Begin:
    """A passage that begins here: its number, and what is put before its words when it is searched."""

    number: int
    added: str


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that are of one sort, and what begins with them."""

    text: str
    lead_in: bool
    """They introduce a list or table."""
    passages: tuple[Begin, ...]
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a list with its mark, or a row of a table."""

    pages: tuple[int, ...]
    """Which begin right before it."""
    level: int
    mark: str
    cells: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A block as it is drawn."""

    id: str
    kind: str
    level: int
    flags: tuple[str, ...]
    """What to know about its words: `read by OCR`."""
    pages: tuple[int, ...]
    """Which begin right before it."""
    runs: tuple[Run, ...] = ()
    """Of what is neither list nor table."""
    head: tuple[tuple[str, bool], ...] = ()
    """Of a table: the name of each column, and whether it was inferred."""
    lines: tuple[Line, ...] = ()


class _Borders:
    """What begins where in a text; each page and passage is given once, with the first range at or behind it."""

    def __init__(self, document: Document, passages: Sequence[Passage]) -> None:
        self.text = document.text
        self._pages = [(start, number) for number, start in enumerate(document.pages, 1)]
        self._passages: dict[int, list[Begin]] = {}
        for number, passage in enumerate(passages, 1):
            added = shortened(passage.embedded[: passage.body], ADDED_CHARS)
            self._passages.setdefault(passage.start, []).append(Begin(number, added))
        leads = [block.lead_in for block in document.blocks if block.lead_in is not None]
        self._lead_ins = sorted((lead.start, lead.end) for lead in leads)
        edges = {edge for span in self._lead_ins for edge in span}
        self._offsets = sorted({*edges, *self._passages, *document.pages})

    def turned(self, until: int) -> tuple[int, ...]:
        """The pages that begin up to an offset and were not given before."""
        turned = tuple(number for start, number in self._pages if start <= until)
        del self._pages[: len(turned)]
        return turned

    def runs(self, start: int, end: int) -> tuple[Run, ...]:
        """The text of a range, parted where something begins or ends. Ranges are asked for in the order of the text."""
        inside = self._offsets[bisect_right(self._offsets, start) : bisect_left(self._offsets, end)]
        return tuple(
            Run(self.text[one:other], self._leads_in(one), tuple(self._passages.pop(one, ())), self.turned(one))
            for one, other in pairwise((start, *inside, end))
        )

    def _leads_in(self, offset: int) -> bool:
        number = bisect_right(self._lead_ins, (offset, len(self.text)))
        return number > 0 and offset < self._lead_ins[number - 1][1]


def page(document: Document, known: Sequence[Source], today: date) -> str:
    """Write the page.

    Args:
        document: What was read.
        known: All documents of the library, for what supersedes what.
        today: The day against which its date is checked.
    """
    passages = cut(document)
    shown, last_pages = _blocks(document, passages)
    found = understood.dates(document)
    return _template().render(
        source=document.source,
        page_name=document.page_name,
        facts=understood.facts(document.source, known),
        missing=understood.missing(document.source) + understood.versions(document.source, known),
        warnings=understood.warnings(document, today),
        counts=understood.counts(document, len(passages)),
        outline=understood.outline(document),
        dates=found[:DATES_SHOWN],
        dates_left=max(len(found) - DATES_SHOWN, 0),
        kinds={kind: name for kind, name in KINDS.items() if any(block.kind == kind for block in shown)},
        flags=sorted({flag for block in shown for flag in block.flags}),
        lead_ins=any(block.lead_in for block in document.blocks),
        blocks=shown,
        last_pages=last_pages,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(spoken_date=spoken_date, capitalize_first=_capital)
    return environment.get_template("document.html")


def _blocks(document: Document, passages: Sequence[Passage]) -> tuple[tuple[Shown, ...], tuple[int, ...]]:
    """The whole text as blocks to draw, and the pages that begin after the last one."""
    borders = _Borders(document, passages)
    shown = tuple(_shown(document, borders))
    return shown, borders.turned(len(document.text))


def _shown(document: Document, borders: _Borders) -> Iterator[Shown]:
    at = 0
    for number, block in enumerate(document.blocks):
        yield from _between(borders, at, block.start)
        yield _block(borders, number, block)
        at = block.end
    yield from _between(borders, at, len(document.text))


def _between(borders: _Borders, start: int, end: int) -> Iterator[Shown]:
    if borders.text[start:end].strip():
        pages = borders.turned(start)
        yield Shown("", BETWEEN, 0, (), pages, borders.runs(start, end))


def _block(borders: _Borders, number: int, block: Block) -> Shown:
    pages = borders.turned(block.start)
    flags = {"read by OCR": block.ocr, "hyphen joined": block.joined, "last sentence cut off": block.cut_off}
    said = tuple(flag for flag, holds in flags.items() if holds)
    level = min(block.level, DEEPEST_HEADING)
    about = (f"b{number}", block.kind.value, level, said, pages)
    if block.kind is BlockKind.LIST:
        return Shown(*about, lines=tuple(_items(borders, block)))
    if block.kind is BlockKind.TABLE:
        head = tuple((column.name(borders.text), column.start == column.end) for column in block.header)
        return Shown(*about, head=head, lines=tuple(_rows(borders, block)))
    return Shown(*about, runs=borders.runs(block.start, block.end))


def _items(borders: _Borders, block: Block) -> Iterator[Line]:
    at = block.start
    for item in block.items:
        mark = borders.text[at : item.start].strip()
        pages = borders.turned(item.start)
        yield Line(pages, min(item.level, DEEPEST_HEADING), mark, (borders.runs(item.start, item.end),))
        at = item.end


def _rows(borders: _Borders, block: Block) -> Iterator[Line]:
    for row in block.rows:
        pages = borders.turned(row.start)
        yield Line(pages, 0, "", tuple(borders.runs(cell.start, cell.end) for cell in row.cells))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
