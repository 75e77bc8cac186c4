"""One message to Slack, and what became of it. Never sends twice by itself: who calls decides, knowing the outcome."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.patience import named_seconds
from bot.slack.types import Asked, Conversation, Message

BACKOFF_SECONDS = 2.0
"""Before another try, where Slack does not say how long to wait."""
MOST_SENDS = 5
"""Times that Slack is offered a message that somebody waits for, each after as long as it says."""
LONGEST_WAIT_SECONDS = 30.0
"""For Slack to take such a message; what it puts off for longer has failed."""
PAGES = 5
"""Of a thread that are searched for an answer, of `PAGE_MESSAGES` each."""
PAGE_MESSAGES = 200
EVENT_TYPE = "merger_answer"
"""Of the metadata that tells our answers apart; people do not see it."""

_TRY_AGAIN = {"ratelimited", "rate_limited", "service_unavailable"}
_MAY_HAVE_ARRIVED = {"internal_error", "fatal_error", "request_timeout"}


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack has it."""

    ts: str
    channel: str = ""
    """Where; of a direct message the conversation, which is not known before."""


@dataclass(frozen=True, slots=True)
class Later:
    """Slack does not have it, and takes it after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack does not want it."""

    code: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have arrived."""

    why: str


Outcome = Sent | Later | Refused | Unclear


def post(client: WebClient, conversation: Conversation, message: Message, key: str) -> Outcome:
    """Post a message into a conversation.

    Args:
        client: Without retry handlers, which would send again what may have arrived.
        conversation: Where; without a thread in the channel itself.
        message: What.
        key: Of the question that it answers, for `find_answer`.
    """
    return _outcome(
        lambda: client.chat_postMessage(
            channel=conversation.channel,
            thread_ts=conversation.thread_ts or None,
            text=message["text"],
            blocks=message["blocks"],
            metadata={"event_type": EVENT_TYPE, "event_payload": {"question": key}},
            mrkdwn=False,
            unfurl_links=False,
            unfurl_media=False,
        )
    )


def post_patiently(
    client: WebClient, conversation: Conversation, message: Message, key: str, stopping: Event
) -> Outcome:
    """Post a message when Slack takes it; never twice, so what may have arrived is left alone.

    Args:
        client: Without retry handlers.
        conversation: Where.
        message: What.
        key: See `post`.
        stopping: Set when the bot stops; then it is tried once more at once.
    """
    waited = 0.0
    outcome = post(client, conversation, message, key)
    for _ in range(MOST_SENDS - 1):
        if not isinstance(outcome, Later) or waited + outcome.seconds > LONGEST_WAIT_SECONDS or stopping.is_set():
            return outcome
        stopping.wait(outcome.seconds)
        waited += outcome.seconds
        outcome = post(client, conversation, message, key)
    return outcome


def update(client: WebClient, channel: str, ts: str, message: Message) -> Outcome:
    """Give a message that was posted new words; may be done twice."""
    return _outcome(lambda: client.chat_update(channel=channel, ts=ts, text=message["text"], blocks=message["blocks"]))


def find_answer(client: WebClient, asked: Asked) -> str | None:
    """Look in its thread for the answer to a question.

    Returns:
        The timestamp of the answer, empty if there is none, None if that cannot be found out: the app may not read the
        channel (`channels:history`, `groups:history`), or Slack does not reply.
    """
    cursor = ""
    for _ in range(PAGES):
        try:
            page = client.conversations_replies(
                channel=asked.conversation.channel,
                ts=asked.conversation.thread_ts,
                oldest=asked.ts,
                include_all_metadata=True,
                limit=PAGE_MESSAGES,
                cursor=cursor or None,
            )
        except (SlackApiError, OSError, http.client.HTTPException):
            return None
        for message in page.get("messages") or ():
            if _answers(message, asked.key):
                return str(message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return ""
    return None


def error_code(error: SlackApiError) -> str:
    """What Slack calls the error, such as `invalid_auth`; its HTTP status if it gave no name."""
    data = getattr(error.response, "data", error.response)
    if isinstance(data, dict) and data.get("error"):
        return str(data["error"])
    return f"HTTP status {getattr(error.response, 'status_code', 'unknown')}"


def _answers(message: dict[str, Any], key: str) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == EVENT_TYPE and payload.get("question") == key


def _outcome(call: Callable[[], Any]) -> Outcome:
    try:
        reply = call()
        return Sent(str(reply["ts"]), str(reply.get("channel") or ""))
    except SlackApiError as error:
        status = getattr(error.response, "status_code", 200)
        seconds = named_seconds(getattr(error.response, "headers", {}))
        code = error_code(error)
        if status in (429, 503) or code in _TRY_AGAIN or (status >= 500 and seconds is not None):
            return Later(BACKOFF_SECONDS if seconds is None else seconds)
        if status >= 500 or code in _MAY_HAVE_ARRIVED:
            return Unclear(code)
        return Refused(code)
    except URLError:
        # urllib wraps what fails before the whole request is out; what fails later it raises as it is.
        return Later(BACKOFF_SECONDS)
    except (OSError, http.client.HTTPException) as error:
        return Unclear(type(error).__name__)
