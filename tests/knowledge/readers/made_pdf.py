"""PDF files made on the spot: what is odd, broken or too big to be kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Draw = Callable[[Canvas], None]
LINE = 14
"""Points from line to line."""


def pdf(*pages: Draw, title: str = "", password: str | None = None, owner: str = "owner") -> bytes:
    """A file of pages, each drawn by a function. A password of "" locks it against changes only."""
    target = BytesIO()
    lock = None if password is None else StandardEncryption(password, owner)
    canvas = Canvas(target, pagesize=A4, encrypt=lock, invariant=True)
    if title:
        canvas.setTitle(title)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def text(lines: Sequence[str], left: float = 60, top: float = 780, size: float = 11, font: str = "Helvetica") -> Draw:
    """Lines one below the other; an empty one leaves a gap."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        for n, line in enumerate(lines):
            canvas.drawString(left, top - LINE * n, line)

    return draw


def both(*draws: Draw) -> Draw:
    """All of it on one page."""

    def draw(canvas: Canvas) -> None:
        for one in draws:
            one(canvas)

    return draw


def grid(
    rows: Sequence[Sequence[str]], left: float = 60, top: float = 700, wide: float = 120, high: float = 20
) -> Draw:
    """A table with ruling lines."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        for n, row in enumerate(rows):
            for k, cell in enumerate(row):
                canvas.rect(left + k * wide, top - (n + 1) * high, wide, high)
                canvas.drawString(left + k * wide + 4, top - (n + 1) * high + 6, cell)

    return draw


def picture(words: Sequence[str]) -> Draw:
    """A page that is the picture of lines of words, as a scanner makes it."""
    drawn = Image.new("L", (1654, 2339), 255)  # A4 at 200 dpi
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(34)
    for n, line in enumerate(words):
        pen.text((160, 200 + 52 * n), line, fill=0, font=font)

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(drawn), 0, 0, *A4)

    return draw


def report(pages: int) -> bytes:
    """A long text: each page has a header, a heading, three paragraphs, a list and its number."""

    def page(number: int) -> Draw:
        said = [f"Paragraph {n} of page {number} says that the ferry to the island leaves the" for n in (1, 2, 3)]
        body = [
            line for first in said for line in (first, "quay at nine and comes back at noon, weather permitting.", "")
        ]
        return both(
            text(["Report of the harbour board"], top=810, size=8),
            text([f"Chapter {number}"], size=16),
            text(body, top=750),
            text(["• A boat that is red.", "• A boat that is blue."], top=600),
            text([f"Page {number}"], top=30, size=8),
        )

    return pdf(*(page(number) for number in range(1, pages + 1)))
