"""How much of a made file's truth a reading holds: each count beside how many there are."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import zip_longest

from knowledge.types import Block, BlockKind, Column, Reading, Span
from tests.benchmarks.made_files.truth import Kind, Part, Truth

_WORD = re.compile(r"\w+(?:[’'.,/&:-]\w+)*")
_MARK = r"(?:[•●◦▪·*o–-]|\d+[.)])\s*"
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def plain(text: str) -> str:
    """A text with white space made single and invisible characters gone."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def words(text: str) -> list[str]:
    """Its words and numbers."""
    return _WORD.findall(plain(text))


Range = Span | Column


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader or a library saw, in one form: each thing as its words and its page, if it knows one."""

    content: str
    """All but furniture, in order."""
    headings: tuple[tuple[str, int, int | None], ...] = ()
    """Words, level, page."""
    items: tuple[tuple[str, int, int | None], ...] = ()
    rows: tuple[tuple[tuple[str, ...], int | None, tuple[str, ...]], ...] = ()
    """Cells, page, and the head of the table."""
    paragraphs: tuple[tuple[str, int | None], ...] = ()
    attachments: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()
    """Of a library without blocks: each page, or all of it. A part counts if its words follow each other."""
    flat_paged: bool = False


def seen(reading: Reading) -> Seen:
    """What our reader saw."""
    text = reading.text

    def page(offset: int) -> int | None:
        return sum(start <= offset for start in reading.pages) or None

    kept = [block for block in reading.blocks if block.kind is not BlockKind.FURNITURE]
    return Seen(
        content="\n".join(_content(block, text) for block in kept),
        headings=tuple((plain(b.of(text)), b.level, page(b.start)) for b in kept if b.kind is BlockKind.HEADING),
        items=tuple((plain(text[i.start : i.end]), i.level, page(i.start)) for b in kept for i in b.items),
        rows=tuple((_cells(row, text), page(at), _cells(b.header, text)) for b in kept for row, at in _rows(b)),
        paragraphs=tuple((plain(b.of(text)), page(b.start)) for b in kept if b.kind is BlockKind.PARAGRAPH),
        attachments=tuple(one.name for one in reading.attachments),
        warnings=reading.warnings,
    )


def _content(block: Block, text: str) -> str:
    if block.kind is BlockKind.LIST:
        return "\n".join(text[item.start : item.end] for item in block.items)
    return block.of(text)


def _rows(block: Block) -> list[tuple[Sequence[Range], int]]:
    head: list[tuple[Sequence[Range], int]] = [(block.header, block.header[0].start)] if block.header else []
    return head + [(row.cells, row.start) for row in block.rows]


def _cells(spans: Iterable[Range], text: str) -> tuple[str, ...]:
    return tuple(plain(text[span.start : span.end]) for span in spans)


def stripped(cells: Iterable[str]) -> tuple[str, ...]:
    """Cells without the empty ones."""
    return tuple(cell for cell in cells if cell)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one reading, or of several together."""

    words: int = 0
    words_found: int = 0
    words_extra: int = 0
    unique: int = 0
    in_order: int = 0
    paragraphs: int = 0
    paragraphs_found: int = 0
    headings: int = 0
    headings_found: int = 0
    headings_level: int = 0
    headings_extra: int = 0
    items: int = 0
    items_found: int = 0
    items_level: int = 0
    rows: int = 0
    rows_found: int = 0
    below: int = 0
    below_found: int = 0
    paged: int = 0
    pages_right: int = 0
    furniture: int = 0
    furniture_out: int = 0
    hidden: int = 0
    hidden_seen: int = 0
    attachments: int = 0
    attachments_found: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Score)))


@dataclass(frozen=True, slots=True)
class Faults:
    """What was missed, to be looked at: what it is, and its words."""

    missed: tuple[tuple[str, str], ...]


def score(truth: Truth, what: Seen) -> tuple[Score, Faults]:
    """Compare what was seen with the truth."""
    parts = [part for part in truth.parts if part.kind is not Kind.ASIDE]
    missed: list[tuple[str, str]] = []
    found = {kind: _found(kind, parts, what, missed) for kind in (Kind.HEADING, Kind.ITEM, Kind.ROW, Kind.PARAGRAPH)}
    of = {kind: sum(part.kind is kind for part in parts) for kind in Kind}
    paged = [(part, page) for pairs in found.values() for part, _, page in pairs if part.page and page]
    missed += [
        ("page", f"{part.text[:80]} on {part.page}, seen on {page}") for part, page in paged if part.page != page
    ]
    headed = _below_their_heads(parts, what, missed)
    leaks = _leaks(truth, what)
    missed += [("furniture", leak) for leak in leaks]
    missed += [("hidden", text) for text in truth.hidden if plain(text) in plain(what.content)]
    counted = _words(truth, parts, what, missed)
    return Score(
        *counted,
        paragraphs=of[Kind.PARAGRAPH],
        paragraphs_found=len(found[Kind.PARAGRAPH]),
        headings=of[Kind.HEADING],
        headings_found=len(found[Kind.HEADING]),
        headings_level=_level_right([(part.level, level) for part, level, _ in found[Kind.HEADING]]),
        headings_extra=_extra_headings(truth, what),
        items=of[Kind.ITEM],
        items_found=len(found[Kind.ITEM]),
        items_level=sum(part.level == level for part, level, _ in found[Kind.ITEM]),
        rows=of[Kind.ROW],
        rows_found=len(found[Kind.ROW]),
        below=sum(part.kind is Kind.ROW and bool(part.head) for part in parts),
        below_found=len(headed),
        paged=len(paged),
        pages_right=sum(part.page == page for part, page in paged),
        furniture=len(truth.furniture),
        furniture_out=len(truth.furniture) - len(leaks),
        hidden=len(truth.hidden),
        hidden_seen=sum(plain(text) in plain(what.content) for text in truth.hidden),
        attachments=len(truth.attachments),
        attachments_found=len(set(truth.attachments) & set(what.attachments)),
    ), Faults(tuple(missed))


