"""An app of Bolt's own that tells what reaches it, and the things that people press and fill in."""

from __future__ import annotations

import logging
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.bot.slack.conftest import CHANNEL, SECRET
from tests.bot.slack.fake.sockets import WAIT_SECONDS
from tests.bot.slack.fake.wire import over_http
from tests.bot.slack.fake_slack import (
    APP_TOKEN,
    BOT_TOKEN,
    FakeSlack,
    JsonObject,
)

TS = "1571648400.000100"
MANIFEST: JsonObject = {
    "features": {
        "agent_view": {},
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/merger"}],
        "shortcuts": [{"callback_id": "find"}],
    },
    "oauth_config": {
        "scopes": {"bot": ["chat:write", "commands", "files:read", "usergroups:read", "assistant:write", "im:history"]}
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["app_home_opened", "message.im"]},
    },
}


def plain(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


def button(action_id: str, value: str = "v", text: str = "Press") -> JsonObject:
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": value}


def field(action_id: str, element: JsonObject, **changes: object) -> JsonObject:
    return {
        "type": "input",
        "block_id": f"{action_id}-block",
        "label": plain(action_id),
        "element": {"action_id": action_id, **element},
        **changes,
    }


def modal(*blocks: JsonObject, **changes: object) -> JsonObject:
    view = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Send")}
    return {**view, "blocks": list(blocks) or [{"type": "divider"}], **changes}


def options(*values: str) -> list[JsonObject]:
    return [{"text": plain(value.title()), "value": value} for value in values]


FORM = modal(
    field("title", {"type": "plain_text_input", "max_length": 20}),
    field("audience", {"type": "static_select", "options": options("all", "hr")}),
    field("day", {"type": "datepicker", "initial_date": "2019-10-21"}),
    field("tags", {"type": "checkboxes", "options": options("a", "b")}, optional=True),
)
FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "feedback",
            "positive_button": {"text": plain("Good"), "value": "good"},
            "negative_button": {"text": plain("Bad"), "value": "bad"},
        }
    ],
}


def client(fake: FakeSlack, token: str = BOT_TOKEN) -> WebClient:
    return WebClient(token=token, base_url=fake.api_url)


def refusal(call: Callable[..., Any], **args: Any) -> str:  # noqa: ANN401
    with pytest.raises(SlackApiError) as raised:
        call(**args)
    return str(raised.value.response["error"])


class Heard:
    """An app of Bolt's own that keeps what it is told."""

    def __init__(self, fake: FakeSlack) -> None:
        self.bodies: list[JsonObject] = []
        self.changed = Condition()
        self.app = App(
            token=BOT_TOKEN,
            signing_secret=SECRET,
            client=client(fake),
            logger=logging.getLogger("tests.bolt"),
        )

    def take(self, ack: Callable[..., Any], body: JsonObject, **answer: Any) -> None:  # noqa: ANN401
        self.hear(body)
        ack(**answer)

    def hear(self, body: JsonObject) -> None:
        with self.changed:
            self.bodies.append(body)
            self.changed.notify_all()

    def wait_for(self, count: int) -> list[JsonObject]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.bodies) == count, WAIT_SECONDS), self.bodies
        return self.bodies


@contextmanager
def served(heard: Heard, fake: FakeSlack, way: str) -> Iterator[None]:
    if way == "socket":
        handler = SocketModeHandler(heard.app, APP_TOKEN, ping_interval=0.2)
        handler.client.connect()
        try:
            fake.sockets.wait_until(lambda sockets: sockets.opened == 1)
            yield
        finally:
            handler.client.close()
        return

    server = ThreadingHTTPServer(("127.0.0.1", 0), receiving(heard.app))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        fake.route = over_http(f"http://127.0.0.1:{server.server_port}/slack/events", SECRET)
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def receiving(app: App) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            done = app.dispatch(BoltRequest(body=body, headers=dict(self.headers.items())))
            self.send_response(done.status)
            self.send_header("Content-Type", done.first_headers().get("content-type", "text/plain"))
            self.send_header("Content-Length", str(len(done.body.encode())))
            self.end_headers()
            self.wfile.write(done.body.encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler


WAYS = pytest.mark.parametrize("way", ["http", "socket"])


def posted(fake: FakeSlack, *blocks: JsonObject, channel: str = CHANNEL, **changes: Any) -> JsonObject:  # noqa: ANN401
    client(fake).chat_postMessage(channel=channel, text="Hello", blocks=list(blocks), **changes)
    return fake.on_show[-1]


def fetched(address: str, token: str) -> tuple[str, bytes]:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as response:
        assert response.status == 200
        return response.headers["Content-Type"], response.read()
