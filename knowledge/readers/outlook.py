"""Outlook messages (.msg): a tree of streams, each a property of the message or of what came with it."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import HeaderParser
from email.utils import formataddr

from olefile import STGTY_STREAM, OleFileIO
from oxmsg.domain import constants as c
from oxmsg.domain.encodings import encoding_from_codepage
from oxmsg.domain.model import ATTACH_HDR_OFFSET, MSG_HDR_OFFSET
from oxmsg.storage import Storage

from knowledge.readers import rtf
from knowledge.readers.attached import attachment_name, is_document
from knowledge.readers.dates import timestamp_date
from knowledge.readers.letter import Letter, decoded, message_name, reading
from knowledge.readers.mail import head_date
from knowledge.types import Attachment, DocumentRefused, PartialDate, Reading

MAX_EMBEDDED = 20
"""Messages within messages; more are not unpacked."""

_COUNTS = struct.Struct("<44xI16xI4xI")  # of the sectors of the three tables
_SECTOR_BYTES = 512  # at least
_EMBEDDED_HDR_OFFSET = 24  # where the properties of a message within a message begin
_ENTRY = struct.Struct("<HH4x8s")  # of a property: type, id, value or size
_EMBEDDED = f"__substg1.0_{c.PID_ATTACH_DATA_BINARY:04X}000D"
_EPOCH = datetime(1601, 1, 1)  # from which Outlook counts, in tenths of microseconds, in UTC
_ALL_HEADS = c.PID_TRANSPORT_MESSAGE_HEADERS
_SENDERS = (c.PID_SENT_REPRESENTING_NAME, c.PID_SENDER_NAME, c.PID_SENDER_SMTP_ADDRESS, c.PID_SENDER_EMAIL_ADDRESS)
_FILE_NAMES = (c.PID_ATTACH_LONG_FILENAME, c.PID_ATTACH_FILENAME, c.PID_DISPLAY_NAME)
_TIMES = (c.PID_CLIENT_SUBMIT_TIME, c.PID_MESSAGE_DELIVERY_TIME)


def read(content: bytes, name: str) -> Reading:
    """Read an Outlook message: its plain body, else its HTML, else its Rich Text; the rest becomes attachments.

    A date without a head of the e-mail to take it from is that of UTC, the only one that the file keeps.

    Raises:
        DocumentRefused: It is damaged, or encrypted.
    """
    try:
        _check_counts(content)
        with OleFileIO(content) as ole:
            _check_sizes(ole, content)
            storage = Storage.from_ole(ole)
        message = _Properties(storage, _fixed(storage, MSG_HDR_OFFSET))
        letter = _letter(message, name, 0)
        sealed = "SMIME" in message.text(c.PID_MESSAGE_CLASS)
    except Exception as error:  # of a broken file, the libraries complain in many classes
        raise DocumentRefused(f"`{name}` is damaged: it cannot be read as an Outlook message. Save it anew.") from error
    if sealed and not letter.plain.strip() and not letter.html.strip():
        what = f"`{name}` is encrypted or sealed (S/MIME)"
        raise DocumentRefused(f"{what}. Open it in Outlook, copy its text to a file and add that.")
    return reading("Outlook message", letter)


def _check_counts(content: bytes) -> None:
    """ValueError if the tables of sectors are larger than the file: it would be read in circles for hours."""
    if max(_COUNTS.unpack_from(content)) * _SECTOR_BYTES > len(content):
        raise ValueError("the tables of the file are larger than the file")


def _check_sizes(ole: OleFileIO, content: bytes) -> None:
    """ValueError if the streams are together larger than the file: they overlap, or go in circles."""
    sizes = (entry.size for entry in ole.direntries if entry is not None and entry.entry_type == STGTY_STREAM)
    if max(sum(sizes), ole.root.size) > len(content):
        raise ValueError("the streams of the file are larger than the file")


@dataclass(frozen=True, slots=True)
class _Properties:
    """What is said about a message or an attachment."""

    storage: Storage
    fixed: Mapping[int, bytes]
    """Values of eight bytes, by the property's id."""

    def text(self, pid: int) -> str:
        """A text, or nothing."""
        if (data := self.data(pid, c.PTYP_STRING)) is not None:
            return data.decode("utf-16-le", "replace").rstrip("\0")
        data = self.data(pid, c.PTYP_STRING8) or b""
        return decoded(data, self.charset(c.PID_INTERNET_CODEPAGE, c.PID_MESSAGE_CODEPAGE)).rstrip("\0")

    def first(self, *pids: int) -> str:
        """The first of these texts that is not empty."""
        return next((text for pid in pids if (text := self.text(pid).strip())), "")

    def data(self, pid: int, kind: int) -> bytes | None:
        """The bytes of a property, or None."""
        with suppress(KeyError):
            return bytes(self.storage.property_stream_bytes(pid, kind))
        return None

    def number(self, pid: int) -> int:
        """A whole number, or 0."""
        return int.from_bytes(self.fixed.get(pid, b"")[:4], "little")

    def charset(self, *pids: int) -> str:
        """The first encoding that is named by one of these properties and known; empty if none is."""
        for pid in pids:
            with suppress(Exception):  # the library has two classes of its own for this
                return str(encoding_from_codepage(self.number(pid)))
        return ""


