"""What the command line shows of answers, passages and known pairs: rich renderables made from values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.answer.layout import page, paragraphs, places, section
from bot.answer.types import UNANSWERED_PART, UNCERTAIN, Answer, Citation, Part
from bot.render_pieces import shortened, unbroken
from knowledge.text import single_spaced
from knowledge.types import spoken_date

if TYPE_CHECKING:
    from bot.evaluate import Report, Tally
    from index.types import Hit

PASSAGE_CHARS = 300
"""Of a passage in a list of search results."""
QUOTE_CHARS = 240
"""Of a closest passage under a question that is not answered."""
NAMED = 5
"""Known pairs that were skipped, before only their number is said."""


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
            lines.append(Padding(Text(f"“{shortened(citation.quote, QUOTE_CHARS)}”"), (0, 0, 0, 2)))
            lines.append(Padding(Text(_described(citation), "dim"), (0, 0, 0, 4)))
    return Group(*lines)


def _sources(citations: Iterable[Citation]) -> list[RenderableType]:
    """One entry for all citations of the same place."""
    lines: list[RenderableType] = []
    for together in places(citations):
        marks = " ".join(f"[{citation.number}]" for citation in together)
        lines.append(Padding(Text.assemble((marks, "cyan"), " ", _described(together[0])), (0, 0, 0, 2)))
        if together[0].url:
            lines.append(unbroken(f"      {together[0].url}", "dim"))
    return lines


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
        lines.append(Padding(Text(shortened(body, PASSAGE_CHARS)), (0, 0, 0, 3)))
    return Group(*lines)


def summary(report: Report) -> RenderableType:
    """Right and declined in one line, with what was skipped."""
    shares = f"{_share(report.tally(True), 'right')}, {_share(report.tally(False), 'declined')}"
    skipped = f"; {report.skipped} skipped for lack of their documents ({_skipped(report)})" if report.skipped else ""
    return Text(f"Known pairs: {shares}{skipped}.")


def _skipped(report: Report) -> str:
    ids = [outcome.pair.id for outcome in report.outcomes if outcome.skipped]
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(ids[:NAMED]) + more


def _share(tally: Tally, verb: str) -> str:
    return (
        f"{tally.right} of {tally.asked} {tally.name} {verb} ({tally.share:.0%})" if tally.asked else f"no {tally.name}"
    )


def report(evaluated: Report, most: int | None = None) -> RenderableType:
    """Results by category, and each failure with what was said, or so many of them at the most."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Category")
    for name in ("asked", "right", "declined", "share"):
        table.add_column(name, justify="right")
    for tally in evaluated.by_category():
        table.add_row(tally.name, str(tally.asked), str(tally.right), str(tally.declined), f"{tally.share:.0%}")
    lines: list[RenderableType] = [table, ""]
    for outcome in evaluated.failures[:most]:
        lines.append(Text.assemble((f"{outcome.pair.id}: ", "bold red"), outcome.pair.question))
        lines.append(Padding(Text(outcome.problem), (0, 0, 0, 4)))
        if outcome.answer and outcome.answer.text:
            cited = ", ".join(dict.fromkeys(citation.document for citation in outcome.answer.citations))
            lines.append(Padding(Text(f"Said: {single_spaced(outcome.answer.text)} ({cited})", "dim"), (0, 0, 0, 4)))
    if most is not None and len(evaluated.failures) > most:
        lines.append(Text(f"{len(evaluated.failures) - most} more failed; --json has them all.", "dim"))
    return Group(*lines, *([""] if evaluated.failures else []), summary(evaluated))
