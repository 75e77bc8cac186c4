"""What Slack refuses in messages: kinds of blocks and elements, their fields, and how long and how many they may be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextActionsBlock,
    ContextBlock,
    HeaderBlock,
    ImageBlock,
    InputBlock,
    MarkdownBlock,
    SectionBlock,
)

from tests.bot.slack.fake.elements import ELEMENTS, INPUTS, element_problems, text_problems

JsonObject = dict[str, Any]
Problems = Iterator[str]

MAX_BLOCKS = 50
MAX_TEXT_CHARS = 40_000
MAX_BLOCKS_CHARS = 13_200
MAX_FIELD_CHARS = 2_000
TABLE_ROWS, TABLE_CELLS = 100, 20
TIMESTAMP = re.compile(r"\d{10}\.\d{6}")

MESSAGE, MODAL, HOME = "message", "modal", "home"

FIELDS = {
    "section": ("", "text fields accessory expand"),
    "divider": ("", ""),
    "header": ("text", ""),
    "context": ("elements", ""),
    "actions": ("elements", ""),
    "context_actions": ("elements", ""),
    "rich_text": ("elements", ""),
    "markdown": ("text", ""),
    "image": ("alt_text", "image_url slack_file title"),
    "table": ("rows", "column_settings"),
    "input": ("label element", "hint optional dispatch_action"),
    "alert": ("text", "level"),
}
"""Of each kind of block: the fields it must have, and those it may have besides type and block_id."""
ONLY_IN = {"context_actions": {MESSAGE}, "markdown": {MESSAGE}, "table": {MESSAGE}, "alert": {MODAL}}
"""Where a kind of block is allowed, if not everywhere."""
RICH_TYPES = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
RICH_LEAVES = {"text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color", "team"}


def message_problem(message: JsonObject) -> str:
    """Why Slack would refuse a message: its error code, and after a colon what is wrong. Empty if it would not."""
    if "thread_ts" in message and not TIMESTAMP.fullmatch(message["thread_ts"]):
        return "invalid_thread_ts"
    text, blocks = message.get("text") or "", message.get("blocks") or []
    if not text and not blocks:
        return "no_text"
    if len(text) > MAX_TEXT_CHARS:
        return "msg_too_long"
    if problem := blocks_problem(blocks, MESSAGE):
        return f"invalid_blocks: {problem}"
    if sum(len(words) for element in elements(blocks) for words in words_in(element)) > MAX_BLOCKS_CHARS:
        return "msg_blocks_too_long"
    return ""


def blocks_problem(blocks: object, surface: str) -> str:
    """Why Slack would refuse the blocks of a message, modal or home; empty if it would not."""
    return next(_blocks_problems(blocks, surface), "")


def elements(blocks: list[JsonObject]) -> Iterator[JsonObject]:
    """All blocks and what is in them, however deep."""
    for block in blocks:
        yield block
        yield from elements([*block.get("elements", []), *block.get("fields", []), *_single(block)])


def _single(block: JsonObject) -> list[JsonObject]:
    names = ("text", "accessory", "element", "label", "hint", "title", "placeholder")
    return [block[name] for name in names if isinstance(block.get(name), dict)]


def words_in(element: JsonObject) -> list[str]:
    """The strings in an element that count."""
    return [element[name] for name in ("text", "url") if isinstance(element.get(name), str)]


def _blocks_problems(blocks: object, surface: str) -> Problems:
    if not isinstance(blocks, list):
        yield "blocks are no list"
        return
    most = MAX_BLOCKS if surface == MESSAGE else 100
    if len(blocks) > most:
        yield f"{len(blocks)} blocks, and {most} are allowed in a {surface}"
    for number, block in enumerate(blocks):
        for problem in _block_problems(block, surface):
            yield f"{problem} [/blocks/{number}]"
    yield from _repeated("block_id", [block["block_id"] for block in blocks if "block_id" in block])
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MarkdownBlock.text_max_length:
        yield "markdown blocks are too long together"
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield "more than one table"


def _block_problems(block: object, surface: str) -> Problems:
    if not isinstance(block, dict) or block.get("type") not in FIELDS:
        yield f"unsupported block {block.get('type') if isinstance(block, dict) else block!r}"
        return
    kind = block["type"]
    if surface not in ONLY_IN.get(kind, {surface}):
        yield f"{kind} is not allowed in a {surface}"
    yield from _field_problems(block)
    block_id = block.get("block_id", "given later")
    if not isinstance(block_id, str) or not 0 < len(block_id) <= Block.block_id_max_length:
        yield f"block_id {block_id!r}"
    yield from CHECKS[kind](block)
    inside = [*_listed(block), *(block[name] for name in ("accessory", "element") if name in block)]
    yield from _repeated("action_id", [each["action_id"] for each in inside if "action_id" in each])


def _field_problems(block: JsonObject) -> Problems:
    needed, optional = (set(names.split()) for names in FIELDS[block["type"]])
    for name in sorted(needed - block.keys()):
        yield f"{block['type']} without {name}"
    for name in sorted(block.keys() - needed - optional - {"type", "block_id"}):
        yield f"invalid additional property {name} of {block['type']}"


def _listed(block: JsonObject) -> list[JsonObject]:
    return block.get("elements", []) if block["type"] in ("actions", "context_actions") else []


def _repeated(name: str, ids: list[str]) -> Problems:
    for repeated in (id for id, times in Counter(ids).items() if times > 1):
        yield f"{name} {repeated} already exists"


def _count_problems(block: JsonObject, most: int) -> Problems:
    if not 0 < len(block.get("elements", [])) <= most:
        yield f"{len(block.get('elements', []))} elements of {block['type']}, 1 to {most} are allowed"


def _section(block: JsonObject) -> Problems:
    if "text" not in block and not block.get("fields"):
        yield "section without text or fields"
    if "text" in block:
        yield from text_problems(block["text"], SectionBlock.text_max_length)
    fields = block.get("fields", [])
    if len(fields) > SectionBlock.fields_max_length:
        yield f"{len(fields)} fields"
    for each in fields:
        yield from text_problems(each, MAX_FIELD_CHARS)
    if "accessory" in block:
        yield from _allowed(block["accessory"], ELEMENTS - {"plain_text_input", "feedback_buttons", "icon_button"})


def _header(block: JsonObject) -> Problems:
    yield from text_problems(block.get("text"), HeaderBlock.text_max_length, {"plain_text"})


def _context(block: JsonObject) -> Problems:
    yield from _count_problems(block, ContextBlock.elements_max_length)
    for each in block.get("elements", []):
        if each.get("type") == "image":
            yield from element_problems(each)
        else:
            yield from text_problems(each, SectionBlock.text_max_length)


def _actions(block: JsonObject) -> Problems:
    yield from _count_problems(block, ActionsBlock.elements_max_length)
    for each in block.get("elements", []):
        yield from _allowed(each, ELEMENTS - {"image", "feedback_buttons", "icon_button"})


def _context_actions(block: JsonObject) -> Problems:
    yield from _count_problems(block, ContextActionsBlock.elements_max_length)
    for each in block.get("elements", []):
        yield from _allowed(each, {"feedback_buttons", "icon_button"})


def _input(block: JsonObject) -> Problems:
    yield from text_problems(block.get("label"), InputBlock.label_max_length, {"plain_text"})
    if "hint" in block:
        yield from text_problems(block["hint"], InputBlock.hint_max_length, {"plain_text"})
    yield from _allowed(block.get("element", {}), INPUTS)


def _allowed(element: JsonObject, kinds: set[str]) -> Problems:
    if element.get("type") not in kinds:
        yield f"element {element.get('type')} is not allowed here"
    else:
        yield from element_problems(element)


def _image(block: JsonObject) -> Problems:
    yield from element_problems({key: block[key] for key in block.keys() - {"block_id", "title"}})
    if "title" in block:
        yield from text_problems(block["title"], ImageBlock.title_max_length, {"plain_text"})


def _markdown(block: JsonObject) -> Problems:
    if not isinstance(block.get("text"), str) or not 0 < len(block["text"]) <= MarkdownBlock.text_max_length:
        yield "text of markdown"


def _table(block: JsonObject) -> Problems:
    rows = block.get("rows", [])
    if not 0 < len(rows) <= TABLE_ROWS or any(not 0 < len(row) <= TABLE_CELLS for row in rows):
        yield "size of the table"
    for cell in (cell for row in rows for cell in row):
        if cell.get("type") == "rich_text":
            yield from _rich_text(cell)
        elif cell.get("type") != "raw_text" or not cell.get("text"):
            yield f"cell {cell}"


def _rich_text(block: JsonObject) -> Problems:
    if not block.get("elements"):
        yield "rich_text with nothing in it"
    for each in block.get("elements", []):
        if each.get("type") not in RICH_TYPES:
            yield f"{each.get('type')} in rich_text"
        else:
            yield from _rich_part(each)


def _rich_part(part: JsonObject) -> Problems:
    if not part.get("elements"):
        yield f"{part['type']} with nothing in it"
    for each in part.get("elements", []):
        if part["type"] == "rich_text_list":
            if each.get("type") != "rich_text_section":
                yield f"{each.get('type')} in rich_text_list"
            yield from _rich_part(each)
        else:
            yield from _rich_leaf(each)


def _rich_leaf(leaf: JsonObject) -> Problems:
    kind = leaf.get("type")
    if kind not in RICH_LEAVES:
        yield f"{kind} in rich text"
    if kind == "text" or "text" in leaf:
        text = leaf.get("text")
        if not isinstance(text, str) or not 0 < len(text) <= SectionBlock.text_max_length:
            yield f"text of {kind}"
    if kind == "link" and not re.fullmatch(
        r"(https?://|mailto:)\S+", leaf.get("url", "")[: ButtonElement.url_max_length]
    ):
        yield "url of a link"


def _alert(block: JsonObject) -> Problems:
    yield from text_problems(block.get("text"), SectionBlock.text_max_length)


def _nothing(block: JsonObject) -> Problems:
    yield from ()


CHECKS: dict[str, Callable[[JsonObject], Problems]] = {
    "section": _section,
    "divider": _nothing,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "image": _image,
    "table": _table,
    "input": _input,
    "alert": _alert,
}
