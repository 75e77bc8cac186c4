"""What stands before every reader: is this a file that can be read, of which kind, and what would it cost."""

from __future__ import annotations

import codecs
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath

from knowledge.types import DocumentRefused, EmptyDocument, UnknownFormat

MAX_BYTES = 100_000_000
"""Size limit of a file: a board's papers with pictures are below."""
MAX_TEXT_BYTES = 20_000_000
"""Size limit of a file that is text: far above any text for people, and below what takes a parser minutes."""
MAX_UNPACKED_BYTES = 200_000_000
"""What the members of a ZIP file, as Office files are, may unpack to in all."""
MAX_MEMBERS = 5_000
"""Of a ZIP file."""
MAX_EXPANSION = 100
"""How many times its packed size a member above `ALWAYS_UNPACKED_BYTES` may have; honest Office files reach 32."""
ALWAYS_UNPACKED_BYTES = 20_000_000
"""A member up to this size is unpacked, however well it was packed."""

PROBED_BYTES = 65_536
"""How much of a file is looked at to tell text from anything else."""
PROBED_CHARS = 4_096
"""How near to its start an HTML page must say that it is one, and an e-mail have its first lines."""
MAX_CONTROL_SHARE = 0.01
"""Text has next to no control characters; random bytes have 11 in 100."""


class Format(StrEnum):
    """The formats that have a reader, by their names for people."""

    MARKDOWN = "Markdown"
    HTML = "HTML"
    TEXT = "plain text"
    EMAIL = "e-mail"
    PDF = "PDF"
    WORD = "Word"
    POWERPOINT = "PowerPoint"
    EXCEL = "Excel"
    OUTLOOK = "Outlook message"
    ZIP = "ZIP archive"


SUFFIXES = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".txt": Format.TEXT,
    ".eml": Format.EMAIL,
    ".pdf": Format.PDF,
    ".docx": Format.WORD,
    ".docm": Format.WORD,
    ".pptx": Format.POWERPOINT,
    ".pptm": Format.POWERPOINT,
    ".xlsx": Format.EXCEL,
    ".xlsm": Format.EXCEL,
    ".msg": Format.OUTLOOK,
    ".zip": Format.ZIP,
}

READABLE: tuple[str, ...] = tuple(SUFFIXES)
"""Endings of the files that can be read, in lower case."""

