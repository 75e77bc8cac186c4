"""Make the answer: choose the evidence, quote it, cite it, and check every word of it against the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answer.confidence import SAME_SAID
from bot.answer.evidence import Evidence, row_at
from bot.answer.fit import CURRENT_DAYS
from bot.answer.types import Asks, Citation, Kind, Part, Question
from index.types import Query
from knowledge.passages import points_back, row_text
from knowledge.text import rarity, single_spaced
from knowledge.types import Block, Document, PartialDate, Source, Span, first_day

SECOND_GAP = 0.25
"""A second piece is added to a sentence when its score comes this close to the sentence's."""
ITEM_SPREAD = 0.25
"""A best item closer than this to the mean of its list is not what the question singles out."""
CLOSEST = 3
"""Passages shown when nothing is answered."""
UNKNOWN_SHARE = 0.3
"""Words that no document has are named as the reason when they carry this much of the question."""

_ONE_FACT = frozenset({Asks.WHO, Asks.WHEN, Asks.HOW_MANY})
_WANT_LISTS = frozenset({Asks.LIST, Asks.WHY})
_WORDS = re.compile(r"\w+")
_BETWEEN_ITEMS = re.compile(r"\s*(?:[•◦▪*–-]|\(?\w{1,3}[.)])?\s*")


def choose(question: Question, ranked: Sequence[Evidence]) -> list[Evidence]:
    """Keep the evidence whose shape suits the question, the best first.

    A question for a list gets whole lists and not their single items. Any other question gets a single item with its
    introduction, unless it fits all items of the list about as well: then it means the list.
    """
    single = [piece for piece in ranked if piece.kind is not Kind.LIST]
    if question.asks not in _WANT_LISTS and not (single and _means_whole_list(single)):
        return single
    return [piece for piece in ranked if piece.kind is not Kind.ITEM]


def _means_whole_list(single: Sequence[Evidence]) -> bool:
    best = single[0]
    siblings = [piece.score for piece in single if piece.block is best.block]
    return best.kind is Kind.ITEM and len(siblings) > 1 and best.score - sum(siblings) / len(siblings) < ITEM_SPREAD


def say(question: Question, chosen: Sequence[Evidence], documents: Mapping[str, Document]) -> Said:
    """Quote the best evidence, and what belongs with it, with citations.

    Args:
        question: What is asked.
        chosen: From `choose`; not empty.
        documents: By source id.

    Returns:
        Parts in the order in which they are read. A quotation that does not stand the check is left out, so there may
        be no part at all.
    """
    parts: list[Part] = []
    cited: dict[tuple[str, int, int], Citation] = {}
    for piece in _belonging(question, chosen, documents[chosen[0].document]):
        document = documents[piece.document]
        for quote in _quotes(document, piece):
            new = {(piece.document, span.start, span.end): span for span in quote.spans}
            numbered = dict(cited)
            for place, span in new.items():
                numbered.setdefault(place, _citation(len(numbered) + 1, document, piece, span))
            holding = [numbered[place] for place in new]
            part = Part(text=quote.text, citations=tuple(c.number for c in holding), item=quote.item)
            if _said_before(part, holding, parts, cited):
                continue
            if all(verified(citation, document) for citation in holding) and _held(part, holding):
                parts.append(part)
                cited = numbered
    return Said(tuple(parts), tuple(cited.values()))


