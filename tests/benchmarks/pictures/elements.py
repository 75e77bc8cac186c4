"""Buttons, menus and fields as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from bot.slack.types import Block
from tests.benchmarks.pictures.icons import icon
from tests.benchmarks.pictures.words import PLAIN, Draw, Names, UnknownKind, drawn, text

_BUTTONS = {"", "primary", "danger"}
_ICONS = {"trash"}


def image(element: Block, names: Names) -> str:
    """A picture's place and what it shows; the picture itself is not fetched."""
    return f'<span class="image">{icon("image")}<span>{escape(element["alt_text"])}</span></span>'


def _button(element: Block, names: Names) -> str:
    style = element.get("style", "")
    if style not in _BUTTONS:
        raise UnknownKind(f"A button has the style {style!r}, and Slack knows primary and danger.")
    return f'<span class="button {style}">{drawn(element["text"], names, PLAIN, "A button")}</span>'


def _overflow(element: Block, names: Names) -> str:
    return f'<span class="button only">{icon("more")}</span>'


def _menu(element: Block, names: Names) -> str:
    chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    return _select(", ".join(text(option["text"], names) for option in chosen), element, names)


def _mentions(element: Block, names: Names) -> str:
    one = [element[name] for name in ("initial_user", "initial_channel", "initial_conversation") if name in element]
    many = [each for name in ("initial_users", "initial_conversations") for each in element.get(name, [])]
    return _select(", ".join(escape(names.get(each, each)) for each in [*one, *many]), element, names)


def _select(chosen: str, element: Block, names: Names, sign: str = "") -> str:
    return f'<span class="select">{sign}{chosen or _placeholder(element, names)}{icon("down")}</span>'


def _datepicker(element: Block, names: Names) -> str:
    day = element.get("initial_date", "")
    shown = f"{date.fromisoformat(day):%d %B %Y}".lstrip("0") if day else ""
    return _select(shown, element, names, icon("calendar"))


def _field(element: Block, names: Names) -> str:
    initial = escape(str(element.get("initial_value", "")))
    size = "area" if element.get("multiline") else "line"
    return f'<span class="field {size}">{initial or _placeholder(element, names)}</span>'


def _placeholder(element: Block, names: Names) -> str:
    held = element.get("placeholder")
    return f'<span class="placeholder">{text(held, names)}</span>' if held else "&nbsp;"


def _radio_buttons(element: Block, names: Names) -> str:
    chosen = [element["initial_option"]] if "initial_option" in element else []
    return _choices("radio", element["options"], chosen, names)


def _checkboxes(element: Block, names: Names) -> str:
    return _choices("checkbox", element["options"], element.get("initial_options", []), names)


def _choices(kind: str, options: Sequence[Block], chosen: Sequence[Block], names: Names) -> str:
    on = {option["value"] for option in chosen}
    return "".join(_choice(kind, option, option["value"] in on, names) for option in options)


def _choice(kind: str, option: Block, is_on: bool, names: Names) -> str:
    about = f'<span class="about">{text(option["description"], names)}</span>' if "description" in option else ""
    mark = icon("check") if is_on and kind == "checkbox" else ""
    box = f'<span class="{kind}{" on" if is_on else ""}">{mark}</span>'
    return f'<span class="choice">{box}<span>{text(option["text"], names)}{about}</span></span>'


def _feedback_buttons(element: Block, names: Names) -> str:
    sides = (("positive_button", "thumbs_up"), ("negative_button", "thumbs_down"))
    return "".join(
        _only(thumb, drawn(element[side]["text"], names, PLAIN, "A button of feedback_buttons"))
        for side, thumb in sides
    )


def _icon_button(element: Block, names: Names) -> str:
    if element["icon"] not in _ICONS:
        raise UnknownKind(f"An icon_button has the icon {element['icon']!r}, and Slack knows only trash.")
    return _only(element["icon"], drawn(element["text"], names, PLAIN, "An icon_button"))


def _only(picture: str, words: str) -> str:
    """A button that is a picture; its words are for those who cannot see it."""
    return f'<span class="button only">{icon(picture)}<span class="unseen">{words}</span></span>'


PRESSED: Mapping[str, Draw] = {
    "button": _button,
    "channels_select": _mentions,
    "conversations_select": _mentions,
    "datepicker": _datepicker,
    "overflow": _overflow,
    "static_select": _menu,
    "users_select": _mentions,
}
"""What stands in a row of actions."""
CHOSEN: Mapping[str, Draw] = {"checkboxes": _checkboxes, "radio_buttons": _radio_buttons}
ACTIONS: Mapping[str, Draw] = {**PRESSED, **CHOSEN}
BESIDE: Mapping[str, Draw] = {**ACTIONS, "image": image}
"""What stands beside a section."""
FILLED: Mapping[str, Draw] = {
    **{kind: draw for kind, draw in ACTIONS.items() if kind not in ("button", "overflow")},
    "multi_conversations_select": _mentions,
    "multi_static_select": _menu,
    "multi_users_select": _mentions,
    "plain_text_input": _field,
    "url_text_input": _field,
}
"""What a person fills in."""
BELOW: Mapping[str, Draw] = {"feedback_buttons": _feedback_buttons, "icon_button": _icon_button}
"""What stands in a row of context actions."""
