"""The Slack app: one Bolt app, reached by HTTP or by Socket Mode. The only file that knows Bolt."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.database import LogUnusable
from bot.slack import routes
from bot.slack.crew import Crew
from bot.slack.delivery import Delivery
from bot.slack.digest import Digest, utc_now
from bot.slack.faults import where_it_failed
from bot.slack.http import HttpServer, Response
from bot.slack.limits import Limiter, Limits
from bot.slack.listeners import receiver
from bot.slack.members import Members
from bot.slack.office import Office
from bot.slack.rules import Rules
from bot.slack.state import State
from bot.slack.status import Status
from bot.slack.suggestions import Suggestions
from bot.slack.types import Desk, SlackSetupError
from bot.slack.workspace import APP_TOKEN_PLACE, LOGGER, SECRET_PLACE, Workspace, check_token, connected, join

WORKERS = 4
"""Answers prepared at the same time; one takes milliseconds, so this is about waiting for Slack."""
LISTENER_THREADS = 8
"""Threads for buttons and commands; no question ever stands in their way."""
PING_SECONDS = 3.0
"""Between pings in Socket Mode. A dead connection is given up after 19 s at most; Bolt's own 10 s make it 54."""
STOP_SECONDS = 10.0
"""How long a stop waits for all that is in hand."""

LONG_WORKERS = 2
"""For what people start and do not wait for, such as an update of the index."""

DEFAULT_LIMITS = Limits()
NO_RULES = Rules()

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SlackApp:
    """The app, ready to be served: connected to one workspace, its answering threads running."""

    bolt: App
    delivery: Delivery
    digest: Digest
    office: Office
    followers: Crew = field(repr=False)
    """Who follow what is pressed."""
    name: str
    """Of the bot in Slack."""
    team: str
    """Name of the workspace."""
    signing_secret: str = field(repr=False)

    def receive(self, body: bytes, content_type: str) -> Response:
        """Take in one HTTP request that Slack signed. Raises ValueError if it cannot be read."""
        response = self.bolt.dispatch(BoltRequest(body=body.decode(), headers={"content-type": content_type}))
        return Response(response.status, response.body, response.first_headers().get("content-type", "text/plain"))

    def stop(self) -> None:
        """Finish what is in hand, all together in at most `STOP_SECONDS`, and leave the rest to the next process."""
        until = time.monotonic() + STOP_SECONDS
        self.office.stopping.set()
        # In this order, because presses hand on what takes longer, and all of them post.
        done = [crew.finish(until - time.monotonic()) for crew in (self.followers, self.office.answering)]
        done.append(self.office.pool.finish(until - time.monotonic()))
        if not all(done):
            _log.warning("Stopped after %.0f s and broke off what people had begun.", STOP_SECONDS)
        self.digest.stop()
        self.delivery.stop(max(until - time.monotonic(), 0.0))


def create_app(
    desk: Desk,
    state: State,
    *,
    home: Path,
    rules: Rules = NO_RULES,
    bot_token: str,
    signing_secret: str = "",
    api_url: str = "https://slack.com/api/",
    workers: int = WORKERS,
    limits: Limits = DEFAULT_LIMITS,
    clock: Callable[[], datetime] = utc_now,
) -> SlackApp:
    """Connect to the workspace of the bot's token and get ready to answer.

    Args:
        desk: Answers the questions, on several threads at once.
        state: What was taken on and said before; questions that another process left in hand are answered at once.
        home: Folder of all state.
        rules: What the organisation has decided.
        bot_token: Starts with `xoxb-`.
        signing_secret: Needed for HTTP only.
        api_url: Base of Slack's Web API.
        workers: Answers prepared at the same time.
        limits: Questions a minute.
        clock: Tells the moment, for the digest.

    Raises:
        SlackSetupError: The token is missing or wrong, or Slack cannot be reached.
    """
    stopping = Event()
    workspace = join(bot_token, api_url, stopping)
    office = Office(
        client=workspace.client,
        poster=workspace.poster,
        desk=desk,
        state=state,
        rules=rules,
        members=Members(workspace.client, rules, state.pseudonym),
        limiter=Limiter(limits),
        home=home,
        team=workspace.id,
        suggestions=Suggestions(workspace.hurried()),
        pool=Crew(LONG_WORKERS, "slack-long"),
        answering=Crew(workers, "slack-private"),
        stopping=stopping,
    )
    delivery = Delivery(office, status=Status(workspace.hurried()), workers=workers)
    return _manned(office, delivery, Digest(office, clock), workspace, signing_secret)


