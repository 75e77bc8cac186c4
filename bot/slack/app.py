"""The Slack app: one Bolt app, reached by HTTP or by Socket Mode. The only file that knows Bolt and waitress."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import waitress
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler, ServerErrorRetryHandler

from bot.slack.delivery import Delivery, error_code
from bot.slack.listeners import listeners
from bot.slack.types import Ask, Claim, SlackSetupError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

WORKERS = 4
"""Answers prepared at the same time; one takes milliseconds, so this is about waiting for Slack."""
LISTENER_THREADS = 8
"""Threads that take events in; they never wait for an answer."""
HTTP_THREADS = 16
"""Requests acknowledged at the same time; each takes a few milliseconds, so 50 at once are through in a second."""
PING_SECONDS = 3.0
"""Between pings in Socket Mode. A dead connection is noticed after four: 17 s at the most, 45 s with Bolt's own 10 s."""
SIGNATURE_SECONDS = 300
"""A request older than this may be a replay; Slack names five minutes."""
BODY_BYTES = 1_000_000
"""Of one request; Slack's events are a few kilobytes."""
RATE_LIMIT_RETRIES = 5
SERVER_ERROR_RETRIES = 2
CLOSE_SECONDS = 5.0
"""For the acknowledgements under way when the HTTP server stops."""

_WRONG_TOKEN = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
}
_BOT_TOKEN_PLACE = "api.slack.com/apps, your app, OAuth & Permissions, Bot User OAuth Token"
_APP_TOKEN_PLACE = "api.slack.com/apps, your app, Basic Information, App-Level Tokens (scope connections:write)"
_SECRET_PLACE = "api.slack.com/apps, your app, Basic Information, Signing Secret"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SlackApp:
    """The app, ready to be served: connected to one workspace, its answering threads running."""

    bolt: App
    delivery: Delivery
    name: str
    """Of the bot in Slack."""
    team: str
    """Name of the workspace."""
    signing_secret: str = field(repr=False)

    def stop(self) -> None:
        """Take no more questions and finish the answers in hand."""
        self.bolt.listener_runner.listener_executor.shutdown(wait=True)
        self.delivery.stop()


def create_app(
    ask: Ask,
    claim: Claim,
    *,
    bot_token: str,
    signing_secret: str = "",
    api_url: str = "https://slack.com/api/",
    workers: int = WORKERS,
) -> SlackApp:
    """Connect to the workspace of the bot's token and get ready to answer.

    Args:
        ask: Answers a question; called on several threads at once.
        claim: Says whether a question is new, and marks it as taken.
        bot_token: Starts with `xoxb-`.
        signing_secret: Needed for HTTP only.
        api_url: Base of Slack's Web API.
        workers: Answers prepared at the same time.

    Raises:
        SlackSetupError: The token is missing or wrong, or Slack cannot be reached.
    """
    _check_token("SLACK_BOT_TOKEN", bot_token, "xoxb-", _BOT_TOKEN_PLACE)
    logger = _quiet_logger()
    client = WebClient(token=bot_token, base_url=api_url.rstrip("/") + "/", logger=logger)
    # Bolt copies the handlers to the clients it makes, so they have to be there before the app is.
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=RATE_LIMIT_RETRIES))
    client.retry_handlers.append(ServerErrorRetryHandler(max_retry_count=SERVER_ERROR_RETRIES))
    who = _connected("SLACK_BOT_TOKEN", _BOT_TOKEN_PLACE, client.base_url, client.auth_test)
    bolt = App(
        client=client,
        logger=logger,
        signing_secret=signing_secret,
        # The gate in front of Bolt has checked the signature; Bolt would write a forged body to the log.
        request_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        listener_executor=ThreadPoolExecutor(LISTENER_THREADS, thread_name_prefix="slack-listener"),
    )
    delivery = Delivery(ask, claim, client, workers=workers)
    for event, listener in listeners(delivery.take):
        bolt.event(event)(listener)
    return SlackApp(bolt, delivery, str(who["user"]), str(who["team"]), signing_secret)


def _quiet_logger() -> logging.Logger:
    """The libraries' logger. Below WARNING they write what people said; Bolt hands the level on to all of its own."""
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.WARNING)
    return logger


def _check_token(variable: str, token: str, prefix: str, place: str) -> None:
    if not token:
        raise SlackSetupError(f"{variable} is not set. Find it at {place}.")
    if not token.startswith(prefix):
        kind = re.match(r"x[a-z]{3}-", token)
        found = f"it starts with {kind[0]}" if kind else "it does not"
        raise SlackSetupError(f"{variable} should start with {prefix}, but {found}. Find the right one at {place}.")


