"""PDF files with what organisations do besides: books, boxes, rules only below the head, letters, turned pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from random import Random

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.benchmarks.made_files import papers
from tests.benchmarks.made_files.pdf_canvas import Font, wrapped
from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import Grid, Kind, MadeFile, Part, Truth, parts_of

_LEFT, _RIGHT, _TOP, _BOTTOM = 70.0, A4[0] - 70, A4[1] - 80, 70.0  # points, as all lengths here
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
_BODY, _BOLD = Font("Times-Roman", 11), Font("Times-Bold", 11)
_SANS, _SANS_BOLD = Font("Helvetica", 10), Font("Helvetica-Bold", 10)


@dataclass(slots=True)
class Sheets:
    """Pages as they are drawn, with what stands on them."""

    prose: Prose
    furnish: Callable[[int], list[tuple[float, float, str]]]
    out: BytesIO = field(default_factory=BytesIO)
    parts: list[Part] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    page: int = 0
    y: float = 0.0
    canvas: Canvas = field(init=False)

    def __post_init__(self) -> None:
        """Begin the first page."""
        self.canvas = Canvas(self.out, pagesize=A4, invariant=1)
        self.turn()

    def turn(self) -> None:
        """Begin a page, with its furniture."""
        if self.page:
            self.canvas.showPage()
        self.page += 1
        self.y = _TOP
        self.canvas.setFont("Helvetica", 8)
        for x, y, text in self.furnish(self.page):
            self.canvas.drawString(x, y, text)
            self.furniture.append(text)

    def add(self, kind: Kind, text: str, level: int = 0) -> None:
        """Note a part on this page."""
        self.parts.append(Part(kind, text, level, page=self.page))

    def room(self, height: float) -> None:
        """Turn the page if so much does not fit."""
        if self.y - height < _BOTTOM:
            self.turn()

    def line(self, text: str, font: Font, x: float = _LEFT, stretch: float = 0.0) -> None:
        """One line, stretched to a width if wanted, as justified text is."""
        words = self.canvas.beginText(x, self.y - font.size)
        words.setFont(font.name, font.size)
        if stretch and " " in text:
            words.setWordSpace((stretch - font.width(text)) / text.count(" "))
        words.textOut(text)
        self.canvas.drawText(words)
        self.y -= font.size * 1.25

    def text(self, kind: Kind, text: str, font: Font, level: int = 0, *, x: float = _LEFT, right: float = _RIGHT,
             first: float = 0.0, justified: bool = False, after: float = 6.0) -> None:  # fmt: skip
        """A part over some lines."""
        lines = wrapped(" " * round(first / font.width(" ")) + text, font, right - x, False)
        self.room(font.size * 1.25 * min(len(lines), 2))
        self.add(kind, text, level)
        for n, line in enumerate(lines):
            self.room(font.size * 1.25)
            at = x + (first if n == 0 else 0)
            last = n == len(lines) - 1
            self.line(line.strip(), font, at, 0 if last or not justified else right - at)
        self.y -= after

    def file(self, name: str) -> MadeFile:
        """The file and its truth."""
        self.canvas.save()
        return MadeFile(name, "canvas", self.out.getvalue(), Truth(tuple(self.parts), tuple(self.furniture)), self.page)


def _book(prose: Prose, name: str) -> MadeFile:
    """Indented paragraphs without space between, left and right pages, Roman page numbers, a contents list."""

    def furnish(page: int) -> list[tuple[float, float, str]]:
        side = _LEFT if page % 2 else _RIGHT - 90
        return [(side, A4[1] - 45, prose.body if page % 2 else "Yearly review"), (A4[0] / 2, 35, _ROMAN[page - 1])]

    sheets = Sheets(prose, furnish)
    chapters = prose.headings(4)
    sheets.text(Kind.HEADING, prose.fill("Review of {month}"), Font("Times-Bold", 20), 1, after=20)
    for n, title in enumerate(chapters):
        dots = "." * int((_RIGHT - _LEFT - _BODY.width(title) - 20) / _BODY.width("."))
        sheets.text(Kind.ASIDE, f"{title} {dots} {n + 2}", _BODY, after=2)
    for title in chapters:
        sheets.y -= 16
        sheets.text(Kind.HEADING, title.upper(), Font("Times-Bold", 12), 2)
        for n in range(9):
            first = 0 if n == 0 else 18
            sheets.text(Kind.PARAGRAPH, prose.paragraph(3, 6), _BODY, first=first, justified=True, after=0)
    return sheets.file(name)


def _same_size(prose: Prose, name: str) -> MadeFile:
    """Bold headings of the size of the text, letters for numbers, square bullets that are drawn."""
    sheets = Sheets(prose, lambda page: [(_LEFT, 40, f"{prose.body} – page {page} of 3")])
    for n, title in enumerate(prose.headings(5)):
        sheets.text(Kind.HEADING, title, _SANS_BOLD, 1, after=3)
        sheets.text(Kind.PARAGRAPH, prose.paragraph(3, 5), _SANS)
        sheets.text(Kind.PARAGRAPH, prose.lead_in(), _SANS)
        for m in range(4):
            sheets.room(40)
            if n % 3 == 0:
                mark = f"({'abcd'[m]})"
            elif n % 3 == 1:
                mark = f"{_ROMAN[m]}."
            else:
                mark = ""
                sheets.canvas.rect(_LEFT + 12, sheets.y - 9, 4, 4, fill=1)
            sheets.canvas.setFont(_SANS.name, _SANS.size)
            sheets.canvas.drawString(_LEFT + 8, sheets.y - _SANS.size, mark)
            sheets.text(Kind.ITEM, prose.task(m % 2 == 0), _SANS, 1, x=_LEFT + 30, after=2)
        sheets.y -= 10
    return sheets.file(name)


def _table(sheets: Sheets, grid: Grid, style: str) -> None:
    """A table with rules only round its head (few), shaded rows (zebra), or all rules and rows that break (broken)."""
    widths = [(_RIGHT - _LEFT) * share for share in (0.1, 0.42, 0.18, 0.16, 0.14)]
    canvas = sheets.canvas
    for n, (part, row) in enumerate(zip(parts_of([grid]), grid.rows, strict=True)):
        font = _SANS_BOLD if n == 0 else _SANS
        cut = [wrapped(cell, font, width - 8, False) for cell, width in zip(row, widths, strict=True)]
        height = max(map(len, cut)) * 12.0 + 6
        if style != "broken" or sheets.y - 30 < _BOTTOM:
            sheets.room(height)
        sheets.parts.append(replace(part, page=sheets.page))
        while any(cut):
            lines = min(max(map(len, cut)), int((sheets.y - _BOTTOM) / 12) or 1)
            height = lines * 12.0 + 6
            if style == "zebra" and n % 2:
                canvas.setFillColor(colors.whitesmoke)
                canvas.rect(_LEFT, sheets.y - height, _RIGHT - _LEFT, height, stroke=0, fill=1)
                canvas.setFillColor(colors.black)
            canvas.setFont(font.name, font.size)
            x = _LEFT
            for m, (column, width) in enumerate(zip(cut, widths, strict=True)):
                for line_number, line in enumerate(column[:lines]):
                    canvas.drawString(x + 4, sheets.y - 11 - 12 * line_number, line)
                if style == "broken":
                    canvas.rect(x, sheets.y - height, width, height)
                cut[m] = column[lines:]
                x += width
            if style == "few" and n in (0, len(grid.rows) - 1):
                canvas.line(_LEFT, sheets.y - height, _RIGHT, sheets.y - height)
            sheets.y -= height
            if any(cut):
                sheets.turn()
    sheets.y -= 14


def _tables(prose: Prose, name: str, style: str) -> MadeFile:
    sheets = Sheets(prose, lambda page: [(_LEFT, A4[1] - 40, f"{prose.body}: actions"), (_RIGHT - 20, 40, str(page))])
    sheets.text(Kind.HEADING, prose.fill("Actions of {month}"), Font("Helvetica-Bold", 16), 1)
    for _ in range(2):
        sheets.text(Kind.PARAGRAPH, prose.paragraph(), _SANS)
        _table(sheets, papers.action_log(prose, 14), style)
    sheets.text(Kind.PARAGRAPH, prose.paragraph(), _SANS)
    return sheets.file(name)


def _boxes(prose: Prose, name: str) -> MadeFile:
    """A letter's address, a shaded box beside the text, two columns below one, a page on its side, DRAFT across."""

    def furnish(page: int) -> list[tuple[float, float, str]]:
        return [(_LEFT, 40, f"Registered office of the {prose.body}")]

    sheets = Sheets(prose, furnish)
    canvas = sheets.canvas
    _across(sheets)
    for line in (prose.fill("{person}"), prose.fill("{number} Quay Street"), prose.fill("{place}")):
        sheets.add(Kind.ASIDE, line)
        sheets.line(line, _SANS, _RIGHT - 130)
    sheets.y -= 10
    sheets.text(Kind.HEADING, prose.fill("Why the {thing} matters"), Font("Helvetica-Bold", 15), 1)
    top = sheets.y
    for _ in range(3):
        sheets.text(Kind.PARAGRAPH, prose.paragraph(3, 4), _SANS, right=_RIGHT - 170)
    after, sheets.y = sheets.y, top
    canvas.setFillColor(colors.lightblue)
    canvas.rect(_RIGHT - 150, top - 170, 150, 170, stroke=0, fill=1)
    canvas.setFillColor(colors.black)
    sheets.y -= 6
    sheets.text(Kind.NOTE, "Key facts", _SANS_BOLD, x=_RIGHT - 144, right=_RIGHT - 6)
    sheets.text(Kind.PARAGRAPH, prose.sentence(), Font("Helvetica", 9), x=_RIGHT - 144, right=_RIGHT - 6)
    sheets.text(Kind.PARAGRAPH, prose.sentence(), Font("Helvetica", 9), x=_RIGHT - 144, right=_RIGHT - 6)
    sheets.y = min(after, top - 180)
    sheets.text(Kind.HEADING, prose.fill("News of the {kind} {thing}"), Font("Helvetica-Bold", 13), 2)
    top, middle = sheets.y, (_LEFT + _RIGHT) / 2
    for x, right in ((_LEFT, middle - 12), (middle + 12, _RIGHT)):
        sheets.y = top
        for _ in range(2):
            sheets.text(Kind.PARAGRAPH, prose.paragraph(2, 2), _SANS, x=x, right=right)
    sheets.turn()
    _across(sheets)
    canvas.setPageRotation(90)
    canvas.rotate(90)
    canvas.translate(0, -A4[0])
    sheets.y = A4[0] - 60
    sheets.text(Kind.HEADING, prose.fill("Plan of {place}"), Font("Helvetica-Bold", 15), 1)
    sheets.text(Kind.PARAGRAPH, prose.paragraph(4, 5), _SANS, right=A4[1] - 70)
    sheets.text(Kind.PARAGRAPH, prose.paragraph(4, 5), _SANS, right=A4[1] - 70)
    return sheets.file(name)


