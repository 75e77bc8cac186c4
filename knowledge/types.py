"""The vocabulary of documents: what a source is, and how its text is laid out.

A document's plain text is kept once. Blocks, items, rows, cells and passages are ranges in it: `start` is the offset of
the first character, `end` the one after the last, both in characters (code points) of `Document.text`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Precision = Literal["day", "month", "year", "none"]
PageName = Literal["page", "slide", "sheet"]
"""What people call a page of the format."""
Status = Literal["proposed", "approved", "superseded", "withdrawn", "none"]

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def _check_partial_date(value: str) -> str:
    match = _PARTIAL_DATE.fullmatch(value)
    if match is None:
        raise ValueError(f"{value!r} is not a date: write 2019-10-21, 2019-10 or 2019")
    year, month, day = (int(part or 1) for part in match.groups())
    date(year, month, day)  # ValueError with its own words when there is no such day
    return value


PartialDate = Annotated[str, AfterValidator(_check_partial_date)]
"""A date as exact as it is known: `2019-10-21`, `2019-10` or `2019`. What is not known is not written."""


def first_day(published: PartialDate) -> date:
    """The earliest day a partial date can mean; `2018-02` gives 1 February 2018."""
    year, month, day = (int(part or 1) for part in _parts(published))
    return date(year, month, day)


def last_day(published: PartialDate) -> date:
    """The latest day a partial date can mean; `2018-02` gives 28 February 2018."""
    year, month, day = _parts(published)
    last_month = int(month or 12)
    return date(int(year), last_month, int(day) if day else monthrange(int(year), last_month)[1])


def _parts(published: PartialDate) -> tuple[str, str | None, str | None]:
    match = _PARTIAL_DATE.fullmatch(published)
    if match is None:
        raise ValueError(f"{published!r} is not a date: write 2019-10-21, 2019-10 or 2019")
    year, month, day = match.groups()
    return year, month, day


def spoken_date(published: PartialDate) -> str:
    """The date as a person writes it: `21 October 2019`, `February 2018`, `2018`."""
    _, month, day = _parts(published)
    first = first_day(published)
    if day:
        return f"{first.day} {first:%B %Y}"
    return f"{first:%B %Y}" if month else f"{first:%Y}"


class Source(BaseModel):
    """What is known about one document: where it comes from, who says it, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=200)]
    file: str
    """Name of the original in the library's folder."""
    sha256: str
    """Of the original's bytes, in hexadecimal."""
    title: str
    publisher: str = ""
    kind: str = ""
    """Press release, news story, briefing, ..."""
    published: PartialDate | None = None
    evidence: str = ""
    """Where the date comes from, or why there is none, for whoever looks after the documents."""
    url: str = ""
    original_title: str = ""
    """Of the document a briefing is about; empty for everything else."""
    original_publisher: str = ""
    status: Status = "none"
    supersedes: tuple[str, ...] = ()
    """Ids of older documents that this one overrules."""
    audience: str = ""
    """Who may read it; empty means all staff."""
    ocr: bool = False
    """Pages that are pictures are read by OCR."""

    @property
    def precision(self) -> Precision:
        """How exact `published` is."""
        if self.published is None:
            return "none"
        return ("year", "month", "day")[self.published.count("-")]


class Metadata(BaseModel):
    """What front matter, `sources.yaml`, an HTML head or an admin says about a document; None where nothing is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = None
    publisher: str | None = None
    kind: str | None = None
    published: PartialDate | Literal[""] | None = None
    """Empty where it is said that the date is not known."""
    evidence: str | None = None
    url: str | None = None
    original_title: str | None = None
    original_publisher: str | None = None
    status: Status | None = None
    supersedes: tuple[str, ...] | None = None
    audience: str | None = None
    ocr: bool | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A range of characters in a document's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of the range."""
        return text[self.start : self.end]


