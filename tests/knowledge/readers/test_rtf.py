"""Rich Text of Outlook messages is unpacked and says what its marks stand for."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers import rtf

HELLO = bytes.fromhex(  # a compressed text, byte for byte as the definition of the format prints it
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_compressed_text_is_unpacked() -> None:
    assert rtf.decompressed(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_a_repetition_may_reach_into_what_it_repeats() -> None:
    body = bytes([0b110]) + b"a" + bytes.fromhex("0cff 0e10")  # one byte, 17 bytes from its place on, the end
    assert rtf.decompressed(struct.pack("<II4sI", 0, 18, b"LZFu", 0) + body) == b"a" * 18


def test_rich_text_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 1000 groups"):
        rtf.text(b"{\\rtf1" + b"{" * 2000)
    with pytest.raises(ValueError, match="has 4294967295 bytes"):
        rtf.decompressed(struct.pack("<II4sI", 0, 0xFFFFFFFF, b"LZFu", 0))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (rb"{\rtf1 \u55357?\u56832?}", "\U0001f600"),
        (rb"{\rtf1\ansicpg65001 \'c3\'a9}", "é"),
        (rb"{\rtf1\uc2\u233 xyz}", "éz"),
        (rb"{\rtf1 a\cell b\row c\~d}", "a\tb\nc\u00a0d"),
        (rb"{\rtf1{\pict 00ff}{\*\nobody knows}x}}}y", "xy"),
    ],
)
def test_rich_text_says_what_its_marks_stand_for(text: bytes, said: str) -> None:
    assert rtf.text(text) == (said, False)


@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from((b"{", b"}", b"\\par ", b"\\'e9", b"\\u-1?", b"\\*", b"\\htmltag", b"x"))).map(b"".join)
)
def test_any_bytes_are_unpacked_and_read_or_refused(data: bytes) -> None:
    for ask in (lambda: rtf.text(b"{\\rtf1\\fromhtml1" + data), lambda: rtf.text(data), lambda: rtf.decompressed(data)):
        try:
            ask()
        except ValueError:
            continue
    frame = struct.pack("<II4sI", 0, 1_000, b"LZFu", 0)
    assert len(rtf.decompressed(frame + data)) <= 1_000
