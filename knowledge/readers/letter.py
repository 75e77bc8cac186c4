"""What e-mails and Outlook messages have in common: a subject, a sender, a date, a body and attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from knowledge.readers import html, plaintext
from knowledge.readers.attached import file_name, with_own_names
from knowledge.readers.builder import Piece, build
from knowledge.readers.dates import STATED, labelled_date, written_date
from knowledge.readers.quoted import Line, asides, is_disclaimer, lift, lowered
from knowledge.types import Attachment, Block, BlockKind, Column, Item, Metadata, PartialDate, Reading, Span

EVIDENCE = "date of the e-mail"
"""Of a date that the head of a message states."""

STUB_SHARE = 1 / 3
"""A plain body with fewer words, compared to the HTML, only says that there is an HTML body."""

_TEXT_KINDS = (BlockKind.PARAGRAPH, BlockKind.HEADING)
_PREFIXES = re.compile(r"(?:\s*(?:(?:re|fwd?|aw|wg)\s*(?:\[\d+\])?:|\[(?:ext|external)\]:?))+\s*", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_QUOTE_MARKS = re.compile(r"\s{0,3}(?:>[ \t]?)+")
_BLOCKQUOTE = re.compile(r"<(/?)blockquote\b([^<>]*)>", re.I)
_IS_QUOTE = re.compile(r"type\s*=\s*[\"']?cite|class\s*=\s*[\"']?[^\"'>]{0,200}quote", re.I)
_OPENED, _CLOSED = "\ue000", "\ue001"  # of a quotation in HTML; of no meaning in any text
_NO_MARKS = {ord(_OPENED): None, ord(_CLOSED): None}
_SPACED = "\n\n-"  # below a plain body: its paragraphs are parted by empty lines, even if there is only one
_PUBLISHED_LINE = re.compile(r"\s*(?:date\s+)?(?:published|posted)\b", re.I)
_WESTERN = frozenset(("", "us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252"))

_Range = TypeVar("_Range", Span, Item, Column)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as its format gives it, before anything is made of it."""

    subject: str
    """With its `Re:` or `Fwd:`."""
    sender: str
    published: PartialDate | None
    plain: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    warnings: tuple[str, ...] = ()


def reading(kind: str, letter: Letter) -> Reading:
    """What there is to read in a letter; what is quoted from others in a reply, greetings and signatures is furniture.

    Args:
        kind: The format, for people.
        letter: The message.
    """
    plain = _clean(letter.plain)
    pieces = list(_pieces(_clean(letter.html), letter.subject)) if letter.html.strip() else []
    if pieces and len(plain.split()) < STUB_SHARE * sum(
        len(words.split()) for piece in pieces for words in _rows(piece)
    ):
        laid = build(pieces)
        text, found = laid.text, laid.blocks
    else:
        text, found = _lay_out_plain(plain, letter.subject)
    blocks, stated = _settled(text, found)
    published = stated or letter.published
    metadata = Metadata(
        title=title(letter.subject) or None,
        publisher=" ".join(_clean(letter.sender).split()) or None,
        published=published,
        evidence=STATED if stated else EVIDENCE if published else None,
    )
    return Reading(kind, text, blocks, metadata, letter.warnings, attachments=with_own_names(letter.attachments))


def title(subject: str) -> str:
    """A subject without `Re:` and `Fwd:`, on one line."""
    line = " ".join(_clean(subject).split())
    prefix = _PREFIXES.match(line)
    return line[prefix.end() :] if prefix else line


def message_name(subject: str) -> str:
    """A name for a message that came with another."""
    return file_name(title(subject).replace("/", "-").replace("\\", "-"), "message") + ".eml"


