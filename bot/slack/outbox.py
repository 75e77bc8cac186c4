"""Answers on their way to Slack: each arrives once, in the pace of its channel, and then is in hand no longer.

The moment between posting and forgetting: before `chat.postMessage` the question is marked as being posted. Whoever
takes over such a question, or gets no reply from Slack, looks in the thread for the answer, which carries the
question's key in its metadata. Where it is found nothing is posted, where it is missing it is. `client_msg_id` would
be simpler, but Slack documents it for no method, so it cannot be relied upon. Where the thread may not be read (no
`channels:history`), silence is preferred to two answers: the log has a warning, and who got none asks again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from slack_sdk import WebClient

from bot.answer.types import Turn
from bot.database import LogUnusable
from bot.records import Records
from bot.slack.blocks import FAILED, note_message
from bot.slack.conversations import Conversations
from bot.slack.faults import where_it_failed
from bot.slack.pace import Again, Pace
from bot.slack.posting import BACKOFF_SECONDS, Later, Outcome, Refused, Sent, Unclear, find_answer, post, update
from bot.slack.status import Status
from bot.slack.types import Asked, Conversation, Message

MOST_SENDS = 10
"""Times that Slack is offered one message, each after as long as it says."""
NOT_LOOKED_UP = Turn(question="")
"""What a conversation remembers of a question that was not looked up."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """An answer on its way."""

    asked: Asked
    message: Message
    turn: Turn = NOT_LOOKED_UP
    """What the conversation remembers of it."""
    documents: tuple[str, ...] = ()
    """Ids of those that it quotes."""
    updates: str = ""
    """Timestamp of the message whose place it takes."""
    unclear: bool = False
    """It may have arrived already."""
    sends: int = 0
    """Times that it was tried."""


class Outbox:
    """Sends letters until Slack has them.

    Args:
        client: Without retry handlers, which would send again what may have arrived, and keep other channels waiting.
        pace: Of each channel; closed with the outbox.
        records: What is in hand.
        conversations: What was said.
        status: Ends with the answer.
        owner: Under which name this process has questions in hand.
        finished: Called for each question that is in hand no longer.
    """

    def __init__(
        self,
        client: WebClient,
        pace: Pace,
        records: Records,
        conversations: Conversations,
        status: Status,
        owner: str,
        finished: Callable[[Asked], None],
    ) -> None:
        self._client = client
        self._records = records
        self._conversations = conversations
        self._status = status
        self._owner = owner
        self._finished = finished
        self._pace = pace

    def send(self, letter: Letter) -> None:
        """Send an answer when its channel is free."""
        self._pace.add(letter.asked.conversation.channel, partial(self._attempt, letter))

    def tell(self, conversation: Conversation, sentence: str) -> None:
        """Post a sentence that answers no question in hand."""
        self._pace.add(conversation.channel, partial(self._tell, conversation, note_message(sentence), 0))

    def nothing_to_send(self, asked: Asked) -> None:
        """Forget a question that needs no answer."""
        self._close(asked, cleared=False)

    def close(self, seconds: float) -> None:
        """Send nothing more than what waits, and that for at most so many seconds."""
        self._pace.finish(seconds)

    def _tell(self, conversation: Conversation, message: Message, sends: int) -> Again | None:
        match post(self._client, conversation, message, ""):
            case Later(seconds) if sends < MOST_SENDS:
                return Again(seconds, partial(self._tell, conversation, message, sends + 1))
            case Refused(why) | Unclear(why):
                _log.error("A sentence was not posted: %s", why)
        return None

    def _attempt(self, letter: Letter) -> Again | None:
        """Try to send it once, and say how to go on."""
        try:
            further = self._tried(letter)
        except LogUnusable as problem:
            _log.error("An answer waits for the log: %s", problem)
            further = BACKOFF_SECONDS, letter
        except Exception as error:
            _log.error("An answer may not have reached Slack: %s", where_it_failed(error))
            further = None
            self._close(letter.asked, cleared=False)
        if further is None:
            return None
        seconds, next_letter = further
        if letter.sends + 1 < MOST_SENDS:
            return Again(seconds, partial(self._attempt, replace(next_letter, sends=letter.sends + 1)))
        _log.error("An answer was not posted: it was tried %d times.", MOST_SENDS)
        self._close(letter.asked, cleared=False)
        return None

    def _tried(self, letter: Letter) -> tuple[float, Letter] | None:
        """Nothing if it is done with, otherwise after how many seconds to send what."""
        asked = letter.asked
        if not self._records.mark_posting(asked.key, self._owner):
            _log.warning("An answer was not posted: another process has taken its question over.")
            self._close(asked, cleared=False)
            return None
        match self._sent(letter):
            case Sent(ts):
                self._keep(letter, ts)
            case Later(seconds):
                self._records.mark_posting(asked.key, self._owner, posting=False)
                return seconds, replace(letter, unclear=False)
            case Unclear(why):
                _log.warning("An answer may have reached Slack or not: %s.", why)
                return BACKOFF_SECONDS, replace(letter, unclear=True)
            case Refused(code):
                _log.error("Slack refused an answer: %s", code)
                if letter.message["text"] != FAILED and not letter.updates:
                    return 0.0, replace(letter, message=note_message(FAILED), turn=NOT_LOOKED_UP, documents=())
                self._close(asked, cleared=False)
            case None:
                _log.warning("An answer may not have reached Slack. It is not sent again, for it could be there twice.")
                self._close(asked, cleared=False)
        return None

    def _sent(self, letter: Letter) -> Outcome | None:
        """What became of it; None if it may have arrived before and that cannot be found out."""
        self._status.end(letter.asked.conversation)
        conversation = letter.asked.conversation
        if letter.updates:
            return update(self._client, conversation.channel, letter.updates, letter.message)
        if letter.unclear:
            found = find_answer(self._client, letter.asked)
            if found is None:
                return None
            if found:
                return Sent(found)
        return post(self._client, conversation, letter.message, letter.asked.key)

    def _keep(self, letter: Letter, ts: str) -> None:
        try:
            self._conversations.add(letter.asked, letter.turn, ts, time.time(), letter.documents)
        except LogUnusable as problem:
            _log.error("A follow-up will not know this answer: %s", problem)
        self._close(letter.asked, cleared=not letter.updates)

    def _close(self, asked: Asked, cleared: bool) -> None:
        """Have it in hand no longer. A message has cleared the status; without one it must be cleared."""
        if not cleared:
            self._status.end(asked.conversation)
            self._status.clear(asked.conversation)
        try:
            self._records.done(asked.key, self._owner)
        except LogUnusable as problem:
            _log.error("A question stays in hand although it is answered: %s", problem)
        self._finished(asked)
