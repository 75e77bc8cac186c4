"""The Home tab: how to ask, what to ask, which documents the bot knows, and how current they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.slack.elements import (
    VIEW_BLOCKS,
    actions,
    asked_for,
    bullets,
    button,
    channel,
    clean,
    cut,
    group,
    header,
    link,
    plain,
    rich,
    said,
    section,
    small,
    words,
)
from bot.slack.rules import People
from bot.slack.types import Block
from knowledge.types import Source, last_day, spoken_date
from knowledge.versions import superseded

DOCUMENTS = 20
"""On one page."""
TITLE_CHARS = 150
ABOUT_CHARS = 120
"""Of a document's publisher."""
QUESTION_CHARS = 2_000
"""Of what can be typed; the assistant looks up no more."""

PROMPT = "prompt"
ASK = "ask"
TURN = "documents"
"""What a press means: the `action_id` up to its colon."""

HOW = (
    ("In a channel: ", "mention me with your question. I answer in a thread, for all to see."),
    ("Just between us: ", "write to me under Messages."),
    ("Anywhere: ", "type /merger and your question. Only you see the answer."),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents that somebody may read."""

    sources: Sequence[Source]
    """The newest first."""
    overruled: Collection[str]
    """Ids of those that a newer one has superseded."""


@dataclass(frozen=True, slots=True)
class Front:
    """What somebody finds on the Home tab."""

    shelf: Shelf
    updated: date
    """When the index was made."""
    prompts: Sequence[str] = ()
    """Questions to press."""
    page: int = 1
    """Of the documents; one that is not there becomes the nearest."""
    keep_days: int = 30
    """How long questions are kept; 0 keeps them in memory only."""
    people: People | None = None
    """Whom to ask what the documents do not say."""


def shelf(sources: Iterable[Source]) -> Shelf:
    """Put documents in order: the newest first, those without a date last."""
    known = [source for source in sources if source.status != "withdrawn"]
    overruled = {*superseded(known), *(source.id for source in known if source.status == "superseded")}
    ordered = sorted(known, key=lambda source: (clean(source.title).casefold(), source.id))
    ordered.sort(key=lambda source: last_day(source.published) if source.published else date.min, reverse=True)
    return Shelf(ordered, overruled)


def home_view(front: Front, extra: Sequence[Block] = ()) -> Block:
    """The Home tab of one person.

    Args:
        front: What they find.
        extra: Blocks for the end, such as what admins see; as many as Slack takes.
    """
    blocks = [*_asking(front.prompts), {"type": "divider"}, *_documents(front), {"type": "divider"}, *_about(front)]
    return {"type": "home", "blocks": [*blocks, *extra][:VIEW_BLOCKS]}


def _asking(prompts: Sequence[str]) -> Iterator[Block]:
    yield header("Ask about the merger")
    yield said("I answer in the words of the documents, with the source, and say so when they do not know.")
    yield rich(bullets([[words(where, bold=True), words(how)] for where, how in HOW]))
    if prompts:
        yield rich(section([words("For example", bold=True)]))
        yield actions(*(button(each, f"{PROMPT}:{number}", each) for number, each in enumerate(prompts)))
    yield _field()
    yield actions(button("Ask", f"{ASK}:now", style="primary"))


def _field() -> Block:
    """Where a question can be typed; Enter sends it."""
    element = {
        "type": "plain_text_input",
        "action_id": ASK,
        "max_length": QUESTION_CHARS,
        "placeholder": plain("Type it here and press Enter"),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    return asked_for("Your question", ASK, element) | {"dispatch_action": True}


def _documents(front: Front) -> Iterator[Block]:
    sources = front.shelf.sources
    yield header("What I know")
    yield small(_currency(sources, front.updated))
    if not sources:
        return
    pages = -(-len(sources) // DOCUMENTS)
    page = min(max(front.page, 1), pages)
    first = (page - 1) * DOCUMENTS
    shown = sources[first : first + DOCUMENTS]
    yield rich(bullets([_line(source, source.id in front.shelf.overruled) for source in shown]))
    if pages > 1:
        yield small(f"Documents {first + 1:,} to {first + len(shown):,} of {len(sources):,}, the newest first.")
        newer = [button("Newer", f"{TURN}:newer", str(page - 1))] if page > 1 else []
        older = [button("Older", f"{TURN}:older", str(page + 1))] if page < pages else []
        yield actions(*newer, *older)


def _currency(sources: Sequence[Source], updated: date) -> str:
    last = f"Last updated {spoken_date(updated.isoformat())}"
    if not sources:
        return f"{last}. There are no documents yet."
    count = _counted(len(sources), "document")
    newest = sources[0].published
    if newest is None:
        return f"{last}: {count}, without a date."
    when = spoken_date(newest)
    one = "" if len(sources) == 1 else ", the newest"
    return f"{last}: {count}{one} of {when}. I know nothing of what happened after that."


def _line(source: Source, overruled: bool) -> list[Block]:
    title = cut(clean(source.title), TITLE_CHARS) or source.id
    when = spoken_date(source.published) if source.published else "no date"
    known = (cut(clean(source.publisher), ABOUT_CHARS), when, "superseded" if overruled else "")
    return [link(title, source.url), words("".join(f" · {one}" for one in known if one))]


def _about(front: Front) -> Iterator[Block]:
    if people := front.people:
        whom = [words(" "), group(people.group)] if people.group else []
        where = [words(" in "), channel(people.channel)] if people.channel else []
        yield rich(section([words("When the documents do not say, ask"), *whom, *where, words(".")]))
    yield small(_privacy(front.keep_days))


def _privacy(days: int) -> str:
    if not days:
        return "Your questions and their answers are kept in memory only, for a day at most, and without your name."
    return f"Your questions and their answers are kept for {_counted(days, 'day')}, without your name, then deleted."


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
