"""What the bot listens to: it decides whether it was asked something, and hands the question on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.slack.followups import asks
from bot.slack.types import Asked, Conversation

EDIT_SECONDS = 600.0
"""After its question, an answer is not changed any more: people have read it."""
CHANNELS = ("channel", "group")
"""Types of channels, as events name them, in which threads have follow-ups."""
SLACKBOT = "USLACKBOT"
"""Slack's own bot writes as an ordinary user."""

_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def receiver(
    take: Callable[[Asked], bool],
    talks_with: Callable[[str, Conversation], bool],
    pseudonym: Callable[[str], str],
    overhear: Callable[[str, Conversation], None],
    unprompted: Callable[[str], bool],
) -> Callable[[Mapping[str, Any], str], None]:
    """What gets each event before Slack gets its acknowledgement, and hands the questions on.

    Args:
        take: Gets each question; returns at once, with False if it was taken before.
        talks_with: Whether a person has asked the bot something in a conversation before.
        pseudonym: Gives a Slack user id its hash.
        overhear: Told who speaks in which thread without asking the bot.
        unprompted: Whether questions to nobody in particular are answered in a channel.
    """

    def receive(body: Mapping[str, Any], bot_user: str) -> None:
        event = body.get("event")
        if not isinstance(event, Mapping):
            return
        asked = question_in(body, bot_user, pseudonym)
        if asked is None and (asked := follow_up_in(body, bot_user, pseudonym)):
            asked = asked if not asked.external and talks_with(asked.asker, asked.conversation) else None
        if asked is None and (other := spoken_in(body, pseudonym)):
            overhear(*other)
        if asked is None and unprompted(str(event.get("channel"))):
            asked = unprompted_in(body, bot_user, pseudonym)
        if asked is not None and take(asked):
            return
        if changed := edit_in(body, bot_user, pseudonym):
            take(changed)

    return receive


def question_in(body: Mapping[str, Any], bot_user: str, pseudonym: Callable[[str], str]) -> Asked | None:
    """The question in an event, or None if a person asked nothing.

    A mention in a channel counts, whether it comes as a mention or as a message, and every message of a direct
    conversation that has words. What other bots write, and notices of edits, deletions and joins, do not.

    Args:
        body: The payload of the Events API.
        bot_user: Slack's id of the bot's own user.
        pseudonym: Gives a Slack user id its hash.
    """
    event = body["event"]
    if event.get("type") not in ("app_mention", "message") or not _by_a_person(event):
        return None
    direct = event.get("channel_type") == "im"
    if event["type"] == "message" and not direct and not _mentions(event, bot_user):
        return None
    asked = _asked(body, event, bot_user, pseudonym)
    return None if direct and not asked.text else asked


def follow_up_in(body: Mapping[str, Any], bot_user: str, pseudonym: Callable[[str], str]) -> Asked | None:
    """The question in a reply that does not name the bot; whether the bot is meant depends on who has talked with it.

    Args:
        body: The payload of the Events API.
        bot_user: Slack's id of the bot's own user.
        pseudonym: Gives a Slack user id its hash.
    """
    event = body["event"]
    if event.get("type") != "message" or event.get("channel_type") not in CHANNELS or not _by_a_person(event):
        return None
    if not event.get("thread_ts") or event["thread_ts"] == event["ts"] or not asks(event.get("text") or ""):
        return None
    asked = _asked(body, event, bot_user, pseudonym)
    return asked if asked.text else None


def spoken_in(body: Mapping[str, Any], pseudonym: Callable[[str], str]) -> tuple[str, Conversation] | None:
    """Who has said something in a thread of a channel, as a hash, and where.

    Args:
        body: The payload of the Events API.
        pseudonym: Gives a Slack user id its hash.
    """
    event = body["event"]
    if event.get("type") != "message" or event.get("channel_type") not in CHANNELS or not _by_a_person(event):
        return None
    if not event.get("thread_ts") or event["thread_ts"] == event["ts"]:
        return None
    return pseudonym(event["user"]), Conversation(event["channel"], event["thread_ts"])


def unprompted_in(body: Mapping[str, Any], bot_user: str, pseudonym: Callable[[str], str]) -> Asked | None:
    """The question in a message of a channel that turns to nobody in particular and starts no reply to anybody.

    Args:
        body: The payload of the Events API.
        bot_user: Slack's id of the bot's own user.
        pseudonym: Gives a Slack user id its hash.
    """
    event = body["event"]
    if event.get("type") != "message" or event.get("channel_type") not in CHANNELS or not _by_a_person(event):
        return None
    if event.get("thread_ts") or not asks(event.get("text") or ""):
        return None
    asked = _asked(body, event, bot_user, pseudonym)
    return replace(asked, unprompted=True) if asked.text and not asked.external else None


def edit_in(body: Mapping[str, Any], bot_user: str, pseudonym: Callable[[str], str]) -> Asked | None:
    """The new wording of a message, if its author changed it within ten minutes.

    Args:
        body: The payload of the Events API: `message_changed`, or a mention that says that it was edited.
        bot_user: Slack's id of the bot's own user.
        pseudonym: Gives a Slack user id its hash.
    """
    event = body["event"]
    message = event.get("message") if event.get("subtype") == "message_changed" else event
    edited = message.get("edited") if isinstance(message, Mapping) else None
    if not isinstance(message, Mapping) or not isinstance(edited, Mapping) or not _by_a_person(message):
        return None
    before = event.get("previous_message") or {}
    if edited.get("user") != message["user"] or before.get("text") == message.get("text"):
        return None
    if float(edited["ts"]) - float(message["ts"]) > EDIT_SECONDS:
        return None
    asked = _asked(body, {**message, "channel": event["channel"]}, bot_user, pseudonym)
    if not asked.text:
        return None
    keys = (*asked.keys[:-1], f"edit:{event['channel']}:{message['ts']}:{edited['ts']}")
    return replace(asked, keys=keys, edits=asked.key)


def _asked(
    body: Mapping[str, Any], message: Mapping[str, Any], bot_user: str, pseudonym: Callable[[str], str]
) -> Asked:
    keys = [f"message:{message['channel']}:{message['ts']}"]
    if body.get("event_id"):
        keys.insert(0, f"event:{body['event_id']}")
    return Asked(
        text=question_text(message.get("text") or "", bot_user),
        conversation=Conversation(message["channel"], message.get("thread_ts") or message["ts"]),
        keys=tuple(keys),
        asker=pseudonym(message["user"]),
        ts=message["ts"],
        external=bool(body.get("is_ext_shared_channel")),
    )


def _mentions(event: Mapping[str, Any], bot_user: str) -> bool:
    text = event.get("text") or ""
    return f"<@{bot_user}>" in text or f"<@{bot_user}|" in text


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
