"""The immutable index: passages, their vectors (FAISS) and their words (BM25), searched together.

The two scores are added as `cosine + bm25 / sum of the question words' idf`, which bounds both by about 1 and, unlike
the fusion of ranks, keeps "nothing fits" visible. To the best passages by this, late interaction adds a third: the
share of the question's words, by weight, that the passage speaks of (MaxSim; Khattab and Zaharia, ColBERT, 2020).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from index import flat, threads
from index.flat import Live
from index.lexical import Lexical
from index.lines import Lines
from index.projection import projection_for, projection_name
from index.scores import best, max_sim
from index.segment import Segment
from index.types import Encoder, Encoding, Floats, Hit, Ints, Kept, Manifest, ModelMismatch, Query, Stored, Term
from index.vectors import LEAST
from knowledge.text import rarity, tokens
from knowledge.types import Document, Passage, Source

CANDIDATES = 50
"""Passages taken from each of the two searches before they are fused."""
RERANKED = 30
"""Passages, the best of them fused, that are compared with the question word by word."""
EARLIER_WEIGHT = 0.5
"""Of the words of the question before, beside those of the question itself."""
EXACT_UP_TO = 150_000
"""Passages whose vectors are all compared with a question, which takes 9 ms of one core. With more of them a whole
answer would take longer than 30 ms, and graphs find the nearest."""
GRAPH_FROM = 8_192
"""Passages of a segment. To look at all of a smaller one takes less than half a millisecond."""

threads.one_a_question()

T = TypeVar("T")


class ByName(Mapping[str, T], Generic[T]):
    """Values of documents by source id, each read when it is asked for.

    Args:
        lines: Of each segment.
        places: For each id, in the order of the index, the number of its segment and its number there.
    """

    def __init__(self, lines: Sequence[Lines[T]], places: Mapping[str, tuple[int, int]]) -> None:
        self._lines = lines
        self._places = places

    def __getitem__(self, name: str) -> T:
        number, place = self._places[name]
        return self._lines[number][place]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Passages(Sequence[Passage]):
    """The passages of an index in its order, each read when it is asked for."""

    def __init__(self, segments: Sequence[Segment], rows: Ints) -> None:
        self._segments = segments
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, number: int) -> Passage: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Passage]: ...
    def __getitem__(self, number: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(number, slice):
            return tuple(self[each] for each in range(*number.indices(len(self))))
        segment, row = map(int, self._rows[number])
        return self._segments[segment].passages[row]


@dataclass(frozen=True, slots=True)
class Index:
    """All that is needed to find passages. Nothing in it ever changes."""

    manifest: Manifest
    segments: tuple[Segment, ...]
    order: Ints
    """Of each document, its segment and its number there, shape (documents, 2)."""
    documents: Mapping[str, Document]
    """By source id."""
    sources: Mapping[str, Source]
    """The same without text."""
    passages: Sequence[Passage]
    rows: Ints
    """Of each passage, its segment and its row there, shape (passages, 2)."""
    firsts: Mapping[str, int]
    """Source id to the number of its first passage."""
    numbers: tuple[Ints, ...]
    """For each segment, the number of each row's passage; -1 where it is no longer in the index."""
    live: tuple[Live, ...]
    """For each segment, which of its rows are in the index."""
    lexical: Lexical

    def search(self, query: Query, k: int) -> tuple[Hit, ...]:
        """Find the `k` best passages, the best first; equal ones in the order of the index.

        Vectors and words find them, late interaction puts the best `RERANKED` of them in order.
        """
        if not self.passages:
            return ()
        lexical = self.lexical.scores([term.stem for term in query.terms])
        found = np.union1d(self.nearest(query.vector, CANDIDATES), best(lexical, CANDIDATES))
        dense = self.vectors(found) @ query.vector
        fused = dense + lexical[found] / (query.idf or 1.0)
        first = np.argsort(-fused, kind="stable")[: max(k, RERANKED)]
        match = max_sim([self._tokens(number) for number in found[first].tolist()], query.terms)
        score = fused[first].astype(np.float64) + match
        hits = []
        for place in np.lexsort((found[first], -score))[:k].tolist():
            number = int(found[first[place]])
            passage = self.passages[number]
            hits.append(
                Hit(
                    passage=passage,
                    source=self.sources[passage.source],
                    score=float(score[place]),
                    dense=float(dense[first[place]]),
                    lexical=float(lexical[number]),
                    match=float(match[place]),
                )
            )
        return tuple(hits)

    def tokens_of(self, passage: Passage) -> tuple[Floats, Ints]:
        """Give a passage's token vectors (projected, unit length) and where each token stands in `passage.embedded`."""
        _, kept, token_spans = self.stored(passage)
        token_vectors = kept.astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", token_vectors, token_vectors))  # quicker than `unit`, for each hit
        return token_vectors / np.maximum(lengths, LEAST)[:, None], token_spans

    def stored(self, passage: Passage) -> Stored:
        """Give a passage's vector, token vectors and token spans as they are kept, to be used again."""
        number = self.firsts[passage.source] + int(passage.id.rpartition("#")[2]) - 1
        segment, row = map(int, self.rows[number])
        return self.segments[segment].stored(row)

    def _tokens(self, number: int) -> NDArray[np.int8]:
        one, row = self.rows[number].tolist()
        segment = self.segments[one]
        vectors: NDArray[np.int8] = segment.token_vectors[segment.tokens(row)]
        return vectors

    @property
    def exact(self) -> bool:
        """Whether a question is compared with every passage; otherwise graphs find the nearest."""
        return len(self.passages) <= EXACT_UP_TO

    def vectors(self, numbers: NDArray[np.int64]) -> Floats:
        """The vectors of passages by their numbers, at least one, shape (passages, dimension)."""
        return np.stack([self.segments[one].flat.vectors[row] for one, row in self.rows[numbers].tolist()])

    def nearest(self, vector: Floats, count: int, exact: bool = False) -> NDArray[np.int64]:
        """Find the passages nearest to a question, by their numbers; of equal ones the first, wherever they are.

        Args:
            vector: Of the question.
            count: How many, at least 1.
            exact: Compare it with every passage, however many there are.
        """
        found, products = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
        for segment, numbers, live in zip(self.segments, self.numbers, self.live, strict=True):
            way = segment.flat if exact or self.exact or segment.graph is None else segment.graph
            rows, near = way.nearest(vector, count, live)
            found.append(numbers[rows].astype(np.int64))
            products.append(near)
        all_found = np.concatenate(found)
        order = np.argsort(all_found)
        return all_found[order][best(np.concatenate(products)[order], count)]

    def parts(self) -> dict[str, NDArray[Any] | bytes | Kept]:
        """Everything but the manifest, as named arrays and bytes for the store, or as files that it has already."""
        parts: dict[str, NDArray[Any] | bytes | Kept] = {"order": self.order}
        for segment in self.segments:
            parts.update(segment.parts())
        return parts

    @classmethod
    def restored(cls, manifest: Manifest, parts: Mapping[str, Any]) -> Index:
        """Put an index together from its manifest and the parts that `parts` gave.

        Raises:
            SnapshotDamaged: Its documents were written in another form.
        """
        segments = [Segment.restored(name, manifest.version, parts) for name in manifest.segments]
        return assemble(manifest, segments, parts["order"])


