"""What the bot listens to. A listener only decides whether it was asked something, and hands the question on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.slack.types import Asked, Conversation

Listener = Callable[..., None]

SLACKBOT = "USLACKBOT"
"""Slack's own bot writes as an ordinary user."""

_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def listeners(take: Callable[[Asked], None]) -> tuple[tuple[str | re.Pattern[str], Listener], ...]:
    """The events to register, in this order, each with its listener.

    The last one does nothing for all the rest, because Slack sends again what nobody listens to.

    Args:
        take: Gets each question; called on a thread of Bolt, after the event was acknowledged.
    """

    def on_question(body: dict[str, Any], context: Mapping[str, Any]) -> None:
        asked = question_in(body, context["bot_user_id"])
        if asked is not None:
            take(asked)

    def on_anything_else() -> None:
        pass

    return (
        ("app_mention", on_question),
        ("message", on_question),
        (re.compile(".+"), on_anything_else),
    )


def question_in(body: Mapping[str, Any], bot_user: str) -> Asked | None:
    """The question in an event, or None if a person asked nothing.

    A mention in a channel counts, and every message of a direct conversation that has words. What other bots write, and
    notices of edits, deletions and joins, do not.

    Args:
        body: The payload of the Events API.
        bot_user: Slack's id of the bot's own user.
    """
    event = body["event"]
    if not _by_a_person(event):
        return None
    direct = event["type"] == "message"
    if direct and event.get("channel_type") != "im":
        return None
    text = question_text(event.get("text") or "", bot_user)
    if direct and not text:
        return None
    keys = [f"message:{event['channel']}:{event['ts']}"]
    if body.get("event_id"):
        keys.insert(0, f"event:{body['event_id']}")
    thread_ts = event.get("thread_ts") or event["ts"]
    return Asked(text, Conversation(event["channel"], thread_ts), tuple(keys))


def _by_a_person(event: Mapping[str, Any]) -> bool:
    marks_of_others = ("bot_id", "bot_profile", "subtype", "hidden")
    return event.get("user") not in (None, "", SLACKBOT) and not any(event.get(mark) for mark in marks_of_others)


def question_text(text: str, bot_user: str) -> str:
    """A message as plain text on one line.

    The bot's own name is left out, links and channels become their names, and `&amp;`, `&lt;`, `&gt;` become the
    characters that were typed. Whoever shows the result must escape it again.
    """

    def name(match: re.Match[str]) -> str:
        target, label = match[1], match[2]
        if target == f"@{bot_user}":
            return " "
        if label:
            return label
        return " " if target.startswith(("@", "#", "!")) else target

    plain = _MARKUP.sub(name, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(plain.split())
