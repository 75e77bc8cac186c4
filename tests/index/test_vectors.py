"""Vectors in one byte a number."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import build
from index.projection import projection_for
from index.types import Encoder, Floats
from index.vectors import quantised
from tests.documents import words_only

CREATED = datetime(2019, 11, 1, 9, 30, tzinfo=UTC)
DEGREE = math.cos(math.radians(1))


def test_vectors_are_scaled_to_their_own_greatest_number() -> None:
    vectors = np.array([[1, 0, -1], [0.5, -0.25, 0], [0, 0, 0]], np.float32)
    assert quantised(vectors).tolist() == [[127, 0, -127], [127, -64, 0], [0, 0, 0]]
    assert quantised(vectors).dtype == np.int8


def test_no_vectors_stay_none() -> None:
    assert quantised(np.empty((0, 384), np.float32)).shape == (0, 384)


@given(
    st.lists(st.floats(-1, 1, width=32), min_size=8, max_size=8).filter(lambda numbers: max(map(abs, numbers)) > 0.01)
)
def test_a_vector_kept_in_bytes_points_within_a_degree_of_the_original(numbers: list[float]) -> None:
    vector = np.array([numbers], np.float32)
    assert cosines(vector, quantised(vector).astype(np.float32))[0] > DEGREE


def cosines(one: Floats, other: Floats) -> Floats:
    cosine: Floats = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    return cosine


def test_so_do_the_real_model_s_and_all_have_unit_length(encoder: Encoder) -> None:
    made = words_only(
        "plan", "The board of the partnership meets in public in the east every month.", "Ann Wood chairs."
    )
    index = build([made], {"plan": "ab12"}, encoder, CREATED)
    for passage, encoding in zip(index.passages, encoder.encode([p.embedded for p in index.passages]), strict=True):
        vectors, spans = index.tokens_of(passage)
        np.testing.assert_array_equal(spans, encoding.spans)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(spans)), abs=1e-5)
        assert cosines(vectors, projection_for(encoder).of(encoding.tokens)).min() > DEGREE
        np.testing.assert_allclose(index.stored(passage)[0], encoding.vector, atol=1e-5)
