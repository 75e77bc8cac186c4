"""The assistant as a whole, with the real model over made-up documents."""

from datetime import date

import pytest

from bot import Assistant
from bot.answer.types import QuestionRefused, Turn
from index.encoder import SentenceTransformersEncoder
from knowledge import readers
from knowledge.types import Document, Source

LIBRARY_NEWS = """Harbour libraries to become one service

The three harbour libraries will become one service on 5 May 2031. The council agreed this on Tuesday.

The agreement rests on these terms:

  • every branch stays open on Saturdays
  • a new chief librarian is appointed by March 2031
  • the savings pay for a mobile library

Who does what

Ann Example leads the joint board. She was head of the Northgate branch before.

\tBranch\tNew role
Ann Example\tNorthgate\tHead of the joint board
Ben Sample\tSouthgate, Westgate\tHead of lending
Cleo Model\tEastgate\tHead of the mobile library
"""
HARBOUR_FOOD = """Lunch at the harbour

The canteen at the quay serves lunch from noon until two. Fresh fish is on the menu every Friday.
"""


def document(identity: str, text: str, published: str | None) -> Document:
    reading = readers.read(text.encode(), f"{identity}.txt")
    source = Source(
        id=identity,
        file=f"{identity}.txt",
        sha256=identity,
        title=identity.title(),
        publisher="Harbour Council",
        published=published,
        url=f"https://harbour.example/{identity}",
    )
    return Document(source, reading.text, reading.blocks, reading.warnings)


@pytest.fixture(scope="module")
def assistant(encoder: SentenceTransformersEncoder) -> Assistant:
    documents = [document("libraries", LIBRARY_NEWS, "2031-01-10"), document("food", HARBOUR_FOOD, "2030")]
    return Assistant.of(documents, encoder)


def test_a_sentence_is_quoted_with_its_citation(assistant: Assistant) -> None:
    answer = assistant.ask("When will the three harbour libraries become one service?")
    assert answer.parts[0].text == "The three harbour libraries will become one service on 5 May 2031."
    (citation,) = [c for c in answer.citations if c.number in answer.parts[0].citations]
    assert citation.quote == "The three harbour libraries will become one service on 5 May 2031."
    assert citation.document == "libraries"
    assert citation.url == "https://harbour.example/libraries"
    assert citation.section == "Harbour libraries to become one service"
    assert answer.as_of == "2031-01-10"
    assert not answer.abstained


def test_a_question_for_a_list_gets_its_lead_in_and_every_item(assistant: Assistant) -> None:
    answer = assistant.ask("What terms does the agreement rest on?")
    assert [(part.text, part.item) for part in answer.parts] == [
        ("The agreement rests on these terms:", False),
        ("every branch stays open on Saturdays", True),
        ("a new chief librarian is appointed by March 2031", True),
        ("the savings pay for a mobile library", True),
    ]
    assert len(answer.citations) == 1
    assert answer.text.splitlines()[1] == "• every branch stays open on Saturdays"


def test_a_question_about_one_item_gets_that_item_with_its_lead_in(assistant: Assistant) -> None:
    answer = assistant.ask("By when is the new chief librarian appointed?")
    assert [part.text for part in answer.parts] == [
        "The agreement rests on these terms:",
        "a new chief librarian is appointed by March 2031",
    ]
    assert [part.citations for part in answer.parts] == [(1,), (2,)]


