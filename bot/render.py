"""What the command line shows to people: rich renderables made from values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.answer.types import Answer, Citation, Part
from bot.evaluate import Report, Tally
from bot.service import Updated
from index.store import Snapshot
from index.types import Changes, Hit
from knowledge.library import Outcome
from knowledge.text import single_spaced
from knowledge.types import BlockKind, Document, Source, spoken_date

PASSAGE_CHARS = 300
"""Of a passage in a list of search results."""
QUOTE_CHARS = 240
"""Of a closest passage under a question that is not answered."""


def answer(said: Answer) -> RenderableType:
    """An answer with its sources, or why there is none and what comes closest."""
    if said.abstained:
        return _not_answered(said)
    lines: list[RenderableType] = [_part(part) for part in said.parts]
    for conflict in said.conflicts:
        lines.append(Text.assemble(("Another source says: ", "yellow"), conflict.text, _marks(conflict.citations)))
    as_of = f"As of {spoken_date(said.as_of)}." if said.as_of else "The sources are not dated."
    return Group(*lines, "", Text(as_of, "bold"), "", Text("Sources", "bold"), *_sources(said.citations))


def _part(part: Part) -> RenderableType:
    line = Text.assemble(("• " if part.item else ""), part.text, _marks(part.citations))
    return Padding(line, (0, 0, 0, 2 if part.item else 0))


def _marks(numbers: Iterable[int]) -> tuple[str, str]:
    return "".join(f" [{number}]" for number in numbers), "cyan"


def _not_answered(said: Answer) -> RenderableType:
    lines: list[RenderableType] = [Text.assemble(("Not answered. ", "bold yellow"), said.reason)]
    if said.closest:
        lines += ["", Text("The closest passages, which are not an answer:", "bold")]
        for citation in said.closest:
            lines.append(Padding(Text(f"“{_cut(citation.quote, QUOTE_CHARS)}”"), (0, 0, 0, 2)))
            lines.append(Padding(Text(_described(citation), "dim"), (0, 0, 0, 4)))
    return Group(*lines)


def _sources(citations: Sequence[Citation]) -> list[RenderableType]:
    """One entry for all citations of the same place."""

    def place(citation: Citation) -> tuple[str, str, int]:
        return citation.document, citation.section, citation.page or 0

    lines: list[RenderableType] = []
    for _, group in groupby(sorted(citations, key=place), key=place):
        together = sorted(group, key=lambda citation: citation.number)
        marks = " ".join(f"[{citation.number}]" for citation in together)
        lines.append(Padding(Text.assemble((marks, "cyan"), " ", _described(together[0])), (0, 0, 0, 2)))
        if together[0].url:
            lines.append(
                Text(f"      {together[0].url}", "dim", no_wrap=True, overflow="ignore")
            )  # a broken link is none
    return lines


def _described(citation: Citation) -> str:
    published = spoken_date(citation.published) if citation.published else "undated"
    described = ", ".join(part for part in (citation.title, citation.publisher, published) if part)
    if citation.section:
        described += f" — {citation.section}"
    return described + (f", page {citation.page}" if citation.page else "")


def hits(found: Sequence[Hit]) -> RenderableType:
    """Passages with their scores, the best first."""
    if not found:
        return Text("No passage was found.", "yellow")
    lines: list[RenderableType] = []
    for number, hit in enumerate(found, 1):
        scores = f"score {hit.score:.3f} (cosine {hit.dense:.3f}, BM25 {hit.lexical:.2f})"
        place = " > ".join((hit.source.title, *hit.passage.section))
        lines.append(Text.assemble((f"{number}. ", "bold"), (place, "bold"), ("  " + scores, "cyan")))
        body = hit.passage.embedded[hit.passage.body :]
        lines.append(Padding(Text(_cut(body, PASSAGE_CHARS)), (0, 0, 0, 3)))
    return Group(*lines)


def outcomes(done: Sequence[Outcome]) -> RenderableType:
    """What became of each file that was to be added."""
    colours = {"added": "green", "replaced": "green", "refused": "red"}
    lines = []
    for outcome in done:
        named = f" as {outcome.source.id}" if outcome.source else ""
        lines.append(Text.assemble((outcome.status, colours.get(outcome.status, "yellow")), " ", outcome.file, named))
        lines += [Text(f"    {message}", "dim") for message in outcome.messages]
    return Group(*lines)


def sources(known: Sequence[Source]) -> RenderableType:
    """The documents of the library."""
    if not known:
        return Text("The library is empty. Add documents with `merger-bot documents add PATH...`.", "yellow")
    table = Table(box=None, pad_edge=False)
    for name in ("Id", "Title", "Publisher", "Published"):
        table.add_column(name, overflow="fold")
    for source in known:
        published = spoken_date(source.published) if source.published else "undated"
        table.add_row(source.id, source.title, source.publisher, published)
    return table


def document(shown: Document) -> RenderableType:
    """What is known about a document, and its outline as the reader understood it."""
    facts = Table.grid(padding=(0, 2))
    for name, value in shown.source.model_dump(exclude_defaults=True).items():
        words = ", ".join(value) if isinstance(value, tuple) else str(value)
        facts.add_row(Text(name.replace("_", " "), "dim"), Text(words, overflow="fold"))
    counts = [f"{sum(block.kind is kind for block in shown.blocks)} {kind}" for kind in BlockKind]
    items = sum(len(block.items) for block in shown.blocks)
    rows = sum(len(block.rows) for block in shown.blocks)
    lines: list[RenderableType] = [
        facts,
        "",
        Text(f"{', '.join(counts)}; {items} list items, {rows} table rows", "bold"),
    ]
    lines += [Text(f"Warning: {warning}", "yellow") for warning in shown.warnings]
    for block in shown.blocks:
        indent = 2 * (block.level or 1) if block.kind is BlockKind.HEADING else 6
        style = {BlockKind.HEADING: "bold", BlockKind.FURNITURE: "dim"}.get(block.kind, "")
        line = Text.assemble((f"{block.kind}: ", "cyan"), (_cut(block.of(shown.text), 90), style))
        lines.append(Padding(line, (0, 0, 0, indent)))
    return Group(*lines)


def changes(planned: Changes) -> RenderableType:
    """What an update does to which documents."""
    lines = []
    for name, colour in (("added", "green"), ("changed", "yellow"), ("removed", "red"), ("kept", "dim")):
        ids: tuple[str, ...] = getattr(planned, name)
        lines.append(Text.assemble((f"{name:>8} {len(ids)}", colour), "  ", ", ".join(ids) if name != "kept" else ""))
    if planned.rebuild:
        lines.append(Text(f"Everything is encoded anew: {planned.rebuild}.", "yellow"))
    return Group(*lines)


def updated(done: Updated) -> RenderableType:
    """What an update did, and what the known pairs said to it."""
    lines: list[RenderableType] = [changes(done.changes)]
    if done.manifest is None:
        return Group(*lines, Text("Nothing to do." if not done.changes else "Only planned; nothing was changed."))
    if done.report is not None and done.report.outcomes:
        lines.append(summary(done.report))
    if done.published:
        lines.append(Text(f"Published {done.manifest.version}: {done.manifest.passages} passages.", "bold green"))
    else:
        lines.append(Text("Not published: the known pairs fail. The index that was live stays.", "bold red"))
    return Group(*lines)


def summary(report: Report) -> RenderableType:
    """Right and declined in one line, with what was skipped."""
    answerable, declined = report.tally(True), report.tally(False)
    skipped = f"; {report.skipped} skipped, their documents are not in the library" if report.skipped else ""
    return Text(f"Known pairs: {_share(answerable)} right, {_share(declined)} rightly declined{skipped}.")


def _share(tally: Tally) -> str:
    return f"{tally.right} of {tally.asked} {tally.name} ({tally.share:.0%})" if tally.asked else f"no {tally.name}"


def report(evaluated: Report) -> RenderableType:
    """Results by category, and each failure with what was said."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Category")
    for name in ("asked", "right", "declined", "share"):
        table.add_column(name, justify="right")
    for tally in evaluated.by_category():
        table.add_row(tally.name, str(tally.asked), str(tally.right), str(tally.declined), f"{tally.share:.0%}")
    lines: list[RenderableType] = [table, ""]
    for outcome in evaluated.failures:
        lines.append(Text.assemble((f"{outcome.pair.id}: ", "bold red"), outcome.pair.question))
        lines.append(Padding(Text(outcome.problem), (0, 0, 0, 4)))
        if outcome.answer and outcome.answer.text:
            cited = ", ".join(dict.fromkeys(citation.document for citation in outcome.answer.citations))
            lines.append(Padding(Text(f"Said: {single_spaced(outcome.answer.text)} ({cited})", "dim"), (0, 0, 0, 4)))
    return Group(*lines, "", summary(evaluated))


def snapshots(known: Sequence[Snapshot]) -> RenderableType:
    """Snapshots of the index, the newest first."""
    if not known:
        return Text("There is no index yet. Build it with `merger-bot index update`.", "yellow")
    table = Table(box=None, pad_edge=False)
    for name in ("Version", "Created (UTC)", "Documents", "Passages", "Model", ""):
        table.add_column(name)
    for snapshot in known:
        manifest = snapshot.manifest
        state = Text("live", "bold green") if snapshot.live else Text("")
        if snapshot.problem:
            state = Text(snapshot.problem, "red")
        if manifest is None:
            table.add_row(snapshot.version, "", "", "", "", state)
        else:
            created = f"{manifest.created:%Y-%m-%d %H:%M}"
            counts = str(len(manifest.sources)), str(manifest.passages)
            table.add_row(snapshot.version, created, *counts, manifest.model, state)
    return table


def _cut(text: str, most: int) -> str:
    words = single_spaced(text)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
