"""Waiting for Slack: what it puts off is tried again after as long as it says, unless the bot stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Event

from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState

MOST_TRIES = 5
"""Times that a call is made again after 429, each after the seconds that Slack names."""
MOST_TRIES_OF_A_FAULT = 2
"""Times that a call is made again after a fault of Slack's own."""
BACKOFF_SECONDS = 1.0
"""Before another try, where Slack does not say how long to wait."""
FAULTS = (500, 503)
"""Status codes of faults after which a call may be made again that does no harm if it is made twice."""
NOT_TAKEN = (503,)
"""Those after which it is certain that nothing was done."""


class Patience(RetryHandler):
    """Makes a call again that Slack puts off. A stop of the bot ends the waiting: then it is tried once more at once.

    Args:
        stopping: Set when the bot stops.
        faults: Status codes besides 429 after which a call is made again.
    """

    def __init__(self, stopping: Event, faults: Sequence[int] = FAULTS) -> None:
        super().__init__(max_retry_count=MOST_TRIES)
        self._stopping = stopping
        self._faults = faults

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or self._stopping.is_set():
            return False
        fault = response.status_code in self._faults and state.current_attempt < MOST_TRIES_OF_A_FAULT
        return response.status_code == 429 or fault

    def prepare_for_next_attempt(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Wait, unless the bot stops."""
        seconds = named_seconds(response.headers) if response is not None else None
        self._stopping.wait(BACKOFF_SECONDS if seconds is None else seconds)
        state.next_attempt_requested = True
        state.increment_current_attempt()


def named_seconds(headers: Mapping[str, str | list[str]]) -> float | None:
    """How long to wait by the header Retry-After; None if Slack does not say."""
    for name, value in headers.items():
        if name.lower() == "retry-after":
            text = value[0] if isinstance(value, list) else value
            return float(text) if str(text).isdecimal() else None
    return None
