"""Messages as blocks: pure functions from an answer to what Slack shows.

Everything that people or documents wrote goes into rich text: its `text` and `link` elements are shown as they are, so
there is nothing to escape in them and no `<!channel>`, `*` or backtick in a document can come alive. Only the plain
`text` of a message, which notifications and screen readers use, is read by Slack as markup and is escaped.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from bot.answer.layout import page, paragraphs, places, section
from bot.answer.types import UNANSWERED_PART, UNCERTAIN, Answer, Citation, Conflict, Part
from bot.slack.types import Block, Message
from knowledge.types import spoken_date

TEXT_CHARS = 3_000
"""Of a message's `text` and of one element's; Slack takes more, but `chat.update` stops at 4,000."""
MESSAGE_CHARS = 10_000
"""Of all blocks; Slack refuses somewhere about 13,200, earlier the more elements there are."""
ELEMENT_CHARS = 30
"""What an element counts towards `MESSAGE_CHARS` besides its words."""
LINK_CHARS = 1_000
"""A longer address is not linked."""
LEAD_CHARS = 200
"""Of our own words before a quotation."""
REASON_CHARS = 1_000
"""Of the reason why a part of the question has no answer."""
QUOTE_CHARS = 400
"""Of a closest passage; it is a pointer to the source, not an answer."""
PARAGRAPHS = 30
"""Blocks for the parts of an answer; Slack takes 50 blocks in all."""
CLOSEST = 3
"""Closest passages shown when nothing is answered."""
CONFLICTS = 3
"""Other sources' statements shown with an answer."""
SOURCES = 200
"""Sources listed in the shortest form; they fit in one message."""

FAILED = "Something went wrong here, the question was not answered. Please ask again."
BUSY = "Too many questions are waiting just now. Please ask again in a few minutes."
UNKNOWN = "The documents do not say."
HOW_TO_ASK = "Ask me about the merger in one message, for example: What conditions come with the approval?"

_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?"
)
# Control characters, lone surrogates, and marks that turn the reading direction of what follows them.
_STEERING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much room everything gets, in characters."""

    part: int
    title: int
    about: int
    """Of a source's publisher, date, section and page together."""
    linked: bool = True
    """Whether the numbers in the answer are links, too."""


_FULL = _Detail(part=2_900, title=200, about=300)
_PLAIN = _Detail(part=2_900, title=150, about=200, linked=False)
_SHORT = _Detail(part=900, title=24, about=0, linked=False)


def answer_message(answer: Answer) -> Message:
    """An answer with its numbered sources, the reason why there is none with what may help, or a courtesy returned.

    A long answer is shortened between its parts, and says how many are missing. The sources of the parts that are shown
    are always complete.
    """
    if answer.courtesy:
        return note_message(answer.reason)
    blocks = _refusal(answer) if answer.abstained else _fitted(answer)
    return Message(text=_summary(answer), blocks=blocks)


def note_message(text: str) -> Message:
    """A short reply in plain words: busy, failed, how to ask."""
    words = _cut(_clean(text), TEXT_CHARS) or FAILED
    return Message(text=_escaped_within(words, TEXT_CHARS), blocks=[_rich(_section([_text(words)]))])


def _summary(answer: Answer) -> str:
    words = _clean(answer.reason if answer.abstained else answer.text) or UNKNOWN
    if answer.abstained:
        return _escaped_within(words, TEXT_CHARS)
    about = f" {_as_of(answer)} Sources: {len(places(answer.citations))}."
    if answer.reason:
        about = f" {_escaped_within(_left_open(answer), REASON_CHARS)}{about}"
    return _escaped_within(words, TEXT_CHARS - len(about)) + about


