"""The texts of Block Kit as HTML: plain text, Slack's markup, mentions and emoji. Everything is escaped here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape

from bot.slack.types import Block

Names = Mapping[str, str]
"""Ids of people, user groups and channels, and the names that Slack shows for them."""
Draw = Callable[[Block, Names], str]
"""From a block or an element to HTML."""

EMOJI = {
    "arrows_counterclockwise": "🔄",
    "bar_chart": "📊",
    "bell": "🔔",
    "books": "📚",
    "bulb": "💡",
    "calendar": "📆",
    "eyes": "👀",
    "hourglass_flowing_sand": "⏳",
    "information_source": "ℹ️",
    "lock": "🔒",
    "mag": "🔍",
    "no_entry": "⛔",
    "page_facing_up": "📄",
    "pencil2": "✏️",
    "question": "❓",
    "raising_hand": "🙋",
    "speech_balloon": "💬",
    "tada": "🎉",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "wastebasket": "🗑️",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "x": "❌",
}
"""Slack's names of emoji. One that is not here is shown by its name, as Slack does with one it does not know."""

_NAMED_EMOJI = re.compile(r":([a-z0-9_+'-]+):")
_STYLES = {"bold": "b", "italic": "i", "strike": "s", "underline": "u", "code": "code", "highlight": "mark"}
_MARKUP = re.compile(
    r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|<(?P<angle>[^<>\n]+)>"
    r"|(?<!\w)\*(?P<bold>[^*\n]+)\*(?!\w)|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)|(?<!\w)~(?P<strike>[^~\n]+)~(?!\w)",
    re.DOTALL,
)
_QUOTE_MARK = re.compile("^(?:>|&gt;) ?", re.MULTILINE)
_QUOTED = re.compile(r"(?:^(?:>|&gt;).*(?:\n|\Z))+", re.MULTILINE)


class UnknownKind(ValueError):
    """A kind of block or element that cannot be drawn yet; the message says which, where, and what to do."""


def drawn(block: Block, names: Names, kinds: Mapping[str, Draw], where: str) -> str:
    """A block or an element as HTML.

    Args:
        block: With its `type`.
        names: What mentions show.
        kinds: What may stand here, and how each is drawn.
        where: What it stands in, for the error.

    Raises:
        UnknownKind: Its type is not among the kinds.
    """
    kind = str(block.get("type"))
    if kind not in kinds:
        raise UnknownKind(
            f"{where} holds {kind!r}, and only {', '.join(sorted(kinds))} can be drawn. Add how it looks."
        )
    return kinds[kind](block, names)


def all_drawn(blocks: Iterable[Block], names: Names, kinds: Mapping[str, Draw], where: str) -> str:
    """Several of them, one after the other. Raises UnknownKind like `drawn`."""
    return "".join(drawn(block, names, kinds, where) for block in blocks)


def text(block: Block, names: Names) -> str:
    """A text object, plain or markup. Raises UnknownKind for any other."""
    return drawn(block, names, TEXTS, "A text")


def emoji(name: str, unicode: str = "") -> str:
    """An emoji by its name, or by its code points as Slack writes them: `1f468-200d-2695`."""
    shown = "".join(chr(int(point, 16)) for point in unicode.split("-")) if unicode else EMOJI.get(name, "")
    return f'<span class="emoji">{escape(shown)}</span>' if shown else escape(f":{name}:")


def mention(sign: str, identity: str, names: Names) -> str:
    """A person, a user group or a channel by name, or by id if the name is not known."""
    return f'<span class="mention">{escape(sign + names.get(identity, identity))}</span>'


def styled(shown: str, style: Mapping[str, bool]) -> str:
    """HTML in the styles that are set.

    Raises:
        UnknownKind: There is no such style.
    """
    for name in style:
        if name not in _STYLES:
            raise UnknownKind(f"A text has the style {name!r}, and only {', '.join(_STYLES)} can be drawn. Add it.")
    for name, tag in _STYLES.items():
        if style.get(name):
            shown = f"<{tag}>{shown}</{tag}>"
    return shown


def _plain(block: Block, names: Names) -> str:
    return _with_emoji(escape(block["text"])) if block.get("emoji", True) else escape(block["text"])


def _with_emoji(shown: str) -> str:
    return _NAMED_EMOJI.sub(lambda found: emoji(found[1]) if found[1] in EMOJI else found[0], shown)


def _mrkdwn(block: Block, names: Names) -> str:
    pieces: list[str] = []
    end = 0
    for quoted in _QUOTED.finditer(block["text"]):
        inner = _QUOTE_MARK.sub("", quoted[0].rstrip("\n"))
        pieces += [_marked_up(block["text"][end : quoted.start()], names)]
        pieces += [f"<blockquote>{_marked_up(inner, names)}</blockquote>"]
        end = quoted.end()
    return "".join([*pieces, _marked_up(block["text"][end:], names)])


def _marked_up(source: str, names: Names) -> str:
    pieces: list[str] = []
    end = 0
    for found in _MARKUP.finditer(source):
        pieces += [_with_emoji(_literal(source[end : found.start()])), _marked(str(found.lastgroup), found, names)]
        end = found.end()
    return "".join([*pieces, _with_emoji(_literal(source[end:]))])


def _marked(kind: str, found: re.Match[str], names: Names) -> str:
    inner = found[kind]
    if kind == "pre":
        return f"<pre>{_literal(inner.strip(chr(10)))}</pre>"
    if kind == "angle":
        return _angle(inner, names)
    return styled(_literal(inner) if kind == "code" else _marked_up(inner, names), {kind: True})


def _angle(inner: str, names: Names) -> str:
    """What stands in angle brackets: a mention, a date or a link."""
    address, _, label = inner.partition("|")
    if address.startswith("!subteam^"):
        return mention("@", address.removeprefix("!subteam^"), names)
    if address.startswith("!date^"):
        return _literal(label)
    if address.startswith(("@", "#")):
        return mention(address[0], label or address[1:], names)
    if address.startswith("!"):
        return f'<span class="mention all">@{_literal(address[1:])}</span>'
    return f'<span class="link">{_literal(label or address)}</span>'


def _literal(source: str) -> str:
    """Slack's three escapes undone, and everything escaped for HTML."""
    return escape(source.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


PLAIN: Mapping[str, Draw] = {"plain_text": _plain}
TEXTS: Mapping[str, Draw] = {**PLAIN, "mrkdwn": _mrkdwn}
