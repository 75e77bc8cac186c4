from __future__ import annotations

import json
import multiprocessing
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, make_url, select
from sqlalchemy.schema import CreateTable

from bot.answer.types import Answer, Citation, Part
from bot.log import ANSWERS, EVENTS, Log, LogUnusable
from tests.bot.claims import claim_all

PROCESSES, THREADS, ROUNDS = 2, 8, 40


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


def test_keys_are_taken_all_or_none(log: Log, path: Path) -> None:
    assert log.claim(["Ev1", "C1:1.0"])
    assert not log.claim(["Ev1", "C1:1.0"])
    assert not log.claim(["Ev2", "C1:1.0"])
    assert not log.claim(["Ev1", "C2:2.0"])
    assert rows(path, "SELECT key FROM events ORDER BY key") == [("C1:1.0",), ("Ev1",)]
    assert log.claim(["Ev2", "Ev2"])
    assert log.claim([])
    assert rows(path, "SELECT count(*) FROM events") == [(3,)]


def test_claims_outlive_the_process(log: Log, path: Path) -> None:
    assert log.claim(["Ev1"])
    log.close()
    other = Log(f"sqlite:///{path}")
    assert not other.claim(["Ev1"])
    other.close()


def test_each_key_is_taken_exactly_once_by_all_threads_of_all_processes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    rounds = [[f"event {number}", f"message {number}"] for number in range(ROUNDS)]
    context = multiprocessing.get_context("spawn")
    files = [tmp_path / f"{number}.json" for number in range(PROCESSES)]
    processes = [context.Process(target=claim_all, args=(url, rounds, THREADS, file)) for file in files]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert sorted(keys for file in files for keys in json.loads(file.read_text())) == sorted(rounds)
    kept = rows(tmp_path / "log.db", "SELECT key FROM events ORDER BY key")
    assert kept == sorted((key,) for keys in rounds for key in keys)


def test_old_keys_are_forgotten_and_newer_ones_kept(log: Log, path: Path) -> None:
    log.claim(["old 1", "old 2"])
    log.claim(["new"])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE events SET taken_at = '2019-10-21 09:00:00.000000' WHERE key LIKE 'old%'")
    connection.commit()
    connection.close()
    assert log.forget_events(timedelta(hours=1)) == 2
    assert rows(path, "SELECT key FROM events") == [("new",)]
    assert log.claim(["old 1"])


def test_the_log_can_be_used_again_after_closing(log: Log) -> None:
    log.close()
    assert log.claim(["Ev1"])


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
    connection.executescript("DROP TABLE answers; DROP TABLE events")
    connection.close()
    for act in (
        lambda: log.record(ANSWER, "cli"),
        lambda: log.claim(["Ev1"]),
        lambda: log.forget_events(timedelta(days=1)),
    ):
        with pytest.raises(LogUnusable, match=rf"^The log {path} cannot be written: no such table: "):
            act()


def test_a_read_only_log_is_a_sentence(log: Log, path: Path) -> None:
    log.close()
    with pytest.raises(LogUnusable, match="attempt to write a readonly database"):
        Log(f"sqlite:///file:{path}?mode=ro&uri=true").claim(["Ev1"])


def test_the_tables_are_as_postgresql_would_make_them() -> None:
    dialect = make_url("postgresql+psycopg://host/log").get_dialect()()
    made = str(CreateTable(ANSWERS, if_not_exists=True).compile(dialect=dialect))
    assert "asked_at TIMESTAMP WITH TIME ZONE NOT NULL" in made
    assert "documents JSON NOT NULL" in made
    assert "PRIMARY KEY (key)" in str(CreateTable(EVENTS).compile(dialect=dialect))


def test_a_log_is_searched_by_time(log: Log, path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    found = [index["column_names"] for table in ("answers", "events") for index in inspect(engine).get_indexes(table)]
    engine.dispose()
    assert found == [["asked_at"], ["taken_at"]]
