"""The sockets of Socket Mode, as Slack offers them."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from threading import Condition, Thread
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

JsonObject = dict[str, Any]

WAIT_SECONDS = 20.0
"""Until something that has to happen counts as missing; nothing here takes nearly as long."""
ACK_SECONDS = 3.0


class FakeSockets:
    """Socket Mode as Slack offers it: sends envelopes and notes which are acknowledged."""

    def __init__(self) -> None:
        self.acks: list[str] = []
        self.answers: dict[str, JsonObject] = {}
        """What came with acknowledgements, by envelope."""
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
                acknowledged = json.loads(message)
                with self._changed:
                    self.answers[acknowledged["envelope_id"]] = acknowledged.get("payload") or {}
                    self.acks.append(acknowledged["envelope_id"])
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

    def deliver(self, kind: str, payload: JsonObject) -> tuple[float, JsonObject | None]:
        """Deliver an envelope of a kind on the newest connection.

        Returns the seconds until it was acknowledged and what came with that; None if nothing came in three seconds.
        """
        envelope_id = str(uuid4())
        answers = kind != "events_api"
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": answers}
        began = time.monotonic()
        self.send_raw(json.dumps(envelope if answers else {**envelope, "retry_attempt": 0, "retry_reason": ""}))
        with self._changed:
            self._changed.wait_for(lambda: envelope_id in self.answers, ACK_SECONDS)
            return time.monotonic() - began, self.answers.get(envelope_id)

    @property
    def connected(self) -> bool:
        """Whether somebody is there to deliver to."""
        with self._changed:
            return bool(self._connections)

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
