"""What is missing about documents just added is asked for: questions on a terminal, commands to copy elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePath

from bot import understood
from bot.render_pieces import uncut
from bot.terminal import show, tell
from knowledge.library import Library
from knowledge.metadata import doubts, parse_assignments
from knowledge.readers.dates import written_date
from knowledge.types import BadMetadata, Source, spoken_date
from knowledge.versions import Succession, successions

MOST_ASKED_ABOUT = 5
"""Documents: whoever adds more at once has better things to do than to answer a hundred questions."""
MOST_TOLD = 20
"""Commands printed, before only their number is said."""
MAIL = (".eml", ".msg")
"""Endings of the files that bring others along."""
_PROMPTS = {
    "published": "Published (2019-10-21, 2019-10, 2019; empty if unknown): ",
    "publisher": "Publisher (empty if unknown): ",
}


def ask(library: Library, ids: Sequence[str], today: date) -> None:
    """Ask on a terminal for what is missing about these documents, and whether they replace older ones.

    The end of input or Ctrl-C leaves the rest unknown.
    """
    try:
        for source in _of(library, ids):
            _ask_facts(library, source, today)
        for found in successions(library.sources(), set(ids)):
            older = " and ".join(f"{source.id} ({_dated(source)})" for source in found.older)
            show(f"{found.newer.id} ({_dated(found.newer)}) has the title and publisher of {older}.")
            if _typed("Does it replace what is older? [y/N] ").casefold() in ("y", "yes"):
                library.set(found.newer.id, parse_assignments([_supersedes(found)]))
                show(f"{found.newer.id} supersedes {', '.join(found.supersedes)}.")
    except (EOFError, KeyboardInterrupt):
        show(
            "",
            "Nothing more is asked. What is not known can be said at any time:",
            uncut(commands(library, ids)),
        )


def commands(library: Library, ids: Sequence[str]) -> tuple[str, ...]:
    """The commands that say what is missing about these documents, and that they replace older ones."""
    lines = [command for source in _of(library, ids) for command in _set_missing(source)]
    lines += replacing(library, ids)
    left = len(lines) - MOST_TOLD
    more = (f"  and {left} more: `merger-bot documents list` marks what is undated.",) if left > 0 else ()
    return (*(f"  {line}" for line in lines[:MOST_TOLD]), *more)


def replacing(library: Library, ids: Sequence[str]) -> tuple[str, ...]:
    """The commands that say that these documents, or newer ones of them, replace older ones."""
    found = successions(library.sources(), set(ids))
    return tuple(f"merger-bot documents set {each.newer.id} {_supersedes(each)}" for each in found)


def warn(library: Library, ids: Sequence[str], today: date) -> None:
    """Say on stderr which of these documents have a date that can hardly be."""
    for source in _of(library, ids):
        for sentence in doubts(source, today):
            tell(sentence, "yellow")


def _of(library: Library, ids: Sequence[str]) -> Iterator[Source]:
    wanted = set(ids)
    return (source for source in library.sources() if source.id in wanted)


def _ask_facts(library: Library, source: Source, today: date) -> None:
    gaps = understood.missing(source, understood.ASKED_FOR)
    if gaps:
        show("", f"{source.id}: {source.title}")
    for gap in gaps:
        while typed := _typed(_PROMPTS[gap.name]):
            value = (written_date(typed) or typed) if gap.name == "published" else typed
            try:
                said = library.set(source.id, parse_assignments([f"{gap.name}={value}"]))
            except BadMetadata as problem:
                tell(str(problem))
                continue
            for sentence in doubts(said, today):
                tell(sentence, "yellow")
            break


def _typed(prompt: str) -> str:
    return input(prompt).strip()


def _dated(source: Source) -> str:
    return spoken_date(source.published) if source.published else "undated"


def _set_missing(source: Source) -> Iterator[str]:
    gaps = understood.missing(source, understood.ASKED_FOR)
    if gaps:
        head, _, _ = gaps[0].command.rpartition(" ")
        yield f"{head} {' '.join(gap.command.rpartition(' ')[2] for gap in gaps)}"


def _supersedes(found: Succession) -> str:
    return f"supersedes={','.join(found.supersedes)}"


def came_with(id_or_file: str, known: Sequence[Source]) -> tuple[str, ...]:
    """Say which documents came as attachments of an e-mail: they stay when it goes."""
    files = (source.file for source in known if id_or_file in (source.id, source.file))
    mail = PurePath(next(files, ""))
    if mail.suffix.lower() not in MAIL:
        return ()
    ids = [source.id for source in known if source.file.startswith(f"{mail.stem} ")]
    return (f"What came with it stays: {', '.join(ids)}.",) if ids else ()
