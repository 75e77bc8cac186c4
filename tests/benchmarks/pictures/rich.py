"""Rich text as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from bot.slack.types import Block
from tests.benchmarks.pictures.words import Draw, Names, all_drawn, emoji, mention, styled

_BULLETS = ("disc", "circle", "square")
_NUMBERS = ("decimal", "lower-alpha", "lower-roman")
_INDENT_PX = 28


def rich_text(block: Block, names: Names) -> str:
    """A block of rich text. Raises UnknownKind for what it cannot hold."""
    return all_drawn(block["elements"], names, PARTS, "Rich text")


def _section(part: Block, names: Names) -> str:
    return f"<div>{_run(part, names)}</div>"


def _quote(part: Block, names: Names) -> str:
    return f"<blockquote>{_run(part, names)}</blockquote>"


def _preformatted(part: Block, names: Names) -> str:
    return f"<pre>{_run(part, names)}</pre>"


def _list(part: Block, names: Names) -> str:
    indent = int(part.get("indent", 0))
    ordered = part["style"] == "ordered"
    tag, marks = ("ol", _NUMBERS) if ordered else ("ul", _BULLETS)
    start = f' start="{int(part.get("offset", 0)) + 1}"' if ordered else ""
    items = "".join(
        f"<li>{all_drawn([item], names, {'rich_text_section': _run}, 'A list')}</li>" for item in part["elements"]
    )
    look = f"margin-left:{indent * _INDENT_PX}px;list-style-type:{marks[indent % len(marks)]}"
    return f'<{tag}{start} style="{look}">{items}</{tag}>'


def _run(part: Block, names: Names) -> str:
    return all_drawn(part["elements"], names, ELEMENTS, f"A {part['type']}")


def _text(element: Block, names: Names) -> str:
    return styled(escape(element["text"]), element.get("style", {}))


def _link(element: Block, names: Names) -> str:
    shown = f'<span class="link">{escape(element.get("text") or element["url"])}</span>'
    return styled(shown, element.get("style", {}))


def _emoji(element: Block, names: Names) -> str:
    return emoji(element["name"], element.get("unicode", ""))


def _user(element: Block, names: Names) -> str:
    return mention("@", element["user_id"], names)


def _usergroup(element: Block, names: Names) -> str:
    return mention("@", element["usergroup_id"], names)


def _channel(element: Block, names: Names) -> str:
    return mention("#", element["channel_id"], names)


def _broadcast(element: Block, names: Names) -> str:
    return f'<span class="mention all">@{escape(element["range"])}</span>'


def _date(element: Block, names: Names) -> str:
    return escape(element["fallback"])


PARTS: Mapping[str, Draw] = {
    "rich_text_list": _list,
    "rich_text_preformatted": _preformatted,
    "rich_text_quote": _quote,
    "rich_text_section": _section,
}
ELEMENTS: Mapping[str, Draw] = {
    "broadcast": _broadcast,
    "channel": _channel,
    "date": _date,
    "emoji": _emoji,
    "link": _link,
    "text": _text,
    "user": _user,
    "usergroup": _usergroup,
}
