"""What the command line shows of documents: what became of files, the library, one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import get_args

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot import understood
from bot.render_pieces import counted, shortened, unbroken
from bot.understood import Section
from knowledge.library import Became, Outcome
from knowledge.passages import cut
from knowledge.types import BlockKind, Document, Source, spoken_date
from knowledge.versions import superseded

_UNBROKEN = frozenset({"id", "file", "url"})
"""Facts about a document that are copied whole."""
_LABEL_CHARS = 15
_HEADING_CHARS = 60
_BLOCK_CHARS = 90
_ID_CHARS = 32
"""Of an id beside which the rest of the list is aligned; a longer one moves its own line to the right."""
_DATE_CHARS = len("2019-10-21")
_DATES_SHOWN = 5
_BECAME = {
    "kept": "known with new facts",
    "duplicate": "known already",
}
_ALL_OF_IT = "--full shows every block, --html PAGE.html the whole text in colours."


def outcomes(done: Sequence[Outcome]) -> RenderableType:
    """What became of each file that was to be added."""
    colours = {"added": "green", "replaced": "green"}
    lines = []
    for outcome in done:
        named = f" as {outcome.source.id}" if outcome.source else ""
        line = unbroken(outcome.status, colours.get(outcome.status, "yellow"))
        lines.append(line + Text(f" {outcome.file}{named}"))
        lines += [Text(f"    {message}", "dim") for message in outcome.messages]
    return Group(*lines)


def tally(done: Sequence[Outcome]) -> str:
    """How many files became what, such as `12 added, 1 replaced, 3 refused`."""
    numbers = Counter(outcome.status for outcome in done)
    parts = [f"{numbers[status]} {_BECAME.get(status, status)}" for status in get_args(Became) if numbers[status]]
    return f"{', '.join(parts)}."


def sources(known: Sequence[Source], among: Sequence[Source] = ()) -> RenderableType:
    """Documents, one line each.

    Args:
        known: What to list.
        among: The whole library, to say what supersedes them; `known` if it is left out.
    """
    if not known:
        return Text("The library is empty. Add documents with `merger-bot documents add PATH...`.", "yellow")
    width = min(max(len(source.id) for source in known), _ID_CHARS)
    newer = superseded(among or known)
    return Group(*(_listed(source, width, newer.get(source.id, ())) for source in known))


def undated(known: Sequence[Source]) -> str:
    """What to do about documents without a date; empty if there are none."""
    number = sum(source.published is None for source in known)
    if not number:
        return ""
    dates = "a date" if number == 1 else "dates"
    return (
        f"{counted(number, 'document')} undated: give {dates} with `merger-bot documents set ID published=YYYY-MM-DD`."
    )


def _listed(source: Source, width: int, newer: Sequence[str]) -> Text:
    marks = [
        f"superseded by {', '.join(newer)}" if newer else "",
        source.status if source.status not in ("none", "superseded" if newer else "none") else "",
        f"only for {source.audience}" if source.audience else "",
    ]
    marked = ", ".join(mark for mark in marks if mark)
    line = Text.assemble(
        (f"{source.id:<{width}}", "bold"),
        "  ",
        (f"{source.published or 'undated':<{_DATE_CHARS}}", "" if source.published else "yellow"),
        "  ",
        (f"[{marked}] " if marked else "", "yellow"),
        source.title,
        (f", {source.publisher}" if source.publisher else "", "dim"),
    )
    line.no_wrap, line.overflow = True, "ignore"
    return line


def document(shown: Document, known: Sequence[Source], today: date, full: bool = False) -> RenderableType:
    """What was understood of a document.

    Args:
        shown: The document.
        known: All documents of the library.
        today: The day against which its date is checked.
        full: With the beginning of every block in place of the outline.
    """
    lines: list[RenderableType] = [Text(shown.source.title, "bold")]
    lines += [_fact(fact.name, fact.value) for fact in understood.facts(shown.source, known)]
    lines += [_warning(warning) for warning in understood.warnings(shown, today)]
    gaps = understood.missing(shown.source) + understood.versions(shown.source, known)
    if gaps:
        lines += ["", Text("Missing", "bold")]
    for gap in gaps:
        lines += [_fact(gap.name, gap.why), Padding(unbroken(gap.command, "cyan"), (0, 0, 0, _LABEL_CHARS + 2))]
    lines += ["", *(Text(line) for line in understood.counts(shown, len(cut(shown))))]
    lines += ["", *(_blocks(shown) if full else _outline(shown)), *_dates(shown)]
    if not full:
        lines += ["", Text(_ALL_OF_IT, "dim")]
    return Group(*lines)


def _fact(name: str, value: str) -> RenderableType:
    label = Text(f"  {name:<{_LABEL_CHARS}}", "dim")
    if name in _UNBROKEN:
        return Text.assemble(label, value, no_wrap=True, overflow="ignore")
    grid = Table.grid()
    grid.add_column(width=_LABEL_CHARS + 2)
    grid.add_column()
    grid.add_row(label, Text(value, overflow="fold"))
    return grid


def _warning(sentence: str) -> RenderableType:
    return Text(f"Warning: {sentence}", "yellow")


def _outline(shown: Document) -> list[RenderableType]:
    whole = understood.outline(shown)
    kept = understood.folded(whole)[: understood.MOST_SECTIONS]
    left = len(whole) - len(kept)
    lines: list[RenderableType] = [Text("Outline", "bold"), *(_section(section, shown.page_name) for section in kept)]
    if left:
        lines.append(Text(f"  and {counted(left, 'heading')} more", "dim"))
    return lines


def _section(section: Section, page_name: str) -> RenderableType:
    heading = shortened(section.heading, _HEADING_CHARS)
    page = f"{page_name} {section.page}" if section.page else ""
    below = ", ".join(part for part in (page, section.holds or "nothing below it") if part)
    line = Text.assemble((heading or "before the first heading", "bold" if heading else "dim"), (f"  {below}", "dim"))
    return Padding(line, (0, 0, 0, 2 + 2 * section.depth))


def _blocks(shown: Document) -> list[RenderableType]:
    lines: list[RenderableType] = [Text("Blocks", "bold")]
    for block in shown.blocks:
        indent = 2 * (block.level or 1) if block.kind is BlockKind.HEADING else 6
        style = {BlockKind.HEADING: "bold", BlockKind.FURNITURE: "dim"}.get(block.kind, "")
        line = Text.assemble((f"{block.kind}: ", "cyan"), (shortened(block.of(shown.text), _BLOCK_CHARS), style))
        lines.append(Padding(line, (0, 0, 0, indent)))
    return lines


def _dates(shown: Document) -> list[RenderableType]:
    found = understood.dates(shown)
    if not found:
        return ["", Text("The text speaks of no date with a year and a month.", "dim")]
    lines: list[RenderableType] = ["", Text("Dates in the text, to check when it was published", "bold")]
    for each in found[:_DATES_SHOWN]:
        where = f" ({shown.page_name} {each.page})" if each.page else ""
        lines.append(_fact(each.date, f"{each.words}{where}"))
    if (left := len(found) - _DATES_SHOWN) > 0:
        last = max(each.date for each in found)
        lines.append(Text(f"  and {left} more; the latest is {spoken_date(last)}", "dim"))
    return lines
