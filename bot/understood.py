"""What was understood of a document, as values to show: facts, what is missing, counts, outline, dates in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.render_pieces import counted
from knowledge.metadata import doubts
from knowledge.readers.dates import Mention, mentions
from knowledge.text import single_spaced
from knowledge.types import Block, BlockKind, Document, PartialDate, Source, spoken_date
from knowledge.versions import successions, superseded

AROUND_CHARS = 40
"""Shown before and after a date that the text speaks of."""
MOST_SECTIONS = 24
"""Lines of an outline: with the facts they still fit on one screen."""

ASKED_FOR = ("published", "publisher")
"""Facts that an answer shows to whoever has to judge it."""
_EXAMPLES = {"published": "YYYY-MM-DD", "publisher": '"NAME"', "url": "https://..."}
_WHY = {
    "published": "no answer can say how old it is",
    "publisher": "no answer can say whose words it quotes",
    "url": "nobody can open the original from an answer",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known about a document, in words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing not known about a document, what follows from that, and the command that says it."""

    name: str
    why: str
    command: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and how many blocks stand below it before the next one."""

    heading: str
    """Empty for what stands before the first heading."""
    depth: int
    """Headings it stands under."""
    block: int
    """Number of the heading's block, counted from 0."""
    page: int | None
    paragraphs: int = 0
    lists: int = 0
    tables: int = 0

    @property
    def holds(self) -> str:
        """What stands below the heading, in words."""
        number = ((self.paragraphs, "paragraph"), (self.lists, "list"), (self.tables, "table"))
        return ", ".join(counted(count, noun) for count, noun in number if count)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A date that the text speaks of, with the words around it and the page they stand on."""

    date: PartialDate
    words: str
    page: int | None


def facts(source: Source, known: Sequence[Source]) -> tuple[Fact, ...]:
    """What is known about a document, beside its title, in the order in which people ask."""
    newer = superseded(known).get(source.id, ())
    here = {other.id for other in known}
    older = [name if name in here else f"{name} (not in the library)" for name in source.supersedes]
    status = "" if source.status == "none" else source.status
    said = {
        "id": source.id,
        "file": source.file,
        "publisher": source.publisher,
        "kind": source.kind,
        "published": published(source),
        "url": source.url,
        "original": ", ".join(part for part in (source.original_title, source.original_publisher) if part),
        "status": "withdrawn, so nothing is answered from it" if status == "withdrawn" else status,
        "supersedes": ", ".join(older),
        "superseded by": ", ".join(newer),
        "audience": f"{source.audience}; nobody else is quoted it" if source.audience else "all staff",
        "ocr": "pages that are pictures are read by OCR" if source.ocr else "",
    }
    return tuple(Fact(name, value) for name, value in said.items() if value)


def published(source: Source) -> str:
    """The date of publication with how exact it is and what it rests on, in words."""
    evidence = f" ({source.evidence})" if source.evidence else ""
    if source.published is None:
        return f"not known{evidence}"
    return f"{spoken_date(source.published)}, known to the {source.precision}{evidence}"


def missing(source: Source, names: Sequence[str] = tuple(_EXAMPLES)) -> tuple[Missing, ...]:
    """Which of these facts nobody has said yet."""
    return tuple(
        Missing(name, _WHY[name], f"merger-bot documents set {source.id} {name}={_EXAMPLES[name]}")
        for name in names
        if not getattr(source, name)
    )


def versions(source: Source, known: Sequence[Source]) -> tuple[Missing, ...]:
    """Where a document looks like a newer or older version of another, and the command that says so."""
    return tuple(
        Missing(
            "supersedes",
            f"{found.newer.id} has the title and publisher of {' and '.join(old.id for old in found.older)} and a "
            "later date; if it replaces what is older:",
            f"merger-bot documents set {found.newer.id} supersedes={','.join(found.supersedes)}",
        )
        for found in successions(known, {source.id})
    )


def warnings(document: Document, today: date) -> tuple[str, ...]:
    """What whoever added a document should look at: a sentence each."""
    return (*document.warnings, *doubts(document.source, today))


def counts(document: Document, passages: int) -> tuple[str, ...]:
    """How much there is of what, in words: the blocks, then the sizes.

    Args:
        document: What is counted.
        passages: How many it is cut into.
    """

    def number(kind: BlockKind) -> int:
        return sum(block.kind is kind for block in document.blocks)

    items = counted(sum(len(block.items) for block in document.blocks), "item")
    rows = counted(sum(len(block.rows) for block in document.blocks), "row")
    lists, tables = number(BlockKind.LIST), number(BlockKind.TABLE)
    furniture = counted(number(BlockKind.FURNITURE), "piece")
    aside = "furniture (menus, captions and the like: kept, never quoted)"
    blocks = (
        counted(number(BlockKind.HEADING), "heading"),
        counted(number(BlockKind.PARAGRAPH), "paragraph"),
        f"{counted(lists, 'list')} with {items}" if lists else "no list",
        f"{counted(tables, 'table')} with {rows}" if tables else "no table",
        f"{furniture} of {aside}" if number(BlockKind.FURNITURE) else "no furniture",
    )
    sizes = (
        *([counted(len(document.pages), document.page_name)] if document.pages else []),
        counted(sum(any(map(str.isalnum, word)) for word in document.text.split()), "word"),
        f"cut into {counted(passages, 'passage')}",
    )
    return ", ".join(blocks), ", ".join(sizes)


def outline(document: Document) -> tuple[Section, ...]:
    """The headings as a tree, in the order of the text. What stands before the first one has a section of its own."""
    sections: list[Section] = []
    levels: list[int] = []
    for number, block in enumerate(document.blocks):
        if block.kind is BlockKind.FURNITURE:
            continue
        if block.kind is BlockKind.HEADING:
            levels = [level for level in levels if level < block.level]
            words = single_spaced(block.of(document.text))
            sections.append(Section(words, len(levels), number, document.page_at(block.start)))
            levels.append(block.level)
            continue
        if not sections:
            sections.append(Section("", 0, number, document.page_at(block.start)))
        sections[-1] = _with(sections[-1], block)
    return tuple(sections)


def folded(sections: Sequence[Section], most: int = MOST_SECTIONS) -> tuple[Section, ...]:
    """The outline with its deepest headings folded into those above, until it has at most so many lines or no depth."""
    depth = max((section.depth for section in sections), default=0)
    while depth and sum(section.depth <= depth for section in sections) > most:
        depth -= 1
    kept: list[Section] = []
    for section in sections:
        if section.depth <= depth:
            kept.append(section)
        else:
            above = kept[-1]
            kept[-1] = replace(
                above,
                paragraphs=above.paragraphs + section.paragraphs,
                lists=above.lists + section.lists,
                tables=above.tables + section.tables,
            )
    return tuple(kept)


def _with(section: Section, block: Block) -> Section:
    return replace(
        section,
        paragraphs=section.paragraphs + (block.kind is BlockKind.PARAGRAPH),
        lists=section.lists + (block.kind is BlockKind.LIST),
        tables=section.tables + (block.kind is BlockKind.TABLE),
    )


def dates(document: Document) -> tuple[Spoken, ...]:
    """The dates that the text speaks of, each where it is first spoken of."""
    first: dict[PartialDate, Mention] = {}
    for mention in mentions(document.text):
        first.setdefault(mention.date, mention)
    return tuple(
        Spoken(mention.date, _around(document.text, mention), document.page_at(mention.start))
        for mention in first.values()
    )


def _around(text: str, mention: Mention) -> str:
    """The line a date stands in, cut off at whole words."""
    line_start, line_end = text.rfind("\n", 0, mention.start) + 1, text.find("\n", mention.end)
    line_end = len(text) if line_end < 0 else line_end
    start, end = max(mention.start - AROUND_CHARS, line_start), min(mention.end + AROUND_CHARS, line_end)
    if start > line_start:
        space = text.find(" ", start, mention.start)
        start = space + 1 if space >= 0 else mention.start
    if end < line_end:
        space = text.rfind(" ", mention.end, end)
        end = space if space >= 0 else mention.end
    words = single_spaced(text[start:end])
    return f"{'…' if start > line_start else ''}{words}{'…' if end < line_end else ''}"
