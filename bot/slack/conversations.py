"""What was said before in each conversation, so that a follow-up is understood."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from bot.answer.types import Turn
from bot.slack.types import Conversation

MAX_TURNS = 5
"""Turns kept of one conversation; a follow-up hardly ever means more than the last two."""
MAX_CONVERSATIONS = 1_000
"""Conversations kept; the one that has been quiet for longest is forgotten first."""


class Conversations:
    """The last turns of the most recent conversations, in memory only; safe to use from several threads."""

    def __init__(self) -> None:
        self._turns: OrderedDict[Conversation, tuple[Turn, ...]] = OrderedDict()
        self._lock = Lock()

    def turns(self, conversation: Conversation) -> tuple[Turn, ...]:
        """What was said in it, oldest first; empty for a new one."""
        with self._lock:
            return self._turns.get(conversation, ())

    def add(self, conversation: Conversation, turn: Turn) -> None:
        """Remember one more turn, and forget what is beyond the limits."""
        with self._lock:
            self._turns[conversation] = (*self._turns.get(conversation, ()), turn)[-MAX_TURNS:]
            self._turns.move_to_end(conversation)
            if len(self._turns) > MAX_CONVERSATIONS:
                self._turns.popitem(last=False)
