"""Small documents for tests, laid out as the readers lay them out. All words in them are made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from knowledge.readers import read
from knowledge.readers.builder import Piece, Point, build
from knowledge.types import BlockKind, Document, Source

_WORDS = (
    "board",
    "Care",
    "patients,",
    "the",
    "(new)",
    "£1.5m",
    "e.g.",
    "it",
    "Ann",
    "B.",
    "No.",
    "3",
    "“We",
    "agree.”",
)
_ENDS = (".", ".", "?", "!", ".”", ":", "", " ...")
_MARKS_AND_LETTERS = st.characters(categories=["L", "M", "N", "P", "S"])
_MARKS = ("# ", "## ", "- ", "  - ", "1. ", "> ", "| ", "|-|-|", "---", "\n", "\n\n", "\t", "  ", "•", "Read more")


def heading(text: str, level: int = 1) -> Piece:
    return Piece(BlockKind.HEADING, text, level=level)


def paragraph(text: str) -> Piece:
    return Piece(BlockKind.PARAGRAPH, text)


def furniture(text: str) -> Piece:
    return Piece(BlockKind.FURNITURE, text)


def bullets(*items: str | Point) -> Piece:
    points = tuple(item if isinstance(item, Point) else Point(item) for item in items)
    return Piece(BlockKind.LIST, points=points)


def table(header: tuple[str, ...], *rows: tuple[str, ...]) -> Piece:
    return Piece(BlockKind.TABLE, header=header, rows=rows)


def source(name: str = "plan", title: str = "The plan", **said: Any) -> Source:  # noqa: ANN401
    return Source(id=name, file=f"{name}.md", sha256="0" * 64, title=title, **said)


def document(*pieces: Piece, name: str = "plan", title: str = "The plan", **said: Any) -> Document:  # noqa: ANN401
    """A document of these pieces, one below the other; lists and tables have their lead-ins."""
    laid = build(pieces)
    return Document(source(name, title, **said), laid.text, laid.blocks, pages=laid.pages)


def words_only(name: str, *sentences: str, title: str = "") -> Document:
    """A document in which each sentence stands under a heading of its own, so that each is a passage."""
    pieces = [piece for sentence in sentences for piece in (heading("-"), paragraph(sentence))]
    return document(*pieces, name=name, title=title)


def read_document(text: str, file: str = "plan.md") -> Document:
    """What the readers make of a file."""
    reading = read(text.encode(), file)
    return Document(source(), reading.text, reading.blocks, reading.warnings)


def with_block(made: Document, number: int, **changes: Any) -> Document:  # noqa: ANN401
    """The document with fields of one block changed."""
    blocks = list(made.blocks)
    blocks[number] = replace(blocks[number], **changes)
    return replace(made, blocks=tuple(blocks))


def _sentences(most: int) -> st.SearchStrategy[str]:
    word = st.one_of(st.sampled_from(_WORDS), st.text(_MARKS_AND_LETTERS, min_size=1, max_size=12))
    words = st.lists(word, min_size=1, max_size=most).map(" ".join)
    whole = st.builds(lambda said, end: said + end, words, st.sampled_from(_ENDS))
    long = st.builds(lambda said, times: f"{said} " * times + "end.", words, st.integers(2, 400))
    unbroken = st.integers(1, 2500).map(lambda length: "x" * length)
    return st.one_of(whole, whole, whole, long, unbroken)


_paragraphs = st.lists(_sentences(12), min_size=1, max_size=5).map(" ".join)
_lead_ins = st.one_of(
    st.sampled_from(["We will:", "We agreed it. These are:", "It follows.\nThe four parts of the new plan are:"]),
    _sentences(12).map(lambda words: words + ":"),
)
_lists = st.lists(st.builds(Point, _sentences(8), st.integers(1, 3)), min_size=1, max_size=5).map(lambda p: bullets(*p))
_cells = st.one_of(st.just(""), _sentences(3))
_tables = st.lists(st.tuples(_cells, _cells, _cells), min_size=2, max_size=4).map(lambda rows: table(*rows))
_pieces = st.one_of(
    st.tuples(st.builds(heading, _sentences(4), st.integers(1, 4))),
    st.lists(_paragraphs.map(paragraph), min_size=1, max_size=3),
    st.tuples(_sentences(4).map(furniture)),
    st.tuples(_lists | _tables),
    st.tuples(_lead_ins.map(paragraph), _lists | _tables),
    st.tuples(_lead_ins.map(paragraph), st.just(furniture("Menu")), _lists | _tables),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents of all kinds of blocks, some on pages, some cut off."""
    made = document(
        *(piece for group in draw(st.lists(_pieces, min_size=1, max_size=6)) for piece in group),
        title=draw(st.sampled_from(["The plan", "", "A\u00a0plan\nof care"])),
        published=draw(st.sampled_from([None, "2018", "2018-02", "2019-10-21"])),
    )
    turns = draw(st.lists(st.integers(0, len(made.text)), max_size=3).map(sorted) | st.none())
    blocks = []
    for block in made.blocks:
        cut_off = block.kind is BlockKind.PARAGRAPH and draw(st.booleans())
        blocks.append(replace(block, cut_off=cut_off))
    return replace(made, blocks=tuple(blocks), pages=() if turns is None else (0, *turns))


markup = st.lists(st.one_of(st.sampled_from(_MARKS), _sentences(10)), max_size=30).map("".join)
"""Text that is read as Markdown or plain text: marks and words in any order."""
