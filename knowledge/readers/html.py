"""HTML to blocks: one walk through the page that keeps everything and marks what is furniture."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from knowledge.metadata import merge
from knowledge.readers import head
from knowledge.readers import html_tags as tags
from knowledge.readers.builder import RAISED, Piece, Point, build, title_of
from knowledge.readers.dates import STATED, labelled_date, with_date_line
from knowledge.readers.furniture import FURNITURE_ROLES, FURNITURE_TAGS, has_furniture_word
from knowledge.readers.grid import split_header
from knowledge.types import BlockKind, Metadata, Reading

MOST_OF_THE_PAGE = 0.8  # share of its characters; what holds more is the page, whatever its class says
MAX_DATE_PARTS = 5  # pieces of the line `Published: <time>`; a longer line tells something

MAX_RAISED_DEPTH = 3  # of tags between digits and the tag that raises them, such as a link to a note

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(("ul", "ol"))
_STRUCTURE = frozenset((*_HEADINGS, "table", "dl"))  # what does not fit into an item or a cell
_CONTENT = frozenset(("main", "article", "h1"))
_SECTIONS = frozenset(("main", "article", "section"))
_DATING = re.compile(r"publish|posted|(?:^|\W|_)(?:post|entry|article)?-?date", re.I)
_DIGITS = re.compile(r"\A\s*[0-9]+\s*\Z")
_EMPTY_LINE = re.compile(r"\n\s*\n")


def read(text: str, name: str) -> Reading:
    """Read an HTML page. The reading's text is the plain text without the markup."""
    soup = _parse(text)
    walk = _Walk(_measure(soup))
    walk.run(soup)
    laid = build(walk.pieces)
    plain = laid.text
    blocks, published = with_date_line(plain, laid.blocks)
    found = Metadata(
        title=title_of(plain, blocks), published=published, evidence=STATED if published is not None else None
    )
    return Reading("HTML", plain, blocks, merge(head.metadata(_head(soup, walk.times)), found))


def pieces(fragment: str) -> list[Piece]:
    """The pieces of a fragment of HTML, such as stands in a Markdown file."""
    soup = _parse(fragment)
    walk = _Walk(_measure(soup))
    walk.run(soup)
    return walk.pieces


