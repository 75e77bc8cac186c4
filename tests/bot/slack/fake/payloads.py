"""What Slack sends when people do something: events, commands, shortcuts, clicks and submissions. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from tests.bot.slack.fake.elements import INPUTS, is_date, options_of
from tests.bot.slack.fake.modals import BOT_USER, pressable, with_ids

JsonObject = dict[str, Any]

VERIFICATION = "verification"
_SELECTED = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "datepicker": "selected_date",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
}
"""Under which name the choice of an element arrives; all others have a value."""
_SEVERAL = {"selected_options", "selected_users"}


class NotPossible(AssertionError):
    """Nobody could do this with what is before them."""


def event_body(event: JsonObject, event_id: str = "Ev1", *, shared: bool | None = None) -> JsonObject:
    """The outer body of an event; it may say whether its channel is shared with another organisation."""
    said = {} if shared is None else {"is_ext_shared_channel": shared}
    return said | {
        "token": VERIFICATION,
        "team_id": "T1",
        "api_app_id": "A1",
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1571648400,
        "authorizations": [{"team_id": "T1", "user_id": BOT_USER, "is_bot": True}],
    }


def from_user(user: str) -> JsonObject:
    """What every interactive payload has."""
    return {
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": "T1"},
        "team": {"id": "T1", "domain": "kent"},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": "A1",
        "token": VERIFICATION,
    }


def channel_of(id: str) -> JsonObject:
    """A channel as payloads name it."""
    names = {"D": "directmessage", "G": "privategroup"}
    return {"id": id, "name": names.get(id[:1], id.lower())}


def message_of(message: JsonObject) -> JsonObject:
    """A message as payloads carry it, from how it is kept here or from an event."""
    shown: JsonObject = {
        name: message[name] for name in ("user", "bot_id", "thread_ts", "subtype", "files") if name in message
    }
    if "bot_id" in message:
        shown |= {"app_id": "A1", "user": BOT_USER}
    if message.get("blocks"):
        shown["blocks"] = with_ids(message["blocks"])
    return {"type": "message", "text": message.get("text", ""), "ts": message["ts"], "team": "T1", **shown}


def block_actions(
    shown: JsonObject, action_id: str, user: str, value: object, values: JsonObject, numbers: Iterator[int]
) -> JsonObject:
    """A click on an element of a message or view, without trigger and response address.

    Raises:
        NotPossible: There is no such element.
    """
    blocks = with_ids(shown.get("blocks") or [])
    block, element = _find(blocks, action_id, value)
    chosen: JsonObject = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        **{name: element[name] for name in ("text", "style") if name in element},
        **_pressed(element, value),
        "action_ts": f"1571650002.{next(numbers):06}",
    }
    state = {"values": state_of(blocks, values | {action_id: value} if element["type"] in INPUTS else values)}
    body = {"type": "block_actions", **from_user(user), "actions": [chosen]}
    if "root_view_id" in shown:
        view = {**deepcopy(shown), "state": state}
        return {**body, "container": {"type": "view", "view_id": shown["id"]}, "view": view}
    ephemeral = bool(shown.get("ephemeral"))
    container = {
        "type": "message",
        "message_ts": shown["ts"],
        "channel_id": shown["channel"],
        "is_ephemeral": ephemeral,
    }
    if "thread_ts" in shown:
        container["thread_ts"] = shown["thread_ts"]
    # Slack keeps no ephemeral messages, so it cannot send them either.
    message = {} if ephemeral else {"message": message_of(shown)}
    return {**body, "container": container, "channel": channel_of(shown["channel"]), **message, "state": state}


def _find(blocks: list[JsonObject], action_id: str, value: object) -> tuple[JsonObject, JsonObject]:
    found = [(block, each) for block in blocks for each in pressable(block) if each["action_id"] == action_id]
    if len(found) > 1 and value is not None:
        found = [(block, each) for block, each in found if _pressed_value(each, value)]
    if len(found) != 1:
        there = [(each["action_id"], each.get("value")) for block in blocks for each in pressable(block)]
        raise NotPossible(f"{len(found)} elements {action_id!r} with value {value!r}; there are {there}")
    return found[0]


def _pressed_value(element: JsonObject, value: object) -> bool:
    return element["type"] not in ("button", "icon_button") or element.get("value") == value


def _pressed(element: JsonObject, value: object) -> JsonObject:
    """What an action says of the choice."""
    kind = element["type"]
    if kind == "feedback_buttons":
        for button in (element["positive_button"], element["negative_button"]):
            if button["value"] == value:
                return {"value": value, "text": button["text"]}
        raise NotPossible(f"no feedback button has the value {value!r}")
    if kind in ("button", "icon_button"):
        if value is not None and value != element.get("value"):
            raise NotPossible(
                f"the button {element['action_id']} has the value {element.get('value')!r}, not {value!r}"
            )
        return {"value": element["value"]} if "value" in element else {}
    if kind in INPUTS or kind == "overflow":
        return {name: found for name, found in filled(element, value).items() if name != "type"}
    raise NotPossible(f"{kind} cannot be pressed")


def filled(element: JsonObject, value: object) -> JsonObject:
    """The state of an element that somebody filled in; None leaves what the app put there.

    Raises:
        NotPossible: It cannot be chosen, or is too long or short.
    """
    kind = element["type"]
    name = _SELECTED.get(kind, "value")
    if value is None:
        return {"type": kind, name: _initial(element, name)}
    if name == "selected_option":
        return {"type": kind, name: _option(element, value)}
    if name == "selected_options":
        assert isinstance(value, list | tuple)
        return {"type": kind, name: [_option(element, each) for each in value]}
    if name == "selected_date" and not is_date(value):
        raise NotPossible(f"{value!r} is no day")
    if name == "value":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= len(str(value)) <= most:
            raise NotPossible(f"{element['action_id']} takes {least} to {most} characters, not {len(str(value))}")
        return {"type": kind, name: str(value) or None}
    return {"type": kind, name: value}


def _initial(element: JsonObject, name: str) -> object:
    return element.get(
        name.replace("selected", "initial").replace("value", "initial_value"), [] if name in _SEVERAL else None
    )


def _option(element: JsonObject, value: object) -> JsonObject:
    if element["type"] == "external_select":
        return {"text": {"type": "plain_text", "text": str(value)}, "value": str(value)}
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise NotPossible(f"{value!r} is no option; there are {[option['value'] for option in options_of(element)]}")


def state_of(blocks: list[JsonObject], values: JsonObject) -> JsonObject:
    """What stands in the inputs, by block id and action id; values go by either. Raises NotPossible."""
    state: JsonObject = {}
    known = set[str]()
    for block in blocks:
        for element in pressable(block):
            if element["type"] in INPUTS:
                names = [element["action_id"], block["block_id"]]
                value = next((values[name] for name in names if name in values), None)
                state.setdefault(block["block_id"], {})[element["action_id"]] = filled(element, value)
                known.update(names)
    if unknown := values.keys() - known:
        raise NotPossible(f"no inputs {sorted(unknown)}; there are {sorted(known)}")
    return state


def view_submission(view: JsonObject, values: JsonObject, user: str) -> JsonObject:
    """A modal that somebody fills in and sends. Raises NotPossible where the client would not let them."""
    if view["type"] != "modal" or not view.get("submit"):
        raise NotPossible("only a modal with a submit button can be submitted")
    state = state_of(view["blocks"], values)
    for block in view["blocks"]:
        if block["type"] == "input" and not block.get("optional"):
            for action_id, given in state[block["block_id"]].items():
                if not any(value for name, value in given.items() if name != "type"):
                    raise NotPossible(f"{action_id} has to be filled in")
    sent = {**deepcopy(view), "state": {"values": state}}
    return {"type": "view_submission", **from_user(user), "view": sent, "response_urls": []}


def view_closed(view: JsonObject, user: str) -> JsonObject:
    """A modal that somebody closes."""
    return {"type": "view_closed", **from_user(user), "view": deepcopy(view), "is_cleared": False}


def message_shortcut(callback_id: str, message: JsonObject, user: str, number: int) -> JsonObject:
    """A shortcut from the menu of a message."""
    return {
        "type": "message_action",
        **from_user(user),
        "callback_id": callback_id,
        "action_ts": f"1571650002.{number:06}",
        "message_ts": message["ts"],
        "channel": channel_of(message["channel"]),
        "message": message_of(message),
    }


def slash_command(command: str, text: str, user: str, channel: str) -> dict[str, str]:
    """The form of a command, without trigger and response address."""
    return {
        "token": VERIFICATION,
        "team_id": "T1",
        "team_domain": "kent",
        "channel_id": channel,
        "channel_name": str(channel_of(channel)["name"]),
        "user_id": user,
        "user_name": user.lower(),
        "command": command,
        "text": text,
        "api_app_id": "A1",
        "is_enterprise_install": "false",
    }


def file_message(file: JsonObject, user: str, channel: str, text: str, ts: str) -> JsonObject:
    """The event of a message with a file."""
    kind = {"D": "im", "G": "group"}.get(channel[:1], "channel")
    return {
        "type": "message",
        "subtype": "file_share",
        "text": text,
        "user": user,
        "files": [file],
        "upload": False,
        "display_as_bot": False,
        "ts": ts,
        "event_ts": ts,
        "channel": channel,
        "channel_type": kind,
    }


def home_opened(user: str, channel: str, tab: str, view: JsonObject | None, ts: str) -> JsonObject:
    """The event of somebody who opens the app, at one of its tabs."""
    event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": ts}
    return {**event, "view": view} if tab == "home" and view else event
