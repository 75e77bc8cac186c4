"""PDF files laid out by reportlab's platypus: board papers and minutes with header, footer and page numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    ListFlowable,
    ListItem,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from tests.benchmarks.made_files import papers
from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import (
    Element,
    Grid,
    Heading,
    Kind,
    Listing,
    MadeFile,
    Para,
    Part,
    Truth,
    parts_of,
)

_MARGIN = 62.0  # points
_BULLETS = ("•", "–", "o")


@dataclass(frozen=True, slots=True)
class Look:
    """How one file is set."""

    font: str
    bold: str
    size: float
    justified: bool
    ruled: bool
    shaded: bool
    list_flowable: bool
    head: str
    foot: str


@dataclass(slots=True)
class Marks:
    """The page on which each part was first drawn, and the furniture drawn so far: layout tells them bit by bit."""

    pages: dict[int, int] = field(default_factory=dict)
    furniture: list[str] = field(default_factory=list)


class Marked(Paragraph):
    """A paragraph that notes the page on which it is drawn first."""

    number: int
    marks: Marks

    def draw(self) -> None:
        """Draw it."""
        self.marks.pages.setdefault(self.number, self.canv.getPageNumber())
        super().draw()

    def split(self, width: float, height: float) -> list[Flowable]:
        """Split it over two pages."""
        halves: list[Any] = super().split(width, height)
        for half in halves:
            half.number, half.marks = self.number, self.marks
        return halves


class Setter:
    """Turns elements into flowables, counting the parts as `parts_of` does."""

    def __init__(self, look: Look, marks: Marks) -> None:
        self.look, self.marks, self.number = look, marks, -1
        body = ParagraphStyle(
            "body", fontName=look.font, fontSize=look.size, leading=look.size * 1.3, spaceAfter=look.size * 0.7
        )
        body.alignment = TA_JUSTIFY if look.justified else TA_LEFT
        self.body = body
        self.cell = ParagraphStyle("cell", body, fontSize=look.size - 1.5, leading=look.size, alignment=TA_LEFT)
        self.cell.spaceAfter = 0
        self.head_cell = ParagraphStyle("head", self.cell, fontName=look.bold)

    def marked(self, text: str, style: ParagraphStyle, **more: Any) -> Marked:  # noqa: ANN401
        """A paragraph that counts as the next part."""
        self.number += 1
        made = Marked(escape(text), style, **more)
        made.number, made.marks = self.number, self.marks
        return made

    def flowables(self, elements: Iterable[Element]) -> Iterator[Flowable]:
        """Everything but footnotes, which platypus does not have."""
        for element in elements:
            match element:
                case Heading(text, level):
                    size = self.look.size + (9, 4, 1)[level - 1]
                    yield self.marked(text, ParagraphStyle(
                        f"h{level}", fontName=self.look.bold, fontSize=size, leading=size * 1.25, spaceBefore=10,
                        spaceAfter=6, keepWithNext=1,
                    ))  # fmt: skip
                case Para(text):
                    yield self.marked(text, self.body)
                case Listing():
                    yield from self._listing(element)
                case Grid():
                    yield self._table(element)
                    yield Spacer(1, 12)

    def _listing(self, listing: Listing) -> Iterator[Flowable]:
        if self.look.list_flowable:
            yield self._nested(list(listing.items), 1, listing.ordered)
            yield Spacer(1, 6)
            return
        for number, (level, text) in zip(listing.numbers(), listing.items, strict=True):
            style = ParagraphStyle("item", self.body, leftIndent=18.0 * level, bulletIndent=18.0 * level - 13)
            yield self.marked(text, style, bulletText=number or _BULLETS[level - 1])

    def _nested(self, items: list[tuple[int, str]], level: int, ordered: bool) -> Flowable:
        made: list[Any] = []
        while items and items[0][0] == level:
            inside: list[Flowable] = [self.marked(items.pop(0)[1], self.body)]
            if items and items[0][0] > level:
                inside.append(self._nested(items, level + 1, False))
            made.append(ListItem(inside))
        kind: dict[str, Any] = (
            {"bulletType": "1", "bulletFormat": "%s."} if ordered else {"bulletType": "bullet", "start": "•"}
        )
        return ListFlowable(made, leftIndent=16, **kind)

    def _table(self, grid: Grid) -> Flowable:
        rows = []
        for n, row in enumerate(grid.rows):
            style_of_row = self.head_cell if n == 0 else self.cell
            # The last cell is marked: no merged cell ever covers it, so it is drawn.
            rows.append(
                [Paragraph(escape(cell), style_of_row) for cell in row[:-1]] + [self.marked(row[-1], style_of_row)]
            )
        style: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 2)]
        style += [("SPAN", (m.column, m.row), (m.column + m.across - 1, m.row + m.down - 1)) for m in grid.merged]
        if self.look.ruled:
            style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.grey))
        if self.look.shaded:
            style.append(("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey))
        longest = [max(len(row[n]) for row in grid.rows) for n in range(len(grid.rows[0]))]
        weights = [min(max(length, 8), 40) for length in longest]
        width = A4[0] - 2 * _MARGIN
        return Table(rows, [width * weight / sum(weights) for weight in weights], repeatRows=1, style=style)


def _render(elements: list[Element], look: Look, cover: list[str], marks: Marks) -> tuple[bytes, int]:
    setter = Setter(look, marks)
    story: list[Flowable] = []
    if cover:
        big = ParagraphStyle("cover", fontName=look.bold, fontSize=24, leading=32, alignment=1, spaceBefore=60)
        story += [Paragraph(escape(line), big) for line in cover] + [PageBreak()]
    story += setter.flowables(elements)
    last = {"pages": 0}

    def furnish(canvas: Any, template: BaseDocTemplate) -> None:  # noqa: ANN401
        page = canvas.getPageNumber()
        last["pages"] = page
        if cover and page == 1:
            return
        canvas.setFont(look.font, 8)
        foot = look.foot.replace("#", str(page))
        canvas.drawString(_MARGIN, A4[1] - 36, look.head)
        canvas.drawRightString(A4[0] - _MARGIN, 30, foot)
        marks.furniture += [look.head, foot]

    out = BytesIO()
    template = BaseDocTemplate(out, pagesize=A4, title="", invariant=1)
    frame = Frame(_MARGIN, 50, A4[0] - 2 * _MARGIN, A4[1] - 110, id="body")
    template.addPageTemplates([PageTemplate("all", [frame], onPage=furnish)])
    template.build(story)
    return out.getvalue(), last["pages"]


def _file(name: str, elements: list[Element], look: Look, cover: list[str]) -> MadeFile:
    plain = [Para(element.text) if isinstance(element, Para) else element for element in elements]
    marks = Marks()
    data, pages = _render(plain, look, cover, marks)
    front = tuple(Part(Kind.ASIDE, line, page=1) for line in cover)
    known = parts_of(plain)
    placed = tuple(replace(part, page=marks.pages[n]) for n, part in enumerate(known))
    return MadeFile(name, "platypus", data, Truth(front + placed, tuple(marks.furniture)), pages)


def files(seed: int) -> Iterator[MadeFile]:
    """A board paper with a cover, one without and with another look, and minutes."""
    random = Random(f"flow {seed}")
    bodies = random.sample(BODIES, 3)
    one, two, three = (Prose(random, body) for body in bodies)
    look = Look("Helvetica", "Helvetica-Bold", 10.5, False, True, True, True, f"{bodies[0]} – public session", "Page #")
    yield _file("flow-board.pdf", list(papers.board_paper(one)), look, [bodies[0], "Board papers", one.day()])
    look = Look("Times-Roman", "Times-Bold", 11, True, True, False, False, f"{bodies[1]} | Paper {seed}/B", "# of 9")
    yield _file("flow-times.pdf", list(papers.board_paper(two, 4, 24)), look, [])
    look = Look(
        "Helvetica", "Helvetica-Bold", 10, True, False, True, False, "DRAFT – not yet approved", f"{bodies[2]} #"
    )
    yield _file("flow-minutes.pdf", list(papers.minutes(three)), look, [])


def long_file(seed: int, pages: int = 300) -> MadeFile:
    """A paper of at least so many pages, for the time it takes: each board paper has six."""
    prose = Prose(Random(f"long {seed}"), BODIES[0])
    elements: list[Element] = []
    for _ in range(pages // 5 * 9 // 10):
        elements += papers.board_paper(prose, 6, 40)
    look = Look("Helvetica", "Helvetica-Bold", 10.5, False, True, False, True, f"{BODIES[0]} – yearbook", "Page #")
    return _file("long.pdf", elements, look, [])
