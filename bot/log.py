"""The log: that something was answered, how and from which documents.

Neither questions nor answers are kept here. SQLite in the home by default; any other database by its URL.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import JSON, Boolean, Column, Float, MetaData, String, Table, insert, select, update

from bot.answer.types import Answer
from bot.database import Database, LogUnusable, Utc
from bot.slack.answers import forget_answers_with
from bot.slack.conversations import METADATA, forget_quotes
from bot.slack.feedback import forget_comments_on

__all__ = ["ANSWERS", "Log", "LogUnusable", "Via"]

Via = Literal["cli", "slack"]
"""By which way a question came."""

_METADATA = MetaData()

ANSWERS = Table(
    "answers",
    _METADATA,
    Column("id", String(64), primary_key=True),
    Column("asked_at", Utc, nullable=False, index=True),
    Column("via", String(16), nullable=False),
    Column("abstained", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("as_of", String(10)),
    Column("documents", JSON, nullable=False),
    Column("index_version", String(64), nullable=False),
    Column("took_ms", Float, nullable=False),
)
"""One row an answer; `documents` are the ids cited, in the order of the citations."""


class Log:
    """The database of the log; safe to use from several threads, and from several processes at once."""

    def __init__(self, url: str) -> None:
        """Open the log, and make its tables where they are missing.

        Args:
            url: of a database, in SQLAlchemy's form: `sqlite:////srv/merger/log.db`.

        Raises:
            LogUnusable: it cannot be opened.
        """
        self._database = Database(url, _METADATA, METADATA)

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
        with self._database.begin() as connection:
            connection.execute(insert(ANSWERS), row)

    def forget_document(self, document: str) -> int:
        """Take the id of a document out of all answers, and return in how many it stood; its words are forgotten, too.

        Raises:
            LogUnusable: it cannot be written.
        """
        changed = 0
        with self._database.begin() as connection:
            for row in connection.execute(select(ANSWERS.c.id, ANSWERS.c.documents)).all():
                if document in row.documents:
                    others = [other for other in row.documents if other != document]
                    connection.execute(update(ANSWERS).where(ANSWERS.c.id == row.id).values(documents=others))
                    changed += 1
            forget_quotes(connection, document)
            forget_comments_on(connection, forget_answers_with(connection, document))
        return changed

    def close(self) -> None:
        """Close the connections. The log can still be used, and opens them anew."""
        self._database.close()
