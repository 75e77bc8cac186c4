"""An Outlook message is read as the same e-mail is, whichever body it has."""

from __future__ import annotations

import struct

import pytest

from knowledge.readers import read
from knowledge.types import Attachment, DocumentRefused, EmptyDocument, Metadata, Reading
from tests.knowledge.readers.look import shown
from tests.knowledge.readers.ole import STRING8, Tree, Values, attachments, compound, message

SUBJECT, CLASS, SENT, HEADS, SENDER, ADDRESS = 0x37, 0x1A, 0x39, 0x7D, 0xC1A, 0xC1F
BODY, HTML, RTF, CODEPAGE, MESSAGE_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE, 0x3FFD
DATA, LONG_NAME, SHORT_NAME, MIME, CONTENT_ID, HIDDEN = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712, 0x7FFE
SENT_TIME = 132_160_000_000_000_000  # 19 October 2019, in tenths of microseconds since 1601
HEAD: Values = {
    SUBJECT: "RE: Ferries",
    CLASS: "IPM.Note",
    SENDER: "Ann Wood",
    ADDRESS: "ann@example.org",
    SENT: SENT_TIME,
}


def outlook(values: Values, *attached: Tree) -> Reading:
    return read(compound(message({**HEAD, **values}, parts=attachments(*attached))), "any.msg")


def packed(text: bytes) -> bytes:
    """Rich Text in the frame of compressed Rich Text, without being compressed."""
    return struct.pack("<II4sI", len(text) + 12, len(text), b"MELA", 0) + text


def test_a_message_is_read_with_its_head() -> None:
    reading = outlook({BODY: "Hi Bo,\r\n\r\nThe “ferry” sails.\r\n\r\nKind regards\r\nAnn\r\n"})
    assert (reading.format, reading.warnings, reading.attachments) == ("Outlook message", (), ())
    assert shown(reading) == [
        ("furniture", "Hi Bo,"),
        ("paragraph", "The “ferry” sails."),
        ("furniture", "Kind regards\nAnn"),
    ]
    assert reading.metadata == Metadata(
        title="Ferries", publisher="Ann Wood", published="2019-10-19", evidence="date of the e-mail"
    )


def test_the_head_of_the_email_knows_the_day_better() -> None:
    heads = "From: x\r\nDate: Sun, 20 Oct 2019 01:00:00 +0900\r\n"
    assert outlook({BODY: "It sails.", HEADS: heads}).metadata.published == "2019-10-20"


@pytest.mark.parametrize("sent", [0xFFFFFFFFFFFFFFFF, 0x100000000])
def test_no_date_is_made_of_a_broken_one(sent: int) -> None:
    assert outlook({BODY: "It sails.", SENT: sent}).metadata.published is None


@pytest.mark.parametrize("kind", [{HTML: "<p>It “sails”.".encode("cp1252"), CODEPAGE: 1252}, {HTML: "<p>It “sails”."}])
def test_a_message_without_plain_text_is_read_from_its_html(kind: Values) -> None:
    assert shown(outlook(kind)) == [("paragraph", "It “sails”.")]


@pytest.mark.parametrize(
    ("page", "data"), [(1252, "“Zöe”".encode("cp1252")), (1250, "“Zöe”".encode("cp1250")), (9, "“Zöe”".encode())]
)
def test_text_of_one_byte_a_character_is_decoded_by_its_code_page(page: int, data: bytes) -> None:
    reading = outlook({BODY: (STRING8, data + b" sails."), MESSAGE_CODEPAGE: page})
    assert reading.text == "“Zöe” sails."


def test_a_message_of_rich_text_alone_is_read() -> None:
    text = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\no x;}\uc1 It \b sails\b0  \u8211? in\'e9.\par Daily\line \{x\}.}"
    assert shown(outlook({RTF: packed(text)})) == [("paragraph", "It sails – iné."), ("paragraph", "Daily\n{x}.")]


def test_the_html_within_rich_text_is_read() -> None:
    text = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <ul><li>}\htmlrtf \par\htmlrtf0 It\'92s {\*\htmltag84 &amp;}"
        rb"{\*\htmltag92 </li><li>}\htmlrtf {\f0 x\htmlrtf0 }daily{\*\htmltag4 \par}{\*\htmltag72 </li></ul>}}"
    )
    assert shown(outlook({RTF: packed(text)})) == [("list", "• It’s &\n• daily")]


