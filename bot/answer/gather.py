"""Which evidence is said together: the best piece, what belongs with it, and what other sources say instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.answer.confidence import SAME_SAID
from bot.answer.counting import numbers_of
from bot.answer.evidence import Evidence
from bot.answer.names import Names
from bot.answer.question import ROLE
from bot.answer.timeline import CURRENT_DAYS, dates
from bot.answer.types import Asks, Day, Kind, Question
from knowledge.passages import points_back
from knowledge.text import single_spaced, stems
from knowledge.types import Block, BlockKind, Document, Span, first_day

SECOND_GAP = 0.4
"""A second piece is added to a sentence when its score comes this close to the sentence's."""
UNSURE_GAP = 1.0
"""The same where the best piece may well not be what is meant."""
NEXT_GAP = 0.5
"""The same for the sentence right before or after it; an explanation seldom ends with one sentence."""
POINTING_GAP = 1.5
"""The same for the sentence after it that points back to it ("They will ...")."""
ITEM_SPREAD = 0.4
"""A best item closer than this to the mean of its list is not what the question singles out."""
RIVAL_MATCH = 0.75
"""What another source says is shown when it speaks of the question's words at least to this share of the best."""
RIVALS_AMONG = 6
"""It is looked for among so many of the best pieces."""
RIVAL_LIKENESS = 0.5
"""Least cosine of two pieces that speak of the same thing."""
GOVERNED_GAP = 1.2
"""A newer piece goes before an overtaken one when its score comes this close."""
GOVERNED_LIKENESS = 0.75
"""Least cosine of the two."""
MOST_RIVALS = 2
"""Pieces of other sources shown beside the best."""

_ONE_FACT = frozenset({Asks.WHO, Asks.WHEN, Asks.HOW_MANY})
_WANT_LISTS = frozenset({Asks.LIST, Asks.WHY})


@dataclass(frozen=True, slots=True)
class Gathered:
    """What will be said."""

    main: tuple[Evidence, ...]
    """The answer, in the order in which it is read."""
    earlier: tuple[Evidence, ...] = ()
    """What older sources said that differs."""
    conflicts: tuple[Evidence, ...] = ()
    """What sources of equal standing say instead."""


def choose(question: Question, ranked: Sequence[Evidence]) -> list[Evidence]:
    """Keep the evidence whose shape suits the question, the best first.

    A question for a list gets whole lists and not their single items. Any other question gets a single item with its
    introduction, unless it fits all items of the list about as well: then it means the list. A question for something
    else leaves out what was said before.
    """
    new = _governed([piece for piece in ranked if not _was_said(question, piece)])
    single = [piece for piece in new if piece.kind is not Kind.LIST]
    if question.asks not in _WANT_LISTS and not (single and _means_whole_list(single)):
        return single
    return [piece for piece in new if piece.kind is not Kind.ITEM]


def _governed(ranked: list[Evidence]) -> list[Evidence]:
    """Put a newer piece first that says something about the same and comes close to the best, if that is overtaken."""
    if not ranked or not ranked[0].traits["older"]:
        return ranked
    best = ranked[0]
    for piece in ranked:
        newer = not piece.traits["older"] and not piece.traits["not_yet"] and not piece.traits["lacks"]
        if (
            newer
            and best.score - piece.score <= GOVERNED_GAP
            and float(best.vector @ piece.vector) >= GOVERNED_LIKENESS
        ):
            return [piece, *(other for other in ranked if other is not piece)]
    return ranked


def _was_said(question: Question, piece: Evidence) -> bool:
    return bool(question.said) and piece.kind is not Kind.LIST and single_spaced(piece.words) in question.said


def _means_whole_list(single: Sequence[Evidence]) -> bool:
    best = single[0]
    siblings = [piece.score for piece in single if piece.block is best.block]
    return best.kind is Kind.ITEM and len(siblings) > 1 and best.score - sum(siblings) / len(siblings) < ITEM_SPREAD


