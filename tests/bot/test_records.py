from __future__ import annotations

import json
import multiprocessing
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url
from sqlalchemy.schema import CreateTable

from bot.database import IN_MEMORY, LogUnusable
from bot.records import EVENTS, IN_HAND, Records
from bot.slack.types import Asked, Conversation, InHand
from tests.bot.claims import claim_all, question

PROCESSES, THREADS, ROUNDS = 2, 8, 40
NOW = 1_571_648_400.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def records(path: Path) -> Iterator[Records]:
    records = Records(f"sqlite:///{path}")
    yield records
    records.close()


def rows(path: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_a_question_is_taken_by_all_of_its_keys_or_by_none(records: Records, path: Path) -> None:
    assert records.take(question("Ev1", "C1:1.0"), "me", NOW)
    assert not records.take(question("Ev1", "C1:1.0"), "me", NOW)
    assert not records.take(question("Ev2", "C1:1.0"), "me", NOW)
    assert not records.take(question("Ev1", "C2:2.0"), "me", NOW)
    assert rows(path, "SELECT key FROM events ORDER BY key") == [("C1:1.0",), ("Ev1",)]
    assert rows(path, "SELECT key FROM in_hand") == [("C1:1.0",)]
    assert records.take(question("Ev2", "Ev2"), "me", NOW)


def test_claims_outlive_the_process_and_the_answer(records: Records, path: Path) -> None:
    assert records.take(question("Ev1"), "me", NOW)
    records.done("Ev1", "me")
    records.close()
    other = Records(f"sqlite:///{path}")
    assert not other.take(question("Ev1"), "me", NOW)
    other.close()


def test_each_question_is_taken_exactly_once_by_all_threads_of_all_processes(tmp_path: Path) -> None:
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


def test_what_is_taken_over_is_what_was_asked_and_nobody_else_gets_it(records: Records) -> None:
    asked = Asked("When?", Conversation("C1", "1.0"), ("message:C1:2.0",), "#U1", "2.0", "message:C1:1.5")
    records.take(asked, "dead", NOW)
    assert records.take_over("me", NOW, NOW + 15) == ()
    assert records.take_over("me", NOW + 1, NOW + 15) == (InHand(asked, posting=False, tries=1),)
    assert records.take_over("another", NOW + 1, NOW + 15) == ()
    assert not records.mark_posting(asked.key, "dead")
    assert records.mark_posting(asked.key, "me")


def test_a_question_that_was_being_posted_is_marked(records: Records) -> None:
    for key in ("1", "2"):
        records.take(question(key), "dead", NOW)
        records.mark_posting(key, "dead")
    records.mark_posting("2", "dead", posting=False)
    assert [held.posting for held in records.take_over("me", NOW + 1, NOW + 15)] == [True, False]


def test_a_renewed_lease_is_taken_by_nobody_and_a_released_one_at_once(records: Records) -> None:
    records.take(question("1"), "me", NOW)
    records.take(question("2"), "me", NOW)
    records.renew("me", NOW + 30)
    assert records.take_over("another", NOW + 29, NOW + 60) == ()
    records.mark_posting("2", "me")
    records.release("me")
    assert [held.asked.key for held in records.take_over("another", NOW, NOW + 60)] == ["1"]


def test_the_text_goes_with_the_answer(records: Records, path: Path) -> None:
    records.take(question("1", text="zanzibar"), "me", NOW)
    records.done("1", "another")
    assert records.holds("1")
    records.done("1", "me")
    assert not records.holds("1")
    records.close()
    assert b"zanzibar" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_who_has_a_question_in_hand_is_known(records: Records) -> None:
    records.take(question("1"), "me", NOW)
    assert records.has_asked(Conversation("C1", "1.0"), "#U1")
    assert not records.has_asked(Conversation("C1", "1.0"), "#U2")
    assert not records.has_asked(Conversation("C1", "2.0"), "#U1")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 60)), max_size=20))
def test_of_all_who_look_at_any_times_one_at_a_time_has_the_question(looks: list[tuple[str, float]]) -> None:
    records = Records(IN_MEMORY)
    records.take(question("1"), "first", NOW + 15)
    owner, until = "first", NOW + 15
    for name, seconds in sorted(looks, key=lambda look: look[1]):
        now = NOW + seconds
        if records.take_over(name, now, now + 15):
            assert now > until
            owner, until = name, now + 15
        assert [who for who in ("first", *"abc") if records.mark_posting("1", who)] == [owner]
    records.close()


def test_old_events_are_forgotten_and_newer_ones_kept(records: Records, path: Path) -> None:
    records.take(question("old 1", "old 2"), "me", NOW)
    records.take(question("new"), "me", NOW)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE events SET taken_at = '2019-10-21 09:00:00.000000' WHERE key LIKE 'old%'")
    connection.commit()
    connection.close()
    assert records.forget(timedelta(hours=1)) == 2
    assert rows(path, "SELECT key FROM events") == [("new",)]


def test_records_that_can_no_longer_be_written_are_a_sentence(records: Records, path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE events; DROP TABLE in_hand")
    connection.close()
    for act in (
        lambda: records.take(question("1"), "me", NOW),
        lambda: records.renew("me", NOW),
        lambda: records.forget(timedelta(days=1)),
    ):
        with pytest.raises(LogUnusable, match=rf"^The log {path} cannot be written: no such table: "):
            act()


def test_the_tables_are_as_postgresql_would_make_them() -> None:
    dialect = make_url("postgresql+psycopg://host/log").get_dialect()()
    assert "PRIMARY KEY (key)" in str(CreateTable(EVENTS).compile(dialect=dialect))
    assert "lease_until FLOAT NOT NULL" in str(CreateTable(IN_HAND).compile(dialect=dialect))
