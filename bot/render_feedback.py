"""What the command line shows of what staff said about answers."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render_pieces import counted, listed
from bot.slack.elements import clean
from bot.slack.feedback import FeedbackReport, SaidOfAnswer, Verdict

NO_REASON = "no reason given"


def feedback(report: FeedbackReport) -> RenderableType:
    """Counts, and each opinion with its question."""
    when = f"in the last {counted(report.days, 'day')}"
    if not report.said:
        return Text(f"Nobody has said anything about an answer {when}.", "yellow")
    lines: list[RenderableType] = [f"{report.helpful} helpful, {report.unhelpful} not helpful, {when}."]
    lines += [f"  {count}  {reason or NO_REASON}" for reason, count in report.reasons.items()]
    for said in report.said:
        lines += _opinion(said)
    return Group(*lines)


def _opinion(said: SaidOfAnswer) -> Iterator[RenderableType]:
    verdict = "helpful" if said.verdict is Verdict.HELPFUL else f"not helpful: {said.reason or NO_REASON}"
    yield Text()
    yield Text.assemble((f"{said.said_at:%Y-%m-%d %H:%M}", "bold"), f"  {verdict}")
    yield _indented(clean(said.question) or "The question is no longer kept.")
    if said.documents:
        yield _indented(f"from {listed(said.documents)}", "dim")
    if said.comment:
        yield _indented(f"“{clean(said.comment)}”")


def _indented(text: str, style: str = "") -> RenderableType:
    return Padding(Text(text, style), (0, 0, 0, 4))
