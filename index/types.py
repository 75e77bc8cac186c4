"""The vocabulary of finding: vectors, hits, and what a snapshot on disk consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, BaseModel, ConfigDict

from knowledge.types import Passage, Source

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Stored = tuple[Floats, NDArray[np.int8], Ints]
"""Of a passage: its vector, and the vectors and spans of its tokens, as an index keeps them."""

ONNX, SENTENCE_TRANSFORMERS = "onnx", "sentence-transformers"
"""What runs a model: ONNX Runtime an exported one that is kept with its index, or the library it comes from."""

FORMAT = 3
"""Of a snapshot. Raise it when its parts change: one of another format is built anew."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """One text as the model sees it. All vectors have unit length."""

    vector: Floats
    """Of the whole text, shape (dimension,)."""
    tokens: Floats
    """Of each token in its context, shape (tokens, dimension); tokens past the model's limit are missing."""
    spans: Ints
    """Start and end of each token in the text, in characters, shape (tokens, 2)."""


class Identity(Protocol):
    """Which model it is."""

    @property
    def model(self) -> str:
        """Name of the model, as it stands in the settings."""

    @property
    def fingerprint(self) -> str:
        """Hash of the weights: vectors of different fingerprints must never be compared."""


class Encoder(Identity, Protocol):
    """Turns texts into vectors. The one seam between the index and a model."""

    @property
    def backend(self) -> str:
        """What runs the model."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode each text, in the order given."""


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a question, as the index knows it."""

    word: str
    stem: str
    idf: float
    """Inverse document frequency of the stem among the passages (Lucene's form of BM25)."""
    weight: float
    """What it counts for beside the other words: its idf, less for a word that is common in English at large."""
    known: bool
    """Whether any passage has it."""
    earlier: bool
    """It comes from the question before, on which this one leans."""
    vector: Floats
    """Of the word in the question's context, projected as the index's tokens are, unit length."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question, ready to be searched for."""

    text: str
    vector: Floats
    """Of the whole question, to compare with those of passages, shape (dimension,)."""
    reduced: Floats
    """The same, projected as the index's tokens are, to compare with them; unit length."""
    terms: tuple[Term, ...]

    @property
    def idf(self) -> float:
        """Sum of the terms' idf: the most that BM25 could be worth."""
        return sum(term.idf for term in self.terms)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query, with the raw scores it was ranked by."""

    passage: Passage
    source: Source
    score: float
    """`dense + lexical / query.idf + match`."""
    dense: float
    """Cosine, -1 to 1."""
    lexical: float
    """BM25, 0 or more."""
    match: float
    """MaxSim, 0 to about 1: the share of the question's words, by weight, that passage and headings speak of."""


class Manifest(BaseModel):
    """What a snapshot was built from, and the checksums of its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    created: AwareDatetime
    model: str
    fingerprint: str
    """Hash of the model's weights."""
    backend: str
    """What runs the model: if it is ONNX Runtime, the exported model is among the files."""
    dimension: int
    cutter: int
    """Version of the rules that cut documents into passages."""
    sources: dict[str, str]
    """Source id to a hash of its bytes and its metadata."""
    passages: int
    tokens: int
    checksums: dict[str, str]
    """File name in the snapshot to the SHA-256 of its bytes."""
    projection: str = ""
    """Name of the projection of the token vectors; empty if they are kept whole, as they were before there was one."""
    segments: tuple[str, ...] = ()
    """Names of the segments it is made of."""
    format: int = 1
    """Of the parts. The first one had no number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Stands for a file that another snapshot has already: a new one takes it over, without writing it again."""

    version: str
    """Of the other snapshot, in which it has the same name."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update would do: ids of sources."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    rebuild: str = ""
    """Why everything is read and cut anew (another model, other cutting rules); empty when what is kept is reused."""

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.rebuild)


# IndexProblem                   everything below
# ├── NoIndex                    nothing has been published yet
# ├── SnapshotDamaged            a file is missing or its checksum differs; names the snapshot and the one before
# ├── ModelMismatch              the index was built with another model, or its token vectors projected otherwise
# ├── ModelUnusable              the model cannot be loaded or its weights are not the expected ones
# ├── EncodingFailed             the process that encodes passages ended before they were done
# ├── RecallTooLow               a new index misses too many of the passages nearest to a question
# ├── UpdateInProgress           another process is updating this index
# └── StoreUnusable              the folder cannot be read or written


class IndexProblem(Exception):
    """Something about the index is wrong. The message says what, with which value, and what to do."""


class NoIndex(IndexProblem):
    """Nothing has been published yet."""


class SnapshotDamaged(IndexProblem):
    """A file of a snapshot is missing, or its checksum differs."""


class ModelMismatch(IndexProblem):
    """The index was built with another model than the settings name, or its token vectors were projected otherwise."""


class ModelUnusable(IndexProblem):
    """The model cannot be loaded, or its weights are not the expected ones."""


class EncodingFailed(IndexProblem):
    """The process that encodes passages ended before they were done."""


class RecallTooLow(IndexProblem):
    """A new index misses too many of the passages nearest to a question."""


class UpdateInProgress(IndexProblem):
    """Another process is updating this index."""


class StoreUnusable(IndexProblem):
    """The folder of the index cannot be read or written."""
