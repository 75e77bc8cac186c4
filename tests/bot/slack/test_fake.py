"""The fake Slack is as strict as Slack: what it refuses, what people see, and what an app gets when they do things."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from slack_sdk.webhook import WebhookClient

from tests.bot.slack.conftest import CHANNEL, DIRECT
from tests.bot.slack.fake_slack import (
    BOT_TOKEN,
    FakeSlack,
    JsonObject,
    NotPossible,
)
from tests.bot.slack.heard import (
    FEEDBACK,
    FORM,
    MANIFEST,
    TS,
    WAYS,
    Heard,
    button,
    client,
    fetched,
    modal,
    options,
    plain,
    posted,
    refusal,
    served,
)


@pytest.fixture
def fake(slack: FakeSlack) -> Iterator[FakeSlack]:
    with FakeSlack(deepcopy(MANIFEST)) as made:
        made.directs["U1"] = DIRECT
        yield made


@WAYS
def test_a_click_on_a_message_arrives_as_slack_sends_it(fake: FakeSlack, way: str) -> None:
    heard = Heard(fake)
    heard.app.action("open")(heard.take)
    row = {"type": "actions", "elements": [button("open", "1"), button("open2", "2")]}
    message = posted(fake, row, thread_ts=TS)
    with served(heard, fake, way):
        done = fake.click(message, "open", user="U7")
    assert done.in_time
    [body] = heard.bodies
    assert body["user"] == {"id": "U7", "username": "u7", "name": "u7", "team_id": "T1"}
    assert body["container"] == {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": CHANNEL,
        "is_ephemeral": False,
        "thread_ts": TS,
    }
    [action] = body["actions"]
    assert {name: action[name] for name in ("type", "action_id", "block_id", "value", "text")} == {
        "type": "button",
        "action_id": "open",
        "block_id": "b0000",
        "value": "1",
        "text": plain("Press"),
    }
    assert body["message"]["blocks"] == [{**row, "block_id": "b0000"}]
    assert client(fake).views_open(trigger_id=body["trigger_id"], view=FORM)["view"]["callback_id"] == "form"
    assert WebhookClient(body["response_url"]).send(text="Gone", replace_original=True).status_code == 200
    assert fake.on_show[-1]["text"] == "Gone"


@WAYS
def test_a_modal_is_filled_in_and_its_errors_are_shown(fake: FakeSlack, way: str) -> None:
    heard = Heard(fake)
    answers: Iterator[JsonObject] = iter(
        [{"response_action": "errors", "errors": {"title-block": "Too short"}}, {}, {}]
    )
    heard.app.view("form")(lambda ack, body: heard.take(ack, body, **next(answers)))
    client(fake).views_open(trigger_id=fake.trigger(), view=FORM)
    view = fake.modal_of()
    assert view is not None
    given = {"title": "Roles", "audience": "hr", "tags": ["b"]}
    with served(heard, fake, way):
        fake.submit(view, given)
        assert fake.errors_of(view) == {"title-block": "Too short"}
        assert fake.modal_of() == view
        fake.submit(view, given)
        assert fake.modal_of() is None
        fake.submit(view, given)
    assert [body["view"]["id"] for body in heard.bodies] == [view["id"]] * 3
    assert heard.bodies[0]["view"]["state"]["values"] == {
        "title-block": {"title": {"type": "plain_text_input", "value": "Roles"}},
        "audience-block": {"audience": {"type": "static_select", "selected_option": options("hr")[0]}},
        "day-block": {"day": {"type": "datepicker", "selected_date": "2019-10-21"}},
        "tags-block": {"tags": {"type": "checkboxes", "selected_options": options("b")}},
    }


@WAYS
def test_an_acknowledgement_changes_what_is_open(fake: FakeSlack, way: str) -> None:
    heard = Heard(fake)
    other = modal(title=plain("Other"))
    answers: Iterator[JsonObject] = iter(
        [
            {"response_action": "push", "view": other},
            {"response_action": "update", "view": FORM},
            {"response_action": "errors", "errors": {"nowhere": "Wrong"}},
            {"response_action": "update", "view": modal(title=plain("x" * 25))},
            {"response_action": "clear"},
        ]
    )
    heard.app.view("form")(lambda ack, body: heard.take(ack, body, **next(answers)))

    def titles() -> list[str]:
        return [view["title"]["text"] for view in fake.modals.get("U1", [])]

    def submit() -> None:
        fake.submit(fake.modals["U1"][-1], {} if titles()[-1] == "Other" else {"title": "T", "audience": "all"})

    client(fake).views_open(trigger_id=fake.trigger(), view=FORM)
    with served(heard, fake, way):
        submit()
        assert titles() == ["Form", "Other"]
        submit()
        assert titles() == ["Form", "Form"]
        with pytest.raises(AssertionError, match="errors name no input block"):
            submit()
        with pytest.raises(AssertionError, match="title: text must have 1 to 24 characters"):
            submit()
        submit()
        assert titles() == []


@WAYS
def test_a_click_in_a_modal_brings_what_is_filled_in(fake: FakeSlack, way: str) -> None:
    heard = Heard(fake)
    heard.app.action("more")(heard.take)
    heard.app.view_closed("form")(heard.take)
    inside = modal(*FORM["blocks"], {"type": "actions", "elements": [button("more")]}, notify_on_close=True)
    client(fake).views_open(trigger_id=fake.trigger("U7"), view=inside)
    view = fake.modal_of("U7")
    assert view is not None
    with served(heard, fake, way):
        fake.click(view, "more", "U7", values={"title": "Roles"})
        fake.close(view, "U7")
    clicked, closed = heard.bodies
    assert clicked["container"] == {"type": "view", "view_id": view["id"]}
    assert clicked["view"]["state"]["values"]["title-block"]["title"]["value"] == "Roles"
    assert not {"channel", "message", "response_url"} & clicked.keys()
    assert (closed["type"], closed["view"]["id"]) == ("view_closed", view["id"])
    assert fake.modals == {}


@WAYS
def test_a_click_on_an_ephemeral_message_brings_no_message(fake: FakeSlack, way: str) -> None:
    heard = Heard(fake)
    heard.app.action("share")(heard.take)
    row = {"type": "actions", "elements": [button("share")]}
    client(fake).chat_postEphemeral(channel=CHANNEL, user="U1", text="Share?", blocks=[row])
    [shown] = fake.ephemerals
    with served(heard, fake, way):
        fake.click(shown, "share")
    [body] = heard.bodies
    assert body["container"]["is_ephemeral"]
    assert "message" not in body
    WebhookClient(body["response_url"]).send(delete_original=True)
    assert fake.ephemerals == []


@WAYS
def test_a_command_is_answered_to_one_person(fake: FakeSlack, way: str) -> None:
    heard = Heard(fake)
    heard.app.command("/merger")(lambda ack, body: heard.take(ack, body, text="Looking"))
    with served(heard, fake, way):
        assert fake.command("/merger", "When?", user="U7", channel="C1").in_time
    [body] = heard.bodies
    assert (body["command"], body["text"], body["user_id"], body["channel_id"]) == ("/merger", "When?", "U7", "C1")
    assert [(m["user"], m["channel"], m["text"]) for m in fake.ephemerals] == [("U7", "C1", "Looking")]
    assert WebhookClient(body["response_url"]).send(text="It starts", response_type="in_channel").body == "ok"
    assert [(m["channel"], m["text"]) for m in fake.on_show] == [("C1", "It starts")]


@WAYS
def test_a_shortcut_feedback_the_app_home_and_a_file_arrive(fake: FakeSlack, way: str) -> None:
    heard = Heard(fake)
    heard.app.shortcut("find")(heard.take)
    heard.app.action("feedback")(heard.take)
    for event in ("app_home_opened", "message"):
        # By name, for Bolt looks at what a listener's parameters are called.
        heard.app.event(event)(lambda body: heard.hear(body))
    asked = {"channel": CHANNEL, "ts": TS, "user": "U2", "text": "When?"}
    message = posted(fake, FEEDBACK)
    with served(heard, fake, way):
        fake.shortcut("find", asked)
        fake.feedback(message, "bad")
        fake.app_home_opened("messages")
        heard.wait_for(3)
        fake.send_file("roles.md", b"# Roles")
        shortcut, feedback, opened, file = heard.wait_for(4)
    assert fake.late == []
    assert (shortcut["callback_id"], shortcut["message"]["text"], shortcut["channel"]["id"]) == (
        "find",
        "When?",
        CHANNEL,
    )
    assert (feedback["actions"][0]["type"], feedback["actions"][0]["value"]) == ("feedback_buttons", "bad")
    assert (opened["event"]["tab"], opened["event"]["channel"], opened["is_ext_shared_channel"]) == (
        "messages",
        DIRECT,
        False,
    )
    assert file["event"]["subtype"] == "file_share"
    [sent] = file["event"]["files"]
    assert fetched(sent["url_private_download"], BOT_TOKEN) == ("application/octet-stream", b"# Roles")
    assert fetched(sent["url_private_download"], "xoxb-other")[0] == "text/html; charset=utf-8"


@WAYS
def test_what_is_not_acknowledged_is_late(fake: FakeSlack, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("wire", "sockets"):
        monkeypatch.setattr(f"tests.bot.slack.fake.{module}.ACK_SECONDS", 0.3)
    heard = Heard(fake)
    message = posted(fake, {"type": "actions", "elements": [button("open")]})
    with served(heard, fake, way):
        done = fake.click(message, "open")
    assert not done.in_time
    assert fake.late == [done]


def test_a_person_can_only_do_what_is_there(fake: FakeSlack) -> None:
    message = {**posted(fake, {"type": "actions", "elements": [button("open", "1"), button("other", "2")]})}
    with pytest.raises(NotPossible, match="0 elements 'close'"):
        fake.click(message, "close")
    with pytest.raises(NotPossible, match="has the value '1', not '3'"):
        fake.click(message, "open", value="3")
    client(fake).views_open(trigger_id=fake.trigger(), view=FORM)
    view = fake.modals["U1"][0]
    with pytest.raises(NotPossible, match="title has to be filled in"):
        fake.submit(view, {"audience": "hr"})
    with pytest.raises(NotPossible, match="'none' is no option"):
        fake.submit(view, {"title": "T", "audience": "none"})
    with pytest.raises(NotPossible, match="0 to 20 characters, not 21"):
        fake.submit(view, {"title": "T" * 21, "audience": "hr"})
    fake.manifest = {**MANIFEST, "features": {}, "settings": {"event_subscriptions": {"bot_events": []}}}
    with pytest.raises(NotPossible, match="interactivity is off in the manifest"):
        fake.click(message, "open")
    with pytest.raises(NotPossible, match="the manifest has no command /merger"):
        fake.command("/merger")
    with pytest.raises(NotPossible, match="the manifest has no shortcut find"):
        fake.shortcut("find", message)
    with pytest.raises(NotPossible, match="the manifest does not subscribe to app_home_opened"):
        fake.app_home_opened()


def test_a_trigger_works_once_and_three_seconds(fake: FakeSlack) -> None:
    web = client(fake)
    trigger = fake.trigger()
    assert web.views_open(trigger_id=trigger, view=FORM)["ok"]
    assert refusal(web.views_open, trigger_id=trigger, view=FORM) == "exchanged_trigger_id"
    assert refusal(web.views_open, trigger_id="1.2.3", view=FORM) == "invalid_trigger_id"
    trigger = fake.trigger()
    fake.forward(3.1)
    assert refusal(web.views_open, trigger_id=trigger, view=FORM) == "expired_trigger_id"
    trigger = fake.trigger()
    fake.expire_triggers()
    assert refusal(web.views_push, trigger_id=trigger, view=FORM) == "expired_trigger_id"


def test_modals_stack_three_deep(fake: FakeSlack) -> None:
    web = client(fake)
    assert refusal(web.views_push, trigger_id=fake.trigger(), view=FORM) == "not_found"
    first = web.views_open(trigger_id=fake.trigger(), view=FORM)["view"]
    second = web.views_push(trigger_id=fake.trigger(), view=FORM)["view"]
    web.views_push(trigger_id=fake.trigger(), view=FORM)
    assert refusal(web.views_push, trigger_id=fake.trigger(), view=FORM) == "push_limit_reached"
    assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
    web.views_update(view_id=first["id"], view=modal(title=plain("Other")))
    assert [view["title"]["text"] for view in fake.modals["U1"]] == ["Other", "Form", "Form"]
    assert refusal(web.views_update, view_id=first["id"], hash=first["hash"], view=FORM) == "hash_conflict"
    assert refusal(web.views_update, view_id="V0", view=FORM) == "not_found"
    assert fake.close(fake.modals["U1"][-1]) is None
    assert len(fake.modals["U1"]) == 2


def test_a_home_tab_is_shown_where_the_manifest_has_one(fake: FakeSlack) -> None:
    home = {"type": "home", "blocks": [{"type": "header", "text": plain("Hello")}]}
    client(fake).views_publish(user_id="U7", view=home)
    shown = fake.home_of("U7")
    assert shown is not None
    assert shown["blocks"][0]["text"]["text"] == "Hello"
    assert fake.home_of() is None
    assert refusal(client(fake).views_publish, user_id="U7", view=FORM) == "invalid_arguments"
    fake.manifest["features"] = {**MANIFEST["features"], "app_home": {}}
    assert refusal(client(fake).views_publish, user_id="U7", view=home) == "not_enabled"
