"""Markdown to blocks: front matter, CommonMark and tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.metadata import merge, parse_front_matter
from knowledge.readers import html
from knowledge.readers.builder import RAISED, Piece, Point, build, title_of
from knowledge.readers.dates import STATED, with_date_line
from knowledge.types import BlockKind, Metadata, Reading

MAX_NESTING = 60  # lists and quotations within each other; what lies deeper is not parsed

_PARSER = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")


def read(text: str, name: str) -> Reading:
    """Read Markdown. The reading's text is the plain text without the markup.

    Raises:
        BadMetadata: The front matter cannot be used.
    """
    said, body = parse_front_matter(text, name)
    laid = build(_pieces(_PARSER.parse(text[body:])))
    plain = laid.text
    blocks, published = with_date_line(plain, laid.blocks)
    found = Metadata(
        title=title_of(plain, blocks), published=published, evidence=STATED if published is not None else None
    )
    return Reading("Markdown", plain, blocks, merge(said, found))


@dataclass(slots=True)
class _Open:
    """What has been opened and not yet closed while the tokens are walked through."""

    lists: list[tuple[bool, int]] = field(default_factory=list)  # ordered, number of the next item
    points: list[Point] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)
    header: tuple[str, ...] = ()
    ordered: bool = False  # the outermost list


def _pieces(tokens: list[Token]) -> list[Piece]:
    pieces: list[Piece] = []
    now = _Open()
    for n, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            _open_list(token, now)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            now.lists.pop()
            if not now.lists:
                pieces.append(Piece(BlockKind.LIST, ordered=now.ordered, points=tuple(now.points)))
                now.points = []
        elif token.type == "list_item_open":
            _open_item(token, now)
        elif token.type in ("tr_close", "thead_close", "table_close"):
            if table := _close_in_table(token, now):
                _add(table, now, pieces)
        elif token.type == "inline":
            _add_inline(token, tokens[n - 1], now, pieces)
        elif token.type in ("fence", "code_block"):
            _add(Piece(BlockKind.PARAGRAPH, token.content.rstrip("\n")), now, pieces)
        elif token.type == "html_block":
            for piece in html.pieces(token.content):
                _add(piece, now, pieces)
    return pieces


def _open_list(token: Token, now: _Open) -> None:
    ordered = token.type.startswith("ordered")
    if not now.lists:
        now.ordered = ordered
    now.lists.append((ordered, int(token.attrGet("start") or 1) if ordered else 1))


def _open_item(token: Token, now: _Open) -> None:
    ordered, number = now.lists[-1]
    now.lists[-1] = (ordered, number + 1)
    now.points.append(Point("", len(now.lists), f"{number}{token.markup}" if ordered else "•"))


def _close_in_table(token: Token, now: _Open) -> Piece | None:
    """The table, if it is the one that closes."""
    if token.type == "tr_close":
        now.rows.append(tuple(now.row))
        now.row = []
    elif token.type == "thead_close":
        now.header = now.rows.pop()
    else:
        table = Piece(BlockKind.TABLE, header=now.header, rows=tuple(now.rows))
        now.header, now.rows = (), []
        return table
    return None


def _add_inline(token: Token, opener: Token, now: _Open, pieces: list[Piece]) -> None:
    text = _plain(token.children or [])
    if opener.type in ("th_open", "td_open"):
        now.row.append(text)
    elif opener.type == "heading_open":
        _add(Piece(BlockKind.HEADING, text.replace("\n", " "), level=int(opener.tag[1:])), now, pieces)
    elif text.strip():
        _add(Piece(BlockKind.PARAGRAPH, text), now, pieces)
    else:
        pictures = " ".join(child.content for child in token.children or [] if child.type == "image")
        if not now.lists:
            pieces.append(Piece(BlockKind.FURNITURE, pictures))


def _add(piece: Piece, now: _Open, pieces: list[Piece]) -> None:
    """Put a piece on the page, or its words into the item that is open."""
    if not now.lists:
        pieces.append(piece)
    elif piece.kind is not BlockKind.FURNITURE:
        before = now.points[-1]
        words = [before.text, piece.text, *(point.text for point in piece.points)]
        words += [" | ".join(row) for row in (piece.header, *piece.rows)]
        now.points[-1] = Point("\n".join(part for part in words if part.strip()), before.level, before.mark)


def _plain(children: list[Token]) -> str:
    words: list[str] = []
    for n, child in enumerate(children):
        if child.type in ("text", "code_inline"):
            before = children[n - 1] if n else child
            raised = (before.type, before.content.lower()) == ("html_inline", "<sup>") and child.content.isdecimal()
            words.append(child.content.translate(RAISED) if raised else child.content)
        elif child.type == "softbreak":
            words.append(" ")
        elif child.type == "hardbreak" or (child.type == "html_inline" and child.content.lower().startswith("<br")):
            words.append("\n")
    return "".join(words)
