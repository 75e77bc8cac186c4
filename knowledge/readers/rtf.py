"""Rich Text as Outlook keeps it in a message: compressed, and often with the HTML of the message inside."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

MAX_RTF_BYTES = 20_000_000
"""Unpacked; as for any text."""
MAX_DEPTH = 1_000
"""Groups within groups; people's texts have about ten."""

_WINDOW = 4096  # bytes that a repetition can reach back
_PRESET = (  # what the window holds before the first byte, by the definition of the format
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_HEAD = struct.Struct("<IIII")  # size packed, size unpacked, kind, checksum
_PACKED, _PLAIN = b"LZFu", b"MELA"

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
_NO_TEXT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr headerf footerl footerr footerf "
    b"footnote annotation generator listtable listoverridetable revtbl themedata datastore xmlnstbl".split()
)
_SAID = {
    b"par": "\n\n", b"line": "\n", b"row": "\n", b"cell": "\t", b"tab": "\t", b"emdash": "—", b"endash": "–",
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"sect": "\n\n",
    b"page": "\n\n", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
_SIGNS = {b"~": "\u00a0", b"_": "‑", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n\n", b"\r": "\n\n"}


def decompressed(data: bytes) -> bytes:
    """The RTF of a message's compressed body. ValueError when it is damaged or too large."""
    if len(data) < _HEAD.size:
        raise ValueError("the compressed text has no head")
    _, size, _, _ = _HEAD.unpack_from(data)
    kind, body = data[8:12], data[_HEAD.size :]
    if size > MAX_RTF_BYTES or kind not in (_PACKED, _PLAIN):
        raise ValueError(f"the compressed text is of an unknown kind or has {size} bytes")
    return body[:size] if kind == _PLAIN else _unpacked(body, size)


def _unpacked(body: bytes, size: int) -> bytes:
    out = bytearray(_PRESET)
    at = 0
    while at < len(body) and len(out) < size + len(_PRESET):
        flags = body[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += body[at : at + 1]
                at += 1
                continue
            pair = int.from_bytes(body[at : at + 2], "big")
            at += 2
            back = (len(out) - (pair >> 4)) % _WINDOW
            if not back or at > len(body):  # a repetition from where it stands is the end
                return bytes(out[len(_PRESET) :][:size])
            for _ in range((pair & 15) + 2):
                out.append(out[-back] if back <= len(out) else 0x20)
    return bytes(out[len(_PRESET) :][:size])


@dataclass(slots=True)
class _Group:
    """What holds between two braces."""

    silent: bool = False  # a table of fonts, a picture
    html: bool = False  # a piece of the HTML that the text was made from
    skipped: int = 1  # characters that stand in for one that is given by its number


@dataclass(slots=True)
class _Text:
    """What was read so far."""

    from_html: bool
    charset: str = "cp1252"
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    hidden: bool = False  # RTF for what the HTML says already
    starred: bool = False  # the next word names a group that may be passed over
    to_skip: int = 0
    parts: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)  # bytes of characters that are not complete yet

    def say(self, words: str) -> None:
        """Add characters, unless nobody is to see them."""
        group = self.groups[-1]
        if not group.silent and not (self.hidden and not group.html):
            self.settle()
            self.parts.append(words)

    def settle(self) -> None:
        """Decode the bytes that came one by one."""
        if self.raw:
            self.parts.append(self.raw.decode(self.charset, "replace"))
            self.raw.clear()


def text(data: bytes) -> tuple[str, bool]:
    """What an RTF says.

    Returns:
        Its HTML and True if it was made from HTML, otherwise its plain text and False.

    Raises:
        ValueError: It is no RTF.
    """
    if not data.startswith(b"{\\rtf"):
        raise ValueError("the text is no RTF")
    state = _Text(b"\\fromhtml1" in data[:4096])
    for token in _TOKEN.finditer(data):
        _read(state, token)
    state.settle()
    said = "".join(state.parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return said, state.from_html


def _read(state: _Text, token: re.Match[bytes]) -> None:
    kind = token.lastgroup
    if kind == "brace":
        state.to_skip, state.starred = 0, False
        _brace(state, token["brace"])
    elif kind in ("word", "number"):
        _word(state, token["word"], int(token["number"]) if token["number"] else None)
    elif kind == "hex":
        if state.to_skip:
            state.to_skip -= 1
        elif not state.groups[-1].silent and not (state.hidden and not state.groups[-1].html):
            state.raw.append(int(token["hex"], 16))
    elif kind == "sign":
        state.starred = token["sign"] == b"*"
        if token["sign"] in _SIGNS:
            state.say(_SIGNS[token["sign"]])
    else:
        words = token["text"][state.to_skip :]
        state.to_skip -= min(state.to_skip, len(token["text"]))
        state.say(words.decode(state.charset, "replace"))


def _brace(state: _Text, brace: bytes) -> None:
    if brace == b"{":
        if len(state.groups) > MAX_DEPTH:
            raise ValueError(f"the RTF has more than {MAX_DEPTH} groups within each other")
        outer = state.groups[-1]
        state.groups.append(_Group(outer.silent, outer.html, outer.skipped))
    elif len(state.groups) > 1:
        state.groups.pop()


def _word(state: _Text, word: bytes, number: int | None) -> None:
    group, starred, state.starred = state.groups[-1], state.starred, False
    if word == b"htmltag" and state.from_html:
        group.html, group.silent = True, False
    elif starred or word in _NO_TEXT:
        group.silent = True
    elif word == b"htmlrtf":
        state.hidden = number != 0
    elif word == b"ansicpg":
        state.charset = _charset(number)
    elif word == b"uc":
        group.skipped = max(number if number is not None else 1, 0)
    elif word == b"u" and number is not None:
        state.say(_character(number))
        state.to_skip = group.skipped
    elif word in _SAID:
        said = _SAID[word]
        state.say("\n" if state.from_html and said == "\n\n" else said)


def _charset(number: int | None) -> str:
    try:
        b"".decode(f"cp{number}")
    except LookupError:
        return "utf-8" if number == 65001 else "cp1252"
    return f"cp{number}"


def _character(number: int) -> str:
    """A character by its number, which is signed; halves of a pair are put together later."""
    return chr(number % 0x10000)
