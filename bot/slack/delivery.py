"""Each question answered exactly once, on threads of our own, so that no acknowledgement waits for an answer."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from queue import SimpleQueue
from threading import Condition, Thread

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.answer.types import AnswerError, Turn
from bot.slack.blocks import BUSY, FAILED, HOW_TO_ASK, answer_message, note_message
from bot.slack.conversations import Conversations
from bot.slack.types import Ask, Asked, Claim, Conversation, Message

MAX_IN_HAND = 500
"""Questions taken and not yet answered; more would wait for minutes, so they are turned away with a sentence."""
STOP_SECONDS = 10.0
"""How long a stop waits for the answers in hand."""

_log = logging.getLogger(__name__)


class Delivery:
    """The questions in hand and the threads that answer them.

    Different conversations are answered side by side, the questions of one conversation in their order, so that a
    follow-up always knows the answer before it.

    Args:
        ask: Answers a question.
        claim: Says whether a question is new. Called before any work starts.
        client: Posts the answers; its retry handlers decide what happens when Slack is busy.
        workers: Answers prepared at the same time.
    """

    def __init__(self, ask: Ask, claim: Claim, client: WebClient, *, workers: int) -> None:
        self._ask = ask
        self._claim = claim
        self._client = client
        self._conversations = Conversations()
        self._ready: SimpleQueue[Asked | None] = SimpleQueue()
        self._behind: dict[Conversation, deque[Asked]] = {}
        self._in_hand = 0
        self._stopping = False
        self._changed = Condition()
        # Daemons, because an answer that hangs must not keep the process alive after the stop.
        self._threads = [Thread(target=self._work, name=f"answers-{n}", daemon=True) for n in range(workers)]
        for thread in self._threads:
            thread.start()

    def take(self, asked: Asked) -> None:
        """Take a question if it is new; returns at once, the answer is posted when it is ready."""
        if self._stopping or not self._is_new(asked):
            return
        with self._changed:
            accepted = self._in_hand < MAX_IN_HAND
            if accepted:
                self._line_up(asked)
        if not accepted:
            _log.warning("Turned a question away: %d are waiting.", MAX_IN_HAND)
            self._post(asked, note_message(BUSY))

    def stop(self, seconds: float = STOP_SECONDS) -> int:
        """Take no more questions and finish those in hand, for at most so many seconds.

        Returns:
            How many were left unanswered.
        """
        with self._changed:
            self._stopping = True
            self._changed.wait_for(lambda: self._in_hand == 0, timeout=seconds)
            left = self._in_hand
        for _ in self._threads:
            self._ready.put(None)
        if left:
            _log.warning("Stopped after %.0f s with %d questions unanswered.", seconds, left)
        else:
            for thread in self._threads:
                thread.join()
        return left

    def _is_new(self, asked: Asked) -> bool:
        try:
            return self._claim(asked.keys)
        except Exception as error:
            _log.error("Could not find out whether a question is new: %s", where_it_failed(error))
            self._post(asked, note_message(FAILED))
            return False

    def _line_up(self, asked: Asked) -> None:
        self._in_hand += 1
        behind = self._behind.get(asked.conversation)
        if behind is not None:
            behind.append(asked)
            return
        self._behind[asked.conversation] = deque()
        self._ready.put(asked)

    def _work(self) -> None:
        while (asked := self._ready.get()) is not None:
            current: Asked | None = asked
            while current is not None:
                self._post(current, self._reply(current))
                current = self._next_after(current)

    def _next_after(self, done: Asked) -> Asked | None:
        with self._changed:
            self._in_hand -= 1
            self._changed.notify_all()
            behind = self._behind[done.conversation]
            if behind:
                return behind.popleft()
            del self._behind[done.conversation]
            return None

    def _reply(self, asked: Asked) -> Message:
        if not asked.text:
            return note_message(HOW_TO_ASK)
        try:
            answer = self._ask(asked.text, self._conversations.turns(asked.conversation))
            said = "" if answer.abstained else answer.text
            self._conversations.add(asked.conversation, Turn(question=asked.text, answer=said))
            _log.info("Answered %s in %.0f ms.", answer.id, answer.took_ms)
            return answer_message(answer)
        except AnswerError as refused:
            return note_message(str(refused))
        except Exception as error:
            _log.error("A question was not answered: %s", where_it_failed(error))
            return note_message(FAILED)

    def _post(self, asked: Asked, message: Message) -> None:
        try:
            self._send(asked, message)
        except SlackApiError as refused:
            _log.error("Slack refused an answer: %s", error_code(refused))
            if message["text"] != FAILED:
                self._post(asked, note_message(FAILED))
        except Exception as error:
            # It may have arrived all the same, so a second message could be one too many.
            _log.error("An answer may not have reached Slack: %s", where_it_failed(error))

    def _send(self, asked: Asked, message: Message) -> None:
        self._client.chat_postMessage(
            channel=asked.conversation.channel,
            thread_ts=asked.conversation.thread_ts,
            text=message["text"],
            blocks=message["blocks"],
            mrkdwn=False,
            unfurl_links=False,
            unfurl_media=False,
        )


def error_code(error: SlackApiError) -> str:
    """What Slack calls the error, such as `invalid_auth`; its HTTP status if it gave no name."""
    data = getattr(error.response, "data", error.response)
    if isinstance(data, dict) and data.get("error"):
        return str(data["error"])
    return f"HTTP status {getattr(error.response, 'status_code', 'unknown')}"


def where_it_failed(error: BaseException) -> str:
    """The kind of an error and the lines of code it came through, without its message, which may quote a question."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        lines.append(f"{type(cause).__name__}, raised in\n{''.join(traceback.format_tb(cause.__traceback__))}")
        cause = cause.__cause__ or cause.__context__
    return "caused by ".join(lines)
