"""Versions: which document is probably a newer one of another, and what may be said to supersede what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

from knowledge.readers.dates import mentions
from knowledge.types import BadMetadata, Source, first_day, last_day

SUGGESTED = 3
"""Ids named to who wrote one that is not there: more are no longer a hint."""

_DONE_WITH = ("superseded", "withdrawn")
_VERSION = re.compile(
    r"\b(?:v|ver|version|rev|revision|edition|draft)\W{0,2}\d+(?:\.\d+)*\b|\(\d+\)"
    r"|\b(?:the|final|draft|revised|updated|copy(?: of)?|(?:19|20)\d\d(?:\W\d\d)?)\b",
    re.IGNORECASE,
)
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Succession:
    """A document that is probably the newest version of others."""

    newer: Source
    older: tuple[Source, ...]
    """Sorted by id."""

    @property
    def supersedes(self) -> tuple[str, ...]:
        """What the newer document has to supersede so that these, and all that it did before, are overruled."""
        return tuple(dict.fromkeys((*self.newer.supersedes, *(source.id for source in self.older))))


def successions(known: Sequence[Source], about: Collection[str] | None = None) -> tuple[Succession, ...]:
    """Find documents with the same title and publisher as others, and a later date.

    Upper and lower case and punctuation do not count, nor do dates, `v2`, `final` and the like in titles. A date is
    later only if it is for certain: 21 October 2019 is not later than October 2019.

    Args:
        known: All documents.
        about: Ids; a succession in which none of them is the newer or an older one is left out. None: all count.

    Returns:
        Sorted by the newer one's id; without those that somebody has decided already.
    """
    groups: dict[tuple[str, str], list[Source]] = defaultdict(list)
    for source in known:
        if source.published and source.status not in _DONE_WITH and (title := _title_key(source.title)):
            groups[title, _plain(source.publisher)].append(source)
    overruled = superseded(known)
    found = []
    for group in groups.values():
        latest = max(first_day(source.published or "") for source in group)
        for newer in (source for source in group if last_day(source.published or "") >= latest):
            older = [source for source in group if _is_later(newer, source) and source.id not in newer.supersedes]
            undecided = any(source.id not in overruled for source in older)
            if undecided and (about is None or any(source.id in about for source in (newer, *older))):
                found.append(Succession(newer, tuple(sorted(older, key=lambda source: source.id))))
    return tuple(sorted(found, key=lambda succession: succession.newer.id))


def superseded(known: Iterable[Source]) -> dict[str, tuple[str, ...]]:
    """For each id that is superseded, the ids of the documents that say so, sorted."""
    newer: dict[str, set[str]] = defaultdict(set)
    for source in known:
        for older in source.supersedes:
            newer[older].add(source.id)
    return {older: tuple(sorted(ids)) for older, ids in newer.items()}


def check_supersedes(document: str, supersedes: Sequence[str], known: Iterable[Source]) -> None:
    """Check what a document is said to supersede.

    Raises:
        BadMetadata: An id is not in the library (names the nearest), is the document's own, or closes a circle.
    """
    by_id = {source.id: source.supersedes for source in known}
    for older in supersedes:
        if older == document:
            raise BadMetadata(f"{document} cannot supersede itself. Name the ids of older documents.")
        if older not in by_id:
            near = get_close_matches(older, by_id, SUGGESTED)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            what = f"{document} cannot supersede {older!r}: there is no such document in the library.{hint}"
            raise BadMetadata(f"{what} `merger-bot documents list` shows the ids.")
        if chain := _chain(older, document, by_id):
            said = ", ".join(f"{newer} supersedes {old}" for newer, old in pairwise(chain))
            what = (
                f"{document} cannot supersede {older}, as it is the older of the two by what was said before: {said}."
            )
            raise BadMetadata(f"{what} Correct that first, with `merger-bot documents set {chain[-2]} supersedes=...`.")


def _chain(start: str, end: str, supersedes: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way from a document to one that it overrules, over those in between; empty if there is none."""
    came_from = {start: ""}
    todo = [start]
    for document in todo:  # grows while it is walked
        for older in supersedes.get(document, ()):
            if older not in came_from:
                came_from[older] = document
                todo.append(older)
    chain = [end] if end in came_from else []
    while chain and came_from[chain[0]]:
        chain.insert(0, came_from[chain[0]])
    return chain


def _is_later(source: Source, other: Source) -> bool:
    if source.published is None or other.published is None:
        return False
    return first_day(source.published) > last_day(other.published)


def _title_key(title: str) -> str:
    """What stays the same from one version of a title to the next."""
    for mention in reversed(mentions(title)):
        title = f"{title[: mention.start]} {title[mention.end :]}"
    return _plain(_VERSION.sub(" ", title.replace("_", " ")))


def _plain(words: str) -> str:
    return _NO_WORD.sub(" ", words.casefold()).strip()
