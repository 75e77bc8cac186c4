"""A segment: whole documents with their passages, vectors and words. It never changes.

An index is a few of them. An update writes a new one for what is new and takes the others over as they are, so that it
costs what has changed and not what there is (Lucene's design). Documents that have changed or were removed stay behind
in their old segment, unseen, until that is written anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from index import flat, graph, lexical, lines
from index.flat import Flat
from index.graph import Graph
from index.lexical import Postings
from index.lines import Lines
from index.types import Ints, Kept, Stored
from knowledge.text import stems
from knowledge.types import Document, Passage, Source

DOCUMENTS_REMEMBERED = 256
"""Of each segment, once they were read: more than all questions of a day lead to."""
SOURCES_REMEMBERED = 4_096
"""Of each segment. They are small, and each hit has one."""
PASSAGES_REMEMBERED = 4_096
"""Of each segment."""
KEY_DIGITS = 16
"""Of a passage's digest that its key keeps, in hexadecimal: what fits in 64 bits."""

_DOCUMENT = TypeAdapter(Document)
_SOURCE = TypeAdapter(Source)
_PASSAGE = TypeAdapter(Passage)
_ARRAYS = ("firsts", "keys", "token_vectors", "token_spans", "token_starts")
_FILES = (
    "ids.json", "documents.jsonl", "sources.jsonl", "passages.jsonl", "vectors.faiss", "vocabulary.json",
    *(f"{name}.npy" for name in (*_ARRAYS, "documents", "sources", "passages", "starts", "rows", "counts", "lengths")),
)  # fmt: skip
"""What a segment is on disk, each after its name and a full stop."""
_GRAPH = "graph.faiss"
"""What a large one may have besides."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Documents by number, and their passages by row, both counted from 0. Equal only to itself."""

    name: str
    """No other segment of the same index has it."""
    home: str
    """Version of a snapshot that holds its files; empty while it is only in memory."""
    ids: tuple[str, ...]
    """Of each document."""
    firsts: NDArray[np.int64]
    """Row of each document's first passage, shape (documents + 1,)."""
    documents: Lines[Document]
    sources: Lines[Source]
    """Of each document: a hit needs no more of it."""
    passages: Lines[Passage]
    keys: NDArray[np.uint64]
    """Of each passage, the beginning of its digest."""
    flat: Flat
    """The vector of each passage, unit length."""
    token_vectors: NDArray[np.int8]
    """Of all passages one after the other, projected, each scaled to its own greatest value; one row for each token."""
    token_spans: Ints
    """Of each token in `Passage.embedded`, in characters, shape (tokens, 2)."""
    token_starts: NDArray[np.int64]
    """Where the tokens of each passage begin, shape (passages + 1,)."""
    postings: Postings
    graph: Graph | None = None
    """Over the vectors, to find the nearest without looking at all."""

    def size(self, number: int) -> int:
        """Count the passages of a document."""
        return int(self.firsts[number + 1] - self.firsts[number])

    def token_count(self, number: int) -> int:
        """Count the tokens of a document."""
        first, last = self.firsts[number : number + 2]
        return int(self.token_starts[last] - self.token_starts[first])

    def tokens(self, row: int) -> slice:
        """Where the tokens of a passage stand."""
        return slice(int(self.token_starts[row]), int(self.token_starts[row + 1]))

    def stored(self, row: int) -> Stored:
        """Give a passage's vector, token vectors and token spans as they are kept."""
        chosen = self.tokens(row)
        return self.flat.vectors[row], self.token_vectors[chosen], self.token_spans[chosen]

    def parts(self) -> dict[str, NDArray[Any] | bytes | Kept]:
        """Everything, as named arrays and bytes for the store, or as files that it has already."""
        parts = self._graph_parts()
        if self.home:
            parts |= dict.fromkeys(_FILES, Kept(self.home))
            return {f"{self.name}.{part}": content for part, content in parts.items()}
        parts |= {
            "ids.json": json.dumps(self.ids).encode(),
            "documents.jsonl": bytes(self.documents.content),
            "documents": self.documents.lines,
            "sources.jsonl": bytes(self.sources.content),
            "sources": self.sources.lines,
            "passages.jsonl": bytes(self.passages.content),
            "passages": self.passages.lines,
            "vectors.faiss": self.flat.written(),
            **{name: getattr(self, name) for name in _ARRAYS},
            **self.postings.parts(),
        }
        return {f"{self.name}.{part}": content for part, content in parts.items()}

    def _graph_parts(self) -> dict[str, NDArray[Any] | bytes | Kept]:
        if self.graph is None:
            return {}
        return {_GRAPH: self.graph.new or Kept(self.home)}

    def with_graph(self) -> Segment:
        """The same with a graph over its vectors."""
        return replace(self, graph=graph.made(self.flat))

    @classmethod
    def restored(cls, name: str, home: str, parts: Mapping[str, Any]) -> Segment:
        """Put a segment together from the parts that `parts` gave, all of an index.

        Raises:
            SnapshotDamaged: Its documents were written in another form.
        """
        own = {part.removeprefix(f"{name}."): kept for part, kept in parts.items() if part.startswith(f"{name}.")}
        vectors = flat.opened(own["vectors.faiss"])
        made = cls(
            name=name,
            home=home,
            ids=tuple(json.loads(bytes(own["ids.json"]))),
            documents=Lines(own["documents.jsonl"], own["documents"], _DOCUMENT, DOCUMENTS_REMEMBERED),
            sources=Lines(own["sources.jsonl"], own["sources"], _SOURCE, SOURCES_REMEMBERED),
            passages=Lines(own["passages.jsonl"], own["passages"], _PASSAGE, PASSAGES_REMEMBERED),
            flat=vectors,
            graph=graph.opened(own[_GRAPH], vectors) if _GRAPH in own else None,
            postings=Postings.restored(own),
            **{array: own[array] for array in _ARRAYS},
        )
        # The others were written by the same program: what it wrote otherwise is found here, and not by a question.
        _ = made.documents[:1], made.passages[:1]
        return made


