"""The real app, run against a fake Slack, over HTTP or Socket Mode."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.answer.types import Answer, Citation, Part, Turn
from bot.database import IN_MEMORY
from bot.records import Records
from bot.slack.app import SlackApp, create_app, serve_http, serve_socket
from bot.slack.conversations import Conversations
from bot.slack.state import State
from bot.slack.types import Ask
from tests.bot.slack.fake_slack import APP_TOKEN, BOT_TOKEN, BOT_USER, WAIT_SECONDS, FakeSlack, JsonObject

SECRET = "shhh"
CHANNEL = "C0MERGER"
DIRECT = "D0PERSON"


def citation(number: int = 1, **changes: Any) -> Citation:  # noqa: ANN401
    made = Citation(
        number=number,
        document="approval",
        title="The merger is approved",
        publisher="Kent and Medway CCGs",
        published="2019-10-21",
        url="https://example.org/approval",
        section="Conditions",
        page=None,
        start=0,
        end=9,
        quote="It starts",
    )
    return made.model_copy(update=changes)


def answer(question: str = "", text: str = "It starts on 1 April 2020.", **changes: Any) -> Answer:  # noqa: ANN401
    made = Answer(
        id="a1",
        question=question,
        abstained=False,
        reason="",
        confidence=0.9,
        as_of="2019-10-21",
        text=text,
        parts=(Part(text=text, citations=(1,)),),
        citations=(citation(),),
        index_version="v1",
        took_ms=1.0,
    )
    return made.model_copy(update=changes)


@dataclass
class Asking:
    """Stands where the service is: answers with the question's own words and keeps what it was asked."""

    seen: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    gate: Event | None = None
    started: Event = field(default_factory=Event)
    error: Exception | None = None

    def __call__(self, text: str, thread: tuple[Turn, ...]) -> Answer:
        self.seen.append((text, thread))
        self.started.set()
        if self.gate is not None:
            assert self.gate.wait(WAIT_SECONDS)
        if self.error is not None:
            raise self.error
        return answer(text, f"You asked: {text}")


def event_body(event: JsonObject, event_id: str = "Ev1") -> JsonObject:
    return {
        "token": "verification",
        "team_id": "T1",
        "api_app_id": "A1",
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1571648400,
        "authorizations": [{"team_id": "T1", "user_id": BOT_USER, "is_bot": True}],
    }


def mention(text: str = "When does it start?", ts: str = "1571648400.000100", **changes: object) -> JsonObject:
    words = f"<@{BOT_USER}> {text}".strip()
    event = {"type": "app_mention", "user": "U1", "text": words, "ts": ts, "channel": CHANNEL, "event_ts": ts}
    return event | changes


def direct(text: str = "When does it start?", ts: str = "1571648400.000100", **changes: object) -> JsonObject:
    event = {"type": "message", "channel_type": "im", "user": "U1", "text": text, "ts": ts, "channel": DIRECT}
    return event | changes


@dataclass
class OverHttp:
    """The app behind waitress, and Slack's side of the wire."""

    slack: FakeSlack
    address: str

    def post(self, event: JsonObject, event_id: str = "Ev1", **headers: str) -> int:
        """Deliver an event, signed, and give the status of the reply."""
        return self.send(json.dumps(event_body(event, event_id)), **headers)[0]

    def send(
        self,
        body: str | bytes,
        *,
        timestamp: str | None = "",
        signature: str | None = "",
        path: str = "",
        **headers: str,
    ) -> tuple[int, str]:
        """Send a body; None leaves a header out, "" makes the right one. Underscores in names of headers are dashes."""
        raw = body.encode() if isinstance(body, str) else body
        stamp = str(int(time.time())) if timestamp == "" else timestamp
        digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
        all_headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}" if signature == "" else signature,
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        url = urlsplit(self.address)
        connection = http.client.HTTPConnection(url.netloc, timeout=WAIT_SECONDS)
        try:
            present = {name: value for name, value in all_headers.items() if value is not None}
            connection.request("POST", path or url.path, raw, present)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@contextmanager
def in_background(serve: Callable[[Event, Callable[..., None]], None]) -> Iterator[tuple[Any, ...]]:
    """Serve on a thread; yields what `ready` was called with, and stops at the end."""
    stop, is_ready = Event(), Event()
    told: list[tuple[Any, ...]] = []

    def ready(*args: object) -> None:
        told.append(args)
        is_ready.set()

    thread = Thread(target=serve, args=(stop, ready))
    thread.start()
    try:
        assert is_ready.wait(WAIT_SECONDS)
        yield told[0]
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with FakeSlack() as fake:
        yield fake


def hashed(user: str) -> str:
    return f"#{user}"


def in_memory() -> State:
    return State(Records(IN_MEMORY), Conversations(IN_MEMORY, 30), hashed)


def app(slack: FakeSlack, ask: Ask, state: State | None = None, **changes: Any) -> SlackApp:  # noqa: ANN401
    settings: dict[str, Any] = {"bot_token": BOT_TOKEN, "signing_secret": SECRET, "api_url": slack.api_url}
    return create_app(ask, state or in_memory(), **settings | changes)


@contextmanager
def over_http(slack: FakeSlack, ask: Ask, state: State | None = None, **changes: Any) -> Iterator[OverHttp]:  # noqa: ANN401
    made = app(slack, ask, state, **changes)
    with in_background(lambda stop, ready: serve_http(made, "127.0.0.1", 0, stop=stop, ready=ready)) as told:
        yield OverHttp(slack, told[0])


@contextmanager
def over_socket(slack: FakeSlack, ask: Ask, state: State | None = None) -> Iterator[FakeSlack]:
    made = app(slack, ask, state)

    def serve(stop: Event, ready: Callable[..., None]) -> None:
        serve_socket(made, APP_TOKEN, stop=stop, ready=ready, ping_seconds=0.2)

    with in_background(serve):
        slack.sockets.wait_until(lambda sockets: sockets.opened == 1)
        yield slack
