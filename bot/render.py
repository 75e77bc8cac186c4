"""What the command line shows to people: rich renderables made from values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.answer.layout import page, paragraphs, places, section
from bot.answer.types import UNANSWERED_PART, UNCERTAIN, Answer, Citation, Part
from bot.evaluate import Report, Tally
from bot.service import Updated
from index.store import Snapshot
from index.types import Changes, Hit, Manifest
from knowledge.library import Outcome
from knowledge.text import single_spaced
from knowledge.types import BlockKind, Document, Source, spoken_date

PASSAGE_CHARS = 300
"""Of a passage in a list of search results."""
_UNBROKEN = frozenset({"id", "file", "sha256", "url"})
"""Facts about a document that are copied whole."""
QUOTE_CHARS = 240
"""Of a closest passage under a question that is not answered."""


def answer(said: Answer) -> RenderableType:
    """An answer with its sources, why there is none and what may help instead, or the reply to a courtesy."""
    if said.courtesy:
        return Text(said.reason)
    if said.abstained:
        return _not_answered(said)
    lines: list[RenderableType] = []
    for together in paragraphs(said.parts, said.citations):
        lines += [""] if lines else []
        lines += [line for part in together for line in _part(part)]
    if said.conflicts:
        lines += ["", Text("Another source says otherwise:", "yellow")]
    for conflict in said.conflicts:
        lines.append(Padding(Text.assemble(conflict.text, _marks(conflict.citations)), (0, 0, 0, 2)))
    if said.reason:
        lines += ["", Text.assemble((f"{UNANSWERED_PART} ", "yellow"), said.reason)]
    as_of = f"As of {spoken_date(said.as_of)}." if said.as_of else "The sources are not dated."
    if said.uncertain:
        as_of += f" {UNCERTAIN}"
    return Group(*lines, "", Text(as_of, "bold"), "", Text("Sources", "bold"), *_sources(said.citations))


def _part(part: Part) -> Iterable[RenderableType]:
    """A piece of the answer; our own words before it are in italics, before an item on a line of their own."""
    lead = (part.lead, "italic")
    if not part.item:
        yield Text.assemble(lead, " " if part.lead else "", part.text, _marks(part.citations))
        return
    if part.lead:
        yield Text(*lead)
    yield Padding(Text.assemble("• ", part.text, _marks(part.citations)), (0, 0, 0, 2))


def _marks(numbers: Iterable[int]) -> tuple[str, str]:
    return "".join(f" [{number}]" for number in numbers), "cyan"


def _not_answered(said: Answer) -> RenderableType:
    lines: list[RenderableType] = [Text.assemble(("Not answered. ", "bold yellow"), said.reason)]
    if said.closest:
        lines += ["", Text("This may help:", "bold")]
        for citation in said.closest:
            lines.append(Padding(Text(f"“{_cut(citation.quote, QUOTE_CHARS)}”"), (0, 0, 0, 2)))
            lines.append(Padding(Text(_described(citation), "dim"), (0, 0, 0, 4)))
    return Group(*lines)


def _sources(citations: Iterable[Citation]) -> list[RenderableType]:
    """One entry for all citations of the same place."""
    lines: list[RenderableType] = []
    for together in places(citations):
        marks = " ".join(f"[{citation.number}]" for citation in together)
        lines.append(Padding(Text.assemble((marks, "cyan"), " ", _described(together[0])), (0, 0, 0, 2)))
        if together[0].url:
            lines.append(_unbroken(f"      {together[0].url}", "dim"))
    return lines


def _unbroken(text: str, style: str = "") -> Text:
    """On one line however long it is: half a link or half an id is of no use."""
    return Text(text, style, no_wrap=True, overflow="ignore")


def _described(citation: Citation) -> str:
    published = spoken_date(citation.published) if citation.published else "undated"
    described = ", ".join(part for part in (citation.title, citation.publisher, published) if part)
    if headings := section(citation):
        described += f" — {headings}"
    return ", ".join(part for part in (described, page(citation), citation.note) if part)


def hits(found: Sequence[Hit]) -> RenderableType:
    """Passages with their scores, the best first."""
    if not found:
        return Text("No passage was found.", "yellow")
    lines: list[RenderableType] = []
    for number, hit in enumerate(found, 1):
        scores = f"score {hit.score:.3f} (cosine {hit.dense:.3f}, BM25 {hit.lexical:.2f}, words {hit.match:.2f})"
        place = " > ".join((hit.source.title, *hit.passage.section))
        lines.append(Text.assemble((f"{number}. ", "bold"), (place, "bold"), ("  " + scores, "cyan")))
        body = hit.passage.embedded[hit.passage.body :]
        lines.append(Padding(Text(_cut(body, PASSAGE_CHARS)), (0, 0, 0, 3)))
    return Group(*lines)


def outcomes(done: Sequence[Outcome]) -> RenderableType:
    """What became of each file that was to be added."""
    colours = {"added": "green", "replaced": "green"}
    lines = []
    for outcome in done:
        named = f" as {outcome.source.id}" if outcome.source else ""
        line = _unbroken(outcome.status, colours.get(outcome.status, "yellow"))
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
        lines += [_unbroken(source.id, "bold"), Padding(Text(described), (0, 0, 0, 4))]
    return Group(*lines)


def document(shown: Document) -> RenderableType:
    """What is known about a document, and its outline as the reader understood it."""
    lines: list[RenderableType] = []
    for name, value in shown.source.model_dump(exclude_defaults=True).items():
        words = ", ".join(value) if isinstance(value, tuple) else str(value)
        fact = Text.assemble((f"{name.replace('_', ' ')}: ", "dim"), words)
        fact.no_wrap, fact.overflow = name in _UNBROKEN, "ignore" if name in _UNBROKEN else "fold"
        lines.append(fact)
    counts = [_counted(sum(block.kind is kind for block in shown.blocks), kind) for kind in BlockKind]
    items = _counted(sum(len(block.items) for block in shown.blocks), "list item")
    rows = _counted(sum(len(block.rows) for block in shown.blocks), "table row")
    lines += ["", Text(f"{', '.join(counts)}; {items}, {rows}", "bold")]
    lines += [Text(f"Warning: {warning}", "yellow") for warning in shown.warnings]
    for block in shown.blocks:
        indent = 2 * (block.level or 1) if block.kind is BlockKind.HEADING else 6
        style = {BlockKind.HEADING: "bold", BlockKind.FURNITURE: "dim"}.get(block.kind, "")
        line = Text.assemble((f"{block.kind}: ", "cyan"), (_cut(block.of(shown.text), 90), style))
        lines.append(Padding(line, (0, 0, 0, indent)))
    return Group(*lines)


def _counted(number: int, noun: str) -> str:
    plural = noun if noun == BlockKind.FURNITURE else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def changes(planned: Changes) -> RenderableType:
    """What an update does to which documents."""
    lines = []
    for name, colour in (("added", "green"), ("changed", "yellow"), ("removed", "red"), ("kept", "dim")):
        ids: tuple[str, ...] = getattr(planned, name)
        lines.append(Text.assemble((f"{name:>8} {len(ids)}", colour), "  ", ", ".join(ids) if name != "kept" else ""))
    if planned.rebuild:
        lines.append(Text(f"Everything is read and cut anew: {planned.rebuild}.", "yellow"))
    return Group(*lines)


def updated(done: Updated) -> RenderableType:
    """What an update did, and what the known pairs said to it."""
    lines: list[RenderableType] = [changes(done.changes)]
    if done.manifest is None:
        return Group(*lines, Text("Nothing to do." if not done.changes else "Only planned; nothing was changed."))
    if done.published:
        if done.report is not None and done.report.outcomes:
            lines.append(summary(done.report))
        lines.append(Text(f"Published {done.manifest.version}: {done.manifest.passages} passages.", "bold green"))
    elif done.report is not None:
        lines.append(report(done.report))
    return Group(*lines)


def summary(report: Report) -> RenderableType:
    """Right and declined in one line, with what was skipped."""
    shares = f"{_share(report.tally(True), 'right')}, {_share(report.tally(False), 'declined')}"
    skipped = f"; {report.skipped} skipped for lack of their documents" if report.skipped else ""
    return Text(f"Known pairs: {shares}{skipped}.")


def _share(tally: Tally, verb: str) -> str:
    return (
        f"{tally.right} of {tally.asked} {tally.name} {verb} ({tally.share:.0%})" if tally.asked else f"no {tally.name}"
    )


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
    return Group(*lines, *([""] if evaluated.failures else []), summary(evaluated))


def snapshots(known: Sequence[Snapshot]) -> RenderableType:
    """Snapshots of the index, the newest first."""
    if not known:
        return Text("There is no index yet. Build it with `merger-bot index update`.", "yellow")
    lines: list[RenderableType] = []
    for snapshot in known:
        line = Text.assemble((snapshot.version, "bold"), ("  live", "bold green") if snapshot.live else "")
        if snapshot.manifest is not None:
            line.append(f"  {_built(snapshot.manifest)}")
        lines.append(line)
        if snapshot.problem:
            lines.append(Padding(Text(snapshot.problem, "red"), (0, 0, 0, 4)))
    return Group(*lines)


def _built(manifest: Manifest) -> str:
    counts = f"{_counted(len(manifest.sources), 'document')}, {_counted(manifest.passages, 'passage')}"
    return f"{manifest.created:%Y-%m-%d %H:%M} UTC, {counts}, {manifest.model}"


def _cut(text: str, most: int) -> str:
    words = single_spaced(text)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