def _manned(office: Office, delivery: Delivery, digest: Digest, workspace: Workspace, signing_secret: str) -> SlackApp:
    """The app with those who follow what is pressed, and with the digest running."""
    digest.start()
    followers = Crew(LISTENER_THREADS, "slack-listener")
    bolt = _bolt(office, delivery, followers)
    return SlackApp(bolt, delivery, digest, office, followers, workspace.bot, workspace.name, signing_secret)


def _bolt(office: Office, delivery: Delivery, followers: Crew) -> App:
    unprompted = office.rules.answers_unprompted
    receive = receiver(delivery.take, delivery.talks_with, office.state.pseudonym, delivery.overhear, unprompted)
    bolt = App(
        client=office.client,
        logger=logging.getLogger(LOGGER),
        # HttpServer has checked the signature; Bolt would write the body of a forged request to the log.
        request_verification_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        listener_executor=followers,
    )
    anything = re.compile(".*", re.DOTALL)

    def press(ack: Callable[..., None], body: dict[str, Any]) -> None:
        ack()
        routes.follow(office, body)

    def send(ack: Callable[..., None], body: dict[str, Any]) -> None:
        ack(**(routes.check(office, body) or {}))

    bolt.use(_taking_in(receive, office.state))
    bolt.action(anything)(press)
    bolt.command(anything)(press)
    bolt.shortcut(anything)(press)
    bolt.view(anything)(send)
    bolt.view_closed(anything)(lambda ack: ack())
    # Slack sends again what nobody listens to.
    bolt.event(anything)(lambda body: routes.notice(office, body))
    return bolt


def _taking_in(
    receive: Callable[[Mapping[str, Any], str], None], state: State
) -> Callable[[dict[str, Any], BoltContext, Callable[[], BoltResponse]], BoltResponse]:
    """Middleware, for only that runs before the acknowledgement: what Slack knows to have arrived is in hand."""

    def take_in(body: dict[str, Any], context: BoltContext, next: Callable[[], BoltResponse]) -> BoltResponse:
        try:
            # First whose the channel is: another process may have to answer, and it knows only what is kept.
            _hear_of_channel(body, state)
            receive(body, context.bot_user_id or "")
        except Exception as error:
            _log.error("An event was not understood: %s", where_it_failed(error))
        return next()

    return take_in


def _hear_of_channel(body: Mapping[str, Any], state: State) -> None:
    channel = (body.get("event") or {}).get("channel")
    if isinstance(channel, str) and "is_ext_shared_channel" in body:
        try:
            state.channels.heard(channel, bool(body["is_ext_shared_channel"]))
        except LogUnusable as problem:
            _log.error("Whether a channel is shared was not kept: %s", problem)


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
        SlackSetupError: There is no signing secret, or the port cannot be used.
    """
    try:
        if not slack.signing_secret:
            raise SlackSetupError(
                f"Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set. Socket Mode needs the first: "
                f"{APP_TOKEN_PLACE}. HTTP needs the second: {SECRET_PLACE}."
            )
        server = HttpServer(host, port, path, signing_secret=slack.signing_secret, receive=slack.receive)
        try:
            _serve_until(stop, lambda: ready(server.address))
        finally:
            server.close()
    finally:
        slack.stop()


def serve_socket(
    slack: SlackApp,
    app_token: str,
    *,
    stop: Event,
    ready: Callable[[], None] = lambda: None,
    ping_seconds: float = PING_SECONDS,
) -> None:
    """Answer what Slack sends through Socket Mode, until `stop` is set or Ctrl-C; then finish what is in hand.

    A connection that breaks is opened again, as often as needed.

    Args:
        slack: From `create_app`. It is stopped at the end.
        app_token: Starts with `xapp-`.
        stop: Set from another thread or a signal handler.
        ready: Called once Slack has accepted the token.
        ping_seconds: Between pings.

    Raises:
        SlackSetupError: The token is missing or wrong, or Slack cannot be reached.
    """
    try:
        check_token("SLACK_APP_TOKEN", app_token, "xapp-", APP_TOKEN_PLACE)
        logger = logging.getLogger("slack_sdk.socket_mode")
        # Its warnings quote frames that it does not understand, and those hold what people said.
        logger.setLevel(logging.ERROR)
        handler = SocketModeHandler(slack.bolt, app_token, logger=logger, ping_interval=ping_seconds)
        try:
            connected("SLACK_APP_TOKEN", APP_TOKEN_PLACE, slack.bolt.client.base_url, handler.client.connect)
            _serve_until(stop, ready)
        finally:
            handler.client.close()
    finally:
        slack.stop()


def _serve_until(stop: Event, ready: Callable[[], None]) -> None:
    try:
        ready()
        stop.wait()
    except KeyboardInterrupt:
        _log.info("Interrupted; finishing what is in hand.")
