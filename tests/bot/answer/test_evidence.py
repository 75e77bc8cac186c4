"""Evidence of a hit, with an encoder whose vectors can be worked out by hand."""

import math
import sys
from collections import Counter
from datetime import UTC, date, datetime
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import names
from bot.answer.demands import Demand
from bot.answer.evidence import WEIGHTS, Evidence, block_at, evidence, row_at
from bot.answer.question import read
from bot.answer.types import Kind
from index.build import build
from index.search import Index, read_query
from knowledge.types import Document
from tests.documents import bullets, document, documents, heading, paragraph, table
from tests.encoders import WordsEncoder

ENCODER = WordsEncoder("harbour canteen fish lunch friday saturday branch lending librarian ann ben north south role")
NOON = datetime(2031, 1, 1, tzinfo=UTC)


def built(*made: Document) -> Index:
    return build(made, {each.source.id: "" for each in made}, ENCODER, NOON)


def found(index: Index, text: str, earlier: str = "") -> list[Evidence]:
    known = names.collect([each.text for each in index.documents.values()])
    question = read(text, (), date(2031, 1, 1), known)
    query = read_query(index, ENCODER, text, earlier)
    return evidence(index, query, question, index.search(query, 10), known)


def close(value: float) -> object:
    """Vectors are kept in bytes, so a cosine is exact to about a hundredth."""
    return pytest.approx(value, abs=0.01)


def test_a_sentence_is_described_by_its_words_its_passage_and_its_vector() -> None:
    index = built(document(paragraph("The canteen has fish. The branch is in the north."), title="Harbour"))
    best, other = found(index, "canteen fish")
    assert best.spans[0].of(index.documents["plan"].text) == best.words == "The canteen has fish."
    assert best.kind is Kind.SENTENCE
    assert best.document == "plan"
    assert best.traits["match"] == close(1)
    assert best.traits["similarity"] == close(1 / math.sqrt(3))  # two of its four tokens are words of the question
    assert best.traits["passage_match"] == best.hit.match == close(1)
    assert best.traits["found"] == pytest.approx(best.hit.score - best.hit.match)
    assert best.traits["exact"] == pytest.approx(1)
    assert best.met == (close(1), close(1))
    assert other.traits["match"] == close(0)
    assert other.traits["exact"] == 0
    assert other.traits["passage_match"] == close(1)
    assert best.score > other.score


@pytest.mark.parametrize(
    ("words", "share"), [("The canteen fish swims.", 1), ("The fish canteen swims.", 0), ("The canteen has fish.", 1)]
)
def test_words_that_stand_side_by_side_as_in_the_question_count_as_a_phrase(words: str, share: float) -> None:
    (only,) = found(built(document(paragraph(words))), "canteen fish")
    assert only.traits["phrase"] == pytest.approx(share)


def test_a_word_met_in_the_heading_counts_a_little_less_than_one_in_the_piece() -> None:
    index = built(document(heading("Lunch"), paragraph("The canteen has fish."), title="Harbour"))
    (only,) = found(index, "lunch")
    assert only.traits["match"] == close(0.8)
    assert only.met == (close(0.8),)
    assert only.traits["exact"] == 0


def test_a_list_is_offered_whole_and_item_by_item_with_its_lead_in() -> None:
    index = built(document(paragraph("The canteen serves this lunch:"), bullets("fish on friday", "more fish")))
    text = index.documents["plan"].text
    offered = {(piece.kind, tuple(span.of(text) for span in piece.spans)) for piece in found(index, "lunch fish")}
    lead_in = "The canteen serves this lunch:"
    assert offered == {
        (Kind.LIST, (lead_in, "fish on friday", "more fish")),
        (Kind.ITEM, (lead_in, "fish on friday")),
        (Kind.ITEM, (lead_in, "more fish")),
    }


def test_a_list_is_met_by_its_best_item_and_not_by_words_here_and_there() -> None:
    index = built(document(paragraph("The harbour has these:"), bullets("fish on friday", "canteen on saturday")))
    pieces = {(piece.kind, piece.words[23:]): piece for piece in found(index, "canteen saturday")}
    whole = next(piece for piece in pieces.values() if piece.kind is Kind.LIST)
    assert whole.traits["match"] == pytest.approx(pieces[Kind.ITEM, "canteen on saturday"].traits["match"], abs=1e-6)
    apart = next(piece for piece in found(index, "fish saturday") if piece.kind is Kind.LIST)
    assert 0.4 < apart.traits["match"] < 0.6


