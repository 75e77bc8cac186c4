"""The blocks of a message or a view as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from bot.slack.types import Block
from tests.benchmarks.pictures.elements import ACTIONS, BELOW, BESIDE, FILLED, image
from tests.benchmarks.pictures.icons import icon
from tests.benchmarks.pictures.rich import rich_text
from tests.benchmarks.pictures.words import PLAIN, TEXTS, Draw, Names, UnknownKind, all_drawn, drawn, text

_LEVELS = {"default": "info", "info": "info", "warning": "warning", "error": "error", "success": "check"}
"""Of an alert, and the icon of each."""


def blocks(held: Iterable[Block], names: Names) -> str:
    """Blocks in their order.

    Args:
        held: As they are sent to Slack.
        names: What mentions show for ids.

    Raises:
        UnknownKind: A kind of block, element or style that cannot be drawn yet.
    """
    shown = (
        f'<div class="block {escape(str(block.get("type")))}">{drawn(block, names, BLOCKS, "A page")}</div>'
        for block in held
    )
    return "".join(shown)


def _section(block: Block, names: Names) -> str:
    words = f"<div>{text(block['text'], names)}</div>" if "text" in block else ""
    fields = "".join(f"<div>{text(field, names)}</div>" for field in block.get("fields", []))
    inside = words + (f'<div class="fields">{fields}</div>' if fields else "")
    if "accessory" not in block:
        return inside
    beside = drawn(block["accessory"], names, BESIDE, "The accessory of a section")
    return f'<div class="split"><div class="words">{inside}</div><div class="accessory">{beside}</div></div>'


def _context(block: Block, names: Names) -> str:
    kinds: Mapping[str, Draw] = {**TEXTS, "image": image}
    return "".join(f"<span>{drawn(element, names, kinds, 'A context')}</span>" for element in block["elements"])


def _divider(block: Block, names: Names) -> str:
    return "<hr>"


def _header(block: Block, names: Names) -> str:
    return f"<h2>{drawn(block['text'], names, PLAIN, 'A header')}</h2>"


def _actions(block: Block, names: Names) -> str:
    return all_drawn(block["elements"], names, ACTIONS, "A row of actions")


def _context_actions(block: Block, names: Names) -> str:
    return all_drawn(block["elements"], names, BELOW, "A row of context actions")


def _input(block: Block, names: Names) -> str:
    label = drawn(block["label"], names, PLAIN, "A label")
    optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
    filled = drawn(block["element"], names, FILLED, "An input")
    hint = f'<div class="hint">{drawn(block["hint"], names, PLAIN, "A hint")}</div>' if "hint" in block else ""
    return f'<div class="label">{label}{optional}</div>{filled}{hint}'


def _image(block: Block, names: Names) -> str:
    title = f'<div class="caption">{text(block["title"], names)}</div>' if "title" in block else ""
    return title + image(block, names)


def _table(block: Block, names: Names) -> str:
    settings = block.get("column_settings", [])
    sides = [escape((column or {}).get("align", "left")) for column in settings]
    rows = (
        "".join(_cell(cell, sides[at] if at < len(sides) else "left", names) for at, cell in enumerate(row))
        for row in block["rows"]
    )
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cell(cell: Block, side: str, names: Names) -> str:
    return f'<td style="text-align:{side}">{drawn(cell, names, _CELLS, "A table")}</td>'


def _raw_text(cell: Block, names: Names) -> str:
    return escape(cell["text"])


def _raw_number(cell: Block, names: Names) -> str:
    return escape(str(cell.get("text", cell.get("value", ""))))


def _alert(block: Block, names: Names) -> str:
    level = block.get("level", "default")
    if level not in _LEVELS:
        raise UnknownKind(f"An alert has the level {level!r}, and Slack knows {', '.join(_LEVELS)}.")
    return f'<div class="alert-box {level}">{icon(_LEVELS[level])}<div>{text(block["text"], names)}</div></div>'


_CELLS: Mapping[str, Draw] = {"raw_number": _raw_number, "raw_text": _raw_text, "rich_text": rich_text}
BLOCKS: Mapping[str, Draw] = {
    "actions": _actions,
    "alert": _alert,
    "context": _context,
    "context_actions": _context_actions,
    "divider": _divider,
    "header": _header,
    "image": _image,
    "input": _input,
    "rich_text": rich_text,
    "section": _section,
    "table": _table,
}