class BlockKind(StrEnum):
    """What a block is; furniture (menus, banners, captions) is kept but never indexed."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list; the range leaves out the bullet or number. `level` is 1 for the outermost list."""

    start: int
    end: int
    level: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. An empty cell is an empty range (`start == end`)."""

    start: int
    end: int
    cells: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a table's column. `inferred` names a column whose head is empty in the source and is never quoted."""

    start: int
    end: int
    inferred: str = ""

    def name(self, text: str) -> str:
        """What to call the column."""
        return text[self.start : self.end].strip() or self.inferred


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document as a reader saw it.

    Blocks come in the order of the text and do not overlap. A list's range covers its bullets, a table's its header
    row.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """Of a heading: 1 is the highest."""
    lead_in: Span | None = None
    """Of a list or table: the sentence right before it that ends in a colon. It stays in its own paragraph, too."""
    ordered: bool = False
    items: tuple[Item, ...] = ()
    header: tuple[Column, ...] = ()
    """Of a table: one for each column, or empty if it has no header row."""
    rows: tuple[Row, ...] = ()
    """Of a table: the rows below the header."""
    cut_off: bool = False
    """The last sentence has no end in the source: kept, but never offered as an answer."""
    ocr: bool = False
    """Read from a picture of the page: letters may be wrong."""
    joined: bool = False
    """A word broken at the end of a line was put together: the hyphen of the page is gone."""

    def of(self, text: str) -> str:
        """The words of the block."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Document:
    """A source with its plain text, kept once, and the blocks that lie in it."""

    source: Source
    text: str
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()
    """One sentence each, for whoever added the document."""
    pages: tuple[int, ...] = ()
    """Where each page begins in `text`; empty where the format has no pages."""
    page_name: PageName = "page"

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, that the character at an offset stands on; None where there are no pages."""
        return bisect_right(self.pages, offset) or None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file within a file: a member of a ZIP archive, or what came with an e-mail."""

    name: str
    """Its own name; of a member of an archive with its folders, parted by `/`."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of the bytes of one file."""

    format: str
    """Name of the format for people, such as Markdown or PDF."""
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    """What the file says of itself: front matter, HTML head, a date line. Admins overrule it."""
    warnings: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    """As in `Document`."""
    page_name: PageName = "page"
    attachments: tuple[Attachment, ...] = ()
    """To be read as documents of their own."""

    @property
    def words(self) -> int:
        """How many words its text has, furniture counted."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that is found as a whole.

    `embedded` is what is encoded and searched: title and headings, then, from offset `body` on, the passage itself. For
    prose and lists `embedded[body:] == document.text[start:end]`; for a table row it is the row as "head: cell" pairs.
    """

    id: str
    """`{source id}#{number}`, counted from 1 in the order of the text."""
    source: str
    start: int
    end: int
    section: tuple[str, ...]
    """The headings it stands under, outermost first."""
    page: int | None
    embedded: str
    body: int
    digest: str
    """SHA-256 of `embedded`: the same text needs no second encoding."""
    sentences: tuple[Span, ...] = ()
    """Of prose: what may be quoted, without a last sentence that is cut off. Empty for lists and rows."""


# KnowledgeError                 everything below; the message is one or more whole sentences for a person
# ├── DocumentRefused            one file cannot be read, and why
# │   ├── UnknownFormat
# │   └── EmptyDocument
# ├── BadMetadata                front matter, sources.yaml or a key=value that cannot be used; names file and line
# ├── DocumentNotFound           no document with this id in the library
# └── LibraryUnusable            the folder cannot be written or its register cannot be read


class KnowledgeError(Exception):
    """Something about the documents is wrong. The message says what, with which value, and what to do."""


class DocumentRefused(KnowledgeError):
    """A file that cannot be read as a document."""


class UnknownFormat(DocumentRefused):
    """A file whose kind has no reader."""


class EmptyDocument(DocumentRefused):
    """A file with nothing in it to read."""


class BadMetadata(KnowledgeError):
    """Front matter, `sources.yaml` or a `key=value` that cannot be used."""


class DocumentNotFound(KnowledgeError):
    """No document with this id in the library."""


class LibraryUnusable(KnowledgeError):
    """The library's folder cannot be written, or its register cannot be read."""
