"""The questions to begin with that Slack shows above the conversation with the bot.

A nicety: nothing ever waits for it or fails with it. Workspaces without Slack's agent features do not have it.
"""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Sequence
from threading import Lock

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.posting import error_code

TITLE = "You could ask"
MOST = 4
"""Slack takes no more."""
FRESH_SECONDS = 3_600.0
"""How long the same questions stay with a person before they are sent again."""
PAUSE_SECONDS = 600.0
"""After a failure, before it is tried again."""
KEPT = 1_000
"""Persons, before those are forgotten who were shown something longer than `FRESH_SECONDS` ago."""

_log = logging.getLogger(__name__)


class Suggestions:
    """Shows questions to begin with; safe to use from several threads.

    Args:
        client: Without retry handlers, and with a short timeout.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._shown: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._lock = Lock()
        self._paused_until = float("-inf")

    def show(self, channel: str, person: str, questions: Sequence[str]) -> None:
        """Show questions to somebody who has opened the conversation, unless they were shown within the hour.

        Args:
            channel: The direct message.
            person: Hash of who has opened it.
            questions: The first `MOST` are shown; none changes nothing.
        """
        chosen = tuple(questions[:MOST])
        if not chosen or not self._is_due(person, chosen, time.monotonic()):
            return
        try:
            # Without a thread: with one, Slack says that all is well and shows nothing.
            self._client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, title=TITLE, prompts=[{"title": each, "message": each} for each in chosen]
            )
        except (SlackApiError, OSError, http.client.HTTPException) as error:
            code = error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
            self._pause(person, code)

    def _is_due(self, person: str, questions: tuple[str, ...], now: float) -> bool:
        with self._lock:
            if now < self._paused_until:
                return False
            at, before = self._shown.get(person, (float("-inf"), ()))
            if before == questions and now - at < FRESH_SECONDS:
                return False
            if len(self._shown) >= KEPT:
                self._shown = {who: held for who, held in self._shown.items() if now - held[0] < FRESH_SECONDS}
            self._shown[person] = now, questions
            return True

    def _pause(self, person: str, code: str) -> None:
        with self._lock:
            self._shown.pop(person, None)
            now = time.monotonic()
            if now >= self._paused_until:
                _log.info("No questions are suggested for %.0f minutes: %s.", PAUSE_SECONDS / 60, code)
            self._paused_until = now + PAUSE_SECONDS