def read_query(index: Index, encoder: Encoder, text: str, earlier: str = "") -> Query:
    """Make a question ready to be searched for: its vector, and its content words with their weight and vector.

    Args:
        index: Knows how rare each word is.
        encoder: The model the index was built with.
        text: The question.
        earlier: The question before, where this one leans on it; its words weigh `EARLIER_WEIGHT` of their idf.

    Raises:
        ModelMismatch: Vectors of this encoder cannot be compared with those of the index.
    """
    must_fit(index.manifest, encoder)
    projection = projection_for(encoder)
    whole = f"{text} {earlier}" if earlier else text  # this one first: the model reads only so far
    (encoding,) = encoder.encode([whole])
    terms: dict[str, Term] = {}
    for token in tokens(whole):
        if token.stop or token.stem in terms:
            continue
        from_earlier = token.start > len(text)
        idf = index.lexical.idf(token.stem) * (EARLIER_WEIGHT if from_earlier else 1.0)
        terms[token.stem] = Term(
            word=whole[token.start : token.end],
            stem=token.stem,
            idf=idf,
            weight=idf * rarity(token.stem),
            known=index.lexical.frequency(token.stem) > 0,
            earlier=from_earlier,
            vector=projection.of(_word_vector(encoding, token.start, token.end)),
        )
    reduced = projection.of(encoding.vector)
    return Query(text=whole, vector=encoding.vector, reduced=reduced, terms=tuple(terms.values()))


