"""What admins are shown of library and index: how things stand, the documents, the snapshots to go back to."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from bot.record import Entry
from bot.slack.elements import (
    actions,
    bullets,
    button,
    clean,
    cut,
    escaped_within,
    plain,
    rich,
    said,
    size,
    small,
    words,
)
from bot.slack.types import Block, Message
from index.store import Snapshot
from knowledge.types import Source, spoken_date

ADMIN = "admin"
ROLL_BACK = "rollback"
"""What admins press."""

PAGE = 20
"""Documents listed at a time."""
PAGE_CHARS = 9_000
NAMES = 10
LINE_CHARS = 150
HOW = {
    "status": "how library and index stand",
    "documents": "which documents there are; `documents 2` shows the next page",
    "update": "try what an update of the index would change, then publish it",
    "rollback": "go back to an older index",
    "unanswered": "what was asked in the last week and not answered",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How library and index stand."""

    version: str
    """Of the index that is live."""
    updated: Entry | None
    """What is on record of its publishing."""
    created: datetime
    passages: int
    documents: int
    """In the index."""
    limited: int
    """In the library, that are not for all staff."""
    pending: tuple[str, ...]
    """Ids of documents that were added, changed or removed and are not in the index as they are now."""
    waiting: tuple[str, ...]
    """Names of files that were sent and are not published."""
    unanswered: int
    """Questions of the last week."""


def _lines(standing: Standing) -> list[list[Block]]:
    made = f"{standing.created:%-d %B %Y, %H:%M} UTC"
    lines = [
        [words("Index: "), words(standing.version, bold=True), words(f", made on {made}")],
        [words(f"{_counted(standing.documents, 'document')}, {_counted(standing.passages, 'passage')}")],
    ]
    if standing.limited:
        lines.append([words(f"{_counted(standing.limited, 'document')} not for all staff")])
    if standing.updated is not None:
        entry = standing.updated
        known = f"{entry.right} of {entry.answerable} right, {entry.declined} of {entry.unanswerable} declined"
        lines.append([words(f"Known questions: {known}{', published all the same' if entry.forced else ''}")])
    lines.append([words(_some("Not in the index as they are now", standing.pending) or "The index is up to date")])
    if standing.waiting:
        lines.append([words(_some("Sent and not published", standing.waiting))])
    lines.append([words(f"{_counted(standing.unanswered, 'question')} not answered in the last 7 days")])
    return lines


def standing_message(standing: Standing) -> Message:
    """How things stand, with what can be done about it."""
    text = f"Index {standing.version}: {standing.documents} documents, {len(standing.pending)} to be updated."
    return Message(text=text, blocks=[rich(bullets(_lines(standing))), _todo(standing)])


def panel(standing: Standing) -> list[Block]:
    """The same for the Home tab."""
    head = {"type": "header", "text": plain("For those who look after the documents", 150)}
    how = "To add a document, send me the file in a direct message. /merger admin shows all that can be done."
    return [{"type": "divider"}, head, rich(bullets(_lines(standing))), _todo(standing), small(how)]


def _todo(standing: Standing) -> Block:
    style = {"style": "primary"} if standing.pending else {}
    return actions(
        button("Try an update", f"{ADMIN}:update", "update", **style),
        button("Documents", f"{ADMIN}:documents", "documents"),
        button("Go back", f"{ADMIN}:rollback", "rollback"),
        button("Unanswered", f"{ADMIN}:unanswered", "unanswered"),
    )


def documents_message(sources: Sequence[Source], indexed: Set[str], page: int) -> Message:
    """The documents of the library, the newest first.

    Args:
        sources: All of them.
        indexed: Ids of those that the live index has.
        page: From 1.
    """
    newest = sorted(sources, key=lambda one: (one.published or "", one.id), reverse=True)
    pages = max(1, -(-len(newest) // PAGE))
    page = min(max(page, 1), pages)
    items: list[list[Block]] = []
    for source in newest[(page - 1) * PAGE : page * PAGE]:
        facts = [
            clean(source.publisher),
            spoken_date(source.published) if source.published else "no date",
            f"for {clean(source.audience)}" if source.audience else "",
            source.status if source.status in ("superseded", "withdrawn", "proposed") else "",
            "" if source.id in indexed else "not in the index yet",
        ]
        about = cut(f" · {' · '.join(filter(None, facts))}", LINE_CHARS)
        items.append([words(cut(clean(source.title), LINE_CHARS) or source.id, bold=True), words(about)])
    head = f"{_counted(len(newest), 'document')}, page {page} of {pages}"
    blocks = [said(f"{head}:"), *([rich(bullets(items))] if items else [])]
    if page < pages:
        blocks.append(actions(button("Older ones", f"{ADMIN}:more", f"documents {page + 1}")))
    assert size(blocks) <= PAGE_CHARS
    return Message(text=head, blocks=blocks)


def snapshots_message(snapshots: Sequence[Snapshot]) -> Message:
    """The older indexes that can be gone back to."""
    older = [one for one in snapshots if not one.live and one.manifest is not None][:NAMES]
    live = next((one.version for one in snapshots if one.live), "none")
    if not older:
        return Message(text="There is no older index.", blocks=[said(f"Live is {live}. There is no older index.")])
    blocks = [said(f"Live is {live}. Going back takes a second, and publishing again undoes it.")]
    for one in older:
        assert one.manifest is not None
        made = f"{one.manifest.created:%-d %B %Y, %H:%M} UTC"
        confirm = {
            "title": plain(f"Go back to {one.version}?", 100),
            "text": plain("Answers come from it for everybody, until another index is published.", 300),
            "confirm": plain("Go back", 30),
            "deny": plain("Stay", 30),
        }
        blocks.append(said(f"{one.version}, made on {made}, {_counted(len(one.manifest.sources), 'document')}"))
        blocks.append(
            actions(button(f"Go back to {one.version}", f"{ROLL_BACK}:{one.version}", one.version, confirm=confirm))
        )
    return Message(text=f"Live is {live}. {len(older)} older ones can be gone back to.", blocks=blocks)


def words_message(known: Sequence[str], typed: str) -> Message:
    """What can be typed behind `/merger admin`."""
    head = f"I do not know “{cut(clean(typed), 50)}”. " if typed else ""
    lines = [[words(f"/merger admin {word}", code=True), words(f": {HOW.get(word, '')}")] for word in known]
    told = f"{head}This is what you can do:"
    last = small("To add a document, send me the file in a direct message.")
    return Message(text=escaped_within(told, 300), blocks=[said(told), rich(bullets(lines)), last])


def _some(what: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(cut(clean(name), 60) for name in names[:NAMES])
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return f"{what}: {shown}{more}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
