"""How vectors are scaled, and kept in less room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.types import Floats

LEAST = 1e-12
"""A length, or a greatest value, to divide by where it is nought: such a vector stays nought."""
INT8_MAX = 127


def unit(vectors: Floats) -> Floats:
    """Scale to unit length along the last axis."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(lengths, LEAST)).astype(np.float32, copy=False)
    return scaled


def quantised(vectors: Floats) -> NDArray[np.int8]:
    """Keep unit vectors in one byte a number, each scaled to its own greatest value; their direction is what counts."""
    greatest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0), LEAST)
    rounded: NDArray[np.int8] = np.round(vectors * (INT8_MAX / greatest)).astype(np.int8)
    return rounded
