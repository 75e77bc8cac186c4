"""Which Slack events were taken, and the questions in hand: what keeps an answer from coming twice or never.

A row of `in_hand` belongs to one process until its lease runs out. Whoever dies renews none, and the next one to look
takes the row over: one UPDATE decides who. The text goes with the row as soon as the answer is posted. Leases are
moments of the processes' own clocks, so machines that share a database need clocks that agree to a few seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.database import Database, Utc
from bot.slack.types import Asked, Conversation, InHand

_METADATA = MetaData()

EVENTS = Table(
    "events",
    _METADATA,
    Column("key", String(255), primary_key=True),
    Column("taken_at", Utc, nullable=False, index=True),
)
"""What has been taken on, so that nothing is answered twice."""

IN_HAND = Table(
    "in_hand",
    _METADATA,
    Column("key", String(255), primary_key=True),
    Column("text", Text, nullable=False),
    Column("channel", String(64), nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
    Column("asker", String(64), nullable=False),
    Column("edits", String(255), nullable=False),
    Column("unprompted", Boolean, nullable=False),
    Column("owner", String(64), nullable=False, index=True),
    Column("lease_until", Float, nullable=False, index=True),
    Column("posting", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
)
"""One row a question, from its claim until its answer is posted; `lease_until` is in seconds since 1970."""


class Records:
    """The events taken and the questions in hand; safe for several threads, and for several processes at once.

    Args:
        url: Of a database, in SQLAlchemy's form: `sqlite:////srv/merger/log.db`.

    Raises:
        LogUnusable: It cannot be opened; every method raises it if the database cannot be written.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url, _METADATA)

    def take(self, asked: Asked, owner: str, until: float) -> bool:
        """Claim a question and put it in hand, in one step; the database's unique key decides who gets it.

        Args:
            asked: What to claim, by all of its keys or by none.
            owner: The process that has it then.
            until: When the lease ends, in seconds since 1970; 0 leaves it to whoever looks next.

        Returns:
            Whether it is taken now, by this call.
        """
        now = datetime.now(UTC)
        # Sorted, so that two transactions never wait for each other.
        events = [{"key": key, "taken_at": now} for key in sorted(set(asked.keys))]
        row = {
            "key": asked.key,
            "text": asked.text,
            "channel": asked.conversation.channel,
            "thread_ts": asked.conversation.thread_ts,
            "ts": asked.ts,
            "asker": asked.asker,
            "edits": asked.edits,
            "unprompted": asked.unprompted,
            "owner": owner,
            "lease_until": until,
            "posting": False,
            "tries": 0,
        }
        try:
            with self._database.begin() as connection:
                connection.execute(insert(EVENTS), events)
                connection.execute(insert(IN_HAND), row)
        except IntegrityError:
            return False
        return True

    def claim(self, key: str) -> bool:
        """Claim something that is to be done once, whoever asks for it how often; for a week and a day.

        Returns:
            Whether it is this call that may do it.
        """
        try:
            with self._database.begin() as connection:
                connection.execute(insert(EVENTS), {"key": key, "taken_at": datetime.now(UTC)})
        except IntegrityError:
            return False
        return True

    def unclaim(self, key: str) -> None:
        """Let it be done after all, because it failed."""
        with self._database.begin() as connection:
            connection.execute(delete(EVENTS).where(EVENTS.c.key == key))

    def mark_posting(self, key: str, owner: str, posting: bool = True) -> bool:
        """Say that the answer is about to be posted, or that it was not after all.

        Returns:
            False if another process has taken the question over, and nothing must be posted.
        """
        mine = and_(IN_HAND.c.key == key, IN_HAND.c.owner == owner)
        with self._database.begin() as connection:
            return connection.execute(update(IN_HAND).where(mine).values(posting=posting)).rowcount == 1

    def done(self, key: str, owner: str) -> None:
        """Forget a question in hand with its text; that it was taken stays known."""
        with self._database.begin() as connection:
            connection.execute(delete(IN_HAND).where(IN_HAND.c.key == key, IN_HAND.c.owner == owner))

    def renew(self, owner: str, until: float) -> None:
        """Lengthen the leases of all that a process has in hand."""
        with self._database.begin() as connection:
            connection.execute(update(IN_HAND).where(IN_HAND.c.owner == owner).values(lease_until=until))

    def release(self, owner: str) -> None:
        """Leave what a process has in hand to the next one; not what is being posted at this moment."""
        mine = and_(IN_HAND.c.owner == owner, IN_HAND.c.posting.is_(False))
        with self._database.begin() as connection:
            connection.execute(update(IN_HAND).where(mine).values(owner="", lease_until=0.0))

    def take_over(self, owner: str, now: float, until: float) -> tuple[InHand, ...]:
        """Take what others have left in hand, the oldest question first; of several processes one gets each.

        Args:
            owner: The process that has it then.
            now: Leases that ended before are taken, in seconds since 1970.
            until: When the new leases end.
        """
        with self._database.begin() as connection:
            left = connection.execute(select(IN_HAND).where(IN_HAND.c.lease_until < now).order_by(IN_HAND.c.ts)).all()
        return tuple(_in_hand(row) for row in left if self._take_row(row, owner, now, until))

    def _take_row(self, row: Row[Any], owner: str, now: float, until: float) -> bool:
        still_left = and_(IN_HAND.c.key == row.key, IN_HAND.c.owner == row.owner, IN_HAND.c.lease_until < now)
        taken = update(IN_HAND).where(still_left).values(owner=owner, lease_until=until, tries=row.tries + 1)
        with self._database.begin() as connection:
            return connection.execute(taken).rowcount == 1

    def has_asked(self, conversation: Conversation, asker: str) -> bool:
        """Whether a question of this person in this conversation is in hand."""
        theirs = and_(
            IN_HAND.c.channel == conversation.channel,
            IN_HAND.c.thread_ts == conversation.thread_ts,
            IN_HAND.c.asker == asker,
        )
        with self._database.begin() as connection:
            return connection.execute(select(IN_HAND.c.key).where(theirs).limit(1)).first() is not None

    def holds(self, key: str) -> bool:
        """Whether a question is in hand, with this process or another."""
        with self._database.begin() as connection:
            return connection.execute(select(IN_HAND.c.key).where(IN_HAND.c.key == key)).first() is not None

    def forget(self, older_than: timedelta) -> int:
        """Forget the events taken longer ago than this, and return how many there were."""
        with self._database.begin() as connection:
            return connection.execute(delete(EVENTS).where(EVENTS.c.taken_at < datetime.now(UTC) - older_than)).rowcount

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def _in_hand(row: Row[Any]) -> InHand:
    """A row that has just been taken over."""
    asked = Asked(
        text=row.text,
        conversation=Conversation(row.channel, row.thread_ts),
        keys=(row.key,),
        asker=row.asker,
        ts=row.ts,
        edits=row.edits,
        unprompted=row.unprompted,
    )
    return InHand(asked, row.posting, row.tries + 1)