def _fixed(storage: Storage, start: int) -> dict[int, bytes]:
    entries = storage.properties_stream_bytes[start:]
    whole = entries[: len(entries) - len(entries) % _ENTRY.size]
    return {pid: value for _, pid, value in _ENTRY.iter_unpack(whole)}


def _letter(message: _Properties, name: str, depth: int) -> Letter:
    plain = message.text(c.PID_BODY)
    html = message.data(c.PID_HTML, c.PTYP_BINARY)
    page = message.text(c.PID_BODY_HTML) if html is None else decoded(html, message.charset(c.PID_INTERNET_CODEPAGE))
    warnings: tuple[str, ...] = ()
    packed = message.data(c.PID_RTF_COMPRESSED, c.PTYP_BINARY)
    if packed and not plain.strip() and not page.strip():
        try:
            said, is_html = rtf.text(rtf.decompressed(packed))
            plain, page = ("", said) if is_html else (said, "")
        except ValueError:
            warnings = (f"`{name}`: the text of the message is damaged; only what came with it can be read.",)
    return Letter(
        subject=message.text(c.PID_SUBJECT),
        sender=message.first(*_SENDERS),
        published=_published(message),
        plain=plain,
        html=page,
        attachments=tuple(_attachments(message.storage, name, depth)),
        warnings=warnings,
    )


def _published(message: _Properties) -> PartialDate | None:
    head = HeaderParser().parsestr(message.text(_ALL_HEADS)).get("Date", "")
    if (published := head_date(str(head))) is not None:
        return published
    for pid in _TIMES:
        tenths = int.from_bytes(message.fixed.get(pid, b""), "little")
        with suppress(OverflowError):
            if published := timestamp_date((_EPOCH + timedelta(microseconds=tenths // 10)).isoformat()):
                return published
    return None


def _attachments(storage: Storage, name: str, depth: int) -> Iterator[Attachment]:
    for part in storage.iter_attachment_storages():
        said = _Properties(part, _fixed(part, ATTACH_HDR_OFFSET))
        embedded = next((inner for inner in part.storages if inner.name == _EMBEDDED), None)
        if embedded is not None and any(stream.name.startswith("__properties") for stream in embedded.streams):
            if depth < MAX_EMBEDDED:
                letter = _letter(_Properties(embedded, _fixed(embedded, _EMBEDDED_HDR_OFFSET)), name, depth + 1)
                yield Attachment(message_name(letter.subject), _as_email(letter))
            continue
        data = said.data(c.PID_ATTACH_DATA_BINARY, c.PTYP_BINARY) or b""
        kind = said.text(c.PID_ATTACH_MIME_TAG).strip().lower()
        own_name = attachment_name(said.first(*_FILE_NAMES), kind)
        inline = bool(said.text(c.PID_ATTACH_CONTENT_ID)) or bool(said.number(c.PID_ATTACHMENT_HIDDEN) & 1)
        if data and is_document(own_name, kind, len(data), inline):
            yield Attachment(own_name, data)


def _as_email(letter: Letter) -> bytes:
    """The letter as a file that the e-mail reader reads."""
    message, bodies = MIMEMultipart("mixed"), MIMEMultipart("alternative")
    message["Subject"] = Header(_one_line(letter.subject), "utf-8").encode()
    if letter.sender:
        message["From"] = formataddr((_one_line(letter.sender), "unknown@invalid"), "utf-8")
    if letter.published:
        message["Date"] = f"{datetime.fromisoformat(letter.published):%d %b %Y}"
    message.attach(bodies)
    for kind, body in (("plain", letter.plain), ("html", letter.html)):
        if body.strip():
            bodies.attach(MIMEText(body.encode("utf-8", "replace").decode(), kind, "utf-8"))
    for attachment in letter.attachments:
        part = MIMEApplication(attachment.data)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", attachment.name))
        message.attach(part)
    return message.as_bytes()


def _one_line(words: str) -> str:
    return " ".join(words.encode("utf-8", "replace").decode().split())
