"""The right to change a folder, among all processes."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.types import UpdateInProgress
from knowledge import disk

_LOCK = ".lock"
_HOLDER = ".updating"
"""Who holds the lock and since when, for the message to those who wait; means nothing while the lock is free."""


class Lock:
    """A lock that a thread may take again while it has it, and that a killed process loses at once."""

    def __init__(self, folder: Path) -> None:
        self._file = FileLock(folder / _LOCK)
        self._holder = folder / _HOLDER

    @property
    def depth(self) -> int:
        """How often the thread has taken it and not let go."""
        return self._file.lock_counter

    def acquire(self, wait_seconds: float) -> None:
        """Take it. Raises UpdateInProgress if somebody else still has it after this time, 0 or more, and OSError."""
        try:
            self._file.acquire(timeout=max(wait_seconds, 0))
        except Timeout:
            raise UpdateInProgress(self._held()) from None

    def sign(self) -> None:
        """Say who holds it."""
        self._holder.write_text(f"{os.getpid()} {datetime.now(UTC):%H:%M}")

    def release(self) -> None:
        """Let go of it once."""
        if self.depth == 1:
            disk.remove([self._holder])
        self._file.release()

    def _held(self) -> str:
        try:
            process, _, since = self._holder.read_text().partition(" ")
        except OSError:
            process = since = ""
        who = f" (process {process} since {since} UTC)" if since else ""
        return f"Another process is updating this index{who}. Wait for it to finish, then run the command again."
