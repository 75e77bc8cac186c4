"""The documents and questions that all contenders get, and how it is judged whether one was found."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.types import BlockKind, Document
from tests.benchmarks import libraries, policies, wikipedia
from tests.benchmarks.peers.contender import Found, Library, Text

KNOWN = ("bundled", "originals")
"""The libraries whose known pairs are asked."""
WIKIPEDIA = "Wikipedia"
POLICIES = "policies"
POLICIES_ASKED = 3
"""Of the 20, the first by a hash with questions enough: each is a library of its own, with an index to be built."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and how to tell that words of a document answer it."""

    text: str
    documents: tuple[str, ...]
    """Ids of those that right words can come from."""
    patterns: tuple[str, ...] = ()
    """Regular expressions that the words match, each; empty where places are known."""
    places: tuple[tuple[int, int], ...] = ()
    """Ranges of the document's text, one of which the words overlap."""


@dataclass(frozen=True, slots=True)
class Material:
    """A library, and what is asked of it."""

    name: str
    library: Library
    asked: tuple[Asked, ...]


def known_pairs() -> Iterator[Material]:
    """The pairs with an answer that need neither an earlier turn nor a day on which they are asked."""
    for known in libraries.libraries():
        if known.name in KNOWN:
            folder, _ = libraries.PLACES[known.name]
            pairs = [pair for pair in known.pairs if pair.answerable and not pair.follows and not pair.today]
            asked = tuple(Asked(pair.question, pair.sources, patterns=pair.must_contain) for pair in pairs)
            yield Material(known.name, Library(folder, tuple(map(_plain, known.documents))), asked)


def articles(folder: Path, questions: int) -> Material:
    """The half of the Wikipedia articles that nothing was tuned on, and a sample of the questions on them."""
    documents, cases = wikipedia.load(tuning=False)
    return Material(WIKIPEDIA, _library(folder, documents), _sample(cases, questions))


def privacy_policies(folder: Path, questions: int) -> Iterator[Material]:
    """Some of the privacy policies, each a library of its own, with as large a sample of the questions on each."""
    share = questions // POLICIES_ASKED
    asked = [(document, cases) for document, cases in policies.load() if len(cases) >= share]
    for document, cases in sorted(asked, key=lambda policy: policy[0].source.id)[:POLICIES_ASKED]:
        yield Material(POLICIES, _library(folder / document.source.id, [document]), _sample(cases, share))


def _sample(cases: Sequence[wikipedia.Case], questions: int) -> tuple[Asked, ...]:
    """The first, which come in the order of a hash."""
    return tuple(Asked(case.question, (case.document,), places=case.answers) for case in cases[:questions])


def _library(folder: Path, documents: Sequence[Document]) -> Library:
    """Write documents of paragraphs as plain text files, with their titles beside them."""
    folder.mkdir(parents=True)
    for document in documents:
        (folder / f"{document.source.id}.txt").write_text(document.text, "utf-8")
    titles = [{"file": f"{one.source.id}.txt", "title": one.source.title} for one in documents]
    (folder / "sources.yaml").write_text(yaml.safe_dump(titles), "utf-8")
    return Library(folder, tuple(Text(one.source.id, one.source.title, one.text) for one in documents))


def _plain(document: Document) -> Text:
    """A document without its menus and banners; a heading stays with what it is about, whoever cuts at blank lines."""
    text = ""
    for block in document.blocks:
        if block.kind is not BlockKind.FURNITURE:
            text += block.of(document.text) + ("\n" if block.kind is BlockKind.HEADING else "\n\n")
    return Text(document.source.id, document.source.title, text)


def right(asked: Asked, found: Sequence[Found], library: Library) -> bool:
    """Whether what was shown first answers a question."""
    if not asked.patterns:
        texts = {document.id: document.text for document in library.documents}
        return any(
            start < last and first < end
            for document, words in found
            if document in asked.documents
            for start, end in placed(words, texts[document])
            for first, last in asked.places
        )
    words = "\n".join(one.words for one in found)
    named = any(one.document in asked.documents for one in found)
    return named and all(re.search(pattern, words, re.IGNORECASE) for pattern in asked.patterns)


def placed(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a text, white space aside; nothing if they do not stand there."""
    sought = "".join(words.split())
    start = "".join(text.split()).find(sought) if sought else -1
    if start < 0:
        print(f"These words of a passage do not stand in its document: {words[:80]!r}.", file=sys.stderr)
        return
    offsets = [offset for offset, character in enumerate(text) if not character.isspace()]
    yield offsets[start], offsets[start + len(sought) - 1] + 1
