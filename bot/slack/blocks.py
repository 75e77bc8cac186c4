"""Answers as messages: pure functions from an answer to what Slack shows of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from bot.answer import layout
from bot.answer.types import UNANSWERED_PART, UNCERTAIN, Answer, Citation, Conflict, Part
from bot.slack.elements import (
    TEXT_CHARS,
    actions,
    bullets,
    button,
    clean,
    cut,
    escaped_within,
    joined,
    link,
    menu,
    modal,
    option,
    plain,
    quotation,
    rich,
    said,
    section,
    size,
    small,
    words,
)
from bot.slack.types import Block, Message
from knowledge.types import spoken_date

MESSAGE_CHARS = 10_000
"""Of all blocks; Slack refuses somewhere about 13,200, earlier the more elements there are."""
VIEW_CHARS = 25_000
"""Of all blocks of a window, for which Slack names no limit."""
LEAD_CHARS = 200
"""Of our own words before a quotation."""
REASON_CHARS = 1_000
"""Of the reason why a part of the question has no answer."""
QUOTE_CHARS = 400
"""Of a closest passage; it is a pointer to the source, not an answer."""
PARAGRAPHS = 30
"""Blocks for the parts of an answer; Slack takes 50 blocks in all."""
FOLD_FROM = 13
"""Parts of an answer from which only the first `FOLD_TO` stand in the message, and a button shows all."""
FOLD_TO = 10
CLOSEST = 3
"""Closest passages shown when nothing is answered."""
CONFLICTS = 3
"""Other sources' statements shown with an answer."""
SOURCES = 200
"""Sources listed in the shortest form; they fit in one message."""
SOURCE_BUTTONS = 5
"""More sources than this are opened from a menu."""

OPEN_SOURCE = "source"
SHOW_ALL = "show_all"
ASK_PERSON = "ask_person"
SHARE = "share"
FEEDBACK = "feedback"
"""What a press means: the `action_id` up to its colon. The value begins with the id of the answer."""
CLOSEST_MARK = "near"
"""Stands before the number of a closest passage in the value of its button."""

FAILED = "Something went wrong here, the question was not answered. Please ask again."
BUSY = "Too many questions are waiting just now. Please ask again in a few minutes."
UNKNOWN = "The documents do not say."
HOW_TO_ASK = "Ask me about the merger in one message, for example: What conditions come with the approval?"


@dataclass(frozen=True, slots=True)
class Offers:
    """What an answer offers to do; each needs somebody behind it who does it."""

    sources: bool = False
    """To open a source."""
    whole: bool = False
    """To see all of an answer that is too long for a message; without it more of it is shown."""
    feedback: bool = False
    person: bool = False
    """To ask a person, where the answer is missing or not certain."""
    share: bool = False
    """To show in the channel what only one person sees."""
    thread_ts: str = ""
    """The thread that it is shared into; empty: none, it stands in the channel itself."""


NO_OFFERS = Offers()
NOTHING = Message(text="", blocks=[])


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


def answer_message(answer: Answer, offers: Offers = NO_OFFERS, above: Message = NOTHING) -> Message:
    """An answer with its numbered sources, the reason why there is none with what may help, or a courtesy returned.

    A long answer is shortened between its parts, and says how many are missing. The sources of the parts that are shown
    are always complete.

    Args:
        answer: What was answered.
        offers: Which buttons it has.
        above: A few words that stand before it, such as the question.
    """
    if answer.courtesy:
        return note_message(answer.reason)
    room = MESSAGE_CHARS - size(above["blocks"])
    blocks = _refusal(answer, offers) if answer.abstained else _fitted(answer, offers, room)
    text = above["text"] + _summary(answer, TEXT_CHARS - len(above["text"]))
    return Message(text=text, blocks=[*above["blocks"], *blocks])


def whole_view(answer: Answer) -> Block:
    """A window with all parts of an answer, as far as Slack shows so much."""
    return modal("The whole answer", _fitted(answer, Offers(sources=True), VIEW_CHARS))


def note_message(text: str) -> Message:
    """A short reply in plain words: busy, failed, how to ask."""
    shown = cut(clean(text), TEXT_CHARS) or FAILED
    return Message(text=escaped_within(shown, TEXT_CHARS), blocks=[said(shown)])


