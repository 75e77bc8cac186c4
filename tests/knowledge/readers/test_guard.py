"""The guard tells by its content what a file is, and refuses what has no reader in words that help."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from knowledge.readers import READABLE, read
from knowledge.readers.guard import MAX_BYTES, MAX_TEXT_BYTES, Format, check
from knowledge.types import DocumentRefused, EmptyDocument, UnknownFormat

SENTENCE = "The panel meets in May."
HINT = (
    "Files that can be read are PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), HTML, e-mail (.eml, .msg), "
    "Markdown (.md), plain text (.txt), and ZIP archives of those."
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(*members: str, content: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member, content)
    return buffer.getvalue()


def encrypted(data: bytes) -> bytes:
    """The archive with the flag of encryption on its first member."""
    found = bytearray(data)
    found[found.index(b"PK\x01\x02") + 8] |= 1
    return bytes(found)


def test_the_readable_endings_are_named() -> None:
    assert READABLE == (
        ".md", ".markdown", ".html", ".htm", ".txt", ".eml", ".pdf", ".docx", ".docm", ".pptx", ".pptm", ".xlsx",
        ".xlsm", ".msg", ".zip",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "kind", "odd"),
    [
        ("plan.txt", b"%PDF-1.7\n%\xe2\xe3", Format.PDF, "`plan.txt` is a PDF file and was read as one."),
        ("plan.pdf", b"\n%PDF-1.7\n", Format.PDF, ""),
        ("plan.docx", zipped("[Content_Types].xml", "word/document.xml"), Format.WORD, ""),
        ("plan.md", zipped("ppt/presentation.xml"), Format.POWERPOINT, "`plan.md` is a PowerPoint file and was read"),
        ("plan", zipped("xl/workbook.xml"), Format.EXCEL, "`plan` is an Excel file and was read as one."),
        ("plan.zip", zipped("a.txt"), Format.ZIP, ""),
        ("plan.docx", zipped("a.txt"), Format.ZIP, "`plan.docx` is a ZIP archive file and was read as one."),
        ("plan.msg", OLE + "__properties_version1.0".encode("utf-16-le"), Format.OUTLOOK, ""),
        ("plan.eml", b"Subject: Plan\n\nWords.", Format.EMAIL, ""),
    ],
)
def test_the_content_decides_what_a_file_is_read_as(name: str, content: bytes, kind: Format, odd: str) -> None:
    checked = check(content, name)
    assert checked.format is kind
    assert "".join(checked.warnings).startswith(odd) if odd else not checked.warnings


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("plan.docx", zipped("word/document.xml")[:-10], "`plan.docx` is damaged: its parts cannot be unpacked."),
        ("plan.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "`plan.docx` is protected by a password."),
        ("plan.zip", encrypted(zipped("a.txt")), "`plan.zip` is protected by a password."),
        ("plan.zip", zipped(*map(str, range(5001))), "`plan.zip` has 5001 files in it; the limit is 5000."),
        ("plan.pdf", SENTENCE.encode(), "`plan.pdf` is not a PDF file, although its name says so. Save it anew."),
        ("plan.docx", SENTENCE.encode(), "`plan.docx` is not a Word file, although its name says so."),
        (
            "plan.docx",
            zipped("word/document.xml", content=bytes(30_000_000)),
            "`plan.docx` holds a file of ",
        ),
        (
            "plan.zip",
            zipped(*map(str, range(11)), content=bytes(19_000_000)),
            "`plan.zip` would unpack to 209 MB; the limit is 200 MB. Split it.",
        ),
    ],
)
def test_what_is_damaged_locked_or_harmful_is_refused(name: str, content: bytes, why: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        check(content, name)
    assert str(refused.value).startswith(why)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("plan.html", b"\x89PNG\r\n\x1a\n\x00", "a PNG picture, although its name ends in .html"),
        ("plan.txt", b"\xff\xd8\xff\xe0", "a JPEG picture, although"),
        ("plan.gif", b"GIF89a", "a GIF picture"),
        ("plan.txt", gzip.compress(b"words"), "a gzip archive, although"),
        ("plan", b"\x7fELF\x02\x01", "a program"),
        ("plan.rtf", b"{\\rtf1 words}", "a Rich Text file"),
        ("plan.txt", bytes(range(256)) * 4, "not a text file, although its name ends in .txt"),
    ],
)
def test_other_formats_are_refused_by_what_they_are(name: str, content: bytes, kind: str) -> None:
    with pytest.raises(UnknownFormat) as refused:
        read(content, name)
    assert str(refused.value).startswith(f"`{name}` is {kind}")
    assert str(refused.value).endswith(HINT)


@pytest.mark.parametrize(("name", "ending"), [("plan.xyz", ".xyz"), ("plan", "no ending")])
def test_text_under_an_unknown_ending_is_refused(name: str, ending: str) -> None:
    with pytest.raises(UnknownFormat) as refused:
        read(SENTENCE.encode(), name)
    assert str(refused.value) == f"`{name}` is of a kind that has no reader ({ending}). {HINT}"


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe \x00", "\u00a0\n".encode()])
@pytest.mark.parametrize("name", ["plan.txt", "plan.md", "plan.html", "plan"])
def test_an_empty_file_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(EmptyDocument, match=f"`{name}` is empty"):
        read(content, name)


@pytest.mark.parametrize("content", ["<html><nav>Home</nav></html>", "<p></p>", "<!-- nothing -->"])
def test_a_page_without_text_is_refused(content: str) -> None:
    with pytest.raises(EmptyDocument, match="has no text to read"):
        read(content.encode(), "plan.html")


def test_a_file_that_is_too_large_is_refused_with_its_size() -> None:
    with pytest.raises(DocumentRefused, match=r"`plan.txt` has 20.1 MB; the limit is 20 MB"):
        read(b"x" * (MAX_TEXT_BYTES + 100_000), "plan.txt")


def test_a_file_of_any_kind_has_a_greatest_size() -> None:
    with pytest.raises(DocumentRefused, match=r"`plan.pdf` has 100.1 MB; the limit is 100 MB"):
        read(b"%PDF-1.7" + bytes(MAX_BYTES + 100_000), "plan.pdf")


@pytest.mark.parametrize("name", ["plan.txt", "plan.md", "PLAN.TXT"])
def test_an_html_page_under_another_name_is_read_as_html(name: str) -> None:
    reading = read(f"<!-- x --> <!DOCTYPE html><title>T</title><p>{SENTENCE}".encode(), name)
    assert (reading.format, reading.text) == ("HTML", SENTENCE)
    assert reading.warnings == (f"`{name}` is an HTML page and was read as one.",)


def test_html_is_not_seen_where_text_only_speaks_of_it() -> None:
    assert read(b"Write <html> at the start.", "plan.txt").format == "plain text"


def test_a_page_without_tags_is_read_as_text() -> None:
    reading = read(SENTENCE.encode(), "plan.htm")
    assert (reading.format, reading.text) == ("plain text", SENTENCE)
    assert reading.warnings == ("`plan.htm` has no HTML tags in it and was read as plain text.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_or_without_a_byte_order_mark(encoding: str) -> None:
    reading = read("It’s £5 – no more.".encode(encoding), "plan.txt")
    assert (reading.text, reading.warnings) == ("It’s £5 – no more.", ())


def test_what_is_not_utf_8_is_read_as_windows_1252_and_reported() -> None:
    reading = read("It’s £5 – no more.".encode("cp1252"), "plan.txt")
    assert reading.text == "It’s £5 – no more."
    assert reading.warnings == ("`plan.txt` is not UTF-8; it was read as Windows-1252.",)


def test_bytes_that_mean_nothing_are_shown_and_counted() -> None:
    reading = read(b"One \x81 and \x9d more.", "plan.txt")
    assert reading.text == "One \ufffd and \ufffd more."
    assert reading.warnings[1] == "`plan.txt`: 2 bytes mean nothing in Windows-1252 and are shown as \ufffd."


def test_text_that_only_begins_like_utf_16_is_refused() -> None:
    with pytest.raises(DocumentRefused, match=r"`plan.txt` begins like UTF-16 text but is none. Save it as UTF-8"):
        read(b"\xff\xfea", "plan.txt")


def test_line_ends_become_one_kind() -> None:
    assert read(b"One.\r\nTwo.\rThree.\n", "plan.txt").text == "One.\nTwo.\nThree.\n"


def test_a_stray_control_character_becomes_a_space_and_is_reported() -> None:
    reading = read(b"One\x00word. " + b"More words. " * 20, "plan.txt")
    assert reading.text[:9] == "One word."
    assert reading.warnings[0] == "`plan.txt`: 1 control characters were read as spaces."
