"""PDF files: opened here, and each page given as plain values; the layout is the work of the files beside it."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from knowledge.readers.builder import Piece
from knowledge.readers.ocr import read_page
from knowledge.readers.pdf_document import assemble
from knowledge.readers.pdf_drawing import grids, look_at
from knowledge.readers.pdf_values import CONTROLS, HYPHEN, Box, Frame, Sheet, Word, finite
from knowledge.types import DocumentRefused, EmptyDocument, Reading

MAX_PAGES = 5_000
"""A board's papers of a whole year are below."""
MAX_CHARS = 100_000
"""Of a page: 20 times a full one."""
SLANT = 2.0
"""Degrees that a text may deviate from the upright."""
MIN_BOLD = 600
"""Weight of a font; 400 is normal."""
ASCENT = 0.8
"""Of the size of the letters: how far they rise above the base line."""
DESCENT = 0.2
"""And how far they fall below it."""
SCAN_CHARS = 20
"""A page with a picture and fewer characters is a scan: a stamped number is not what it says."""
SCAN_DPI = 300
"""At which pages are drawn for OCR; at 200 it loses words."""
RAISED_SIZE = 0.8
"""Of the letters before it: what is smaller and raised is the mark of a footnote."""
RAISED = 0.15
"""Of the size of the letters: how far such a mark stands above their base line at least."""
MAX_PIXELS = 40_000_000
"""Of a drawn page: A3 at 300 dpi has 17 million. Larger pages are drawn at less."""

DAMAGED = "is damaged and was not read", "are damaged and were not read"
CUT = (
    f"has more than {MAX_CHARS} characters and was cut off",
    f"have more than {MAX_CHARS} characters and were cut off",
)
CROWDED = "has too many lines drawn on it to look for tables", "have too many lines drawn on them to look for tables"

_BROKEN = frozenset((2, ord(HYPHEN)))  # how the library marks the hyphen of a broken word
_BETWEEN = CONTROLS | _BROKEN | {ord(" ")}
_BOLD_NAMES = ("bold", "black", "heavy", "demi")
_TURNS = (0, 90, 180, 270)
_SLANTED = -1
_MADE_UP = ("microsoft ", "untitled", "document1", "slide 1", "layout 1", "print")


def read(content: bytes, name: str, ocr: bool = False) -> Reading:
    """Read a PDF: headings, paragraphs, lists and tables with their pages; headers and footers as furniture.

    Args:
        content: The bytes of the file.
        name: Its name, for messages.
        ocr: Read pages that are pictures by OCR.

    Raises:
        DocumentRefused: It is damaged, protected by a password, too long, or all its pages are pictures.
    """
    document = _open(content, name)
    try:
        count = len(document)
        if count == 0:
            raise EmptyDocument(f"`{name}` has no pages. Save or export it anew.")
        if count > MAX_PAGES:
            raise DocumentRefused(f"`{name}` has {count} pages; the limit is {MAX_PAGES}. Split it.")
        recognise = _recogniser(document, name) if ocr else None
        return assemble(_sheets(document, count), name, _title(document), recognise)
    finally:
        with suppress(Exception):
            document.close()


