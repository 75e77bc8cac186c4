"""A database by its URL: SQLite in the home by default. What it cannot do is said in one sentence."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, StaticPool, TypeDecorator, create_engine, event
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

IN_MEMORY = "sqlite://"
"""URL of a database that is gone when its process ends."""
BUSY_MS = 10_000
"""How long SQLite waits for another writer: a write takes milliseconds, so this is a stuck disk or process."""

_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")


class LogUnusable(Exception):
    """The log cannot be opened or written. The message says which, why, and what to do."""


class Utc(TypeDecorator[datetime]):
    """A moment, always in UTC; SQLite keeps no time zone of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as it is written."""
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as it is read."""
        return value if value is None else (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


class Database:
    """Some tables of a database; safe to use from several threads, and from several processes at once.

    Args:
        url: In SQLAlchemy's form: `sqlite:////srv/merger/log.db`.
        tables: Made where they are missing.

    Raises:
        LogUnusable: It cannot be opened.
    """

    def __init__(self, url: str, *tables: MetaData) -> None:
        self._shown = _PASSWORD.sub("***", url)
        # One connection is all that a database in memory has, and SQLite's own wait for a writer is in leaps of 100 ms.
        self._one_at_a_time: AbstractContextManager[Any] = RLock() if url.startswith("sqlite") else nullcontext()
        with self._usable():
            self._engine = _engine(url)
        self._shown = self._engine.url.render_as_string(hide_password=True)
        if self._engine.dialect.name == "sqlite":
            self._shown = self._engine.url.database or "in memory"
            event.listen(self._engine, "connect", _prepare_sqlite)
        try:
            with self.begin() as connection:
                for table in (table for group in tables for table in group.sorted_tables):
                    connection.execute(CreateTable(table, if_not_exists=True))
                    for index in table.indexes:
                        connection.execute(CreateIndex(index, if_not_exists=True))
        except LogUnusable:
            self.close()
            raise

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: all of it is done at the end, or nothing after an error.

        Raises:
            IntegrityError: A key is there already.
            LogUnusable: The database cannot be used.
        """
        with self._usable(), self._one_at_a_time, self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the connections. The database can still be used, and opens them anew."""
        self._engine.dispose()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except (SQLAlchemyError, ImportError) as error:  # ImportError: the database's driver is not installed
            why = str(getattr(error, "orig", None) or error).partition("\n")[0].rstrip(".")
            what = f"The log {self._shown} cannot be written: {why}."
            raise LogUnusable(f"{what} Check that the place exists, may be written and has space.") from error


def _engine(url: str) -> Engine:
    # What is written and read is what people said: neither the engine's own log nor its errors may quote it.
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    if url == IN_MEMORY:
        return create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True)
    return create_engine(url, hide_parameters=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # What is deleted is overwritten, for it may be what somebody asked.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()
