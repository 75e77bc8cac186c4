"""What the command line shows of the known pairs: all of them, and one that has just been added."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot import render
from bot.render_pieces import counted, unbroken
from knowledge.text import single_spaced

if TYPE_CHECKING:
    from bot.evaluate import Outcome, Pair


def pairs(known: Sequence[Pair], skipped: Container[str]) -> RenderableType:
    """Known pairs, each with its question and what is expected; `skipped` holds the ids of those that are not asked."""
    if not known:
        return Text("There are no known pairs yet. Add one with `merger-bot pairs add`.", "yellow")
    lines: list[RenderableType] = []
    for pair in known:
        mark = "  skipped: a document it rests on is not there for who asks" if pair.id in skipped else ""
        lines.append(Text.assemble((pair.id, "bold"), (mark, "yellow")))
        follows = f" (follows {pair.follows})" if pair.follows else ""
        lines.append(Padding(Text(f"{single_spaced(pair.question)}{follows}"), (0, 0, 0, 4)))
        lines.append(Padding(Text(expectation(pair), "dim"), (0, 0, 0, 4)))
    left_out = sum(pair.id in skipped for pair in known)
    return Group(*lines, f"{counted(len(known), 'known pair')}, {left_out} skipped.")


def expectation(pair: Pair) -> str:
    """What tells that an answer to a pair is right, on one line."""
    if not pair.answerable:
        return "must be declined"
    lacks = f", without {', '.join(pair.must_not_contain)}" if pair.must_not_contain else ""
    cites = f", citing {' or '.join(pair.sources)}" if pair.sources else ""
    return f"must be answered with {', '.join(pair.must_contain) or 'anything'}{lacks}{cites}"


def added(outcome: Outcome) -> RenderableType:
    """A pair that was added, whether it holds now, and what is said to it."""
    verdict = Text(f"It does not hold now. {outcome.problem}", "yellow") if outcome.problem else Text("It holds now.")
    said = [] if outcome.answer is None else [Text(), render.answer(outcome.answer)]
    return Group(unbroken(f"Added as {outcome.pair.id}."), verdict, *said)