def decoded(data: bytes, charset: str) -> str:
    """The text in the encoding it names; in the one that fits best if that is wrong or missing.

    Western encodings fit everything, so what is UTF-8 although it names one of those is UTF-8.
    """
    for encoding in ("utf-8",) if charset.lower() in _WESTERN else (charset, "utf-8"):
        try:
            return data.decode(encoding)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _clean(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return _CONTROL.sub(" ", plain.encode("utf-8", "replace").decode())


def _lay_out_plain(text: str, subject: str) -> tuple[str, tuple[Block, ...]]:
    """The text with the quotation marks of what was forwarded taken off, and its blocks."""
    rows = text.split("\n")
    lines = [_line(row) for row in rows]
    if levels := lift(lines, subject):
        rows = [_without_marks(row, levels) for row in rows]
        lines = lowered(lines, levels)
    marked = asides(lines, subject)
    for n in range(1, len(lines)):
        marked[n] = marked[n] if lines[n].words else marked[n - 1]
    blocks: list[Block] = []
    at = 0
    for aside, run in groupby(zip(rows, marked, strict=True), key=lambda row: row[1]):
        words = "\n".join(row for row, _ in run)
        if aside and words.strip():
            start = at + len(words) - len(words.lstrip())
            blocks.append(Block(BlockKind.FURNITURE, start, at + len(words.rstrip())))
        elif not aside:
            found = plaintext.read(words + _SPACED, "").blocks
            blocks += (_moved(_undated(words, block), at) for block in found if block.end <= len(words))
        at += len(words) + 1
    return "\n".join(rows), tuple(blocks)


def _line(row: str) -> Line:
    marks = _QUOTE_MARKS.match(row)
    return Line(row[marks.end() :].strip(), marks[0].count(">")) if marks else Line(row.strip())


def _without_marks(row: str, levels: int) -> str:
    for _ in range(levels):
        row = re.sub(r"\A\s{0,3}>[ \t]?", "", row)
    return row


def _moved(block: Block, by: int) -> Block:
    """The same block further on in a text. A message is whole, so that no block of it is cut off."""

    def moved(part: _Range) -> _Range:
        return replace(part, start=part.start + by, end=part.end + by)

    return replace(
        block,
        start=block.start + by,
        end=block.end + by,
        lead_in=block.lead_in and moved(block.lead_in),
        items=tuple(moved(item) for item in block.items),
        header=tuple(moved(head) for head in block.header),
        rows=tuple(
            replace(row, start=row.start + by, end=row.end + by, cells=tuple(moved(cell) for cell in row.cells))
            for row in block.rows
        ),
        cut_off=False,
    )


def _pieces(page: str, subject: str) -> Iterator[Piece]:
    """The pieces of an HTML body; what is quoted and so on is furniture."""
    found = list(_with_depth(html.pieces(_with_quote_marks(page))))
    lines = [Line(" ".join(row.split()), depth) for piece, depth in found for row in _rows(piece)]
    marked = iter(asides(lowered(lines, lift(lines, subject)), subject))
    for piece, _ in found:
        rows = [(row, next(marked)) for row in _rows(piece)]
        if piece.kind in _TEXT_KINDS:
            for aside, run in groupby(rows, key=lambda row: row[1]):
                words = "\n".join(row for row, _ in run)
                yield replace(piece, kind=BlockKind.FURNITURE if aside else piece.kind, text=words)
        elif all(aside for _, aside in rows):
            yield Piece(BlockKind.FURNITURE, "\n".join(row for row, _ in rows))
        else:
            yield piece


def _with_quote_marks(page: str) -> str:
    """The page with a paragraph before and after each quotation, as the walker knows nothing of them."""
    opened: list[bool] = []

    def marked(tag: re.Match[str]) -> str:
        if not tag[1]:
            opened.append(_IS_QUOTE.search(tag[2]) is not None)
            return f"<p>{_OPENED}</p>{tag[0]}" if opened[-1] else tag[0]
        return f"{tag[0]}<p>{_CLOSED}</p>" if opened and opened.pop() else tag[0]

    return _BLOCKQUOTE.sub(marked, page.translate(_NO_MARKS))


def _with_depth(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, int]]:
    """Each piece with the number of quotations it stands in."""
    depth = 0
    for piece in pieces:
        if piece.text in (_OPENED, _CLOSED):
            depth = max(depth + (1 if piece.text == _OPENED else -1), 0)
        else:
            yield _without_quote_marks(piece), depth


def _without_quote_marks(piece: Piece) -> Piece:
    return replace(
        piece,
        text=piece.text.translate(_NO_MARKS),
        points=tuple(replace(point, text=point.text.translate(_NO_MARKS)) for point in piece.points),
        header=tuple(cell.translate(_NO_MARKS) for cell in piece.header),
        rows=tuple(tuple(cell.translate(_NO_MARKS) for cell in row) for row in piece.rows),
    )


def _rows(piece: Piece) -> Sequence[str]:
    if piece.kind is BlockKind.LIST:
        return [point.text for point in piece.points]
    if piece.kind is BlockKind.TABLE:
        return [" | ".join(row) for row in (piece.header, *piece.rows) if row]
    return piece.text.split("\n")


def _undated(text: str, block: Block) -> Block:
    """A line such as `Date: 12 June 2019` does not date a message but tells when something happens."""
    words = block.of(text)
    dating = block.kind is BlockKind.FURNITURE and (labelled_date(words) or written_date(words))
    return replace(block, kind=BlockKind.PARAGRAPH) if dating else block


def _settled(text: str, blocks: Sequence[Block]) -> tuple[tuple[Block, ...], PartialDate | None]:
    """The blocks with disclaimers and a line `Published: ...` as furniture, and the date of that line."""
    done: list[Block] = []
    published: PartialDate | None = None
    for block in blocks:
        words = block.of(text)
        if block.kind is BlockKind.PARAGRAPH:
            found = labelled_date(words) if _PUBLISHED_LINE.match(words) else None
            published = published or found
            block = replace(block, kind=BlockKind.FURNITURE) if found or is_disclaimer(words) else block
        done.append(block)
    return tuple(done), published