def _parse(text: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wonders whether a text is an address or XML; the guard has decided
        soup = BeautifulSoup(text, "lxml")
    for digits in soup.find_all(string=_DIGITS):
        if any(tag.name == "sup" for tag in islice(digits.parents, MAX_RAISED_DEPTH)):
            digits.replace_with(digits.translate(RAISED))
    return soup


@dataclass(slots=True)
class _Inside:
    """What a tag holds, however deep."""

    chars: int = 0
    structure: bool = False
    content: bool = False


@dataclass(frozen=True, slots=True)
class _End:
    """The place in the walk where a tag ends."""

    tag: Tag
    furniture: bool = False


def _measure(soup: BeautifulSoup) -> dict[int, _Inside]:
    """What each tag holds, by the tag's id(), in one pass: asking each tag anew would take quadratic time."""
    measured: dict[int, _Inside] = {}
    todo: list[PageElement | _End] = [soup]
    while todo:
        node = todo.pop()
        if isinstance(node, _End):
            tag, inside = node.tag, measured[id(node.tag)]
            if tag.parent is not None:
                around = measured[id(tag.parent)]
                around.chars += inside.chars
                around.structure |= inside.structure or tag.name in _STRUCTURE
                around.content |= inside.content or tag.name in _CONTENT
        elif isinstance(node, Tag):
            measured[id(node)] = _Inside()
            if node.name not in tags.DROPPED:
                todo.append(_End(node))
                todo.extend(node.contents)
        elif isinstance(node, NavigableString) and node.parent is not None:
            measured[id(node.parent)].chars += len(node.strip())
    return measured


@dataclass(slots=True)
class _Walk:
    """A walk through a page, with what is open at the moment. Its own stack, as pages nest deeper than Python calls."""

    measured: dict[int, _Inside]
    pieces: list[Piece] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # of the block that is open
    points: list[Point] = field(default_factory=list)  # of the outermost list that is open
    lists: list[tuple[str, int]] = field(default_factory=list)  # type of numbers, empty for bullets; the next number
    ordered: bool = False  # the outermost list
    furniture: int = 0  # tags that are open
    sections: int = 0
    pre: int = 0
    heading: int = 0  # level of the heading that is open, or 0
    all_chars: int = 0

    def run(self, soup: BeautifulSoup) -> None:
        """Walk through the whole page."""
        self.all_chars = self.measured[id(soup)].chars
        todo: list[PageElement | _End] = [soup]
        while todo:
            node = todo.pop()
            if isinstance(node, _End):
                self.leave(node)
            elif isinstance(node, Tag):
                if (end := self.enter(node)) is not None:
                    todo.append(end)
                    todo.extend(reversed(node.contents))
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                text = tags.INVISIBLE.sub("", node)
                self.words.append(text if self.pre else tags.WHITE.sub(" ", text))
        self.flush()

    def enter(self, tag: Tag) -> _End | None:
        """Begin a tag; None when there is nothing more to see in it."""
        name = tag.name
        if name in tags.DROPPED or tags.is_hidden(tag):
            return None
        if name == "br":
            self.words.append("\n")
            return None
        furniture = self.is_furniture(tag)
        if furniture or name in tags.BLOCKS:
            self.flush()
        self.furniture += furniture
        if not self.furniture and not self.lists and (whole := self.whole(tag)):
            self.pieces.extend(whole)
            return None
        self.sections += name in _SECTIONS
        self.pre += name == "pre"
        self.heading = _HEADINGS.get(name, self.heading)
        if not self.furniture:
            if self.is_list(tag):
                self.open_list(tag)
            elif name == "li" and self.lists:
                self.open_item(tag)
            elif name == "time" and _dates_page(tag):
                self.times.append(tags.attribute(tag, "datetime"))
        return _End(tag, furniture)

    def leave(self, end: _End) -> None:
        """End a tag."""
        tag, name = end.tag, end.tag.name
        if end.furniture or name in tags.BLOCKS:
            self.flush()
        if name in _HEADINGS:
            self.heading = 0
        self.sections -= name in _SECTIONS
        self.pre -= name == "pre"
        if not self.furniture and self.is_list(tag):
            self.lists.pop()
            if not self.lists:
                self.pieces.append(Piece(BlockKind.LIST, ordered=self.ordered, points=tuple(self.points)))
                self.points = []
        self.furniture -= end.furniture

    def flush(self) -> None:
        """End the block that is open."""
        text = "".join(self.words)
        self.words = []
        if not text.strip():
            return
        for part in _EMPTY_LINE.split(text):
            lines = part.split("\n") if self.pre else (tags.WHITE.sub(" ", line).strip() for line in part.split("\n"))
            self.add("\n".join(line for line in lines if line))

    def add(self, text: str) -> None:
        """Put a block's text where it belongs."""
        if not text.strip():
            return
        if self.furniture:
            if self.pieces and self.pieces[-1].kind is BlockKind.FURNITURE:
                text = f"{self.pieces.pop().text}\n{text}"
            self.pieces.append(Piece(BlockKind.FURNITURE, text))
        elif self.lists:
            if not self.points:
                self.open_item()
            before = self.points[-1]
            self.points[-1] = Point(f"{before.text}\n{text}".strip(), before.level, before.mark)
        elif self.heading:
            self.pieces.append(Piece(BlockKind.HEADING, text.replace("\n", " "), level=self.heading))
        else:
            self.pieces.append(Piece(BlockKind.PARAGRAPH, text))

    def is_furniture(self, tag: Tag) -> bool:
        """Whether a tag is a menu, a banner or the like."""
        name, inside = tag.name, self.measured[id(tag)]
        if name in FURNITURE_TAGS:
            return not (name == "header" and self.sections) and not (name == "button" and self.heading)
        if tags.attribute(tag, "role").lower() in FURNITURE_ROLES:
            return True
        if name not in tags.BLOCKS or name in ("html", "body") or name in _CONTENT or inside.content:
            return False
        named = has_furniture_word(f"{tags.attribute(tag, 'class')} {tags.attribute(tag, 'id')}")
        return named and inside.chars < MOST_OF_THE_PAGE * self.all_chars

    def is_list(self, tag: Tag) -> bool:
        """Whether a tag is a list of items rather than a way to lay out headings and tables."""
        return tag.name in _LISTS and (bool(self.lists) or not self.measured[id(tag)].structure)

    def open_list(self, tag: Tag) -> None:
        """Begin a list, the outermost or one within."""
        kind = (tags.attribute(tag, "type") or "1") if tag.name == "ol" else ""
        if not self.lists:
            self.ordered = tag.name == "ol"
        self.lists.append((kind, tags.count(tag, "start")))

    def open_item(self, tag: Tag | None = None) -> None:
        """Begin an item of the innermost list."""
        kind, number = self.lists[-1]
        if tag is not None and tag.has_attr("value"):
            number = tags.count(tag, "value")
        self.lists[-1] = (kind, number + 1)
        self.points.append(Point("", len(self.lists), tags.mark(number, kind) if kind else "•"))

    def whole(self, tag: Tag) -> list[Piece]:
        """The pieces of a table or a list of terms that is read as a whole; empty for anything else."""
        if tag.name not in ("table", "dl") or self.measured[id(tag)].structure:
            return []
        if tag.name == "dl":
            return [Piece(BlockKind.TABLE, rows=tuple(tags.terms(tag)))]
        rows = [[tags.cell(cell) for cell in row.find_all(["td", "th"])] for row in tag.find_all("tr")]
        used = [row for row in rows if any(cell.text for cell in row)]
        one_row = len(used) < 2 and not any(cell.head for row in used for cell in row)
        if one_row or max(map(len, used)) < 2 or tags.attribute(tag, "role") in ("presentation", "none"):
            return []
        header, body = split_header(rows, sum(len(part.find_all("tr")) for part in tag.find_all("thead")))
        captions = [Piece(BlockKind.PARAGRAPH, tags.words(caption)) for caption in tag.find_all("caption")]
        return [*captions, Piece(BlockKind.TABLE, header=header, rows=tuple(body))]


def _head(soup: BeautifulSoup, times: list[str]) -> head.Head:
    meta: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        key = tags.attribute(tag, "property") or tags.attribute(tag, "name") or tags.attribute(tag, "itemprop")
        meta.setdefault(key.lower(), tags.attribute(tag, "content"))
    canonical = next((tag for tag in soup.find_all("link") if "canonical" in tags.attribute(tag, "rel").lower()), None)
    scripts = (tag for tag in soup.find_all("script") if "ld+json" in tags.attribute(tag, "type"))
    heading, title = soup.find("h1"), soup.find("title")
    return head.Head(
        title=tags.words(title) if title else "",
        heading=tags.words(heading) if heading else "",
        meta=meta,
        canonical=tags.attribute(canonical, "href") if canonical else "",
        json_ld=tuple(tag.get_text() for tag in scripts),
        times=tuple(times),
    )


def _dates_page(tag: Tag) -> bool:
    """Whether a time tag dates the page: it says so, or stands alone behind `Published`. Others date what is told."""
    marks = " ".join(tags.attribute(tag, key) for key in ("class", "itemprop"))
    if tag.has_attr("pubdate") or _DATING.search(marks):
        return True
    around = tag.parent
    alone = around is not None and len(around.contents) <= MAX_DATE_PARTS
    return around is not None and alone and labelled_date(tags.words(around)) is not None
