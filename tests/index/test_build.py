from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import ENCODED_AT_ONCE, build, plan
from index.search import Index
from index.types import Changes, Encoder, Manifest
from knowledge.passages import CUTTER_VERSION, cut
from knowledge.types import Document
from tests.documents import document, documents, words_only
from tests.encoders import WordsEncoder
from tests.index.same import assert_same

CREATED = datetime(2019, 11, 1, 9, 30, tzinfo=UTC)
VOCABULARY = "board chair tea care"
PLAN = words_only("plan", "Board chair.", "Board tea.")
REPORT = words_only("report", "Care.", "Tea.")


def digests_of(made: tuple[Document, ...]) -> dict[str, str]:
    return {one.source.id: one.source.sha256 for one in made}


def built(words: WordsEncoder, *made: Document, live: Index | None = None) -> Index:
    return build(made, digests_of(made), words, CREATED, live)


def live_manifest(**changes: object) -> Manifest:
    made = Manifest(
        version="v0001",
        created=CREATED,
        model="words",
        fingerprint="words-1",
        backend="words",
        dimension=5,
        cutter=CUTTER_VERSION,
        sources={"a": "1", "b": "2", "c": "3"},
        passages=3,
        tokens=9,
        checksums={},
    )
    return made.model_copy(update=changes)


# The plan


@pytest.mark.parametrize(
    ("digests", "expected"),
    [
        ({"a": "1", "b": "2", "c": "3"}, Changes((), (), (), ("a", "b", "c"))),
        ({"c": "3", "b": "2", "a": "1", "d": "4"}, Changes(("d",), (), (), ("a", "b", "c"))),
        ({"c": "0", "b": "2", "a": "9"}, Changes((), ("a", "c"), (), ("b",))),
        ({"b": "2"}, Changes((), (), ("a", "c"), ("b",))),
        ({"b": "9", "e": "5", "d": "3"}, Changes(("d", "e"), ("b",), ("a", "c"), ())),
        ({}, Changes((), (), ("a", "b", "c"), ())),
    ],
)
def test_a_plan_names_what_is_added_changed_removed_and_kept(digests: dict[str, str], expected: Changes) -> None:
    made = plan(live_manifest(), digests, WordsEncoder(VOCABULARY))
    assert made == expected
    assert bool(made) is (digests != live_manifest().sources)


def test_without_a_live_index_everything_is_added_and_nothing_is_built_anew() -> None:
    assert plan(None, {"b": "2", "a": "1"}, WordsEncoder(VOCABULARY)) == Changes(("a", "b"), (), (), ())
    assert not plan(None, {}, WordsEncoder(VOCABULARY))


def test_another_model_and_other_cutting_rules_are_reasons_to_build_everything_anew() -> None:
    words, digests = WordsEncoder(VOCABULARY), dict(live_manifest().sources)
    other_model = plan(live_manifest(model="old", fingerprint="old-1"), digests, words)
    assert other_model.rebuild == "the model is now words; the index was built with old"
    assert other_model.kept == ("a", "b", "c")
    assert other_model
    other_rules = plan(live_manifest(cutter=0), digests, words)
    assert other_rules.rebuild == (
        f"the rules for cutting passages are version {CUTTER_VERSION}; the index was built with 0"
    )
    assert other_rules


