from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.scores import BLOCK, best, max_sim
from index.types import Floats, Term
from index.vectors import quantised, unit

_equal_ones_too = arrays(
    np.float32, st.integers(0, 40 * BLOCK), elements=st.sampled_from([0.0, 0.5, 1.0, 2.0]), fill=st.just(0.0)
)
_vectors = arrays(np.float32, st.tuples(st.integers(0, 6), st.just(3)), elements=st.floats(-1, 1, width=32))


@given(_equal_ones_too, st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_the_best_are_the_first_of_all_in_order(scores: Floats, count: int, seed: int) -> None:
    for each in (scores, np.random.default_rng(seed).permutation(scores)):
        in_order = np.lexsort((np.arange(len(each)), -each))
        assert best(each, count).tolist() == sorted(in_order[:count].tolist())


def term(vector: Floats, weight: float) -> Term:
    return Term("word", "word", 1.0, weight, known=True, earlier=False, vector=vector)


@given(st.lists(_vectors, max_size=6), st.lists(st.tuples(st.integers(0, 2), st.floats(0.1, 5)), max_size=4))
def test_a_passage_matches_by_each_word_s_nearest_token(passages: list[Floats], words: list[tuple[int, float]]) -> None:
    kept = [quantised(unit(each)) for each in passages]
    terms = [term(np.eye(3, dtype=np.float32)[axis], weight) for axis, weight in words]
    expected = []
    for tokens in kept:
        cosines = unit(tokens.astype(np.float32))
        met = [max([0.0, *cosines[:, axis].tolist()]) * weight for axis, weight in words]
        expected.append(sum(met) / sum(weight for _, weight in words) if words else 0.0)
    assert max_sim(kept, terms).tolist() == pytest.approx(expected, abs=1e-5)


def test_words_without_weight_match_nothing() -> None:
    tokens = np.array([[127, 0, 0]], np.int8)
    assert max_sim([tokens], [term(np.array([1, 0, 0], np.float32), 0.0)]).tolist() == [0.0]