def made(
    name: str,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    stored: Sequence[Stored],
    dimension: int,
    token_dimension: int,
) -> Segment:
    """Make a segment of new documents.

    Args:
        name: Its name.
        documents: At least one.
        passages: Of all documents, in their order.
        stored: For each passage its vector, token vectors and token spans.
        dimension: Length of a vector.
        token_dimension: Length of a token vector.
    """
    numbers = {document.source.id: number for number, document in enumerate(documents)}
    owners = np.array([numbers[passage.source] for passage in passages], np.int64)
    return Segment(
        name=name,
        home="",
        ids=tuple(numbers),
        firsts=np.searchsorted(owners, np.arange(len(documents) + 1)).astype(np.int64),
        documents=Lines(*lines.written(documents, _DOCUMENT), _DOCUMENT, DOCUMENTS_REMEMBERED),
        sources=Lines(
            *lines.written([document.source for document in documents], _SOURCE), _SOURCE, SOURCES_REMEMBERED
        ),
        passages=Lines(*lines.written(passages, _PASSAGE), _PASSAGE, PASSAGES_REMEMBERED),
        keys=keys_of(passage.digest for passage in passages),
        flat=flat.made(np.array([vector for vector, _, _ in stored], np.float32), dimension),
        token_vectors=np.concatenate([np.empty((0, token_dimension), np.int8), *(tokens for _, tokens, _ in stored)]),
        token_spans=np.concatenate([np.empty((0, 2), np.int32), *(spans for *_, spans in stored)]),
        token_starts=np.cumsum([0, *(len(spans) for _, _, spans in stored)], dtype=np.int64),
        postings=lexical.counted([stems(passage.embedded) for passage in passages]),
    )


def joined(name: str, pieces: Sequence[tuple[Segment, Sequence[int]]]) -> Segment:
    """Make a segment of documents of others, given by their numbers in ascending order. Nothing is read or encoded."""
    runs = [(segment, first, last) for segment, numbers in pieces for first, last in _runs(numbers)]
    rows = [(segment, int(segment.firsts[first]), int(segment.firsts[last])) for segment, first, last in runs]
    tokens = [(segment, int(segment.token_starts[a]), int(segment.token_starts[b])) for segment, a, b in rows]
    sizes = [segment.size(number) for segment, numbers in pieces for number in numbers]
    lengths = [np.diff(segment.token_starts[first : last + 1]) for segment, first, last in rows]
    documents = lines.copied((segment.documents, first, last) for segment, first, last in runs)
    sources = lines.copied((segment.sources, first, last) for segment, first, last in runs)
    passages = lines.copied((segment.passages, first, last) for segment, first, last in rows)
    return Segment(
        name=name,
        home="",
        ids=tuple(segment.ids[number] for segment, numbers in pieces for number in numbers),
        firsts=np.cumsum([0, *sizes], dtype=np.int64),
        documents=Lines(*documents, _DOCUMENT, DOCUMENTS_REMEMBERED),
        sources=Lines(*sources, _SOURCE, SOURCES_REMEMBERED),
        passages=Lines(*passages, _PASSAGE, PASSAGES_REMEMBERED),
        keys=np.concatenate([segment.keys[first:last] for segment, first, last in rows]),
        flat=flat.made(
            np.concatenate([segment.flat.vectors[first:last] for segment, first, last in rows]),
            pieces[0][0].flat.index.d,
        ),
        token_vectors=np.concatenate([segment.token_vectors[first:last] for segment, first, last in tokens]),
        token_spans=np.concatenate([segment.token_spans[first:last] for segment, first, last in tokens]),
        token_starts=np.cumsum(np.concatenate([[0], *lengths]), dtype=np.int64),
        postings=lexical.joined(
            [
                (segment.postings, np.concatenate([np.arange(segment.firsts[a], segment.firsts[b]) for a, b in found]))
                for segment, numbers in pieces
                if (found := list(_runs(numbers)))
            ]
        ),
    )


def keys_of(digests: Iterator[str] | Sequence[str]) -> NDArray[np.uint64]:
    """The keys of passages by their digests."""
    return np.array([int(digest[:KEY_DIGITS], 16) for digest in digests], np.uint64)


def found(segments: Sequence[Segment], digests: Sequence[str]) -> dict[str, tuple[Segment, int]]:
    """Find passages by their digest: for each that is there, the segment and the row."""
    wanted, places = keys_of(digests), {}
    for segment in segments:
        for row in np.flatnonzero(np.isin(segment.keys, wanted)).tolist():
            places[segment.passages[row].digest] = segment, row
    return places


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring numbers: the first, and the one after the last."""
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield numbers[start], numbers[place - 1] + 1
            start = place