def _connected(variable: str, place: str, api_url: str, call: Callable[[], Any]) -> Any:
    """What a first call to Slack returns, or what is wrong with the token."""
    try:
        return call()
    except SlackApiError as refused:
        code = error_code(refused)
        if code in _WRONG_TOKEN:
            raise SlackSetupError(f"Slack does not accept {variable} ({code}). Get a new one at {place}.") from None
        raise SlackSetupError(f"Slack refused {variable} ({code}). Check the app at api.slack.com/apps.") from None
    except OSError as failed:
        raise SlackSetupError(f"Slack cannot be reached at {api_url} ({failed}). Check network and proxy.") from failed


def serve_http(
    slack: SlackApp,
    host: str,
    port: int,
    path: str = "/slack/events",
    *,
    stop: Event,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Answer what Slack sends by HTTP, until `stop` is set or Ctrl-C; then finish what is in hand.

    Args:
        slack: From `create_app`, with a signing secret. It is stopped at the end.
        host: Address to listen on.
        port: 0 for any free one.
        path: Where Slack's requests come in; all else is 404.
        stop: Set from another thread or a signal handler.
        ready: Called with the address once requests are taken.

    Raises:
        SlackSetupError: No signing secret, or the port cannot be used.
    """
    try:
        if not slack.signing_secret:
            raise SlackSetupError(f"SLACK_SIGNING_SECRET is not set, HTTP needs it. Find it at {_SECRET_PLACE}.")
        listening = _listen(host, port)
        connections: dict[int, Any] = {}
        server = waitress.create_server(
            partial(_serve, slack, path),
            map=connections,
            sockets=[listening],
            threads=HTTP_THREADS,
            max_request_body_size=BODY_BYTES,
            ident=None,
        )
        loop = Thread(target=server.run, name="http", daemon=True)
        loop.start()
        try:
            ready(f"http://{host}:{listening.getsockname()[1]}{path}")
            _wait(stop)
        finally:
            _close(server, loop)
    finally:
        slack.stop()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as failed:
        raise SlackSetupError(
            f"Cannot listen on {host} port {port} ({failed.strerror}). Stop the program that uses it, or set PORT."
        ) from failed


def _close(server: Any, loop: Thread) -> None:
    server.task_dispatcher.shutdown(timeout=CLOSE_SECONDS)

    def close_all() -> None:
        for channel in server.active_channels.values():
            channel.close_when_flushed = True
        server.close()

    # On the server's own thread: it reads and changes the same sockets.
    server.trigger.pull_trigger(close_all)
    loop.join(CLOSE_SECONDS)


def _serve(slack: SlackApp, path: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    status, content_type, body = _respond(slack, path, environ)
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def _respond(slack: SlackApp, path: str, environ: WSGIEnvironment) -> tuple[int, str, bytes]:
    if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != path:
        return 404, "text/plain", b"Not found\n"
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
    if not signed(slack.signing_secret, timestamp, environ.get("HTTP_X_SLACK_SIGNATURE", ""), body, time.time()):
        _log.warning("Refused a request without a valid signature; is SLACK_SIGNING_SECRET right?")
        return 401, "text/plain", b"Not signed by Slack\n"
    try:
        headers: dict[str, str | list[str]] = {"content-type": environ.get("CONTENT_TYPE", "")}
        request = BoltRequest(body=body.decode(), headers=headers)
    except ValueError:
        return 400, "text/plain", b"Neither JSON nor a form\n"
    response = slack.bolt.dispatch(request)
    return response.status, response.first_headers().get("content-type", "text/plain"), response.body.encode()


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


def serve_socket(
    slack: SlackApp,
    app_token: str,
    *,
    stop: Event,
    ready: Callable[[], None] = lambda: None,
    ping_seconds: float = PING_SECONDS,
) -> None:
    """Answer what Slack sends through Socket Mode, until `stop` is set or Ctrl-C; then finish what is in hand.

    Args:
        slack: From `create_app`. It is stopped at the end.
        app_token: Starts with `xapp-`.
        stop: Set from another thread or a signal handler.
        ready: Called once the connection has been asked for.
        ping_seconds: Between pings.

    Raises:
        SlackSetupError: The token is missing or wrong, or Slack cannot be reached.
    """
    try:
        _check_token("SLACK_APP_TOKEN", app_token, "xapp-", _APP_TOKEN_PLACE)
        logger = logging.getLogger("slack_sdk.socket_mode")
        # Its warnings quote frames that it does not understand, and those hold what people said.
        logger.setLevel(logging.ERROR)
        handler = SocketModeHandler(slack.bolt, app_token, logger=logger, ping_interval=ping_seconds)
        try:
            _connected("SLACK_APP_TOKEN", _APP_TOKEN_PLACE, slack.bolt.client.base_url, handler.connect)
            ready()
            _wait(stop)
        finally:
            handler.close()
    finally:
        slack.stop()


def _wait(stop: Event) -> None:
    try:
        stop.wait()
    except KeyboardInterrupt:
        _log.info("Interrupted; finishing what is in hand.")
