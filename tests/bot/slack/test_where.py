"""Where the bot answers without being called, where it gives no answers, and what may be quoted where."""

from __future__ import annotations

import json

import pytest

from bot.slack.blocks import UNKNOWN
from bot.slack.delivery import EXTERNAL
from bot.slack.rules import ChannelRules, Rules
from tests.bot.slack.conftest import (
    CHANNEL,
    Asking,
    OverHttp,
    answer,
    direct,
    event_body,
    in_memory,
    mention,
    over_http,
    over_socket,
)
from tests.bot.slack.fake_slack import FakeSlack, JsonObject

OPEN = Rules(channels={CHANNEL: ChannelRules(answer_without_mention=True)})
HR = Rules(audiences={"HR": ("U1",), "Finance": ("U2",)}, channels={"C0HR": ChannelRules(audience="HR")})


def said(text: str, ts: str = "1571648400.000100", **changes: object) -> JsonObject:
    event = {"type": "message", "channel_type": "channel", "user": "U1", "text": text, "ts": ts, "channel": CHANNEL}
    return event | changes


def deliver(http: OverHttp, event: JsonObject, event_id: str, external: bool) -> int:
    return http.send(json.dumps(event_body(event, event_id) | {"is_ext_shared_channel": external}))[0]


def test_a_question_to_nobody_in_particular_is_answered_where_the_rules_say_so(slack: FakeSlack) -> None:
    with over_http(slack, Asking(), rules=OPEN) as http:
        http.post(said("When does it start?"))
        [message] = slack.wait_for_messages(1)
    assert (message["channel"], message["thread_ts"]) == (CHANNEL, "1571648400.000100")
    assert message["text"].startswith("You asked: When does it start?")
    assert slack.statuses == []


def test_it_is_left_alone_where_they_do_not(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking, rules=OPEN) as http:
        http.post(said("When does it start?", channel="C0OTHER"), "Ev1")
        http.post(said("It starts tomorrow.", "1571648400.000200"), "Ev2")
        http.post(said("<@U2> when does it start?", "1571648400.000300"), "Ev3")
        http.post(said("When does it start?", "1571648400.000400", thread_ts="1571648000.000100"), "Ev4")
        http.post(mention("Who?", "1571648400.000500"), "Ev5")
        slack.wait_for_messages(1)
    assert [text for text, _ in asking.seen] == ["Who?"]


@pytest.mark.parametrize(
    "reply",
    [
        {"abstained": True, "reason": UNKNOWN, "parts": (), "citations": ()},
        {"abstained": True, "reason": "Hello!", "courtesy": True, "parts": (), "citations": ()},
        {"confidence": 0.4},
    ],
    ids=["not known", "a courtesy", "not certain"],
)
def test_what_is_no_good_answer_is_not_said_uncalled(slack: FakeSlack, reply: JsonObject) -> None:
    asking = Asking(replies=lambda text: answer(text, **reply))
    with over_http(slack, asking, rules=OPEN) as http:
        http.post(said("When does it start?"), "Ev1")
        http.post(mention("Who?", "1571648400.000500"), "Ev2")
        slack.wait_for_messages(1)
    assert len(asking.seen) == 2
    assert [message["thread_ts"] for message in slack.messages] == ["1571648400.000500"]


def test_an_uncalled_question_and_its_mention_are_one(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking, rules=OPEN) as http:
        http.post(said(f"<@U0BOT> {'When?'}"), "Ev1")
        http.post(mention("When?"), "Ev2")
        slack.wait_for_messages(1)
    assert len(asking.seen) == 1


def test_a_channel_shared_with_another_organisation_gets_the_reason_once_and_no_answer(slack: FakeSlack) -> None:
    asking = Asking()
    with over_http(slack, asking, rules=OPEN) as http:
        assert deliver(http, mention(), "Ev1", external=True) == 200
        assert deliver(http, mention(), "Ev1", external=True) == 200
        [message] = slack.wait_for_messages(1)
        deliver(http, said("When does it start?", "1571648400.000200"), "Ev2", external=True)
        follow_up = said("And then?", "1571648400.000300", thread_ts="1571648400.000100")
        deliver(http, follow_up, "Ev3", external=True)
        deliver(http, mention("Who?", "1571648400.000400", channel="C0OWN"), "Ev4", external=False)
        slack.wait_for_messages(2)
    assert (message["text"], message["thread_ts"]) == (EXTERNAL, "1571648400.000100")
    assert [text for text, _ in asking.seen] == ["Who?"]


def test_a_shared_channel_gets_no_answer_over_the_socket_either(slack: FakeSlack) -> None:
    asking = Asking()
    with over_socket(slack, asking):
        body = event_body(mention()) | {"is_ext_shared_channel": True}
        slack.sockets.send("e1", body)
        [message] = slack.wait_for_messages(1)
    assert (message["text"], asking.seen) == (EXTERNAL, [])


def test_each_event_says_of_its_channel_whether_it_is_shared(slack: FakeSlack) -> None:
    state = in_memory()
    with over_http(slack, Asking(), state) as http:
        for number, (channel, external) in enumerate([("C1", False), ("C2", True), ("C3", False), ("C3", True)]):
            deliver(http, said("Good morning.", f"1571648400.00{number}000", channel=channel), f"Ev{number}", external)
        http.post(said("Good morning.", "1571648400.009000", channel="C4"), "Ev9")
    assert {name: state.channels.is_external(name) for name in ("C1", "C2", "C3", "C4", "C5")} == {
        "C1": False,
        "C2": True,
        "C3": True,
        "C4": None,
        "C5": None,
    }


@pytest.mark.parametrize(
    ("event", "audience"),
    [
        (direct(), {"HR"}),
        (direct(user="U2"), {"Finance"}),
        (direct(user="U3"), set()),
        (mention(), set()),
        (mention(channel="C0HR", user="U3"), {"HR"}),
        (direct(channel_type="mpim", text="<@U0BOT> When?", channel="G0GROUP"), set()),
    ],
    ids=["hr, alone", "finance, alone", "anybody, alone", "hr, in a channel", "in the channel of hr", "in a group"],
)
def test_what_may_be_quoted_depends_on_who_can_read_it(slack: FakeSlack, event: JsonObject, audience: set[str]) -> None:
    asking = Asking()
    with over_http(slack, asking, rules=HR) as http:
        http.post(event)
        slack.wait_for_messages(1)
    assert asking.audiences == [frozenset(audience)]
