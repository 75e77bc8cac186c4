"""What the app was granted: said when the bot starts, because what it may not do it would fail at in silence."""

from __future__ import annotations

from collections.abc import Mapping

from bot.slack.types import SlackSetupError

NEEDED = "chat:write"
"""Without it nothing can be said at all."""
LOST: Mapping[str, str] = {
    "app_mentions:read": "mentions are not heard",
    "assistant:write": "no questions are suggested",
    "channels:history": "follow-ups in public channels need a mention",
    "commands": "/merger and Find the answer do not work",
    "files:read": "documents cannot be sent in Slack",
    "groups:history": "follow-ups in private channels need a mention",
    "im:history": "direct messages are not heard",
    "usergroups:read": "user groups in slack.yaml count as nobody",
}
"""All others that the manifest asks for, and what is lost without each."""


def without(granted: str | None) -> tuple[str, ...]:
    """What the bot cannot do, a sentence each.

    Args:
        granted: As Slack says it with every reply, parted by commas; None if it does not.

    Raises:
        SlackSetupError: It may not post.
    """
    if granted is None:
        return ()
    scopes = {scope.strip() for scope in granted.split(",")}
    if NEEDED not in scopes:
        raise SlackSetupError(
            f"The app may not post: it lacks the scope {NEEDED}. Add it at api.slack.com/apps, your app, OAuth & "
            "Permissions, then install the app anew."
        )
    return tuple(f"The app lacks the scope {scope}: {lost}." for scope, lost in LOST.items() if scope not in scopes)
