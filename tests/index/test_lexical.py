from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.lexical import Lexical, Postings, counted, joined
from tests.index.formula import bm25

# Three passages of 2, 4 and 3 stems: 3 on average. "board" stands in two of them, "care" in two, "kent" in one.
CORPUS = [["board", "care"], ["board", "board", "kent", "plan"], ["care", "tea", "tea"]]
IDF_OF_ONE = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
IDF_OF_TWO = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
IDF_OF_NONE = math.log(1 + (3 - 0 + 0.5) / 0.5)

corpora = st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), max_size=12)


Corpus = Sequence[Sequence[str]]


def built(corpus: Corpus) -> Lexical:
    """All passages in one segment."""
    return Lexical([counted(corpus)], [np.arange(len(corpus), dtype=np.int32)])


def restored(corpus: Corpus) -> Lexical:
    """What another process has: every part through bytes."""
    parts: dict[str, NDArray[Any] | bytes] = {}
    for name, part in counted(corpus).parts().items():
        parts[name] = part if isinstance(part, bytes) else np.frombuffer(part.tobytes(), part.dtype)
    return Lexical([Postings.restored(parts)], [np.arange(len(corpus), dtype=np.int32)])


def scattered(corpus: Corpus) -> Lexical:
    """Each passage in a segment of its own, the last one first, beside another that was removed."""
    postings = [counted([["board", "sea"], words, ["tea"]]) for words in reversed(corpus)]
    return Lexical(postings, [np.array([-1, number, -1], np.int32) for number in reversed(range(len(corpus)))])


def merged(corpus: Corpus) -> Lexical:
    """Every second passage in one segment and the rest in another, with removed ones, then put together in one."""
    pieces = []
    for start in (0, 1):
        words = [entry for passage in corpus[start::2] for entry in (["sea", "tea"], passage)]
        pieces.append((counted(words), np.arange(1, len(words), 2, dtype=np.int32)))
    numbers = [*range(0, len(corpus), 2), *range(1, len(corpus), 2)]
    return Lexical([joined(pieces)], [np.array(numbers, np.int32)])


WAYS = [built, restored, scattered, merged]
Way = Callable[[Corpus], Lexical]


@pytest.fixture(params=WAYS)
def lexical(request: pytest.FixtureRequest) -> Lexical:
    made: Lexical = request.param(CORPUS)
    return made


def test_a_score_is_idf_times_tf_damped_by_the_length_of_the_passage(lexical: Lexical) -> None:
    # K = k1 * (1 - b + b * length / average): 1.125 for 2 stems, 1.875 for 4, 1.5 for 3
    assert lexical.scores(["board"]) == pytest.approx([IDF_OF_TWO / 2.125, IDF_OF_TWO * 2 / 3.875, 0])
    assert lexical.scores(["tea"]) == pytest.approx([0, 0, IDF_OF_ONE * 2 / 3.5])
    assert lexical.scores(["board", "care"]) == pytest.approx(
        [IDF_OF_TWO / 2.125 * 2, IDF_OF_TWO * 2 / 3.875, IDF_OF_TWO / 2.5]
    )


def test_a_stem_asked_twice_counts_twice(lexical: Lexical) -> None:
    assert lexical.scores(["kent", "kent"]) == pytest.approx([0, IDF_OF_ONE / 2.875 * 2, 0])


def test_idf_and_frequency_are_those_of_the_passages_and_greatest_for_a_stem_of_none(lexical: Lexical) -> None:
    assert [lexical.frequency(stem) for stem in ("board", "care", "kent", "tea", "sea", "")] == [2, 2, 1, 1, 0, 0]
    assert [lexical.idf(stem) for stem in ("board", "tea", "sea")] == [IDF_OF_TWO, IDF_OF_ONE, IDF_OF_NONE]


def test_unknown_stems_add_nothing(lexical: Lexical) -> None:
    assert lexical.scores(["sea", "kent", ""]).tolist() == lexical.scores(["kent"]).tolist()
    for asked in ([], ["sea"], ["sea", "sky"]):
        scores = lexical.scores(asked)
        assert scores.tolist() == [0, 0, 0]
        assert scores.dtype == np.float32


@pytest.mark.parametrize("way", WAYS)
def test_an_empty_corpus_has_no_scores(way: Way) -> None:
    lexical = way([])
    assert lexical.scores(["board"]).shape == (0,)
    assert lexical.frequency("board") == 0
    assert lexical.idf("board") == math.log(2)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("corpus", [[[]], [[], []], [[], ["board"], []]])
def test_a_passage_without_content_words_is_never_found(corpus: list[list[str]], way: Way) -> None:
    lexical = way(corpus)
    scores = lexical.scores(["board", "sea"])
    assert [score > 0 for score in scores] == [words == ["board"] for words in corpus]


@given(corpora.filter(bool), st.lists(st.sampled_from("abcdefg"), max_size=5))
def test_scores_are_those_of_the_formula_wherever_the_passages_are(corpus: list[list[str]], asked: list[str]) -> None:
    whole = [words or [""] for words in corpus]  # a passage without words counts as one of length 1
    for way in WAYS:
        lexical = way(corpus)
        assert lexical.scores(asked) == pytest.approx(bm25(whole, asked), rel=1e-5, abs=1e-6)
        assert lexical.scores(asked).tolist() == built(corpus).scores(asked).tolist()


@given(corpora.filter(any), st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5))
def test_scores_are_to_the_last_bit_those_of_bm25s(corpus: list[list[str]], asked: list[str]) -> None:
    judge = bm25s.BM25()
    judge.index([list(words) or [""] for words in corpus], show_progress=False)
    known = [stem for stem in asked if any(stem in words for words in corpus)]
    expected = judge.get_scores(known).tolist() if known else [0.0] * len(corpus)
    assert scattered(corpus).scores(asked).tolist() == expected


def test_a_stem_of_removed_passages_alone_is_in_no_segment_that_is_written_anew() -> None:
    left = joined([(counted([["secret", "board"], ["board", "tea"]]), np.array([1], np.int32))])
    assert left.vocabulary == {"board": 0, "tea": 1}


@given(st.lists(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_word_of_any_script_survives_restoring(corpus: list[list[str]]) -> None:
    lexical, copy = built(corpus), restored(corpus)
    for words in corpus:
        assert copy.scores(words).tolist() == lexical.scores(words).tolist()
        assert [copy.frequency(word) for word in words] == [sum(word in other for other in corpus) for word in words]


def test_threads_do_not_disturb_each_other(lexical: Lexical) -> None:
    asked = [["board"], ["care", "tea"], ["kent"], ["sea"]] * 50
    expected = [lexical.scores(stems).tolist() for stems in asked]
    with ThreadPoolExecutor(8) as pool:
        assert [scores.tolist() for scores in pool.map(lexical.scores, asked)] == expected
