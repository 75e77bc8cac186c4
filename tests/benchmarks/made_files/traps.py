"""Files that are broken, hostile or not what they say: what a reader must survive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.benchmarks.made_files import letters, pdf_canvas, pdf_flow, slides, web, word, workbook
from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import MadeFile, Para

_BOMB_BYTES = 420_000_000
_DEEP = 100_000
_LONG_PARAGRAPHS = 100_000


@dataclass(frozen=True, slots=True)
class Trap:
    """A file, what is wrong with it, and the plain library to try it with."""

    what: str
    name: str
    data: bytes
    tool: str = ""


def _bomb(member: str, source: bytes) -> bytes:
    """An Office file whose body is followed by white space that packs to almost nothing."""
    out = BytesIO()
    with ZipFile(BytesIO(source)) as whole, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for one in whole.infolist():
            if one.filename != member:
                archive.writestr(one.filename, whole.read(one))
                continue
            text = whole.read(one)
            at = text.index(b"<w:body>") + len(b"<w:body>")
            filler = b"<w:p><w:r><w:t>ferry </w:t></w:r></w:p>" * (1 << 14)
            with archive.open(member, "w") as to:
                to.write(text[:at])
                for _ in range(_BOMB_BYTES // len(filler)):
                    to.write(filler)
                to.write(text[at:])
    return out.getvalue()


def _far_cell() -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = "Berth", "far away"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _locked(user: str) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption(user, ownerPassword="owner", canCopy=0))
    canvas.drawString(80, 700, "The slipway opens on 3 May 2021 for members of the harbour board.")
    canvas.save()
    return out.getvalue()


def _entities() -> str:
    names = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)]
    return f'<!DOCTYPE x [<!ENTITY e0 "ferry">{"".join(names)}]>'


def _laughs(source: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(source)) as whole, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for one in whole.infolist():
            data = whole.read(one)
            if one.filename == "word/document.xml":
                text = data.decode()
                at = text.index("?>") + 2
                data = (text[:at] + _entities() + text[at:].replace("</w:t>", "&e9;</w:t>", 1)).encode()
            archive.writestr(one.filename, data)
    return out.getvalue()


def _nested_mail(depth: int) -> bytes:
    text = b"Content-Type: text/plain\n\nThe innermost letter.\n"
    for n in range(depth):
        text = b"Subject: level %d\nContent-Type: message/rfc822\n\n" % n + text
    return text


def _nested_zip(depth: int) -> bytes:
    data, name = b"The innermost file says hello to the harbour.", "inside.txt"
    for n in range(depth):
        out = BytesIO()
        with ZipFile(out, "w") as archive:
            archive.writestr(name, data)
        data, name = out.getvalue(), f"level{n}.zip"
    return data


def _many_members() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for n in range(20_000):
            archive.writestr(f"{n}.txt", "A line about a ferry.")
    return out.getvalue()


def _looping_pdf() -> bytes:
    """A page tree that is its own child."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 5000000>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF"
    )


def _many_strings() -> bytes:
    """One page with 300,000 letters on top of each other."""
    out = BytesIO()
    canvas = Canvas(out)
    random = Random(4)
    for _ in range(100_000):
        canvas.drawString(random.random() * 500, random.random() * 800, "abc")
    canvas.save()
    return out.getvalue()


def _many_rules() -> bytes:
    """One page with 20,000 ruling lines."""
    out = BytesIO()
    canvas = Canvas(out)
    for n in range(10_000):
        canvas.line(0.05 * n, 0, 0.05 * n, 800)
        canvas.line(0, 0.08 * n, 500, 0.08 * n)
    canvas.drawString(100, 400, "A sentence lies below the rules of the harbour.")
    canvas.save()
    return out.getvalue()


def _first(files: Iterator[MadeFile]) -> bytes:
    return next(files).data


