"""Which channels are shared with other organisations: each event says it of its own channel, nothing else does.

To ask Slack would take the scope `channels:read`, with which an app sees every channel there is.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Lock

from sqlalchemy import Boolean, Column, MetaData, String, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.database import Database

_METADATA = MetaData()

CHANNELS = Table(
    "channels",
    _METADATA,
    Column("channel", String(64), primary_key=True),
    Column("external", Boolean, nullable=False),
)
"""One row a channel that something was heard from."""


class Channels:
    """What is known of channels; safe for several threads, and for several processes at once.

    Args:
        url: Of the database.

    Raises:
        LogUnusable: It cannot be opened; every method raises it if the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url, _METADATA)
        self._lock = Lock()
        self._known: dict[str, bool] = {}
        """What this process has heard, so that not every message is written down."""

    def heard(self, channel: str, external: bool) -> None:
        """An event came from a channel, and said whether that is shared with another organisation."""
        with self._lock:
            if self._known.get(channel) == external:
                return
            # Another process may have heard it at the same moment, and then has written the same.
            with suppress(IntegrityError), self._database.begin() as connection:
                connection.execute(delete(CHANNELS).where(CHANNELS.c.channel == channel))
                connection.execute(insert(CHANNELS), {"channel": channel, "external": external})
            self._known[channel] = external

    def is_external(self, channel: str) -> bool | None:
        """Whether a channel is shared with another organisation; None if nothing was heard from it yet."""
        with self._database.begin() as connection:
            row = connection.execute(select(CHANNELS.c.external).where(CHANNELS.c.channel == channel)).first()
        return None if row is None else bool(row.external)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
