"""Readers: the bytes of a file in, its text and blocks out. One file per format, with a guard in front."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import PurePath

from knowledge.readers.guard import READABLE, SUFFIXES, Format, check
from knowledge.types import BlockKind, EmptyDocument, Reading

__all__ = ["READABLE", "prepare", "read"]

_MODULES = {
    Format.MARKDOWN: "markdown",
    Format.HTML: "html",
    Format.TEXT: "plaintext",
    Format.EMAIL: "mail",
    Format.PDF: "pdf",
    Format.WORD: "word",
    Format.POWERPOINT: "powerpoint",
    Format.EXCEL: "excel",
    Format.OUTLOOK: "outlook",
    Format.ZIP: "archive",
}
"""Each has `read(content, name) -> Reading`; that of PDF takes `ocr`, too. Loaded when needed: parsers are big."""


_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")


def read(data: bytes, name: str, ocr: bool = False) -> Reading:
    """Read a file. What it is follows from its content; its name must not say something else.

    Call it through `sandbox.Sandbox`, which limits what a hostile file can cost.

    Args:
        data: The bytes of the file.
        name: Its name, with its ending; used for the kind and for messages.
        ocr: Read pages that are pictures by OCR.

    Returns:
        The text, its blocks in order, what the file says of itself, and warnings (one sentence each).

    Raises:
        DocumentRefused: It is too large, damaged, empty (`EmptyDocument`) or of a kind without a reader
            (`UnknownFormat`).
        BadMetadata: Its front matter cannot be used.
    """
    checked = check(data, name)
    reader: Callable[..., Reading] = import_module(f"knowledge.readers.{_MODULES[checked.format]}").read
    options = {"ocr": ocr} if checked.format is Format.PDF else {}
    reading = reader(checked.content, name, **options)
    if not reading.attachments and all(block.kind is BlockKind.FURNITURE for block in reading.blocks):
        raise EmptyDocument(f"`{name}` has no text to read, only menus, captions or links. Add a file with sentences.")
    said = {field: _writable(value) if isinstance(value, str) else value for field, value in reading.metadata}
    return replace(
        reading,
        text=_writable(reading.text),
        metadata=reading.metadata.model_copy(update=said),
        warnings=tuple(map(_writable, checked.warnings + reading.warnings)),
    )


def _writable(text: str) -> str:
    """A text that can be kept in a file: half a character (a surrogate) cannot. One for one, so that offsets stay."""
    return _HALF_A_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", text)


def prepare(name: str) -> None:
    """Load the reader that a file of this name probably needs, so that a process forked now has it already."""
    named = SUFFIXES.get(PurePath(name).suffix.lower())
    if named is not None:
        import_module(f"knowledge.readers.{_MODULES[named]}")
