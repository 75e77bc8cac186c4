"""What the command line shows of an update of the index: what it does, what it did, and what the known pairs said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.compare import Kind
from bot.render import report, summary
from bot.render_pieces import SHOWN, counted, listed, shortened

if TYPE_CHECKING:
    from bot.compare import Difference
    from bot.evaluate import Outcome
    from bot.update import Plan, Updated

SAID_CHARS = 160
"""Of an answer beside another."""


def plan(planned: Plan) -> RenderableType:
    """What an update is going to do to which documents, and how long it may take."""
    lines = []
    for name, colour in (("added", "green"), ("changed", "yellow"), ("removed", "red"), ("kept", "dim")):
        ids: tuple[str, ...] = getattr(planned.changes, name)
        named = listed(ids) if name != "kept" else ""
        lines.append(Text.assemble((f"{name:>8} {len(ids)}", colour), "  " if named else "", named))
    if planned.changes.rebuild:
        lines.append(Text(f"Everything is read and cut anew: {planned.changes.rebuild}.", "yellow"))
    if planned.changes and planned.seconds is not None:
        lines.append(Text(f"By the updates before, this takes {duration(planned.seconds)}."))
    return Group(*lines)


def duration(seconds: float) -> str:
    """About how long: `about 20 s`, `about 3 minutes`, `about 2 hours`."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"about {seconds / 10:.0f}0 s"
    if seconds < 5400:
        return f"about {counted(round(seconds / 60), 'minute')}"
    return f"about {counted(round(seconds / 3600), 'hour')}"


def updated(done: Updated) -> RenderableType:
    """What an update did, and what the known pairs said to it."""
    if done.manifest is None:
        return Group(Text("Nothing to do." if not done.unreadable else "Nothing else to do."), *_unasked(done.unasked))
    lines: list[RenderableType] = [_difference(one) for one in done.differences[:SHOWN]]
    if len(done.differences) > SHOWN:
        lines.append(Text(f"{len(done.differences) - SHOWN} more pairs differ; --json has them all.", "dim"))
    if done.report is not None and done.report.outcomes:
        lines.append(summary(done.report) if done.passes else report(done.report, SHOWN))
    else:
        lines.append(
            Text("There are no known pairs, so nothing checks the index: add some to questions.yaml.", "yellow")
        )
    if done.published:
        lines.append(Text(f"Published {done.manifest.version}: {done.manifest.passages} passages.", "bold green"))
        if not done.passes:
            lines.append(Text("It was forced: the known pairs fail.", "yellow"))
    elif done.passes:
        lines.append(Text("Nothing was published: this was a dry run."))
    return Group(*lines)


def _unasked(number: int) -> list[Text]:
    if not number:
        return []
    are = "is new or changed and was" if number == 1 else "are new or changed and were"
    what = f"{counted(number, 'known pair')} {are} not asked: `merger-bot evaluate` asks all now,"
    return [Text(f"{what} as does the next update of a document.", "yellow")]


def plain(done: Updated) -> dict[str, object]:
    """What an update did, for JSON."""
    failures = done.report.failures if done.report else ()
    return {
        "changes": done.changes,
        "unreadable": done.unreadable,
        "manifest": done.manifest,
        "passes": done.passes,
        "published": done.published,
        "unasked": done.unasked,
        "failed": [{"id": outcome.pair.id, "problem": outcome.problem} for outcome in failures],
        "differences": [
            {
                "id": one.now.pair.id,
                "question": one.now.pair.question,
                "kind": one.kind,
                "before": _said(one.before),
                "now": _said(one.now),
                "documents_before": _cited(one.before),
                "documents_now": _cited(one.now),
            }
            for one in done.differences
        ],
    }


def _difference(one: Difference) -> RenderableType:
    colour = {Kind.WRONG: "bold red", Kind.RIGHT: "bold green", Kind.SOURCES: "bold"}[one.kind]
    head = Text.assemble((f"{one.kind.value[0].upper()}{one.kind.value[1:]}: ", colour), one.now.pair.id)
    said = [Text(one.now.pair.question), Text(f"before: {_said(one.before)}"), Text(f"now: {_said(one.now)}")]
    return Group(head, *(Padding(line, (0, 0, 0, 4)) for line in said))


def _said(outcome: Outcome) -> str:
    """What was answered, and from where, or why nothing."""
    if outcome.answer is None:
        return "not asked, as documents that it rests on were not there."
    if outcome.answer.abstained:
        return f"declined: {shortened(outcome.answer.reason, SAID_CHARS)}"
    return f"{shortened(outcome.answer.text, SAID_CHARS)} ({', '.join(_cited(outcome))})"


def _cited(outcome: Outcome) -> tuple[str, ...]:
    """Ids of the documents that were quoted, in the order of the answer."""
    citations = outcome.answer.citations if outcome.answer and not outcome.answer.abstained else ()
    return tuple(dict.fromkeys(citation.document for citation in citations))
