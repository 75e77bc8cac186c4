"""How Slack reaches an app: signed requests over HTTP, or envelopes through Socket Mode."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.bot.slack.fake.sockets import ACK_SECONDS, FakeSockets

JsonObject = dict[str, Any]

EVENT, INTERACTIVE, COMMAND = "events_api", "interactive", "slash_commands"


@dataclass(frozen=True)
class Delivery:
    """One thing that was delivered, and how it was acknowledged."""

    kind: str
    payload: JsonObject
    seconds: float
    """Until the acknowledgement was there."""
    status: int
    """Of HTTP; through a socket 200, or 0 if nothing came in three seconds."""
    answer: JsonObject
    """What came with the acknowledgement."""

    @property
    def in_time(self) -> bool:
        """Whether Slack takes it for acknowledged."""
        return 200 <= self.status < 300 and self.seconds <= ACK_SECONDS


Route = Callable[[str, JsonObject], Delivery]
"""Delivers a payload of a kind."""


def signature(secret: str, timestamp: str | None, raw: bytes) -> str:
    """The signature header of a body."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + raw, hashlib.sha256).hexdigest()


def over_http(address: str, secret: str) -> Route:
    """The route to an app's HTTP address."""

    def deliver(kind: str, payload: JsonObject) -> Delivery:
        raw, content_type = _body(kind, payload)
        timestamp = str(int(time.time()))
        headers = {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(secret, timestamp, raw),
            "Content-Type": content_type,
        }
        url = urlsplit(address)
        connection = http.client.HTTPConnection(url.netloc, timeout=ACK_SECONDS)
        began = time.monotonic()
        status, text, kind_of_text = 0, "", ""
        try:
            with suppress(OSError, http.client.HTTPException):
                connection.request("POST", url.path, raw, headers)
                response = connection.getresponse()
                text, kind_of_text = response.read().decode(), response.getheader("Content-Type", "")
                status = response.status
        finally:
            connection.close()
        return Delivery(kind, payload, time.monotonic() - began, status, _answer(text, kind_of_text))

    return deliver


def through(sockets: FakeSockets) -> Route:
    """The route through the newest socket."""

    def deliver(kind: str, payload: JsonObject) -> Delivery:
        seconds, answer = sockets.deliver(kind, payload)
        return Delivery(kind, payload, seconds, 0 if answer is None else 200, answer or {})

    return deliver


def _body(kind: str, payload: JsonObject) -> tuple[bytes, str]:
    form = "application/x-www-form-urlencoded"
    if kind == EVENT:
        return json.dumps(payload).encode(), "application/json"
    return urlencode(payload if kind == COMMAND else {"payload": json.dumps(payload)}).encode(), form


def _answer(text: str, content_type: str) -> JsonObject:
    if not text:
        return {}
    if content_type.startswith("application/json"):
        answer: JsonObject = json.loads(text)
        return answer
    return {"text": text}
