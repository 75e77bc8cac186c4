"""A Slack on loopback that refuses what Slack would refuse: the Web API, and the sockets of Socket Mode."""

from __future__ import annotations

import json
import re
import socket
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Event, RLock, Thread
from typing import Any
from urllib.parse import parse_qsl

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

BOT_TOKEN = "xoxb-1-good"
APP_TOKEN = "xapp-1-good"
BOT_USER = "U0BOT"
BOT_ID = "B0BOT"

WAIT_SECONDS = 20.0
"""Until something that has to happen counts as missing; nothing here takes nearly as long."""
ACK_SECONDS = 3.0
NO_RESPONSE = 0
"""Status of a failure that closes the connection instead of answering."""

MAX_BLOCKS = 50
MAX_SECTION_CHARS = 3_000
MAX_TEXT_CHARS = 40_000
MAX_BLOCKS_CHARS = 13_200
MAX_URL_CHARS = 3_000
BLOCK_TYPES = {
    "section",
    "rich_text",
    "context",
    "divider",
    "header",
    "actions",
    "context_actions",
    "markdown",
    "image",
    "table",
}
RICH_TYPES = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
RICH_LEAVES = {"text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color", "team"}
REQUIRED = {
    "auth.test": set[str](),
    "apps.connections.open": set[str](),
    "chat.postMessage": {"channel"},
    "chat.update": {"channel", "ts"},
    "assistant.threads.setStatus": {"channel_id", "thread_ts", "status"},
    "conversations.replies": {"channel", "ts"},
}
CHANNEL_SECONDS = 0.99
"""Between two messages into a channel; a little less than a second, for the clocks of both sides."""
MAX_UPDATE_CHARS = 4_000
HISTORY = {"C": "channels:history", "G": "groups:history", "D": "im:history"}
"""The scope that reading a conversation takes, by the first letter of its id."""
METHODS = Path(__file__).parents[3].parent / "shared" / "slack" / "web_api_methods.json"
TIMESTAMP = re.compile(r"\d{10}\.\d{6}")

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call of the Web API as it arrived."""

    method: str
    args: JsonObject
    accepted: bool
    at: float = 0.0
    """By the monotonic clock."""


@dataclass(frozen=True)
class Failure:
    """What a method answers instead, once."""

    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    arrives: bool = False
    """What was asked is done all the same."""


class FakeSlack:
    """The Web API under `api_url`, and Socket Mode; use it in a `with`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.sockets = FakeSockets()
        self.takes_seconds = 0.0
        """For each call, on the way and at Slack's."""
        self.holds_replies: Event | None = None
        """While it is not set, nobody gets a reply to chat.postMessage."""
        self.scopes = {"im:history", "channels:history", "groups:history"}
        self.shown_status: dict[tuple[str, str], str] = {}
        self._failures: dict[str, deque[Failure]] = {}
        self._posted: list[JsonObject] = []
        self._posted_at: dict[str, float] = defaultdict(lambda: float("-inf"))
        self._changed = Condition(RLock())
        self._known = json.loads(METHODS.read_text())["methods"] if METHODS.exists() else {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> FakeSlack:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.sockets.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/"

    def fail(self, method: str, *failures: Failure) -> None:
        """Answer the next calls of a method with failures."""
        self._failures.setdefault(method, deque()).extend(failures)

    @property
    def messages(self) -> list[JsonObject]:
        """The messages that were accepted, in their order."""
        with self._changed:
            return [call.args for call in self.calls if call.method == "chat.postMessage" and call.accepted]

    def wait_for_messages(self, count: int) -> list[JsonObject]:
        """The messages, once there are so many; fails if they do not come."""
        with self._changed:
            done = self._changed.wait_for(lambda: len(self.messages) >= count, WAIT_SECONDS)
        assert done, f"{len(self.messages)} messages instead of {count}: {self.calls}"
        return self.messages

    def answer(self, method: str, token: str, args: JsonObject) -> tuple[int, dict[str, str], JsonObject]:
        """What Slack returns to one call: status, headers, body."""
        with self._changed:
            waiting = self._failures.get(method)
            failure = waiting.popleft() if waiting else self._pace_problem(method, args)
            error = failure.error if failure else self._refusal(method, token, args)
            status = failure.status if failure else 200
            accepted = not error and status == 200
            arrived = accepted or (failure is not None and failure.arrives)
            self.calls.append(Call(method, args, arrived, time.monotonic()))
            result = self._result(method, args) if arrived else {}
            self._changed.notify_all()
        if not accepted:
            return status, failure.headers if failure else {}, {"ok": False, "error": error}
        return 200, {}, {"ok": True, **result}

    def _pace_problem(self, method: str, args: JsonObject) -> Failure | None:
        """About one message a second goes into a channel; what comes sooner is refused, as Slack does."""
        if method != "chat.postMessage" or time.monotonic() - self._posted_at[args["channel"]] >= CHANNEL_SECONDS:
            return None
        return Failure(429, "ratelimited", {"Retry-After": "1"})

    def _result(self, method: str, args: JsonObject) -> JsonObject:
        if method == "auth.test":
            return {"user": "merger", "user_id": BOT_USER, "bot_id": BOT_ID, "team": "Kent", "team_id": "T1"}
        if method == "apps.connections.open":
            return {"url": self.sockets.url}
        if method == "conversations.replies":
            thread = [m for m in self._posted if (m["channel"], m["thread_ts"]) == (args["channel"], args["ts"])]
            return {"messages": [m for m in thread if m["ts"] > args.get("oldest", "0")], "has_more": False}
        if method == "assistant.threads.setStatus":
            self.shown_status[args["channel_id"], args["thread_ts"]] = args["status"]
            return {}
        if method == "chat.update":
            next(m for m in self._posted if m["ts"] == args["ts"]).update(args)
            return {"ts": args["ts"]}
        message = {**args, "ts": f"1571650000.{len(self.calls):06}", "bot_id": BOT_ID, "user": BOT_USER}
        self.shown_status[args["channel"], args.get("thread_ts", "")] = ""
        self._posted_at[args["channel"]] = time.monotonic()
        self._posted.append(message)
        return {"ts": message["ts"]}

    @property
    def statuses(self) -> list[str]:
        """The statuses that were set, in their order."""
        with self._changed:
            calls = [call for call in self.calls if call.method == "assistant.threads.setStatus" and call.accepted]
            return [call.args["status"] for call in calls]

    @property
    def on_show(self) -> list[JsonObject]:
        """The messages as people see them now."""
        with self._changed:
            return [dict(message) for message in self._posted]

    def wait_until(self, true: Callable[[FakeSlack], bool]) -> None:
        """Fails if it does not become true after some call."""
        with self._changed:
            assert self._changed.wait_for(lambda: true(self), WAIT_SECONDS), self.calls

    def _refusal(self, method: str, token: str, args: JsonObject) -> str:
        known = self._known or REQUIRED
        if method not in known:
            return "unknown_method"
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            return "invalid_auth"
        if missing := (REQUIRED.get(method, set()) | self._required(method)) - args.keys():
            return f"missing_args:{sorted(missing)}"
        for name, value in args.items():
            if problem := self._wrong_argument(method, name, value):
                return problem
        if method == "conversations.replies" and HISTORY[args["channel"][0]] not in self.scopes:
            return "missing_scope"
        if method == "chat.update":
            if not any((m["channel"], m["ts"]) == (args["channel"], args["ts"]) for m in self._posted):
                return "message_not_found"
            if len(args.get("text", "")) > MAX_UPDATE_CHARS:
                return "msg_too_long"
        return message_problem(args) if method in ("chat.postMessage", "chat.update") else ""

    def _required(self, method: str) -> set[str]:
        return set(self._known[method]["required"]) if self._known else set()

    def _wrong_argument(self, method: str, name: str, value: object) -> str:
        if not self._known or name == "team_id":  # Bolt adds it to every call, Slack ignores it
            return ""
        if name not in self._known[method]["args"]:
            return f"unknown argument {name}"
        kind = self._known[method]["args"][name].get("type")
        right = {"boolean": lambda: value in (True, False, "1", "0"), "string": lambda: isinstance(value, str)}
        return "" if right.get(kind, lambda: True)() else f"{name} is no {kind}"


def message_problem(message: JsonObject) -> str:
    """Why Slack would refuse a message; empty if it would not."""
    if "thread_ts" in message and not TIMESTAMP.fullmatch(message["thread_ts"]):
        return "invalid_thread_ts"
    text, blocks = message.get("text", ""), message.get("blocks", [])
    if not text and not blocks:
        return "no_text"
    if len(text) > MAX_TEXT_CHARS:
        return "msg_too_long"
    if len(blocks) > MAX_BLOCKS or any(block.get("type") not in BLOCK_TYPES for block in blocks):
        return "invalid_blocks"
    if sum(len(words) for element in elements(blocks) for words in words_in(element)) > MAX_BLOCKS_CHARS:
        return "msg_blocks_too_long"
    return next(filter(None, map(_element_problem, elements(blocks))), "")


def elements(blocks: list[JsonObject]) -> Iterator[JsonObject]:
    """All blocks and what is in them, however deep."""
    for block in blocks:
        yield block
        inside = [*block.get("elements", []), *block.get("fields", [])]
        yield from elements([*inside, block["text"]] if isinstance(block.get("text"), dict) else inside)


def words_in(element: JsonObject) -> list[str]:
    """The strings in an element that count."""
    return [element[name] for name in ("text", "url") if isinstance(element.get(name), str)]


def _element_problem(element: JsonObject) -> str:
    kind = element.get("type")
    if kind not in BLOCK_TYPES | RICH_TYPES | RICH_LEAVES | {
        "plain_text",
        "mrkdwn",
        "button",
        "static_select",
        "feedback_buttons",
    }:
        return f"invalid_blocks: {kind}"
    if kind == "link" and not re.match(r"https?://\S+$", element["url"][:MAX_URL_CHARS]):
        return "invalid_blocks: url"
    if kind in ("text", "plain_text", "mrkdwn", "link") and not 0 < len(element["text"]) <= MAX_SECTION_CHARS:
        return "invalid_blocks: text"
    if "elements" in element and not element["elements"]:
        return "invalid_blocks: nothing in it"
    if kind == "context" and len(element["elements"]) > 10:
        return "invalid_blocks: context"
    return ""


def _handler(slack: FakeSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Content-Type", "").startswith("application/json"):
                args = json.loads(raw or b"{}")
            else:
                args = dict(parse_qsl(raw.decode()))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            method, _, query = self.path.removeprefix("/api/").partition("?")
            args |= dict(parse_qsl(query))
            time.sleep(slack.takes_seconds)
            status, headers, body = slack.answer(method, token or args.pop("token", ""), args)
            if method == "chat.postMessage" and slack.holds_replies is not None:
                slack.holds_replies.wait(WAIT_SECONDS)
            if status == NO_RESPONSE:
                return
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            with suppress(OSError):  # whoever asked may have been killed
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class FakeSockets:
    """Socket Mode as Slack offers it: sends envelopes and notes which are acknowledged."""

    def __init__(self) -> None:
        self.acks: list[str] = []
        self.opened = 0
        self._connections: list[ServerConnection] = []
        self._changed = Condition()
        # Slack pings; so often here, because the client only closes between two frames.
        self._server: Server = serve(self._talk, "127.0.0.1", 0, ping_interval=0.05)
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link/?ticket=1"

    def _talk(self, connection: ServerConnection) -> None:
        with self._changed:
            self._connections.append(connection)
            self.opened += 1
            self._changed.notify_all()
        try:
            connection.send(json.dumps({"type": "hello", "num_connections": 1}))
            for message in connection:
                with self._changed:
                    self.acks.append(json.loads(message)["envelope_id"])
                    self._changed.notify_all()
        except (ConnectionClosed, OSError):
            pass
        with self._changed:
            self._connections.remove(connection)
            self._changed.notify_all()

    def wait_until(self, true: Callable[[FakeSockets], bool], seconds: float = WAIT_SECONDS) -> None:
        """Fails if it does not become true."""
        with self._changed:
            assert self._changed.wait_for(lambda: true(self), seconds), f"{self.opened} opened, acks {self.acks}"

    def send(self, envelope_id: str, payload: JsonObject, *, retry: int = 0, fragments: bool = False) -> None:
        """Deliver an event on the newest connection, and fail if it is not acknowledged within three seconds."""
        before = self.acks.count(envelope_id)
        envelope = {
            "type": "events_api",
            "envelope_id": envelope_id,
            "payload": payload,
            "accepts_response_payload": False,
            "retry_attempt": retry,
            "retry_reason": "timeout" if retry else "",
        }
        self.send_raw(json.dumps(envelope), fragments=fragments)
        if not fragments:
            self.wait_until(lambda sockets: sockets.acks.count(envelope_id) > before, ACK_SECONDS)

    def send_raw(self, message: str, *, fragments: bool = False) -> None:
        """Send as it is, in one frame or in two."""
        self._connections[-1].send([message[:9], message[9:]] if fragments else message)

    def refresh(self) -> None:
        """Ask the client to connect anew, as Slack does every few hours."""
        before = self.opened
        self.send_raw(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
        self.wait_until(lambda sockets: sockets.opened > before)

    def drop(self) -> None:
        """Break the newest connection without a word."""
        before = self.opened
        self._connections[-1].socket.shutdown(socket.SHUT_RDWR)
        self.wait_until(lambda sockets: sockets.opened > before)

    def close(self) -> None:
        """Close everything; the clients should be gone by now."""
        self._server.shutdown()
        self._thread.join()
        with self._changed:
            self._changed.wait_for(lambda: not self._connections, WAIT_SECONDS)
