"""PowerPoint decks by python-pptx: titles, bullets in levels, tables, notes, grouped shapes, footers."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from random import Random
from typing import Any

from pptx import Presentation
from pptx.util import Inches

from tests.benchmarks.made_files import papers
from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import Grid, Kind, MadeFile, Part, Truth, parts_of

_TITLE, _CONTENT, _TWO, _ONLY = 0, 1, 3, 5  # layouts of python-pptx's own template


class Deck:
    """A deck as it is made, with its parts."""

    def __init__(self, prose: Prose, footer: str) -> None:
        self.prose, self.footer, self.deck = prose, footer, Presentation()
        self.parts: list[Part] = []
        self.furniture: list[str] = []

    @property
    def page(self) -> int:
        """Number of the slide."""
        return len(self.deck.slides)

    def add(self, kind: Kind, text: str, level: int = 0) -> str:
        """Note a part on the slide."""
        self.parts.append(Part(kind, text, level, page=self.page))
        return text

    def slide(self, layout: int, title: str) -> Any:  # noqa: ANN401
        """A new slide with title and footer."""
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[layout])
        slide.shapes.title.text = self.add(Kind.HEADING, title, 1 if layout == _TITLE else 2)
        if layout != _TITLE:
            self._foot(slide)
        return slide

    def _foot(self, slide: Any) -> None:  # noqa: ANN401
        for shape in slide.slide_layout.placeholders:
            if shape.placeholder_format.type in (15, 13):  # footer, slide number
                copy = deepcopy(shape._element)
                slide.shapes._spTree.append(copy)
        for shape in slide.placeholders:
            if shape.placeholder_format.type == 15:
                shape.text_frame.text = self.footer
                self.furniture.append(self.footer)

    def bullets(self, placeholder: Any, items: tuple[tuple[int, str], ...]) -> None:  # noqa: ANN401
        """Fill a placeholder; its layout gives the bullets."""
        for n, (level, text) in enumerate(items):
            frame = placeholder.text_frame
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            paragraph.text, paragraph.level = self.add(Kind.ITEM, text, level), level - 1

    def table(self, slide: Any, grid: Grid) -> None:  # noqa: ANN401
        """A table with its merged cells."""
        shape = slide.shapes.add_table(
            len(grid.rows), len(grid.rows[0]), Inches(0.5), Inches(1.6), Inches(9), Inches(4)
        )
        for n, row in enumerate(grid.rows):
            for m, cell in enumerate(row):
                shape.table.cell(n, m).text = cell
        for one in grid.merged:
            last = shape.table.cell(one.row + one.down - 1, one.column + one.across - 1)
            shape.table.cell(one.row, one.column).merge(last)
        self.parts += [replace(part, page=self.page) for part in parts_of([grid])]

    def box(self, shapes: Any, kind: Kind, text: str, top: float) -> None:  # noqa: ANN401
        """A text box."""
        shapes.add_textbox(Inches(1), Inches(top), Inches(6), Inches(0.5)).text_frame.text = self.add(kind, text)

    def file(self, name: str) -> MadeFile:
        """The deck and what stands in it."""
        out = BytesIO()
        self.deck.save(out)
        truth = Truth(tuple(self.parts), tuple(self.furniture))
        return MadeFile(name, "python-pptx", out.getvalue(), truth, self.page)


def _board_deck(prose: Prose, name: str) -> MadeFile:
    deck = Deck(prose, f"{prose.body} strategy day")
    first = deck.slide(_TITLE, prose.fill("Plans for the {thing}"))
    first.placeholders[1].text = deck.add(Kind.PARAGRAPH, prose.fill("{person}, {role}, {date}"))
    for text in prose.headings(4):
        slide = deck.slide(_CONTENT, text)
        deck.bullets(slide.placeholders[1], papers.nested(prose).items)
        note = prose.paragraph()
        slide.notes_slide.notes_text_frame.text = deck.add(Kind.PARAGRAPH, note)
    slide = deck.slide(_ONLY, "Budget")
    deck.table(slide, papers.money(prose, 3))
    slide = deck.slide(_ONLY, "Who does what")
    group = slide.shapes.add_group_shape()
    for n in range(3):
        deck.box(group.shapes, Kind.PARAGRAPH, prose.fill("{person} leads on the {kind} {thing}"), 2 + n)
    inner = group.shapes.add_group_shape()
    deck.box(inner.shapes, Kind.PARAGRAPH, prose.sentence(), 5)
    return deck.file(name)


def _training_deck(prose: Prose, name: str) -> MadeFile:
    deck = Deck(prose, "Training for volunteers")
    first = deck.slide(_TITLE, prose.fill("Training at {place}"))
    first.placeholders[1].text = deck.add(Kind.PARAGRAPH, prose.fill("{person}, {role}"))
    slide = deck.slide(_TWO, prose.fill("Before and after {month}"))
    for n in (1, 2):
        deck.bullets(slide.placeholders[n], papers.flat(prose, count=3).items)
    slide = deck.slide(_ONLY, prose.fill("Where the {thing} stands"))
    for n in range(2):
        deck.box(slide.shapes, Kind.PARAGRAPH, prose.sentence(), 2 + n)
    picture = slide.shapes.add_shape(5, Inches(2), Inches(5), Inches(4), Inches(1))
    picture.text_frame.text = deck.add(Kind.PARAGRAPH, prose.sentence())
    slide = deck.slide(_ONLY, "Agenda of the day")
    deck.table(slide, papers.agenda(prose, 6))
    return deck.file(name)


def files(seed: int) -> Iterator[MadeFile]:
    """A deck for a board and one for volunteers."""
    random = Random(f"slides {seed}")
    one, two = (Prose(random, body) for body in random.sample(BODIES, 2))
    yield _board_deck(one, "slides-board.pptx")
    yield _training_deck(two, "slides-training.pptx")
