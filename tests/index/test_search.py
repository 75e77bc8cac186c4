from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index.build import build
from index.projection import projection_for
from index.search import CANDIDATES, EARLIER_WEIGHT, Index, read_query
from index.types import Encoder, Hit, Kept
from knowledge.text import rarity, stems
from knowledge.types import Document
from tests.documents import document, words_only
from tests.encoders import WordsEncoder
from tests.index.formula import bm25, idf

CREATED = datetime(2019, 11, 1, 9, 30, tzinfo=UTC)
PLAN = words_only("plan", "Board chair.", "Board tea.", "Care.")
STEMS = [["board", "chair"], ["board", "tea"], ["care"]]


@pytest.fixture
def words() -> WordsEncoder:
    return WordsEncoder("board chair tea care")


def index_of(words: WordsEncoder, *documents: Document) -> Index:
    return build(documents, {made.source.id: "ab12" for made in documents}, words, CREATED)


def copied(index: Index) -> Index:
    """What another process has: every part through bytes, and arrays that cannot be written."""
    parts: dict[str, NDArray[Any] | bytes | Kept] = {}
    for name, part in index.parts().items():
        parts[name] = part
        if isinstance(part, np.ndarray):
            parts[name] = np.frombuffer(part.tobytes(), part.dtype).reshape(part.shape)
    return Index.restored(index.manifest, parts)


def found(index: Index, words: WordsEncoder, asked: str, k: int = 10) -> tuple[Hit, ...]:
    return index.search(read_query(index, words, asked), k)


def sentences(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.passage.embedded[hit.passage.body :] for hit in hits]


# Searching


@pytest.mark.parametrize("restored", [False, True])
def test_passages_are_ranked_by_cosine_bm25_and_the_words_they_speak_of(words: WordsEncoder, restored: bool) -> None:
    index = index_of(words, PLAN)
    hits = found(copied(index) if restored else index, words, "Who is the board chair?")
    assert sentences(hits) == ["Board chair.", "Board tea.", "Care."]
    lexical = bm25(STEMS, ["board", "chair"])
    dense = [1.0, 0.5, 0.0]
    assert [hit.dense for hit in hits] == pytest.approx(dense, abs=1e-6)
    assert [hit.lexical for hit in hits] == pytest.approx(lexical, abs=1e-6)
    board, chair = idf(3, 2) * rarity("board"), idf(3, 1) * rarity("chair")
    match = [1.0, board / (board + chair), 0.0]  # of the words by weight: both, one, none
    assert [hit.match for hit in hits] == pytest.approx(match, abs=1e-2)
    most = idf(3, 2) + idf(3, 1)
    assert [hit.score for hit in hits] == pytest.approx(
        [cosine + score / most + hit.match for cosine, score, hit in zip(dense, lexical, hits, strict=True)], abs=1e-6
    )


def test_a_hit_has_its_passage_and_its_source(words: WordsEncoder) -> None:
    index = index_of(words, PLAN, words_only("report", "Tea chair.", title="Report"))
    (hit,) = found(index, words, "Who has a tea chair?", k=1)
    assert (hit.passage, hit.source) == (index.passages[3], index.documents["report"].source)
    assert (hit.passage.id, hit.source.title) == ("report#1", "Report")


def test_equal_passages_come_in_the_order_of_the_index(words: WordsEncoder) -> None:
    index = index_of(words, words_only("b", "Tea.", "Board.", "Tea."), words_only("a", "Tea."))
    hits = found(index, words, "Tea?")
    assert [hit.passage.id for hit in hits] == ["b#1", "b#3", "a#1", "b#2"]
    assert hits[0].score == hits[1].score == hits[2].score > hits[3].score


@pytest.mark.parametrize(("k", "count"), [(0, 0), (1, 1), (2, 2), (3, 3), (100, 3)])
def test_as_many_are_found_as_asked_for_and_there_are(words: WordsEncoder, k: int, count: int) -> None:
    assert len(found(index_of(words, PLAN), words, "Who is the board chair?", k)) == count