def gather(
    question: Question, chosen: Sequence[Evidence], documents: Mapping[str, Document], names: Names, sure: bool
) -> Gathered:
    """Put together what will be said.

    Args:
        question: What is asked.
        chosen: From `choose`; not empty.
        documents: By source id.
        names: Those that the documents use.
        sure: Whether the best piece is likely to be what is meant; if not, the next best is said, too.
    """
    best = chosen[0]
    if (question.person and ROLE.search(question.text)) or question.asks is Asks.ROLE:
        held = _roles(question, chosen)
        if best in held:
            return _in_time(held)
    main = _belonging(question, chosen, documents[best.document])
    earlier, conflicts = _rivals(question, chosen, main, names)
    if not sure and not earlier and not conflicts:
        main += _runner_up(main, chosen)
    return Gathered(tuple(main), tuple(earlier), tuple(conflicts))


def _belonging(question: Question, chosen: Sequence[Evidence], document: Document) -> list[Evidence]:
    """The best piece, with the rows or the further sentences that come so close that they may be what is meant."""
    best = chosen[0]
    if best.kind is Kind.ROW:
        return _rows_meant(question, best, chosen)
    if best.kind is not Kind.SENTENCE:
        return [best]
    table = _introduced(document, best)
    if table is not None and question.asks is Asks.LIST:
        return [best, *_all_rows(best, table)]
    if question.asks in _ONE_FACT:
        return [best]
    whole = _explained(document, best, chosen)
    if whole is not best:
        return [whole]
    second = chosen[1] if len(chosen) > 1 else best
    close = best.score - second.score <= SECOND_GAP and float(best.vector @ second.vector) < SAME_SAID
    overtaken = _years_apart(best, second)
    if close and not overtaken and second.kind in (Kind.SENTENCE, Kind.ROW):
        return sorted([best, second], key=_published, reverse=True)
    return [best]


def _runner_up(main: Sequence[Evidence], chosen: Sequence[Evidence]) -> list[Evidence]:
    """The next best piece of another place, for a reader to choose; none if it is far behind."""
    for piece in chosen:
        if chosen[0].score - piece.score > UNSURE_GAP:
            break
        if not any(piece.overlaps(other) or float(piece.vector @ other.vector) >= SAME_SAID for other in main):
            return [piece]
    return []


def _explained(document: Document, best: Evidence, chosen: Sequence[Evidence]) -> Evidence:
    """The best sentence with a neighbour of its paragraph that belongs to it; itself where there is none."""
    (span,) = best.spans
    scores = {
        piece.spans[0]: piece.score for piece in chosen if piece.kind is Kind.SENTENCE and _same_passage(piece, best)
    }
    sentences = best.hit.passage.sentences
    place = sentences.index(span)
    reaching = {}
    for after in sentences[place + 1 : place + 2]:
        gap = POINTING_GAP if points_back(after.of(document.text)) else NEXT_GAP
        if after in scores and best.score - scores[after] <= gap and _same_paragraph(document, span, after):
            reaching[after] = scores[after]
    for before in sentences[max(0, place - 1) : place]:
        if before in scores and best.score - scores[before] <= NEXT_GAP and _same_paragraph(document, before, span):
            reaching[before] = scores[before]
    if not reaching:
        return best
    near = max(reaching, key=lambda other: reaching[other])
    return replace(best, spans=(Span(min(span.start, near.start), max(span.end, near.end)),))


def _same_passage(one: Evidence, other: Evidence) -> bool:
    return one.hit.passage.id == other.hit.passage.id


def _same_paragraph(document: Document, first: Span, second: Span) -> bool:
    return "\n" not in document.text[first.end : second.start]


def _introduced(document: Document, best: Evidence) -> Block | None:
    """The table that a sentence leads to: as its introduction, or at the end of the paragraph right before it."""
    (span,) = best.spans
    for block, following in zip(document.blocks, document.blocks[1:], strict=False):
        if following.rows and (following.lead_in == span or block.start <= span.start < block.end):
            return following if block.kind is BlockKind.PARAGRAPH else None
    return None


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