def traps(seed: int) -> Iterator[Trap]:
    """All traps, the long PDF first."""
    pdf, docx, pptx = _first(pdf_flow.files(seed)), _first(word.files(seed)), _first(slides.files(seed))
    xlsx, html, eml = _first(workbook.files(seed)), _first(web.files(seed)), _first(letters.files(seed))
    long = pdf_flow.long_file(seed)
    yield Trap(f"PDF of {long.pages} pages with tables", "long.pdf", long.data, "pypdfium2 text")
    yield Trap("one cell at XFD1048576", "far.xlsx", _far_cell(), "openpyxl rows")
    yield Trap("420 MB in a small DOCX", "bomb.docx", _bomb("word/document.xml", docx), "mammoth raw text")
    yield Trap("nested entities in a DOCX", "laughs.docx", _laughs(docx), "mammoth raw text")
    deep = b"<div>" * _DEEP + b"The ferry sails at noon." + b"</div>" * _DEEP
    yield Trap("100,000 nested div", "deep.html", b"<!doctype html>" + deep, "beautifulsoup get_text")
    lists = b"<ul><li>Quay" * 20_000
    yield Trap(
        "20,000 nested lists",
        "lists.html",
        b"<!doctype html><p>Text of the board.</p>" + lists,
        "beautifulsoup get_text",
    )
    flat = b"".join(b"<p>The ferry number %d sails at noon.</p>" % n for n in range(_LONG_PARAGRAPHS))
    yield Trap("HTML of 100,000 paragraphs", "long.html", b"<!doctype html>" + flat, "beautifulsoup get_text")
    yield Trap("200 letters within letters", "nested.eml", _nested_mail(200), "email get_body")
    yield Trap("50 archives within archives", "nested.zip", _nested_zip(50))
    yield Trap("ZIP of 20,000 files", "many.zip", _many_members())
    yield Trap("PDF whose page tree is a loop", "loop.pdf", _looping_pdf(), "pypdfium2 text")
    yield Trap("PDF page with 100,000 strings", "strings.pdf", _many_strings(), "pypdfium2 text")
    yield Trap("PDF page with 20,000 rules", "rules.pdf", _many_rules(), "pdfplumber text and tables")
    yield Trap("scan without text", "scan.pdf", pdf_canvas.scan(seed), "pypdfium2 text")
    yield Trap("PDF with a password", "locked.pdf", _locked("secret"), "pypdfium2 text")
    yield Trap("PDF with the owner's password only", "owner.pdf", _locked(""), "pypdfium2 text")
    yield from _wrong(pdf, docx, pptx, xlsx, html, eml)
    yield from _cut(pdf, docx, pptx, xlsx)


def _wrong(pdf: bytes, docx: bytes, pptx: bytes, xlsx: bytes, html: bytes, eml: bytes) -> Iterator[Trap]:
    yield Trap("HTML named .pdf", "page.pdf", html, "pypdfium2 text")
    yield Trap("PDF named .docx", "paper.docx", pdf, "python-docx paragraphs and tables")
    yield Trap("DOCX named .xlsx", "book.xlsx", docx, "openpyxl rows")
    yield Trap("PPTX named .docx", "deck.docx", pptx, "mammoth raw text")
    yield Trap("XLSX named .txt", "list.txt", xlsx)
    yield Trap("e-mail named .html", "letter.html", eml, "beautifulsoup get_text")
    yield Trap(
        "old or encrypted Office file",
        "old.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048),
        "mammoth raw text",
    )
    yield Trap("random bytes named .pdf", "noise.pdf", Random(1).randbytes(50_000), "pypdfium2 text")
    yield Trap("empty file", "empty.pdf", b"", "pypdfium2 text")


def _cut(pdf: bytes, docx: bytes, pptx: bytes, xlsx: bytes) -> Iterator[Trap]:
    for name, data, tool in (
        ("cut.pdf", pdf, "pypdfium2 text"),
        ("cut.docx", docx, "mammoth raw text"),
        ("cut.pptx", pptx, "python-pptx text frames"),
        ("cut.xlsx", xlsx, "openpyxl rows"),
    ):
        yield Trap(f"{name[4:].upper()} cut off in the middle", name, data[: len(data) // 2], tool)
    holed = bytearray(pdf)
    for at in range(len(pdf) // 4, len(pdf) // 2, 97):
        holed[at] ^= 0x55
    yield Trap("PDF with wrong bytes in it", "holed.pdf", bytes(holed), "pypdfium2 text")
    document = word.packed(word.write([Para(Prose(Random(1), BODIES[0]).sentence())] * 5_000, word.Way()))
    yield Trap("DOCX of 5,000 paragraphs", "long.docx", document, "mammoth raw text")