_Pair = tuple[Part, int, int | None]


def _found(kind: Kind, parts: list[Part], what: Seen, missed: list[tuple[str, str]]) -> list[_Pair]:
    """Each part of a kind that was seen as such and whole: with the level and the page it was seen at."""
    if what.flat and kind is not Kind.ROW:
        return _found_flat(kind, parts, what, missed)
    pool: dict[object, list[tuple[int, int | None]]] = {}
    for key, level, page in _pool(kind, what):
        pool.setdefault(key, []).append((level, page))
    pairs: list[_Pair] = []
    for part in parts:
        if part.kind is not kind:
            continue
        key = stripped(map(plain, part.cells)) if kind is Kind.ROW else plain(part.text)
        if pool.get(key):
            pairs.append((part, *pool[key].pop(0)))
        else:
            missed.append((kind.value, " | ".join(part.cells) or part.text))
    return pairs


def _found_flat(kind: Kind, parts: list[Part], what: Seen, missed: list[tuple[str, str]]) -> list[_Pair]:
    """The same for text without blocks: an item needs a mark before it, a heading cannot be told."""
    pairs: list[_Pair] = []
    for part in parts:
        if part.kind is not kind:
            continue
        words = plain(part.text)
        wanted = re.compile(rf"{_MARK if kind is Kind.ITEM else ''}{re.escape(words)}")
        pages = [number for number, text in enumerate(what.flat, 1) if kind is not Kind.HEADING and wanted.search(text)]
        if pages:
            page = part.page if part.page in pages else pages[0]
            pairs.append((part, 1, page if what.flat_paged else None))
        else:
            missed.append((kind.value, part.text))
    return pairs


def _pool(kind: Kind, what: Seen) -> list[tuple[object, int, int | None]]:
    if kind is Kind.HEADING:
        return list(what.headings)
    if kind is Kind.ITEM:
        return list(what.items)
    if kind is Kind.ROW:
        return [(stripped(cells), 0, page) for cells, page, _ in what.rows]
    return [(text, 0, page) for text, page in what.paragraphs]


def _below_their_heads(parts: list[Part], what: Seen, missed: list[tuple[str, str]]) -> list[Part]:
    """The rows each of whose cells was seen below its own head."""
    pool = Counter(_paired(cells, head) for cells, _, head in what.rows)
    right = []
    for part in parts:
        if part.kind is not Kind.ROW or not part.head:
            continue
        key = _paired(map(plain, part.cells), map(plain, part.head))
        if pool[key]:
            pool[key] -= 1
            right.append(part)
        else:
            missed.append(("head", f"{' | '.join(part.cells)} is not below {' | '.join(part.head)}"))
    return right


def _paired(cells: Iterable[str], head: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, cell) for name, cell in zip_longest(head, cells, fillvalue="") if cell)


def _extra_headings(truth: Truth, what: Seen) -> int:
    """Headings seen that are none; the lines of a cover may be."""
    real = Counter(plain(part.text) for part in truth.parts if part.kind in (Kind.HEADING, Kind.ASIDE))
    return sum((Counter(text for text, _, _ in what.headings) - real).values())


def _level_right(levels: list[tuple[int, int]]) -> int:
    """How many headings have the right level, when the best of all shifts is made to all."""
    shifts = Counter(seen_level - level for level, seen_level in levels)
    return max(shifts.values(), default=0)


def _words(
    truth: Truth, parts: list[Part], what: Seen, missed: list[tuple[str, str]]
) -> tuple[int, int, int, int, int]:
    wanted = [word for part in parts for word in words(part.text)]
    got = words(what.content)
    lost = Counter(wanted) - Counter(got)
    missed += [("word", f"{word} ×{count}") for word, count in lost.items()]
    neutral = Counter(word for part in truth.parts for cell in (part.text, *part.cells) for word in words(cell))
    once = {word for word, count in Counter(wanted).items() if count == 1}
    at = {word: n for n, word in enumerate(got) if word in once}
    once_got = {word for word, count in Counter(got).items() if count == 1}
    places = [at[word] for word in wanted if word in once & once_got]
    extra = sum((Counter(got) - neutral).values())
    return len(wanted), len(wanted) - sum(lost.values()), extra, len(places), _longest_run(places)


def _longest_run(places: list[int]) -> int:
    """The length of the longest increasing subsequence: how many words are in order."""
    ends: list[int] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


def _leaks(truth: Truth, what: Seen) -> list[str]:
    """Furniture that stands in the content, as often as it does so more than the content itself says it."""
    content = f" {plain(what.content)} "
    own = f" {plain(' '.join(part.text for part in truth.parts))} "
    leaks = []
    for text, printed in Counter(map(plain, truth.furniture)).items():
        pattern: Callable[[str], int] = re.compile(rf"(?<![\w.]){re.escape(text)}(?![\w])").findall  # type: ignore[assignment]
        times = len(pattern(content)) - len(pattern(own))  # type: ignore[arg-type]
        leaks += [text] * max(0, min(times, printed))
    return leaks
