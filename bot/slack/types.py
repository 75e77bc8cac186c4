"""The vocabulary of Slack: a question as it arrived, a message as it leaves, and what can be wrong with the set-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

from bot.answer.types import Answer, Turn

Ask = Callable[[str, tuple[Turn, ...]], Answer]
"""Answers a question, given the earlier turns of its conversation, oldest first. Raises AnswerError for the asker."""

Block = dict[str, Any]
"""A block, or an element of one, as Slack's Block Kit describes it."""


class Message(TypedDict):
    """What `chat.postMessage` shows: blocks, and a text for notifications and screen readers."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where people talk with the bot: a thread of a channel or of a direct message."""

    channel: str
    thread_ts: str
    """Timestamp of the message that the thread hangs on, as Slack writes it: `1571648400.000100`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it arrived from Slack."""

    text: str
    """What was asked, as plain text without the bot's name; empty if it was only called."""
    conversation: Conversation
    keys: tuple[str, ...]
    """By what the same question is known when it arrives again: `event:<id>` and `message:<channel>:<ts>`."""
    asker: str
    """Who asked, as a hash that only this home can make."""
    ts: str
    """Timestamp of the message."""
    edits: str = ""
    """Key of the question that this is the new wording of; empty if it is a question of its own."""

    @property
    def key(self) -> str:
        """The one name that every copy of it has."""
        return self.keys[-1]


@dataclass(frozen=True, slots=True)
class InHand:
    """A question that was taken and is not answered yet."""

    asked: Asked
    posting: bool = False
    """Whoever had it before was about to post the answer, which may have arrived."""
    tries: int = 0
    """Processes that had it in hand before and did not finish."""


# SlackProblem                   everything below
# └── SlackSetupError            a token, a secret or a port; says which one and where to get another


class SlackProblem(Exception):
    """Something about Slack is wrong. The message says what, with which value, and what to do."""


class SlackSetupError(SlackProblem):
    """The bot cannot start: a token, the signing secret or the port is not usable."""