def _escaped_within(words: str, chars: int) -> str:
    kept = _cut(words, chars)
    while len(_escaped(kept)) > chars:
        # An escaped character takes at most five, so this ends well before nothing is left.
        kept = _cut(kept, len(kept) * 4 // 5)
    return _escaped(kept)


def _left_open(answer: Answer) -> str:
    return _cut(f"{UNANSWERED_PART} {_clean(answer.reason)}", REASON_CHARS)


def _as_of(answer: Answer) -> str:
    as_of = f"As of {spoken_date(answer.as_of)}." if answer.as_of else "None of the sources is dated."
    return f"{as_of} {UNCERTAIN}" if answer.uncertain else as_of


def _fitted(answer: Answer) -> list[Block]:
    parts = answer.parts or (Part(text=answer.text, citations=()),)
    for detail in (_FULL, _PLAIN):
        blocks = _answer(answer, parts, len(parts), detail)
        if _size(blocks) <= MESSAGE_CHARS:
            return blocks
    counts = range(1, len(parts))
    most = bisect_right(counts, MESSAGE_CHARS, key=lambda count: _size(_answer(answer, parts, count, _PLAIN)))
    return _answer(answer, parts, most, _PLAIN) if most else _answer(answer, parts, 1, _SHORT)


def _answer(answer: Answer, parts: Sequence[Part], shown: int, detail: _Detail) -> list[Block]:
    conflicts = answer.conflicts[:CONFLICTS]
    on_show: tuple[Part | Conflict, ...] = (*parts[:shown], *conflicts)
    used = {number for held in on_show for number in held.citations}
    cited = {citation.number: citation for citation in answer.citations}
    apart = paragraphs(parts[:shown], answer.citations)
    blocks = [_rich(*_parts(together, cited, detail)) for together in apart[: PARAGRAPHS - 1]]
    if rest := [part for together in apart[PARAGRAPHS - 1 :] for part in together]:
        blocks.append(_rich(*_parts(rest, cited, detail)))
    if shown < len(parts):
        blocks.append(_rich(_section([_text(f"… {len(parts) - shown} more, too long for one message.", italic=True)])))
    if answer.reason:
        blocks.append(_small(_left_open(answer)))
    blocks.append(_small(_as_of(answer)))
    if conflicts:
        blocks.append({"type": "divider"})
        blocks.append(_rich(*_conflicts(conflicts, len(answer.conflicts), cited, detail)))
    if listed := [citation for citation in answer.citations if citation.number in used]:
        blocks.append({"type": "divider"})
        blocks.append(_rich(_sources(listed, detail)))
    return blocks


def _parts(parts: Iterable[Part], cited: dict[int, Citation], detail: _Detail) -> Iterable[Block]:
    lines = (line for part in parts for line in _lines(part, cited, detail))
    for is_item, run in groupby(lines, key=itemgetter(0)):
        shown = [line for _, line in run]
        if is_item:
            yield {"type": "rich_text_list", "style": "bullet", "elements": [_section(line) for line in shown]}
        else:
            yield _section(_joined(shown))


def _lines(part: Part, cited: dict[int, Citation], detail: _Detail) -> Iterable[tuple[bool, list[Block]]]:
    """Whether it is an item, and the words; our own before them in italics, before an item on a line of their own."""
    words = _line(part, cited, detail)
    lead = _cut(_clean(part.lead), LEAD_CHARS)
    if not lead:
        yield part.item, words
    elif part.item:
        yield False, [_text(lead, italic=True)]
        yield True, words
    else:
        yield False, [_text(lead, italic=True), *_joined([[_text(" "), *words]])]


def _conflicts(shown: Sequence[Conflict], count: int, cited: dict[int, Citation], detail: _Detail) -> Iterable[Block]:
    yield _section([_text("Another source says otherwise", bold=True)])
    for conflict in shown:
        yield {"type": "rich_text_quote", "elements": _line(conflict, cited, detail, chars=detail.part // CONFLICTS)}
    if count > len(shown):
        yield _section([_text(f"… {count - len(shown)} more", italic=True)])


def _line(held: Part | Conflict, cited: dict[int, Citation], detail: _Detail, chars: int = 0) -> list[Block]:
    """The words, followed by the numbers of the citations that hold them."""
    words = _cut(_clean(held.text), chars or detail.part) or "…"
    line = [_text(words)]
    for number in held.citations:
        address = cited[number].url if detail.linked and number in cited else ""
        line += [_text(" "), _link(f"[{number}]", address)]
    return _joined([line])


def _sources(citations: Sequence[Citation], detail: _Detail) -> Block:
    groups = places(citations)
    lines = [[_text("Sources", bold=True)]]
    for group in groups[:SOURCES]:
        marks = "".join(f"[{citation.number}]" for citation in group)
        lines.append([_text(f"{marks} "), *_source(group[0], detail)])
    if len(groups) > SOURCES:
        lines.append([_text(f"… {len(groups) - SOURCES} more", italic=True)])
    return _section(_joined(lines))


def _source(citation: Citation, detail: _Detail) -> list[Block]:
    title = _cut(_clean(citation.title) or citation.document, detail.title)
    about = (
        _clean(citation.publisher),
        spoken_date(citation.published) if citation.published else "no date",
        _clean(section(citation)),
        page(citation),
        citation.note,
    )
    if not detail.about:
        return [_text(title)]
    return [_link(title, citation.url), _text(_cut(" · ".join(["", *filter(None, about)]), detail.about))]


def _refusal(answer: Answer) -> list[Block]:
    reason = _cut(_clean(answer.reason), _FULL.part) or UNKNOWN
    blocks = [_rich(_section([_text(reason)]))]
    if not answer.closest:
        return blocks
    elements = [_section([_text("This may help", bold=True)])]
    for citation in answer.closest[:CLOSEST]:
        quote = _cut(_clean(citation.quote), QUOTE_CHARS) or "…"
        elements.append({"type": "rich_text_quote", "elements": [_text(quote)]})
        elements.append(_section(_source(citation, _FULL)))
    return [*blocks, {"type": "divider"}, _rich(*elements)]


def _rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section(elements: list[Block]) -> Block:
    return {"type": "rich_text_section", "elements": elements}


def _small(words: str) -> Block:
    return {"type": "context", "elements": [{"type": "plain_text", "text": words, "emoji": False}]}


def _text(words: str, **style: bool) -> Block:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def _link(words: str, url: str) -> Block:
    """A link if the address is one that a browser opens safely, the words alone if not."""
    if len(url) > LINK_CHARS or not _ADDRESS.fullmatch(url):
        return _text(words)
    return {"type": "link", "url": url, "text": words}


def _joined(lines: Sequence[list[Block]]) -> list[Block]:
    """The elements of several lines as one run; neighbours of the same style become one element."""
    joined: list[Block] = []
    for number, line in enumerate(lines):
        for element in [_text("\n"), *line] if number else line:
            plain = joined and joined[-1].keys() == element.keys() == {"type", "text"}
            if plain and len(joined[-1]["text"]) + len(element["text"]) <= TEXT_CHARS:
                joined[-1] = _text(joined[-1]["text"] + element["text"])
            else:
                joined.append(element)
    return joined


def _size(blocks: Iterable[Block]) -> int:
    """Roughly what Slack counts: the words and addresses, and something for each element."""
    size = 0
    for block in blocks:
        words = block.get("text", ""), block.get("url", "")
        size += ELEMENT_CHARS + sum(map(len, words)) + _size(block.get("elements", ()))
    return size


def _clean(text: str) -> str:
    """On one line, without characters that steer the display instead of being read."""
    return " ".join(_STEERING.sub("", text).split())


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else text[: max(chars - 1, 0)].rstrip() + "…"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
