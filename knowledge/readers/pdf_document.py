"""A whole PDF from its pages: what repeats is set aside, the rest laid out and held against the pages' own text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.readers.builder import Piece, build, title_of
from knowledge.readers.dates import STATED, with_date_line
from knowledge.readers.pdf_cells import cell_tables
from knowledge.readers.pdf_hyphens import known_words, mended
from knowledge.readers.pdf_layout import HEADING_SIZE, paragraphs, pieces, style_of
from knowledge.readers.pdf_lines import Line, in_order, lines, unmixed
from knowledge.readers.pdf_lists import Par
from knowledge.readers.pdf_tables import Table, headed, ruled_tables
from knowledge.readers.pdf_values import CONTROLS, HYPHEN, Sheet, squeezed
from knowledge.types import Block, BlockKind, DocumentRefused, Metadata, Reading

MARGIN = 0.12
"""Share of the page's height, at the top and at the bottom, in which headers and footers stand."""
EDGE = 0.04
"""Share of the height: nobody sets text as near to the edge, but browsers print addresses and times there."""
RUN_PAGES = 3
"""Pages one after the other, or every other one, on which a line repeats that is a header of a part."""
MIN_SENTENCE_WORDS = 8
"""Fewer words at the end are a name or an address, not a sentence cut off."""
SHOWN_CHARS = 60
"""Of a cut-off sentence, in the warning."""
SHOWN_PAGES = 12
"""Numbers of pages named in a warning."""

