"""Readers: the bytes of a file in, its text and blocks out. One file per format, with a guard in front."""

from __future__ import annotations

from dataclasses import replace

from knowledge.readers import html, markdown, plaintext
from knowledge.readers.guard import READABLE, Format, check
from knowledge.types import BlockKind, EmptyDocument, Reading

__all__ = ["READABLE", "read"]

_READERS = {Format.MARKDOWN: markdown.read, Format.HTML: html.read, Format.TEXT: plaintext.read}


def read(data: bytes, name: str) -> Reading:
    """Read a file. What it is follows from its content; its name must not say something else.

    Args:
        data: The bytes of the file.
        name: Its name, with its ending; used for the kind and for messages.

    Returns:
        The text, its blocks in order, what the file says of itself, and warnings (one sentence each).

    Raises:
        DocumentRefused: It is too large, empty (`EmptyDocument`) or of a kind without a reader (`UnknownFormat`).
        BadMetadata: Its front matter cannot be used.
    """
    checked = check(data, name)
    reading = _READERS[checked.format](checked.text, name)
    if all(block.kind is BlockKind.FURNITURE for block in reading.blocks):
        raise EmptyDocument(f"`{name}` has no text to read, only menus, captions or links. Add a file with sentences.")
    return replace(reading, warnings=checked.warnings + reading.warnings)
