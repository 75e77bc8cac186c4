"""A question that goes to people: the post that they get, the window in which one answers, and who is told what.

What has to be known later travels in the button and in the window, because only there may a person's id stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from bot.answer import layout
from bot.answer.types import Answer, Citation
from bot.slack.blocks import CLOSEST, QUOTE_CHARS, about
from bot.slack.elements import (
    TEXT_CHARS,
    actions,
    asked_for,
    button,
    can_open,
    channel,
    clean,
    clean_lines,
    cut,
    escaped_within,
    group,
    link,
    modal,
    person,
    plain,
    quotation,
    rich,
    said,
    section,
    small,
    text_field,
    words,
)
from bot.slack.rules import People
from bot.slack.types import Block, Message

MARK_ANSWERED = "mark_answered"
OPEN_THREAD = "thread"
WINDOW = "answered"
"""The `callback_id` of the window."""
NOTE = "note"
"""Its input, by the `block_id`."""
NOTE_CHARS = 2_000
QUESTION = "question"
"""The `block_id` of the question in a post, by which it is found again."""
QUESTION_CHARS = 1_000
"""Of a question; twice as many fit where it travels."""
ANSWER_CHARS = 1_200
"""Of an answer that was not certain."""
TITLE_CHARS, ABOUT_CHARS, AUDIENCE_CHARS = 200, 300, 100
LINK_CHARS = 500
"""Of the address of the thread; Slack's are a third of that."""

ANSWERED = "Somebody has already answered this question. Thank you."


class Ask(BaseModel):
    """Who asked what, as the button of a post carries it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: str
    """Id of the answer that was not enough."""
    asker: str
    """Slack's id of the person."""
    channel: str = ""
    """Where they asked; empty if nowhere that they can be told something."""
    thread: str = ""
    """In which thread; empty without one."""
    link: str = ""
    """To the thread, for others; empty if only the asker sees it."""


class Marking(BaseModel):
    """Which post somebody answers, as the window carries it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ask: Ask
    question: str
    channel: str
    """Of the post."""
    ts: str
    """Of the post."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the documents had, as far as those who read the post may read it."""

    answer: str = ""
    """The answer that was not certain or not enough."""
    passages: tuple[Citation, ...] = ()
    """What the answer rests on, or the passages that come closest."""
    closed: bool = False
    """There was something that they may not read."""
    audiences: tuple[str, ...] = ()
    """For whom that is; empty if its documents are gone."""


NOTHING = Found()


def found_for(answer: Answer, readable: Mapping[str, object], audiences: Mapping[str, str]) -> Found:
    """What of an answer may be shown.

    Args:
        answer: What was answered.
        readable: The documents that may be read, by their ids.
        audiences: For whom each document is that may not, by its id.
    """
    held = answer.closest[:CLOSEST] if answer.abstained else answer.citations
    shut = [one for one in held if one.document not in readable]
    names = tuple(sorted({name for one in shut if (name := clean(audiences.get(one.document, "")))}))
    if shut and not answer.abstained:
        return Found(closed=True, audiences=names)
    open_ones = [one for one in held if one.document in readable]
    passages = open_ones if answer.abstained else [together[0] for together in layout.places(open_ones)][:CLOSEST]
    text = "" if answer.abstained else cut(clean(answer.text), ANSWER_CHARS)
    return Found(text, tuple(passages), bool(shut), names)


def standing(answer: Answer) -> str:
    """What became of a question, for the people who are asked instead."""
    if answer.abstained:
        return "The documents do not answer this."
    if answer.reason:
        return "The documents answer only a part of this."
    if answer.uncertain:
        return "The documents may answer this, but that is not certain."
    return "The documents have an answer, but it did not help."


def question_post(ask: Ask, question: str, status: str, found: Found, people: People) -> Message:
    """The post to the people who are asked.

    Args:
        ask: Who asks, and where.
        question: As it was asked.
        status: What became of it.
        found: What may be shown of what was found.
        people: Whom it is for.
    """
    called = [group(people.group), words(", ")] if people.group and people.channel else []
    thread = [button("Open the thread", OPEN_THREAD, url=ask.link)] if can_open(ask.link) else []
    blocks = [
        rich(section([*called, person(ask.asker), words(" asks:")])),
        _question(question),
        rich(section([words(status, italic=True)]), *_found(found)),
        *_closed(found),
        actions(button("Mark answered", MARK_ANSWERED, ask.model_dump_json(), style="primary"), *thread),
    ]
    return Message(text=f"A question for you: {escaped_within(clean(question), QUESTION_CHARS)}", blocks=blocks)