_NO_CONTROLS = dict.fromkeys(CONTROLS, " ")
_DIGITS = re.compile(r"\d+")
_CLOSING = tuple(".?!:;…”\"’')]»›")
_ADDRESS = re.compile(r"\S+[@/]\S+|\S+\.(?:uk|com|org|net)|[\d\s()+-]+")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page between its words and the document."""

    sheet: Sheet
    """Without words: those would fill the memory."""
    placed: tuple[Line | Table, ...]
    mixed: bool = False
    unsure: bool = False
    """There is what looks like a table, but its rows could not be told."""
    head: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()


def assemble(
    sheets: Iterable[Sheet], name: str, title: str | None, recognise: Callable[[int], list[Piece]] | None
) -> Reading:
    """Read a document from its pages.

    Args:
        sheets: All pages in order.
        name: Of the file, for messages.
        title: What the file calls itself, or None.
        recognise: Reads a page, given its number, by OCR; None leaves scans unread.

    Raises:
        DocumentRefused: There is nothing but pictures, and they are not to be read.
    """
    pages = _with_furniture([_page(sheet) for sheet in sheets])
    scans = [page.sheet.number for page in pages if page.sheet.picture]
    if scans and recognise is None and all(page.sheet.picture or not page.placed for page in pages):
        hint = f"Add it with `merger-bot documents add --ocr {name}`, which needs Debian's tesseract-ocr"
        raise DocumentRefused(f"`{name}` is a scan: its pages are pictures without text. {hint}.")
    read = {number: recognise(number) for number in scans} if recognise else {}
    found, plain = _laid(pages, read)
    laid = build(found, len(pages))
    dated, published = with_date_line(laid.text, laid.blocks)
    blocks, cut_off = _with_cut_off(laid.text, dated, name)
    evidence = STATED if published is not None else None
    metadata = Metadata(title=title_of(laid.text, blocks) or title, published=published, evidence=evidence)
    warnings = (*_warnings(pages, plain, read), *cut_off)
    return Reading("PDF", laid.text, blocks, metadata, warnings, laid.pages, "page")


def _page(sheet: Sheet) -> _Page:
    tables, taken = ruled_tables(sheet)
    parted, mixed = unmixed(lines(sheet.number, sheet.words, taken, sheet.dots))
    found, unsure = (list[Line | Table](parted), False) if mixed else cell_tables(parted)
    placed = [*found, *tables]
    if not mixed:
        placed.sort(key=lambda one: one.start)
    return _Page(replace(sheet, words=(), grids=()), tuple(headed(in_order(placed))), mixed, unsure)


def _with_furniture(pages: Sequence[_Page]) -> list[_Page]:
    """Take the lines off the pages that repeat on their upper and lower margins."""
    body = style_of(one for page in pages for one in page.placed if isinstance(one, Line)).size
    standing: dict[tuple[bool, str], set[int]] = defaultdict(set)
    for page in pages:
        for line, key in _at_margins(page, body):
            standing[key].add(line.page)
    repeated = {key for key, numbers in standing.items() if _is_repeated(numbers, len(pages))}
    done: list[_Page] = []
    for page in pages:
        height = page.sheet.height
        found = {
            line.start: key
            for line, key in _at_margins(page, body)
            if key in repeated or line.bottom <= EDGE * height or line.top >= (1 - EDGE) * height
        }
        if not found:
            done.append(page)
            continue
        removed = [one for one in page.placed if isinstance(one, Line) and one.start in found]
        kept = tuple(one for one in page.placed if not (isinstance(one, Line) and one.start in found))
        head = tuple(_whole(line) for line in removed if found[line.start][0])
        foot = tuple(_whole(line) for line in removed if not found[line.start][0])
        done.append(replace(page, placed=kept, head=head, foot=foot))
    return done


def _at_margins(page: _Page, body: float) -> Iterator[tuple[Line, tuple[bool, str]]]:
    """The lines in the margins, each with whether it is the upper one and what of its words repeats.

    Numbers do not count, but in letters larger than the body's: `Chapter 1` and `Chapter 2` are two headings.
    """
    height = page.sheet.height
    for one in page.placed:
        if isinstance(one, Line):
            upper, lower = one.bottom <= MARGIN * height, one.top >= (1 - MARGIN) * height
            if upper or lower:
                words = squeezed(_whole(one))
                yield one, (upper, words if one.size > HEADING_SIZE * body else _DIGITS.sub("#", words))


def _whole(line: Line) -> str:
    return f"{line.mark.text} {line.text}" if line.mark else line.text


def _is_repeated(numbers: set[int], count: int) -> bool:
    if len(numbers) >= 2 and len(numbers) * 2 >= count:
        return True
    return any(all(first + n * step in numbers for n in range(RUN_PAGES)) for step in (1, 2) for first in numbers)


def _laid(pages: Sequence[_Page], read: dict[int, list[Piece]]) -> tuple[list[Piece], list[int]]:
    """The pieces of the document, and the pages whose layout did not hold: those are given as they are."""
    bodies = {page.sheet.number: page.placed for page in pages if page.sheet.number not in read}
    style = style_of(one for body in bodies.values() for one in body if isinstance(one, Line))
    found = paragraphs([one for body in bodies.values() for one in body], style)
    own = {page.sheet.number: squeezed(page.sheet.text) for page in pages}
    laid_out = (*found, *(one for body in bodies.values() for one in body if isinstance(one, Table)))
    plain = sorted({number for one in laid_out for number in _untrue(one, own)})
    if plain:
        found = paragraphs([one for number, body in bodies.items() if number not in plain for one in body], style)
        read = read | {page.sheet.number: _as_it_is(page.sheet) for page in pages if page.sheet.number in plain}
    hidden = {page.sheet.number for page in pages if page.sheet.hidden}
    laid = [replace(piece, ocr=True) if piece.page in hidden else piece for piece in pieces(found, style)]
    known = known_words(page.sheet.text for page in pages)
    return [mended(piece, known) for piece in _in_their_places(pages, laid, read)], plain


def _untrue(one: Par | Table, own: dict[int, str]) -> Iterator[int]:
    """The pages whose own text does not have what was laid out of them; of a table, as it was before joining pages."""
    if isinstance(one, Par):
        for number in {line.page for line in one.lines}:
            if squeezed("".join(line.text for line in one.lines if line.page == number)) not in own[number]:
                yield number
    elif one.pages[0] == one.pages[-1]:
        for cell in (cell for row in one.rows for cell in row):
            words = cell.text.split()
            if squeezed(cell.text) not in own[one.page] and any(squeezed(word) not in own[one.page] for word in words):
                yield one.page


def _as_it_is(sheet: Sheet) -> list[Piece]:
    """A page's own text as plain paragraphs."""
    done: list[str] = []
    going_on = False
    for line in sheet.text.splitlines():
        words = line.translate(_NO_CONTROLS).strip()
        if going_on and words:
            done[-1] += words if done[-1].endswith(HYPHEN) else f" {words}"
        elif words:
            done.append(words)
        going_on = bool(words) and not words.endswith(_CLOSING)
    return [Piece(BlockKind.PARAGRAPH, text, page=sheet.number) for text in done]