_HINT = (
    "Files that can be read are PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), HTML, e-mail (.eml, .msg), "
    "Markdown (.md), plain text (.txt), and ZIP archives of those"
)
_IS_TEXT = (Format.MARKDOWN, Format.HTML, Format.TEXT, Format.EMAIL)
_OFFICE = {
    "word/document.xml": Format.WORD,
    "ppt/presentation.xml": Format.POWERPOINT,
    "xl/workbook.xml": Format.EXCEL,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK = "__properties_version1.0".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAGIC = (
    (b"{\\rtf", "a Rich Text file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
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
    """A file that can be read: the format of its content, what its reader gets, and what was odd about it."""

    format: Format
    content: str | bytes
    """Of a format that is text the text with LF line ends, otherwise the bytes as they are. E-mails stay bytes, too:
    each of their parts has an encoding of its own."""
    warnings: tuple[str, ...]


def check(data: bytes, name: str) -> Checked:
    """Decide whether and how a file can be read.

    Raises:
        DocumentRefused: It is too large, also unpacked, is damaged or encrypted, or its characters cannot be told.
        EmptyDocument: There is nothing in it but white space.
        UnknownFormat: It is of a kind without a reader; the message says which kind it is and which can be read.
    """
    if not data.strip():
        raise EmptyDocument(f"`{name}` is empty. Add a file with text in it.")
    _check_size(data, name, MAX_BYTES)
    suffix = PurePath(name).suffix.lower()
    named = SUFFIXES.get(suffix)
    found = _packed_format(data, name)
    if found is not None:
        odd = (f"`{name}` is {_with_article(found)} file and was read as one.",) if found is not named else ()
        return Checked(found, data, odd)
    if named is Format.EMAIL:
        return Checked(named, data, ())  # most of it may be attachments
    _check_size(data, name, MAX_TEXT_BYTES)
    text, warnings = _decode(data, name)
    if not text.strip():
        raise EmptyDocument(f"`{name}` is empty. Add a file with text in it.")
    if named is None:
        raise UnknownFormat(f"`{name}` is of a kind that has no reader ({suffix or 'no ending'}). {_HINT}.")
    if named is not Format.HTML and _HTML_START.match(text[:PROBED_CHARS]):
        return Checked(Format.HTML, text, (*warnings, f"`{name}` is an HTML page and was read as one."))
    if named not in _IS_TEXT:
        raise DocumentRefused(f"`{name}` is not {_with_article(named)} file, although its name says so. Save it anew.")
    if named is Format.HTML and not _TAG.search(text):
        return Checked(Format.TEXT, text, (*warnings, f"`{name}` has no HTML tags in it and was read as plain text."))
    return Checked(named, text, warnings)


def _check_size(data: bytes, name: str, limit: int) -> None:
    if len(data) > limit:
        what = f"`{name}` has {len(data) / 1e6:.1f} MB; the limit is {limit // 1_000_000} MB"
        raise DocumentRefused(f"{what}. Split it into smaller documents.")


def _with_article(kind: Format) -> str:
    return f"{'an' if kind[0] in 'AEIOUe' else 'a'} {kind}"


def _packed_format(data: bytes, name: str) -> Format | None:
    """The format of a file that is no text; None for text. Refuses what has no reader."""
    if _PDF.search(data[:1024]):
        return Format.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped_format(data, name)
    if data.startswith(_OLE):
        if _OUTLOOK in data:
            return Format.OUTLOOK
        if _ENCRYPTED in data:
            raise DocumentRefused(f"`{name}` is protected by a password. Save it without one and add it again.")
        hint = "Save it as .docx, .pptx or .xlsx and add that"
        raise UnknownFormat(f"`{name}` is an old Office file (.doc, .ppt or .xls), which has no reader. {hint}.")
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    if not kind and not any(data.startswith(bom) for bom, _ in _BOMS):
        probed = data[:PROBED_BYTES]
        controls = len(probed) - len(probed.translate(None, _CONTROL_BYTES))
        kind = "not a text file" if controls > MAX_CONTROL_SHARE * len(probed) and controls > 1 else ""
    if kind:
        suffix = PurePath(name).suffix.lower()
        odd = f", although its name ends in {suffix}" if suffix in SUFFIXES else ""
        raise UnknownFormat(f"`{name}` is {kind}{odd}. {_HINT}.")
    return None


def _zipped_format(data: bytes, name: str) -> Format:
    """Which kind of ZIP file it is, once its directory says that unpacking it is safe."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            kind = archive.read("mimetype")[:100].decode("ascii", "replace") if _small(members, "mimetype") else ""
    except Exception as error:  # of a broken archive, each decompressor complains in its own class
        what = f"`{name}` is damaged: its parts cannot be unpacked"
        raise DocumentRefused(f"{what}. Save or download it anew.") from error
    _check_members(members, name)
    names = {member.filename for member in members}
    if kind:
        hint = "Save it as .docx, .pptx or .xlsx and add that"
        raise UnknownFormat(f"`{name}` is of the kind {kind}, which has no reader. {hint}.")
    return next((office for marker, office in _OFFICE.items() if marker in names), Format.ZIP)


def _small(members: list[zipfile.ZipInfo], name: str) -> bool:
    return any(member.filename == name and member.file_size <= PROBED_CHARS for member in members)


def _check_members(members: list[zipfile.ZipInfo], name: str) -> None:
    if len(members) > MAX_MEMBERS:
        what = f"`{name}` has {len(members)} files in it; the limit is {MAX_MEMBERS}"
        raise DocumentRefused(f"{what}. Split it.")
    if any(member.flag_bits & 1 for member in members):
        raise DocumentRefused(f"`{name}` is protected by a password. Save it without one and add it again.")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES:
        limit = f"the limit is {MAX_UNPACKED_BYTES // 1_000_000} MB"
        raise DocumentRefused(f"`{name}` would unpack to {unpacked / 1e6:.0f} MB; {limit}. Split it.")
    for member in members:
        if member.file_size > max(ALWAYS_UNPACKED_BYTES, MAX_EXPANSION * member.compress_size):
            times = member.file_size // max(member.compress_size, 1)
            what = f"`{name}` holds a file of {times} times its packed size, as only a harmful one has"
            raise DocumentRefused(f"{what}. It was not unpacked.")


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
