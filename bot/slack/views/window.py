"""A question and its answer in a window, which only the person who asked sees."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.elements import TEXT_CHARS, clean, cut, modal, rich, said, section, words
from bot.slack.types import Block

LOOKING = "Looking it up…"


def looking_view(question: str) -> Block:
    """The window until the answer is there."""
    return answer_view(question, [said(LOOKING)])


def answer_view(question: str, blocks: Sequence[Block]) -> Block:
    """The window with the answer.

    Args:
        question: As it was asked.
        blocks: Of the answer, such as may stand in a window.
    """
    asked = rich(section([words(cut(clean(question), TEXT_CHARS) or "…", bold=True)]))
    return modal("Answer", [asked, {"type": "divider"}, *blocks])
