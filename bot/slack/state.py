"""What the Slack side keeps in the home.

Events taken, questions in hand, conversations, answers given and what people said about them, posts to people, what is
known of channels, and the key of the pseudonyms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.records import Records
from bot.slack.answers import Answers
from bot.slack.channels import Channels
from bot.slack.conversations import Conversations
from bot.slack.copies import Copies
from bot.slack.feedback import Feedback
from bot.slack.identity import pseudonyms
from bot.slack.types import SlackSetupError

DATABASE = "log.db"


@dataclass(frozen=True, slots=True)
class State:
    """All that outlives a process."""

    records: Records
    conversations: Conversations
    answers: Answers
    channels: Channels
    copies: Copies
    feedback: Feedback
    pseudonym: Callable[[str], str]
    """Gives each Slack user id its hash."""
    keep_days: int
    """How long questions and answers are kept; 0 keeps them in memory only."""


@contextmanager
def open_state(home: Path, keep_days: int) -> Iterator[State]:
    """The state of a home, closed at the end.

    Args:
        home: Folder of all state; it is there.
        keep_days: How long questions and answers are kept; 0 keeps them in memory only.

    Raises:
        LogUnusable: The database cannot be opened.
        SlackSetupError: The key cannot be read or made.
    """
    url = f"sqlite:///{home / DATABASE}"
    try:
        pseudonym = pseudonyms(home)
    except OSError as problem:
        raise SlackSetupError(
            f"The key in {home} cannot be read or made: {problem.strerror}. Check who may read and write that folder."
        ) from problem
    with ExitStack() as opened:
        yield State(
            records=opened.enter_context(closing(Records(url))),
            conversations=opened.enter_context(closing(Conversations(url, keep_days))),
            answers=opened.enter_context(closing(Answers(url, keep_days))),
            channels=opened.enter_context(closing(Channels(url))),
            copies=opened.enter_context(closing(Copies(url))),
            feedback=opened.enter_context(closing(Feedback(url, keep_days))),
            pseudonym=pseudonym,
            keep_days=keep_days,
        )
