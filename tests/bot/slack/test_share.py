"""Showing to all what one person asked privately: once, in the right place, and only where it may be read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from bot.answer.types import Answer, Turn
from bot.slack.features import share
from bot.slack.office import GONE, NOT_OURS
from bot.slack.rules import Rules
from bot.slack.state import State
from knowledge.audience import Audience
from tests.bot.slack.conftest import APPROVAL, CHANNEL, DIRECT, SECRET, Asking, answer, citation, in_memory, over_http
from tests.bot.slack.fake import payloads
from tests.bot.slack.fake.wire import INTERACTIVE
from tests.bot.slack.fake.wire import over_http as http_route
from tests.bot.slack.fake_slack import Failure, FakeSlack, JsonObject, live_markup
from tests.bot.slack.test_private import MESSAGE, Over, both, lines, private, share_values

QUESTION = "When does &lt;!channel&gt; start?"
NO_RULES = Rules()
RULES = Rules.model_validate({"audiences": {"hr": ["U1"]}})
PAY = replace(APPROVAL, source=APPROVAL.source.model_copy(update={"id": "pay", "audience": "hr"}))
STARTS = Turn(question="When does <!channel> start?", answer="It starts on 1 April 2020.")
SLOW_DOWN = Failure(429, "ratelimited", {"Retry-After": "0"})


def replies(text: str) -> Answer:
    return answer(text, "It starts on 1 April 2020.")


def internal() -> State:
    """A state in which it is known whose the channel is."""
    state = in_memory()
    state.channels.heard(CHANNEL, external=False)
    return state


@contextmanager
def asked(
    slack: FakeSlack, over: Over = over_http, state: State | None = None, rules: Rules = NO_RULES
) -> Iterator[tuple[Asking, JsonObject]]:
    """An answer that somebody has before them, after a command."""
    asking = Asking(replies=replies)
    with over(slack, asking, state or internal(), rules=rules):
        slack.command("/merger", QUESTION)
        [message] = private(slack)
        yield asking, message


def told(slack: FakeSlack, sentence: str) -> None:
    """Waits until somebody, and nobody else, is told it."""
    slack.wait_until(lambda fake: any(message["text"] == sentence for message in fake.ephemerals))


@both
def test_a_shared_answer_says_who_shares_it_and_takes_the_place_of_the_private_one(
    slack: FakeSlack, over: Over
) -> None:
    with asked(slack, over) as (_, message):
        slack.click(message, "share", "U1")
        told(slack, share.SHARED)
    [posted] = slack.messages
    assert (posted["channel"], posted.get("thread_ts")) == (CHANNEL, None)
    assert posted["blocks"][0]["elements"][0]["elements"][0] == {"type": "user", "user_id": "U1"}
    assert posted["blocks"][0]["elements"][1]["elements"] == [{"type": "text", "text": "When does <!channel> start?"}]
    assert posted["blocks"][1]["elements"][0]["elements"][0]["text"] == "It starts on 1 April 2020. "
    assert posted["text"] == (
        "Looked up privately and shared: “When does &lt;!channel&gt; start?” "
        "It starts on 1 April 2020. As of 21 October 2019. Sources: 1."
    )
    assert live_markup(posted) == ["user U1"]
    assert share_values(posted) == []
    assert [(each["text"], lines(each)) for each in slack.ephemerals] == [("Shared.", ["Shared."])]


def test_it_is_shared_once_whoever_presses_how_often(slack: FakeSlack) -> None:
    with asked(slack) as (_, message), ThreadPoolExecutor(3) as people:
        list(people.map(lambda user: slack.click(message, "share", user), ("U1", "U1", "U2")))
        slack.wait_until(lambda fake: [each["text"] for each in fake.of("response_url")].count(share.SHARED) == 3)
    assert len(slack.on_show) == 1


def test_it_is_shared_once_by_two_processes(slack: FakeSlack) -> None:
    state = internal()
    with asked(slack, state=state) as (_, message), over_http(slack, Asking(replies=replies), state) as other:
        assert slack.route is not None
        slack.click(message, "share")
        told(slack, share.SHARED)
        slack.route = http_route(other.address, SECRET)
        slack.click(message, "share")
        slack.wait_until(lambda fake: [each["text"] for each in fake.of("response_url")].count(share.SHARED) == 2)
    assert len(slack.on_show) == 1


def test_the_answer_to_a_message_goes_into_its_thread_and_can_be_followed_up(slack: FakeSlack) -> None:
    asking = Asking(replies=replies)
    with over_http(slack, asking, internal()):
        slack.shortcut("find_answer", MESSAGE)
        [message] = private(slack)
        slack.click(message, "share")
        told(slack, share.SHARED)
        follow_up(slack, MESSAGE["ts"])
    assert [posted["thread_ts"] for posted in slack.messages] == [MESSAGE["ts"]] * 2
    assert asking.seen[1] == ("Who decided it?", (Turn(question=MESSAGE["text"], answer="It starts on 1 April 2020."),))


def test_a_shared_answer_can_be_followed_up_in_its_own_thread(slack: FakeSlack) -> None:
    with asked(slack) as (asking, message):
        slack.click(message, "share")
        told(slack, share.SHARED)
        ts = slack.on_show[0]["ts"]
        follow_up(slack, ts)
    assert slack.messages[1]["thread_ts"] == ts
    assert asking.seen[1] == ("Who decided it?", (STARTS,))


def follow_up(slack: FakeSlack, thread_ts: str) -> None:
    event = {"type": "message", "channel_type": "channel", "user": "U1", "text": "Who decided it?", "channel": CHANNEL}
    slack.event({**event, "ts": "1571659900.000100", "thread_ts": thread_ts})
    slack.wait_for_messages(2)


def refused(slack: FakeSlack, message: JsonObject, sentence: str) -> None:
    """Pressing tells the person that and nothing else happens."""
    before = slack.ephemerals
    slack.click(message, "share")
    told(slack, sentence)
    assert slack.on_show == []
    assert slack.ephemerals[: len(before)] == before


def test_nothing_is_shared_where_nobody_knows_whose_channel_it_is(slack: FakeSlack) -> None:
    with asked(slack, state=in_memory()) as (_, message):
        refused(slack, message, share.UNKNOWN_CHANNEL)


def test_nothing_is_shared_with_another_organisation(slack: FakeSlack) -> None:
    state = internal()
    with asked(slack, state=state) as (_, message):
        state.channels.heard(CHANNEL, external=True)
        refused(slack, message, share.EXTERNAL_CHANNEL)


def test_where_others_are_in_the_channel_sharing_is_not_even_offered(slack: FakeSlack) -> None:
    state = in_memory()
    state.channels.heard(CHANNEL, external=True)
    with asked(slack, state=state) as (_, message):
        assert share_values(message) == []


def test_nothing_is_shared_that_quotes_what_not_all_may_read_any_more(slack: FakeSlack) -> None:
    with asked(slack) as (asking, message):
        asking.shelf["approval"] = replace(APPROVAL, source=PAY.source)
        refused(slack, message, share.LIMITED)


def test_nothing_is_shared_that_quotes_what_is_not_there_any_more(slack: FakeSlack) -> None:
    with asked(slack) as (asking, message):
        del asking.shelf["approval"]
        refused(slack, message, share.LIMITED)


@pytest.mark.parametrize(
    "made",
    [
        answer(citations=(citation(1), citation(2, document="pay"))),
        answer(closest=(citation(1, document="pay"),)),
        answer(abstained=True, reason="The documents end in May.", text="", parts=(), citations=()),
    ],
    ids=["a source", "a passage that comes close", "a reason that quotes nothing"],
)
def test_what_rests_on_more_than_the_channel_may_read_is_not_offered_and_not_shared(
    slack: FakeSlack, made: Answer
) -> None:
    asking = Remembering(replies=lambda text: made, shelf={"approval": APPROVAL, "pay": PAY})
    with over_http(slack, asking, internal(), rules=RULES):
        slack.command("/merger", QUESTION)
        [message] = private(slack)
        assert share_values(message) == []
        refused(slack, with_button(message, asking.given[0]), share.LIMITED)


@dataclass
class Remembering(Asking):
    """Knows the ids of the answers that it gave."""

    given: list[str] = field(default_factory=list)

    def ask(self, text: str, thread: tuple[Turn, ...], audience: Audience) -> Answer:
        made = super().ask(text, thread, audience)
        self.given.append(made.id)
        return made


def with_button(message: JsonObject, value: str) -> JsonObject:
    """The message as if the button were there, for somebody whose message is older than the change."""
    button = {"type": "button", "action_id": "share", "value": value, "text": {"type": "plain_text", "text": "Share"}}
    return {**message, "blocks": [{"type": "actions", "elements": [button]}]}


def test_what_the_audience_of_the_channel_may_read_is_shared_there(slack: FakeSlack) -> None:
    rules = Rules.model_validate({"audiences": {"hr": ["U1"]}, "channels": {CHANNEL: {"audience": "hr"}}})
    quoting = answer(citations=(citation(1, document="pay"),), reason="Nobody says when.")
    asking = Asking(replies=lambda text: quoting, shelf={"pay": PAY})
    with over_http(slack, asking, internal(), rules=rules):
        slack.command("/merger", QUESTION)
        [message] = private(slack)
        slack.click(message, "share")
        told(slack, share.SHARED)
    assert len(slack.messages) == 1


def test_a_wider_audience_does_not_matter_if_nothing_of_it_is_quoted(slack: FakeSlack) -> None:
    with asked(slack, rules=RULES) as (asking, message):
        slack.click(message, "share")
        told(slack, share.SHARED)
    assert (asking.audiences, len(slack.messages)) == ([frozenset({"hr"})], 1)


def test_people_of_other_workspaces_share_nothing(slack: FakeSlack) -> None:
    with asked(slack) as (_, message):
        pressed = payloads.block_actions(message, "share", "U9", None, {}, iter(range(9)))
        pressed["user"]["team_id"] = "T9"
        slack.deliver(INTERACTIVE, {**pressed, "response_url": slack.response_url(CHANNEL, "U9", ts=message["ts"])})
        told(slack, NOT_OURS)
    assert (slack.on_show, slack.ephemerals[0]) == ([], message)


def test_in_a_direct_message_nothing_is_shared(slack: FakeSlack) -> None:
    with asked(slack) as (_, message):
        slack.click({**message, "channel": DIRECT}, "share")
        told(slack, share.NOBODY_ELSE)
    assert slack.on_show == []


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found"])
def test_where_the_bot_is_no_member_it_shares_by_the_reply(slack: FakeSlack, code: str) -> None:
    with over_http(slack, Asking(replies=replies), internal()):
        slack.command("/merger", QUESTION)
        slack.shortcut("find_answer", MESSAGE)
        private(slack, 2)
        slack.fail("chat.postMessage", Failure(error=code), Failure(error=code))
        for message in private(slack, 2):
            slack.click(message, "share")
        slack.wait_until(lambda fake: [each["text"] for each in fake.ephemerals] == [share.SHARED] * 2)
    assert slack.messages == []
    assert sorted(each.get("thread_ts", "") for each in slack.on_show) == ["", MESSAGE["ts"]]
    assert [each["blocks"][0]["elements"][0]["elements"][0]["user_id"] for each in slack.on_show] == ["U1", "U1"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda slack: slack.fail("chat.postMessage", Failure(error="is_archived")),
        lambda slack: (
            slack.fail("chat.postMessage", Failure(error="not_in_channel")),
            slack.fail("response_url", Failure(404, "used_url")),
        ),
    ],
    ids=["archived", "no member and no reply taken"],
)
def test_what_slack_does_not_take_stays_private_and_can_be_shared_later(
    slack: FakeSlack, wrong: Callable[[FakeSlack], object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with asked(slack) as (_, message):
        wrong(slack)
        refused(slack, message, share.MAY_NOT_POST)
        slack.click(message, "share")
        told(slack, share.SHARED)
    assert len(slack.on_show) == 1
    assert "Slack refused a shared answer: " in caplog.text
    assert "When does" not in caplog.text


def test_what_slack_puts_off_is_shared_when_it_says_so(slack: FakeSlack) -> None:
    with asked(slack) as (_, message):
        slack.fail("chat.postMessage", SLOW_DOWN)
        slack.fail("response_url", SLOW_DOWN)
        slack.click(message, "share")
        told(slack, share.SHARED)
    assert len(slack.on_show) == 1


def test_what_slack_puts_off_too_often_can_be_pressed_again(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "MOST_SENDS", 2)
    with asked(slack) as (_, message):
        slack.fail("chat.postMessage", SLOW_DOWN, SLOW_DOWN)
        refused(slack, message, share.BUSY_CHANNEL)
        slack.click(message, "share")
        told(slack, share.SHARED)
    assert len(slack.on_show) == 1


def test_what_may_have_arrived_is_not_shared_twice(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    with asked(slack) as (_, message):
        slack.fail("chat.postMessage", Failure(500, "internal_error", arrives=True))
        slack.click(message, "share")
        told(slack, share.UNCLEAR)
        slack.click(message, "share")
        told(slack, share.SHARED)
    assert len(slack.on_show) == 1
    assert "A shared answer may have reached Slack or not: internal_error." in caplog.text


def test_it_is_shared_although_the_private_message_cannot_be_replaced(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    with asked(slack) as (_, message):
        slack.fail("response_url", Failure(404, "expired_url"))
        slack.click(message, "share")
        slack.wait_for_messages(2)
    assert [message["text"] for message in slack.on_show[1:]] == [share.SHARED]
    assert "Slack refused a reply: HTTP status 404." in caplog.text


def test_an_answer_that_is_not_kept_any_more_is_not_shared(slack: FakeSlack) -> None:
    with asked(slack) as (_, message):
        refused(slack, with_button(message, "a0"), GONE)