def answered_post(ask: Ask, question: str, found: Found, by: str, note: str) -> Message:
    """The same post once somebody has answered.

    Args:
        ask: Who asked, and where.
        question: As the post had it.
        found: What may be shown of what was found.
        by: Slack's id of the person who answered.
        note: What they said to the asker; may be empty.
    """
    noted = [rich(quotation([words(note)]))] if (note := _note(note)) else []
    thread = [actions(button("Open the thread", OPEN_THREAD, url=ask.link))] if can_open(ask.link) else []
    shown = [*_found(found)]
    blocks = [
        rich(section([words("Answered by ", bold=True), person(by)])),
        *noted,
        rich(section([person(ask.asker), words(" asked:")])),
        _question(question),
        *([rich(*shown)] if shown else []),
        *_closed(found),
        *thread,
    ]
    return Message(text=f"Answered: {escaped_within(clean(question), QUESTION_CHARS)}", blocks=blocks)


def question_in(message: Mapping[str, object]) -> str:
    """The question in a post, as Slack brings it back with a press; empty if it is not there."""
    blocks = message.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if block.get("block_id") == QUESTION:
            return "".join(leaf.get("text", "") for part in block["elements"] for leaf in part["elements"])
    return ""


def mark_view(marking: Marking) -> Block:
    """The window in which somebody says what the asker should know."""
    where = (
        "It is posted in the thread of the question, where others can read it, too."
        if marking.ask.thread and not marking.ask.channel.startswith("D")
        else "The person who asked gets it in a direct message, and all who were asked can read it."
    )
    return modal(
        "Mark answered",
        [
            rich(quotation([words(cut(clean(marking.question), QUESTION_CHARS) or "…")])),
            asked_for("What should the asker know?", NOTE, text_field(NOTE, NOTE_CHARS), optional=True, hint=where),
        ],
        callback_id=WINDOW,
        private_metadata=marking.model_dump_json(),
        submit=plain("Mark answered"),
    )


def answer_for_asker(ask: Ask, question: str, by: str, note: str) -> Message:
    """What the asker is told.

    Args:
        ask: Who asked.
        question: As the post had it.
        by: Slack's id of the person who answered.
        note: What they said; may be empty.
    """
    note = _note(note)
    what = " has answered your question:" if note else " has marked your question as answered:"
    blocks = [rich(section([person(ask.asker), words(", "), person(by), words(what)])), _question(question)]
    if note:
        blocks.append(rich(quotation([words(note)])))
    return Message(text=escaped_within(f"Your question was answered. {note}".strip(), TEXT_CHARS), blocks=blocks)


def asked_message(people: People, reached: int, in_thread: bool) -> Message:
    """What the asker is told at once: who was asked.

    Args:
        people: Whom.
        reached: How many of them got a direct message; 0 if it was posted in a channel.
        in_thread: The answer comes into the thread of the question.
    """
    if people.channel:
        who = [words("I have asked in "), channel(people.channel)]
        who += [words(" and called "), group(people.group)] if people.group else []
    else:
        count = "one member" if reached == 1 else f"{reached} members"
        who = [words(f"I have asked {count} of "), group(people.group or "")]
    where = "here in the thread" if in_thread else "in a direct message"
    rest = f". They see your question, your name and what I found. You will be told {where} when somebody has answered."
    return Message(text=f"I have asked a person{rest}", blocks=[rich(section([*who, words(rest)]))])


def message_view(message: Message) -> Block:
    """A message in a window, where the button that it answers stood."""
    return modal("Ask a person", message["blocks"])


def _note(note: str) -> str:
    return cut(clean_lines(note), NOTE_CHARS)


def _question(question: str) -> Block:
    return {**rich(quotation([words(cut(clean(question), QUESTION_CHARS) or "…")])), "block_id": QUESTION}


def _found(found: Found) -> Iterator[Block]:
    if found.answer:
        yield section([words("What was answered", bold=True)])
        yield quotation([words(found.answer)])
        yield section([words("From", bold=True)])
    elif found.passages:
        yield section([words("What comes closest", bold=True)])
    for citation in found.passages:
        if not found.answer:
            yield quotation([words(cut(clean(citation.quote), QUOTE_CHARS) or "…")])
        title = cut(clean(citation.title), TITLE_CHARS) or citation.document
        yield section([link(title, citation.url), words(cut(" · ".join(["", *about(citation)]), ABOUT_CHARS))])


def _closed(found: Found) -> Iterator[Block]:
    if found.closed and found.audiences:
        what = "Something else that was found" if found.passages else "What was found"
        yield small(f"{what} is limited to {_listed(found.audiences)} and is not shown.")
    elif found.closed:
        yield small("Some of what was found can no longer be shown.")
    elif not found.answer and not found.passages:
        yield said("Nothing came close.")


def _listed(names: Sequence[str]) -> str:
    return cut(" and ".join(filter(None, [", ".join(names[:-1]), names[-1]])), AUDIENCE_CHARS)
