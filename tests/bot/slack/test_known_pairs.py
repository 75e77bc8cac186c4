from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import evaluate
from bot.home import EMPTY_PAIRS
from bot.slack.app import SlackApp, serve_http
from bot.slack.features.admins import NOT_YOU
from bot.slack.features.unanswered import GONE
from bot.slack.rules import Rules
from bot.slack.state import State
from tests.bot.slack.bots import NOW
from tests.bot.slack.conftest import (
    APPROVAL,
    SECRET,
    Asking,
    answer,
    app,
    in_background,
    in_memory,
    over_http,
    over_socket,
)
from tests.bot.slack.fake.wire import over_http as http_route
from tests.bot.slack.fake_slack import WAIT_SECONDS, FakeSlack, JsonObject
from tests.bot.slack.test_blocks import shown
from tests.bot.slack.test_digest import ADMINS, RULES, asked_in_a_week, given

ADMIN = "U0ADMIN"
QUESTION = "From which day is there one organisation?"
RIGHT = {"question": QUESTION, "expected": "answered", "words": "1 april 2020\n", "sources": "approval"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "questions.yaml").write_text(EMPTY_PAIRS, "utf-8")
    return tmp_path


def pairs(home: Path) -> list[str]:
    return [pair.question for pair in evaluate.load([home / "questions.yaml"])]


def opened(slack: FakeSlack, shown_at: JsonObject, number: int = 1, user: str = ADMIN) -> JsonObject:
    """The window behind the button of a group."""
    slack.click(shown_at, f"make_pair:{number}", user)
    slack.wait_until(lambda slack: slack.modal_of(user) is not None)
    window = slack.modal_of(user)
    assert window is not None
    return window


def posted_digest(slack: FakeSlack) -> JsonObject:
    slack.wait_for_messages(1)
    [message] = slack.on_show
    return message


def told(message: JsonObject) -> list[str]:
    return shown({"text": "", "blocks": message["blocks"]})


@pytest.mark.parametrize("over", [over_http, over_socket])
def test_a_known_pair_is_made_of_a_question_and_the_thread_is_told(
    slack: FakeSlack, home: Path, over: Callable[..., Any]
) -> None:
    with over(slack, Asking(), asked_in_a_week(in_memory()), rules=RULES, clock=lambda: NOW, home=home):
        message = posted_digest(slack)
        window = opened(slack, message)
        assert window["blocks"][1]["element"]["initial_value"] == "Who is the chair?"
        assert slack.submit(window, RIGHT, ADMIN).answer == {}
        added = slack.wait_for_messages(2)[1]
    assert (added["channel"], added["thread_ts"]) == (ADMINS, message["ts"])
    assert told(added) == [
        QUESTION,
        "Added to the known pairs. It is not right yet. The answer lacks 1 april 2020.",
    ]
    [pair] = evaluate.load([home / "questions.yaml"])
    assert (pair.question, pair.must_contain, pair.sources) == (QUESTION, ("1 april 2020",), ("approval",))


def test_a_question_that_must_be_declined_needs_no_words(slack: FakeSlack, home: Path) -> None:
    desk = Asking(replies=lambda text: answer(text, abstained=True))
    with over_http(slack, desk, asked_in_a_week(in_memory()), rules=RULES, clock=lambda: NOW, home=home):
        slack.submit(opened(slack, posted_digest(slack)), {"expected": "declined"}, ADMIN)
        added = slack.wait_for_messages(2)[1]
    assert told(added) == ["Who is the chair?", "Added to the known pairs. It is declined now, as it should be."]
    [pair] = evaluate.load([home / "questions.yaml"])
    assert (pair.question, pair.answerable) == ("Who is the chair?", False)


@pytest.mark.parametrize(
    ("changes", "block", "sentence"),
    [
        ({"question": "?!"}, "question", "The pair cannot be asked"),
        ({"words": "2 April 2020"}, "words", "'2 April 2020' is nowhere in the text"),
        ({"words": ""}, "words", "Say which words must be in the answer"),
        ({"sources": None}, "sources", "Name the document that the answer rests on"),
        ({"expected": "declined"}, "words", "no words to expect and no sources"),
        ({"expected": "declined", "words": ""}, "sources", "no words to expect and no sources"),
    ],
)
def test_what_cannot_be_right_is_said_where_it_stands(
    slack: FakeSlack, home: Path, changes: JsonObject, block: str, sentence: str
) -> None:
    with over_http(slack, Asking(), asked_in_a_week(in_memory()), rules=RULES, clock=lambda: NOW, home=home):
        window = opened(slack, posted_digest(slack))
        slack.submit(window, {name: value for name, value in (RIGHT | changes).items() if value is not None}, ADMIN)
        errors = slack.errors_of(window)
    assert list(errors) == [block]
    assert sentence in errors[block]
    assert pairs(home) == []


