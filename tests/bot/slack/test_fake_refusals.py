"""What the fake Slack refuses, as Slack does: arguments, scopes, rates, limits of messages and views."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from tests.bot.slack.conftest import CHANNEL, DIRECT
from tests.bot.slack.fake.methods import METHODS
from tests.bot.slack.fake_slack import BOT_TOKEN, FakeSlack, JsonObject, live_markup, message_problem, view_problem
from tests.bot.slack.heard import (
    FEEDBACK,
    FORM,
    MANIFEST,
    TS,
    button,
    client,
    fetched,
    field,
    modal,
    options,
    plain,
    refusal,
)

PROMPT = {"title": "Start", "message": "When does it start?"}


@pytest.fixture
def fake(slack: FakeSlack) -> Iterator[FakeSlack]:
    with FakeSlack(deepcopy(MANIFEST)) as made:
        made.directs["U1"] = DIRECT
        yield made


def test_the_granted_scopes_are_those_of_our_manifest(slack: FakeSlack) -> None:
    assert slack.scopes == set(slack.manifest["oauth_config"]["scopes"]["bot"])
    assert "channels:read" not in slack.scopes
    assert refusal(client(slack).conversations_info, channel="C1") == "missing_scope"


def test_a_method_needs_its_scope(fake: FakeSlack) -> None:
    web = client(fake)
    fake.groups["S0HR"] = ["U1", "U2"]
    assert web.usergroups_users_list(usergroup="S0HR")["users"] == ["U1", "U2"]
    assert refusal(web.usergroups_users_list, usergroup="S0IT") == "no_such_subteam"
    assert refusal(web.conversations_replies, channel="C1", ts=TS) == "missing_scope"
    assert web.conversations_replies(channel="D1", ts=TS)["messages"] == []
    fake.scopes.clear()
    calls: list[tuple[Any, JsonObject]] = [
        (web.usergroups_users_list, {"usergroup": "S0HR"}),
        (web.chat_postMessage, {"channel": "C1", "text": "Hello"}),
        (web.chat_postEphemeral, {"channel": "C1", "user": "U1", "text": "Hello"}),
        (web.assistant_threads_setSuggestedPrompts, {"channel_id": "D1", "prompts": [PROMPT]}),
        (web.files_info, {"file": "F1"}),
        (web.conversations_open, {"users": "U1"}),
    ]
    for call, args in calls:
        assert refusal(call, **args) == "missing_scope"


def test_arguments_and_tokens_are_checked(fake: FakeSlack) -> None:
    web = client(fake)
    assert refusal(web.api_call, api_method="chat.postMessage", json={"text": "Hello"}) == "invalid_arguments"
    assert refusal(web.chat_postMessage, channel="C1", text="Hello", colour="red") == "invalid_arg_name"
    assert refusal(web.chat_postMessage, channel="C1", text="Hello", unfurl_links="no") == "invalid_arguments"
    assert refusal(web.chat_postMessage, channel="general", text="Hello") == "channel_not_found"
    assert refusal(web.api_call, api_method="chat.shout", json={}) == "unknown_method"
    assert refusal(client(fake, "xoxb-other").auth_test) == "invalid_auth"
    fake.without_bot.add("C1")
    assert refusal(web.chat_postMessage, channel="C1", text="Hello") == "not_in_channel"
    assert fake.messages == []


@pytest.fixture
def clock(fake: FakeSlack) -> list[float]:
    """What the rates go by, so that a slow machine makes no difference."""
    seconds = [0.0]
    fake.rates.clock = lambda: seconds[0]
    return seconds


@pytest.mark.parametrize(("method", "most"), [("usergroups.users.list", 20), ("chat.delete", 50), ("views.open", 100)])
def test_each_tier_has_its_rate(fake: FakeSlack, clock: list[float], method: str, most: int) -> None:
    known = {"usergroup": "S0HR", "channel": "C1", "ts": TS, "view": FORM}
    args = {name: known[name] for name in known.keys() & METHODS[method].args.keys()}

    def call() -> tuple[int, str]:
        status, headers, _ = fake.answer(method, BOT_TOKEN, args)
        return status, headers.get("Retry-After", "")

    assert {call() for _ in range(most)} == {(200, "")}
    assert call() == (429, "60")
    clock[0] = 59.5
    assert call() == (429, "1")
    clock[0] = 60.0
    assert {call() for _ in range(most)} == {(200, "")}
    fake.rates.on = False
    assert call() == (200, "")


def test_one_message_a_second_goes_into_a_channel(fake: FakeSlack, clock: list[float]) -> None:
    web = client(fake)
    assert web.chat_postMessage(channel="U1", text="Hello")["channel"] == DIRECT
    assert refusal(web.chat_postMessage, channel=DIRECT, text="Hello") == "ratelimited"
    assert web.chat_postMessage(channel="U7", text="Hello")["channel"] == "D7"
    clock[0] = 1.0
    assert web.chat_postMessage(channel=DIRECT, text="Hello")["ok"]


def test_messages_are_changed_deleted_and_linked(fake: FakeSlack) -> None:
    web = client(fake)
    ts = str(web.chat_postMessage(channel=CHANNEL, text="Hello")["ts"])
    assert web.chat_getPermalink(channel=CHANNEL, message_ts=ts)["permalink"] == (
        f"https://kent.slack.com/archives/{CHANNEL}/p{ts.replace('.', '')}"
    )
    assert refusal(web.chat_update, channel=CHANNEL, ts=ts, text="x" * 4001) == "msg_too_long"
    web.chat_delete(channel=CHANNEL, ts=ts)
    assert fake.on_show == []
    assert refusal(web.chat_update, channel=CHANNEL, ts=ts, text="Hello") == "message_not_found"


def test_only_who_is_there_sees_an_ephemeral_message(fake: FakeSlack) -> None:
    web = client(fake)
    fake.outside.add((CHANNEL, "U7"))
    assert refusal(web.chat_postEphemeral, channel=CHANNEL, user="U7", text="Psst") == "user_not_in_channel"
    ts = str(web.chat_postEphemeral(channel=CHANNEL, user="U1", text="Psst")["message_ts"])
    assert [(shown["user"], shown["text"]) for shown in fake.ephemerals] == [("U1", "Psst")]
    assert refusal(web.chat_update, channel=CHANNEL, ts=ts, text="Louder") == "message_not_found"


def test_prompts_in_a_thread_are_not_shown(fake: FakeSlack) -> None:
    suggest = client(fake).assistant_threads_setSuggestedPrompts
    suggest(channel_id=DIRECT, prompts=[PROMPT], thread_ts=TS)
    assert (fake.prompts, len(fake.prompts_not_shown)) == ({}, 1)
    suggest(channel_id=DIRECT, prompts=[PROMPT] * 4)
    assert fake.prompts == {DIRECT: [PROMPT] * 4}
    assert refusal(suggest, channel_id=DIRECT, prompts=[PROMPT] * 5) == "invalid_arguments"
    fake.manifest["features"] = {}
    assert refusal(suggest, channel_id=DIRECT, prompts=[PROMPT]) == "not_agent_app"


def test_a_response_address_works_five_times_in_half_an_hour(fake: FakeSlack) -> None:
    hook = WebhookClient(fake.response_url(CHANNEL, "U7"))
    assert [hook.send(text=f"{n}").status_code for n in range(6)] == [200] * 5 + [404]
    assert [(shown["user"], shown["text"]) for shown in fake.ephemerals] == [("U7", f"{n}") for n in range(5)]
    old = WebhookClient(fake.response_url(CHANNEL, "U7"))
    fake.forward(1801)
    assert old.send(text="Too late").body == "expired_url"


def test_a_response_address_replaces_and_deletes_its_message(fake: FakeSlack) -> None:
    ts = str(client(fake).chat_postEphemeral(channel=CHANNEL, user="U1", text="Share?")["message_ts"])
    hook = WebhookClient(fake.response_url(CHANNEL, "U1", ts=ts))
    hook.send(text="Shared", replace_original=True)
    assert [shown["text"] for shown in fake.ephemerals] == ["Shared"]
    hook.send(delete_original=True)
    assert fake.ephemerals == []
    assert hook.send(text="", response_type="in_channel").body == "no_text"
    assert hook.send(text="Hello", response_type="everybody").status_code == 400
    assert fake.on_show == []


def test_a_file_comes_only_with_token_and_scope(fake: FakeSlack) -> None:
    file = fake.upload("roles.md", b"# Roles", mimetype="text/markdown")
    assert client(fake).files_info(file=file["id"])["file"] == file
    assert fetched(file["url_private_download"], BOT_TOKEN) == ("text/markdown", b"# Roles")
    page = "text/html; charset=utf-8"
    assert fetched(file["url_private_download"], "xoxb-other")[0] == page
    fake.scopes.remove("files:read")
    assert fetched(file["url_private_download"], BOT_TOKEN)[0] == page


LONG = {"type": "section", "text": plain("x" * 3001)}
REFUSED_BLOCKS = {
    "section": [LONG],
    "header": [{"type": "header", "text": plain("x" * 151)}],
    "header markup": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "context": [{"type": "context", "elements": [plain("x")] * 11}],
    "actions": [{"type": "actions", "elements": [button(f"b{n}") for n in range(26)]}],
    "same action": [{"type": "actions", "elements": [button("b"), button("b")]}],
    "same block": [{"type": "divider", "block_id": "d"}] * 2,
    "button text": [{"type": "actions", "elements": [button("b", text="x" * 76)]}],
    "button value": [{"type": "actions", "elements": [button("b", "x" * 2001)]}],
    "action id": [{"type": "actions", "elements": [button("b" * 256)]}],
    "feedback elsewhere": [{"type": "actions", "elements": FEEDBACK["elements"]}],
    "button in context_actions": [{"type": "context_actions", "elements": [button("b")]}],
    "too many options": [{"type": "actions", "elements": [{"type": "static_select", "options": options("a") * 101}]}],
    "long option": [{"type": "actions", "elements": [{"type": "static_select", "options": options("a" * 76)}]}],
    "unknown": [{"type": "marquee"}],
    "extra": [{"type": "divider", "colour": "red"}],
    "51": [{"type": "divider"}] * 51,
    "empty rich text": [{"type": "rich_text", "elements": []}],
}


@pytest.mark.parametrize("name", REFUSED_BLOCKS)
def test_wrong_blocks_are_refused_in_messages(name: str) -> None:
    assert message_problem({"text": "x", "blocks": REFUSED_BLOCKS[name]}).startswith("invalid_blocks: ")


def test_good_messages_pass() -> None:
    row = {"type": "actions", "elements": [button(f"b{n}", "x" * 2000, "x" * 75) for n in range(25)]}
    blocks = [{"type": "divider"}, {"type": "section", "text": plain("x" * 3000)}, row, FEEDBACK]
    assert message_problem({"text": "x", "blocks": blocks}) == ""
    assert message_problem({"text": "x", "blocks": [{"type": "divider"}] * 50}) == ""
    assert message_problem({"text": "", "blocks": []}) == "no_text"
    assert message_problem({"text": "x", "thread_ts": "1"}) == "invalid_thread_ts"
    assert message_problem({"text": "x", "blocks": [{"type": "section", "text": plain("x" * 3000)}] * 5}) == (
        "msg_blocks_too_long"
    )


TEXT = {"type": "plain_text_input"}
REFUSED_VIEWS = {
    "title": modal(title=plain("x" * 25)),
    "submit": modal(submit=plain("x" * 25)),
    "close": modal(close=plain("x" * 25)),
    "metadata": modal(private_metadata="x" * 3001),
    "callback": modal(callback_id="x" * 256),
    "101": modal(*[{"type": "divider"}] * 101),
    "inputs without submit": modal(field("a", TEXT), submit=None),
    "no title": {"type": "modal", "blocks": [{"type": "divider"}]},
    "feedback": modal(FEEDBACK),
    "date": modal(field("a", {"type": "datepicker", "initial_date": "21/10/2019"})),
    "radio": modal(field("a", {"type": "radio_buttons", "options": options(*"abcdefghijk")})),
    "initial": modal(field("a", {"type": "radio_buttons", "options": options("a"), "initial_option": options("b")[0]})),
    "option value": modal(field("a", {"type": "static_select", "options": [{"text": plain("a"), "value": "x" * 151}]})),
    "button as input": modal(field("a", button("b"))),
    "home with title": {"type": "home", "title": plain("x"), "blocks": []},
    "message": {"type": "message", "blocks": []},
}


@pytest.mark.parametrize("name", REFUSED_VIEWS)
def test_wrong_views_are_refused(fake: FakeSlack, name: str) -> None:
    view = REFUSED_VIEWS[name]
    assert view_problem(view) != ""
    assert refusal(client(fake).views_open, trigger_id=fake.trigger(), view=view) == "invalid_arguments"
    assert fake.modals == {}


def test_good_views_pass() -> None:
    assert view_problem(FORM) == ""
    assert view_problem(modal(*[{"type": "divider"}] * 100, title=plain("x" * 24), private_metadata="x" * 3000)) == ""
    assert view_problem({"type": "home", "blocks": [{"type": "actions", "elements": [button("b")]}]}) == ""


def test_what_is_alive_is_found_however_deep() -> None:
    broadcast = {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}
    payload = {
        "text": "<!channel> &lt;!here&gt; 1 < 2",
        "blocks": [
            {"type": "rich_text", "elements": [broadcast]},
            {"type": "section", "text": {"type": "mrkdwn", "text": "<@U1|x> <https://a.example|b>"}},
            {"type": "section", "text": plain("<@U2> stays as it is")},
            {"type": "markdown", "text": "[b](https://a.example)"},
        ],
    }
    assert live_markup(payload) == [
        "<!channel>",
        "broadcast here",
        "<@U1|x>",
        "<https://a.example|b>",
        "[b](https://a.example)",
    ]
    assert live_markup({"text": "@here", "link_names": True}) == ["@here"]
    assert live_markup(FORM) == []
