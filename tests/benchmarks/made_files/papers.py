"""Invented papers as elements: what a board, a press office or an editor writes, before any program lays it out."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.made_files.prose import Prose
from tests.benchmarks.made_files.truth import Element, Grid, Heading, Listing, Merged, Para


def agenda(prose: Prose, count: int = 8) -> Grid:
    """A numbered agenda with times, leads and papers."""
    rows = [("Item", "Subject", "Lead", "Time")]
    for number in range(1, count + 1):
        rows.append((f"{number}", prose.task(), prose.fill("{person}"), f"{9 + number // 3}.{number % 3 * 20:02d}"))
    return Grid(tuple(rows))


def money(prose: Prose, count: int = 5) -> Grid:
    """A budget with one merged cell for each two rows, and a total across the first columns."""
    rows = [("Area", "Heading", "Budget", "Spent")]
    merged = []
    for number in range(count):
        area = prose.fill("{place} {thing}")
        merged.append(Merged(len(rows), 0, down=2))
        rows.append((area, prose.fill("{kind} works"), prose.fill("{amount}"), prose.fill("{amount}")))
        rows.append(
            ("", prose.fill("Fees, order {code}"), prose.fill("{amount}"), f"({number + 2}{prose.fill('{digit}')})")
        )
    merged.append(Merged(len(rows), 0, across=2))
    rows.append(("Total of all areas", "", prose.fill("{amount}"), prose.fill("{amount}")))
    return Grid(tuple(rows), tuple(merged))


def action_log(prose: Prose, count: int) -> Grid:
    """Actions with long texts, so that rows take several lines."""
    rows = [("Ref", "Action agreed", "Owner", "Due", "Status")]
    for number in range(1, count + 1):
        state = prose.random.choice(("Open", "Closed", "On hold, see minutes", "Overdue"))
        rows.append(
            (f"{number}/{number + 17}", prose.task(number % 3 == 0), prose.fill("{person}"), prose.day(), state)
        )
    return Grid(tuple(rows))


def nested(prose: Prose, ordered: bool = False) -> Listing:
    """A list of two or three levels; some items wrap."""
    items: list[tuple[int, str]] = []
    for number in range(prose.random.randint(3, 5)):
        items.append((1, prose.task(number % 2 == 0)))
        if number % 2:
            items += [(2, prose.task(n == 1)) for n in range(prose.random.randint(1, 3))]
            if prose.random.random() < 0.5:
                items += [(3, prose.task()), (3, prose.task())]
    return Listing(tuple(items), ordered)


def flat(prose: Prose, ordered: bool = False, count: int = 4) -> Listing:
    """A list of one level."""
    return Listing(tuple((1, prose.task(n == 1)) for n in range(count)), ordered)


def board_paper(prose: Prose, sections: int = 6, actions: int = 50) -> Iterator[Element]:
    """Agenda, numbered sections with lists and a budget, footnotes, and an action log over pages."""
    yield Heading(prose.fill(f"{prose.body}: report on the {{kind}} {{thing}}"), 1)
    yield Para(prose.fill("Meeting of the Board on {date}, {place}. Report of {person}, {role}."))
    yield agenda(prose)
    for number, text in enumerate(prose.headings(sections), 1):
        yield Heading(f"{number}. {text}", 2)
        yield Para(prose.paragraph(3, 6), prose.fill("Minute {code} of {date}, at {place}.") if number % 2 else "")
        yield from _section(prose, number)
    yield Heading(f"{sections + 1}. Action log", 2)
    yield Para(prose.sentence())
    yield action_log(prose, actions)
    yield Para(prose.paragraph())


def _section(prose: Prose, number: int) -> Iterator[Element]:
    if number % 3 == 1:
        yield Para(prose.lead_in())
        yield nested(prose)
        yield Para(prose.paragraph())
    elif number % 3 == 2:
        for sub, text in enumerate(prose.headings(2), 1):
            yield Heading(f"{number}.{sub} {text}", 3)
            yield Para(prose.paragraph())
        yield Para(prose.lead_in())
        yield flat(prose, ordered=True)
    else:
        yield money(prose)
        yield Para(prose.paragraph())


def press_release(prose: Prose) -> Iterator[Element]:
    """A headline, short paragraphs, quotes, a list, notes to editors."""
    yield Heading(prose.fill("{place} to keep its {thing} until {month}"), 1)
    yield Para(prose.paragraph(1, 2))
    for _ in range(4):
        yield Para(prose.paragraph(1, 3))
    yield Para(prose.lead_in())
    yield flat(prose)
    yield Para(prose.paragraph(1, 2))
    yield Heading("Notes to editors", 2)
    yield flat(prose, ordered=True, count=3)


def articles(prose: Prose, count: int = 6) -> Iterator[Element]:
    """The short articles of a newsletter."""
    for number, text in enumerate(prose.headings(count)):
        yield Heading(text, 2)
        for _ in range(prose.random.randint(2, 4)):
            yield Para(prose.paragraph(2, 4))
        if number % 2 == 0:
            yield Para(prose.lead_in())
            yield flat(prose, count=3)


def minutes(prose: Prose) -> Iterator[Element]:
    """Minutes with numbered paragraphs and an attendance table."""
    yield Heading(prose.fill("Minutes of the meeting at {place}"), 1)
    rows = [("Present", "Role", "Apologies")]
    for number in range(6):
        rows.append((prose.fill("{person}"), prose.fill("{role}"), prose.fill("{person}") if number < 2 else ""))
    yield Grid(tuple(rows))
    for number, text in enumerate(prose.headings(7), 1):
        yield Heading(f"{number}. {text}", 2)
        for _ in range(prose.random.randint(1, 3)):
            yield Para(prose.paragraph(2, 4))
        if number % 2:
            yield nested(prose, ordered=number % 4 == 1)
