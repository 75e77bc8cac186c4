"""Small pieces that several renderings share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from knowledge.text import single_spaced

SHOWN = 20
"""Ids in a line, or entries of a list, before only the number of the rest is said."""


def unbroken(text: str, style: str = "") -> Text:
    """On one line however long it is: half a link or half an id is of no use."""
    return Text(text, style, no_wrap=True, overflow="ignore")


def uncut(lines: Iterable[str]) -> RenderableType:
    """Lines to copy from, each unbroken. Printed one by one, rich would join and wrap them."""
    return Group(*map(unbroken, lines))


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 page`, `3 pages`."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def shortened(text: str, most: int) -> str:
    """The words on one line, cut off with a dot-dot-dot where they are more than `most` characters."""
    words = single_spaced(text)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def listed(ids: Sequence[str]) -> str:
    """Ids in a line, so many at the most."""
    more = f" and {counted(len(ids) - SHOWN, 'more', 'more')}" if len(ids) > SHOWN else ""
    return ", ".join(ids[:SHOWN]) + more
