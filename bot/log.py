"""The log: that something was answered, how and from which documents, and which Slack events were taken.

Neither questions nor answers are kept. SQLite in the home by default; any other database by its URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Engine,
    Float,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    delete,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from bot.answer.types import Answer

Via = Literal["cli", "slack"]
"""By which way a question came."""

BUSY_MS = 10_000
"""How long SQLite waits for another writer: a write takes milliseconds, so this is a stuck disk or process."""

_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")


class LogUnusable(Exception):
    """The log cannot be opened or written. The message says which, why, and what to do."""


class _Utc(TypeDecorator[datetime]):
    """A moment, always in UTC; SQLite keeps no time zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


_METADATA = MetaData()

ANSWERS = Table(
    "answers",
    _METADATA,
    Column("id", String(64), primary_key=True),
    Column("asked_at", _Utc, nullable=False, index=True),
    Column("via", String(16), nullable=False),
    Column("abstained", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("as_of", String(10)),
    Column("documents", JSON, nullable=False),
    Column("index_version", String(64), nullable=False),
    Column("took_ms", Float, nullable=False),
)
"""One row an answer; `documents` are the ids cited, in the order of the citations."""

EVENTS = Table(
    "events",
    _METADATA,
    Column("key", String(255), primary_key=True),
    Column("taken_at", _Utc, nullable=False, index=True),
)
"""What has been taken on, so that nothing is answered twice."""


class Log:
    """The database of the log; safe to use from several threads, and from several processes at once."""

    def __init__(self, url: str) -> None:
        """Open the log, and make its tables where they are missing.

        Args:
            url: of a database, in SQLAlchemy's form: `sqlite:////srv/merger/log.db`.

        Raises:
            LogUnusable: it cannot be opened.
        """
        self._shown = _PASSWORD.sub("***", url)
        with self._usable():
            self._engine = create_engine(url)
        self._shown = self._engine.url.render_as_string(hide_password=True)
        if self._engine.dialect.name == "sqlite":
            self._shown = self._engine.url.database or "in memory"
            event.listen(self._engine, "connect", _prepare_sqlite)
        try:
            with self._usable():
                _create_tables(self._engine)
        except LogUnusable:
            self.close()
            raise

    def record(self, answer: Answer, via: Via) -> None:
        """Keep what is known about an answer that has just been given, but for its words and those of the question.

        Raises:
            LogUnusable: it cannot be written.
        """
        row = {
            "id": answer.id,
            "asked_at": datetime.now(UTC) - timedelta(milliseconds=answer.took_ms),
            "via": via,
            "documents": list(dict.fromkeys(citation.document for citation in answer.citations)),
            **answer.model_dump(
                include={"abstained", "confidence", "as_of", "index_version", "took_ms"},
            ),
        }
        with self._usable(), self._engine.begin() as connection:
            connection.execute(insert(ANSWERS), row)

    def claim(self, keys: Sequence[str]) -> bool:
        """Take all of these keys, or none of them if one is taken already.

        The database's unique key decides, so of all threads and processes exactly one gets True.

        Args:
            keys: names of one event, up to 255 characters each.

        Returns:
            Whether they are taken now, by this call.

        Raises:
            LogUnusable: it cannot be written.
        """
        now = datetime.now(UTC)
        # Sorted, so that two transactions never wait for each other.
        rows = [{"key": key, "taken_at": now} for key in sorted(set(keys))]
        if not rows:
            return True
        with self._usable():
            try:
                with self._engine.begin() as connection:
                    connection.execute(insert(EVENTS), rows)
            except IntegrityError:
                return False
        return True

    def forget_document(self, document: str) -> int:
        """Take the id of a document out of all answers, and return in how many it stood.

        Raises:
            LogUnusable: it cannot be written.
        """
        changed = 0
        with self._usable(), self._engine.begin() as connection:
            for row in connection.execute(select(ANSWERS.c.id, ANSWERS.c.documents)).all():
                if document in row.documents:
                    others = [other for other in row.documents if other != document]
                    connection.execute(update(ANSWERS).where(ANSWERS.c.id == row.id).values(documents=others))
                    changed += 1
        return changed

    def forget_events(self, older_than: timedelta) -> int:
        """Forget the keys taken longer ago than this, and return how many there were.

        Raises:
            LogUnusable: it cannot be written.
        """
        with self._usable(), self._engine.begin() as connection:
            return connection.execute(delete(EVENTS).where(EVENTS.c.taken_at < datetime.now(UTC) - older_than)).rowcount

    def close(self) -> None:
        """Close the connections. The log can still be used, and opens them anew."""
        self._engine.dispose()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, ImportError) as error:  # ImportError: the database's driver is not installed
            why = str(getattr(error, "orig", None) or error).partition("\n")[0].rstrip(".")
            what = f"The log {self._shown} cannot be written: {why}."
            raise LogUnusable(f"{what} Check that the place exists, may be written and has space.") from error


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _create_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in _METADATA.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
