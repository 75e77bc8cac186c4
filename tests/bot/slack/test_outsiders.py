"""Other organisations in channels that are shared with them: they press in vain, and nothing is posted there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import pytest

from bot.slack.answers import Given
from bot.slack.delivery import EXTERNAL
from bot.slack.office import NOT_OURS
from bot.slack.routes import COMMANDS, PRESSES, WINDOWS
from bot.slack.rules import Digest, People, Rules
from bot.slack.state import State
from bot.slack.types import Asked, Conversation
from tests.bot.slack.bots import NOW
from tests.bot.slack.conftest import CHANNEL, Asking, answer, app, in_memory, mention, over_http
from tests.bot.slack.fake import payloads
from tests.bot.slack.fake.wire import COMMAND, INTERACTIVE
from tests.bot.slack.fake_slack import FakeSlack, JsonObject
from tests.bot.slack.test_people import HELP, TO_CHANNEL, answered_in, mark, posts, told

OUTSIDER, THEIRS = "U9", "T9"
TS = "1571648400.000100"
ADMINS = "C0ADMIN"


def pressed(action: str, value: str) -> JsonObject:
    """What arrives when somebody of another workspace presses a button in a channel that both share."""
    body = payloads.from_user(OUTSIDER) | {"type": "block_actions", "trigger_id": "1.2.3", "actions": []}
    body["user"] = body["user"] | {"team_id": THEIRS}
    action_id = {"type": "button", "action_id": action, "value": value, "block_id": "b", "action_ts": TS}
    return body | {
        "actions": [action_id],
        "channel": payloads.channel_of(CHANNEL),
        "container": {"type": "message", "message_ts": TS, "channel_id": CHANNEL},
        "message": {"ts": TS, "blocks": []},
    }


def kept() -> State:
    state = in_memory()
    state.answers.keep(Given(answer("When?", id="a0"), "#U1", CHANNEL, TS, frozenset(), time.time()))
    return state


@pytest.mark.parametrize("action", PRESSES)
def test_no_button_works_for_people_of_another_workspace(
    slack: FakeSlack, action: str, caplog: pytest.LogCaptureFixture
) -> None:
    state, asking = kept(), Asking()
    # Not even if the rules named one of them.
    rules = Rules(admins=(OUTSIDER,), people=People(channel=HELP))
    with over_http(slack, asking, state, rules=rules):
        address = slack.response_url(CHANNEL, OUTSIDER, ts=TS)
        slack.deliver(INTERACTIVE, pressed(f"{action}:1", "a0:unhelpful") | {"response_url": address})
        slack.wait_until(lambda s: s.ephemerals)
    assert [message["text"] for message in slack.ephemerals] == [NOT_OURS]
    assert (asking.seen, slack.on_show, slack.modals, state.feedback.since(0)) == ([], [], {}, ())
    assert f"Refused a press ({action}) to somebody of another workspace." in caplog.text


@pytest.mark.parametrize("words", COMMANDS)
def test_no_command_works_for_them(slack: FakeSlack, words: str) -> None:
    address = slack.response_url(CHANNEL, OUTSIDER)
    form = payloads.slash_command("/merger", f"{words} status", OUTSIDER, CHANNEL)
    with over_http(slack, Asking(), rules=Rules(admins=(OUTSIDER,))):
        slack.deliver(COMMAND, form | {"team_id": THEIRS, "response_url": address})
        slack.wait_until(lambda s: s.ephemerals)
    assert [message["text"] for message in slack.ephemerals] == [NOT_OURS]


@pytest.mark.parametrize("callback", WINDOWS)
def test_no_window_of_theirs_is_taken(slack: FakeSlack, callback: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    state = kept()
    view = {"id": "V1", "type": "modal", "callback_id": callback, "private_metadata": "a0", "state": {"values": {}}}
    body = payloads.from_user(OUTSIDER) | {"type": "view_submission", "view": view}
    body["user"] = body["user"] | {"team_id": THEIRS}
    with over_http(slack, Asking(), state, rules=Rules(admins=(OUTSIDER,))):
        assert slack.deliver(INTERACTIVE, body).answer == {}
    # A window that is looked at says what is wrong with it: as it is empty, that is something.
    assert (state.feedback.since(0), slack.on_show, "A window was not taken" in caplog.text) == ((), [], False)


def test_a_question_that_was_left_in_hand_is_not_answered_in_a_shared_channel(slack: FakeSlack) -> None:
    state, asking = in_memory(), Asking()
    state.channels.heard(CHANNEL, external=True)
    # As a process leaves it that ends between the claim and the refusal.
    left = Asked("When?", Conversation(CHANNEL, TS), (f"message:{CHANNEL}:{TS}",), "#U1", TS, external=True)
    assert state.records.take(left, "", 0.0)
    with over_http(slack, asking, state):
        [message] = slack.wait_for_messages(1)
    assert (message["text"], asking.seen) == (EXTERNAL, [])


def test_whose_the_channel_is_is_kept_before_the_question_is_in_hand(slack: FakeSlack) -> None:
    state = in_memory()
    known: list[bool | None] = []
    take = state.records.take

    def taking(asked: Asked, owner: str, until: float) -> bool:
        known.append(state.channels.is_external(CHANNEL))
        return take(asked, owner, until)

    state.records.take = taking  # type: ignore[method-assign]
    with over_http(slack, Asking(), state):
        slack.event(mention(), shared=True)
        slack.wait_for_messages(1)
    assert known == [True]


def test_no_digest_goes_into_a_shared_channel(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    state = in_memory()
    state.channels.heard(ADMINS, external=True)
    asked = answer("Who is the chair?", abstained=True)
    state.answers.keep(Given(asked, "#U1", "D1", "", frozenset(), NOW.timestamp() - 60))
    weekly = Digest(weekday="monday", hour=0, timezone="Etc/UTC")
    made = app(slack, Asking(), state, rules=Rules(admin_channel=ADMINS, digest=weekly), clock=lambda: NOW)
    made.digest.look()
    made.stop()
    assert (slack.on_show, f"the channel {ADMINS} is shared" in caplog.text) == ([], True)


def test_a_note_does_not_go_into_a_thread_that_is_shared_meanwhile(slack: FakeSlack) -> None:
    state = in_memory()
    with answered_in(slack, state=state, rules=TO_CHANNEL) as said:
        slack.click(said, "ask_person")
        [post] = posts(slack, 1, HELP)
        told(slack)
        state.channels.heard(CHANNEL, external=True)
        mark(slack, post, note="Ann does.")
        there: Callable[[FakeSlack], bool] = lambda s: any("Ann" in m["text"] for m in s.on_show)  # noqa: E731
        slack.wait_until(there)
    assert [m["channel"] for m in slack.on_show if "Ann does." in m["text"]] == ["D0PERSON"]
