"""Answers that only one person sees, what they become when that person shares them, and how to ask for one."""

from __future__ import annotations

from bot.answer.types import Answer
from bot.slack.blocks import Offers, answer_message
from bot.slack.elements import clean, cut, escaped_within, person, quotation, rich, section, words
from bot.slack.types import Block, Message

QUESTION_CHARS = 500
"""Of a question that is restated."""
SUMMARY_CHARS = 150
"""Of the question in the text for notifications, where the answer is what counts."""
ASKED = "You asked:"
LOOKED_UP = "You looked up:"
"""Somebody else's words."""


def private_message(answer: Answer, offers: Offers, label: str = ASKED) -> Message:
    """An answer that only the asker sees, with the question, which Slack shows to nobody after a command.

    Args:
        answer: What was answered.
        offers: Which buttons it has.
        label: Stands before the question.
    """
    return answer_message(answer, offers, _restated(answer, [words(label, bold=True)], label))


def shared_message(answer: Answer, offers: Offers, user: str) -> Message:
    """An answer that somebody has asked for privately and now shows to all in a channel.

    Args:
        answer: What was answered.
        offers: Which buttons it has.
        user: Slack's id of who shares it.
    """
    who = [person(user), words(" looked this up privately and shares the answer:")]
    return answer_message(answer, offers, _restated(answer, who, "Looked up privately and shared:"))


def how_to_message(command: str) -> Message:
    """How a command is used.

    Args:
        command: Its name in this workspace, with the slash.
    """
    name = cut(clean(command), SUMMARY_CHARS)
    lines = (
        "Write your question after the command, and only you will see the answer. For example:",
        f"{name} What conditions come with the approval?",
        "If others should see an answer, press “Share in channel” under it. "
        "On somebody’s message, “Find the answer” under More actions looks that up for you.",
    )
    first, example, rest = lines
    return Message(
        text=escaped_within(" ".join(lines), 1_000),
        blocks=[rich(section([words(first)]), quotation([words(example, bold=True)]), section([words(rest)]))],
    )


def _restated(answer: Answer, before: list[Block], spoken: str) -> Message:
    question = clean(answer.question)
    return Message(
        text=f"{spoken} “{escaped_within(question, SUMMARY_CHARS)}” ",
        blocks=[rich(section(before), quotation([words(cut(question, QUESTION_CHARS) or "…")]))],
    )
