"""Make the answer: quote the evidence, cite it, and check every word of it against the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.answer import voice
from bot.answer.evidence import Evidence, row_at
from bot.answer.gather import Gathered
from bot.answer.names import Names
from bot.answer.types import Citation, Conflict, Kind, Part
from knowledge.passages import points_back, row_text
from knowledge.text import single_spaced
from knowledge.types import BlockKind, Document, PartialDate, Source, Span, first_day, spoken_date

READ_BY_OCR = "read by OCR: check it on the page"
HYPHEN_JOINED = "a hyphen at the end of a line was taken out"

_WORDS = re.compile(r"\w+")
_BETWEEN_ITEMS = re.compile(r"(?:[•◦▪*–-]|\(?\w{1,3}[.)])?")

Cited = dict[tuple[str, int, int], Citation]


@dataclass(frozen=True, slots=True)
class Said:
    """What is said and where it stands."""

    parts: tuple[Part, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def text(self) -> str:
        """What a person reads, without citation marks."""
        lines: list[str] = []
        for part in self.parts:
            if part.item:
                lines += [part.lead] if part.lead else []
                lines.append(f"• {part.text}")
            else:
                lines.append(f"{part.lead} {part.text}".strip())
        return "\n".join([*lines, *(conflict.text for conflict in self.conflicts)])

    @property
    def as_of(self) -> PartialDate | None:
        """Date of the newest source cited."""
        dates = [citation.published for citation in self.citations if citation.published]
        return max(dates, key=first_day, default=None)

    def then(self, other: Said) -> Said:
        """Say something else after this, with its citations numbered on, but not the same again."""
        cited = {_place(citation): citation for citation in self.citations}
        for citation in other.citations:
            cited.setdefault(_place(citation), citation.model_copy(update={"number": len(cited) + 1}))
        number = {old.number: cited[_place(old)].number for old in other.citations}

        def renumbered(held: Part | Conflict) -> dict[str, tuple[int, ...]]:
            return {"citations": tuple(number[old] for old in held.citations)}

        parts = (part.model_copy(update=renumbered(part)) for part in other.parts)
        conflicts = (conflict.model_copy(update=renumbered(conflict)) for conflict in other.conflicts)
        return Said(
            (*self.parts, *(part for part in parts if part not in self.parts)),
            tuple(cited.values()),
            (*self.conflicts, *(conflict for conflict in conflicts if conflict not in self.conflicts)),
        )


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.document, citation.start, citation.end


def say(gathered: Gathered, documents: Mapping[str, Document], names: Names, verdict: str = "") -> Said:
    """Quote the evidence, with citations.

    Args:
        gathered: What is to be said.
        documents: By source id.
        names: Those that the documents use.
        verdict: "Yes." or "No." where the first piece settles the question.

    Returns:
        Parts in the order in which they are read. A quotation that does not stand the check is left out, so there may
        be no part at all.
    """
    parts: list[Part] = []
    cited: Cited = {}
    if gathered.conflicts:
        verdict = ""
    for piece in gathered.main:
        lead = voice.time_lead(piece.hit.source) if piece.traits["older"] else ""
        parts, cited = _quoted(piece, f"{verdict} {lead}".strip(), parts, cited, documents, names)
        verdict = ""
    if parts:
        for piece in gathered.earlier:
            parts, cited = _quoted(piece, voice.time_lead(piece.hit.source), parts, cited, documents, names)
    conflicts: list[Conflict] = []
    held = parts
    for piece in gathered.conflicts if parts else ():
        said = len(held)
        held, cited = _quoted(piece, "", held, cited, documents, names)
        if held[said:]:
            conflicts.append(_conflict(piece.hit.source, held[said:]))
    return Said(tuple(parts), tuple(cited.values()), tuple(conflicts))


def _conflict(source: Source, parts: Sequence[Part]) -> Conflict:
    """What another source says, in one: an item follows on its introduction."""
    said = " ".join(f"{part.lead} {part.text}".removeprefix(f"{source.publisher}: ") for part in parts)
    numbers = dict.fromkeys(number for part in parts for number in part.citations)
    return Conflict(text=single_spaced(f"{_attributed(source)} {said}"), citations=tuple(numbers))


def _quoted(
    piece: Evidence, lead: str, parts: Sequence[Part], cited: Cited, documents: Mapping[str, Document], names: Names
) -> tuple[list[Part], Cited]:
    """The parts and citations with those of one more piece; its first part gets the lead."""
    document = documents[piece.document]
    said = list(parts)
    if not _stands(piece, document):
        return said, cited
    for quote in _quotes(document, piece, cited):
        new = {(piece.document, span.start, span.end): span for span in quote.spans}
        numbered = dict(cited)
        for place, span in new.items():
            numbered.setdefault(place, cite(len(numbered) + 1, document, piece, span))
        holding = [numbered[place] for place in new]
        who = "" if quote.item else voice.speaker_lead(document, quote.spans[0], names)
        part = Part(
            text=quote.text,
            citations=tuple(held.number for held in holding),
            item=quote.item,
            lead=_joined_leads(lead, who),
        )
        if _said_before(part, holding, said, cited):
            continue
        if all(verified(held, document) for held in holding) and _held(part, holding):
            said.append(part)
            cited, lead = numbered, ""
    return said, cited


def _joined_leads(time: str, who: str) -> str:
    """Both in one: "In February 2018, Healthwatch Kent:"."""
    return f"{time[:-1]}, {who}" if time.endswith(":") and who else f"{time} {who}".strip()


def _attributed(source: Source) -> str:
    """Who says something else, and when."""
    when = f" ({spoken_date(source.published)})" if source.published else ""
    return f"{source.publisher or cited_title(source)}{when}:"


def _stands(piece: Evidence, document: Document) -> bool:
    """Whether the passage is what stands in the document there; an index of another text must not be quoted."""
    passage = piece.hit.passage
    if piece.block is not None and piece.block.kind is BlockKind.TABLE:
        start = piece.spans[0].start
        own = passage.start == start  # a row that is said with the one that was found has no passage here
        same = not own or passage.embedded[passage.body :] == row_text(
            document.text, piece.block, row_at(piece.block, start)
        )
        return same and piece.block in document.blocks
    return passage.embedded[passage.body :] == document.text[passage.start : passage.end]


def _said_before(part: Part, holding: Sequence[Citation], parts: Sequence[Part], cited: Cited) -> bool:
    """Whether the same words were said already, or the place overlaps one that was quoted (not the same one again)."""
    if any(part.text == earlier.text for earlier in parts):
        return True
    return any(
        _overlaps(new.document, Span(new.start, new.end), (old for old in cited.values() if old != new))
        for new in holding
    )


def _overlaps(document: str, span: Span, cited: Iterable[Citation]) -> bool:
    return any(document == old.document and span.start < old.end and old.start < span.end for old in cited)


def verified(citation: Citation, document: Document) -> bool:
    """Whether the quotation stands in the document, word for word, where the citation says."""
    return citation.quote != "" and citation.quote == document.text[citation.start : citation.end]


def cited_title(source: Source) -> str:
    """Write the title a citation shows; a briefing's names the original it is about, whose words it is not."""
    if not source.original_title:
        return source.title
    publisher = f", {source.original_publisher}" if source.original_publisher else ""
    about = "on" if "briefing" in source.title.lower() else "a briefing on"
    return f"{source.title} ({about} “{source.original_title}”{publisher})"