@pytest.mark.parametrize(
    "question", ["What is Ben Sample's new role?", "Who is to be Head of lending?", "Who is at the Westgate branch?"]
)
def test_a_table_answers_in_every_direction_with_the_heads_of_its_columns(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert [part.text for part in answer.parts] == [
        "Ben Sample; Branch: Southgate, Westgate; New role: Head of lending"
    ]
    row, head = answer.citations
    assert row.quote == "Ben Sample\tSouthgate, Westgate\tHead of lending"
    assert head.quote == "Branch\tNew role"


def test_a_question_for_all_of_a_table_gets_every_row_and_cites_its_heads_once(assistant: Assistant) -> None:
    answer = assistant.ask("List all the branches and new roles")
    assert [part.text.split(";")[0] for part in answer.parts] == ["Ann Example", "Ben Sample", "Cleo Model"]
    assert [part.citations for part in answer.parts] == [(1, 2), (3, 2), (4, 2)]
    assert answer.citations[1].quote == "Branch\tNew role"


def test_a_sentence_that_points_back_brings_the_one_before(assistant: Assistant) -> None:
    answer = assistant.ask("Who was head of the Northgate branch before?")
    assert "Ann Example leads the joint board. She was head of the Northgate branch before." in answer.text


def test_every_quotation_stands_in_its_document(assistant: Assistant) -> None:
    questions = ["Who leads the joint board?", "What are the terms?", "fish on friday?", "new role of Cleo Model"]
    for question in questions:
        answer = assistant.ask(question)
        for citation in (*answer.citations, *answer.closest):
            text = assistant.index.documents[citation.document].text
            assert citation.quote == text[citation.start : citation.end] != ""


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Qu'est-ce que la photosynthèse végétale?", "None of the words of the question occur in the documents."),
        ("Who pays for the zeppelin of the council?", "The documents do not mention"),
        ("What is it about?", "no word that can be looked up"),
    ],
)
def test_what_the_documents_do_not_say_is_declined_with_the_reason(
    assistant: Assistant, question: str, reason: str
) -> None:
    answer = assistant.ask(question)
    assert answer.abstained
    assert reason in answer.reason
    assert answer.parts == ()
    assert answer.citations == ()
    assert answer.text == ""
    assert answer.as_of is None


def test_the_closest_passages_are_shown_when_nothing_is_answered(assistant: Assistant) -> None:
    answer = assistant.ask("Which zeppelin brings the librarian of the mobile library?")
    assert answer.abstained
    assert 1 <= len(answer.closest) <= 3
    assert len({(citation.document, citation.start) for citation in answer.closest}) == len(answer.closest)


def test_a_follow_up_leans_on_the_question_before(assistant: Assistant) -> None:
    thread = (Turn(question="What is Ben Sample's new role?", answer="Head of lending"),)
    assert "Cleo Model" in assistant.ask("and Cleo Model's?", thread).text


def test_an_earlier_question_may_be_given_as_a_string(assistant: Assistant) -> None:
    assert "Cleo Model" in assistant.ask("and Cleo Model's?", ["What is Ben Sample's new role?"]).text


def test_the_same_question_gets_the_same_answer(assistant: Assistant) -> None:
    one, two = (assistant.ask("Who leads the joint board?", today=date(2031, 1, 1)) for _ in range(2))
    assert one.model_copy(update={"id": "", "took_ms": 0}) == two.model_copy(update={"id": "", "took_ms": 0})
    assert one.id != two.id


def test_search_gives_the_passages_with_their_scores(assistant: Assistant) -> None:
    first, second = assistant.search("fresh fish on Friday", k=2)
    assert first.source.id == "food"
    assert first.score > second.score
    assert -1 <= first.dense <= 1
    assert first.lexical > 0


def test_no_documents_means_no_answers(encoder: SentenceTransformersEncoder) -> None:
    answer = Assistant.of([], encoder).ask("Who leads the joint board?")
    assert answer.abstained
    assert answer.reason == "No documents have been added yet."


def test_documents_may_be_given_as_plain_text(encoder: SentenceTransformersEncoder) -> None:
    assistant = Assistant.of([("lunch", "Lunch", HARBOUR_FOOD)], encoder)
    answer = assistant.ask("When does the canteen at the quay serve lunch?")
    assert answer.text == "The canteen at the quay serves lunch from noon until two."
    assert answer.citations[0].title == "Lunch"


def test_an_empty_question_is_refused(assistant: Assistant) -> None:
    with pytest.raises(QuestionRefused):
        assistant.ask("  ")


def test_a_briefing_is_cited_as_a_briefing_on_its_original(encoder: SentenceTransformersEncoder) -> None:
    told = document("food", HARBOUR_FOOD, "2030")
    source = told.source.model_copy(update={"original_title": "Eat well", "original_publisher": "The Quay"})
    assistant = Assistant.of([Document(source, told.text, told.blocks)], encoder)
    (citation,) = assistant.ask("When does the canteen at the quay serve lunch?").citations
    assert citation.title == "Food (a briefing on “Eat well”, The Quay)"