def _open(content: bytes, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            hint = "Save it without one and add it again"
            raise DocumentRefused(f"`{name}` is protected by a password. {hint}.") from error
        hint = "Save, export or download it anew"
        raise DocumentRefused(f"`{name}` is damaged: it cannot be opened as a PDF. {hint}.") from error


def _title(document: pdfium.PdfDocument) -> str | None:
    """The title that the file's properties name, unless a program made it up."""
    try:
        title = " ".join(document.get_metadata_value("Title").split())
    except Exception:  # of a damaged file; a title is no reason to refuse it
        return None
    made_up = title.lower().startswith(_MADE_UP) or "." in title[-5:-1] or "\\" in title or "/" in title
    return None if made_up or not any(char.isalpha() for char in title) else title


def _recogniser(document: pdfium.PdfDocument, name: str) -> Callable[[int], list[Piece]]:
    """What reads a page, given its number, by OCR."""

    def recognise(number: int) -> list[Piece]:
        page = document[number - 1]
        try:
            pixels = max(page.get_width() * page.get_height() * (SCAN_DPI / 72) ** 2, 1.0)
            drawn = page.render(scale=SCAN_DPI / 72 * min(math.sqrt(MAX_PIXELS / pixels), 1.0), grayscale=True)
            try:
                rows = drawn.to_numpy().reshape(drawn.height, -1)
                return read_page(b"P5 %d %d 255\n" % (rows.shape[1], rows.shape[0]) + rows.tobytes(), name, number)
            finally:
                drawn.close()
        finally:
            page.close()

    return recognise


def _sheets(document: pdfium.PdfDocument, count: int) -> Iterator[Sheet]:
    for number in range(1, count + 1):
        try:
            page = document[number - 1]
            textpage = page.get_textpage()
        except pdfium.PdfiumError:
            yield Sheet(number, 0, 0, warnings=(DAMAGED,))
            continue
        try:
            yield _sheet(page, textpage, number)
        finally:
            textpage.close()
            page.close()


def _sheet(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, number: int) -> Sheet:
    chars = textpage.count_chars()
    codes = [raw.FPDFText_GetUnicode(textpage, n) for n in range(min(chars, MAX_CHARS))]
    runs = list(_runs(textpage, codes))
    turns = Counter(run.style.turn for run in runs if run.style.turn != _SLANTED)
    turn = turns.most_common(1)[0][0] if turns else 0
    frame = Frame(turn, *(finite(value) for value in page.get_bbox()))
    words: list[Word] = []
    aside: list[tuple[int, str]] = []
    for n, run in enumerate(runs):
        box = _line_high(frame, run)
        if run.style.turn == turn and frame.holds(box):
            words.append(Word(n, run.text, *box, run.style.size, run.style.bold, run.broken))
        else:
            aside.append((n, run.text))
    shapes = look_at(page)
    cells = None if shapes.crowded else grids([frame.seen(edge) for edge in shapes.edges])
    warnings = [CUT] if chars > MAX_CHARS else []
    if cells is None:
        warnings.append(CROWDED)
    return Sheet(
        number,
        frame.width,
        frame.height,
        tuple(words),
        _own_text(textpage, codes, runs),
        tuple(_together(aside)),
        cells or (),
        tuple(frame.seen(dot) for dot in shapes.dots),
        shapes.picture and sum(len(run.text) for run in runs) < SCAN_CHARS,
        bool(runs) and all(run.style.hidden for run in runs),
        tuple(warnings),
    )


def _own_text(textpage: pdfium.PdfTextPage, codes: Sequence[int], runs: Sequence[_Run]) -> str:
    """The page's text as the library gives it, without the marks of footnotes."""
    held = {n for run in runs for n in range(run.at, run.end)}
    marks = {n for n, code in enumerate(codes) if code not in _BETWEEN and n not in held}
    if not marks:
        return str(textpage.get_text_range())
    return "".join(chr(code) for n, code in enumerate(codes) if n not in marks)


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text object is written."""

    size: float
    bold: bool
    turn: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """A word with its box as the file has it: left, bottom, right, top."""

    text: str
    at: int
    """Number of its first character on the page."""
    end: int
    """Number of the one after its last."""
    box: Box
    origin: Box
    """Where its first letter stands, on the base line: a box without width and height."""
    style: _Style
    broken: bool


def _runs(textpage: pdfium.PdfTextPage, codes: Sequence[int]) -> Iterator[_Run]:
    """The words of a page in the order of the file."""
    styles: dict[int, _Style] = {}
    start = 0
    for n in range(len(codes) + 1):
        code = codes[n] if n < len(codes) else 0
        if code not in _BETWEEN:
            continue
        if n > start:
            style = _style(textpage, start, styles)
            end = n - _raised(textpage, codes[start:n], start, style.size)
            box = _box(textpage, start, end - 1)
            yield _Run(_text(codes[start:end]), start, end, box, _origin(textpage, start), style, code in _BROKEN)
        start = n + 1


def _raised(textpage: pdfium.PdfTextPage, codes: Sequence[int], at: int, size: float) -> int:
    """How many characters at the end of a word are the mark of a footnote: small raised digits behind large letters."""
    digits = len(codes) - len(_text(codes).rstrip("0123456789"))
    if not 0 < digits < len(codes) or not size:
        return 0
    base = _origin(textpage, at)[1]
    for n in range(len(codes) - digits, len(codes)):
        small = raw.FPDFText_GetFontSize(textpage, at + n) < RAISED_SIZE * raw.FPDFText_GetFontSize(textpage, at)
        if small and _origin(textpage, at + n)[1] - base > RAISED * size:
            return len(codes) - n
    return 0


def _text(codes: Sequence[int]) -> str:
    text = "".join(map(chr, codes))
    if text.isprintable():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # two surrogates: one character


def _style(textpage: pdfium.PdfTextPage, at: int, styles: dict[int, _Style]) -> _Style:
    """The style of a character's text object. Asking for that of each word would take most of the time."""
    found = raw.FPDFText_GetTextObject(textpage, at)
    key = ctypes.addressof(found.contents) if found else 0
    if key not in styles:
        matrix, name = raw.FS_MATRIX(), ctypes.create_string_buffer(128)
        raw.FPDFText_GetMatrix(textpage, at, matrix)
        raw.FPDFText_GetFontInfo(textpage, at, name, len(name), ctypes.c_int())
        font = name.value.decode("utf-8", "replace").lower()
        mode = raw.FPDFTextObj_GetTextRenderMode(found) if found else raw.FPDF_TEXTRENDERMODE_FILL
        bold = raw.FPDFText_GetFontWeight(textpage, at) >= MIN_BOLD or mode == raw.FPDF_TEXTRENDERMODE_FILL_STROKE
        size = abs(finite(raw.FPDFText_GetFontSize(textpage, at)) * math.hypot(matrix.c, matrix.d))
        angle = math.degrees(math.atan2(matrix.b, matrix.a))
        turn = round(finite(angle) / 90) * 90
        upright = abs(finite(angle) - turn) < SLANT
        styles[key] = _Style(
            finite(size),
            bold or any(word in font for word in _BOLD_NAMES),
            turn % 360 if upright else _SLANTED,
            mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE,
        )
    return styles[key]


def _box(textpage: pdfium.PdfTextPage, first: int, last: int) -> Box:
    """The box of a word, from its first to its last letter."""
    box, end = raw.FS_RECTF(), raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, first, box)
    raw.FPDFText_GetLooseCharBox(textpage, last, end)
    left, right = finite(min(box.left, end.left)), finite(max(box.right, end.right))
    bottom, top = finite(min(box.bottom, end.bottom)), finite(max(box.top, end.top))
    return left, bottom, max(right, left), max(top, bottom)


def _origin(textpage: pdfium.PdfTextPage, at: int) -> Box:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(textpage, at, x, y)
    across, up = finite(x.value), finite(y.value)
    return across, up, across, up


def _line_high(frame: Frame, run: _Run) -> Box:
    """The box of a word as high as its line: the boxes of letters differ with the letters and the fonts."""
    x0, _, x1, _ = frame.seen(run.box)
    base = frame.seen(run.origin)[1]
    return x0, base - ASCENT * run.style.size, x1, base + DESCENT * run.style.size


def _together(words: Sequence[tuple[int, str]]) -> Iterator[str]:
    """Words with their places in the page, those put together that follow one another."""
    texts: list[str] = []
    for n, (at, text) in enumerate(words):
        if n and at != words[n - 1][0] + 1:
            yield " ".join(texts)
            texts = []
        texts.append(text)
    if texts:
        yield " ".join(texts)