@dataclass(frozen=True, slots=True)
class _Quote:
    """Words to be shown, and the ranges they are taken from."""

    text: str
    spans: tuple[Span, ...]
    item: bool = False


def _quotes(document: Document, piece: Evidence, cited: Cited) -> list[_Quote]:
    """What one piece of evidence says: a sentence, a row, or a list's introduction and items.

    A sentence does not bring the words before it along where they were quoted already.
    """
    text = document.text
    if piece.kind is Kind.SENTENCE:
        sentence = voice.closed(document, _anchored(document, piece))
        if _overlaps(piece.document, sentence, cited.values()):
            sentence = piece.spans[0]
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
        if joined and _BETWEEN_ITEMS.fullmatch(text[joined[-1].end : span.start].strip()):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def cite(number: int, document: Document, piece: Evidence, span: Span) -> Citation:
    """Cite a range of a document."""
    source = document.source
    return Citation(
        number=number,
        document=source.id,
        title=cited_title(source),
        publisher=source.publisher,
        published=source.published,
        url=source.url,
        section=" > ".join(piece.hit.passage.section),
        page=document.page_at(span.start),
        page_name=document.page_name,
        start=span.start,
        end=span.end,
        quote=span.of(document.text),
        note=_note(document, span),
    )


def _note(document: Document, span: Span) -> str:
    touched = [block for block in document.blocks if block.start < span.end and span.start < block.end]
    if any(block.ocr for block in touched):
        return READ_BY_OCR
    return HYPHEN_JOINED if any(block.joined for block in touched) else ""


def _held(part: Part, citations: Sequence[Citation]) -> bool:
    """Whether every word of the part stands in the quotations it cites."""
    quotes = " ".join(citation.quote for citation in citations if citation.number in part.citations)
    return set(_WORDS.findall(part.text)) <= set(_WORDS.findall(quotes))
