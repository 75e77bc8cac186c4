"""A Socket Mode connection that is dead without a word: both ends think it is open, and nothing comes through."""

from __future__ import annotations

import logging
import select
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection

from bot.slack import app as app_module
from bot.slack.app import serve_socket
from tests.bot.slack.conftest import Asking, app, in_background, mention, over_socket
from tests.bot.slack.fake_slack import APP_TOKEN, FakeSlack

MOST_SECONDS = 20.0
"""In which people's questions may go nowhere."""
STEP_SECONDS = 0.02


class Line:
    """A wire to a port on loopback that carries every connection, until those that are open die at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._other: dict[socket.socket, socket.socket] = {}
        self._all: list[socket.socket] = []
        self._lock = Lock()
        self._over = Event()
        self._thread = Thread(target=self._carry)
        self._thread.start()

    def die(self) -> int:
        """From now on nothing comes through what is open, in neither direction, and nobody is told.

        Returns:
            How many connections have been opened so far, all of which are dead now.
        """
        with self._lock:
            self._other.clear()
            return len(self._all) // 2

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        for each in (self._listener, *self._all):
            each.close()

    def _carry(self) -> None:
        while not self._over.is_set():
            with self._lock:
                ends = [self._listener, *self._other]
            ready, _, _ = select.select(ends, [], [], STEP_SECONDS)
            with self._lock:
                for end in ready:
                    if end is self._listener:
                        self._open()
                    elif end in self._other:
                        self._pass_on(end)

    def _open(self) -> None:
        near, _ = self._listener.accept()
        far = socket.create_connection(("127.0.0.1", self._port))
        self._all += [near, far]
        self._other |= {near: far, far: near}

    def _pass_on(self, end: socket.socket) -> None:
        other = self._other[end]
        try:
            said = end.recv(65_536)
            if said:
                other.sendall(said)
        except OSError:
            said = b""
        if not said:
            for each in (end, other):
                del self._other[each]
                each.close()


@contextmanager
def line_to(slack: FakeSlack) -> Iterator[Line]:
    """A line through which the sockets of a Slack are reached."""
    url = urlsplit(slack.socket_url)
    assert url.port is not None
    with closing(Line(url.port)) as line:
        slack.socket_url = url._replace(netloc=f"127.0.0.1:{line.port}").geturl()
        yield line


def test_a_connection_that_is_dead_without_a_word_is_replaced(slack: FakeSlack) -> None:
    with line_to(slack) as line, over_socket(slack, Asking()):
        # The client counts from the first pong, which Slack has sent before the second question.
        slack.event(mention("One", channel="C1"))
        slack.event(mention("Two", channel="C2"))
        slack.wait_for_messages(2)
        dead = line.die()
        slack.sockets.wait_until(lambda sockets: sockets.opened > dead)
        slack.event(mention("Three", channel="C3"))
        messages = slack.wait_for_messages(3)
    assert sorted((message["channel"], message["text"].partition(" As of")[0]) for message in messages) == [
        ("C1", "You asked: One"),
        ("C2", "You asked: Two"),
        ("C3", "You asked: Three"),
    ]


def silence_noticed_after(client: SocketModeClient) -> int:
    """The whole seconds without a pong after which a connection like this client's is given up."""
    for seconds in range(1, 120):
        here, there = socket.socketpair()
        with here, there:
            connection = Connection("ws://127.0.0.1/", logging.getLogger(__name__), ping_interval=client.ping_interval)
            vars(connection)["sock"] = here
            connection.last_ping_pong_time = time.time() - seconds
            connection.check_state()
            if not connection.is_active():
                return seconds
    raise AssertionError("it never is")


def test_as_shipped_a_dead_connection_is_given_up_within_twenty_seconds(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[SocketModeClient] = []
    real = vars(app_module)["SocketModeHandler"]

    def kept(*args: Any, **settings: Any) -> Any:  # noqa: ANN401
        handler = real(*args, **settings)
        made.append(handler.client)
        return handler

    monkeypatch.setattr(app_module, "SocketModeHandler", kept)
    running = app(slack, Asking())
    with in_background(lambda stop, ready: serve_socket(running, APP_TOKEN, stop=stop, ready=ready)):
        [client] = made
        assert client.current_session is not None
        # The connection is closed between two receptions, and a reception ends when nothing came for so long.
        reception = client.current_session.receive_timeout
        check = client.current_app_monitor.interval_seconds
    noticed = silence_noticed_after(client)
    assert noticed > 2 * check, "pongs that are a little late must not break a connection"
    assert noticed + check + reception < MOST_SECONDS