@given(*[st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12"))] * 2)
def test_every_source_is_in_one_part_of_the_plan(before: dict[str, str], now: dict[str, str]) -> None:
    made = plan(live_manifest(sources=before), now, WordsEncoder(VOCABULARY))
    parts = [*made.added, *made.changed, *made.removed, *made.kept]
    assert sorted(parts) == sorted(before.keys() | now.keys())
    assert bool(made) is (before != now)


# What is encoded


def test_everything_is_encoded_once_for_the_first_index() -> None:
    words = WordsEncoder(VOCABULARY)
    index = built(words, PLAN, REPORT)
    assert words.asked == [passage.embedded for passage in index.passages]
    assert [passage.id for passage in index.passages] == ["plan#1", "plan#2", "report#1", "report#2"]


def test_unchanged_documents_are_not_encoded_again() -> None:
    words = WordsEncoder(VOCABULARY)
    index = built(words, PLAN, REPORT)
    words.asked.clear()
    assert_same(built(words, PLAN, REPORT, live=index), index)
    assert words.asked == []


def test_of_a_changed_document_only_the_changed_passages_are_encoded() -> None:
    words = WordsEncoder(VOCABULARY)
    index = built(words, PLAN, REPORT)
    words.asked.clear()
    changed = words_only("report", "Board.", "Care.", "Chair.")
    newer = built(words, PLAN, changed, live=index)
    assert words.asked == [cut(changed)[0].embedded, cut(changed)[2].embedded]
    assert_same(newer, built(WordsEncoder(VOCABULARY), PLAN, changed))


def test_a_removed_document_leaves_the_index_and_encodes_nothing() -> None:
    words = WordsEncoder(VOCABULARY)
    index = built(words, PLAN, REPORT)
    words.asked.clear()
    newer = built(words, REPORT, live=index)
    assert words.asked == []
    assert list(newer.documents) == ["report"]
    assert_same(newer, built(WordsEncoder(VOCABULARY), REPORT))


def test_another_fingerprint_encodes_everything_again() -> None:
    index = built(WordsEncoder(VOCABULARY), PLAN, REPORT)
    other = WordsEncoder("tea care", fingerprint="words-2")
    newer = built(other, PLAN, REPORT, live=index)
    assert other.asked == [passage.embedded for passage in index.passages]
    assert (newer.manifest.fingerprint, newer.manifest.dimension) == ("words-2", 3)
    assert_same(newer, built(WordsEncoder("tea care", fingerprint="words-2"), PLAN, REPORT))


def test_the_same_text_in_two_documents_is_encoded_once_and_found_in_both() -> None:
    words = WordsEncoder(VOCABULARY)
    index = built(words, words_only("plan", "Tea.", "Tea."), words_only("copy", "Tea."))
    assert words.asked == [index.passages[0].embedded]
    assert [passage.id for passage in index.passages] == ["plan#1", "plan#2", "copy#1"]
    for passage in index.passages:
        np.testing.assert_array_equal(index.stored(passage)[0], words.axis("tea"))


@settings(max_examples=15)
@given(st.lists(documents(), max_size=2), st.lists(documents(), max_size=2))
def test_an_index_built_on_another_is_the_one_built_from_nothing(one: list[Document], other: list[Document]) -> None:
    words = WordsEncoder("the board")
    named = [[with_id(made, f"d{n}") for n, made in enumerate(made_of)] for made_of in (one, other)]
    live = built(words, *named[0])
    assert_same(built(words, *named[1], live=live), built(words, *named[1]))


def with_id(made: Document, name: str) -> Document:
    return Document(made.source.model_copy(update={"id": name}), made.text, made.blocks)


def test_the_real_model_gives_a_rebuilt_index_the_very_vectors_it_had(encoder: Encoder) -> None:
    index = build([PLAN], digests_of((PLAN,)), encoder, CREATED)
    newer = build([REPORT, PLAN], digests_of((REPORT, PLAN)), encoder, CREATED, live=index)
    for passage in index.passages:
        for one, other in zip(index.stored(passage), newer.stored(passage), strict=True):
            np.testing.assert_array_equal(one, other)


# What is said about it


def test_the_manifest_says_what_the_index_was_built_from() -> None:
    assert built(WordsEncoder(VOCABULARY), PLAN, REPORT).manifest == Manifest(
        version="",
        created=CREATED,
        model="words",
        fingerprint="words-1",
        backend="words",
        dimension=5,
        cutter=CUTTER_VERSION,
        sources={"plan": "0" * 64, "report": "0" * 64},
        passages=4,
        tokens=6,
        checksums={},
        projection="",
        segments=("s0001",),
    )


def test_no_documents_make_an_empty_index_that_can_be_built_upon() -> None:
    words = WordsEncoder(VOCABULARY)
    empty = built(words)
    assert (empty.manifest.passages, empty.manifest.tokens, list(empty.passages), empty.segments) == (0, 0, [], ())
    assert_same(built(words, PLAN, live=empty), built(words, PLAN))
    assert_same(built(words, live=built(words, PLAN)), empty)


def test_a_document_without_passages_is_known_and_has_none() -> None:
    index = built(WordsEncoder(VOCABULARY), document(name="none"), PLAN)
    assert list(index.documents) == ["none", "plan"]
    assert [passage.source for passage in index.passages] == ["plan", "plan"]


def test_two_documents_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="the same id"):
        build([PLAN, PLAN], {}, WordsEncoder(VOCABULARY), CREATED)


def test_a_document_that_is_not_given_is_kept_only_where_it_can_be() -> None:
    words = WordsEncoder(VOCABULARY)
    live = built(words, PLAN)
    kept = build([REPORT], digests_of((REPORT, PLAN)), words, CREATED, live)
    assert_same(kept, built(words, REPORT, PLAN))
    older = Index.restored(live.manifest.model_copy(update={"cutter": 0}), live.parts())
    for encoder, index, lost in (
        (words, None, "plan"),
        (words, older, "plan"),
        (words, built(words, REPORT), "plan"),
        (WordsEncoder("tea", fingerprint="words-2"), live, "plan"),
    ):
        with pytest.raises(ValueError, match=f"The documents {lost} are neither given nor can they be kept"):
            build([REPORT], digests_of((REPORT, PLAN)), encoder, CREATED, index)


def test_progress_is_told_after_each_batch_and_counts_only_what_is_encoded() -> None:
    words, told = WordsEncoder(VOCABULARY), list[tuple[int, int]]()
    many = words_only("many", *(f"Tea {number}." for number in range(2 * ENCODED_AT_ONCE + 3)))

    def tell(done: int, of: int) -> None:
        told.append((done, of))

    live = build([many], {}, words, CREATED, progress=tell)
    of = 2 * ENCODED_AT_ONCE + 3
    assert told == [(ENCODED_AT_ONCE, of), (2 * ENCODED_AT_ONCE, of), (of, of)]
    told.clear()
    build([many, PLAN], {}, words, CREATED, live, tell)
    assert told == [(2, 2)]
    told.clear()
    build([PLAN], {}, words, CREATED, live, tell)
    build([], {}, words, CREATED, live, tell)
    assert told == [(2, 2)]