def _roles(question: Question, chosen: Sequence[Evidence]) -> list[Evidence]:
    """What each document says best of the person's role; there may be several, at one time or one after another."""
    surname = frozenset(stems(question.person)[-1:])
    best: dict[str, Evidence] = {}
    then = [piece for piece in chosen if not piece.traits["other_time"] and not piece.traits["not_yet"]]
    for piece in then or chosen:
        if surname <= frozenset(stems(piece.words)) and ROLE.search(piece.words):
            best.setdefault(piece.document, piece)
    return sorted(best.values(), key=_published, reverse=True)[: MOST_RIVALS + 1]


def _in_time(held: Sequence[Evidence]) -> Gathered:
    main = [piece for piece in held if not _years_apart(held[0], piece)]
    return Gathered(tuple(main), tuple(piece for piece in held if piece not in main))


def _rivals(
    question: Question, chosen: Sequence[Evidence], main: Sequence[Evidence], names: Names
) -> tuple[list[Evidence], list[Evidence]]:
    """What other sources say that has another date, number or person: of older ones, and of those of equal standing."""
    best = main[0]
    values = partial(_values, question, names=names)
    earlier: list[Evidence] = []
    conflicts: list[Evidence] = []
    said = [best]
    for piece in chosen[:RIVALS_AMONG]:
        if len(said) > MOST_RIVALS:
            break
        if any(piece.document == other.document for other in said) or not _speaks_of_the_same(question, best, piece):
            continue
        if not all(_differ(values(other), values(piece)) for other in said):
            continue
        said.append(piece)
        if _years_apart(best, piece) and not _is_past(question, best):
            earlier.append(piece)
        else:
            conflicts.append(piece)
    return earlier, conflicts


def _speaks_of_the_same(question: Question, best: Evidence, piece: Evidence) -> bool:
    """Whether another piece answers the question about as well, in words of its own."""
    if piece.kind is Kind.LIST or not piece.suits or piece.missing or piece.traits["not_yet"]:
        return False
    if piece.traits["match"] < RIVAL_MATCH * best.traits["match"]:
        return False
    if float(best.vector @ piece.vector) < RIVAL_LIKENESS:
        return False
    return question.asks is not Asks.WHEN or _is_past(question, best) == _is_past(question, piece)


def _is_past(question: Question, piece: Evidence) -> bool:
    """Whether the question is when something was, and its source tells it as past: no later source overtakes that."""
    published = piece.hit.source.published
    if question.asks is not Asks.WHEN or published is None:
        return False
    told = [day for day in dates(piece.words, published) if day.year]
    return bool(told) and all(day.year < first_day(published).year for day in told)


Values = frozenset[str] | frozenset[Day]


def _values(question: Question, piece: Evidence, names: Names) -> Values:
    """What of a piece can be held against another one: its dates, its numbers, or its people."""
    match question.asks:
        case Asks.WHEN:
            return frozenset(day for day in dates(piece.words, piece.hit.source.published) if day.year)
        case Asks.HOW_MANY:
            return numbers_of(question, piece.words)
        case Asks.WHO if ROLE.search(question.text):
            asked = frozenset(stems(question.text))
            return frozenset(person for person in names.persons(piece.words) if not frozenset(stems(person)) & asked)
    return frozenset()


def _differ(one: Values, other: Values) -> bool:
    """Whether both have values and none of one agrees with one of the other."""
    return bool(one) and bool(other) and not any(_agree(a, b) for a in one for b in other)


def _agree(one: str | Day, other: str | Day) -> bool:
    return one.agrees(other) if isinstance(one, Day) and isinstance(other, Day) else one == other


def _published(piece: Evidence) -> date:
    """First day of its source; one without a date counts as older than all."""
    published = piece.hit.source.published
    return first_day(published) if published else date.min


def _years_apart(one: Evidence, other: Evidence) -> bool:
    """Whether both sources are dated, and one is so much older that the other may have overtaken it."""
    dated = one.hit.source.published and other.hit.source.published
    return bool(dated) and abs((_published(one) - _published(other)).days) > CURRENT_DAYS
