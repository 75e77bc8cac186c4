"""The elements that messages and views are made of, with what people and documents wrote made harmless.

Words go into rich text and plain text: both are shown as they are, so there is nothing to escape in them and no
`<!channel>`, `*` or backtick can come alive. Only the plain `text` of a message, which notifications and screen
readers use, is read by Slack as markup and is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.slack.types import Block

TEXT_CHARS = 3_000
"""Of a message's `text` and of one element's; Slack takes more, but `chat.update` stops at 4,000."""
ELEMENT_CHARS = 30
"""What an element counts towards the size of a message besides its words."""
LINK_CHARS = 1_000
"""A longer address is not linked."""
LABEL_CHARS = 75
"""Of a button or an option of a menu."""
TITLE_CHARS = 24
"""Of a window and of its buttons."""
HINT_CHARS = 150
"""Of what stands below an input; Slack takes more."""
HEADER_CHARS = 150
VIEW_BLOCKS = 100
"""Of a window and of the Home tab."""

_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?"
)
_BLANKS = re.compile(r"\s+")
_EMPTY_LINES = re.compile(r"\n{3,}")
# Control characters, lone surrogates, and marks that turn the reading direction of what follows them.
_STEERING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def rich(*elements: Block) -> Block:
    """A block of rich text."""
    return {"type": "rich_text", "elements": list(elements)}


def section(elements: list[Block]) -> Block:
    """A paragraph of rich text."""
    return {"type": "rich_text_section", "elements": elements}


def quotation(elements: list[Block]) -> Block:
    """A paragraph of rich text behind a bar."""
    return {"type": "rich_text_quote", "elements": elements}


def bullets(items: Iterable[list[Block]]) -> Block:
    """A list of rich text; each item is a line of elements."""
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(item) for item in items]}


def words(text: str, **style: bool) -> Block:
    """Words of rich text, shown as they are; Slack refuses none at all."""
    return {"type": "text", "text": text or "…"} | ({"style": style} if style else {})


def link(text: str, url: str) -> Block:
    """A link if the address is one that a browser opens safely, the words alone if not."""
    return {"type": "link", "url": url, "text": text} if can_open(url) else words(text)


def person(user: str) -> Block:
    """Somebody's name, who is notified of it."""
    return {"type": "user", "user_id": user}


def channel(name: str) -> Block:
    """A channel's name, which opens it."""
    return {"type": "channel", "channel_id": name}


def group(usergroup: str) -> Block:
    """A user group's name, whose members are notified of it."""
    return {"type": "usergroup", "usergroup_id": usergroup}


def plain(text: str, chars: int = LABEL_CHARS) -> Block:
    """Plain text that is never empty, for labels and titles."""
    return {"type": "plain_text", "text": cut(clean(text), chars) or "…", "emoji": False}


def small(text: str) -> Block:
    """A block of small grey words."""
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}


def header(text: str) -> Block:
    """A large line above what follows."""
    return {"type": "header", "text": plain(text, HEADER_CHARS)}


def said(text: str) -> Block:
    """A block of our own plain words."""
    return rich(section([words(text)]))


def button(label: str, action: str, value: str = "", **more: object) -> Block:
    """A button; `action` is unique within its block.

    Args:
        label: What it says.
        action: Its `action_id`, by which the press is understood.
        value: What the press brings back.
        more: Such as `style="primary"`, `url`, `confirm`.
    """
    made = {"type": "button", "action_id": action, "text": plain(label), **more}
    return made | ({"value": value} if value else {})


def actions(*elements: Block) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}


def option(label: str, value: str) -> Block:
    """A choice of a menu or of radio buttons."""
    return {"text": plain(label), "value": value}


def menu(label: str, action: str, options: list[Block]) -> Block:
    """A menu to choose one thing from; Slack takes 100."""
    return {"type": "static_select", "action_id": action, "placeholder": plain(label), "options": options}


def radios(action: str, options: list[Block]) -> Block:
    """Radio buttons, one of which can be chosen."""
    return {"type": "radio_buttons", "action_id": action, "options": options}


def text_field(action: str, most: int) -> Block:
    """A field for several lines, with at most so many characters."""
    return {"type": "plain_text_input", "action_id": action, "multiline": True, "max_length": most}


def asked_for(label: str, name: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """An input of a window.

    Args:
        label: What it asks for.
        name: Its `block_id`, under which what was filled in comes back.
        element: Where it is filled in.
        optional: It may stay empty.
        hint: What to know before filling it in.
    """
    made = {"type": "input", "block_id": name, "label": plain(label), "element": element, "optional": optional}
    return made | ({"hint": plain(hint, HINT_CHARS)} if hint else {})


def modal(title: str, blocks: list[Block], **more: object) -> Block:
    """A window.

    Args:
        title: At most 24 characters are shown.
        blocks: At most 100.
        more: Such as `callback_id`, `private_metadata`, `submit=plain("Send", 24)`.
    """
    return {
        "type": "modal",
        "title": plain(title, TITLE_CHARS),
        "close": plain("Close", TITLE_CHARS),
        "blocks": blocks[:VIEW_BLOCKS],
        **more,
    }


def can_open(url: str) -> bool:
    """Whether an address is one that a browser opens safely."""
    return len(url) <= LINK_CHARS and bool(_ADDRESS.fullmatch(url))


def joined(lines: Sequence[list[Block]]) -> list[Block]:
    """The elements of several lines as one run; neighbours of the same style become one element."""
    run: list[Block] = []
    for number, line in enumerate(lines):
        for element in [words("\n"), *line] if number else line:
            alike = run and run[-1].keys() == element.keys() == {"type", "text"}
            if alike and len(run[-1]["text"]) + len(element["text"]) <= TEXT_CHARS:
                run[-1] = words(run[-1]["text"] + element["text"])
            else:
                run.append(element)
    return run


def size(blocks: Iterable[Block]) -> int:
    """Roughly what Slack counts: words, addresses and values, and something for each element."""
    total = 0
    for block in blocks:
        counted = (block.get(name, "") for name in ("text", "url", "value"))
        total += ELEMENT_CHARS + sum(len(held) if isinstance(held, str) else size([held]) for held in counted)
        total += size(block.get("elements", ())) + size(block.get("options", ()))
    return total


def clean(text: str) -> str:
    """On one line, without characters that steer the display instead of being read."""
    return smooth(text).strip()


def smooth(text: str) -> str:
    """As `clean`, but blanks at both ends stay, for what other words join on to."""
    return _BLANKS.sub(" ", _STEERING.sub("", text))


def clean_lines(text: str) -> str:
    """Each line clean, empty ones at most one after the other."""
    lines = "\n".join(clean(line) for line in text.splitlines())
    return _EMPTY_LINES.sub("\n\n", lines).strip()


def cut(text: str, chars: int) -> str:
    """Its first so many characters, with a mark where it goes on."""
    return text if len(text) <= chars else text[: max(chars - 1, 0)].rstrip() + "…"


def escaped(text: str) -> str:
    """For the `text` of a message, which Slack reads as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_within(text: str, chars: int) -> str:
    """Escaped, and cut so that the result has at most so many characters."""
    kept = cut(text, chars)
    while len(escaped(kept)) > chars:
        # An escaped character takes at most five, so this ends well before nothing is left.
        kept = cut(kept, len(kept) * 4 // 5)
    return escaped(kept)
