"""Where each question to people was posted, so that all of its posts change when somebody has answered it.

Of several direct messages none can know where the ones after it are. Everything else that is needed later (who asked,
where) travels in the post itself, so that no person is named here, and no word is kept.
"""

from __future__ import annotations

import time

from sqlalchemy import Column, Float, MetaData, String, Table, delete, insert, select

from bot.database import Database
from bot.slack.conversations import DAY_SECONDS

KEPT_DAYS = 30
"""After which only the post that somebody pressed changes."""

_METADATA = MetaData()

COPIES = Table(
    "people_asked",
    _METADATA,
    Column("question", String(255), nullable=False, index=True),
    Column("channel", String(64), primary_key=True),
    Column("ts", String(32), primary_key=True),
    Column("posted_at", Float, nullable=False, index=True),
)
"""One row a post; `question` is the key of what was asked, `posted_at` is in seconds since 1970."""


class Copies:
    """The posts of each question; safe for several threads, and for several processes at once.

    Args:
        url: Of the database.

    Raises:
        LogUnusable: It cannot be opened; every method raises it if the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url, _METADATA)

    def add(self, question: str, channel: str, ts: str) -> None:
        """Remember a post."""
        row = {"question": question, "channel": channel, "ts": ts, "posted_at": time.time()}
        with self._database.begin() as connection:
            connection.execute(insert(COPIES), row)

    def of(self, question: str) -> tuple[tuple[str, str], ...]:
        """Channel and timestamp of each post of a question, the first posted first."""
        posts = select(COPIES.c.channel, COPIES.c.ts).where(COPIES.c.question == question).order_by(COPIES.c.posted_at)
        with self._database.begin() as connection:
            return tuple((row.channel, row.ts) for row in connection.execute(posts))

    def forget(self, now: float) -> int:
        """Forget the posts of more than `KEPT_DAYS` ago, and return how many there were."""
        with self._database.begin() as connection:
            old = COPIES.c.posted_at < now - KEPT_DAYS * DAY_SECONDS
            return connection.execute(delete(COPIES).where(old)).rowcount

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
