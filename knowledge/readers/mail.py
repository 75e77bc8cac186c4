"""E-mail as files (.eml): the message, what came with it, and its head."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes, policy
from email.errors import CloseBoundaryNotFoundDefect
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr
from html import escape
from typing import TypeVar

from knowledge.readers.attached import attachment_name, is_document
from knowledge.readers.dates import written_date
from knowledge.readers.letter import Letter, decoded, message_name, reading
from knowledge.types import Attachment, DocumentRefused, PartialDate, Reading

_HEADS = ("from", "to", "subject", "date", "received", "message-id", "mime-version", "content-type")
"""One of these begins every e-mail."""
_BODIES = ("text/plain", "text/html")
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
_DATE = re.compile(r"\s*((?:[a-z]+,?\s+)?\d{1,2}\s+[a-z]{3,9}\s+\d{4})(?!\d)", re.I)
_ENCODED_WORD = r"=\?[^?\s]+\?[bq]\?[^?]*\?="
_ENCODED_WORDS = re.compile(rf"{_ENCODED_WORD}(?:\s+{_ENCODED_WORD})*", re.I)

# Of the policies of `email`, compat32 alone leaves the head as it is; the default one fails on heads that are broken.
_POLICY = policy.compat32.clone(mangle_from_=False)

_Answer = TypeVar("_Answer")


def read(content: bytes, name: str) -> Reading:
    """Read an e-mail: its plain body or, where there is none, its HTML body; the rest becomes attachments.

    Raises:
        DocumentRefused: It is none, is nested too deep, or is encrypted.
    """
    try:
        message = message_from_bytes(content.removeprefix(BOM_UTF8).lstrip(), policy=_POLICY)
        parts = list(_parts(message))
    except (RecursionError, ValueError) as error:  # a boundary may hold what no pattern can
        raise DocumentRefused(f"`{name}` is a damaged e-mail: its parts cannot be told. Save it anew.") from error
    if not any(name.lower() in _HEADS for name in message.keys()):  # noqa: SIM118 - a message is no mapping
        raise DocumentRefused(f"`{name}` is not an e-mail, although its name says so. Save it anew.")
    plain, html = _bodies([(part, alternative) for part, alternative in parts if _is_body(part)])
    others = (_attachment(part) for part, _ in parts if not _is_body(part))
    attachments = tuple(attachment for attachment in others if attachment is not None)
    if not attachments and not f"{plain}{html}".strip() and any(_kind(part) in _SEALED for part, _ in parts):
        what = f"`{name}` is encrypted or sealed (S/MIME or PGP)"
        raise DocumentRefused(f"{what}. Open it in the e-mail program, copy its text to a file and add that.")
    cut = any(isinstance(defect, CloseBoundaryNotFoundDefect) for part in message.walk() for defect in part.defects)
    warnings = (f"The end of `{name}` is missing: what came last may be cut off.",) if cut else ()
    letter = Letter(
        subject=_decoded_words(_said(message, "subject")),
        sender=_sender(_said(message, "from")),
        published=head_date(_said(message, "date")),
        plain=plain,
        html=html,
        attachments=attachments,
        warnings=warnings,
    )
    return reading("e-mail", letter)


def head_date(said: str) -> PartialDate | None:
    """The day of a head's `Date`, in the time zone of that date, or None if it is broken."""
    day = _DATE.match(said)
    return written_date(day[1]) if day else None


def _parts(message: Message) -> Iterator[tuple[Message, bool]]:
    """The parts that are no containers, in order, and whether each is one of several ways to say the same.

    A message within the message is one part.
    """
    todo = [(message, False)]
    while todo:
        part, alternative = todo.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            alternative = alternative or part.get_content_subtype() == "alternative"
            todo.extend((inner, alternative) for inner in reversed(_inner(part)))
        else:
            yield part, alternative


