"""Excel workbooks by openpyxl: a risk register, a budget with two rows of heads, dates, pounds, a hidden sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import Kind, MadeFile, Part, Truth

_POUNDS = '"£"#,##0'
_PENCE = "£#,##0.00;[Red]-£#,##0.00"


class Book:
    """A workbook as it is made, with its parts."""

    def __init__(self, prose: Prose) -> None:
        self.prose, self.book = prose, Workbook()
        self.book.remove(self.book.worksheets[0])
        self.parts: list[Part] = []
        self.head: tuple[str, ...] = ()

    def sheet(self, title: str) -> Worksheet:
        """A new sheet; its name is shown on its tab."""
        self.head = ()
        made: Worksheet = self.book.create_sheet(title)
        self.parts.append(Part(Kind.HEADING, title, 1, page=len(self.book.worksheets)))
        return made

    def title(self, sheet: Worksheet, row: int, text: str, across: int) -> None:
        """A title row over several columns."""
        sheet.cell(row, 1, text).font = Font(bold=True, size=14)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=across)
        self.parts.append(Part(Kind.NOTE, text, page=len(self.book.worksheets)))

    def row(self, sheet: Worksheet, row: int, cells: list[Any], shown: list[str], first: int = 1) -> None:
        """A row of values, and how they look on the screen."""
        for n, cell in enumerate(cells, first):
            value, style = cell if isinstance(cell, tuple) else (cell, "General")
            sheet.cell(row, n, value).number_format = style
        page = len(self.book.worksheets)
        part = Part(Kind.ROW, " ".join(filter(None, shown)), cells=tuple(shown), head=self.head, page=page)
        self.head = self.head or part.cells
        self.parts.append(part)

    def file(self, name: str, hidden: tuple[str, ...] = ()) -> MadeFile:
        """The workbook and what stands in it."""
        out = BytesIO()
        self.book.save(out)
        truth = Truth(tuple(self.parts), hidden=hidden)
        return MadeFile(
            name, "openpyxl", out.getvalue(), truth, sum(s.sheet_state == "visible" for s in self.book.worksheets)
        )


def _day(random: Random) -> tuple[tuple[date, str], str]:
    """A date with a cell format, and how a person says what is shown: readers may write it so."""
    when = date(2018, 3, 1) + timedelta(days=random.randint(0, 900))
    spoken = f"{when.day} {when:%B %Y}"
    return random.choice((
        ((when, "dd/mm/yyyy"), spoken),
        ((when, "d mmmm yyyy"), spoken),
        ((when, "mmm-yy"), f"{when:%B %Y}"),
    ))  # fmt: skip


def _risk_register(prose: Prose, name: str) -> MadeFile:
    random, book = prose.random, Book(prose)
    sheet = book.sheet("Risk register")
    book.title(sheet, 1, f"{prose.body}: corporate risk register", 8)
    book.title(sheet, 2, prose.fill("Reviewed on {date} by {person}"), 8)
    heads = ["Ref", "Risk", "Owner", "Likelihood", "Impact", "Score", "Review date", "Cost if it happens"]
    book.row(sheet, 4, heads, heads)
    for n in range(5, 25):
        when, shown = _day(random)
        likely, impact, cost = random.randint(1, 5), random.randint(1, 5), random.randint(1000, 900000)
        texts = [f"R{n:03d}", prose.sentence(), prose.fill("{person}")]
        numbers = [likely, impact, likely * impact]
        book.row(sheet, n, [*texts, *numbers, when, (cost, _POUNDS)], [*texts, *map(str, numbers), shown, f"£{cost:,}"])
    sheet = book.sheet("Closed")
    book.row(sheet, 1, ["Ref", "Why closed", "Share"], ["Ref", "Why closed", "Share"])
    for n in range(2, 8):
        share, text = random.randint(1, 99), prose.task()
        book.row(sheet, n, [f"C{n}", text, (share / 100, "0%")], [f"C{n}", text, f"{share}%"])
    secret = prose.fill("Secret {code} of {person}")
    hidden = book.book.create_sheet("Workings")
    hidden["A1"], hidden.sheet_state = secret, "hidden"
    return book.file(name, (secret,))


def _budget(prose: Prose, name: str) -> MadeFile:
    random, book = prose.random, Book(prose)
    sheet = book.sheet("Budget 2019-20")
    book.title(sheet, 1, prose.fill("Budget of the {thing}, in pounds"), 5)
    top = ["", "Plan", "Plan", "Actual", "Actual"]
    book.row(sheet, 3, ["", "Plan", None, "Actual", None], ["", "Plan", "Actual"])
    sheet.merge_cells("B3:C3")
    sheet.merge_cells("D3:E3")
    book.parts.pop()
    under = ["Quarter 1", "Quarter 2", "Quarter 1", "Quarter 2"]
    book.row(sheet, 4, ["Area", *under], ["Area", *under])
    book.parts.pop()  # two rows of heads may be read as one; their words count, their form does not
    for text in (*filter(None, dict.fromkeys(top)), "Area", *under):
        book.parts.append(Part(Kind.ASIDE, text, page=1))
    book.head = ()
    for n in range(5, 13):
        area, values = (
            prose.fill("{place} {thing}"),
            [random.randint(100, 99999) + random.randint(0, 99) / 100 for _ in range(4)],
        )
        book.head = ()
        book.row(
            sheet, n, [area, *((value, _PENCE) for value in values)], [area, *(f"£{value:,.2f}" for value in values)]
        )
    book.row(sheet, 14, [None, prose.sentence()], [book.prose.body])
    book.parts[-1] = Part(Kind.NOTE, str(sheet.cell(14, 2).value), page=1)
    sheet = book.sheet("Staff")
    book.row(sheet, 3, ["Name", "Role", "Days", "Since"], ["Name", "Role", "Days", "Since"], 3)
    for n in range(4, 12):
        when, shown = _day(random)
        name_, role, days = prose.fill("{person}"), prose.fill("{role}"), random.randint(1, 5)
        book.row(sheet, n, [name_, role, days, when], [name_, role, str(days), shown], 3)
    sheet.cell(13, 3, "Second table")
    book.parts.append(Part(Kind.NOTE, "Second table", page=2))
    book.head = ()
    book.row(sheet, 14, ["Post", "Grade"], ["Post", "Grade"], 3)
    for n in range(15, 19):
        role, grade = prose.fill("{role}"), prose.fill("Band {digit}")
        book.row(sheet, n, [role, grade], [role, grade], 3)
    return book.file(name)


def files(seed: int) -> Iterator[MadeFile]:
    """A risk register and a budget."""
    random = Random(f"workbook {seed}")
    makers: tuple[tuple[Callable[[Prose, str], MadeFile], str], ...] = (
        (_risk_register, "book-risks.xlsx"), (_budget, "book-budget.xlsx"),
    )  # fmt: skip
    for (maker, name), body in zip(makers, random.sample(BODIES, 2), strict=True):
        yield maker(Prose(random, body), name)
