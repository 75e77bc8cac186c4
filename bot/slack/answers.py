"""The answers that were given in Slack, for the buttons under them: to open a source, to show all, to ask a person.

They are kept for as many days as the settings say; 0 keeps them in the memory of this process only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Float,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
)

from bot.answer.types import Answer
from bot.database import Database
from bot.slack.conversations import DAY_SECONDS, DAYS_IN_MEMORY, METADATA, kept_in
from knowledge.audience import Audience

ANSWERS = Table(
    "slack_answers",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("asker", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("question", Text, nullable=False),
    Column("abstained", Boolean, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("audience", JSON, nullable=False),
    Column("documents", JSON, nullable=False),
    Column("said_at", Float, nullable=False, index=True),
)
"""One row an answer; `documents` are the ids of all that it quotes, `said_at` is in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given to somebody."""

    answer: Answer
    asker: str
    """Who asked, as a hash."""
    channel: str
    """Where it was asked; empty on the Home tab."""
    thread_ts: str
    """In which thread; empty where there is none, as with a command."""
    audience: Audience
    """What was allowed to be quoted."""
    said_at: float
    """Seconds since 1970."""


class Answers:
    """The answers given; safe for several threads, and for several processes at once.

    Args:
        url: Of the database.
        keep_days: How long they are kept; 0 keeps them in memory only, and deletes what was kept before.

    Raises:
        LogUnusable: It cannot be opened; every method raises it if the database cannot be used.
    """

    def __init__(self, url: str, keep_days: int) -> None:
        self._keep_days = keep_days or DAYS_IN_MEMORY
        self._database: Database = kept_in(url, keep_days, ANSWERS)

    def keep(self, given: Given) -> None:
        """Remember an answer."""
        answer = given.answer
        quoted = dict.fromkeys(citation.document for citation in (*answer.citations, *answer.closest))
        row = {
            "id": answer.id,
            "asker": given.asker,
            "channel": given.channel,
            "thread_ts": given.thread_ts,
            "question": answer.question,
            "abstained": answer.abstained and not answer.courtesy,
            "answer": _plain(answer),
            "audience": sorted(given.audience),
            "documents": list(quoted),
            "said_at": given.said_at,
        }
        with self._database.begin() as connection:
            connection.execute(insert(ANSWERS), row)

    def find(self, identity: str) -> Given | None:
        """The answer with this id; None if it is not known, or not any more."""
        with self._database.begin() as connection:
            row = connection.execute(select(ANSWERS).where(ANSWERS.c.id == identity)).first()
        return _given(row) if row else None

    def unanswered(self, since: float, until: float) -> tuple[Given, ...]:
        """What was asked and not answered from one moment to another, in seconds since 1970, oldest first."""
        within = and_(ANSWERS.c.abstained, ANSWERS.c.said_at >= since, ANSWERS.c.said_at < until)
        with self._database.begin() as connection:
            rows = connection.execute(select(ANSWERS).where(within).order_by(ANSWERS.c.said_at, ANSWERS.c.id)).all()
        return tuple(_given(row) for row in rows)

    def count(self, since: float, until: float) -> int:
        """How many questions were asked from one moment to another, in seconds since 1970, answered or not."""
        within = and_(ANSWERS.c.said_at >= since, ANSWERS.c.said_at < until)
        with self._database.begin() as connection:
            return connection.execute(select(func.count()).select_from(ANSWERS).where(within)).scalar_one()

    def forget(self, now: float) -> int:
        """Forget what was said longer ago than it is to be kept, and return how many answers that were."""
        with self._database.begin() as connection:
            old = ANSWERS.c.said_at < now - self._keep_days * DAY_SECONDS
            return connection.execute(delete(ANSWERS).where(old)).rowcount

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def forget_answers_with(connection: Connection, document: str) -> tuple[str, ...]:
    """Forget the answers that quote a document, and return their ids."""
    rows = connection.execute(select(ANSWERS.c.id, ANSWERS.c.documents)).all()
    quoting = tuple(row.id for row in rows if document in row.documents)
    for identity in quoting:
        connection.execute(delete(ANSWERS).where(ANSWERS.c.id == identity))
    return quoting


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    """An answer with all of its fields; its own JSON leaves out what programs need not know."""
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {name: _plain(held) for name, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, tuple | list) else value


def _given(row: Row[Any]) -> Given:
    return Given(
        answer=Answer.model_validate(row.answer),
        asker=row.asker,
        channel=row.channel,
        thread_ts=row.thread_ts,
        audience=frozenset(row.audience),
        said_at=row.said_at,
    )
