"""What the command line shows of documents: what became of files, the library, one document."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render_pieces import counted, shortened, unbroken
from knowledge.library import Outcome
from knowledge.types import BlockKind, Document, Source, spoken_date

_UNBROKEN = frozenset({"id", "file", "sha256", "url"})
"""Facts about a document that are copied whole."""


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


def sources(known: Sequence[Source]) -> RenderableType:
    """The documents of the library."""
    if not known:
        return Text("The library is empty. Add documents with `merger-bot documents add PATH...`.", "yellow")
    lines: list[RenderableType] = []
    for source in known:
        published = spoken_date(source.published) if source.published else "undated"
        described = ", ".join(part for part in (source.title, source.publisher, published) if part)
        lines += [unbroken(source.id, "bold"), Padding(Text(described), (0, 0, 0, 4))]
    return Group(*lines)


def document(shown: Document) -> RenderableType:
    """What is known about a document, and its outline as the reader understood it."""
    lines: list[RenderableType] = []
    for name, value in shown.source.model_dump(exclude_defaults=True).items():
        words = ", ".join(value) if isinstance(value, tuple) else str(value)
        fact = Text.assemble((f"{name.replace('_', ' ')}: ", "dim"), words)
        fact.no_wrap, fact.overflow = name in _UNBROKEN, "ignore" if name in _UNBROKEN else "fold"
        lines.append(fact)
    counts = [
        counted(
            sum(block.kind is kind for block in shown.blocks), kind, "furniture" if kind is BlockKind.FURNITURE else ""
        )
        for kind in BlockKind
    ]
    items = counted(sum(len(block.items) for block in shown.blocks), "list item")
    rows = counted(sum(len(block.rows) for block in shown.blocks), "table row")
    lines += ["", Text(f"{', '.join(counts)}; {items}, {rows}", "bold")]
    lines += [Text(f"Warning: {warning}", "yellow") for warning in shown.warnings]
    for block in shown.blocks:
        indent = 2 * (block.level or 1) if block.kind is BlockKind.HEADING else 6
        style = {BlockKind.HEADING: "bold", BlockKind.FURNITURE: "dim"}.get(block.kind, "")
        line = Text.assemble((f"{block.kind}: ", "cyan"), (shortened(block.of(shown.text), 90), style))
        lines.append(Padding(line, (0, 0, 0, indent)))
    return Group(*lines)
