"""What Slack refuses in the elements of blocks: texts, buttons, menus and fields to fill in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from slack_sdk.models.blocks import ButtonElement, ConfirmObject, ImageElement, Option, OverflowMenuElement
from slack_sdk.models.blocks.block_elements import InputInteractiveElement, InteractiveElement, StaticSelectElement

JsonObject = dict[str, Any]
Problems = Iterator[str]

MAX_CHOICES = 10
"""Options of radio buttons and checkboxes."""
MAX_INPUT_CHARS = 3_000

_CHOSEN = "placeholder initial_option options option_groups confirm focus_on_load"
FIELDS = {
    "button": ("text", "url value style confirm accessibility_label"),
    "image": ("alt_text", "image_url slack_file"),
    "overflow": ("options", "confirm"),
    "static_select": ("", _CHOSEN),
    "external_select": ("", "placeholder initial_option min_query_length confirm focus_on_load"),
    "users_select": ("", "placeholder initial_user confirm focus_on_load"),
    "conversations_select": (
        "",
        "placeholder initial_conversation default_to_current_conversation filter confirm focus_on_load",
    ),
    "channels_select": ("", "placeholder initial_channel confirm focus_on_load"),
    "multi_static_select": ("", f"{_CHOSEN} initial_options max_selected_items"),
    "multi_users_select": ("", "placeholder initial_users max_selected_items confirm focus_on_load"),
    "radio_buttons": ("options", "initial_option confirm focus_on_load"),
    "checkboxes": ("options", "initial_options confirm focus_on_load"),
    "datepicker": ("", "placeholder initial_date confirm focus_on_load"),
    "plain_text_input": (
        "",
        "placeholder initial_value multiline min_length max_length dispatch_action_config focus_on_load",
    ),
    "url_text_input": ("", "placeholder initial_value dispatch_action_config focus_on_load"),
    "email_text_input": ("", "placeholder initial_value dispatch_action_config focus_on_load"),
    "feedback_buttons": ("positive_button negative_button", ""),
    "icon_button": ("icon text", "value confirm accessibility_label visible_to_user_ids"),
}
"""Of each kind: the fields it must have, and those it may have besides type and action_id."""
ELEMENTS = set(FIELDS)
NO_INPUTS = {"button", "image", "overflow", "feedback_buttons", "icon_button"}
INPUTS = ELEMENTS - NO_INPUTS


def text_problems(
    text: object, most: int, kinds: frozenset[str] | set[str] = frozenset({"plain_text", "mrkdwn"})
) -> Problems:
    """What is wrong with a text object of at most so many characters."""
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield f"must be text of kind {' or '.join(sorted(kinds))}: {str(text)[:80]}"
        return
    words = text.get("text")
    if not isinstance(words, str) or not 0 < len(words) <= most:
        yield f"text must have 1 to {most} characters, not {len(words) if isinstance(words, str) else words!r}"
    allowed = {"type", "text", "emoji" if text["type"] == "plain_text" else "verbatim"}
    for name in sorted(text.keys() - allowed):
        yield f"invalid additional property {name} of {text['type']}"


def element_problems(element: JsonObject) -> Problems:
    """What is wrong with an element whose kind is known."""
    kind = element["type"]
    needed, optional = (set(names.split()) for names in FIELDS[kind])
    for name in sorted(needed - element.keys()):
        yield f"{kind} without {name}"
    for name in sorted(element.keys() - needed - optional - {"type", "action_id"}):
        yield f"invalid additional property {name} of {kind}"
    action_id = element.get("action_id", "given later")
    if not isinstance(action_id, str) or not 0 < len(action_id) <= InteractiveElement.action_id_max_length:
        yield f"action_id {action_id!r}"
    if "placeholder" in element:
        yield from text_problems(element["placeholder"], InputInteractiveElement.placeholder_max_length, {"plain_text"})
    if "confirm" in element:
        yield from _confirm(element["confirm"])
    if kind in CHECKS:
        yield from CHECKS[kind](element)


def options_of(element: JsonObject) -> list[JsonObject]:
    """The options of a menu, those in groups too."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group.get("options", []))]


def _confirm(confirm: JsonObject) -> Problems:
    for name, most in {
        "title": ConfirmObject.title_max_length,
        "confirm": ConfirmObject.confirm_max_length,
        "deny": ConfirmObject.deny_max_length,
    }.items():
        yield from text_problems(confirm.get(name), most, {"plain_text"})
    yield from text_problems(confirm.get("text"), ConfirmObject.text_max_length)


