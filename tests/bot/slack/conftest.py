"""The real app, run against a fake Slack, over HTTP or Socket Mode."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.answer.question import read
from bot.answer.types import Answer, Citation, Part, Turn
from bot.database import IN_MEMORY
from bot.evaluate import Outcome, Pair, problem_with
from bot.records import Records
from bot.slack.answers import Answers
from bot.slack.app import SlackApp, create_app, serve_http, serve_socket
from bot.slack.channels import Channels
from bot.slack.conversations import Conversations
from bot.slack.copies import Copies
from bot.slack.feedback import Feedback
from bot.slack.state import State
from bot.slack.types import Desk
from bot.unanswered import Group, Unanswered, grouped
from index.types import Manifest
from knowledge.audience import Audience
from knowledge.types import Block, BlockKind, Document, Source
from tests.bot.slack.fake.payloads import event_body as event_body
from tests.bot.slack.fake.wire import over_http as http_route
from tests.bot.slack.fake.wire import signature as signature_of
from tests.bot.slack.fake_slack import APP_TOKEN, BOT_TOKEN, BOT_USER, WAIT_SECONDS, FakeSlack, JsonObject
from tests.encoders import WordsEncoder

SECRET = "shhh"
CHANNEL = "C0MERGER"
DIRECT = "D0PERSON"


_WORDS = "The merger\n\nIt starts on 1 April 2020. It was agreed in October.\n"
APPROVAL = Document(
    Source(id="approval", file="approval.md", sha256="0" * 64, title="The merger is approved", published="2019-10-21"),
    _WORDS,
    (
        Block(BlockKind.HEADING, 0, 10, level=1),
        Block(BlockKind.PARAGRAPH, 12, len(_WORDS) - 1),
    ),
)
"""What `answer` quotes from."""
MANIFEST = Manifest(
    version="v0001",
    created=datetime(2019, 11, 1, 9, 30, tzinfo=UTC),
    model="all-MiniLM-L6-v2",
    fingerprint="0" * 64,
    backend="onnx",
    dimension=384,
    cutter=1,
    sources={"approval": "0" * 64},
    passages=1,
    tokens=12,
    checksums={},
)


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


AXES = "start money chair boat"
"""Words by which `Asking` tells questions apart."""
_NUMBERS = count(1)
"""No two answers have the same id."""


@dataclass
class Asking:
    """Stands where the service is: answers with the question's own words and keeps what it was asked."""

    seen: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)
    audiences: list[Audience] = field(default_factory=list)
    """What might be quoted in each answer."""
    replies: Callable[[str], Answer] = lambda text: answer(text, f"You asked: {text}")
    shelf: dict[str, Document] = field(default_factory=lambda: {"approval": APPROVAL})
    questions: tuple[str, ...] = ("When does it start?", "What conditions come with it?")
    """To begin with."""
    gate: Event | None = None
    started: Event = field(default_factory=Event)
    error: Exception | None = None

    def ask(self, text: str, thread: tuple[Turn, ...], audience: Audience) -> Answer:
        self.seen.append((text, thread))
        self.audiences.append(audience)
        self.started.set()
        if self.gate is not None:
            assert self.gate.wait(WAIT_SECONDS)
        if self.error is not None:
            raise self.error
        return self.replies(text).model_copy(update={"id": f"a{next(_NUMBERS)}"})

    def documents(self, audience: Audience) -> Mapping[str, Document]:
        allowed = {"", *audience}
        return {name: held for name, held in self.shelf.items() if held.source.audience in allowed}

    def sources(self, audience: Audience) -> Mapping[str, Source]:
        return {name: held.source for name, held in self.documents(audience).items()}

    def prompts(self) -> tuple[str, ...]:
        return self.questions

    def manifest(self) -> Manifest:
        return MANIFEST

    def grouped(self, questions: Sequence[Unanswered]) -> tuple[Group, ...]:
        return grouped(questions, lambda text: read(text, (), MANIFEST.created.date()), WordsEncoder(AXES))

    def tried(self, pair: Pair) -> Outcome:
        said = self.replies(pair.question)
        return Outcome(pair, said, problem_with(pair, said))


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
        all_headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature_of(SECRET, stamp, raw) if signature == "" else signature,
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
        fake.directs["U1"] = DIRECT
        yield fake
    assert fake.late == [], "not acknowledged within three seconds"


def hashed(user: str) -> str:
    return f"#{user}"


def in_memory() -> State:
    return State(
        records=Records(IN_MEMORY),
        conversations=Conversations(IN_MEMORY, 30),
        answers=Answers(IN_MEMORY, 30),
        channels=Channels(IN_MEMORY),
        copies=Copies(IN_MEMORY),
        feedback=Feedback(IN_MEMORY, 30),
        pseudonym=hashed,
        keep_days=30,
    )


def app(slack: FakeSlack, desk: Desk, state: State | None = None, **changes: Any) -> SlackApp:  # noqa: ANN401
    settings: dict[str, Any] = {
        "bot_token": BOT_TOKEN,
        "signing_secret": SECRET,
        "api_url": slack.api_url,
        "home": Path("no-home"),
    }
    return create_app(desk, state or in_memory(), **settings | changes)


@contextmanager
def over_http(slack: FakeSlack, desk: Desk, state: State | None = None, **changes: Any) -> Iterator[OverHttp]:  # noqa: ANN401
    made = app(slack, desk, state, **changes)
    with in_background(lambda stop, ready: serve_http(made, "127.0.0.1", 0, stop=stop, ready=ready)) as told:
        slack.route = http_route(told[0], SECRET)
        yield OverHttp(slack, told[0])


@contextmanager
def over_socket(slack: FakeSlack, desk: Desk, state: State | None = None, **changes: Any) -> Iterator[FakeSlack]:  # noqa: ANN401
    made = app(slack, desk, state, **changes)

    def serve(stop: Event, ready: Callable[..., None]) -> None:
        serve_socket(made, APP_TOKEN, stop=stop, ready=ready, ping_seconds=0.2)

    with in_background(serve):
        slack.sockets.wait_until(lambda sockets: sockets.opened == 1)
        slack.route = None
        yield slack