def _summary(answer: Answer, chars: int) -> str:
    shown = clean(answer.reason if answer.abstained else answer.text) or UNKNOWN
    if answer.abstained:
        return escaped_within(shown, chars)
    about = f" {_as_of(answer)} Sources: {len(layout.places(answer.citations))}."
    if answer.reason:
        about = f" {escaped_within(_left_open(answer), REASON_CHARS)}{about}"
    return escaped_within(shown, chars - len(about)) + about


def _left_open(answer: Answer) -> str:
    return cut(f"{UNANSWERED_PART} {clean(answer.reason)}", REASON_CHARS)


def _as_of(answer: Answer) -> str:
    as_of = f"As of {spoken_date(answer.as_of)}." if answer.as_of else "None of the sources is dated."
    return f"{as_of} {UNCERTAIN}" if answer.uncertain else as_of


def _fitted(answer: Answer, offers: Offers, chars: int) -> list[Block]:
    parts = answer.parts or (Part(text=answer.text, citations=()),)
    wanted = FOLD_TO if offers.whole and len(parts) >= FOLD_FROM else len(parts)
    for detail in (_FULL, _PLAIN):
        blocks = _answer(answer, parts, wanted, detail, offers)
        if size(blocks) <= chars:
            return blocks
    counts = range(1, wanted)
    most = bisect_right(counts, chars, key=lambda count: size(_answer(answer, parts, count, _PLAIN, offers)))
    return _answer(answer, parts, most, _PLAIN, offers) if most else _answer(answer, parts, 1, _SHORT, offers)


def _answer(answer: Answer, parts: Sequence[Part], shown: int, detail: _Detail, offers: Offers) -> list[Block]:
    conflicts = answer.conflicts[:CONFLICTS]
    on_show: tuple[Part | Conflict, ...] = (*parts[:shown], *conflicts)
    used = {number for held in on_show for number in held.citations}
    cited = {citation.number: citation for citation in answer.citations}
    apart = layout.paragraphs(parts[:shown], answer.citations)
    blocks = [rich(*_parts(together, cited, detail)) for together in apart[: PARAGRAPHS - 1]]
    if rest := [part for together in apart[PARAGRAPHS - 1 :] for part in together]:
        blocks.append(rich(*_parts(rest, cited, detail)))
    if shown < len(parts):
        why = "" if offers.whole else ", too long for one message."
        blocks.append(rich(section([words(f"… {len(parts) - shown} more{why}", italic=True)])))
        if offers.whole:
            blocks.append(actions(button("Show all", SHOW_ALL, answer.id)))
    if answer.reason:
        blocks.append(small(_left_open(answer)))
    blocks.append(small(_as_of(answer)))
    if conflicts:
        blocks.append({"type": "divider"})
        blocks.append(rich(*_conflicts(conflicts, len(answer.conflicts), cited, detail)))
    if listed := [citation for citation in answer.citations if citation.number in used]:
        blocks.append({"type": "divider"})
        blocks.append(rich(_sources(listed, detail)))
        places = [group[0] for group in layout.places(listed)]
        blocks += _openers([(f"{answer.id}:{one.number}", one) for one in places], offers)
    return [*blocks, *_offered(answer, offers)]


def _parts(parts: Iterable[Part], cited: dict[int, Citation], detail: _Detail) -> Iterable[Block]:
    lines = (line for part in parts for line in _lines(part, cited, detail))
    for is_item, run in groupby(lines, key=itemgetter(0)):
        shown = [line for _, line in run]
        yield bullets(shown) if is_item else section(joined(shown))


def _lines(part: Part, cited: dict[int, Citation], detail: _Detail) -> Iterable[tuple[bool, list[Block]]]:
    """Whether it is an item, and the words; our own before them in italics, before an item on a line of their own."""
    line = _line(part, cited, detail)
    lead = cut(clean(part.lead), LEAD_CHARS)
    if not lead:
        yield part.item, line
    elif part.item:
        yield False, [words(lead, italic=True)]
        yield True, line
    else:
        yield False, [words(lead, italic=True), *joined([[words(" "), *line]])]


