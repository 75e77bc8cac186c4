"""What stands before every reader: is this a file that can be read, of which kind, and with which characters."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from knowledge.types import DocumentRefused, EmptyDocument, UnknownFormat

MAX_BYTES = 20_000_000
"""Size limit of a file: far above any text for people, and below what takes a parser minutes."""

PROBED_BYTES = 65_536
"""How much of a file is looked at to tell text from anything else."""

PROBED_CHARS = 4_096
"""How near to its start an HTML page must say that it is one."""

MAX_CONTROL_SHARE = 0.01
"""Text has next to no control characters; random bytes have 11 in 100."""


class Format(StrEnum):
    """The formats that have a reader, by their names for people."""

    MARKDOWN = "Markdown"
    HTML = "HTML"
    TEXT = "plain text"


SUFFIXES = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".txt": Format.TEXT,
}

READABLE: tuple[str, ...] = tuple(SUFFIXES)
"""Endings of the files that can be read, in lower case."""

_HINT = "Files that can be read are Markdown (.md, .markdown), HTML (.html, .htm) and plain text (.txt)"
_ZIPPED = (
    (b"word/document.xml", "a Word document"),
    (b"ppt/presentation.xml", "a PowerPoint presentation"),
    (b"xl/workbook.xml", "an Excel workbook"),
)
_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted Office file or an Outlook message"),
    (b"{\\rtf", "a Rich Text file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
)
_BOMS = (  # the longer ones first: UTF-32 begins like UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PDF = re.compile(rb"(?:\A|[\r\n])%PDF-\d")
_CONTROL_BYTES = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\x1b") + b"\x7f"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HTML_START = re.compile(r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--", re.I)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that can be read: the format of its content, its text with LF line ends, and what was odd about it."""

    format: Format
    text: str
    warnings: tuple[str, ...]


def check(data: bytes, name: str) -> Checked:
    """Decide whether and how a file can be read.

    Raises:
        DocumentRefused: It is too large or its characters cannot be told.
        EmptyDocument: There is nothing in it but white space.
        UnknownFormat: It is of a kind without a reader; the message says which kind it is and which can be read.
    """
    if len(data) > MAX_BYTES:
        raise DocumentRefused(
            f"`{name}` has {len(data) / 1e6:.1f} MB; the limit is {MAX_BYTES // 1_000_000} MB. "
            "Split it into smaller documents."
        )
    suffix = PurePath(name).suffix.lower()
    kind = _foreign_kind(data)
    if kind:
        odd = f", although its name ends in {suffix}" if suffix in SUFFIXES else ""
        raise UnknownFormat(f"`{name}` is {kind}{odd}. {_HINT}.")
    text, warnings = _decode(data, name)
    if not text.strip():
        raise EmptyDocument(f"`{name}` is empty. Add a file with text in it.")
    if suffix not in SUFFIXES:
        raise UnknownFormat(f"`{name}` is of a kind that has no reader ({suffix or 'no ending'}). {_HINT}.")
    named = SUFFIXES[suffix]
    if named is not Format.HTML and _HTML_START.match(text[:PROBED_CHARS]):
        return Checked(Format.HTML, text, (*warnings, f"`{name}` is an HTML page and was read as one."))
    if named is Format.HTML and not _TAG.search(text):
        return Checked(Format.TEXT, text, (*warnings, f"`{name}` has no HTML tags in it and was read as plain text."))
    return Checked(named, text, warnings)


def _foreign_kind(data: bytes) -> str:
    """What a file is that has no reader, as a noun with its article; empty for text."""
    if _PDF.search(data[:1024]):
        return "a PDF file"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((kind for member, kind in _ZIPPED if member in data), "a ZIP archive")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if any(data.startswith(bom) for bom, _ in _BOMS):
        return ""
    probed = data[:PROBED_BYTES]
    controls = len(probed) - len(probed.translate(None, _CONTROL_BYTES))
    return "not a text file" if controls > MAX_CONTROL_SHARE * len(probed) and controls > 1 else ""


def _decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text with LF line ends and no byte order mark, and warnings."""
    warnings: list[str] = []
    text = _with_bom(data, name)
    if text is None:
        data = data.removeprefix(codecs.BOM_UTF8)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
            warnings.append(f"`{name}` is not UTF-8; it was read as Windows-1252.")
            if unknown := text.count("\N{REPLACEMENT CHARACTER}"):
                warnings.append(f"`{name}`: {unknown} bytes mean nothing in Windows-1252 and are shown as \ufffd.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    text, controls = _CONTROL.subn(" ", text)  # one for one, so that offsets stay those of the file
    if controls:
        warnings.append(f"`{name}`: {controls} control characters were read as spaces.")
    return text, tuple(warnings)


def _with_bom(data: bytes, name: str) -> str | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise DocumentRefused(
                    f"`{name}` begins like {encoding[:6].upper()} text but is none. Save it as UTF-8 and add it again."
                ) from error
    return None
