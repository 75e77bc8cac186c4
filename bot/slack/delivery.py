"""Each question answered exactly once, on threads of our own, so that no acknowledgement waits for an answer.

A question is claimed and put in hand in one step of the database, before Slack gets its acknowledgement: what was not
acknowledged Slack sends again, and what was is in hand. It stays there until its answer is posted. If the process
dies, its lease runs out and another process takes the question over.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import replace
from queue import SimpleQueue
from threading import Condition, Thread

from bot.answer.types import AnswerError, Turn
from bot.database import LogUnusable
from bot.incoming import Incoming
from bot.slack.answers import Given
from bot.slack.blocks import BUSY, FAILED, HOW_TO_ASK, answer_message, note_message
from bot.slack.conversations import Said
from bot.slack.faults import where_it_failed
from bot.slack.inhand import Leases
from bot.slack.office import Office
from bot.slack.outbox import Letter, Outbox
from bot.slack.status import Status
from bot.slack.types import Asked, Conversation, InHand

EXTERNAL = (
    "I give no answers in channels that are shared with other organisations: the documents are for our own staff. "
    "Please ask in another channel, or write me a direct message."
)
MAX_IN_HAND = 500
"""Questions taken and not yet answered; more would wait for minutes, so they are turned away with a sentence."""
MOST_PROCESSES = 3
"""That may end with a question in hand before it is thought to be what ends them, and is not asked again."""

_log = logging.getLogger(__name__)


class Delivery:
    """The questions in hand and the threads that answer them.

    Different conversations are answered side by side, the questions of one conversation in their order, so that a
    follow-up always knows the answer before it.

    Args:
        office: The parts of the running bot.
        status: Shows that an answer is on its way.
        workers: Answers prepared at the same time.
    """

    def __init__(self, office: Office, *, status: Status, workers: int) -> None:
        state = office.state
        self._office = office
        self._records = state.records
        self._conversations = state.conversations
        self._status = status
        self._leases = Leases(state, Incoming(office.home), self._line_up)
        self._outbox = Outbox(
            office.poster,
            office.pace,
            state.records,
            state.conversations,
            status,
            self._leases.owner,
            self._finished,
        )
        self._ready: SimpleQueue[InHand | None] = SimpleQueue()
        self._behind: dict[Conversation, deque[InHand]] = {}
        self._in_hand = 0
        self._stopping = False
        self._changed = Condition()
        # Daemons, because an answer that hangs must not keep the process alive after the stop.
        self._threads = [Thread(target=self._work, name=f"answers-{n}", daemon=True) for n in range(workers)]
        for thread in self._threads:
            thread.start()
        self._leases.start()

    def take(self, asked: Asked) -> bool:
        """Claim a question, and answer it when its turn comes; returns as soon as it is claimed.

        Returns:
            False if it was taken before, or cannot be claimed.
        """
        try:
            if asked.edits and not self._is_known(asked.edits):
                return False
            if not self._leases.claim(asked):
                return False
            if not self._stopping:
                self._admit(asked)
            return True
        except LogUnusable as error:
            _log.error("Could not find out whether a question is new: %s", where_it_failed(error))
            self._outbox.tell(asked.conversation, FAILED)
            return False

    def talks_with(self, asker: str, conversation: Conversation) -> bool:
        """Whether the bot is meant by somebody who asks without naming anybody.

        They have asked it in this conversation before, and nobody else has spoken there since its answer.
        """
        try:
            if self._conversations.is_among_people(conversation, asker):
                return False
            return self._conversations.has_spoken(conversation, asker) or self._records.has_asked(conversation, asker)
        except LogUnusable as error:
            _log.error("Could not find out whether a message is a follow-up: %s", where_it_failed(error))
            return False

    def overhear(self, person: str, conversation: Conversation) -> None:
        """Somebody has spoken in a thread, to the others there."""
        try:
            self._conversations.overhear(conversation, person, time.time())
        except LogUnusable as error:
            _log.error("Could not note that people talk with each other: %s", where_it_failed(error))

    def stop(self, seconds: float) -> int:
        """Finish what is in hand, for at most so many seconds, and leave the rest to the next process.

        Returns:
            How many are left.
        """
        until = time.monotonic() + seconds
        self._leases.take_no_more()
        with self._changed:
            self._stopping = True
            self._changed.wait_for(lambda: self._in_hand == 0, timeout=seconds)
            left = self._in_hand
        self._leases.release()
        self._outbox.close(until - time.monotonic())
        self._status.close()
        for _ in self._threads:
            self._ready.put(None)
        if left:
            _log.warning("Stopped after %.0f s and left %d questions to the next process.", seconds, left)
        else:
            for thread in self._threads:
                thread.join()
        return left

    def _is_known(self, key: str) -> bool:
        return self._conversations.find(key) is not None or self._records.holds(key)

    def _admit(self, asked: Asked) -> None:
        refusal = EXTERNAL if asked.external else None
        refusal = refusal or self._office.limiter.refusal(asked.asker, asked.conversation.channel, time.monotonic())
        if refusal is None and self._in_hand >= MAX_IN_HAND:
            _log.warning("Turned a question away: %d are waiting.", MAX_IN_HAND)
            refusal = BUSY
        if refusal is None:
            self._line_up(InHand(asked))
            return
        self._records.done(asked.key, self._leases.owner)
        if refusal:
            self._outbox.tell(asked.conversation, refusal)

    def _line_up(self, held: InHand) -> None:
        conversation = held.asked.conversation
        if not held.asked.unprompted:
            self._status.begin(conversation)
        with self._changed:
            self._in_hand += 1
            behind = self._behind.get(conversation)
            if behind is not None:
                behind.append(held)
                return
            self._behind[conversation] = deque()
            self._ready.put(held)

    def _work(self) -> None:
        while (held := self._ready.get()) is not None:
            try:
                letter = self._letter(held)
            except Exception as error:
                _log.error("A question was not answered: %s", where_it_failed(error))
                letter = Letter(held.asked, note_message(FAILED), unclear=held.posting)
            if letter is None:
                self._outbox.nothing_to_send(held.asked)
            else:
                self._outbox.send(letter)

    def _letter(self, held: InHand) -> Letter | None:
        """The answer to a question, or None if the new wording of one changes nothing."""
        asked = held.asked
        if held.tries > MOST_PROCESSES:
            _log.error("Gave a question up: %d processes ended with it in hand.", held.tries)
            return Letter(asked, note_message(FAILED), unclear=held.posting)
        if self._office.state.channels.is_external(asked.conversation.channel):
            # The process that was asked had no time to refuse it, or the channel has been shared since.
            return None if asked.unprompted or asked.edits else Letter(asked, note_message(EXTERNAL))
        if not asked.edits:
            if held.posting and self._conversations.find(asked.key):
                return None
            letter = self._reply(asked, self._conversations.turns(asked.conversation))
            return letter and replace(letter, unclear=held.posting)
        said = self._conversations.find(asked.edits)
        if said is None or not _is_new_wording(asked, said):
            return None
        letter = self._reply(asked, self._conversations.turns(asked.conversation, before=said.said_at))
        return letter and replace(letter, updates=said.answer_ts)

    def _reply(self, asked: Asked, turns: tuple[Turn, ...]) -> Letter | None:
        if not asked.text:
            return Letter(asked, note_message(HOW_TO_ASK))
        channel = asked.conversation.channel
        audience = self._office.members.audience(asked.asker, channel)
        try:
            answer = self._office.desk.ask(asked.text, turns, audience)
        except AnswerError as refused:
            return None if asked.unprompted else Letter(asked, note_message(str(refused)))
        _log.info("Answered %s in %.0f ms.", answer.id, answer.took_ms)
        if asked.unprompted and (answer.abstained or answer.uncertain):
            return None
        if not answer.courtesy:
            given = Given(answer, asked.asker, channel, asked.conversation.thread_ts, audience, time.time())
            self._office.state.answers.keep(given)
        turn = Turn(question=asked.text, answer="" if answer.abstained else answer.text)
        documents = tuple(dict.fromkeys(citation.document for citation in answer.citations))
        return Letter(asked, answer_message(answer, self._office.offers(answer, channel)), turn, documents)

    def _finished(self, asked: Asked) -> None:
        with self._changed:
            self._in_hand -= 1
            self._changed.notify_all()
            behind = self._behind[asked.conversation]
            if behind:
                self._ready.put(behind.popleft())
            else:
                del self._behind[asked.conversation]


def _is_new_wording(asked: Asked, said: Said) -> bool:
    return said.asker == asked.asker and asked.text not in ("", said.turn.question)
