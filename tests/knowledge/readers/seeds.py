"""Small honest files of every format, and ways to spoil them: what hypothesis and the fuzzer begin with."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from functools import cache
from io import BytesIO

import docx
from openpyxl import Workbook
from pptx import Presentation
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import ListFlowable, PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

from knowledge.readers.guard import Format
from tests.knowledge.readers.ole import Values, attachments, compound, message

NAMES = {
    Format.MARKDOWN: "any.md",
    Format.HTML: "any.html",
    Format.TEXT: "any.txt",
    Format.EMAIL: "any.eml",
    Format.PDF: "any.pdf",
    Format.WORD: "any.docx",
    Format.POWERPOINT: "any.pptx",
    Format.EXCEL: "any.xlsx",
    Format.OUTLOOK: "any.msg",
    Format.ZIP: "any.zip",
}
"""Under which a seed is read."""

MOST_RESPELLED = 4
"""Changes to an XML at once."""

Edit = tuple[str, int, int, bytes]
"""What to do (flip, cut, insert, double), where, over how many bytes, and with which."""

_PARTS_OF_XML = tuple(
    re.compile(pattern)
    for pattern in (
        rb'"[^"<>]*"',
        rb"<[\w:]+(?: [^<>]*)?/>",
        rb"<([\w:]+)(?: [^<>]*)?>[^<>]*</\1>",
        rb"(?<=>)[^<>]+(?=<)",
    )
)
_NOW = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_VALUES = (b'""', b'"-1"', b'"0"', b'"99999999999"', b'"x"', b'"1.5"', b'"true"', b'"&#x202e;"', b'"../../a"')
_ROWS = (("Name", "Pier"), ("Ann Wood", "One"), ("Bo Lee", "Two"))
_STYLES = ("Normal", "Heading 1", "List Bullet", "List Bullet 2", "List Number")
_MARKDOWN = """---
title: The pier
published: 2019-10-21
---
# The pier

It is *open*. We will:

- sail
  1. daily
- dock

| Name | Pier |
|------|------|
| Ann  | One  |

<p>Some <b>HTML</b>.</p>

