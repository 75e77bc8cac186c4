"""Questions without an answer as admins see them, and the window that makes a known pair out of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.answer.question import MOST_CHARS
from bot.evaluate import Outcome
from bot.slack.elements import (
    TITLE_CHARS,
    actions,
    asked_for,
    bullets,
    button,
    clean,
    cut,
    escaped_within,
    menu,
    modal,
    option,
    plain,
    radios,
    rich,
    said,
    section,
    size,
    small,
    text_field,
    words,
)
from bot.slack.types import Block, Message

MAKE_PAIR = "make_pair"
"""What admins press; the value is the id of the answer that was none."""
PAIR_WINDOW = "make_pair"
QUESTION, EXPECTED, WORDS, SOURCE = "question", "expected", "words", "sources"
"""Inputs of the window, by their `block_id`."""
ANSWERED, DECLINED = "answered", "declined"

GROUPS = 15
"""Shown at most; Slack takes 50 blocks, and each is two."""
DIGEST_CHARS = 9_500
"""Of all blocks; groups for which there is no room are counted."""
OTHERS = 2
"""Other wordings shown of a group."""
WORDING_CHARS = 300
OTHER_CHARS = 120
REASON_CHARS = 200
EXPECTED_CHARS = 1_000
OPTIONS = 100
"""Of a menu; more documents than this are named by their ids."""
VALUE_CHARS = 75
"""Of an option."""

ALL_ANSWERED = "Every question of the last week was answered."
NOTHING_ASKED = "Nobody has asked anything in the last week."
_NONE_SHOWN = "Questions of the last week without an answer"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What people wanted to know and the documents did not say."""

    question: str
    answer: str
    """Id of the answer that was none."""
    times: int
    people: int
    reason: str
    """Why there was no answer; empty if it is not for everybody."""
    others: tuple[str, ...] = ()
    """Other wordings."""


@dataclass(frozen=True, slots=True)
class Week:
    """The questions of a week."""

    asked: int
    """All of them, answered or not."""
    wanted: tuple[Wanted, ...] = ()
    """The most frequent first."""
    private: int = 0
    """What was asked where more could be quoted than all staff may read; counted, and not shown."""


def week_message(week: Week) -> Message:
    """The questions of a week that had no answer, without anybody's name."""
    if not week.wanted and not week.private:
        return _told(ALL_ANSWERED if week.asked else NOTHING_ASKED)
    count = sum(one.times for one in week.wanted) + week.private
    head = f"{_times(count, 'question')} of the last week had no answer."
    blocks = [rich(section([words(_NONE_SHOWN, bold=True)]))]
    blocks.append(small(f"{count} of {week.asked}; what is alike stands together, the most frequent first."))
    foot = _foot(week, 0)
    shown = 0
    for number, one in enumerate(week.wanted[:GROUPS], 1):
        group = [_group(one), actions(button("Make it a known pair", f"{MAKE_PAIR}:{number}", one.answer))]
        if size([*blocks, *group, *foot]) > DIGEST_CHARS:
            break
        blocks += group
        shown = number
    most = f" Asked most: {escaped_within(_line(week.wanted[0].question, WORDING_CHARS), 1_000)}" if week.wanted else ""
    return Message(text=f"{head}{most}", blocks=[*blocks, *_foot(week, shown)])


def _foot(week: Week, shown: int) -> list[Block]:
    lines = []
    if left := len(week.wanted) - shown:
        lines.append(f"… {left} more")
    if week.private:
        more = "more " if week.wanted else ""
        lines.append(
            f"{_times(week.private, f'{more}question')} that may be about what not all staff may read: only counted."
        )
    return [small(line) for line in lines]


def _group(one: Wanted) -> Block:
    asked = f"Asked {_often(one.times)} by {_times(one.people, 'person', 'people')}."
    reason = cut(clean(one.reason), REASON_CHARS)
    told = [words(_line(one.question, WORDING_CHARS), bold=True), words(f"\n{asked} {reason}".rstrip())]
    others = [[words(_line(other, OTHER_CHARS))] for other in one.others[:OTHERS]]
    if not others:
        return rich(section(told))
    return rich(section([*told, words("\nAlso asked as:")]), bullets(others))


def pair_view(question: str, documents: Mapping[str, str] | None, about: str) -> Block:
    """The window that asks how a right answer to a question can be told.

    Args:
        question: As it was asked.
        documents: Titles of the documents for all staff, by id; None if there are too many to choose from.
        about: What the window was opened for.
    """
    expected = [option("It must be answered", ANSWERED), option("It must be declined", DECLINED)]
    choice = radios(EXPECTED, expected) | {"initial_option": expected[0]}
    asked = text_field(QUESTION, MOST_CHARS)
    if shown := cut(clean(question), MOST_CHARS):
        asked["initial_value"] = shown
    as_there = "As they stand in the document; one line for each. None if it must be declined."
    blocks = [
        said("Each update of the index asks the known pairs first, and is not published if too many are wrong."),
        asked_for("Question", QUESTION, asked),
        asked_for("What should happen?", EXPECTED, choice),
        asked_for(
            "Words that the answer must have", WORDS, text_field(WORDS, EXPECTED_CHARS), optional=True, hint=as_there
        ),
        asked_for("Document that the answer rests on", SOURCE, _documents(documents), optional=True),
    ]
    return modal(
        "Make a known pair", blocks, callback_id=PAIR_WINDOW, private_metadata=about, submit=plain("Add", TITLE_CHARS)
    )


def _documents(documents: Mapping[str, str] | None) -> Block:
    if documents and len(documents) <= OPTIONS and max(map(len, documents)) <= VALUE_CHARS:
        by_title = sorted(documents.items(), key=lambda held: (clean(held[1]), held[0]))
        return menu("Choose a document", SOURCE, [option(clean(title) or name, name) for name, title in by_title])
    return {"type": "plain_text_input", "action_id": SOURCE, "max_length": 500, "placeholder": plain("Its id")}


def added_message(outcome: Outcome) -> Message:
    """A known pair that was added, and what is said to it now."""
    if outcome.skipped:
        now = "It is not asked, because its document is not in the index."
    elif outcome.problem:
        now = f"It is not right yet. {outcome.problem}"
    else:
        now = "It is answered rightly now." if outcome.pair.answerable else "It is declined now, as it should be."
    return _told(f"Added to the known pairs. {now}", outcome.pair.question)


def refused_message(question: str, why: str) -> Message:
    """A known pair that was not added."""
    return _told(f"Not added to the known pairs. {why}", question)


def _told(sentence: str, question: str = "") -> Message:
    """A sentence of our own, in which words of others may stand, about a question."""
    shown = _line(sentence, 2_000)
    head = [words(_line(question, WORDING_CHARS), bold=True), words("\n")] if question else []
    about = f"{_line(question, WORDING_CHARS)} " if question else ""
    return Message(text=escaped_within(f"{about}{shown}", 3_000), blocks=[rich(section([*head, words(shown)]))])


def expected_words(filled_in: str) -> tuple[str, ...]:
    """What was written into the window, a line each."""
    return tuple(filter(None, map(str.strip, filled_in.splitlines())))


def _line(text: str, chars: int) -> str:
    return cut(clean(text), chars) or "…"


def _often(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def _times(count: int, what: str, several: str = "") -> str:
    return f"{count} {what if count == 1 else several or f'{what}s'}"