def _button(element: JsonObject) -> Problems:
    yield from text_problems(element.get("text"), ButtonElement.text_max_length, {"plain_text"})
    yield from _value(element)
    if "url" in element and not re.fullmatch(r"(https?://|mailto:)\S+", element["url"][: ButtonElement.url_max_length]):
        yield "url of a button"
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"style {element['style']}"


def _value(element: JsonObject) -> Problems:
    value = element.get("value", "none")
    if not isinstance(value, str) or not 0 < len(value) <= ButtonElement.value_max_length:
        yield f"value of {element['type']} must have 1 to {ButtonElement.value_max_length} characters"


def _feedback(element: JsonObject) -> Problems:
    for name in ("positive_button", "negative_button"):
        button = element.get(name, {})
        yield from text_problems(button.get("text"), ButtonElement.text_max_length, {"plain_text"})
        if not isinstance(button.get("value"), str) or not 0 < len(button["value"]) <= ButtonElement.value_max_length:
            yield f"value of {name}"
        if len(button.get("accessibility_label", "")) > ButtonElement.text_max_length:
            yield f"accessibility_label of {name}"
        for extra in sorted(button.keys() - {"text", "value", "accessibility_label"}):
            yield f"invalid additional property {extra} of {name}"


def _icon(element: JsonObject) -> Problems:
    yield from text_problems(element.get("text"), ButtonElement.text_max_length, {"plain_text"})
    yield from _value(element)
    if element.get("icon") != "trash":
        yield f"icon {element.get('icon')}"


def _image(element: JsonObject) -> Problems:
    if not 0 < len(element.get("alt_text", "")) <= ImageElement.alt_text_max_length:
        yield "alt_text"
    if ("image_url" in element) == ("slack_file" in element):
        yield "image needs either image_url or slack_file"
    if len(element.get("image_url", "")) > ImageElement.image_url_max_length:
        yield "image_url"


def _options(element: JsonObject, most: int, kinds: set[str], fewest: int = 1) -> Problems:
    options = options_of(element)
    listed = element.get("options") or element.get("option_groups") or []
    if not fewest <= len(listed) <= most:
        yield f"{len(listed)} options of {element['type']}, {fewest} to {most} are allowed"
    for option in options:
        yield from text_problems(option.get("text"), Option.label_max_length, kinds)
        if not isinstance(option.get("value"), str) or not 0 < len(option["value"]) <= Option.value_max_length:
            yield f"value of an option: {str(option.get('value'))[:80]!r}"
        if "description" in option:
            yield from text_problems(option["description"], Option.label_max_length, kinds)
    chosen = [*element.get("initial_options", []), *filter(None, [element.get("initial_option")])]
    if any(option not in options for option in chosen):
        yield f"initial option of {element['type']} is none of its options"


def _select(element: JsonObject) -> Problems:
    if ("options" in element) == ("option_groups" in element):
        yield f"{element['type']} needs either options or option_groups"
    yield from _options(element, StaticSelectElement.options_max_length, {"plain_text"})


def _choices(element: JsonObject) -> Problems:
    yield from _options(element, MAX_CHOICES, {"plain_text", "mrkdwn"})


def _overflow(element: JsonObject) -> Problems:
    yield from _options(element, OverflowMenuElement.options_max_length, {"plain_text"})


def is_date(value: object) -> bool:
    """Whether it is a day as Slack writes it: YYYY-MM-DD."""
    with suppress(ValueError, TypeError):
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    return False


def _datepicker(element: JsonObject) -> Problems:
    if "initial_date" in element and not is_date(element["initial_date"]):
        yield f"initial_date {element['initial_date']!r} is not YYYY-MM-DD"


def _text_input(element: JsonObject) -> Problems:
    least, most = element.get("min_length", 0), element.get("max_length", MAX_INPUT_CHARS)
    if not 0 <= least <= most or not 1 <= most <= MAX_INPUT_CHARS:
        yield f"min_length {least}, max_length {most}"
    if len(element.get("initial_value", "")) > most:
        yield "initial_value is too long"


CHECKS: dict[str, Callable[[JsonObject], Problems]] = {
    "button": _button,
    "feedback_buttons": _feedback,
    "icon_button": _icon,
    "image": _image,
    "static_select": _select,
    "multi_static_select": _select,
    "radio_buttons": _choices,
    "checkboxes": _choices,
    "overflow": _overflow,
    "datepicker": _datepicker,
    "plain_text_input": _text_input,
}