> A quote, `code` and a [link](https://example.org).
"""
_TEXT = (
    "The pier\n\nPosted on 21/10/2019\n\nIt is open. We will:\n\n  • sail\n  • dock\n\nName\tPier\nAnn\tOne\n\nRead on"
)
_HTML = """<!DOCTYPE html><html><head><title>The pier</title>
<meta property="article:published_time" content="2019-10-21">
<script type="application/ld+json">{"datePublished": "2019-10-21"}</script></head><body><nav><a href="/">Home</a></nav>
<main><h1>The pier</h1><p>It is <b>open</b>.<br><br>We will:</p><ul><li>sail<ol start="3"><li>daily</ol><li>dock</ul>
<table><caption>Who</caption><thead><tr><th>Name<th>Pier</thead><tr><td rowspan="2">Ann<td>One<tr><td>Two</table>
<dl><dt>Pier<dd>Where ships dock</dl><pre>a  b</pre><details><summary>More</summary>Text</details></main>
<footer>© Harbour</footer></body></html>"""
_RTF = rb"{\rtf1\ansi\ansicpg1252\fromhtml1{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}It\'92s \u8211?{\*\htmltag72 </p>}}"


@cache
def seeds(kind: Format) -> tuple[bytes, ...]:
    """Files of a format, the same in each process: what breaks a reader once does so again."""
    made = [make() for make in _MAKERS[kind]]
    parts = [[(name, _NOW.sub(b"2019-10-21T10:00:00Z", part)) for name, part in members(data)] for data in made]
    return tuple(_zipped(*files) if files else data for files, data in zip(parts, made, strict=True))


def edited(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The data after some edits, each at a place taken modulo the length."""
    spoiled = bytearray(data)
    for what, place, count, new in edits:
        at = place % (len(spoiled) + 1)
        if what == "flip":
            spoiled[at : at + 1] = new[:1]
        elif what == "cut":
            del spoiled[at : at + count]
        elif what == "insert":
            spoiled[at:at] = new
        else:
            spoiled[at:at] = spoiled[at : at + count]
    return bytes(spoiled)


def members(data: bytes) -> list[tuple[str, bytes]]:
    """The names and contents of a ZIP file that is whole; nothing for any other file."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return [(member.filename, archive.read(member)) for member in archive.infolist()]
    except Exception:  # each decompressor complains in its own class
        return []


def edited_inside(data: bytes, choice: int, edit: Callable[[bytes], bytes]) -> bytes:
    """A ZIP file with one of its members edited, and whole otherwise."""
    files = members(data)
    name, _ = files[choice % len(files)]
    return _zipped(*((other, edit(content) if other == name else content) for other, content in files))


def respelled(xml: bytes, dice: random.Random) -> bytes:
    """XML with a value, an element or a word exchanged, doubled or gone: still XML, but not what it was."""
    for _ in range(dice.randint(1, MOST_RESPELLED)):
        found = list(dice.choice(_PARTS_OF_XML).finditer(xml))
        if not found:
            continue
        part, other = dice.choice(found), dice.choice(found)[0]
        value = part[0].startswith(b'"')
        new = dice.choice((other, dice.choice(_VALUES)) if value else (other, b"", part[0] + part[0], part[0] + other))
        xml = xml[: part.start()] + new + xml[part.end() :]
    return xml


def _zipped(*files: tuple[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in dict(files).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _email() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Ann Wood <ann@example.org>", "Fwd: The pier – plans"
    mail["Date"] = "Mon, 21 Oct 2019 10:00:00 +0100"
    mail.set_content(
        f"Hi Bo,\n\n> {_TEXT}\n\nOn 3 May, Bo wrote:\n> Open?\n\nKind regards\nAnn\n", cte="quoted-printable"
    )
    mail.add_alternative(f"{_HTML}<blockquote type=cite>From: Bo<br>Sent: May<br>To: Ann</blockquote>", subtype="html")
    mail.add_attachment(_TEXT, filename="Plän.txt")
    inner = EmailMessage()
    inner["Subject"] = "Old"
    inner.set_content("It was open.")
    mail.add_attachment(inner)
    for n, part in enumerate(part for part in mail.walk() if part.get_content_maintype() == "multipart"):
        part.set_boundary(f"part-{n}")
    return mail.as_bytes()


def _pdf() -> bytes:
    out, styles = BytesIO(), getSampleStyleSheet()
    table = Table([list(row) for row in _ROWS], style=TableStyle([("GRID", (0, 0), (-1, -1), 1, "black")]))
    words = Paragraph("The pier is open, and the ferry sails from it daily. " * 6, styles["BodyText"])
    listed = ListFlowable([Paragraph(word, styles["BodyText"]) for word in ("sail", "dock")], bulletType="bullet")
    story = [Paragraph("The pier", styles["Heading1"]), words, listed, PageBreak(), table, words]
    SimpleDocTemplate(out, pageCompression=0, invariant=True).build(story)
    return out.getvalue()


def _word() -> bytes:
    made, out = docx.Document(), BytesIO()
    made.add_heading("The pier")
    made.add_paragraph("It is open. We will:")
    for style, words in (("List Bullet", "sail"), ("List Bullet 2", "daily"), ("List Number", "dock")):
        made.add_paragraph(words, style=style)
    table = made.add_table(rows=0, cols=2)
    for row in _ROWS:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    for style in list(made.styles):  # reading all those of the template takes longer than all else
        if style.name not in _STYLES:
            style.element.getparent().remove(style.element)
    made.save(out)
    return out.getvalue()


def _powerpoint() -> bytes:
    made, out = Presentation(), BytesIO()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "The pier"
    slide.placeholders[1].text = "It is open\nIt sails"
    slide.notes_slide.notes_text_frame.text = "Say it twice."
    table = slide.shapes.add_table(len(_ROWS), 2, 0, 0, 100, 100).table
    for n, row in enumerate(_ROWS):
        for m, words in enumerate(row):
            table.cell(n, m).text = words
    made.save(out)
    return out.getvalue()


def _excel() -> bytes:
    made, out = Workbook(), BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet["A1"] = "The piers of 2019"
    sheet.merge_cells("A1:B1")
    for row in _ROWS:
        sheet.append(row)
    sheet.append((1.5, 0.25))
    sheet["B5"].number_format = "0%"
    made.create_sheet("Other")["C3"] = "Alone"
    made.save(out)
    return out.getvalue()


def _outlook() -> bytes:
    head: Values = {0x37: "RE: The pier", 0x1A: "IPM.Note", 0xC1A: "Ann Wood", 0x39: 132_160_000_000_000_000}
    plan = message({0x3701: _TEXT.encode(), 0x3707: "plan.txt"}, 8)
    inner = message({0x37: "Old", 0x1013: _HTML}, 24)
    return compound(
        message({**head, 0x1000: _TEXT}, 32, attachments(plan, message({}, 8, {"__substg1.0_3701000D": inner})))
    )


def _rich_text() -> bytes:
    packed = (len(_RTF) + 12).to_bytes(4, "little") + len(_RTF).to_bytes(4, "little") + b"MELA\0\0\0\0" + _RTF
    return compound(message({0x37: "The pier", 0x1009: packed}))


def _archive() -> bytes:
    files = (("plan/a.txt", _TEXT.encode()), ("sources.yaml", b"a.txt:\n  title: A\n"), ("b.html", _HTML.encode()))
    return _zipped(*files, ("c.zip", _zipped(("d.txt", b"D."))))


_MAKERS: dict[Format, tuple[Callable[[], bytes], ...]] = {
    Format.MARKDOWN: (_MARKDOWN.encode,),
    Format.HTML: (_HTML.encode,),
    Format.TEXT: (_TEXT.encode,),
    Format.EMAIL: (_email,),
    Format.PDF: (_pdf,),
    Format.WORD: (_word,),
    Format.POWERPOINT: (_powerpoint,),
    Format.EXCEL: (_excel,),
    Format.OUTLOOK: (_outlook, _rich_text),
    Format.ZIP: (_archive,),
}
