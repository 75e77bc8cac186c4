"""The immutable index: passages, their vectors (FAISS) and their words (BM25), searched together.

The two scores are added as `cosine + bm25 / sum of the question words' idf`, which bounds both by about 1 and, unlike
the fusion of ranks, keeps "nothing fits" visible. To the best passages by this, late interaction adds a third: the
share of the question's words, by weight, that the passage speaks of (MaxSim; Khattab and Zaharia, ColBERT, 2020).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from index.lexical import Lexical
from index.projection import projection_for
from index.types import Encoder, Encoding, Floats, Hit, Ints, Manifest, ModelMismatch, Query, Term
from index.vectors import unit
from knowledge.text import rarity, stems, tokens
from knowledge.types import Document, Passage

CANDIDATES = 50
"""Passages taken from each of the two searches before they are fused."""
RERANKED = 30
"""Passages, the best of them fused, that are compared with the question word by word."""
EARLIER_WEIGHT = 0.5
"""Of the words of the question before, beside those of the question itself."""

_DOCUMENTS = TypeAdapter(tuple[Document, ...])
_PASSAGES = TypeAdapter(tuple[Passage, ...])

faiss.omp_set_num_threads(1)  # for one question at a time, more threads are slower


@dataclass(frozen=True, slots=True)
class Index:
    """All that is needed to find passages. Nothing in it ever changes."""

    manifest: Manifest
    documents: Mapping[str, Document]
    """By source id."""
    passages: tuple[Passage, ...]
    numbers: Mapping[str, int]
    """Passage id to its place in `passages` and in the vectors."""
    vectors: Any
    """FAISS, exact inner product, one vector for each passage."""
    lexical: Lexical
    token_vectors: NDArray[np.int8]
    """Of all passages one after the other, projected, each scaled to its own greatest value; one row for each token."""
    token_spans: Ints
    """Of each token in `Passage.embedded`, in characters, shape (tokens, 2)."""
    token_starts: NDArray[np.int64]
    """Where the tokens of each passage begin, shape (passages + 1,)."""

    def search(self, query: Query, k: int) -> tuple[Hit, ...]:
        """Find the `k` best passages, the best first; equal ones in the order of the index.

        Vectors and words find them, late interaction puts the best `RERANKED` of them in order.
        """
        if not self.passages:
            return ()
        lexical = self.lexical.scores([term.stem for term in query.terms])
        _, nearest = self.vectors.search(query.vector[None, :], min(CANDIDATES, len(self.passages)))
        found = np.union1d(nearest[0], np.argsort(-lexical, kind="stable")[:CANDIDATES])
        dense = np.stack([self.vectors.reconstruct(int(number)) for number in found]) @ query.vector
        fused = dense + lexical[found] / (query.idf or 1.0)
        words = np.stack([term.vector for term in query.terms]) if query.terms else np.zeros((0, 0), np.float32)
        weights = np.array([term.weight for term in query.terms], np.float32)
        hits = []
        for place in np.argsort(-fused, kind="stable")[: max(k, RERANKED)]:
            number = int(found[place])
            passage = self.passages[number]
            match = max_sim(self.tokens_of(passage)[0], words, weights) if weights.sum() else 0.0
            hits.append(
                Hit(
                    passage=passage,
                    source=self.documents[passage.source].source,
                    score=float(fused[place]) + match,
                    dense=float(dense[place]),
                    lexical=float(lexical[number]),
                    match=match,
                )
            )
        return tuple(sorted(hits, key=lambda hit: (-hit.score, self.numbers[hit.passage.id]))[:k])

    def tokens_of(self, passage: Passage) -> tuple[Floats, Ints]:
        """Give a passage's token vectors (projected, unit length) and where each token stands in `passage.embedded`."""
        chosen = self._rows(self.numbers[passage.id])
        return unit(self.token_vectors[chosen].astype(np.float32)), self.token_spans[chosen]

    def stored(self, passage: Passage) -> tuple[Floats, NDArray[np.int8], Ints]:
        """Give a passage's vector, token vectors and token spans as they are kept, to be used again."""
        number = self.numbers[passage.id]
        chosen = self._rows(number)
        return self.vectors.reconstruct(number), self.token_vectors[chosen], self.token_spans[chosen]

    def _rows(self, number: int) -> slice:
        """Where the tokens of a passage stand, by its place in `passages`."""
        return slice(int(self.token_starts[number]), int(self.token_starts[number + 1]))

    def parts(self) -> dict[str, NDArray[Any] | bytes]:
        """Everything but the manifest, as named arrays and bytes for the store."""
        return {
            "documents.json": _DOCUMENTS.dump_json(tuple(self.documents.values())),
            "passages.json": _PASSAGES.dump_json(self.passages),
            "vectors.faiss": faiss.serialize_index(self.vectors).tobytes(),
            "token_vectors": self.token_vectors,
            "token_spans": self.token_spans,
            "token_starts": self.token_starts,
            **self.lexical.parts(),
        }

    @classmethod
    def restored(cls, manifest: Manifest, parts: Mapping[str, Any]) -> Index:
        """Put an index together from its manifest and the parts that `parts` gave."""
        passages = _PASSAGES.validate_json(parts["passages.json"])
        return cls(
            manifest=manifest,
            documents={document.source.id: document for document in _DOCUMENTS.validate_json(parts["documents.json"])},
            passages=passages,
            numbers={passage.id: number for number, passage in enumerate(passages)},
            vectors=faiss.deserialize_index(np.frombuffer(parts["vectors.faiss"], np.uint8)),
            lexical=Lexical.restored(parts),
            token_vectors=parts["token_vectors"],
            token_spans=parts["token_spans"],
            token_starts=parts["token_starts"],
        )


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


def max_sim(tokens: Floats, words: Floats, weights: Floats) -> float:
    """Give the mean, by weight, of each word's best cosine with a token (MaxSim).

    Args:
        tokens: Unit vectors of a passage, shape (tokens, dimension).
        words: Unit vectors of the question's terms, shape (terms, dimension).
        weights: Of the terms; not all 0.
    """
    return float((tokens @ words.T).max(axis=0, initial=0) @ weights / weights.sum())


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
    projection = projection_for(encoder).name
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


def assemble(
    manifest: Manifest,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    vectors: Floats,
    token_vectors: Sequence[NDArray[np.int8]],
    token_spans: Sequence[Ints],
    token_dimension: int,
) -> Index:
    """Put an index together from its passages and their vectors, all in the same order.

    Args:
        manifest: What it is built from; not yet stored, so without version and checksums.
        documents: In the order in which they are listed.
        passages: Of all documents.
        vectors: Unit length, shape (passages, dimension).
        token_vectors: For each passage, projected, from `vectors.quantised`.
        token_spans: For each passage, shape (tokens, 2).
        token_dimension: Length of a projected token vector.
    """
    flat = faiss.IndexFlatIP(manifest.dimension)
    flat.add(vectors)
    return Index(
        manifest=manifest,
        documents={document.source.id: document for document in documents},
        passages=tuple(passages),
        numbers={passage.id: number for number, passage in enumerate(passages)},
        vectors=flat,
        lexical=Lexical([stems(passage.embedded) for passage in passages]),
        token_vectors=np.concatenate([np.empty((0, token_dimension), np.int8), *token_vectors]),
        token_spans=np.concatenate([np.empty((0, 2), np.int32), *token_spans]),
        token_starts=np.cumsum([0, *(len(spans) for spans in token_spans)], dtype=np.int64),
    )