def _in_their_places(pages: Sequence[_Page], laid: Sequence[Piece], read: dict[int, list[Piece]]) -> Iterator[Piece]:
    """All pieces in order. What goes over pages has their footers before it and their headers behind it."""
    opened = closed = 0

    def turn(opening: int, closing: int) -> Iterator[Piece]:
        nonlocal opened, closed
        while opened < opening or closed < closing:
            if closed < opened and (closed < closing or opened < opening):
                page, closed = pages[closed], closed + 1
                yield from _furniture(page.sheet.number, (*page.foot, *page.sheet.aside))
            else:
                page, opened = pages[opened], opened + 1
                yield from _furniture(page.sheet.number, page.head)
                yield from read.get(page.sheet.number, ())

    for piece in laid:
        assert piece.page is not None
        yield from turn(piece.page, piece.page - 1)
        last = max((piece.page + len(piece.turns), *piece.row_pages, *(point.page or 0 for point in piece.points)))
        if last > piece.page and closed < piece.page:
            yield from turn(piece.page, piece.page)  # the pages between follow: a page begins where its text does
        yield piece
        yield from turn(last, last - 1)
    yield from turn(len(pages), len(pages))


def _furniture(number: int, texts: Sequence[str]) -> Iterator[Piece]:
    if texts:
        yield Piece(BlockKind.FURNITURE, "\n".join(texts), page=number)


def _with_cut_off(text: str, blocks: Sequence[Block], name: str) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Flag a last paragraph whose sentence has no end."""
    last = next((n for n in reversed(range(len(blocks))) if blocks[n].kind is not BlockKind.FURNITURE), None)
    if last is None or blocks[last].kind is not BlockKind.PARAGRAPH:
        return tuple(blocks), ()
    words = blocks[last].of(text).split()
    if len(words) < MIN_SENTENCE_WORDS or words[-1].endswith(_CLOSING) or _ADDRESS.fullmatch(words[-1]):
        return tuple(blocks), ()
    shown = " ".join(words)
    if len(shown) > SHOWN_CHARS:
        shown = "… " + shown[-SHOWN_CHARS:].partition(" ")[2]
    flagged = replace(blocks[last], cut_off=True)
    return (*blocks[:last], flagged, *blocks[last + 1 :]), (
        f"The last sentence is cut off: `{name}` ends in “{shown}”.",
    )


def _warnings(pages: Sequence[_Page], plain: Sequence[int], read: dict[int, list[Piece]]) -> Iterator[str]:
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for page in pages:
        for one, several in _oddities(page, plain, read):
            found[one, several].append(page.sheet.number)
    for (one, several), numbers in found.items():
        if len(numbers) == 1:
            yield f"Page {numbers[0]} {one}."
        else:
            yield f"Pages {_named(numbers)} {several}."


def _named(numbers: Sequence[int]) -> str:
    if len(numbers) > SHOWN_PAGES:
        return f"{', '.join(map(str, numbers[:SHOWN_PAGES]))} and {len(numbers) - SHOWN_PAGES} more"
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _oddities(page: _Page, plain: Sequence[int], read: dict[int, list[Piece]]) -> Iterator[tuple[str, str]]:
    """What is odd about a page, as the end of a sentence about one page, and about several."""
    number = page.sheet.number
    hint = "add the file with `--ocr` to read it by OCR (needs Debian's tesseract-ocr)"
    if number in read and number not in plain:
        if read[number]:
            yield "was read by OCR; letters may be wrong", "were read by OCR; letters may be wrong"
        else:
            yield "is a picture in which OCR found no words", "are pictures in which OCR found no words"
    elif page.sheet.picture:
        yield f"is a picture and was not read; {hint}", f"are pictures and were not read; {hint}"
    if page.sheet.hidden:
        yield (
            "is a scan that was read by OCR before; letters may be wrong",
            ("are scans that were read by OCR before; letters may be wrong"),
        )
    if number in plain:
        yield (
            "could not be laid out and is given as plain lines in the file's order",
            ("could not be laid out and are given as plain lines in the file's order"),
        )
    if page.mixed:
        yield (
            "has columns that the file mixes line by line; each line became a paragraph",
            ("have columns that the file mixes line by line; each line became a paragraph"),
        )
    if page.unsure:
        yield (
            "has what looks like a table, but its rows could not be told; its cells became paragraphs",
            ("have what looks like tables, but their rows could not be told; their cells became paragraphs"),
        )
    if any(isinstance(one, Table) and not one.ruled for one in page.placed):
        yield (
            "has a table without ruling lines; its columns were told by their places",
            ("have tables without ruling lines; their columns were told by their places"),
        )
    yield from page.sheet.warnings
