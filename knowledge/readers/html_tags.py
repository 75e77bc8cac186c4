"""What single tags of an HTML page say: their words, attributes, cells and terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bs4 import Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from knowledge.readers.bullets import number_words
from knowledge.readers.grid import Cell

MAX_SPAN_DIGITS = 3  # of a colspan, rowspan or list start

DROPPED = frozenset(
    "script style noscript template head svg math iframe object embed canvas audio video input select textarea "
    "datalist del s strike".split()
)
"""What has no words of the page, and words that are struck out: nobody stands by them any more."""
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol optgroup option p pre search section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_TERMS = ("dt", "dd")
_KINDS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|text-decoration[^;]*line-through", re.I)
WHITE = re.compile(r"[ \t\n\r\f\v]+")
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphen, zero-width space, word joiner, byte order mark


def terms(tag: Tag) -> Iterator[tuple[str, str]]:
    """The terms of a list of terms with what is said of them."""
    open_terms: list[str] = []
    said = False
    for part in tag.find_all(_TERMS):  # a part that is not closed holds the next one
        text = words(part, without=_TERMS)
        if part.name == "dt":
            open_terms = [text] if said else [*open_terms, text]
            said = False
        else:
            yield ", ".join(open_terms), text
            said = True
    if open_terms and not said:
        yield ", ".join(open_terms), ""


def cell(tag: Tag) -> Cell:
    """A cell of a table."""
    return Cell(words(tag), tag.name == "th", count(tag, "colspan"), count(tag, "rowspan"))


def words(tag: Tag, without: Sequence[str] = ()) -> str:
    """The text of a tag on one line, without that of some tags in it."""
    parts: list[str] = []
    todo: list[PageElement] = [tag]
    while todo:
        node = todo.pop()
        if isinstance(node, Tag):
            if node.name in BLOCKS or node.name == "br":
                parts.append(" ")
            if node is tag or not (node.name in DROPPED or node.name in without or is_hidden(node)):
                todo.extend(reversed(node.contents))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            parts.append(INVISIBLE.sub("", node))
    return WHITE.sub(" ", "".join(parts)).strip()


def is_hidden(tag: Tag) -> bool:
    """Whether a page does not show a tag, or shows it struck out."""
    return (
        tag.has_attr("hidden")
        or attribute(tag, "aria-hidden").lower() == "true"
        or _UNSEEN.search(attribute(tag, "style")) is not None
    )


def attribute(tag: Tag, key: str) -> str:
    """An attribute, empty where there is none."""
    value = tag.get(key)
    return " ".join(value) if isinstance(value, list) else str(value or "").strip()


def mark(number: int, kind: str) -> str:
    """The mark of an item of an ordered list, by the list's `type`: `2.`, `b.`, `ii.`."""
    return f"{number_words(number, _KINDS.get(kind, 'decimal'))}."


def count(tag: Tag, key: str) -> int:
    """An attribute that counts something; 1 where it is no usual number."""
    value = attribute(tag, key)
    return max(int(value), 1) if value.isascii() and value.isdigit() and len(value) <= MAX_SPAN_DIGITS else 1
