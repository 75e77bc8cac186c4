"""Evidence of a hit, with an encoder whose vectors can be worked out by hand."""

import math
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import compose
from bot.answer.evidence import PIECE_WEIGHT, Evidence, evidence
from bot.answer.fit import SUITS_WEIGHT
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


def found(index: Index, text: str) -> list[Evidence]:
    question = read(text, (), date(2031, 1, 1))
    query = read_query(index, ENCODER, text)
    return evidence(index, query, question, index.search(query, 10))


def test_a_sentence_is_scored_by_its_words_its_passage_and_its_vector() -> None:
    index = built(document(paragraph("The canteen has fish. The branch is in the north."), title="Harbour"))
    best, other = found(index, "canteen fish")
    assert best.spans[0].of(index.documents["plan"].text) == "The canteen has fish."
    assert best.match == pytest.approx(1)
    assert best.passage_match == pytest.approx(1)
    assert best.similarity == pytest.approx(1 / math.sqrt(3))  # two of its four tokens are words of the question
    assert best.score == pytest.approx(best.hit.score + best.similarity + PIECE_WEIGHT + 1 + SUITS_WEIGHT, abs=1e-4)
    assert other.match == pytest.approx(0)
    assert other.score == pytest.approx(other.hit.score + 0 + 0 + 1 + SUITS_WEIGHT, abs=1e-4)


def test_a_word_met_in_the_heading_counts_a_little_less_than_one_in_the_piece() -> None:
    index = built(document(heading("Lunch"), paragraph("The canteen has fish."), title="Harbour"))
    (only,) = found(index, "lunch")
    assert only.match == pytest.approx(0.8, abs=1e-3)


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


def test_a_row_is_met_best_by_one_column_with_its_head() -> None:
    index = built(
        document(table(("Name", "Branch", "Role"), ("Ann", "north", "south lending"), ("Ben", "south", "librarian")))
    )
    best, other = found(index, "branch south")
    text = index.documents["plan"].text
    assert best.spans[0].of(text).startswith("Ben")
    assert best.found == {"branch", "south"}
    assert best.score > other.score


@given(documents(), st.sampled_from(["who is Ann", "what care", "list the patients", "why agree", "new 1.5m"]))
def test_what_is_said_of_any_document_stands_in_it_word_for_word(made: Document, text: str) -> None:
    index = built(made)
    question = read(text, (), date(2031, 1, 1))
    chosen = compose.choose(question, found(index, text))
    if not chosen:
        return
    said = compose.say(question, chosen, index.documents)
    assert said.parts
    for citation in said.citations:
        assert citation.quote == made.text[citation.start : citation.end] != ""
    assert [citation.number for citation in said.citations] == list(range(1, len(said.citations) + 1))
    for part in said.parts:
        quotes = " ".join(citation.quote for citation in said.citations if citation.number in part.citations)
        assert set("".join(part.text.split())) <= set("".join(quotes.split()) + ":;")
    assert not math.isnan(chosen[0].score)
