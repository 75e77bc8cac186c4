"""Why a question is not answered, and what comes nearest."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.answer.demands import Demand
from bot.answer.evidence import Evidence
from bot.answer.learned import learned_from
from bot.answer.question import read
from bot.answer.reasons import closest, reason
from index.types import Term
from knowledge.types import Document
from tests.bot.answer.pieces import item, query, row, sentence, term, whole_list
from tests.documents import bullets, document, paragraph, table, words_only

FERRY = document(
    paragraph("The ferry stops at Eastbay. It is blue."), name="ferry", title="Ferry", published="2030-06-01"
)
NEARLY = 0.5
"""MaxSim of a passage that speaks of what is asked."""


def why(text: str, *terms: Term, ranked: tuple[Evidence, ...] = (), made: Document | None = FERRY) -> str:
    imprint = learned_from([made] if made else []).imprint
    return reason(read(text, (), date(2031, 1, 1)), query(text, *terms), ranked, imprint)


def near(**said: Any) -> tuple[Evidence, ...]:  # noqa: ANN401
    return (sentence(FERRY, "The ferry stops at Eastbay.", **{"passage_match": NEARLY, **said}),)


def test_without_documents_there_is_nothing_to_say() -> None:
    assert why("Where does it stop?", term("stop"), made=None) == "No documents have been added yet."


def test_a_question_without_a_content_word_is_to_be_asked_again() -> None:
    assert why("What is it?") == (
        "The question has no word that can be looked up. Ask it again with the name or thing it is about."
    )


def test_when_no_word_is_known_it_says_so() -> None:
    asked = (term("zeppelin", known=False), term("bring", known=False))
    assert why("zeppelin?", *asked) == "None of the words of the question occur in the documents."


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        (["zeppelin"], "The documents do not mention “zeppelin”."),
        (["zeppelin", "Aurelia"], "The documents do not mention “zeppelin” or “Aurelia”."),
        (["zeppelin", "Aurelia", "quokka"], "The documents do not mention “zeppelin”, “Aurelia” or “quokka”."),
    ],
)
def test_telling_words_that_no_document_has_are_named(unknown: list[str], said: str) -> None:
    terms = [term("ferry"), *(term(word, known=False) for word in unknown)]
    assert why("Does the ferry carry it?", *terms, ranked=near()) == said


def test_a_common_word_or_one_that_counts_little_is_not_named() -> None:
    came_near = "The documents come near this, but do not say clearly enough what was asked."
    common = (term("ferry"), term("bring", known=False))
    assert why("Does the ferry bring it?", *common, ranked=near()) == came_near
    light = (term("ferry", 10.0), term("zeppelin", known=False))
    assert why("Does the ferry bring it?", *light, ranked=near()) == came_near
    weightless = (term("ferry", 0.0),)
    assert why("Does the ferry bring it?", *weightless, ranked=near()) == came_near


def test_a_question_about_a_later_year_is_told_where_the_documents_end() -> None:
    said = why("What does the ferry cost in 2032?", term("ferry"), ranked=near())
    assert said == "The newest document is of 1 June 2030, and the question is about a later time."
    assert "newest" not in why("What did the ferry cost in 2030?", term("ferry"), ranked=near())
    undated = document(paragraph("The ferry stops at Eastbay."), name="ferry")
    assert "newest" not in why("What does the ferry cost in 2032?", term("ferry"), made=undated)


def test_passages_that_speak_of_something_else_say_nothing_about_it() -> None:
    assert why("Is the ferry fast?", term("ferry")) == "The documents say nothing about this."
    assert why("Is the ferry fast?", term("ferry"), ranked=near(passage_match=0.3)) == (
        "The documents say nothing about this."
    )


@pytest.mark.parametrize("missing", list(Demand))
def test_what_the_nearest_passage_lacks_is_said(missing: Demand) -> None:
    ranked = near(missing=(missing, Demand.NAMES))
    said = why("When does the ferry leave?", term("ferry"), ranked=ranked)
    assert said == f"The documents come near this, but {missing}."


def test_the_closest_are_the_best_pieces_of_the_best_passages_and_no_whole_lists() -> None:
    made = words_only("many", "Ann swims. Ann dives.", "Ben runs.", "Cleo sings.", "Dan reads.")
    rules = document(paragraph("Dogs keep these rules:"), bullets("be quiet", "be clean"), name="rules")
    ranked = [
        whole_list(rules, "be quiet", 9.0),
        sentence(made, "Ann dives.", 8.0),
        sentence(made, "Ann swims.", 7.0),
        sentence(made, "Cleo sings.", 6.0),
        item(rules, "be clean", 5.0),
        sentence(made, "Ben runs.", 4.0),
    ]
    found = closest(query("who swims", term("swims")), ranked, {"many": made, "rules": rules})
    assert [citation.quote for citation in found] == ["Ann dives.", "Cleo sings.", "be clean"]
    assert [citation.number for citation in found] == [1, 2, 3]
    for citation in found:
        text = {"many": made, "rules": rules}[citation.document].text
        assert citation.quote == text[citation.start : citation.end]


def test_the_closest_row_is_quoted_and_the_same_words_are_shown_once() -> None:
    made = words_only("twice", "Ann swims.", "Ann swims.")
    crew = document(table(("Name", "Task"), ("Ann", "ropes"), ("Ben", "bell")), name="crew")
    again = document(paragraph("Ann swims."), name="again")
    ranked = [sentence(made, "Ann swims.", 5.0), sentence(again, "Ann swims.", 4.0), row(crew, "Ben", 3.0)]
    found = closest(query("who swims", term("swims")), ranked, {"twice": made, "again": again, "crew": crew})
    assert [(citation.document, citation.quote[:3]) for citation in found] == [("twice", "Ann"), ("crew", "Ben")]


def test_a_question_without_a_known_word_is_close_to_nothing() -> None:
    ranked = [sentence(FERRY, "It is blue.")]
    documents = {"ferry": FERRY}
    assert closest(query("zeppelin", term("zeppelin", known=False)), ranked, documents) == ()
    assert closest(query(""), ranked, documents) == ()
    assert closest(query("ferry", term("ferry")), [], documents) == ()


def test_a_publisher_is_not_said_to_be_unknown() -> None:
    made = replace(FERRY, source=FERRY.source.model_copy(update={"publisher": "Zeppelin Gazette"}))
    assert why("What does Zeppelin say?", term("zeppelin", known=False), term("ferry"), made=made) == (
        "The documents say nothing about this."
    )
