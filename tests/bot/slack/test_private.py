"""Asking where only the asker sees the answer: the real app, a command and a shortcut."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event
from typing import Any

import pytest

from bot.answer.types import QuestionRefused
from bot.slack.blocks import FAILED
from bot.slack.features.private import NO_WORDS
from bot.slack.limits import TOO_MANY_OF_YOU, Limits
from bot.slack.office import NOT_OURS
from bot.slack.patience import MOST_TRIES
from bot.slack.rules import Rules
from knowledge.audience import FOR_ALL
from tests.bot.slack.conftest import CHANNEL, DIRECT, Asking, answer, over_http, over_socket
from tests.bot.slack.fake import payloads
from tests.bot.slack.fake.wire import COMMAND, INTERACTIVE
from tests.bot.slack.fake_slack import Failure, FakeSlack, JsonObject, elements, live_markup
from tests.bot.slack.test_blocks import shown

WORDS = "zanzibar"
"""Stands in questions that must not be found in a log."""
Over = Callable[..., AbstractContextManager[Any]]
both = pytest.mark.parametrize("over", [over_http, over_socket])

MESSAGE: JsonObject = {
    "type": "message",
    "user": "U2",
    "channel": CHANNEL,
    "ts": "1571648400.000100",
    "text": "Does anybody know when it starts?",
}


def lines(message: JsonObject) -> list[str]:
    """What is to be read, without the rows of buttons."""
    blocks = [block for block in message["blocks"] if block["type"] not in ("actions", "context_actions")]
    return shown({"text": "", "blocks": blocks})


def share_values(message: JsonObject) -> list[str]:
    return [element["value"] for element in elements(message["blocks"]) if element.get("action_id") == "share"]


def private(slack: FakeSlack, count: int = 1) -> list[JsonObject]:
    """What only one person sees, once there are so many messages."""
    slack.wait_until(lambda fake: len(fake.ephemerals) >= count)
    return slack.ephemerals


@both
def test_a_command_is_acknowledged_at_once_and_answered_to_the_asker_alone(slack: FakeSlack, over: Over) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    slack.without_bot.add(CHANNEL)
    with over(slack, asking):
        done = slack.command("/merger", "When does it start?", user="U7")
        assert (done.in_time, done.answer, slack.ephemerals) == (True, {}, [])
        asking.gate.set()
        [message] = private(slack)
    assert (message["user"], message["channel"]) == ("U7", CHANNEL)
    assert lines(message)[:4] == [
        "You asked:",
        "| When does it start?",
        "You asked: When does it start? [1]",
        "As of 21 October 2019.",
    ]
    assert message["text"] == (
        "You asked: “When does it start?” You asked: When does it start? As of 21 October 2019. Sources: 1."
    )
    assert (asking.seen, slack.on_show) == ([("When does it start?", ())], [])
    assert len(slack.of("response_url")) == 1


@both
def test_a_shortcut_looks_up_somebodys_message_for_whoever_uses_it(slack: FakeSlack, over: Over) -> None:
    asking = Asking()
    with over(slack, asking):
        slack.shortcut("find_answer", MESSAGE)
        [message] = private(slack)
    assert lines(message)[:2] == ["You looked up:", "| Does anybody know when it starts?"]
    assert (message["user"], message["channel"]) == ("U1", CHANNEL)
    [value] = share_values(message)
    assert value.partition(":")[2] == MESSAGE["ts"]
    assert (asking.seen, slack.on_show) == ([("Does anybody know when it starts?", ())], [])


def test_the_answer_to_a_reply_is_shared_into_its_thread(slack: FakeSlack) -> None:
    with over_http(slack, Asking()):
        slack.shortcut("find_answer", {**MESSAGE, "thread_ts": "1571648300.000100"})
        [message] = private(slack)
    assert [value.partition(":")[2] for value in share_values(message)] == ["1571648300.000100"]


def test_fifty_commands_at_once_are_acknowledged_while_none_is_answered(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking):
        in_time = [slack.command("/merger", f"Question {n}", user=f"U{n}").in_time for n in range(50)]
        assert (in_time, slack.ephemerals) == ([True] * 50, [])
        asking.gate.set()
        private(slack, 50)
    assert sorted(message["user"] for message in slack.ephemerals) == sorted(f"U{n}" for n in range(50))


def test_commands_in_hand_are_answered_before_the_bot_stops(slack: FakeSlack) -> None:
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking):
        for n in range(9):
            slack.command("/merger", f"Question {n}", user=f"U{n}")
        asking.gate.set()
    assert len(slack.ephemerals) == 9


@pytest.mark.parametrize(
    "typed",
    [
        "&lt;!channel&gt; when does it start?",
        "&lt;@U1&gt; &lt;!here|now&gt; when?",
        "<@U1|priya> and <#C1|general> and <https://evil.example|click>, when?",
        "*b* `c` _i_ &amp;lt;!everyone&amp;gt; when?",
    ],
)
def test_nothing_in_a_restated_question_comes_alive(slack: FakeSlack, typed: str) -> None:
    with over_http(slack, Asking(replies=lambda text: answer(text, "On 1 April 2020."))):
        slack.command("/merger", typed)
        slack.shortcut("find_answer", {**MESSAGE, "text": typed})
        messages = private(slack, 2)
    assert [live_markup(message) for message in messages] == [[], []]
    assert lines(messages[0])[1] == lines(messages[1])[1]


@pytest.mark.parametrize("typed", ["", "  ", "help", " Help ", "?"])
def test_a_command_without_a_question_says_how_to_ask(slack: FakeSlack, typed: str) -> None:
    asking = Asking()
    with over_http(slack, asking):
        slack.command("/merger", typed)
        [message] = private(slack)
    assert lines(message)[1] == "| /merger What conditions come with the approval?"
    assert asking.seen == []


def test_a_question_may_begin_with_help_and_the_command_may_have_any_name(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking):
        for text in ("help with the dates", "administrators, who are they?", "?"):
            sent = payloads.slash_command("/nhs-merger", text, "U1", CHANNEL)
            slack.deliver(COMMAND, {**sent, "response_url": slack.response_url(CHANNEL, "U1")})
        messages = private(slack, 3)
    assert sorted(text for text, _ in asking.seen) == ["administrators, who are they?", "help with the dates"]
    how_to = "| /nhs-merger What conditions come with the approval?"
    assert [how_to in lines(message) for message in messages].count(True) == 1


def test_what_stands_behind_admin_is_no_question(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking):
        slack.command("/merger", "admin status")
        [message] = private(slack)
    assert asking.seen == []
    assert "named" in message["text"]


def test_who_asks_too_much_is_told_each_time_and_holds_up_nobody_else(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking, limits=Limits(person=1, channel=1)):
        for count in (1, 2, 3):
            slack.command("/merger", "When?", user="U1")
            private(slack, count)
        slack.command("/merger", "When?", user="U2")
        messages = private(slack, 4)
    assert [message["text"] == TOO_MANY_OF_YOU for message in messages] == [False, True, True, False]
    assert len(asking.seen) == 2


def test_what_may_be_quoted_depends_on_the_asker_and_not_on_the_channel(slack: FakeSlack) -> None:
    asking = Asking()
    rules = Rules.model_validate({"audiences": {"hr": ["U1"]}, "channels": {CHANNEL: {"audience": "board"}}})
    with over_http(slack, asking, rules=rules):
        slack.command("/merger", "When?", user="U1")
        private(slack, 1)
        slack.command("/merger", "When?", user="U2")
        private(slack, 2)
    assert asking.audiences == [frozenset({"hr"}), FOR_ALL]


def test_what_is_wrong_with_a_question_is_told_to_the_asker(slack: FakeSlack) -> None:
    with over_http(slack, Asking(error=QuestionRefused("There is no word in it."))):
        slack.command("/merger", "!!!")
        slack.shortcut("find_answer", MESSAGE)
        messages = private(slack, 2)
    assert [message["text"] for message in messages] == ["There is no word in it."] * 2


def test_an_error_is_told_to_the_asker_and_leaves_no_word_in_the_log(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with over_http(slack, Asking(error=RuntimeError(WORDS))):
        slack.command("/merger", f"Where is {WORDS}?")
        slack.shortcut("find_answer", {**MESSAGE, "text": f"Where is {WORDS}?"})
        messages = private(slack, 2)
    assert [message["text"] for message in messages] == [FAILED] * 2
    assert caplog.text.count("A private question was not answered: RuntimeError, raised in") == 2
    assert WORDS not in caplog.text


def test_people_of_other_workspaces_get_the_reason_and_no_answer(slack: FakeSlack) -> None:
    asking = Asking()
    address = slack.response_url(CHANNEL, "U9")
    command = {**payloads.slash_command("/merger", "When?", "U9", CHANNEL), "team_id": "T9", "response_url": address}
    shortcut = payloads.message_shortcut("find_answer", MESSAGE, "U9", 1) | {"response_url": address}
    shortcut["user"]["team_id"] = "T9"
    with over_http(slack, asking):
        slack.deliver(COMMAND, command)
        slack.deliver(INTERACTIVE, shortcut)
        messages = private(slack, 2)
    assert [message["text"] for message in messages] == [NOT_OURS] * 2
    assert (asking.seen, slack.on_show) == ([], [])


@pytest.mark.parametrize("text", ["", " ", "<@U2>", "<!here> <#C1>"])
def test_a_message_without_words_cannot_be_looked_up(slack: FakeSlack, text: str) -> None:
    asking = Asking()
    with over_http(slack, asking):
        slack.shortcut("find_answer", {**MESSAGE, "text": text})
        [message] = private(slack)
    assert (message["text"], asking.seen) == (NO_WORDS, [])


def test_of_a_long_message_the_beginning_is_looked_up(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking):
        slack.shortcut("find_answer", {**MESSAGE, "text": "When? " * 6_000})
        [message] = private(slack)
    assert asking.seen == [(("When? " * 334)[:2_000].strip(), ())]
    assert len(lines(message)[1]) <= 502


def test_in_a_direct_message_there_is_nobody_to_share_with(slack: FakeSlack) -> None:
    with over_http(slack, Asking()):
        slack.command("/merger", "When?", channel=DIRECT)
        slack.shortcut("find_answer", {**MESSAGE, "channel": "D0OTHERS"})
        messages = private(slack, 2)
    assert [share_values(message) for message in messages] == [[], []]


def test_a_courtesy_is_returned_without_buttons(slack: FakeSlack) -> None:
    courtesy = answer(abstained=True, courtesy=True, reason="You are welcome.", parts=(), citations=(), text="")
    with over_http(slack, Asking(replies=lambda text: courtesy)):
        slack.command("/merger", "Thanks!")
        [message] = private(slack)
    assert lines(message) == ["You are welcome."]
    assert len(message["blocks"]) == 1


def test_an_answer_that_comes_too_late_for_its_address_goes_into_the_direct_messages(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asking = Asking(gate=Event())
    assert asking.gate is not None
    with over_http(slack, asking):
        slack.command("/merger", f"Where is {WORDS}?")
        slack.forward(31 * 60)
        asking.gate.set()
        [message] = slack.wait_for_messages(1)
    assert message["channel"] == "U1"
    assert lines(message)[:2] == ["You asked:", f"| Where is {WORDS}?"]
    assert (share_values(message), slack.ephemerals) == ([], [])
    assert "Slack refused a reply: HTTP status 404." in caplog.text
    assert WORDS not in caplog.text


def test_an_answer_without_an_address_goes_into_the_direct_messages(slack: FakeSlack) -> None:
    with over_http(slack, Asking()):
        slack.deliver(COMMAND, payloads.slash_command("/merger", "When?", "U1", CHANNEL))
        [message] = slack.wait_for_messages(1)
    assert (message["channel"], share_values(message)) == ("U1", [])


def test_a_reply_that_breaks_off_is_logged_and_the_answer_goes_into_the_direct_messages(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.fail("response_url", Failure(status=0))
    with over_http(slack, Asking()):
        slack.command("/merger", "When?")
        [message] = slack.wait_for_messages(1)
    assert message["channel"] == "U1"
    assert "A reply may not have reached Slack: RemoteDisconnected." in caplog.text


def test_replies_and_posts_that_slack_puts_off_are_made_again(slack: FakeSlack) -> None:
    slow_down = Failure(429, "rate_limited", {"Retry-After": "0"})
    slack.fail("response_url", slow_down)
    with over_http(slack, Asking()):
        slack.command("/merger", "When?")
        private(slack, 1)
        slack.fail("response_url", *[slow_down] * (MOST_TRIES + 1))
        slack.fail("chat.postMessage", Failure(429, "ratelimited", {"Retry-After": "0"}))
        slack.command("/merger", "When?")
        slack.wait_for_messages(1)
    assert (len(slack.ephemerals), len(slack.messages)) == (1, 1)


def test_a_slack_that_takes_nothing_is_logged(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    slack.fail("response_url", Failure(500, "no"))
    slack.fail("chat.postMessage", Failure(error="messages_tab_disabled"))
    with over_http(slack, Asking()):
        slack.command("/merger", f"Where is {WORDS}?")
        slack.wait_until(lambda fake: any(call.method == "chat.postMessage" for call in fake.calls))
    assert "A private answer did not reach the asker: Refused(code='messages_tab_disabled')." in caplog.text
    assert WORDS not in caplog.text
