"""PowerPoint decks to blocks: each slide with its title, its texts in reading order, and what the speaker noted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO

from pptx.package import Package
from pptx.slide import Slide

from knowledge.readers.builder import RAISED, Piece, Point, build, title_of
from knowledge.readers.bullets import BULLET, Counter, bullet
from knowledge.readers.dates import STATED, with_date_line
from knowledge.readers.grid import Cell, split_header
from knowledge.readers.office import (
    Node,
    attribute,
    child,
    children,
    diagram_texts,
    listed,
    local,
    refusing,
    title_said,
)
from knowledge.types import BlockKind, Metadata, Reading

NOTES = "Speaker notes"
"""The heading over what the speaker noted: it is said, not shown."""
SAME_LINE = 228_600  # in EMU, a quarter of an inch: shapes that begin closer than this stand side by side
MAX_TITLE_WORDS = 12

_TITLES = ("title", "ctrTitle")
_FURNITURE = ("ftr", "sldNum", "dt", "hdr")
_WHITE = re.compile(r"[ \t\r\f]+")
_STRUCK = ("sngStrike", "dblStrike")
_SHAPES = ("sp", "grpSp", "graphicFrame", "pic")


@dataclass(slots=True)
class _Deck:
    """What was found in a deck so far."""

    pieces: list[Piece] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    charts: list[int] = field(default_factory=list)
    pictured: list[int] = field(default_factory=list)  # slides with a picture and no words
    struck: list[int] = field(default_factory=list)  # slides with words that are struck out


def read(content: bytes, name: str) -> Reading:
    """Read a deck. Each slide is a page, by its place in the file; hidden ones are left out."""
    deck = _Deck()
    with refusing(content, name, "PowerPoint"):
        slides = Package.open(BytesIO(content)).presentation_part.presentation.slides
        for number, slide in enumerate(slides, 1):
            if slide.element.get("show") in ("0", "false"):
                deck.hidden.append(number)
            else:
                _read_slide(slide, number, deck)
        count, said = len(slides), title_said(content)
    laid = build(deck.pieces, count)
    blocks, published = with_date_line(laid.text, laid.blocks)
    found = Metadata(
        title=title_of(laid.text, blocks) or said,
        published=published,
        evidence=STATED if published is not None else None,
    )
    return Reading("PowerPoint", laid.text, blocks, found, tuple(_warnings(deck, name)), laid.pages, "slide")


def _warnings(deck: _Deck, name: str) -> Iterator[str]:
    if deck.hidden:
        yield f"`{name}`: {_slides(deck.hidden)} hidden and left out."
    if deck.charts:
        yield f"`{name}`: {_slides(deck.charts)} drawn with a chart, whose figures are not read."
    if deck.pictured:
        yield f"`{name}`: {_slides(deck.pictured)} a picture without words, which is not read."
    if deck.struck:
        yield f"`{name}`: {_slides(deck.struck)} read without the words that are struck out."


def _slides(numbers: list[int]) -> str:
    return f"slide{'s' if len(numbers) > 1 else ''} {listed(numbers)} {'are' if len(numbers) > 1 else 'is'}"


def _read_slide(slide: Slide, number: int, deck: _Deck) -> None:
    shapes = list(_in_order(slide.shapes.element, slide))
    pieces: list[Piece] = []
    furniture: list[Piece] = []
    title = ""
    for shape in shapes:
        kind = attribute(_placeholder(shape), "type")
        if kind in _TITLES and not title:
            title = " ".join(" ".join(text for text, _ in _paragraphs(shape)).split())
        elif kind in _FURNITURE:
            furniture += [Piece(BlockKind.FURNITURE, text) for text, _ in _paragraphs(shape)]
        elif local(shape.tag) == "graphicFrame":
            pieces += _graphic(shape, slide)
            if any(local(part.tag) == "chart" for part in shape.iter()):
                deck.charts.append(number)
        elif local(shape.tag) == "sp":
            pieces += _texts(shape, _styles(shape, slide))
    if any(attribute(part, "strike") in _STRUCK for part in slide.element.iter()):
        deck.struck.append(number)
    notes = list(_notes(slide))
    if not title and not pieces and any(local(shape.tag) == "pic" for shape in shapes):
        deck.pictured.append(number)
    if not title and pieces and _is_title(pieces[0]):
        title = " ".join(pieces.pop(0).text.split())
    level = 2 if any(piece.kind is BlockKind.HEADING for piece in deck.pieces) else 1
    if pieces or notes or title:
        pieces.insert(0, Piece(BlockKind.HEADING, title or f"Slide {number}", level=level if title else 2))
    if notes:
        pieces += [Piece(BlockKind.HEADING, NOTES, level=3), *notes]
    deck.pieces += [replace(piece, page=number) for piece in (*pieces, *furniture)]


def _is_title(piece: Piece) -> bool:
    """Whether the first text of a slide without a title does the work of one."""
    words = piece.text.split()
    return (
        piece.kind is BlockKind.PARAGRAPH
        and len(words) <= MAX_TITLE_WORDS
        and not piece.text.rstrip().endswith((".", ":", ";", ","))
    )


def _in_order(tree: Node, slide: Slide) -> Iterator[Node]:
    """The shapes of a slide or group from top to bottom and left to right; a group is read as a whole."""
    placed: list[tuple[int, int, Node]] = []
    for part in tree:
        for shape in (part,) if local(part.tag) != "AlternateContent" else children(part, "Choice"):
            if local(shape.tag) in _SHAPES:
                placed.append((*_place(shape, slide), shape))
    placed.sort(key=lambda one: one[:2])
    line_top = 0
    lines: list[tuple[int, int, Node]] = []
    for top, left, shape in placed:
        if not lines or top - line_top > SAME_LINE:
            line_top = top
        lines.append((line_top, left, shape))
    for _, _, shape in sorted(lines, key=lambda one: one[:2]):
        if local(shape.tag) == "grpSp":
            yield from _in_order(shape, slide)
        else:
            yield shape


def _placeholder(shape: Node) -> Node | None:
    """The mark of a placeholder; None for a shape that is none."""
    return next((found for part in shape if (found := child(part, "nvPr", "ph")) is not None), None)


def _place(shape: Node, slide: Slide) -> tuple[int, int]:
    """Top and left, inherited where a placeholder does not say."""
    for one in (shape, *_bases(shape, slide)):
        for path in (("spPr", "xfrm", "off"), ("grpSpPr", "xfrm", "off"), ("xfrm", "off")):
            if (off := child(one, *path)) is not None:
                return int(attribute(off, "y")), int(attribute(off, "x"))
    return 0, 0


def _bases(shape: Node, slide: Slide) -> Iterator[Node]:
    """The placeholders of layout and master that a placeholder inherits from, the nearest first."""
    mark = _placeholder(shape)
    if mark is None:
        return
    kind = attribute(mark, "type") or "body"
    layout = slide.slide_layout
    for base in layout.shapes.element:
        other = _placeholder(base)
        if other is not None and attribute(other, "idx") == attribute(mark, "idx"):
            kind = attribute(other, "type") or kind
            yield base
            break
    kind = {"ctrTitle": "title", "subTitle": "body", "obj": "body"}.get(kind, kind)
    for base in layout.slide_master.shapes.element:
        if (other := _placeholder(base)) is not None and attribute(other, "type") == kind:
            yield base
            break


def _styles(shape: Node, slide: Slide) -> Iterator[Node | None]:
    """Where the paragraphs of a shape inherit their bullets from, the nearest first."""
    for base in (shape, *_bases(shape, slide)):
        yield child(base, "txBody", "lstStyle")
    if _placeholder(shape) is not None:
        yield child(slide.slide_layout.slide_master.element, "txStyles", "bodyStyle")


def _paragraphs(shape: Node) -> Iterator[tuple[str, Node]]:
    """The paragraphs of a shape that say something, with their elements."""
    for paragraph in children(shape, "txBody"):
        if local(paragraph.tag) == "p" and (text := _words(paragraph)):
            yield text, paragraph


def _words(paragraph: Node) -> str:
    lines = "".join(_runs(paragraph)).replace("\v", "\n").split("\n")
    return "\n".join(words for line in lines if (words := _WHITE.sub(" ", line).strip()))


def _runs(node: Node) -> Iterator[str]:
    for part in node:
        tag = local(part.tag)
        if tag == "br":
            yield "\n"
        elif tag == "t":
            yield part.text or ""
        elif tag == "r":
            yield from _run(part)
        elif tag != "Fallback":
            yield from _runs(part)


def _run(run: Node) -> Iterator[str]:
    """The words of a run unless they are struck out; raised digits as such."""
    properties = child(run, "rPr")
    if attribute(properties, "strike") in _STRUCK:
        return
    words = "".join(_runs(run))
    raised = attribute(properties, "baseline")[:1] in tuple("123456789") and words.strip().isdecimal()
    yield words.translate(RAISED) if raised else words


def _texts(shape: Node, styles: Iterable[Node | None]) -> Iterator[Piece]:
    """The paragraphs of a shape; those in sequence that are items make a list."""
    styles, counter = list(styles), Counter()
    points: list[Point] = []
    for text, paragraph in _paragraphs(shape):
        level = int(attribute(child(paragraph, "pPr"), "lvl") or 0) + 1
        mark = counter.mark(level, bullet(paragraph, level, styles))
        if mark:
            points.append(Point(text, level, mark))
            continue
        yield from _list(points)
        points = []
        yield Piece(BlockKind.PARAGRAPH, text)
    yield from _list(points)


def _list(points: list[Point]) -> Iterator[Piece]:
    if points:
        top = min(point.level for point in points) - 1
        level = tuple(replace(point, level=point.level - top) for point in points)
        yield Piece(BlockKind.LIST, ordered=points[0].mark != BULLET, points=level)


def _graphic(frame: Node, slide: Slide) -> Iterator[Piece]:
    """The table or the texts of the diagram that a frame holds."""
    data = child(frame, "graphic", "graphicData")
    table = child(data, "tbl")
    if table is not None:
        yield _table(table)
    if diagram := attribute(child(data, "relIds"), "dm"):
        yield Piece(BlockKind.LIST, points=tuple(map(Point, diagram_texts(slide.part.related_part(diagram).blob))))


def _table(table: Node) -> Piece:
    rows: list[list[Cell]] = []
    for row in table:
        if local(row.tag) != "tr":
            continue
        cells = [cell for cell in row if local(cell.tag) == "tc" and not _is_covered(cell)]
        rows.append([_cell(cell) for cell in cells])
    marked = attribute(child(table, "tblPr"), "firstRow") in ("1", "true")
    header, body = split_header(rows, int(marked))
    return Piece(BlockKind.TABLE, header=header, rows=tuple(body))


def _is_covered(cell: Node) -> bool:
    return any(attribute(cell, merge) in ("1", "true") for merge in ("hMerge", "vMerge"))


def _cell(cell: Node) -> Cell:
    text = " ".join(text for text, _ in _paragraphs(cell))
    return Cell(text, columns=int(attribute(cell, "gridSpan") or 1), rows=int(attribute(cell, "rowSpan") or 1))


def _notes(slide: Slide) -> Iterator[Piece]:
    if slide.has_notes_slide:
        for shape in slide.notes_slide.shapes.element:
            if attribute(_placeholder(shape), "type") == "body":
                yield from _texts(shape, [child(shape, "txBody", "lstStyle")])
