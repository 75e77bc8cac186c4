from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, make_url, select
from sqlalchemy.schema import CreateTable

from bot.answer.types import Answer, Citation, Part
from bot.log import ANSWERS, Log, LogUnusable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[Log]:
    log = Log(f"sqlite:///{path}")
    yield log
    log.close()


def rows(path: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def citation(number: int, document: str) -> Citation:
    return Citation(
        number=number, document=document, title="The plan", publisher="The board", published="2019-10", url="",
        section="", page=None, start=0, end=5, quote="Quoted words",
    )  # fmt: skip


ANSWER = Answer(
    id="a1",
    question="Who asked what, in secret?",
    abstained=False,
    reason="",
    confidence=0.875,
    as_of="2019-10",
    text="Quoted words",
    parts=(Part(text="Quoted words", citations=(1, 2, 3)),),
    citations=(citation(1, "plan"), citation(2, "board"), citation(3, "plan")),
    index_version="v0003",
    took_ms=12.5,
)


def test_an_answer_is_one_row_without_any_words(log: Log, path: Path) -> None:
    before = datetime.now(UTC)
    log.record(ANSWER, "slack")
    after = datetime.now(UTC)
    (row,) = rows(path, "SELECT * FROM answers")
    asked_at = datetime.fromisoformat(row[1]).replace(tzinfo=UTC)
    assert before <= asked_at + timedelta(milliseconds=12.5) <= after
    assert row[:1] + row[2:] == ("a1", "slack", 0, 0.875, "2019-10", '["plan", "board"]', "v0003", 12.5)
    log.close()
    kept = path.read_bytes()
    for words in (ANSWER.question, "secret", "Quoted", "The plan"):
        assert words.encode() not in kept


def test_an_abstention_keeps_no_reason_for_it_may_quote_the_question(log: Log, path: Path) -> None:
    reason = "The documents do not say this."
    declined = ANSWER.model_copy(
        update={"abstained": True, "reason": reason, "as_of": None, "citations": (), "confidence": 0.1}
    )
    log.record(declined, "cli")
    found = rows(path, "SELECT via, abstained, confidence, as_of, documents FROM answers")
    assert found == [("cli", 1, 0.1, None, "[]")]


def test_moments_come_back_in_utc(log: Log, path: Path) -> None:
    log.record(ANSWER, "cli")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        moment = connection.execute(select(ANSWERS.c.asked_at)).scalar_one()
    engine.dispose()
    assert moment.utcoffset() == timedelta(0)


def test_the_log_can_be_used_again_after_closing(log: Log) -> None:
    log.close()
    log.record(ANSWER, "cli")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///{path}/none/log.db", "{path}/none/log.db cannot be written: unable to open database file."),
        ("sqlite:///{path}", "{path} cannot be written: unable to open database file."),
        ("nonsense", "nonsense cannot be written: Could not parse SQLAlchemy URL"),
        ("nonsense:user:word@host", "nonsense:user:***@host cannot be written: Could not parse SQLAlchemy URL"),
        (
            "postgresql+pg8000://user:word@host/log",
            "postgresql+pg8000://user:***@host/log cannot be written: No module",
        ),
        ("nonsense://x", "nonsense://x cannot be written: Can't load plugin"),
    ],
)
def test_a_log_that_cannot_be_opened_is_a_sentence(tmp_path: Path, url: str, shown: str) -> None:
    with pytest.raises(LogUnusable) as caught:
        Log(url.format(path=tmp_path))
    assert str(caught.value).startswith(f"The log {shown.format(path=tmp_path)}")
    assert str(caught.value).endswith("Check that the place exists, may be written and has space.")


def test_a_file_that_is_no_log_is_a_sentence_and_stays(path: Path) -> None:
    path.write_text("Something else that stood here before." * 10)
    with pytest.raises(LogUnusable, match=rf"^The log {path} cannot be written: file is not a database\. Check"):
        Log(f"sqlite:///{path}")
    assert path.read_text().startswith("Something else")


def test_a_log_that_can_no_longer_be_written_is_a_sentence(log: Log, path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE answers")
    connection.close()
    for act in (lambda: log.record(ANSWER, "cli"), lambda: log.forget_document("plan")):
        with pytest.raises(LogUnusable, match=rf"^The log {path} cannot be written: no such table: "):
            act()


def test_a_read_only_log_is_a_sentence(log: Log, path: Path) -> None:
    log.close()
    with pytest.raises(LogUnusable, match="attempt to write a readonly database"):
        Log(f"sqlite:///file:{path}?mode=ro&uri=true").record(ANSWER, "cli")


def test_the_tables_are_as_postgresql_would_make_them() -> None:
    dialect = make_url("postgresql+psycopg://host/log").get_dialect()()
    made = str(CreateTable(ANSWERS, if_not_exists=True).compile(dialect=dialect))
    assert "asked_at TIMESTAMP WITH TIME ZONE NOT NULL" in made
    assert "documents JSON NOT NULL" in made


def test_a_log_is_searched_by_time(log: Log, path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    found = [index["column_names"] for index in inspect(engine).get_indexes("answers")]
    engine.dispose()
    assert found == [["asked_at"]]
