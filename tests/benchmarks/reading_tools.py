"""What reads the made files: our readers, as the product calls them, and the plain use of libraries.

python -m tests.benchmarks.reading_tools TOOL FOLDER

Reads each file of a folder in this process, or rather in a child of it, and writes what was seen, the seconds and the
peak memory to `seen.pickle` there. Libraries are imported only where they are used: a child's memory is its own.
"""

from __future__ import annotations

import email
import os
import pickle
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from email import policy
from io import BytesIO
from pathlib import Path
from typing import Any

from knowledge.readers.sandbox import Sandbox
from knowledge.types import KnowledgeError
from tests.benchmarks.reading_scores import Seen, plain, seen

RESULT = "seen.pickle"
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in: bytes on macOS, kibibytes elsewhere."""

Took = tuple[str, Seen | str, float]
"""Name of the file, what was seen or why nothing was, seconds."""
Table = tuple[Sequence[Sequence[Any]], int | None]
"""Rows of cells, and their page."""


def _flat(pages: Iterable[str], tables: Iterable[Table] = (), paged: bool = False) -> Seen:
    """What a library gives that knows no blocks; the first row of a table counts as its head."""
    kept = tuple(plain(page) for page in pages)
    rows: list[tuple[tuple[str, ...], int | None, tuple[str, ...]]] = []
    for table, page in tables:
        cut = [tuple(plain("" if cell is None else str(cell)) for cell in row) for row in table]
        rows += [(row, page, cut[0] if n else ()) for n, row in enumerate(cut)]
    return Seen("\n".join(kept), rows=tuple(rows), flat=kept, flat_paged=paged)


def pypdfium2_text(data: bytes) -> Seen:
    """The text of each page."""
    from pypdfium2 import PdfDocument

    return _flat((page.get_textpage().get_text_range() for page in PdfDocument(data)), paged=True)


def pdfplumber_text(data: bytes) -> Seen:
    """The text and the tables of each page."""
    import pdfplumber

    with pdfplumber.open(BytesIO(data)) as document:
        texts = [page.extract_text() for page in document.pages]
        tables = [(table, n) for n, page in enumerate(document.pages, 1) for table in page.extract_tables()]
    return _flat(texts, tables, paged=True)


def pypdf_text(data: bytes) -> Seen:
    """The text of each page."""
    import pypdf  # type: ignore[import-not-found, unused-ignore]

    return _flat((page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages), paged=True)


def mammoth_text(data: bytes) -> Seen:
    """The raw text."""
    import mammoth

    return _flat([mammoth.extract_raw_text(BytesIO(data)).value])


def python_docx(data: bytes) -> Seen:
    """Paragraphs, then tables."""
    import docx

    document = docx.Document(BytesIO(data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += ["\t".join(row) for table in tables for row in table]
    return _flat(["\n".join(lines)], ((table, None) for table in tables))


def python_pptx(data: bytes) -> Seen:
    """The text frames of each slide."""
    from pptx import Presentation

    slides = Presentation(BytesIO(data)).slides
    texts = ("\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame) for slide in slides)
    return _flat(texts, paged=True)


def openpyxl_rows(data: bytes) -> Seen:
    """The rows of each sheet, dates said as people say them."""
    from openpyxl import load_workbook

    def shown(value: object) -> str:
        return f"{value.day} {value:%B %Y}" if isinstance(value, datetime) else str("" if value is None else value)

    book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    tables = [[[shown(v) for v in row] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]
    pages = ["\n".join(" ".join(row) for row in table) for table in tables]
    return _flat(pages, ((table, n) for n, table in enumerate(tables, 1)), paged=True)


def beautifulsoup(data: bytes) -> Seen:
    """All text."""
    from bs4 import BeautifulSoup

    return _flat([BeautifulSoup(data, "lxml").get_text(" ")])


def email_body(data: bytes) -> Seen:
    """The body, as text if there is one."""
    message = email.message_from_bytes(data, policy=policy.default)
    body = message.get_body(("plain", "html"))
    files = tuple(part.get_filename() or "" for part in message.iter_attachments())
    found = _flat([str(body.get_content()) if body else ""])
    return Seen(found.content, flat=found.flat, attachments=files)


def oxmsg_body(data: bytes) -> Seen:
    """The plain body, else the HTML."""
    from oxmsg import Message

    message = Message.load(BytesIO(data))
    files = tuple(one.file_name or "" for one in message.attachments)
    found = _flat([message.body or message.html_body or ""])
    return Seen(found.content, flat=found.flat, attachments=files)


PLAIN: dict[str, Callable[[bytes], Seen]] = {
    "pypdfium2 text": pypdfium2_text,
    "pdfplumber text and tables": pdfplumber_text,
    "pypdf text": pypdf_text,
    "mammoth raw text": mammoth_text,
    "python-docx paragraphs and tables": python_docx,
    "python-pptx text frames": python_pptx,
    "openpyxl rows": openpyxl_rows,
    "beautifulsoup get_text": beautifulsoup,
    "email get_body": email_body,
    "oxmsg body": oxmsg_body,
}
"""Name of a tool to what it makes of a file's bytes."""
OURS = "ours"


def _ours(files: list[Path]) -> tuple[list[Took], int]:
    """Through the sandbox; its largest process counts, and none of this one's."""
    box = Sandbox()
    took: list[Took] = []
    for file in files:
        what: Seen | str
        with suppress(KnowledgeError):
            box.read(b"", file.name)  # refused, but the server has loaded what it needs
        data = file.read_bytes()
        began = time.perf_counter()
        try:
            reading = box.read(data, file.name)
        except KnowledgeError as refused:
            seconds, what = time.perf_counter() - began, str(refused)
        else:
            seconds, what = time.perf_counter() - began, seen(reading)
        took.append((file.name, what, seconds))
    box.close()
    return took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def _plain(tool: str, files: list[Path], folder: Path) -> tuple[list[Took], int]:
    """In a fork: a process that is started anew would begin with the peak memory of the one that starts it."""
    part = folder / "part.pickle"
    child = os.fork()
    if child == 0:
        part.write_bytes(pickle.dumps(list(_read(PLAIN[tool], files))))
        os._exit(0)
    _, _, used = os.wait4(child, 0)
    return pickle.loads(part.read_bytes()), used.ru_maxrss


def _read(tool: Callable[[bytes], Seen], files: list[Path]) -> Iterator[Took]:
    with_imports = True
    for file in files:
        data = file.read_bytes()
        if with_imports:
            _try(tool, b"")
            with_imports = False
        began = time.perf_counter()
        what = _try(tool, data)
        yield file.name, what, time.perf_counter() - began


def _try(tool: Callable[[bytes], Seen], data: bytes) -> Seen | str:
    try:
        return tool(data)
    except Exception as problem:  # any library may raise anything; that is the finding
        return f"{type(problem).__name__}: {problem}"


def main() -> None:
    """Read a folder with one tool."""
    tool, folder = sys.argv[1], Path(sys.argv[2])
    files = sorted(file for file in folder.iterdir() if not file.name.endswith(".pickle"))
    took, peak = _ours(files) if tool == OURS else _plain(tool, files, folder)
    (folder / RESULT).write_bytes(pickle.dumps((took, peak * MAXRSS_BYTES / 1e6)))


if __name__ == "__main__":
    main()