def test_a_window_sent_twice_adds_one_pair_and_says_so_once(slack: FakeSlack, home: Path) -> None:
    with served(slack, home, asked_in_a_week(in_memory())) as made:
        window = opened(slack, posted_digest(slack))
        slack.submit(window, RIGHT, ADMIN)
        slack.submit(window, RIGHT, ADMIN)
        assert made.office.pool.finish(WAIT_SECONDS)
    assert pairs(home) == [QUESTION]
    assert len(slack.messages) == 2


def test_a_pair_that_is_there_is_not_added_again(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, Asking(), asked_in_a_week(in_memory()), rules=RULES, clock=lambda: NOW, home=home):
        message = posted_digest(slack)
        slack.submit(opened(slack, message), RIGHT, ADMIN)
        slack.wait_for_messages(2)
        slack.submit(opened(slack, message, 2), RIGHT | {"question": QUESTION.upper()}, ADMIN)
        refused = slack.wait_for_messages(3)[2]
    assert told(refused)[1].startswith("Not added to the known pairs. This question is a known pair already")
    assert pairs(home) == [QUESTION]


def test_others_than_admins_get_a_polite_no_and_it_is_logged_without_words(
    slack: FakeSlack, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with over_http(slack, Asking(), asked_in_a_week(in_memory()), rules=RULES, clock=lambda: NOW, home=home):
        slack.click(posted_digest(slack), "make_pair:1", "U9")
        slack.wait_until(lambda slack: slack.ephemerals)
        [refused] = slack.ephemerals
    assert (refused["user"], told(refused)) == ("U9", [NOT_YOU])
    assert slack.modal_of("U9") is None
    assert "Refused make_pair to somebody who is no admin" in caplog.text
    assert "chair" not in caplog.text


def test_who_is_no_admin_any_more_adds_nothing(slack: FakeSlack, home: Path) -> None:
    with served(slack, home, asked_in_a_week(in_memory())) as made:
        window = opened(slack, posted_digest(slack))
        slack.submit(window, RIGHT, "U9")
        assert made.office.pool.finish(WAIT_SECONDS)
    assert (pairs(home), len(slack.messages)) == ([], 1)


def test_an_admin_sees_the_same_on_demand_and_is_told_alone(slack: FakeSlack, home: Path) -> None:
    state = in_memory()
    state.answers.keep(given("Who is the chair?"))
    nowhere = Rules(admins=(ADMIN,))
    with over_http(slack, Asking(), state, rules=nowhere, home=home):
        slack.command("/merger", "admin unanswered", ADMIN)
        slack.wait_until(lambda slack: slack.ephemerals)
        [seen] = slack.ephemerals
        assert told({"blocks": seen["blocks"][:3]})[2:] == [
            "Who is the chair?",
            "Asked once by 1 person. The documents do not say.",
        ]
        slack.submit(opened(slack, seen), RIGHT, ADMIN)
        [added] = slack.wait_for_messages(1)
    assert (added["channel"], pairs(home)) == (ADMIN, [QUESTION])


def test_a_question_that_is_no_longer_kept_is_said_to_be_gone(slack: FakeSlack, home: Path) -> None:
    state = asked_in_a_week(in_memory())
    with over_http(slack, Asking(), state, rules=RULES, clock=lambda: NOW, home=home):
        message = posted_digest(slack)
        state.answers.forget(NOW.timestamp() + 40 * 86_400)
        slack.click(message, "make_pair:1", ADMIN)
        slack.wait_until(lambda slack: slack.ephemerals)
    assert told(slack.ephemerals[0]) == [GONE]


def test_documents_that_are_not_for_all_staff_are_not_offered(slack: FakeSlack, home: Path) -> None:
    source = APPROVAL.source.model_copy(update={"id": "posts", "title": "Posts", "audience": "HR"})
    desk = Asking(shelf={"approval": APPROVAL, "posts": type(APPROVAL)(source, APPROVAL.text, APPROVAL.blocks)})
    with over_http(slack, desk, asked_in_a_week(in_memory()), rules=RULES, clock=lambda: NOW, home=home):
        window = opened(slack, posted_digest(slack))
    assert [one["value"] for one in window["blocks"][-1]["element"]["options"]] == ["approval"]


@contextmanager
def served(slack: FakeSlack, home: Path, state: State) -> Iterator[SlackApp]:
    """The app over HTTP, with its parts at hand."""
    made = app(slack, Asking(), state, home=home, rules=RULES, clock=lambda: NOW)
    with in_background(lambda stop, ready: serve_http(made, "127.0.0.1", 0, stop=stop, ready=ready)) as address:
        slack.route = http_route(address[0], SECRET)
        yield made