def must_fit(manifest: Manifest, encoder: Encoder) -> None:
    """Make sure that an encoder's vectors can be compared with those of an index.

    Raises:
        ModelMismatch: It was built with another model, or its token vectors were projected otherwise.
    """
    if manifest.fingerprint != encoder.fingerprint:
        raise ModelMismatch(
            f"The index {manifest.version} was built with the model {manifest.model}; the settings name "
            f"{encoder.model}. Run `merger-bot index update` to build it anew, or set MERGER_BOT_MODEL back."
        )
    projection = projection_name(encoder)
    if manifest.projection != projection:
        raise ModelMismatch(
            f"The index {manifest.version} was built with the projection {manifest.projection or 'none'}; the one "
            f"for {encoder.model} is now {projection or 'none'}. Run `merger-bot index update` to build it anew."
        )


def _word_vector(encoding: Encoding, start: int, end: int) -> Floats:
    """Mean of the word's tokens; the whole text's vector for a word past the model's limit."""
    inside = (encoding.spans[:, 0] < end) & (encoding.spans[:, 1] > start)
    mean: Floats = encoding.tokens[inside].mean(axis=0) if inside.any() else encoding.vector
    return mean


def with_graphs(segments: Sequence[Segment]) -> list[Segment]:
    """Build the graphs of large segments that have none yet, if there are too many passages to compare all."""
    if sum(len(segment.passages) for segment in segments) <= EXACT_UP_TO:
        return list(segments)
    return [
        segment if segment.graph or len(segment.passages) < GRAPH_FROM else segment.with_graph() for segment in segments
    ]


def assemble(manifest: Manifest, segments: Sequence[Segment], order: Ints) -> Index:
    """Put an index together from segments.

    Args:
        manifest: What it is built from.
        segments: With names of their own.
        order: The documents in the order in which they are listed: of each the number of its segment and its number
            there, shape (documents, 2). What is not in it stays unseen.
    """
    numbers = [np.full(len(segment.passages), -1, np.int32) for segment in segments]
    rows, firsts, count = [np.empty((0, 2), np.int32)], {}, 0
    for number, place in order.tolist():
        segment = segments[number]
        first, last = segment.firsts[place : place + 2].tolist()
        firsts[segment.ids[place]] = count
        numbers[number][first:last] = np.arange(count, count + last - first)
        rows.append(np.stack([np.full(last - first, number, np.int32), np.arange(first, last, dtype=np.int32)], axis=1))
        count += last - first
    placed = np.concatenate(rows)
    places = {segments[number].ids[place]: (number, place) for number, place in order.tolist()}
    return Index(
        manifest=manifest.model_copy(update={"segments": tuple(segment.name for segment in segments)}),
        segments=tuple(segments),
        order=order,
        documents=ByName([segment.documents for segment in segments], places),
        sources=ByName([segment.sources for segment in segments], places),
        passages=Passages(segments, placed),
        rows=placed,
        firsts=firsts,
        numbers=tuple(numbers),
        live=tuple(flat.live(each >= 0) for each in numbers),
        lexical=Lexical([segment.postings for segment in segments], numbers),
    )


def only(index: Index, names: Container[str]) -> Index:
    """An index of only some of the documents, over the same segments: nothing is copied, read or encoded.

    It finds what an index built from these documents would find, with the same scores.

    Args:
        index: With all documents.
        names: Ids of those that shall be found.
    """
    documents = ((index.segments[number], place) for number, place in index.order.tolist())
    order = index.order[[each.ids[place] in names for each, place in documents]]
    kept = [(index.segments[number], place) for number, place in order.tolist()]
    counted = {
        "sources": {name: digest for name, digest in index.manifest.sources.items() if name in names},
        "passages": sum(each.size(place) for each, place in kept),
        "tokens": sum(each.token_count(place) for each, place in kept),
    }
    return assemble(index.manifest.model_copy(update=counted), index.segments, order)