def test_the_items_of_a_list_that_was_cut_have_its_introduction() -> None:
    items = [f"fish number {number} " + "swims along " * 20 for number in range(12)]
    index = built(document(paragraph("The canteen serves this lunch on friday:"), bullets(*(i.strip() for i in items))))
    assert len(index.passages) > 1
    for piece in found(index, "lunch fish"):
        assert piece.spans[0].of(index.documents["plan"].text) == "The canteen serves this lunch on friday:"
        assert piece.traits["match"] > 0.8


def test_a_row_is_met_best_by_one_column_with_its_head() -> None:
    index = built(
        document(table(("Name", "Branch", "Role"), ("Ann", "north", "south lending"), ("Ben", "south", "librarian")))
    )
    best, other = found(index, "branch south")
    assert best.words == "Name: Ben; Branch: south; Role: librarian"
    assert best.found == {"branch", "south"}
    assert best.kind is Kind.ROW
    assert best.score > other.score


def test_a_row_is_found_by_words_of_this_question_alone() -> None:
    index = built(document(table(("Name", "Branch"), ("Ann", "north"), ("Ben", "south"))))
    assert {piece.found for piece in found(index, "ann branch", "ben south")} == {
        frozenset({"ann", "branch"}),
        frozenset({"branch"}),
    }


def test_what_the_question_insists_on_and_the_piece_lacks_is_listed() -> None:
    index = built(document(paragraph("The canteen has fish. The canteen has had fish since 3 May 2030.")))
    lacking = {piece.words: piece.missing for piece in found(index, "when had the canteen fish?")}
    assert lacking["The canteen has fish."] == (Demand.DATE,)
    assert lacking["The canteen has had fish since 3 May 2030."] == ()
    suiting = {piece.words: piece.suits for piece in found(index, "when had the canteen fish?")}
    assert list(suiting.values()) == [True, False]


def test_nothing_found_is_no_evidence() -> None:
    index = built(document(paragraph("The canteen has fish.")))
    question = read("canteen?", (), date(2031, 1, 1))
    assert evidence(index, read_query(index, ENCODER, "canteen?"), question, (), names.NONE) == []
    assert evidence(index, read_query(index, ENCODER, "what is it?"), question, (), names.NONE) == []


def test_blocks_and_rows_are_found_by_where_they_begin() -> None:
    made = document(heading("One"), paragraph("Two three."), table(("A", "B"), ("c", "d"), ("e", "f")))
    first, second, third = made.blocks
    assert block_at(made, 0) is first
    assert block_at(made, second.start) is second
    assert block_at(made, third.end - 1) is third
    assert row_at(third, third.rows[1].start) is third.rows[1]


@given(documents(), st.sampled_from(["who is Ann", "what care", "list the patients", "when is 3", "ann fish north"]))
def test_of_any_document_the_score_is_the_weighted_sum_and_the_best_comes_first(made: Document, text: str) -> None:
    index = built(made)
    terms = read_query(index, ENCODER, text).terms
    pieces = found(index, text)
    scores = [piece.score for piece in pieces]
    assert scores == sorted(scores, reverse=True)
    for piece in pieces:
        assert set(piece.traits) == set(WEIGHTS)
        assert piece.score == pytest.approx(sum(WEIGHTS[name] * value for name, value in piece.traits.items()))
        assert all(span.of(made.text).strip() for span in piece.spans)
        assert float(piece.vector @ piece.vector) == pytest.approx(1, abs=1e-3)
        assert len(piece.met) == len(terms)
        assert (piece.block is None) is (piece.kind is Kind.SENTENCE)


def looks(text: str, sentences: int) -> Counter[str]:
    """How often people, dates and numbers are looked for when a question meets a passage of so many sentences."""
    days = "monday tuesday wednesday thursday friday saturday sunday weekdays weekends holidays".split()
    index = built(document(paragraph(" ".join(f"The canteen has fish on {day}." for day in days[:sentences]))))
    counted: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_qualname in ("Names.persons", "dates", "numbers"):
            counted[frame.f_code.co_qualname] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        pieces = found(index, text)
    finally:
        sys.setprofile(before)
    assert len(pieces) == sentences
    return counted


@pytest.mark.parametrize(
    ("text", "read_for"),
    [
        ("is there fish in the canteen", []),
        ("what is a canteen", []),
        ("is Ann Marsh in the canteen", []),
        ("does the canteen have 12 fish on 3 May", []),
        ("when has the canteen fish", ["dates"]),
        ("how many fish has the canteen", ["numbers"]),
        ("who is in charge of the canteen", ["Names.persons"]),
        ("who was in charge of the canteen in 2030", ["Names.persons", "dates"]),
    ],
)
def test_a_sentence_is_read_once_for_what_the_question_asks_and_for_nothing_else(
    text: str, read_for: list[str]
) -> None:
    assert looks(text, 10) - looks(text, 1) == Counter(dict.fromkeys(read_for, 9))
