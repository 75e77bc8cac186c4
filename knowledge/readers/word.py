"""Word documents to blocks, by way of HTML: revised as if every change were accepted, without comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO

import mammoth
from mammoth import documents, transforms

from knowledge.readers import html
from knowledge.readers.builder import Piece, Point, build, title_of
from knowledge.readers.bullets import BULLET
from knowledge.readers.dates import STATED, labelled_date, with_date_line, written_date
from knowledge.readers.office import counted, refusing, title_said
from knowledge.readers.word_parts import LABEL, prepare
from knowledge.types import BlockKind, Metadata, Reading

MAX_TITLE_WORDS = 12  # of a bold line that is a heading
MAX_LEVEL = 9  # of lists, as many as Word has
MAX_HEADING = 6

_NUMBER = re.compile(f"{LABEL[0]}([^{LABEL[1]}]*){LABEL[1]}\\s*")


def _style_map() -> str:
    """Which paragraphs become what. The first line that fits counts."""
    lines = ["p[style-name='Title'] => h1:fresh", "p[style-name^='toc '] => nav > p:fresh"]
    lines += [f"p[style-name='heading {level}'] => h{level}:fresh" for level in range(1, MAX_HEADING + 1)]
    within = "ul|ol > li > "
    for kind, name in (("ul", "List Bullet"), ("ol", "List Number")):
        lines += [f"p[style-name='{name}'] => {kind} > li:fresh"]
        lines += [f"p[style-name='{name} {n}'] => {within * (n - 1)}{kind} > li:fresh" for n in range(2, 6)]
    for kind, name in (("ul", "unordered"), ("ol", "ordered")):
        lines += [f"p:{name}-list({n}) => {within * (n - 1)}{kind} > li:fresh" for n in range(1, MAX_LEVEL + 1)]
    lines += [f"br[type='{kind}'] => br" for kind in ("page", "column")]
    return "\n".join(lines)


_STYLE_MAP = _style_map()


def read(content: bytes, name: str) -> Reading:
    """Read a Word document. It has no pages: where they end is known only to the program that prints it."""
    with refusing(content, name, "Word"):
        parts = prepare(content)
        converted = mammoth.convert_to_html(
            BytesIO(parts.content),
            transform_document=lambda document: _shaped(document, parts.headings),
            style_map=_STYLE_MAP,
            include_default_style_map=False,
            include_embedded_style_map=False,
            convert_image=lambda image: [],
        )
        laid = build(_numbered(piece) for piece in html.pieces(converted.value))
        said = title_said(content)
    blocks, published = with_date_line(laid.text, laid.blocks)
    found = Metadata(
        title=title_of(laid.text, blocks) or said,
        published=published,
        evidence=STATED if published is not None else None,
    )
    return Reading("Word", laid.text, blocks, found, tuple(_warnings(parts.counts, name)))


def _warnings(counts: dict[str, int], name: str) -> Iterator[str]:
    changes = [
        f"{counted(counts[key], thing)} {what}"
        for key, thing, what in (
            ("ins", "insertion", "kept"),
            ("del", "deletion", "left out"),
            ("moveTo", "move", "carried out"),
        )
        if key in counts
    ]
    if changes:
        yield f"`{name}` has tracked changes: {', '.join(changes)}. Accept or reject them, if that is wrong."
    if "comment" in counts:
        yield f"`{name}`: {counted(counts['comment'], 'comment')} left out."
    if "hidden" in counts:
        yield f"`{name}`: {counted(counts['hidden'], 'hidden or struck-out piece')} of text left out."
    if "chart" in counts:
        yield f"`{name}`: the figures of {counted(counts['chart'], 'chart')} are not read."


def _shaped(document: documents.Document, headings: dict[str, int]) -> documents.Document:
    """The document with headings that are only bold made headings, and notes at the end of their section."""
    children: list[object] = []
    notes: list[object] = []
    styled = 0  # the level of the last heading by style
    following = [*document.children[1:], None]
    for part, after in zip(document.children, following, strict=True):
        references = transforms.get_descendants_of_type(part, documents.NoteReference)
        part = _plain(part)
        if isinstance(part, documents.Paragraph):
            level = headings.get(part.style_id, 0)
            styled = level or styled
            if not level and _is_heading(part, after):
                level = min(styled + 1, MAX_HEADING) if styled or not children else 2
            if level:
                part = part.copy(style_name=f"heading {level}", style_id=None)
                children += notes
                notes = []
        children.append(part)
        for reference in references:
            with suppress(KeyError):  # it refers to nothing
                notes += map(_plain, document.notes.resolve(reference).body)
    return document.copy(children=[*children, *notes])


def _plain(part: object) -> object:
    """A part of the body without the marks of notes, with ticks as characters and the heads of tables marked."""
    for kind, change in (
        (documents.NoteReference, lambda reference: documents.text("")),
        (documents.Checkbox, lambda box: documents.text("☒" if box.checked else "☐")),
        (documents.Table, _headed),
    ):
        part = transforms.element_of_type(kind, change)(part)
    return part


def _headed(table: documents.Table) -> documents.Table:
    """A table with its first row marked as its head, if that alone is bold; headings in cells are only bold text."""
    rows = table.children
    if len(rows) < 2 or max((len(row.children) for row in rows if isinstance(row, documents.TableRow)), default=0) < 2:
        return table
    table = transforms.paragraph(lambda one: one.copy(style_id=None, style_name=None))(table)
    first, *others = table.children
    if isinstance(first, documents.TableRow) and _is_bold(first) and not all(_is_bold(row) for row in others):
        table = table.copy(children=[first.copy(is_header=True), *others])
    return table


def _words(part: object) -> str:
    texts = transforms.get_descendants_of_type(part, documents.Text)
    return _NUMBER.sub("", "".join(text.value for text in texts)).strip()


def _is_bold(part: object) -> bool:
    """Whether all words of a paragraph or row are bold."""
    runs = [run for run in transforms.get_descendants_of_type(part, documents.Run) if _words(run)]
    return bool(runs) and all(run.is_bold or run.style_name == "Strong" for run in runs)


def _is_heading(paragraph: documents.Paragraph, after: object) -> bool:
    """Whether a paragraph is a short line in bold that names what comes after it."""
    words = _words(paragraph)
    if paragraph.style_name == "Title" or not words or len(words.split()) > MAX_TITLE_WORDS or not _is_bold(paragraph):
        return False
    if words.endswith((".", ":", ";", ",")) or written_date(words) or labelled_date(words):
        return False
    numbering = paragraph.numbering
    return numbering is None or (numbering.is_ordered and not (after is not None and _is_bold(after)))


def _numbered(piece: Piece) -> Piece:
    """A piece with the numbers that Word prints: those of items as their marks, others before the text."""
    if piece.kind is not BlockKind.LIST:
        rows = tuple(tuple(map(_with_number, row)) for row in piece.rows)
        return replace(piece, text=_with_number(piece.text), header=tuple(map(_with_number, piece.header)), rows=rows)
    outside = min((point.level for point in piece.points if point.text), default=1) - 1
    points = tuple(_marked(point, outside) for point in piece.points if point.text)
    return replace(piece, points=points, ordered=bool(points) and points[0].mark != BULLET)


def _with_number(text: str) -> str:
    return _NUMBER.sub(lambda found: f"{found[1]} " if found[1] and found.end() < len(text) else "", text)


def _marked(point: Point, outside: int) -> Point:
    found = _NUMBER.match(point.text)
    if found is None:
        return replace(point, level=point.level - outside)
    text = _with_number(point.text[found.end() :])
    return Point(text, point.level - outside, found[1] or BULLET)
