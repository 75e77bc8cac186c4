"""What would come alive in Slack: mentions, alarms and links that stand in markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_MARKUP = re.compile(r"<(?:[!@#]|https?:|mailto:|tel:)[^<>]*>?")
_MARKDOWN_LINK = re.compile(r"!?\[[^\]\n]*\]\([^)\s]+[^)\n]*\)")
_RICH = {
    "user": "user_id",
    "usergroup": "usergroup_id",
    "broadcast": "range",
    "channel": "channel_id",
    "team": "team_id",
}
_ALARMS = re.compile(r"@(?:channel|here|everyone)\b")


def live_markup(payload: object) -> list[str]:
    """Each mention, alarm or markup link in a message, view or list of blocks that Slack would make alive.

    Links in rich text and buttons have an address field of their own and do not count; what is meant to be alive is
    the caller's to take off the list.
    """
    return list(_live(payload))


def _live(payload: object) -> Iterator[str]:
    if isinstance(payload, list):
        for each in payload:
            yield from _live(each)
    elif isinstance(payload, dict):
        yield from _live_here(payload)
        for each in payload.values():
            yield from _live(each)


def _live_here(part: dict[str, Any]) -> Iterator[str]:
    kind, text = part.get("type"), part.get("text")
    if kind in _RICH and _RICH[kind] in part:
        yield f"{kind} {part[_RICH[kind]]}"
    # A message has no type when it is sent, and its text is markup even where `mrkdwn` is off.
    if isinstance(text, str) and kind in (None, "message", "mrkdwn", "markdown"):
        yield from _MARKUP.findall(text)
        if kind == "markdown":
            yield from _MARKDOWN_LINK.findall(text)
        if part.get("link_names") or part.get("parse") == "full":
            yield from _ALARMS.findall(text)
