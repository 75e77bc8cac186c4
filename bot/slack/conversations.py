"""What was said before in each conversation, so that a follow-up is understood, after a restart as well.

Questions and answers are kept for as many days as the settings say; 0 keeps them in the memory of this process only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Index,
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

from bot.answer.types import Turn
from bot.database import IN_MEMORY, Database
from bot.slack.types import Asked, Conversation

MAX_TURNS = 5
"""Turns of one conversation that a question is asked with; a follow-up hardly ever means more than the last two."""
DAYS_IN_MEMORY = 1
"""How long what is not to be kept is remembered; a bot that runs for months must not grow."""
DAY_SECONDS = 86_400.0

METADATA = MetaData()
"""For whoever has to find the table there."""

TURNS = Table(
    "turns",
    METADATA,
    Column("key", String(255), primary_key=True),
    Column("channel", String(64), nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("asker", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answer_ts", String(32), nullable=False),
    Column("documents", JSON, nullable=False),
    Column("said_at", Float, nullable=False, index=True),
    Index("turns_of_conversation", "channel", "thread_ts"),
)
"""One row an answer that was posted: `question` is empty where it could not be looked up, `documents` are the ids of
those that `answer` quotes, `said_at` is in seconds since 1970."""


LAST_HEARD = Table(
    "last_heard",
    METADATA,
    Column("channel", String(64), primary_key=True),
    Column("thread_ts", String(32), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("heard_at", Float, nullable=False, index=True),
)
"""One row a thread in which a person has spoken to the others since the last answer, and who did so last."""


@dataclass(frozen=True, slots=True)
class Said:
    """An exchange as it was posted."""

    key: str
    """Of the question."""
    conversation: Conversation
    asker: str
    turn: Turn
    answer_ts: str
    """Timestamp of the message with the answer."""
    said_at: float
    """Seconds since 1970."""


class Conversations:
    """The turns of all conversations; safe for several threads, and for several processes at once.

    Args:
        url: Of the database.
        keep_days: How long they are kept; 0 keeps them in memory only, and deletes what was kept before.

    Raises:
        LogUnusable: It cannot be opened; every method raises it if the database cannot be used.
    """

    def __init__(self, url: str, keep_days: int) -> None:
        self._keep_days = keep_days or DAYS_IN_MEMORY
        self._database = kept_in(url, keep_days, TURNS, LAST_HEARD)

    def turns(self, conversation: Conversation, before: float = float("inf")) -> tuple[Turn, ...]:
        """The last that was said in it, oldest first; empty for a new one.

        Args:
            conversation: The thread.
            before: Only what was said before this moment, in seconds since 1970.
        """
        asked = and_(_within(conversation), TURNS.c.question != "", TURNS.c.said_at < before)
        latest = select(TURNS).where(asked).order_by(TURNS.c.said_at.desc()).limit(MAX_TURNS)
        with self._database.begin() as connection:
            rows = connection.execute(latest).all()
        return tuple(_said(row).turn for row in reversed(rows))

    def add(self, asked: Asked, turn: Turn, answer_ts: str, now: float, documents: Sequence[str] = ()) -> None:
        """Remember what was answered; the new wording of a question takes the place of the old one.

        Args:
            asked: The question.
            turn: What is to be remembered of it.
            answer_ts: Timestamp of the message with the answer.
            now: Seconds since 1970.
            documents: Ids of those that the answer quotes.
        """
        words = {"question": turn.question, "answer": turn.answer, "documents": list(documents)}
        row = {
            "key": asked.key,
            "channel": asked.conversation.channel,
            "thread_ts": asked.conversation.thread_ts,
            "asker": asked.asker,
            "answer_ts": answer_ts,
            "said_at": now,
        }
        with self._database.begin() as connection:
            connection.execute(delete(LAST_HEARD).where(_within(asked.conversation, LAST_HEARD)))
            there = update(TURNS).where(TURNS.c.key == (asked.edits or asked.key)).values(words)
            if not connection.execute(there).rowcount and not asked.edits:
                connection.execute(insert(TURNS), row | words)

    def find(self, key: str) -> Said | None:
        """What was said to a question, by its key."""
        with self._database.begin() as connection:
            row = connection.execute(select(TURNS).where(TURNS.c.key == key)).first()
        return _said(row) if row else None

    def has_spoken(self, conversation: Conversation, asker: str) -> bool:
        """Whether this person was answered in this conversation."""
        theirs = and_(_within(conversation), TURNS.c.asker == asker)
        with self._database.begin() as connection:
            return connection.execute(select(TURNS.c.key).where(theirs).limit(1)).first() is not None

    def overhear(self, conversation: Conversation, person: str, now: float) -> None:
        """Somebody said something in a thread that was not for the bot; known only where it has answered before.

        Args:
            conversation: The thread.
            person: Hash of the person.
            now: Seconds since 1970.
        """
        place = {"channel": conversation.channel, "thread_ts": conversation.thread_ts}
        with self._database.begin() as connection:
            if connection.execute(select(TURNS.c.key).where(_within(conversation)).limit(1)).first() is None:
                return
            connection.execute(delete(LAST_HEARD).where(_within(conversation, LAST_HEARD)))
            connection.execute(insert(LAST_HEARD), {**place, "person": person, "heard_at": now})

    def is_among_people(self, conversation: Conversation, asker: str) -> bool:
        """Whether somebody else has spoken since the last answer, whom this person may well mean."""
        with self._database.begin() as connection:
            row = connection.execute(select(LAST_HEARD.c.person).where(_within(conversation, LAST_HEARD))).first()
        return row is not None and row.person != asker

    def forget(self, now: float) -> int:
        """Forget what was said longer ago than it is to be kept, and return how many turns that were."""
        with self._database.begin() as connection:
            connection.execute(delete(LAST_HEARD).where(LAST_HEARD.c.heard_at < now - self._keep_days * DAY_SECONDS))
            old = TURNS.c.said_at < now - self._keep_days * DAY_SECONDS
            return connection.execute(delete(TURNS).where(old)).rowcount

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def kept_in(url: str, keep_days: int, *tables: Table) -> Database:
    """The database for tables of what people said.

    Args:
        url: Of the database.
        keep_days: 0 keeps the tables in memory only, and empties those that were kept before.
        tables: Of `METADATA`.

    Raises:
        LogUnusable: It cannot be opened.
    """
    database = Database(url, METADATA)
    if keep_days:
        return database
    with database.begin() as connection:
        for table in tables:
            connection.execute(delete(table))
    database.close()
    return Database(IN_MEMORY, METADATA)


def forget_quotes(connection: Connection, document: str) -> int:
    """Forget the answers that quote a document, and return how many there were."""
    rows = connection.execute(select(TURNS.c.key, TURNS.c.documents)).all()
    quoting = [row.key for row in rows if document in row.documents]
    for key in quoting:
        connection.execute(update(TURNS).where(TURNS.c.key == key).values(answer="", documents=[]))
    return len(quoting)


def _within(conversation: Conversation, table: Table = TURNS) -> Any:  # noqa: ANN401 - SQLAlchemy's own expression
    return and_(table.c.channel == conversation.channel, table.c.thread_ts == conversation.thread_ts)


def _said(row: Row[Any]) -> Said:
    return Said(
        key=row.key,
        conversation=Conversation(row.channel, row.thread_ts),
        asker=row.asker,
        turn=Turn(question=row.question, answer=row.answer),
        answer_ts=row.answer_ts,
        said_at=row.said_at,
    )