def _across(sheets: Sheets) -> None:
    sheets.canvas.saveState()
    sheets.canvas.setFillColor(colors.lightgrey)
    sheets.canvas.setFont("Helvetica-Bold", 90)
    sheets.canvas.translate(160, 250)
    sheets.canvas.rotate(50)
    sheets.canvas.drawString(0, 0, "DRAFT")
    sheets.canvas.restoreState()
    sheets.furniture.append("DRAFT")


def _letters(prose: Prose, name: str) -> MadeFile:
    """Letters set one by one, wide headings, numbered paragraphs with hanging numbers, raised note numbers."""
    sheets = Sheets(prose, lambda page: [(_LEFT, 40, f"{page}")])
    for n, title in enumerate(prose.headings(3), 1):
        sheets.room(60)
        sheets.add(Kind.HEADING, title, 1)
        _spaced(sheets, title, Font("Helvetica-Bold", 14), 1.5)
        sheets.y -= 8
        for m in range(1, 4):
            sheets.room(40)
            sheets.canvas.setFont(_SANS.name, _SANS.size)
            sheets.canvas.drawString(_LEFT, sheets.y - _SANS.size, f"{n}.{m}")
            sheets.text(Kind.NOTE, prose.paragraph(2, 3), _SANS, x=_LEFT + 32)
        text = prose.sentence()
        sheets.room(40)
        sheets.add(Kind.PARAGRAPH, text)
        for line in wrapped(text, _SANS, _RIGHT - _LEFT - 40, False):
            _spaced(sheets, line, _SANS, 0.05)
        sheets.y -= 8
    return sheets.file(name)


def _spaced(sheets: Sheets, line: str, font: Font, gap: float) -> None:
    """A line whose letters are drawn one by one, with a gap."""
    sheets.canvas.setFont(font.name, font.size)
    x = _LEFT
    for letter in line:
        if letter != " ":
            sheets.canvas.drawString(x, sheets.y - font.size, letter)
        x += font.width(letter) + gap
    sheets.y -= font.size * 1.3


def files(seed: int) -> Iterator[MadeFile]:
    """Each oddity in a file of its own."""
    random = Random(f"odd {seed}")
    proses = [Prose(random, body) for body in random.sample(BODIES, 7)]
    yield _book(proses[0], "odd-book.pdf")
    yield _same_size(proses[1], "odd-same-size.pdf")
    yield _tables(proses[2], "odd-few-rules.pdf", "few")
    yield _tables(proses[3], "odd-zebra.pdf", "zebra")
    yield _tables(proses[4], "odd-broken-rows.pdf", "broken")
    yield _boxes(proses[5], "odd-boxes.pdf")
    yield _letters(proses[6], "odd-letters.pdf")
