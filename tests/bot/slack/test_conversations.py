from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer.types import Turn
from bot.log import Log
from bot.slack.conversations import DAY_SECONDS, MAX_TURNS, Conversations
from bot.slack.types import Asked, Conversation

HERE = Conversation("C1", "1.0")
NOW = 1_571_648_400.0


def asked(key: str, where: Conversation = HERE, asker: str = "#U1", edits: str = "") -> Asked:
    return Asked("", where, (key,), asker, key, edits)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'log.db'}"


@pytest.fixture
def talk(url: str) -> Iterator[Conversations]:
    made = Conversations(url, 30)
    yield made
    made.close()


def test_the_last_five_turns_of_a_conversation_are_told(talk: Conversations) -> None:
    for n in range(MAX_TURNS + 2):
        talk.add(asked(str(n)), Turn(question=f"q{n}", answer=f"a{n}"), f"{n}.5", NOW + n)
    assert talk.turns(HERE) == tuple(Turn(question=f"q{n}", answer=f"a{n}") for n in range(2, 7))
    assert talk.turns(HERE, before=NOW + 2) == (Turn(question="q0", answer="a0"), Turn(question="q1", answer="a1"))
    assert talk.turns(Conversation("C2", "1.0")) == ()


def test_a_question_that_could_not_be_looked_up_is_no_turn(talk: Conversations) -> None:
    talk.add(asked("1"), Turn(question=""), "1.5", NOW)
    said = talk.find("1")
    assert (talk.turns(HERE), said is not None and said.answer_ts) == ((), "1.5")


def test_a_conversation_outlives_the_process(talk: Conversations, url: str) -> None:
    talk.add(asked("1"), Turn(question="q", answer="a"), "1.5", NOW)
    talk.close()
    other = Conversations(url, 30)
    assert other.turns(HERE) == (Turn(question="q", answer="a"),)
    other.close()


def test_a_new_wording_takes_the_place_of_the_old_one(talk: Conversations) -> None:
    talk.add(asked("1"), Turn(question="old", answer="a"), "1.5", NOW)
    talk.add(asked("2"), Turn(question="next", answer="b"), "2.5", NOW + 1)
    talk.add(asked("edit 1", edits="1"), Turn(question="new", answer="c"), "1.5", NOW + 2)
    assert talk.turns(HERE) == (Turn(question="new", answer="c"), Turn(question="next", answer="b"))
    assert talk.find("edit 1") is None


def test_who_was_answered_in_a_conversation_is_known_there_only(talk: Conversations) -> None:
    talk.add(asked("1"), Turn(question="q"), "1.5", NOW)
    assert talk.has_spoken(HERE, "#U1")
    assert not talk.has_spoken(HERE, "#U2")
    assert not talk.has_spoken(Conversation("C1", "2.0"), "#U1")


def test_what_is_older_than_the_settings_say_is_forgotten(talk: Conversations) -> None:
    talk.add(asked("1"), Turn(question="old"), "1.5", NOW - 30 * DAY_SECONDS - 1)
    talk.add(asked("2"), Turn(question="new"), "2.5", NOW - 30 * DAY_SECONDS + 1)
    assert talk.forget(NOW) == 1
    assert talk.turns(HERE) == (Turn(question="new"),)


def test_the_words_of_a_document_that_is_purged_are_forgotten(talk: Conversations, tmp_path: Path) -> None:
    talk.add(asked("1"), Turn(question="q", answer="zanzibar"), "1.5", NOW, ["plan", "board"])
    talk.add(asked("2"), Turn(question="r", answer="b"), "2.5", NOW + 1, ["board"])
    log = Log(f"sqlite:///{tmp_path / 'log.db'}")
    log.forget_document("plan")
    log.close()
    assert talk.turns(HERE) == (Turn(question="q"), Turn(question="r", answer="b"))
    talk.close()
    assert b"zanzibar" not in (tmp_path / "log.db").read_bytes()


def test_nothing_is_kept_on_the_disk_if_the_settings_say_so(talk: Conversations, url: str, tmp_path: Path) -> None:
    talk.add(asked("1"), Turn(question="zanzibar"), "1.5", NOW)
    talk.close()
    private = Conversations(url, 0)
    private.add(asked("2"), Turn(question="madagascar"), "2.5", NOW)
    assert private.turns(HERE) == (Turn(question="madagascar"),)
    private.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert (b"zanzibar" in kept, b"madagascar" in kept) == (False, False)
    connection = sqlite3.connect(tmp_path / "log.db")
    assert connection.execute("SELECT count(*) FROM turns").fetchone() == (0,)
    connection.close()