@pytest.mark.parametrize("restored", [False, True])
def test_an_empty_index_finds_nothing(words: WordsEncoder, restored: bool) -> None:
    index = copied(index_of(words)) if restored else index_of(words)
    query = read_query(index, words, "Who is the board chair?")
    assert index.search(query, 10) == ()
    assert [(term.stem, term.known, term.idf) for term in query.terms] == [
        ("board", False, math.log(2)),
        ("chair", False, math.log(2)),
    ]


def test_a_passage_is_found_by_its_words_alone_or_by_its_meaning_alone_beyond_the_first_fifty(
    words: WordsEncoder,
) -> None:
    many = [f"Tea number {number}." for number in range(CANDIDATES + 10)]
    words.axes["seat"] = words.axes["chair"]
    index = index_of(words, words_only("plan", *many, "Zebra.", "Seat."))
    by_words = found(index, words, "Is there tea for a zebra?", k=200)
    assert "Zebra." in sentences(by_words)
    assert len(by_words) < len(index.passages)
    (by_meaning,) = found(index, words, "Chair?", k=1)
    assert sentences((by_meaning,)) == ["Seat."]
    assert (by_meaning.dense, by_meaning.lexical) == (1, 0)


def test_rare_words_can_outweigh_meaning(words: WordsEncoder) -> None:
    index = index_of(words, words_only("plan", "Tea.", "Zebra tea, tea chair.", "Board."))
    hits = found(index, words, "Is there tea for a zebra?")
    assert sentences(hits) == ["Zebra tea, tea chair.", "Tea.", "Board."]
    assert [hit.dense for hit in hits] == pytest.approx([2 / math.sqrt(5), 1, 0])


def test_a_question_without_content_words_is_ranked_by_meaning_alone(words: WordsEncoder) -> None:
    index = index_of(words, PLAN)
    query = read_query(index, words, "Who is it?")
    assert (query.terms, query.idf) == ((), 0)
    assert [(hit.score, hit.lexical) for hit in index.search(query, 3)] == [(0, 0)] * 3


def test_threads_find_what_one_finds(words: WordsEncoder) -> None:
    index = index_of(words, PLAN)
    asked = ["board", "chair tea", "care", "Who?"] * 50
    expected = [found(index, words, text) for text in asked]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: found(index, words, text), asked)) == expected


# The index as a value


def test_a_restored_index_is_the_same(words: WordsEncoder) -> None:
    index = index_of(words, PLAN, document(name="empty"))
    copy = copied(index)
    assert (copy.manifest, list(copy.passages)) == (index.manifest, list(index.passages))
    assert list(copy.documents.items()) == list(index.documents.items())
    for passage in index.passages:
        of_index = (*index.tokens_of(passage), *index.stored(passage))
        of_copy = (*copy.tokens_of(passage), *copy.stored(passage))
        for one, other in zip(of_index, of_copy, strict=True):
            np.testing.assert_array_equal(one, other)
    assert_same_parts(index, copy)
    for text in ("Who is the board chair?", "tea", "zebra", "Who?"):
        assert found(copy, words, text) == found(index, words, text)


def assert_same_parts(one: Index, other: Index) -> None:
    assert one.parts().keys() == other.parts().keys()
    for name, part in one.parts().items():
        np.testing.assert_array_equal(part, other.parts()[name])


def test_what_an_index_was_built_from_may_change_without_changing_it(words: WordsEncoder) -> None:
    documents, digests = [PLAN], {"plan": "ab12"}
    index = build(documents, digests, words, CREATED)
    before = copied(index)
    documents.append(words_only("report", "Tea."))
    digests["report"] = "cd34"
    newer = build(documents, digests, words, CREATED, live=index)
    assert len(newer.passages) == 4
    assert_same_parts(index, before)
    assert index.manifest.sources == {"plan": "ab12"}
    with pytest.raises(FrozenInstanceError):
        index.passages = ()  # type: ignore[misc]


