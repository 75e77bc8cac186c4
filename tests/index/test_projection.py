from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import build, plan
from index.projection import Projection, named, projection_for
from index.search import Index, must_fit, read_query
from index.types import Encoder, ModelMismatch
from tests.documents import words_only
from tests.encoders import WordsEncoder

CREATED = datetime(2019, 11, 1, 9, 30, tzinfo=UTC)
SHIPPED = "b43b445d6c7d6260"
TEXT = "The board of the partnership meets in public every month, and its chair is not paid."
PLAN = words_only("plan", TEXT, "Care.")
DIGESTS = {"plan": "ab12"}


@pytest.fixture(scope="module")
def index(encoder: Encoder) -> Index:
    return build([PLAN], DIGESTS, encoder, CREATED)


def renamed(index: Index, projection: str) -> Index:
    """The same index as if its tokens had been projected by another matrix, or none."""
    return Index.restored(index.manifest.model_copy(update={"projection": projection}), index.parts())


# Projecting


def test_vectors_are_projected_and_have_unit_length_again() -> None:
    projection = named(np.array([[1, 0], [0, 2], [0, 0]], np.float32))
    vectors = np.array([[3, 2, 9], [0, 1, 0], [0, 0, 1]], np.float32)
    np.testing.assert_allclose(projection.of(vectors), np.array([[0.6, 0.8], [0, 1], [0, 0]]), atol=1e-7)
    np.testing.assert_allclose(projection.of(vectors[0]), [0.6, 0.8], atol=1e-7)
    assert projection.dimension == 2
    assert projection.of(np.empty((0, 3), np.float32)).shape == (0, 2)


def test_the_name_of_a_projection_is_its_matrix_s_alone() -> None:
    matrix = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    assert named(matrix).name == named(matrix.astype(np.float16)).name == named(matrix.copy(order="F")).name
    assert len({named(matrix).name, named(2 * matrix).name, named(matrix[:, ::-1]).name, ""}) == 4


@given(st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4).filter(lambda n: max(map(abs, n)) > 0.01))
def test_no_projection_only_makes_the_length_one(numbers: list[float]) -> None:
    vector = np.array(numbers, np.float32)
    whole = Projection("", 4, None).of(vector)
    np.testing.assert_allclose(whole, vector / np.linalg.norm(vector), atol=1e-6)


# Whose it is


def test_the_default_model_has_the_projection_that_ships(encoder: Encoder) -> None:
    projection = projection_for(encoder)
    assert (projection.name, projection.dimension) == (SHIPPED, 128)
    assert projection.matrix is not None
    np.testing.assert_allclose(projection.matrix.T @ projection.matrix, np.eye(128), atol=1e-3)


def test_any_other_model_keeps_its_vectors_whole() -> None:
    words = WordsEncoder("board chair")
    assert projection_for(words) == Projection("", 3, None)
    made = build([PLAN], DIGESTS, words, CREATED)
    assert (made.manifest.projection, made.segments[0].token_vectors.shape[1]) == ("", 3)
    query = read_query(made, words, "Which board?")
    np.testing.assert_array_equal(query.reduced, query.vector)


def test_the_projection_that_ships_keeps_the_cosines_of_the_model(encoder: Encoder) -> None:
    """By nature not exactly: beside a cosine's own range of 2, the error is small."""
    projection = projection_for(encoder)
    one, other = encoder.encode([TEXT, "Who chairs the board, and is that person paid for it?"])
    before = one.tokens @ other.tokens.T
    after = projection.of(one.tokens) @ projection.of(other.tokens).T
    assert np.sqrt(np.mean((before - after) ** 2)) < 0.08
    best = before.argmax(axis=0)
    assert np.mean(after.argmax(axis=0) == best) > 0.75


# In an index


def test_an_index_of_the_default_model_keeps_128_bytes_a_token(index: Index, encoder: Encoder) -> None:
    assert index.manifest.projection == SHIPPED
    (segment,) = index.segments
    assert (segment.token_vectors.dtype.name, segment.token_vectors.shape) == ("int8", (index.manifest.tokens, 128))
    assert index.manifest.dimension == 384


def test_tokens_words_and_the_whole_question_can_be_compared(index: Index, encoder: Encoder) -> None:
    query = read_query(index, encoder, "Who chairs the partnership?")
    vectors, spans = index.tokens_of(index.passages[0])
    assert (query.vector.shape, query.reduced.shape) == ((384,), (128,))
    words = {term.stem: term.vector for term in query.terms}
    for vector in (*words.values(), *vectors, query.reduced):
        assert vector.shape == (128,)
        assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)
    best = spans[int(np.argmax(vectors @ words["partnership"]))]
    assert index.passages[0].embedded[best[0] : best[1]] == "partnership"


# An index with another projection


@pytest.mark.parametrize(("had", "shown"), [("", "none"), ("0123456789abcdef", "0123456789abcdef")])
def test_an_index_with_another_projection_is_refused_and_built_anew(
    index: Index, encoder: Encoder, had: str, shown: str
) -> None:
    old = renamed(index, had)
    with pytest.raises(ModelMismatch) as refused:
        read_query(old, encoder, "Who chairs the board?")
    assert str(refused.value) == (
        f"The index  was built with the projection {shown}; the one for all-MiniLM-L6-v2 is now {SHIPPED}. "
        "Run `merger-bot index update` to build it anew."
    )
    changes = plan(old.manifest, DIGESTS, encoder)
    assert changes.rebuild == (f"the projection of word vectors is now {SHIPPED}; the index was built with {shown}")
    assert plan(index.manifest, DIGESTS, encoder).rebuild == ""
    must_fit(index.manifest, encoder)


def test_nothing_is_taken_from_an_index_with_another_projection() -> None:
    words = WordsEncoder("board")
    live = renamed(build([PLAN], DIGESTS, words, CREATED), "0123456789abcdef")
    words.asked.clear()
    newer = build([PLAN], DIGESTS, words, CREATED, live)
    assert words.asked == [passage.embedded for passage in newer.passages]
    assert newer.manifest.projection == ""


def test_a_manifest_from_before_there_was_a_projection_has_none(index: Index) -> None:
    before = index.manifest.model_dump()
    del before["projection"]
    assert type(index.manifest).model_validate(before).projection == ""


def test_an_index_of_another_model_is_refused(index: Index) -> None:
    with pytest.raises(ModelMismatch) as refused:
        must_fit(index.manifest.model_copy(update={"version": "v0001"}), WordsEncoder("board"))
    assert str(refused.value) == (
        "The index v0001 was built with the model all-MiniLM-L6-v2; the settings name words. "
        "Run `merger-bot index update` to build it anew, or set MERGER_BOT_MODEL back."
    )
