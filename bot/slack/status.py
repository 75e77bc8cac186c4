"""The line under a thread that says that an answer is on its way.

A nicety: nothing ever waits for it or fails with it.
"""

from __future__ import annotations

import http.client
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.posting import error_code
from bot.slack.types import Conversation

WORDS = "is looking it up…"
"""Slack shows them behind the bot's name."""
THREADS = 2
PAUSE_SECONDS = 600.0
"""After a failure, before it is tried again: the workspace may not have the feature."""

_log = logging.getLogger(__name__)


class Status:
    """Shows and clears the status of conversations, on threads of its own.

    Args:
        client: Without retry handlers, and with a short timeout.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="status")
        self._shown: dict[Conversation, Future[None]] = {}
        self._lock = Lock()
        self._paused_until = float("-inf")

    def begin(self, conversation: Conversation) -> None:
        """Show that the bot is at work."""
        if time.monotonic() < self._paused_until:
            return
        with self._lock:
            if conversation not in self._shown:
                self._shown[conversation] = self._pool.submit(self._set, conversation, WORDS)

    def end(self, conversation: Conversation) -> bool:
        """Show it no longer; to be called before a message is posted, which makes Slack clear what is shown.

        Returns:
            Whether it was shown, so that it must be cleared if no message follows.
        """
        with self._lock:
            shown = self._shown.pop(conversation, None)
        if shown is None or shown.cancel():
            return False
        # Were it set only after the message, it would stay.
        shown.exception()
        return True

    def clear(self, conversation: Conversation) -> None:
        """Take away what is shown, where no message does."""
        if time.monotonic() >= self._paused_until:
            self._pool.submit(self._set, conversation, "")

    def close(self) -> None:
        """Take away all that is shown, and end."""
        for conversation in list(self._shown):
            if self.end(conversation):
                self.clear(conversation)
        self._pool.shutdown(wait=True)

    def _set(self, conversation: Conversation, words: str) -> None:
        if time.monotonic() < self._paused_until:
            return
        try:
            self._client.assistant_threads_setStatus(
                channel_id=conversation.channel, thread_ts=conversation.thread_ts, status=words
            )
        except (SlackApiError, OSError, http.client.HTTPException) as error:
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            code = error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
            _log.info("No status is shown for %.0f minutes: %s.", PAUSE_SECONDS / 60, code)
