"""Each question is answered once: processes that die, several on one home, replies of Slack that never come."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from bot.slack import outbox
from tests.bot.slack.bots import bot
from tests.bot.slack.conftest import Asking, direct, mention, over_http
from tests.bot.slack.fake_slack import NO_RESPONSE, WAIT_SECONDS, Failure, FakeSlack

HANGS = 60.0
"""Seconds that an answer takes that never comes."""


def in_hand(home: Path) -> list[str]:
    connection = sqlite3.connect(home / "log.db")
    try:
        return [text for (text,) in connection.execute("SELECT text FROM in_hand ORDER BY ts")]
    finally:
        connection.close()


def wait_until_nothing_is_in_hand(home: Path) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while in_hand(home):
        assert time.monotonic() < end, in_hand(home)
        time.sleep(0.05)


def shown(slack: FakeSlack) -> list[str]:
    return sorted(message["text"].split(" As of")[0] for message in slack.on_show)


def test_what_a_killed_process_had_in_hand_is_answered_by_the_next_one(slack: FakeSlack, tmp_path: Path) -> None:
    with bot(slack, tmp_path, HANGS) as first:
        assert first.http.post(mention("One")) == 200
        first.wait_until_asked()
        assert first.http.post(direct("Two", ts="1571648500.000100"), "Ev2") == 200
        first.kill()
    assert (in_hand(tmp_path), slack.messages) == (["One", "Two"], [])
    with bot(slack, tmp_path) as second:
        assert second.http.post(mention("One"), X_Slack_Retry_Num="1") == 200
        assert second.http.post(mention("One")) == 200
        slack.wait_for_messages(2)
        wait_until_nothing_is_in_hand(tmp_path)
        assert second.http.post(mention("One"), X_Slack_Retry_Num="2") == 200
        second.http.post(mention("Three", ts="1571648600.000100", channel="C2"), "Ev3")
        slack.wait_for_messages(3)
    assert shown(slack) == ["After 0: One", "After 0: Three", "After 0: Two"]


def test_of_two_others_exactly_one_takes_over_what_a_killed_process_had_in_hand(
    slack: FakeSlack, tmp_path: Path
) -> None:
    with ExitStack() as running:
        first, *_ = [running.enter_context(bot(slack, tmp_path, seconds)) for seconds in (HANGS, 0.2, 0.2)]
        for n in range(8):
            first.http.post(mention(f"Question {n}", f"1571648400.{n:06}", channel=f"C{n}"), f"Ev{n}")
        first.wait_until_asked()
        first.kill()
        slack.wait_for_messages(8)
        wait_until_nothing_is_in_hand(tmp_path)
    assert shown(slack) == [f"After 0: Question {n}" for n in range(8)]


def test_two_processes_that_get_every_event_answer_each_once(slack: FakeSlack, tmp_path: Path) -> None:
    with bot(slack, tmp_path, 0.05) as one, bot(slack, tmp_path, 0.05) as other, ThreadPoolExecutor(20) as people:
        asked = [(mention(f"Question {n:02}", f"1571648400.{n:06}", channel=f"C{n}"), f"Ev{n}") for n in range(20)]
        sent = [(each.http, question) for question in asked for each in (one, other)]
        assert set(people.map(lambda pair: pair[0].post(*pair[1]), sent)) == {200}
        slack.wait_for_messages(20)
        wait_until_nothing_is_in_hand(tmp_path)
    assert shown(slack) == [f"After 0: Question {n:02}" for n in range(20)]


@pytest.mark.parametrize(
    ("arrives", "readable", "expected"),
    [
        pytest.param(True, True, ["After 0: One"], id="the answer is found"),
        pytest.param(False, True, ["After 0: One"], id="the answer is missing"),
        pytest.param(True, False, ["After 0: One"], id="the answer is there and cannot be looked for"),
        pytest.param(False, False, [], id="the answer is missing and cannot be looked for"),
    ],
)
def test_a_process_killed_while_it_posts_leads_to_no_second_answer(
    slack: FakeSlack, tmp_path: Path, arrives: bool, readable: bool, expected: list[str]
) -> None:
    if not readable:
        slack.scopes.discard("channels:history")
    slack.holds_replies = Event()
    slack.fail("chat.postMessage", Failure(NO_RESPONSE, arrives=arrives))
    with bot(slack, tmp_path) as first:
        first.http.post(mention("One"))
        slack.wait_until(lambda fake: any(call.method == "chat.postMessage" for call in fake.calls))
        first.kill()
    slack.holds_replies.set()
    with bot(slack, tmp_path):
        wait_until_nothing_is_in_hand(tmp_path)
    assert shown(slack) == expected


def test_a_stopped_process_leaves_what_it_cannot_finish_to_the_next_one(slack: FakeSlack, tmp_path: Path) -> None:
    with bot(slack, tmp_path, HANGS) as first:
        first.http.post(mention("One"))
        first.wait_until_asked()
        first.process.terminate()
        assert first.process.wait(WAIT_SECONDS) == 0
    assert in_hand(tmp_path) == ["One"]
    with bot(slack, tmp_path):
        slack.wait_for_messages(1)
        wait_until_nothing_is_in_hand(tmp_path)
    assert shown(slack) == ["After 0: One"]


def test_a_conversation_goes_on_after_a_restart(slack: FakeSlack, tmp_path: Path) -> None:
    with bot(slack, tmp_path) as first:
        first.http.post(mention("One", ts="1571648400.000100"))
        slack.wait_for_messages(1)
        wait_until_nothing_is_in_hand(tmp_path)
        first.kill()
    with bot(slack, tmp_path) as second:
        second.http.post(mention("Two", ts="1571648500.000100", thread_ts="1571648400.000100"), "Ev2")
        slack.wait_for_messages(2)
    assert shown(slack) == ["After 0: One", "After 1: Two"]


def test_a_question_that_ends_every_process_is_given_up(slack: FakeSlack, tmp_path: Path) -> None:
    with bot(slack, tmp_path, HANGS) as first:
        first.http.post(mention("One"))
        first.wait_until_asked()
    connection = sqlite3.connect(tmp_path / "log.db")
    with connection:
        connection.execute("UPDATE in_hand SET tries = 3")
    connection.close()
    with bot(slack, tmp_path, HANGS):
        slack.wait_for_messages(1)
    assert shown(slack) == ["Something went wrong here, the question was not answered. Please ask again."]


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("failure", [Failure(NO_RESPONSE), Failure(500, "internal_error")])
def test_an_answer_whose_reply_is_lost_is_there_once(slack: FakeSlack, failure: Failure, arrives: bool) -> None:
    slack.fail("chat.postMessage", Failure(failure.status, failure.error, arrives=arrives))
    with over_http(slack, Asking()) as http:
        http.post(mention("One"))
    assert shown(slack) == ["You asked: One"]


def test_an_answer_that_cannot_be_looked_for_is_not_sent_again(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.scopes.discard("channels:history")
    slack.fail("chat.postMessage", Failure(NO_RESPONSE))
    with over_http(slack, Asking()) as http:
        http.post(mention("One"))
    assert shown(slack) == []
    assert "An answer may have reached Slack or not: RemoteDisconnected." in caplog.text
    assert "It is not sent again, for it could be there twice." in caplog.text


def test_an_answer_that_slack_never_takes_is_given_up(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox, "MOST_SENDS", 2)
    slack.fail("chat.postMessage", *[Failure(429, "ratelimited", {"Retry-After": "0"})] * 2)
    with over_http(slack, Asking()) as http:
        http.post(mention("One"))
        slack.wait_until(lambda fake: sum(call.method == "chat.postMessage" for call in fake.calls) == 2)
        http.post(mention("Two", ts="1571648500.000100", channel="C2"), "Ev2")
        slack.wait_for_messages(1)
    assert shown(slack) == ["You asked: Two"]
    assert "An answer was not posted: it was tried 2 times." in caplog.text