def _conflicts(shown: Sequence[Conflict], count: int, cited: dict[int, Citation], detail: _Detail) -> Iterable[Block]:
    yield section([words("Another source says otherwise", bold=True)])
    for conflict in shown:
        yield quotation(_line(conflict, cited, detail, chars=detail.part // CONFLICTS))
    if count > len(shown):
        yield section([words(f"… {count - len(shown)} more", italic=True)])


def _line(held: Part | Conflict, cited: dict[int, Citation], detail: _Detail, chars: int = 0) -> list[Block]:
    """The words, followed by the numbers of the citations that hold them."""
    line = [words(cut(clean(held.text), chars or detail.part) or "…")]
    for number in held.citations:
        address = cited[number].url if detail.linked and number in cited else ""
        line += [words(" "), link(f"[{number}]", address)]
    return joined([line])


def _sources(citations: Sequence[Citation], detail: _Detail) -> Block:
    groups = layout.places(citations)
    lines = [[words("Sources", bold=True)]]
    for group in groups[:SOURCES]:
        marks = "".join(f"[{citation.number}]" for citation in group)
        lines.append([words(f"{marks} "), *_source(group[0], detail)])
    if len(groups) > SOURCES:
        lines.append([words(f"… {len(groups) - SOURCES} more", italic=True)])
    return section(joined(lines))


def _source(citation: Citation, detail: _Detail) -> list[Block]:
    title = cut(clean(citation.title) or citation.document, detail.title)
    if not detail.about:
        return [words(title)]
    return [link(title, citation.url), words(cut(" · ".join(["", *about(citation)]), detail.about))]


def about(citation: Citation) -> list[str]:
    """Publisher, date, section and page of a citation, as far as they are known."""
    known = (
        clean(citation.publisher),
        spoken_date(citation.published) if citation.published else "no date",
        clean(layout.section(citation)),
        layout.page(citation),
        citation.note,
    )
    return [one for one in known if one]


def _openers(sources: Sequence[tuple[str, Citation]], offers: Offers) -> Iterator[Block]:
    """Buttons that open sources, or a menu if there are many; each source with what the press brings back."""
    if not offers.sources or not sources:
        return
    if len(sources) <= SOURCE_BUTTONS:
        numbers = [str(one.number) for _, one in sources] if len(sources) > 1 else [""]
        yield actions(
            *(
                button(
                    f"Open source {number}".strip(),
                    f"{OPEN_SOURCE}:{place}",
                    value,
                    accessibility_label=plain(f"Open source {number}: {one.title}")["text"],
                )
                for place, (number, (value, one)) in enumerate(zip(numbers, sources, strict=True))
            )
        )
        return
    options = [option(f"[{one.number}] {clean(one.title) or one.document}", value) for value, one in sources[:100]]
    yield actions(menu("Open a source", OPEN_SOURCE, options))


def _offered(answer: Answer, offers: Offers) -> Iterator[Block]:
    """The last blocks: what can be done with the answer."""
    missing = answer.abstained or answer.uncertain or bool(answer.reason)
    buttons = []
    if offers.person and missing:
        buttons.append(button("Ask a person", ASK_PERSON, answer.id))
    if offers.share:
        where = f":{offers.thread_ts}" if offers.thread_ts else ""
        buttons.append(button("Share in channel", SHARE, f"{answer.id}{where}"))
    if buttons:
        yield actions(*buttons)
    if offers.feedback and not answer.abstained:
        yield {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": FEEDBACK,
                    "positive_button": _verdict("Helpful", answer.id, "helpful"),
                    "negative_button": _verdict("Not helpful", answer.id, "unhelpful"),
                }
            ],
        }


def _verdict(label: str, answer: str, verdict: str) -> Block:
    return {"text": plain(label), "value": f"{answer}:{verdict}", "accessibility_label": f"{label}: this answer"}


def _refusal(answer: Answer, offers: Offers) -> list[Block]:
    blocks = [said(cut(clean(answer.reason), _FULL.part) or UNKNOWN)]
    if answer.closest:
        elements = [section([words("This may help", bold=True)])]
        for number, citation in enumerate(answer.closest[:CLOSEST], 1):
            elements.append(quotation([words(cut(clean(citation.quote), QUOTE_CHARS) or "…")]))
            mark = [words(f"[{number}] ")] if len(answer.closest) > 1 else []
            elements.append(section([*mark, *_source(citation, _FULL)]))
        near = [
            (f"{answer.id}:{CLOSEST_MARK}{number}", citation.model_copy(update={"number": number}))
            for number, citation in enumerate(answer.closest[:CLOSEST], 1)
        ]
        blocks += [{"type": "divider"}, rich(*elements), *_openers(near, offers)]
    return [*blocks, *_offered(answer, offers)]
