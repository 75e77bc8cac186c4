"""What is learned from a library before any question: its names, abbreviations and vocabulary, and its imprint.

Learning from whole texts takes a second for each million characters. So each document is boiled down to its wording
once, the wordings are put together, and both are kept with the index: a bot reads what was learned, an update boils
down only what is new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from mmap import mmap

from pydantic import TypeAdapter

from bot.answer import abbreviations, names, spelling
from bot.answer.abbreviations import Spellings
from bot.answer.names import Names, Usage
from index.search import Index
from knowledge.text import stems
from knowledge.types import Document, PartialDate, first_day

LEARNED = "learned.json"
WORDINGS = "wordings.json"
"""Names of the two parts of a snapshot."""
VERSION = 2
"""Raise it when a rule changes by which something is learned: what is kept is then learned anew."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One document boiled down to what can be learned from it."""

    usage: Usage
    spellings: Spellings
    words: frozenset[str]
    publisher: str
    published: PartialDate | None


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who published the documents of a library, and when."""

    documents: int
    """How many there are."""
    publishers: frozenset[str]
    """Stems of the words of their names."""
    newest: PartialDate | None
    """Date of the newest document; None if none is dated."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a library's documents taught."""

    names: Names
    abbreviations: Mapping[str, str]
    vocabulary: tuple[str, ...]
    """In order."""
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class _Wordings:
    version: int
    by_digest: Mapping[str, Wording]
    """By the digest of source and text, as the manifest has it."""


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    learned: Learned
    documents: str = ""
    """Says from which documents."""


_WORDINGS = TypeAdapter(_Wordings)
_KEPT = TypeAdapter(_Kept)


def wording(document: Document) -> Wording:
    """Boil a document down."""
    text, source = document.text, document.source
    return Wording(
        names.usage(text), abbreviations.spellings(text), spelling.words(text), source.publisher, source.published
    )


def learn(wordings: Iterable[Wording]) -> Learned:
    """Learn from documents, in their order."""
    known = list(wordings)
    return Learned(
        names.learn(one.usage for one in known),
        abbreviations.learn(one.spellings for one in known),
        spelling.learn(one.words for one in known),
        Imprint(
            len(known),
            frozenset(stem for one in known for stem in stems(one.publisher)),
            max((one.published for one in known if one.published), key=first_day, default=None),
        ),
    )


def learned_from(documents: Iterable[Document]) -> Learned:
    """Learn from whole documents."""
    return learn(map(wording, documents))


def learned_parts(index: Index, for_all: Index, before: Mapping[str, object]) -> dict[str, bytes]:
    """Learn from an index, and give the parts of a snapshot that keep it.

    Args:
        index: The new one.
        for_all: What all staff may read of it. Whatever it teaches is kept whole, as most questions need it.
        before: Parts of the snapshot before, whose wordings are used again; empty if there is none, or if everything
            was read anew.
    """
    wordings = _wordings_of(index, before)
    learned = learn(wordings[digest] for digest in for_all.manifest.sources.values())
    return {
        LEARNED: _KEPT.dump_json(_Kept(VERSION, learned, _documents(for_all))),
        WORDINGS: _WORDINGS.dump_json(_Wordings(VERSION, wordings)),
    }


def learned_of(index: Index, parts: Mapping[str, object]) -> Learned:
    """What the documents of an index teach: as it is kept, if that is from just these, else from their wordings.

    Args:
        index: All of a snapshot's documents, or some of them.
        parts: Of the snapshot.
    """
    kept = _kept(parts)
    if kept is not None and kept.documents == _documents(index):
        return kept.learned
    return learn(_wordings_of(index, parts).values())


def _documents(index: Index) -> str:
    return hashlib.sha256("".join(index.manifest.sources.values()).encode()).hexdigest()


def _wordings_of(index: Index, before: Mapping[str, object]) -> dict[str, Wording]:
    """By digest, in the order of the index."""
    kept = _wordings(before)
    return {
        digest: kept.get(digest) or wording(index.documents[name]) for name, digest in index.manifest.sources.items()
    }


def _kept(parts: Mapping[str, object]) -> _Kept | None:
    """What was learned when a snapshot was made; None where it is not kept, or by other rules."""
    try:
        kept = _KEPT.validate_json(_content(parts, LEARNED))
    except ValueError:
        return None
    return kept if kept.version == VERSION else None


def _wordings(parts: Mapping[str, object]) -> Mapping[str, Wording]:
    try:
        kept = _WORDINGS.validate_json(_content(parts, WORDINGS))
    except ValueError:
        return {}
    return kept.by_digest if kept.version == VERSION else {}


def _content(parts: Mapping[str, object], name: str) -> bytes:
    content = parts.get(name)
    return bytes(content) if isinstance(content, bytes | mmap) else b""