def test_the_tokens_of_a_passage_are_its_own_of_unit_length_with_their_words(words: WordsEncoder) -> None:
    index = index_of(words, words_only("a", "Board chair.", "Care."), document(name="none"), PLAN)
    _, second = index.passages[:2]
    vectors, spans = index.tokens_of(second)
    assert [second.embedded[start:end] for start, end in spans] == ["Care"]
    np.testing.assert_array_equal(vectors, [words.axis("care")])
    vectors, spans = index.tokens_of(index.passages[0])
    assert [index.passages[0].embedded[start:end] for start, end in spans] == ["Board", "chair"]
    np.testing.assert_array_equal(vectors, [words.axis("board"), words.axis("chair")])


# The question


def test_the_terms_of_a_question_are_its_content_words_once_each_with_weight_and_vector(words: WordsEncoder) -> None:
    index = index_of(words, PLAN)
    query = read_query(index, words, "Who chairs the Board of boards for tea and zebras?")
    assert query.text == "Who chairs the Board of boards for tea and zebras?"
    assert [(term.word, term.stem, term.known) for term in query.terms] == [
        ("chairs", "chair", True),
        ("Board", "board", True),
        ("tea", "tea", True),
        ("zebras", "zebra", False),
    ]
    expected = [idf(3, frequency) for frequency in (1, 2, 1, 0)]
    assert [term.idf for term in query.terms] == pytest.approx(expected)
    assert [term.weight for term in query.terms] == [term.idf * rarity(term.stem) for term in query.terms]
    assert query.idf == pytest.approx(sum(expected))
    for term in query.terms:
        np.testing.assert_array_equal(term.vector, words.axis(term.word))


def test_words_of_the_question_before_weigh_half_and_come_after_its_own(words: WordsEncoder) -> None:
    index = index_of(words, PLAN)
    query = read_query(index, words, "And the tea chair?", earlier="Who is the chair of the board?")
    assert query.text == "And the tea chair? Who is the chair of the board?"
    assert [(term.word, term.idf) for term in query.terms] == [
        ("tea", idf(3, 1)),
        ("chair", idf(3, 1)),
        ("board", idf(3, 2) * EARLIER_WEIGHT),
    ]
    whole = words.axis("tea") + 2 * words.axis("chair") + words.axis("board")
    np.testing.assert_allclose(query.vector, whole / math.sqrt(6), atol=1e-6)
    np.testing.assert_allclose(query.reduced, query.vector, atol=1e-6)


def test_a_question_is_encoded_once(words: WordsEncoder) -> None:
    index = index_of(words, PLAN)
    words.asked.clear()
    read_query(index, words, "And tea?", "Who is the chair?")
    assert words.asked == ["And tea? Who is the chair?"]


def test_a_word_of_several_tokens_has_their_mean_and_one_past_the_limit_the_question_s_vector(
    encoder: Encoder,
) -> None:
    index = build([PLAN], {"plan": "ab12"}, encoder, CREATED)
    text = "Zorblaxing begins " + "tea " * 300 + "zebra"
    query = read_query(index, encoder, text)
    (encoding,) = encoder.encode([text])
    pieces = encoding.tokens[encoding.spans[:, 1] <= len("Zorblaxing")]
    assert len(pieces) > 1
    projection = projection_for(encoder)
    by_stem = {term.stem: term.vector for term in query.terms}
    np.testing.assert_allclose(by_stem["zorblax"], projection.of(pieces.mean(axis=0)), atol=1e-5)
    np.testing.assert_allclose(by_stem["zebra"], projection.of(encoding.vector), atol=1e-5)
    assert all(np.linalg.norm(vector) == pytest.approx(1, abs=1e-5) for vector in by_stem.values())


def test_the_keyword_index_holds_what_is_embedded(words: WordsEncoder) -> None:
    made = words_only("plan", "Tea.", title="Care of kettles")
    index = index_of(words, made)
    assert stems(index.passages[0].embedded) == ["care", "kettl", "tea"]
    assert [index.lexical.frequency(stem) for stem in ("care", "kettl", "tea", "board")] == [1, 1, 1, 0]
