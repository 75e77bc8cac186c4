"""The projection of word vectors to fewer dimensions: a third of the disk, and almost the same cosines.

`projection.npz` holds the matrix and the fingerprint of the one model it was fitted to, by
`tests/benchmarks/fit_projection.py`. The vectors of any other model are kept whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from index.types import Encoder, Floats, Identity
from index.vectors import unit

FILE = "projection.npz"
"""The one that ships, in this package."""
HASH_CHARS = 16
"""Of the hash of a matrix that its name keeps: enough to tell any two apart."""


@dataclass(frozen=True, slots=True)
class Projection:
    """How the word vectors of one model are made shorter."""

    name: str
    """Hash of the matrix; empty if vectors are kept whole."""
    dimension: int
    """Length of a vector that was projected."""
    matrix: Floats | None
    """Shape (dimension of the model, dimension); None if vectors are kept whole."""

    def of(self, vectors: Floats) -> Floats:
        """Project vectors, along the last axis, and scale them to unit length."""
        return unit(vectors if self.matrix is None else vectors @ self.matrix)


def projection_for(encoder: Encoder) -> Projection:
    """Find the projection of an encoder's word vectors: the one that ships if it was fitted to this model."""
    fingerprint, shipped = _shipped()
    return shipped if encoder.fingerprint == fingerprint else Projection("", encoder.dimension, None)


def named(matrix: Floats) -> Projection:
    """Make a projection of a matrix, whose hash becomes its name."""
    kept = np.ascontiguousarray(matrix, np.float16)  # as it is in the file
    name = hashlib.sha256(kept.tobytes()).hexdigest()[:HASH_CHARS]
    return Projection(name, kept.shape[1], kept.astype(np.float32))


def projection_name(model: Identity) -> str:
    """Name of the projection of a model's word vectors; empty if they are kept whole."""
    fingerprint, shipped = _shipped()
    return shipped.name if model.fingerprint == fingerprint else ""


@cache
def _shipped() -> tuple[str, Projection]:
    with (files("index") / FILE).open("rb") as file, np.load(file, allow_pickle=False) as saved:
        return str(saved["fingerprint"]), named(saved["matrix"])