@pytest.mark.parametrize("data", [b"x", packed(b"no text"), packed(b"{\\rtf1 x}").replace(b"MELA", b"none")])
def test_rich_text_that_is_damaged_leaves_what_came_with_it(data: bytes) -> None:
    plan = message({DATA: b"%PDF", LONG_NAME: "plan.pdf"}, 8)
    reading = outlook({RTF: data}, plan)
    assert reading.warnings == ("`any.msg`: the text of the message is damaged; only what came with it can be read.",)
    assert reading.attachments == (Attachment("plan.pdf", b"%PDF"),)


def test_attachments_are_handed_on_and_pictures_in_the_text_are_not() -> None:
    large = b"x" * 90_000
    reading = outlook(
        {BODY: "It sails."},
        message({DATA: b"%PDF" * 2000, LONG_NAME: "C:\\plans\\Plän.pdf", SHORT_NAME: "PLN~1.PDF"}, 8),
        message({DATA: b"%PDF", SHORT_NAME: "PLN~1.PDF"}, 8),
        message({DATA: b"%PDF", MIME: "application/pdf"}, 8),
        message({DATA: large, LONG_NAME: "image1.png", CONTENT_ID: "a@b"}, 8),
        message({DATA: large, LONG_NAME: "image2.png", HIDDEN: 1}, 8),
        message({DATA: b"x", LONG_NAME: "logo.jpg"}, 8),
        message({LONG_NAME: "linked.pdf"}, 8),
    )
    assert reading.attachments == (
        Attachment("Plän.pdf", b"%PDF" * 2000),
        Attachment("PLN~1.PDF", b"%PDF"),
        Attachment("attachment.pdf", b"%PDF"),
    )


def test_a_message_within_a_message_becomes_an_email_that_can_be_read() -> None:
    plan = message({DATA: b"%PDF", LONG_NAME: "plan.pdf"}, 8)
    inner = message(
        {**HEAD, SUBJECT: "Pier 3/4", SENDER: "Zöe Lee, Pier", HTML: "<p>It was <b>open</b>."}, 24, attachments(plan)
    )
    reading = outlook({BODY: "See below."}, message({}, 8, {"__substg1.0_3701000D": inner}))
    (within,) = reading.attachments
    assert within.name == "Pier 3-4.eml"
    found = read(within.data, within.name)
    assert shown(found) == [("paragraph", "It was open.")]
    assert found.metadata == Metadata(
        title="Pier 3/4", publisher="Zöe Lee, Pier", published="2019-10-19", evidence="date of the e-mail"
    )
    assert found.attachments == (Attachment("plan.pdf", b"%PDF"),)


def test_what_cannot_be_read_is_refused() -> None:
    whole = compound(message({**HEAD, BODY: "It sails. " * 600}))
    for broken in (
        whole[:700],
        whole[:-600],
        whole.replace("__substg".encode("utf-16-le"), "__xxbstg".encode("utf-16-le")),
    ):
        with pytest.raises((DocumentRefused, EmptyDocument), match=r"^`any.msg` "):
            read(broken, "any.msg")
    with pytest.raises(DocumentRefused, match=r"^`any.msg` is encrypted or sealed"):
        outlook({CLASS: "IPM.Note.SMIME"})
    with pytest.raises(EmptyDocument, match=r"^`any.msg` has no text to read"):
        outlook({})


@pytest.mark.parametrize("at", [44, 64, 72])
def test_a_file_that_would_be_read_in_circles_is_refused(at: int) -> None:
    data = bytearray(compound(message({**HEAD, BODY: "It sails."})))
    assert read(bytes(data), "any.msg").text == "It sails."
    (first,) = struct.unpack_from("<I", data, 60)
    struct.pack_into("<I", data, len(data) - 512 + 4 * first, first)  # the table of small sectors follows itself
    struct.pack_into("<I", data, at, 1 << 24)
    with pytest.raises(DocumentRefused, match=r"^`any.msg` is damaged: it cannot be read as an Outlook message\."):
        read(bytes(data), "any.msg")


def test_a_stream_larger_than_its_file_is_refused() -> None:
    data = bytearray(compound(message({**HEAD, BODY: "It sails. " * 600})))
    entry = data.index("__substg1.0_1000001F".encode("utf-16-le"))
    assert struct.unpack_from("<I", data, entry + 120) == (12_000,)
    struct.pack_into("<I", data, entry + 120, 1 << 30)
    with pytest.raises(DocumentRefused, match=r"^`any.msg` is damaged"):
        read(bytes(data), "any.msg")
