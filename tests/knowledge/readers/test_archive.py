"""An archive hands on its files, by safe names; one that is broken does not stop the others."""

from __future__ import annotations

import stat
import struct
import zipfile
from io import BytesIO

import pytest

from knowledge.readers import read
from knowledge.readers.attached import MAX_NAME_BYTES
from knowledge.types import Attachment, DocumentRefused, EmptyDocument, Reading


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def unpacked(*files: tuple[str | zipfile.ZipInfo, bytes]) -> Reading:
    return read(zipped(*files), "any.zip")


def test_files_are_handed_on_by_their_paths() -> None:
    inner = zipped(("a.txt", b"A."))
    reading = unpacked(("plan/", b""), ("plan/a.txt", b"A."), ("sources.yaml", b"a: 1"), ("inner.zip", inner))
    assert (reading.format, reading.text, reading.blocks, reading.warnings) == ("ZIP archive", "", (), ())
    assert reading.attachments == (
        Attachment("plan/a.txt", b"A."),
        Attachment("sources.yaml", b"a: 1"),
        Attachment("inner.zip", inner),
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_usual_way_of_packing_is_unpacked(method: int) -> None:
    assert read(zipped(("a.txt", b"A." * 50_000), method=method), "any.zip").attachments[0].data == b"A." * 50_000


@pytest.mark.parametrize(
    "name",
    [
        "__MACOSX/a.txt",
        "Thumbs.db",
        "plan/.DS_Store",
        ".git/a.txt",
        "plan/desktop.ini",
        "plan/~$a.docx",
        "empty/",
        "..",
        "/",
    ],
)
def test_what_systems_put_beside_files_is_left_out(name: str) -> None:
    assert [file.name for file in unpacked((name, b"x"), ("b.txt", b"B.")).attachments] == ["b.txt"]


def test_a_link_is_left_out() -> None:
    link = zipfile.ZipInfo("a.txt")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert [file.name for file in unpacked((link, b"/etc/passwd"), ("b.txt", b"B.")).attachments] == ["b.txt"]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/etc/a.txt", "etc/a.txt"),
        ("../../a.txt", "a.txt"),
        ("plan/../a.txt", "plan/a.txt"),
        ("C:\\plan\\a.txt", "plan/a.txt"),
        ("//server/a.txt", "server/a.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("a\nb .txt ", "a b .txt"),
        ("x" * 300 + ".txt", "x" * (MAX_NAME_BYTES - 4) + ".txt"),
    ],
)
def test_no_name_leads_out_of_the_archive(written: str, path: str) -> None:
    assert [file.name for file in unpacked((written, b"x")).attachments] == [path]


def test_names_are_decoded_as_they_were_written() -> None:
    data = zipped(("Pl\u00e4n.txt", b"A."), ("Zoe.txt", b"B."))
    unflagged = data.replace(struct.pack("<HH", 0x800, 8), struct.pack("<HH", 0, 8))
    assert unflagged != data
    assert [file.name for file in read(unflagged, "any.zip").attachments] == ["Plän.txt", "Zoe.txt"]
    dos = zipped(("Pl?n.txt", b"A.")).replace(b"Pl?n", "Plän".encode("cp437"))
    assert [file.name for file in read(dos, "any.zip").attachments] == ["Plän.txt"]


def test_two_files_of_one_name_are_both_handed_on() -> None:
    assert unpacked(("../a.txt", b"A."), ("A.txt", b"B."), ("a (2).txt", b"C.")).attachments == (
        Attachment("a.txt", b"A."),
        Attachment("A (2).txt", b"B."),
        Attachment("a (2) (2).txt", b"C."),
    )


def test_a_broken_file_is_left_out_by_name() -> None:
    data = bytearray(zipped(("plan/a.txt", b"First."), ("b.txt", b"Second."), method=zipfile.ZIP_STORED))
    data[data.index(b"First.")] ^= 1
    reading = read(bytes(data), "any.zip")
    assert reading.attachments == (Attachment("b.txt", b"Second."),)
    assert reading.warnings == ("`any.zip`: the file `plan/a.txt` in it cannot be unpacked and was left out.",)
    data[data.index(b"Second.")] ^= 1
    with pytest.raises(DocumentRefused, match=r"^`any.zip` is damaged: none of its files can be unpacked\."):
        read(bytes(data), "any.zip")


def test_a_file_that_unpacks_to_more_than_it_says_is_left_out() -> None:
    data = zipped(("a.txt", b"x" * 50_000_000), ("b.txt", b"B."))
    lying = data.replace(struct.pack("<I", 50_000_000), struct.pack("<I", 10))
    reading = read(lying, "any.zip")
    assert ([file.name for file in reading.attachments], len(reading.warnings)) == (["b.txt"], 1)


def test_many_broken_files_are_named_and_counted() -> None:
    data = zipped(*((f"{n}.txt", b"Broken.") for n in range(23)), ("a.txt", b"A."), method=zipfile.ZIP_STORED)
    reading = read(data.replace(b"Broken.", b"broken."), "any.zip")
    assert len(reading.warnings) == 21
    assert reading.warnings[-1] == "`any.zip`: 3 more files in it cannot be unpacked and were left out."


@pytest.mark.parametrize("files", [[], [("sources.yaml", b"a: 1")], [(".hidden", b"x"), ("folder/", b"")]])
def test_an_archive_without_files_is_refused(files: list[tuple[str | zipfile.ZipInfo, bytes]]) -> None:
    with pytest.raises(EmptyDocument, match=r"^`any.zip` has no files in it\."):
        unpacked(*files)