def _said_before(
    part: Part, holding: Sequence[Citation], parts: Sequence[Part], cited: Mapping[tuple[str, int, int], Citation]
) -> bool:
    """Whether the same words were said already, or the place overlaps one that was quoted (not the same one again)."""
    if any(part.text == earlier.text for earlier in parts):
        return True
    return any(
        new.document == old.document and new.start < old.end and old.start < new.end and new != old
        for new in holding
        for old in cited.values()
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What is said and where it stands."""

    parts: tuple[Part, ...]
    citations: tuple[Citation, ...]

    @property
    def text(self) -> str:
        """What a person reads, without citation marks."""
        return "\n".join(f"• {part.text}" if part.item else part.text for part in self.parts)

    @property
    def as_of(self) -> PartialDate | None:
        """Date of the newest source cited."""
        dates = [citation.published for citation in self.citations if citation.published]
        return max(dates, key=first_day, default=None)


def verified(citation: Citation, document: Document) -> bool:
    """Whether the quotation stands in the document, word for word, where the citation says."""
    return citation.quote != "" and citation.quote == document.text[citation.start : citation.end]


def closest(query: Query, ranked: Sequence[Evidence], documents: Mapping[str, Document]) -> tuple[Citation, ...]:
    """Cite the best piece of each of the best passages, for a question that is not answered.

    A question without a word that the documents have is close to nothing.
    """
    if not any(term.known for term in query.terms):
        return ()
    single = [piece for piece in ranked if piece.kind is not Kind.LIST]
    best = {piece.hit.passage.id: piece for piece in reversed(single)}
    worded = {piece.spans[-1].of(documents[piece.document].text): piece for piece in reversed(_by_score(best.values()))}
    nearest = _by_score(worded.values())[:CLOSEST]
    return tuple(
        _citation(number, documents[piece.document], piece, piece.spans[-1]) for number, piece in enumerate(nearest, 1)
    )


def _by_score(pieces: Iterable[Evidence]) -> list[Evidence]:
    return sorted(pieces, key=lambda piece: -piece.score)


def reason_not_answered(query: Query, documents: Mapping[str, Document]) -> str:
    """Say in a sentence why nothing is answered."""
    if not documents:
        return "No documents have been added yet."
    if not query.terms:
        return "The question has no word that can be looked up. Ask it again with the name or thing it is about."
    unknown = [term for term in query.terms if not term.known]
    if len(unknown) == len(query.terms):
        return "None of the words of the question occur in the documents."
    telling = [term for term in unknown if rarity(term.stem) == 1]
    if sum(term.weight for term in telling) >= UNKNOWN_SHARE * sum(term.weight for term in query.terms):
        words = ", ".join(f"“{term.word}”" for term in telling)
        return f"The documents do not mention {words}."
    return "The documents do not answer this clearly enough to quote them."


def cited_title(source: Source) -> str:
    """Write the title a citation shows; a briefing's names the original it is about, whose words it is not."""
    if not source.original_title:
        return source.title
    publisher = f", {source.original_publisher}" if source.original_publisher else ""
    about = "on" if "briefing" in source.title.lower() else "a briefing on"
    return f"{source.title} ({about} “{source.original_title}”{publisher})"


def _belonging(question: Question, chosen: Sequence[Evidence], document: Document) -> list[Evidence]:
    """The best piece, with the rows or the second piece that come so close that they may be what is meant."""
    best = chosen[0]
    if best.kind is Kind.ROW:
        return _rows_meant(question, best, chosen)
    if best.kind is Kind.SENTENCE:
        introduced = next((block for block in document.blocks if block.lead_in == best.spans[0] and block.rows), None)
        if introduced is not None and question.asks in _WANT_LISTS:
            return [best, *_all_rows(best, introduced)]
        second = chosen[1] if len(chosen) > 1 else best
        close = best.score - second.score <= SECOND_GAP and float(best.vector @ second.vector) < SAME_SAID
        overtaken = (_published(best) - _published(second)).days > CURRENT_DAYS
        if close and not overtaken and second.kind in (Kind.SENTENCE, Kind.ROW) and question.asks not in _ONE_FACT:
            return sorted([best, second], key=_published, reverse=True)
    return [best]


def _published(piece: Evidence) -> date:
    published = piece.hit.source.published
    return first_day(published) if published else date.min


def _rows_meant(question: Question, best: Evidence, chosen: Sequence[Evidence]) -> list[Evidence]:
    """The rows that have most of the question's words that some rows have and others lack.

    Where no such word tells the rows apart, a question for a list means the whole table, and any other the best row.
    """
    rows = [piece for piece in chosen if piece.block is best.block]
    everywhere = frozenset.intersection(*(row.found for row in rows))
    telling = {row.spans[0].start: len(row.found - everywhere) for row in rows}
    most = max(telling.values())
    if most == 0:
        assert best.block is not None  # a row always has its table
        return _all_rows(best, best.block) if question.asks in _WANT_LISTS else [best]
    meant = [row for row in rows if telling[row.spans[0].start] == most]
    return sorted(meant, key=lambda piece: piece.spans[0].start)


def _all_rows(best: Evidence, table: Block) -> list[Evidence]:
    """A table as evidence: its rows, found where the best piece was."""
    spans = [Span(row.start, row.end) for row in table.rows]
    return [replace(best, kind=Kind.ROW, block=table, spans=(span,)) for span in spans]


@dataclass(frozen=True, slots=True)
class _Quote:
    """Words to be shown, and the ranges they are taken from."""

    text: str
    spans: tuple[Span, ...]
    item: bool = False


def _quotes(document: Document, piece: Evidence) -> list[_Quote]:
    """What one piece of evidence says: a sentence, a row, or a list's introduction and items."""
    text = document.text
    if piece.kind is Kind.SENTENCE:
        sentence = _anchored(document, piece)
        return [_Quote(single_spaced(sentence.of(text)), (sentence,))]
    block = piece.block
    assert block is not None  # all other kinds stand in a block
    if piece.kind is Kind.ROW:
        heads = [column for column in block.header if column.end > column.start]
        header = (Span(heads[0].start, heads[-1].end),) if heads else ()
        words = row_text(text, block, row_at(block, piece.spans[0].start))
        return [_Quote(words, (piece.spans[0], *header))]
    ranges = _contiguous(text, piece.spans)
    return [
        _Quote(
            text=single_spaced(span.of(text)),
            spans=tuple(whole for whole in ranges if whole.start <= span.start and span.end <= whole.end),
            item=block.lead_in is None or place > 0,
        )
        for place, span in enumerate(piece.spans)
    ]


def _anchored(document: Document, piece: Evidence) -> Span:
    """The sentence, with the one before it in its paragraph where it points back ("They will ...")."""
    (sentence,) = piece.spans
    if not points_back(sentence.of(document.text)):
        return sentence
    before = [span for span in piece.hit.passage.sentences if span.end <= sentence.start]
    if not before or "\n" in document.text[before[-1].end : sentence.start]:
        return sentence
    return Span(before[-1].start, sentence.end)


def _contiguous(text: str, spans: Sequence[Span]) -> list[Span]:
    """Join spans that have nothing but white space and a bullet or number between them."""
    joined: list[Span] = []
    for span in spans:
        if joined and _BETWEEN_ITEMS.fullmatch(text[joined[-1].end : span.start]):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _citation(number: int, document: Document, piece: Evidence, span: Span) -> Citation:
    source = document.source
    return Citation(
        number=number,
        document=source.id,
        title=cited_title(source),
        publisher=source.publisher,
        published=source.published,
        url=source.url,
        section=" > ".join(piece.hit.passage.section),
        page=piece.hit.passage.page,
        start=span.start,
        end=span.end,
        quote=span.of(document.text),
    )


def _held(part: Part, citations: Sequence[Citation]) -> bool:
    """Whether every word of the part stands in the quotations it cites."""
    quotes = " ".join(citation.quote for citation in citations if citation.number in part.citations)
    return set(_WORDS.findall(part.text)) <= set(_WORDS.findall(quotes))