def _bodies(parts: Sequence[tuple[Message, bool]]) -> tuple[str, str]:
    """The plain body and the HTML body, each with all that is said; empty if one cannot have it.

    What is no other way to say something stands in both, but HTML of that kind cannot stand in plain text.
    """
    plain: list[str] = []
    html: list[str] = []
    has_html = only_html = False
    for part, alternative in parts:
        text, is_html = _body(part), _kind(part) == "text/html"
        has_html, only_html = has_html or is_html, only_html or (is_html and not alternative)
        if is_html:
            html.append(text)
        else:
            plain.append(text)
            html += [] if alternative else [f"<pre>{escape(text)}</pre>"]
    return "" if only_html else "\n\n".join(plain), "\n\n".join(html) if has_html else ""


def _inner(part: Message) -> list[Message]:
    """The parts of a part."""
    inner = part.get_payload() if part.is_multipart() else []
    return [each for each in inner if isinstance(each, Message)]


def _asked(ask: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
    """What a part answers; parameters of its head that are broken fail in many classes."""
    try:
        return ask()
    except Exception:
        return otherwise


def _kind(part: Message) -> str:
    kind = part.get_content_type()
    return "text/plain" if kind.startswith("multipart/") else kind  # one without parts is text


def _is_body(part: Message) -> bool:
    attached = _asked(part.get_content_disposition, None) == "attachment"
    return _kind(part) in _BODIES and not attached and not _file_name(part)


def _body(part: Message) -> str:
    charset = _asked(part.get_content_charset, None) or ""
    text = decoded(_payload(part), charset.lower())
    if _asked(lambda: str(part.get_param("format")), "").lower() == "flowed":
        text = _unflowed(text, _asked(lambda: str(part.get_param("delsp")), "").lower() == "yes")
    return text


def _payload(part: Message) -> bytes:
    payload = _asked(lambda: part.get_payload(decode=True), None)
    if isinstance(payload, bytes):
        return payload
    raw = _asked(part.get_payload, None)
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _unflowed(text: str, delete_space: bool) -> str:
    """Text of `format=flowed` with the lines of each paragraph joined: a line that ends in a space goes on below."""
    lines: list[list[str]] = []
    before = -1  # depth of the quotation of a line that goes on, otherwise -1
    for raw in text.replace("\r\n", "\n").split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        words = raw[depth:].removeprefix(" ")
        if words == "-- " or depth != before:
            lines.append([f"{'>' * depth} "] if depth else [])
        flows = words.endswith(" ") and words != "-- "
        lines[-1].append(words[:-1] if flows and delete_space else words)
        before = depth if flows else -1
    return "\n".join("".join(line) for line in lines)


def _attachment(part: Message) -> Attachment | None:
    """What came with the message, or None if it is nothing to be read."""
    kind, inner = _kind(part), _inner(part)
    if kind == "message/rfc822" and inner:
        message = inner[0]
        data = _asked(message.as_bytes, b"")
        name = _file_name(part) or message_name(_decoded_words(_said(message, "subject")))
    else:
        data = _payload(part)
        name = _file_name(part)
    name = attachment_name(name, kind)
    inline = bool(_said(part, "content-id")) or _asked(part.get_content_disposition, None) == "inline"
    return Attachment(name, data) if data.strip() and is_document(name, kind, len(data), inline) else None


def _file_name(part: Message) -> str:
    return _decoded_words(_asked(part.get_filename, None) or "")


def _said(part: Message, head: str) -> str:
    """The first head of that name, bytes that are no ASCII decoded."""
    raw = next((str(value) for name, value in part.raw_items() if name.lower() == head), "")
    return decoded(raw.encode("utf-8", "surrogateescape"), "")


def _sender(said: str) -> str:
    """The name of the sender; the address only if there is no name."""
    name, address = parseaddr(said)
    return _decoded_words(name).strip("'\" ") or address


def _decoded_words(said: str) -> str:
    """A head with its encoded words (`=?utf-8?q?...?=`) as text."""
    return _ENCODED_WORDS.sub(_decoded_run, said)


def _decoded_run(run: re.Match[str]) -> str:
    parts = _asked(lambda: decode_header(run[0]), [(run[0], None)])
    return "".join(part if isinstance(part, str) else decoded(part, (charset or "").lower()) for part, charset in parts)
