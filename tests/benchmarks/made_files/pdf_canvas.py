"""PDF files drawn line by line on reportlab's canvas: a newsletter in columns, tables without rules, a scan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

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

_MARGIN = 50.0  # points, as all lengths here
_GUTTER = 24.0
_TOP, _BOTTOM = A4[1] - 70, 60.0
_BREAK = re.compile(r"[a-z]{3,}[aeiou](?=[b-df-hj-np-tv-z][a-z]{2,})")


@dataclass(frozen=True, slots=True)
class Font:
    """A font and its size."""

    name: str
    size: float

    def width(self, text: str) -> float:
        """In points."""
        return stringWidth(text, self.name, self.size)


def _hyphenated(word: str, room: float, font: Font) -> tuple[str, str] | None:
    """A word in two, the first with its hyphen, if it may be broken and the first fits."""
    for found in reversed(list(_BREAK.finditer(word))):
        if font.width(word[: found.end()] + "-") <= room:
            return word[: found.end()] + "-", word[found.end() :]
    return None


def wrapped(text: str, font: Font, width: float, hyphens: bool) -> list[str]:
    """The lines of a paragraph; with hyphens at the ends of lines where a word may be broken."""
    lines, line = [], ""
    for word in text.split(" "):
        wide = f"{line} {word}" if line else word
        if font.width(wide) <= width:
            line = wide
            continue
        halves = _hyphenated(word, width - font.width(line + " "), font) if hyphens and line else None
        if halves:
            lines.append(f"{line} {halves[0]}")
            line = halves[1]
        else:
            lines += [line] if line else []
            line = word
    return [*lines, line]


class Drawer:
    """Fills columns from top to bottom, page by page; remembers where each part began."""

    def __init__(self, columns: int, font: Font, bold: Font, head: str, foot: str, hyphens: bool) -> None:
        self.out = BytesIO()
        self.canvas = Canvas(self.out, pagesize=A4, invariant=1)
        self.columns, self.font, self.bold, self.hyphens = columns, font, bold, hyphens
        self.width = (A4[0] - 2 * _MARGIN - (columns - 1) * _GUTTER) / columns
        self.head, self.foot = head, foot
        self.page, self.column, self.y, self.top = 0, 0, _TOP, _TOP
        self.furniture: list[str] = []
        self.pages: list[int] = []
        self.notes: list[str] = []
        self._turn()

    def _turn(self) -> None:
        if self.page:
            self._finish()
            self.canvas.showPage()
        self.page += 1
        self.column, self.y, self.top = 0, _TOP, _TOP
        foot = self.foot.replace("#", str(self.page))
        self.canvas.setFont(self.font.name, 8)
        self.canvas.drawString(_MARGIN, A4[1] - 40, self.head)
        self.canvas.drawCentredString(A4[0] / 2, 28, foot)
        self.furniture += [self.head, foot]

    def _finish(self) -> None:
        for n, note in enumerate(reversed(self.notes)):
            self.canvas.setFont(self.font.name, 7)
            self.canvas.drawString(_MARGIN, _BOTTOM - 14 + 9 * n, note)
        if self.notes:
            self.canvas.line(
                _MARGIN, _BOTTOM + 9 * len(self.notes) - 12, _MARGIN + 120, _BOTTOM + 9 * len(self.notes) - 12
            )
        self.notes = []

    def room(self, height: float) -> None:
        """Go to the next column or page if there is no room below for so much."""
        if self.y - height >= _BOTTOM + 12 * len(self.notes):
            return
        if self.column + 1 < self.columns:
            self.column += 1
            self.y = self.top
        else:
            self._turn()

    @property
    def left(self) -> float:
        """Of the column."""
        return _MARGIN + self.column * (self.width + _GUTTER)

    def text(self, text: str, font: Font, indent: float = 0.0, mark: str = "", after: float = 6.0) -> None:
        """Draw a part: its lines, and a mark before the first."""
        lines = wrapped(text, font, self.width - indent, self.hyphens and font == self.font)
        for n, line in enumerate(lines):
            self.room(font.size * 1.25 * (2 if n == 0 and font != self.font else 1))
            if n == 0:
                self.pages.append(self.page)
                if mark:
                    self.canvas.setFont(self.font.name, self.font.size)
                    self.canvas.drawString(self.left + indent - 11, self.y - font.size, mark)
            self.canvas.setFont(font.name, font.size)
            self.canvas.drawString(self.left + indent, self.y - font.size, line)
            self.y -= font.size * 1.25
        self.y -= after

    def row(self, cells: Iterable[str], widths: list[float], font: Font) -> None:
        """Draw a row of a table without any rules; numbers stand to the right."""
        cut = [wrapped(cell, font, width - 8, False) for cell, width in zip(cells, widths, strict=True)]
        height = max(len(lines) for lines in cut) * font.size * 1.2 + 4
        self.room(height)
        self.pages.append(self.page)
        self.canvas.setFont(font.name, font.size)
        x = self.left
        for lines, width in zip(cut, widths, strict=True):
            for n, line in enumerate(lines):
                y = self.y - font.size * (1 + 1.2 * n)
                if re.fullmatch(r"[£(\d][\d,.)]*", line):
                    self.canvas.drawRightString(x + width - 8, y, line)
                else:
                    self.canvas.drawString(x, y, line)
            x += width
        self.y -= height

    def banner(self, title: str, image: Image.Image) -> None:
        """A title across all columns, and a picture at the top of the last one."""
        self.canvas.setFont(self.bold.name, 26)
        self.canvas.drawString(_MARGIN, self.y - 26, title)
        self.pages.append(self.page)
        self.top = self.y = self.y - 50
        self.image = image

    def picture(self, image: Image.Image, caption: str) -> None:
        """A picture in the column with its caption below."""
        height = self.width * image.height / image.width
        self.room(height + 30)
        self.canvas.drawImage(ImageReader(image), self.left, self.y - height, self.width, height)
        self.y -= height + 2
        self.text(caption, Font("Helvetica-Oblique", 7.5), after=10)

    def done(self) -> bytes:
        """The file."""
        self._finish()
        self.canvas.save()
        return self.out.getvalue()


def _draw(drawer: Drawer, element: Element) -> None:
    match element:
        case Heading(text, level):
            drawer.text(text, replace(drawer.bold, size=drawer.font.size + (10, 3, 1)[level - 1]), after=4)
        case Para(text, note):
            if note:
                drawer.notes.append(note)
            drawer.text(text, drawer.font)
            if note:
                drawer.pages.append(drawer.page)
        case Listing(items):
            for number, (level, text) in zip(element.numbers(), items, strict=True):
                drawer.text(text, drawer.font, 14.0 * level, number or "•", after=3)
        case Grid(rows):
            widths = _widths(rows, drawer.width)
            for n, row in enumerate(rows):
                drawer.row(row, widths, replace(drawer.bold if n == 0 else drawer.font, size=drawer.font.size - 1))
            drawer.y -= 8


def _widths(rows: tuple[tuple[str, ...], ...], room: float) -> list[float]:
    weights = [min(max(max(len(row[n]) for row in rows), 9), 36) for n in range(len(rows[0]))]
    return [room * weight / sum(weights) for weight in weights]


def picture(random: Random, text: str = "") -> Image.Image:
    """A picture: some shapes, or a page of text as a scanner sees it."""
    if not text:
        image = Image.new("RGB", (300, 180), (90, 140, 190))
        pen = ImageDraw.Draw(image)
        for _ in range(12):
            x, y = random.randint(0, 280), random.randint(0, 160)
            pen.ellipse((x, y, x + 30, y + 20), fill=(random.randint(0, 255), 120, 60))
        return image
    image = Image.new("L", (1240, 1754), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(26)
    for n, line in enumerate(wrapped(text, Font("Helvetica", 26), 1000, False)):
        pen.text((110, 120 + 40 * n), line, 0, font)
    return image


def newsletter(random: Random, columns: int, hyphens: bool, name: str) -> MadeFile:
    """A newsletter in columns with a banner, a picture and articles."""
    body = random.choice(BODIES)
    prose = Prose(random, body)
    drawer = Drawer(
        columns, Font("Times-Roman", 10), Font("Times-Bold", 10), f"{body} Gazette", "Issue 7 – page #", hyphens
    )
    title = prose.fill("News from {place}")
    drawer.banner(title, picture(random))
    elements = list(papers.articles(prose))
    parts: list[Part] = [Part(Kind.HEADING, title, 1)]
    for n, element in enumerate(elements):
        if n == 3:
            caption = prose.fill("Picture: the {kind} {thing}")
            drawer.picture(picture(random), caption)
            parts.append(Part(Kind.ASIDE, caption))
        _draw(drawer, element)
        parts += parts_of([element])
    data = drawer.done()
    placed = tuple(replace(part, page=page) for part, page in zip(parts, drawer.pages, strict=True))
    return MadeFile(name, "canvas", data, Truth(placed, tuple(drawer.furniture)), drawer.page)


def _contact(prose: Prose) -> tuple[str, ...]:
    return prose.fill("{person}"), prose.fill("{role}"), prose.fill("0{number} {number}")


def report(random: Random, name: str) -> MadeFile:
    """One column, tables without rules, footnotes."""
    body = random.choice(BODIES)
    prose = Prose(random, body)
    drawer = Drawer(1, Font("Helvetica", 10), Font("Helvetica-Bold", 10), f"{body}: quarterly report", "- # -", False)
    rows = papers.money(prose)
    whole = Grid(rows.filled())  # drawn without rules, a merged cell could not be told from an empty one
    elements: list[Element] = [
        Heading(prose.fill("Report for {month}"), 1),
        Para(prose.paragraph(), prose.fill("1 See letter {code} of {date}.")),
        Heading("Budget by area", 2),
        Para(prose.paragraph()),
        whole,
        Para(prose.paragraph(3, 6)),
        Heading("Progress", 2),
        Para(prose.lead_in()),
        papers.nested(prose),
        Para(prose.paragraph(4, 6), prose.fill("2 Estimate of {person}, {code}.")),
        Heading("Contacts", 2),
        Grid((("Name", "Role", "Telephone"), *(_contact(prose) for _ in range(6)))),
        *(Para(prose.paragraph(4, 7)) for _ in range(4)),
    ]  # fmt: skip
    for element in elements:
        _draw(drawer, element)
    data = drawer.done()
    placed = tuple(replace(part, page=page) for part, page in zip(parts_of(elements), drawer.pages, strict=True))
    return MadeFile(name, "canvas", data, Truth(placed, tuple(drawer.furniture)), drawer.page)


def scan(seed: int) -> bytes:
    """One page that is only a picture of text."""
    random = Random(f"scan {seed}")
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    image = picture(random, Prose(random, BODIES[1]).paragraph(6, 8))
    canvas.drawImage(ImageReader(image), 0, 0, *A4)
    canvas.save()
    return out.getvalue()


def files(seed: int) -> Iterator[MadeFile]:
    """Newsletters in two and three columns, with hyphens and without, and a report without rules."""
    random = Random(f"canvas {seed}")
    yield newsletter(random, 2, True, "canvas-hyphens.pdf")
    yield newsletter(random, 2, False, "canvas-columns.pdf")
    yield newsletter(random, 3, True, "canvas-three.pdf")
    yield report(random, "canvas-report.pdf")
