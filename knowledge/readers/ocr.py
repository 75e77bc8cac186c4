"""Pages that are pictures: read by Debian's tesseract, a program of its own, and laid out to paragraphs and lists."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from knowledge.readers.builder import Piece, Point
from knowledge.types import BlockKind, DocumentRefused

PROGRAM = "tesseract"
SECONDS = 120
"""For one page: a full one takes up to 20 on a busy machine."""
MIN_ITEMS = 2
"""Items one after the other, where the mark may as well be a word."""
SHORT_LINE = 0.8
"""Share of the width of a block: a closed line that ends before it ends a paragraph."""

_SURE = re.compile(r"[•·●■▪◦]\s*(?=\S)")
_UNSURE = re.compile(r"(?:[*¢«»e©°o+~-]|(?P<number>\(?\d{1,2}[.)]))\s+(?=\S)")  # what it takes bullets for
_CLOSED = (".", "!", "?", ":", ";", "”", '"')


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as the program found it. Edges are in pixels."""

    block: str
    paragraph: str
    text: str
    right: int


def read_page(picture: bytes, name: str, number: int) -> list[Piece]:
    """Read the picture of one page.

    Args:
        picture: In the PGM or PNG format.
        name: Of the file, for messages.
        number: Of the page, counted from 1.

    Raises:
        DocumentRefused: The program is not on this machine, fails, or takes too long.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        hint = "Install Debian's tesseract-ocr, or add the file without `--ocr`"
        raise DocumentRefused(f"`{name}` has pages that are pictures, and there is no program to read them. {hint}.")
    command = [program, "stdin", "stdout", "-l", "eng", "--dpi", "300", "tsv"]
    try:
        done = subprocess.run(
            command, input=picture, capture_output=True, timeout=SECONDS, env={"OMP_THREAD_LIMIT": "1"}, check=True
        )
    except subprocess.TimeoutExpired as error:
        what = f"Page {number} of `{name}` took OCR longer than {SECONDS} seconds"
        raise DocumentRefused(f"{what}. Add the file without `--ocr`, or without this page.") from error
    except (subprocess.CalledProcessError, OSError) as error:
        what = f"OCR ({PROGRAM}) failed at page {number} of `{name}`"
        raise DocumentRefused(
            f"{what}. Check that Debian's tesseract-ocr and its English data are installed."
        ) from error
    return pieces(done.stdout.decode("utf-8", "replace"), number)


def pieces(table: str, number: int) -> list[Piece]:
    """The paragraphs and lists of a page, given the program's table of words (TSV)."""
    entries = [" ".join(lines) for lines in _entries(list(_lines(table)))]
    done: list[Piece] = []
    n = 0
    while n < len(entries):
        last = n
        while last < len(entries) and _mark(entries[last]):
            last += 1
        led = n > 0 and entries[n - 1].endswith(":")
        if last > n and (last - n >= MIN_ITEMS or led or _SURE.match(entries[n])):
            points = tuple(_point(entry, number) for entry in entries[n:last])
            ordered = points[0].mark != "•"
            done.append(Piece(BlockKind.LIST, ordered=ordered, points=points, page=number, ocr=True))
            n = last
        else:
            done.append(Piece(BlockKind.PARAGRAPH, entries[n], page=number, ocr=True))
            n += 1
    return done


def _lines(table: str) -> Iterator[_Line]:
    rows = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = (row for row in rows if row.get("level") == "5" and (row.get("text") or "").strip())
    for (block, paragraph, _), found in groupby(words, key=_place):
        line = list(found)
        text = " ".join(str(word["text"]).strip() for word in line)
        yield _Line(block, paragraph, text, max(int(word["left"]) + int(word["width"]) for word in line))


def _place(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["block_num"], row["par_num"], row["line_num"]


def _entries(lines: Sequence[_Line]) -> Iterator[list[str]]:
    """The lines of each paragraph or item."""
    widest: dict[str, int] = {}
    for line in lines:
        widest[line.block] = max(widest.get(line.block, 0), line.right)
    entry: list[str] = []
    for n, line in enumerate(lines):
        if entry and _begins(lines[n - 1], line, widest[lines[n - 1].block]):
            yield entry
            entry = []
        entry.append(line.text)
    if entry:
        yield entry


def _begins(above: _Line, line: _Line, width: int) -> bool:
    """Whether a line begins a paragraph or an item."""
    closed = above.text.endswith(_CLOSED)
    ended = closed or above.right < SHORT_LINE * width or _mark(above.text) is not None
    if _SURE.match(line.text) or (_UNSURE.match(line.text) and ended):
        return True
    if (above.block, above.paragraph) != (line.block, line.paragraph):
        return closed or not line.text[0].islower()
    return closed and above.right < SHORT_LINE * width


def _mark(entry: str) -> re.Match[str] | None:
    return _SURE.match(entry) or _UNSURE.match(entry)


def _point(entry: str, number: int) -> Point:
    match = _mark(entry)
    assert match is not None
    mark = match.groupdict().get("number") or "•"
    return Point(entry[match.end() :], 1, mark, number)
