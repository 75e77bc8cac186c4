"""The vocabulary of Slack: a question as it arrived, a message as it leaves, and what can be wrong with the set-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from bot.answer.types import Answer, Turn
from index.types import Manifest
from knowledge.audience import Audience
from knowledge.types import Document, Source

if TYPE_CHECKING:  # who only reads what was said in Slack need not wait for what answers
    from bot.evaluate import Outcome, Pair
    from bot.unanswered import Group, Unanswered

Block = dict[str, Any]
"""A block, an element of one, or a view, as Slack's Block Kit describes it."""


class Desk(Protocol):
    """Who answers: what the Slack side needs of the service."""

    def ask(self, text: str, thread: tuple[Turn, ...], audience: Audience) -> Answer:
        """Answer a question, given the earlier turns of its conversation, oldest first.

        Raises:
            AnswerError: What is wrong with the question, for the asker.
        """
        ...

    def documents(self, audience: Audience) -> Mapping[str, Document]:
        """The documents that may be read, by their ids; each is read when it is asked for."""
        ...

    def sources(self, audience: Audience) -> Mapping[str, Source]:
        """What is known of the same documents, without their text."""
        ...

    def prompts(self) -> tuple[str, ...]:
        """Questions to begin with, which are answered from what all staff may read; the first call takes a second."""
        ...

    def manifest(self) -> Manifest:
        """Of the index that is live."""
        ...

    def grouped(self, questions: Sequence[Unanswered]) -> tuple[Group, ...]:
        """Put like questions together, the largest group first; takes seconds where there are many."""
        ...

    def tried(self, pair: Pair) -> Outcome:
        """What is said to a known pair now, where all staff can read it."""
        ...


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
    unprompted: bool = False
    """Nobody called the bot: an answer is welcome, anything else is noise."""
    external: bool = False
    """It comes from a channel that is shared with another organisation."""

    @property
    def key(self) -> str:
        """The one name that every copy of it has."""
        return self.keys[-1]


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button, chose from a menu, or used a shortcut or a command."""

    action: str
    """What it means: the `action_id` up to its colon, the `callback_id` or the command."""
    value: str
    """What the button carries, what was chosen, or the text of the command."""
    user: str
    """Slack's id of the person; never stored as it is."""
    team: str
    """Slack's id of the person's workspace."""
    channel: str
    """Where; empty in a window and on the Home tab."""
    message: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The message with the button, or that the shortcut was used on."""
    trigger: str = field(default="", repr=False)
    """Opens one window, within three seconds."""
    response_url: str = field(default="", repr=False)
    """Takes up to five replies within 30 minutes; empty in a window and on the Home tab."""
    view: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The window or Home tab with the button; empty for a message."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Somebody sent a window."""

    callback: str
    """Which kind of window."""
    about: str
    """Its `private_metadata`: what it was opened for."""
    values: Mapping[str, str]
    """What was filled in, by the `block_id` of its input; empty where nothing was."""
    user: str
    team: str
    view: str
    """Slack's id of the window; sent twice, it is the same."""
    trigger: str = field(default="", repr=False)


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
