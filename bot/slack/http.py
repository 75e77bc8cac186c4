"""The HTTP side: a gate that lets in what Slack signed, behind waitress. The only file that knows waitress."""

from __future__ import annotations

import errno
import hashlib
import hmac
import logging
import re
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import waitress
from waitress.server import TcpWSGIServer

from bot.slack.types import SlackSetupError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

THREADS = 16
"""Requests acknowledged at the same time; each takes a few milliseconds, so 50 at once are through in a second."""
SIGNATURE_SECONDS = 300
"""A request older than this may be a replay; Slack names five minutes."""
BODY_BYTES = 1_000_000
"""Of one request; Slack's events are a few kilobytes."""
CLOSE_SECONDS = 5.0
"""For the acknowledgements under way when the server stops."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back to Slack."""

    status: int
    body: str
    content_type: str = "text/plain"


Receive = Callable[[bytes, str], Response]
"""Takes the body of a request that Slack signed, and its content type. Raises ValueError if it cannot be read."""


class HttpServer:
    """Listens from the start; takes requests on threads of its own until it is closed.

    Args:
        host: Address to listen on.
        port: 0 for any free one.
        path: Where Slack's requests come in; all else is 404.
        signing_secret: What Slack signs with.
        receive: Gets the requests that are signed.

    Raises:
        SlackSetupError: The port cannot be used.
    """

    def __init__(self, host: str, port: int, path: str, *, signing_secret: str, receive: Receive) -> None:
        # It warns whenever more requests come at once than there are threads, which is what the queue is for.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        listening = _listen(host, port)
        self.address = f"http://{host}:{listening.getsockname()[1]}{path}"
        connections: dict[int, Any] = {}
        self._server: TcpWSGIServer = waitress.create_server(
            partial(_serve, path, signing_secret, receive),
            map=connections,
            sockets=[listening],
            threads=THREADS,
            max_request_body_size=BODY_BYTES,
            ident=None,
        )
        self._loop = Thread(target=self._server.run, name="http", daemon=True)
        self._loop.start()

    def close(self) -> None:
        """Send the acknowledgements under way, then close all connections."""
        self._server.task_dispatcher.shutdown(timeout=CLOSE_SECONDS)
        woken = Event()
        # On the server's own thread, which reads and changes the same sockets.
        self._server.trigger.pull_trigger(partial(self._close_connections, woken))
        woken.set()
        self._loop.join(CLOSE_SECONDS)

    def _close_connections(self, woken: Event) -> None:
        # What wakes this thread is closed too, so not before whoever asks has finished with it.
        woken.wait(CLOSE_SECONDS)
        for channel in self._server.active_channels.values():
            channel.close_when_flushed = True
        self._server.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as failed:
        if failed.errno == errno.EADDRINUSE:
            raise SlackSetupError(
                f"Port {port} on {host} is in use by another program. Stop that one, or set PORT to another."
            ) from failed
        raise SlackSetupError(
            f"Cannot listen on {host}, port {port} ({failed.strerror}). Set PORT to a free one above 1023."
        ) from failed


def _serve(
    path: str, signing_secret: str, receive: Receive, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    response = _response(path, signing_secret, receive, environ)
    body = response.body.encode()
    headers = [("Content-Type", response.content_type), ("Content-Length", str(len(body)))]
    start_response(f"{response.status} {HTTPStatus(response.status).phrase}", headers)
    return [body]


def _response(path: str, signing_secret: str, receive: Receive, environ: WSGIEnvironment) -> Response:
    if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != path:
        return Response(404, "Not found\n")
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
    if not signed(signing_secret, timestamp, environ.get("HTTP_X_SLACK_SIGNATURE", ""), body, time.time()):
        _log.warning("Refused a request without a valid signature. If it was Slack's, check SLACK_SIGNING_SECRET.")
        return Response(401, "Not signed by Slack\n")
    try:
        return receive(body, environ.get("CONTENT_TYPE", ""))
    except ValueError:
        return Response(400, "Neither JSON nor a form\n")


def signed(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Whether Slack signed a request, and not long ago.

    Args:
        secret: The app's signing secret.
        timestamp: Header X-Slack-Request-Timestamp, in seconds since 1970; anything at all may stand in it.
        signature: Header X-Slack-Signature.
        body: As it came over the wire.
        now: Seconds since 1970.
    """
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(now - int(timestamp)) > SIGNATURE_SECONDS:
        return False
    base = b"v0:" + timestamp.encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
