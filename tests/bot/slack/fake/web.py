"""A Slack on loopback that refuses what Slack would refuse: the Web API, response addresses and files."""

from __future__ import annotations

import json
import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.bot.slack.fake.calls import DOES, opened
from tests.bot.slack.fake.methods import Refused, check_arguments, check_scopes
from tests.bot.slack.fake.sockets import WAIT_SECONDS, FakeSockets
from tests.bot.slack.fake.workspace import Workspace

JsonObject = dict[str, Any]

BOT_TOKEN = "xoxb-1-good"
APP_TOKEN = "xapp-1-good"
NO_RESPONSE = 0
"""Status of a failure that closes the connection instead of answering."""
RESPONSE = "response_url"
"""Under which name replies to response addresses stand among the calls."""

NESTED = {"attachments", "blocks", "metadata", "prompts", "view"}
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in to Slack</title></head><body></body></html>"


@dataclass(frozen=True)
class Call:
    """One call of the Web API as it arrived."""

    method: str
    args: JsonObject
    accepted: bool
    at: float = 0.0
    """By the monotonic clock."""
    error: str = ""


@dataclass(frozen=True)
class Failure:
    """What a method answers instead, once."""

    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    arrives: bool = False
    """What was asked is done all the same."""


class WebApi(Workspace):
    """The Web API under `api_url`, and Socket Mode; use it in a `with`.

    Args:
        manifest: Of the app that is installed: its scopes, and what is switched on. The one we ship if none is given.
    """

    def __init__(self, manifest: JsonObject | None = None) -> None:
        super().__init__(manifest)
        self.calls: list[Call] = []
        self.sockets = FakeSockets()
        self.socket_url = self.sockets.url
        self.takes_seconds = 0.0
        """For each call, on the way and at Slack's."""
        self.holds_replies: Event | None = None
        """While it is not set, nobody gets a reply to chat.postMessage."""
        self._failures: dict[str, deque[Failure]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.sockets.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def api_url(self) -> str:
        return f"{self.address}/api/"

    def fail(self, method: str, *failures: Failure) -> None:
        """Answer the next calls of a method, or the next replies to a response address, with failures."""
        self._failures.setdefault(method, deque()).extend(failures)

    def of(self, method: str) -> list[JsonObject]:
        """The arguments of the calls of a method that were accepted, in their order."""
        with self.changed:
            return [call.args for call in self.calls if call.method == method and call.accepted]

    @property
    def messages(self) -> list[JsonObject]:
        """The messages that were accepted, in their order."""
        return self.of("chat.postMessage")

    @property
    def statuses(self) -> list[str]:
        """The statuses that were set, in their order."""
        return [args["status"] for args in self.of("assistant.threads.setStatus")]

    def wait_for_messages(self, count: int) -> list[JsonObject]:
        """The messages, once there are so many; fails if they do not come."""
        with self.changed:
            done = self.changed.wait_for(lambda: len(self.messages) >= count, WAIT_SECONDS)
        assert done, f"{len(self.messages)} messages instead of {count}: {self.calls}"
        return self.messages

    def wait_until(self, true: Callable[[Any], bool]) -> None:
        """Fails if it does not become true after some call."""
        with self.changed:
            assert self.changed.wait_for(lambda: true(self), WAIT_SECONDS), self.calls

    def answer(self, method: str, token: str, args: JsonObject) -> tuple[int, dict[str, str], JsonObject]:
        """What Slack returns to one call: status, headers, body."""
        with self.changed:
            waiting = self._failures.get(method)
            failure = waiting.popleft() if waiting else None
            result: JsonObject = {"ok": True}
            try:
                if failure is None:
                    failure = self._checked(method, token, args)
                if failure is None or failure.arrives:
                    result |= DOES[method](self, args)
            except Refused as refused:
                result = {"ok": False, "error": refused.code, **refused.more}
                if refused.detail:
                    result["response_metadata"] = {"messages": [f"[ERROR] {refused.detail}"]}
            arrived = bool(result["ok"]) and (failure is None or failure.arrives)
            if failure is not None:
                result = {"ok": False, "error": failure.error}
            self.calls.append(Call(method, args, arrived, time.monotonic(), result.get("error", "")))
            self.changed.notify_all()
        granted = {"X-OAuth-Scopes": ",".join(sorted(self.scopes))}
        return (failure.status, failure.headers, result) if failure else (200, granted, result)

    def _checked(self, method: str, token: str, args: JsonObject) -> Failure | None:
        """Raises Refused, or returns the failure that comes of asking too often."""
        if method not in DOES:
            raise Refused("unknown_method", method)
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            raise Refused("invalid_auth")
        check_arguments(method, args)
        check_scopes(method, args, self.scopes)
        seconds = self.rates.wait_seconds(method)
        if method == "chat.postMessage" and not self.rates.may_post(opened(self, args["channel"])):
            seconds = 1.0
        return Failure(429, "ratelimited", {"Retry-After": str(math.ceil(seconds))}) if seconds else None

    def download(self, path: str, token: str) -> tuple[str, bytes]:
        """Content type and bytes of a file; a page to sign in, with status 200, for whoever may not have it."""
        id = path.split("/")[2].removeprefix("T1-") if path.count("/") > 2 else ""
        if token != BOT_TOKEN or "files:read" not in self.scopes or id not in self.files:
            return "text/html; charset=utf-8", LOGIN_PAGE
        file, data = self.files[id]
        return file["mimetype"], data

    def respond(self, path: str, body: bytes) -> tuple[int, dict[str, str], str]:
        """Take what is sent to a response address: status, headers and text."""
        with self.changed:
            if waiting := self._failures.get(RESPONSE):
                failure = waiting.popleft()
                status, headers, words = failure.status, failure.headers, failure.error
            else:
                headers = {}
                status, words = self.responses.take(path.rpartition("/")[2], body)
            args = json.loads(body)
            self.calls.append(Call(RESPONSE, args, words == "ok", time.monotonic(), "" if words == "ok" else words))
            self.changed.notify_all()
        return status, headers, words


def _handler(slack: WebApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.path.startswith("/response/"):
                time.sleep(slack.takes_seconds)
                status, headers, words = slack.respond(self.path, raw)
                self._reply(status, {"Content-Type": "text/plain", **headers}, words.encode())
            else:
                self._call(raw)

        def do_GET(self) -> None:
            if self.path.startswith("/files-pri/"):
                kind, content = slack.download(urlsplit(self.path).path, self._token())
                self._reply(200, {"Content-Type": kind}, content)
            else:
                self._call(b"")

        def _token(self) -> str:
            return self.headers.get("Authorization", "").removeprefix("Bearer ")

        def _call(self, raw: bytes) -> None:
            method, _, query = self.path.removeprefix("/api/").partition("?")
            args = dict(parse_qsl(query)) | _arguments(raw, self.headers.get("Content-Type", ""))
            time.sleep(slack.takes_seconds)
            status, headers, body = slack.answer(method, self._token() or args.pop("token", ""), args)
            if method == "chat.postMessage" and slack.holds_replies is not None:
                slack.holds_replies.wait(WAIT_SECONDS)
            self._reply(status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode())

        def _reply(self, status: int, headers: dict[str, str], content: bytes) -> None:
            if status == NO_RESPONSE:
                return
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            with suppress(OSError):  # whoever asked may have been killed
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _arguments(raw: bytes, content_type: str) -> JsonObject:
    """What a body says, as JSON or as a form; in a form, what is nested is JSON."""
    args: JsonObject
    if content_type.startswith("application/json"):
        args = json.loads(raw or b"{}")
        return args
    args = dict(parse_qsl(raw.decode()))
    return args | {name: json.loads(args[name]) for name in NESTED & args.keys()}
