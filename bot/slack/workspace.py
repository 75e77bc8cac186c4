"""The workspace that the bot works in: tokens and scopes checked, and the ways to talk with Slack made."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack.patience import Patience
from bot.slack.posting import error_code
from bot.slack.scopes import without
from bot.slack.types import SlackSetupError

NICETY_TIMEOUT_SECONDS = 3
"""For a call that is only a nicety."""
LOGGER = "slack_bolt"
"""Name of the libraries' logger."""
APP_TOKEN_PLACE = "api.slack.com/apps, your app, Basic Information, App-Level Tokens (scope connections:write)"
SECRET_PLACE = "api.slack.com/apps, your app, Basic Information, Signing Secret"
"""Where an admin finds them."""

_TOKEN_ERRORS = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
_BOT_TOKEN_PLACE = "api.slack.com/apps, your app, OAuth & Permissions, Bot User OAuth Token"

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where the bot works, and the ways to talk with Slack."""

    client: WebClient
    """Waits as long as Slack says, and tries again."""
    poster: WebClient
    """Never tries again by itself."""
    hurried: Callable[[], WebClient]
    """Makes clients for what is only a nicety."""
    id: str
    name: str
    bot: str
    """The bot's own name there."""


def join(bot_token: str, api_url: str, stopping: Event) -> Workspace:
    """Connect to the workspace of the bot's token, and say what the app was not granted.

    Args:
        bot_token: Starts with `xoxb-`.
        api_url: Base of Slack's Web API.
        stopping: Ends the waits for Slack.

    Raises:
        SlackSetupError: The token is missing or wrong, may not post, or Slack cannot be reached.
    """
    check_token("SLACK_BOT_TOKEN", bot_token, "xoxb-", _BOT_TOKEN_PLACE)
    base_url = api_url.rstrip("/") + "/"
    single = partial(WebClient, token=bot_token, base_url=base_url, logger=_quiet_logger(), retry_handlers=[])
    # Bolt copies the handlers to the clients that it makes, so they have to be there before the app is.
    client = single(retry_handlers=[Patience(stopping)])
    who = connected("SLACK_BOT_TOKEN", _BOT_TOKEN_PLACE, client.base_url, client.auth_test)
    for lacking in without(_header(who, "x-oauth-scopes")):
        _log.warning("%s", lacking)
    hurried = partial(single, timeout=NICETY_TIMEOUT_SECONDS)
    return Workspace(client, single(), hurried, str(who["team_id"]), str(who["team"]), str(who["user"]))


def _header(reply: SlackResponse, name: str) -> str | None:
    return next((str(value) for known, value in reply.headers.items() if known.lower() == name), None)


def _quiet_logger() -> logging.Logger:
    """The libraries' logger. Below WARNING they write what people said; Bolt hands the level on to all of its own."""
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.WARNING)
    logger.addFilter(_means_something)
    return logger


def _means_something(record: logging.LogRecord) -> bool:
    """Whether it is not that Bolt found SLACK_BOT_TOKEN by itself, too."""
    return "`token` will be unused" not in record.getMessage()


def check_token(variable: str, token: str, prefix: str, place: str) -> None:
    """Raise SlackSetupError if a token is missing or of another kind."""
    if not token:
        raise SlackSetupError(f"{variable} is not set. Find it at {place}.")
    if not token.startswith(prefix):
        kind = re.match(r"x[a-z]{3}-", token)
        found = f"it starts with {kind[0]}" if kind else "it does not"
        raise SlackSetupError(f"{variable} should start with {prefix}, but {found}. Find the right one at {place}.")


def connected(variable: str, place: str, api_url: str, call: Callable[[], _T]) -> _T:
    """What a first call to Slack returns, or what is wrong with the token."""
    try:
        return call()
    except SlackApiError as refused:
        code = error_code(refused)
        if code in _TOKEN_ERRORS:
            raise SlackSetupError(f"Slack does not accept {variable} ({code}). Get a new one at {place}.") from None
        raise SlackSetupError(f"Slack refused {variable} ({code}). Check the app at api.slack.com/apps.") from None
    except OSError as failed:
        raise SlackSetupError(f"Slack cannot be reached at {api_url} ({failed}). Check network and proxy.") from failed
