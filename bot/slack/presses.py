"""What Slack sends when somebody presses, chooses, sends a window, uses a shortcut or a command: read into values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.types import Press, Submission


def press_in(body: Mapping[str, Any]) -> Press:
    """A press, a shortcut or a command.

    Args:
        body: The payload of a `block_actions` or `message_action`, or the form of a command.
    """
    if "command" in body:
        return Press(
            action=body["command"],
            value=body.get("text") or "",
            user=body["user_id"],
            team=body.get("team_id") or "",
            channel=body["channel_id"],
            trigger=body.get("trigger_id") or "",
            response_url=body.get("response_url") or "",
        )
    user, channel = body["user"], body.get("channel") or {}
    pressed = body["actions"][0] if body.get("actions") else {}
    action = pressed.get("action_id") or body.get("callback_id") or ""
    return Press(
        action=action.partition(":")[0],
        value=_value(pressed),
        user=user["id"],
        team=user.get("team_id") or (body.get("team") or {}).get("id") or "",
        channel=channel.get("id") or "",
        message=body.get("message") or {},
        trigger=body.get("trigger_id") or "",
        response_url=body.get("response_url") or "",
        view=body.get("view") or {},
    )


def submission_in(body: Mapping[str, Any]) -> Submission:
    """A window that was sent, with what was filled in."""
    view, user = body["view"], body["user"]
    inputs = (view.get("state") or {}).get("values") or {}
    return Submission(
        callback=view.get("callback_id") or "",
        about=view.get("private_metadata") or "",
        values={block: _value(next(iter(held.values()), {})) for block, held in inputs.items()},
        user=user["id"],
        team=user.get("team_id") or (body.get("team") or {}).get("id") or "",
        view=view.get("root_view_id") or view.get("id") or "",
        trigger=body.get("trigger_id") or "",
    )


def _value(held: Mapping[str, Any]) -> str:
    """What was pressed, chosen or filled in; several choices with commas between them."""
    if chosen := held.get("selected_option"):
        return str(chosen.get("value") or "")
    if "selected_options" in held:
        return ",".join(str(one.get("value")) for one in held["selected_options"] or ())
    for name in ("value", "selected_date", "selected_user", "selected_channel", "selected_conversation"):
        if held.get(name):
            return str(held[name])
    return ""
